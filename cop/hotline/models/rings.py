"""The team's key ring: its keys, and its members."""

from __future__ import annotations

from django.db import models

from cop.accounts.models import Person


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
