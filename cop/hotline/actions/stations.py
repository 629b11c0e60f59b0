"""Viewing stations: the only machines on which an address is revealed (S-05)."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, datetime, timedelta

from django.db import transaction

from cop.accounts.public import Card
from cop.ground.core.door import mark
from cop.ground.public import record
from cop.hotline.models import Station

LONGEST = timedelta(days=366)


class StationRefused(Exception):
    """A station that can't be registered so; the message is a sentence."""


def digest_of(token: str) -> str:
    """What is stored of a station's token."""
    return hashlib.sha256(f"viewing station {token}".encode()).hexdigest()


@transaction.atomic
def register_station(*, label: str, ends_on: date, by: Card, at: datetime) -> str:
    """Register the machine at which somebody sits, to a last day at most a year on; answers the token that it keeps.

    Raises StationRefused.
    """
    if not label.strip() or len(label) > 80 or not label.isprintable():
        raise StationRefused(mark("name the machine, in at most 80 signs"))
    if not at.date() < ends_on <= (at + LONGEST).date():
        raise StationRefused(mark("the last day must be from tomorrow to a year from now"))
    token = secrets.token_urlsafe(32)
    row = Station.objects.create(
        label=label.strip(), digest=digest_of(token), registered_by_id=by.id, registered_at=at, ends_on=ends_on
    )
    record(actor=by.pseudonym, verb="register station", thing=f"hotline/station/{row.pk}", at=at, until=ends_on.isoformat())
    return token


@transaction.atomic
def withdraw_station(*, station: int, by: Card, at: datetime) -> bool:
    """From now on this machine reveals nothing; False where it was withdrawn already."""
    changed = Station.objects.filter(pk=station, withdrawn_at=None).update(withdrawn_at=at)
    if changed:
        record(actor=by.pseudonym, verb="withdraw station", thing=f"hotline/station/{station}", at=at)
    return bool(changed)
