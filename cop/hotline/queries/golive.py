"""The go-live sheet: the declaration in words, and how each gate stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cop.ground.core.door import mark
from cop.hotline.core.duty import TEST_LASTS, DutyRules
from cop.hotline.core.golive import Declaration, Retention, read_declaration
from cop.hotline.core.portal import MODES
from cop.hotline.exchange.keystore import Keystore
from cop.hotline.models import DutyMessage, Station, TeamKey
from cop.hotline.queries.opening import Gate, local_day

_NAMES: dict[str, dict[str, str]] = {
    "hotline": {
        "controller": mark("Controller"), "rights_contact": mark("Contact for rights"), "hours": mark("Hours of service"),
        "cover": mark("Cover"),
    },
    "basis": {
        "authority": mark("Authority"), "instrument": mark("Instrument"), "article": mark("Article"), "scope": mark("Scope"),
        "roles": mark("Roles"),
    },
    "impact": {"assessment": mark("Reference of the assessment"), "by": mark("Made by")},
}  # fmt: skip


@dataclass(frozen=True)
class GateState:
    """One gate: its name, whether it holds, and until which day where it has one."""

    name: str
    holds: bool
    until: date | None = None


@dataclass(frozen=True)
class Sheet:
    """What stands on the go-live sheet. Tables are pairs of a name and a value; `mode` is a sentence."""

    open: bool
    until: date
    declared_at: datetime
    declared_by: str
    digest: str
    hotline: tuple[tuple[str, str], ...]
    basis: tuple[tuple[str, str], ...]
    impact: tuple[tuple[str, str], ...]
    mode: str
    partner: str
    signed_on: date
    expires: date
    retention: tuple[Retention, ...]
    duty: DutyRules
    gates: tuple[GateState, ...]


def sheet(gate: Gate, keystore: Keystore | None, at: datetime) -> Sheet:
    """The sheet of one opening. Three queries. Raises BadDeclaration for a text that this release can't read any more."""
    read = read_declaration(gate.declaration)
    day = local_day(at, read)
    is_open = gate.closed_at is None and day <= min(gate.until, read.expires)
    states = (
        GateState(mark("Declared by a lead"), is_open, gate.until),
        GateState(mark("Legal basis"), day <= read.expires, read.expires),
        GateState(mark("Assessment at this centre"), day <= read.expires and read.portal.assesses, read.expires),
        GateState(mark("Reveal of addresses"), day <= read.expires and read.portal.reveals, read.expires),
        GateState(mark("Keys of the team and of this month"), _has_keys(keystore, at)),
        _tested(read.duty, at),
        _station(at, day),
    )
    return Sheet(
        is_open, gate.until, gate.declared_at, gate.declared_by, gate.digest, _table(read, "hotline"), _table(read, "basis"),
        _table(read, "impact"), MODES[read.portal.mode], read.portal.partner, read.days["basis.signed_on"], read.expires,
        read.retention, read.duty, states,
    )  # fmt: skip


def _table(read: Declaration, part: str) -> tuple[tuple[str, str], ...]:
    return tuple((label, read.texts[f"{part}.{name}"]) for name, label in _NAMES[part].items())


def _has_keys(keystore: Keystore | None, at: datetime) -> bool:
    return keystore is not None and f"{at:%Y-%m}" in keystore.months() and TeamKey.objects.exists()


def _tested(duty: DutyRules, at: datetime) -> GateState:
    """The last acknowledged test of the way to the duty desk; it holds 30 days from its sending."""
    name = mark("Duty desk tested")
    rows = DutyMessage.objects.filter(report=None, target=duty.target).exclude(acknowledged_at=None) if duty.channel else None
    sent = rows.order_by("-sent_at").values_list("sent_at", flat=True).first() if rows is not None else None
    return GateState(name, False) if sent is None else GateState(name, at - TEST_LASTS < sent <= at, (sent + TEST_LASTS).date())


def _station(at: datetime, day: date) -> GateState:
    rows = Station.objects.filter(withdrawn_at=None, ends_on__gte=day - timedelta(days=1))
    last = rows.order_by("-ends_on").values_list("ends_on", flat=True).first()
    return GateState(mark("A viewing station"), last is not None and last >= at.date(), last)
