"""Failed tries to sign in, by blinded account and blinded network."""

from __future__ import annotations

from django.db import models


class DaySalt(models.Model):
    """The random salt with which accounts and networks are blinded on one day. When it is deleted, nobody can unblind that day."""

    day = models.DateField(unique=True)
    salt = models.BinaryField()


class FailedTries(models.Model):
    """How often a pair of account and network failed on one day, and until when it has to wait."""

    day = models.DateField()
    account = models.CharField(max_length=64)
    network = models.CharField(max_length=64)
    tries = models.PositiveIntegerField(default=0)
    wait_until = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "account", "network"], name="one_row_a_pair")]  # noqa: RUF012
