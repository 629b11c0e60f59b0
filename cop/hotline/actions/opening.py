"""Open and close the hotline: only a declaration of hours, cover and legal basis, with a last day, opens it (S-02)."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from cop.ground.public import record
from cop.hotline.models import Opening

LONGEST_DAYS = 366


class NotOpened(ValueError):
    """A declaration that can't open the hotline; the message says what is missing."""


@transaction.atomic
def open_hotline(*, until: date, hours: str, cover: str, basis_name: str, basis_digest: str, actor: str, at: datetime) -> None:
    """Declare the hotline staffed and lawful to the end of `until`, at most a year on; an earlier declaration ends.

    Raises NotOpened for a day that is past or too far, or where hours, cover or basis are empty.
    """
    if not at.date() <= until or (until - at.date()).days > LONGEST_DAYS:
        raise NotOpened(f"the last day {until} must be from today to a year from now")
    for name, text in (("hours", hours), ("cover", cover), ("basis", basis_name)):
        if not text.strip():
            raise NotOpened(f"the {name} must be declared")
    Opening.objects.filter(closed_at=None).update(closed_at=at, closed_by=actor)
    Opening.objects.create(
        declared_at=at, declared_by=actor, until=until, hours=hours.strip()[:200], cover=cover.strip()[:200],
        basis_name=basis_name[:200], basis_digest=basis_digest,
    )  # fmt: skip
    record(actor=actor, verb="open", thing="hotline", at=at, until=until.isoformat(), basis=basis_digest)


@transaction.atomic
def close_hotline(*, actor: str, at: datetime) -> bool:
    """Close the hotline at once; False where it was not open."""
    closed = Opening.objects.filter(closed_at=None).update(closed_at=at, closed_by=actor)
    if closed:
        record(actor=actor, verb="close", thing="hotline", at=at)
    return bool(closed)
