"""Reports as they are stored, and their messages."""

from __future__ import annotations

from django.db import models

from cop.hotline.core.sealing import commitment


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
        indexes = [  # noqa: RUF012
            models.Index(fields=["state", "id"], name="reports_by_state"),
            models.Index(fields=["id"], condition=models.Q(danger=True), name="reports_in_danger"),
        ]

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
