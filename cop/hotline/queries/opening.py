"""Is the hotline open, and which rules of its declaration are in force?"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

from cop.hotline.core.care import CareRules
from cop.hotline.core.case import PoliceRules
from cop.hotline.core.golive import Declaration, read_declaration
from cop.hotline.core.work import WorkRules
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


@dataclass(frozen=True)
class Rules:
    """The rules of the desk, by the last declaration: they hold while its legal basis does, also while it is closed (S-01)."""

    basis_until: date | None = None
    may_assess: bool = False
    work: WorkRules = field(default_factory=WorkRules)
    care: CareRules = field(default_factory=CareRules)
    police: PoliceRules = field(default_factory=PoliceRules)


def rules(at: datetime) -> Rules:
    """The rules in force at `at`; nothing may be assessed or revealed without a legal basis. One query."""
    text = Opening.objects.order_by("-pk").values_list("declaration", flat=True).first()
    if text is None:
        return Rules()
    read = _read(text)
    return Rules(read.expires, at.astimezone(read.work.zone).date() <= read.expires, read.work, read.care, read.police)


@lru_cache(maxsize=4)
def _read(text: str) -> Declaration:
    return read_declaration(text)
