"""Failed tries slow down their own pair of account and network, and nobody else."""

from __future__ import annotations

import secrets
from datetime import date, datetime

from django.db import transaction

from cop.accounts.core.tries import blinded, delay, network_of
from cop.accounts.models import DaySalt, FailedTries


@transaction.atomic
def begin_try(*, account: str, address: str, at: datetime) -> bool:
    """Counts a try before it is judged, so that many at once gain nothing.

    False where the pair still has to wait: then nothing is counted. A try that succeeds is taken back by `forget_tries`.
    Neither account nor address is kept in clear.
    """
    pair = _pair(account, address, at.date())
    row, _ = FailedTries.objects.select_for_update().get_or_create(**pair, defaults={"wait_until": at})
    if row.wait_until > at:
        return False
    row.tries += 1
    row.wait_until = at + delay(row.tries)
    row.save()
    return True


@transaction.atomic
def forget_tries(*, account: str, address: str, at: datetime) -> None:
    """A try succeeded: the pair starts anew."""
    FailedTries.objects.filter(**_pair(account, address, at.date())).delete()


def _pair(account: str, address: str, day: date) -> dict[str, object]:
    salt = _salt(day)
    return {
        "day": day,
        "account": blinded(salt, "account " + account.strip().lower()),
        "network": blinded(salt, "network " + network_of(address)),
    }


def _salt(day: date) -> bytes:
    """The salt of the day. A new day's first try deletes the earlier salts, and with them what they blinded."""
    row, fresh = DaySalt.objects.get_or_create(day=day, defaults={"salt": secrets.token_bytes(32)})
    if fresh:
        DaySalt.objects.filter(day__lt=day).delete()
        FailedTries.objects.filter(day__lt=day).delete()
    return bytes(row.salt)
