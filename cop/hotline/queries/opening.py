"""Is the hotline open?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from cop.hotline.models import Opening


@dataclass(frozen=True)
class OpenUntil:
    """The declaration that counts: its last day, and the hours in which somebody reads."""

    until: date
    hours: str


def open_until(at: datetime) -> OpenUntil | None:
    """The declaration under which the hotline is open at `at`; None where it is closed. One query."""
    row = Opening.objects.filter(closed_at=None, until__gte=at.date()).order_by("-pk").values("until", "hours").first()
    return OpenUntil(**row) if row else None
