"""Is the hotline open, and which rules of its declaration are in force?"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

from django.db import connection

from cop.hotline.core.care import CareRules
from cop.hotline.core.case import PoliceRules
from cop.hotline.core.duty import DutyRules
from cop.hotline.core.golive import BadDeclaration, Declaration, read_declaration
from cop.hotline.core.portal import PortalRules
from cop.hotline.core.work import WorkRules
from cop.hotline.models import Opening

_UNTIL = Opening._meta.get_field("until")
_NOW = f"SELECT until, declaration FROM {Opening._meta.db_table} WHERE closed_at IS NULL ORDER BY id DESC LIMIT 1"  # noqa: S608


@dataclass(frozen=True)
class OpenUntil:
    """The declaration that counts: its last day, the hours in which somebody reads, the duty desk, and who assesses."""

    until: date
    hours: str
    duty: DutyRules = field(default_factory=DutyRules)
    portal: PortalRules = field(default_factory=PortalRules)


def open_until(at: datetime) -> OpenUntil | None:
    """The declaration under which the hotline is open at `at`; None where it is closed. One query.

    Its last day ends when it ends in the hotline's own zone (GATE-02).
    """
    with connection.cursor() as cursor:  # by hand, as each report asks: building the statement took ten times as long as asking
        cursor.execute(_NOW)
        row = cursor.fetchone()
    read = _read(row[1]) if row else None
    until = _UNTIL.to_python(row[0]) if row else None
    if until is None or read is None or until < local_day(at, read) or read.expires < local_day(at, read):
        return None
    return OpenUntil(until, read.texts["hotline.hours"], read.duty, read.portal)


def local_day(at: datetime, declaration: Declaration) -> date:
    """The day that it is at `at` in the hotline's own zone."""
    return at.astimezone(declaration.work.zone).date()


@dataclass(frozen=True)
class Rules:
    """The rules of the desk, by the last declaration: they hold while its legal basis does, also while it is closed (S-01)."""

    basis_until: date | None = None
    may_assess: bool = False
    work: WorkRules = field(default_factory=WorkRules)
    care: CareRules = field(default_factory=CareRules)
    police: PoliceRules = field(default_factory=PoliceRules)
    may_reveal: bool = False
    duty: DutyRules = field(default_factory=DutyRules)
    portal: PortalRules = field(default_factory=PortalRules)
    may_pass_on: bool = False


def rules(at: datetime) -> Rules:
    """The rules in force at `at`; nothing may be assessed or revealed without a legal basis that allows it (S-01). One query."""
    read = last_declaration()
    if read is None:
        return Rules()
    counts = local_day(at, read) <= read.expires
    return Rules(
        read.expires, counts and read.portal.assesses, read.work, read.care, read.police, counts and read.portal.reveals, read.duty,
        read.portal, counts and read.portal.passes_on,
    )  # fmt: skip


def last_declaration() -> Declaration | None:
    """The last declaration, also where the hotline was closed since; None where there is none that can be read. One query."""
    text = Opening.objects.order_by("-pk").values_list("declaration", flat=True).first()
    return _read(text) if text is not None else None


@dataclass(frozen=True)
class Gate:
    """One opening of the gate: by whom and when, until when, under which declaration, and how it ended."""

    declared_at: datetime
    declared_by: str
    until: date
    digest: str
    declaration: str
    closed_at: datetime | None
    closed_by: str


def gates() -> list[Gate]:
    """The last twenty openings, newest first. One query."""
    names = ("declared_at", "declared_by", "until", "digest", "declaration", "closed_at", "closed_by")
    return [Gate(*row) for row in Opening.objects.order_by("-pk").values_list(*names)[:20]]


def portal_of(text: str) -> PortalRules | None:
    """Who assesses by a stored declaration; None for one that can't be read any more. No query."""
    read = _read(text)
    return read.portal if read is not None else None


@lru_cache(maxsize=4)
def _read(text: str) -> Declaration | None:
    """A stored declaration; None for one that this release can't read any more, which opens nothing."""
    try:
        return read_declaration(text)
    except BadDeclaration:
        return None
