"""Reports as they are stored, their messages, the team's key ring, and when the hotline is open."""

from __future__ import annotations

from django.db import models

from cop.accounts.models import Person
from cop.hotline.core.sealing import commitment


class TeamKey(models.Model):
    """A key of the team: its public half, the earlier key sealed to it, and itself sealed to the recovery key."""

    id = models.CharField(primary_key=True, max_length=16)
    public = models.BinaryField()
    earlier = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="later")
    chained = models.BinaryField(default=b"")
    for_recovery = models.BinaryField()
    recovery = models.BinaryField()
    made_at = models.DateTimeField()


class Member(models.Model):
    """Somebody of the team with a key pair of their own, locked under their passphrase. A row is never deleted."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="+")
    public = models.BinaryField()
    locked = models.BinaryField()
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)


class MemberKey(models.Model):
    """The team's key sealed to one member. Deleted when the member leaves."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="keys")
    team = models.ForeignKey(TeamKey, on_delete=models.PROTECT, related_name="+")
    sealed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "team"], name="one_team_key_a_member")]  # noqa: RUF012


class Report(models.Model):
    """A report from the public, sealed. Its number is the case number; nothing here tells what it says or who sent it."""

    lookup = models.CharField(max_length=64, unique=True)
    reference = models.CharField(max_length=6, db_index=True)
    mark = models.CharField(max_length=64)
    received_at = models.DateTimeField()
    language = models.CharField(max_length=10, blank=True)
    state = models.CharField(max_length=12, default="received")
    danger = models.BooleanField(default=False)
    team = models.CharField(max_length=16)
    month = models.CharField(max_length=7)
    own_public = models.BinaryField()
    own_key = models.BinaryField()
    body = models.BinaryField()
    reply_to = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["state", "id"], name="reports_by_state")]  # noqa: RUF012

    @property
    def commitment(self) -> str:
        """What the audit trail holds of this row: everything that never changes."""
        parts = (self.lookup, self.reference, self.mark, self.language, self.team, self.month)
        return commitment(*parts, bytes(self.own_public), bytes(self.own_key), bytes(self.body), bytes(self.reply_to))


class Message(models.Model):
    """A message in a report's thread: of the reporter (`for_desk` alone) or to the reporter (both).

    `name` stands in what is sealed. One that a browser sealed has a key of its own, as a report has.
    """

    name = models.CharField(max_length=32, unique=True)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="messages")
    at = models.DateTimeField()
    of_reporter = models.BooleanField()
    mark = models.CharField(max_length=64, null=True)
    month = models.CharField(max_length=7, blank=True)
    for_reporter = models.BinaryField(default=b"")
    for_desk = models.BinaryField()
    own_key = models.BinaryField(default=b"")
    team = models.CharField(max_length=16, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "mark"], name="one_message_a_mark")]  # noqa: RUF012
        indexes = [models.Index(fields=["report", "id"], name="messages_of_report")]  # noqa: RUF012

    @property
    def commitment(self) -> str:
        """What the audit trail holds of this row: everything."""
        parts = (self.name, str(self.report_id), str(self.of_reporter), self.mark or "", self.month, self.team)
        return commitment(*parts, bytes(self.for_reporter), bytes(self.for_desk), bytes(self.own_key))


class Opening(models.Model):
    """A declaration that the hotline is staffed and lawful, until a day, in the words of its file.

    The last one that was not closed counts (S-02).
    """

    declared_at = models.DateTimeField()
    declared_by = models.CharField(max_length=20)
    until = models.DateField()
    hours = models.CharField(max_length=2000)
    declaration = models.TextField()
    digest = models.CharField(max_length=64)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=20, blank=True)
