"""Cases as the desk sees them: how one stands, what it says once opened, and lists of them that say nothing of what they hold."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet

from cop.ground.core.door import NotOpened
from cop.hotline.core import case as machine
from cop.hotline.core.addresses import HIDDEN, masked
from cop.hotline.core.case import Appeal, Hold, State, Step, Subject
from cop.hotline.core.clocks import due_of, started
from cop.hotline.core.facts import WORDS_OF_WAY
from cop.hotline.core.sealing import open_access, open_address, open_trace
from cop.hotline.core.trace import Traced, TraceError, read_kept
from cop.hotline.core.work import WorkRules
from cop.hotline.exchange.keystore import Keystore
from cop.hotline.models import Case, CaseAddress, Item, Report, Trace
from cop.hotline.queries.reports import OpenReport, open_report
from cop.hotline.queries.rings import Unlocked

PAGE = 50
RECEIVED = "received"  # what a receipt shows of a report that nobody took up, or whose case is as new as that


@dataclass(frozen=True)
class AddressRow:
    """One address of an opened case. `text` is shown only in a reveal; `masked` stands everywhere else."""

    id: int
    name: str
    kind: str
    text: str | None
    masked: str
    subject: Subject
    country: str
    network: str
    first_by: str
    second_by: str
    assessed_at: datetime | None
    notified_at: datetime | None
    gone_at: datetime | None
    looks_gone_at: datetime | None
    items: tuple[Mapping[str, str], ...]
    elsewhere: tuple[int, ...]
    traced: Traced | None
    trace_asked: bool
    category: str
    access: Mapping[str, Any]


@dataclass(frozen=True)
class Happened:
    """One line of a case's history."""

    at: datetime
    by: str
    verb: str
    details: Mapping[str, str]


@dataclass(frozen=True)
class OpenCase:
    """A case with what it says, in the memory of the desk."""

    report: OpenReport
    standing: machine.Case
    addresses: tuple[AddressRow, ...]
    history: tuple[Happened, ...]
    concern: str
    may_be_child: bool
    due_at: datetime | None
    partner_number: str
    looks: int


@dataclass(frozen=True)
class CaseRow:
    """One line of a list of cases: codes, people and moments."""

    number: int
    reference: str
    received_at: datetime
    danger: bool
    state: str
    outcome: str
    concern: str
    country: str
    age: str
    due_at: datetime | None
    claimed_by: str
    claimed_until: datetime | None


def standing(row: Case) -> machine.Case:
    """How a stored case stands, for the machine. Two queries, one where addresses were fetched with it."""
    subjects = tuple(
        Subject(one.name, one.outcome, one.first_id, one.second_id, one.agreed, one.settled_by_id, Step(one.step), one.how)
        for one in sorted(row.addresses.all(), key=lambda one: one.pk)
    )
    hold = None
    if row.hold_until is not None and row.hold_placed_at is not None:
        hold = Hold(row.hold_officer, row.hold_reason, row.hold_placed_at, row.hold_until)
    appeal = None
    if row.appeal_at is not None:
        appeal = Appeal(row.appeal_source, row.appeal_at, row.appeal_upheld, row.appeal_by_id)
    return machine.Case(
        subjects, row.report.danger, row.claimed_by_id, row.claimed_until, hold, row.police_agreed, row.referred, row.reason, appeal
    )


def open_case(number: int, unlocked: Unlocked, keystore: Keystore) -> OpenCase:
    """Case `number`, opened. Raises Case.DoesNotExist, and what `open_report` raises."""
    row = Case.objects.select_related("report").prefetch_related("addresses").get(pk=number)
    report = open_report(number, unlocked, keystore)
    held = standing(row)
    rows = list(row.addresses.select_related("first", "second").prefetch_related("items").order_by("pk"))
    known = _elsewhere(rows, number)
    traces = _traced(rows, report.own)
    addresses = tuple(_address(one, held, report.own, known.get(one.blind, ()), traces.get(one.pk)) for one in rows)
    events = list(row.events.order_by("pk"))
    history = tuple(Happened(one.at, one.by, one.verb, json.loads(one.details)) for one in events if one.verb != "look")
    return OpenCase(report, held, addresses, history, row.concern, row.may_be_child, row.due_at, row.partner_number,
                    len(events) - len(history))  # fmt: skip


def _traced(rows: Sequence[CaseAddress], own: bytes) -> dict[int, Traced]:
    """The newest trace of each address, opened; one that can't be read is left out. One query."""
    found = {}
    for row in Trace.objects.filter(address__in=rows).order_by("pk"):
        with suppress(NotOpened, TraceError):
            found[row.address_id] = read_kept(open_trace(own, bytes(row.sealed), row.name).encode())
    return found


def _address(
    row: CaseAddress, held: machine.Case, own: bytes, elsewhere: tuple[int, ...], traced: Traced | None
) -> AddressRow:  # fmt: skip
    try:
        text = open_address(own, bytes(row.sealed), row.name)
    except NotOpened:
        text = None
    return AddressRow(
        row.pk, row.name, row.kind, text, masked(text) if text else "", held.subject(row.name), row.country, row.network,
        row.first.pseudonym if row.first else "", row.second.pseudonym if row.second else "", row.assessed_at, row.notified_at,
        row.gone_at, row.looks_gone_at, tuple(json.loads(item.facts) for item in _newest(row)), elsewhere,
        traced, row.trace_asked_at is not None, row.category, _unsaid(way_of(row, own)),
    )  # fmt: skip


def _unsaid(way: Mapping[str, Any]) -> Mapping[str, Any]:
    """The way to an address without the words that lead there: each of them is masked, as the address is (REVEAL-01)."""
    return {name: HIDDEN if value and name in WORDS_OF_WAY else value for name, value in way.items()}


def way_of(row: CaseAddress, own: bytes) -> Mapping[str, Any]:
    """The way to an address, opened; empty where nobody noted one, or where it does not open."""
    if not row.access:
        return {}
    try:
        found: Mapping[str, Any] = json.loads(open_access(own, bytes(row.access), row.name))
    except NotOpened:
        return {}
    return found


def _newest(row: CaseAddress) -> list[Item]:
    return sorted(row.items.all(), key=lambda item: item.pk)


def _elsewhere(rows: list[CaseAddress], number: int) -> dict[str, tuple[int, ...]]:
    """The other cases in which the same address stands, by its blind index."""
    wanted = {row.blind for row in rows if row.blind}
    found: dict[str, list[int]] = {}
    for blind, case in CaseAddress.objects.filter(blind__in=wanted).exclude(case=number).values_list("blind", "case_id"):
        found.setdefault(blind, []).append(case)
    return {blind: tuple(sorted(set(cases))[:20]) for blind, cases in found.items()}


def reports_with_cases(filters: Mapping[str, str], *, blind: str = "") -> QuerySet[Report]:
    """Reports, newest first, that fit: `q` (case number or reference), `state`, `country`, `age`, `outcome`, `danger`."""
    found = Report.objects.select_related("case", "case__claimed_by").order_by("-pk")
    if any(filters.get(name) for name in ("state", "country", "age", "outcome")) and filters.get("state") != State.NEW:
        found = found.order_by("-case__pk")  # the same order, in which the indexes of cases stand
    text = filters.get("q", "").strip()
    if text.isascii() and text.isdigit():
        found = found.filter(pk=int(text[:18]))
    elif text and not blind:
        found = found.filter(reference=text.upper()[:6])
    if blind:
        found = found.filter(case__addresses__blind=blind).distinct()
    if filters.get("state") == State.NEW:
        found = found.filter(state=RECEIVED)
    elif filters.get("state"):
        found = found.filter(case__state=filters["state"])
    for name in ("country", "age", "outcome"):
        if filters.get(name):
            found = found.filter(**{f"case__{name}": filters[name]})
    if filters.get("danger"):
        found = found.filter(danger=True)
    return found


def case_rows(
    filters: Mapping[str, str], *, before: int | None = None, blind: str = "", most: int = PAGE, work: WorkRules | None = None
) -> list[CaseRow]:
    """The newest cases that fit, `before` a number; at most `most`. One query.

    `work` tells when reports that nobody has taken up yet are due.
    """
    found = reports_with_cases(filters, blind=blind)
    if before is not None:
        found = found.filter(pk__lt=before)
    return [_row(report, work) for report in found.defer("body", "own_key", "own_public", "reply_to")[:most]]


def _row(report: Report, work: WorkRules | None = None) -> CaseRow:
    held = getattr(report, "case", None)
    if held is None:
        due = due_of("first_look", started(report.received_at), work, danger=report.danger) if work else None
        return CaseRow(report.pk, report.reference, report.received_at, report.danger, State.NEW, "", "", "", "", due, "", None)
    who = held.claimed_by.pseudonym if held.claimed_by else ""
    return CaseRow(
        report.pk, report.reference, report.received_at, report.danger, held.state, held.outcome, held.concern, held.country,
        held.age, held.due_at, who, held.claimed_until,
    )  # fmt: skip


def counts() -> dict[str, int]:
    """How many cases stand in each state; reports that nobody took up count as new. Two queries."""
    found: dict[str, int] = dict.fromkeys(State, 0)
    found |= dict(Case.objects.order_by().values_list("state").annotate(Count("pk")))
    found[State.NEW] = Report.objects.filter(state=RECEIVED).count()
    return found


def mine(person: int, at: datetime) -> list[CaseRow]:
    """The cases that somebody has taken and still has. One query."""
    held = Report.objects.filter(case__claimed_by=person, case__claimed_until__gt=at).select_related("case", "case__claimed_by")
    return [_row(report) for report in held.defer("body", "own_key", "own_public", "reply_to").order_by("pk")]


def countries() -> list[str]:
    """The countries in which addresses of cases are hosted, by code. One query."""
    return list(Case.objects.exclude(country="").order_by("country").values_list("country", flat=True).distinct())
