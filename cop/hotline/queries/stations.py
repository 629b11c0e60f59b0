"""Viewing stations that are registered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from cop.hotline.models import Station


@dataclass(frozen=True)
class StationRow:
    """One machine: its number, name, last day, and whether it still counts."""

    id: int
    label: str
    registered_at: datetime
    registered_by: str
    ends_on: date
    counts: bool


def stations(at: datetime) -> list[StationRow]:
    """All machines that were ever registered, newest first. One query."""
    return [
        StationRow(row.pk, row.label, row.registered_at, row.registered_by.pseudonym, row.ends_on,
                   row.withdrawn_at is None and at.date() <= row.ends_on)
        for row in Station.objects.select_related("registered_by").order_by("-pk")
    ]  # fmt: skip


def is_station(digest: str, at: datetime) -> bool:
    """Is this the digest of the token of a machine that counts at `at`?"""
    there: bool = Station.objects.filter(digest=digest, withdrawn_at=None, ends_on__gte=at.date()).exists()
    return there
