"""Rows of facts for figures, counted from the events of cases and from nothing else (FIG-01, FIG-02).

A row stands for one subject of a case, or for a report in which nobody has found a subject yet. It has no field for a reporter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, tzinfo
from itertools import groupby

from cop.hotline.core.case import ILLEGAL
from cop.hotline.core.facts import AGES

TEST = "test"  # the reason with which a test of the hotline itself is closed
REMOVED = "removed"


@dataclass(frozen=True)
class Received:
    """A report that came in: its case number and when."""

    case: int
    at: datetime


@dataclass(frozen=True)
class Event:
    """One step of a case. `subject` is a number of the address that it is about, None for the whole case; `details` are codes."""

    case: int
    subject: int | None
    at: datetime
    verb: str
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Fact:
    """One subject of a case, in codes and days of the hotline's zone. Hours are counted by the clock on the wall.

    country: two letters where it is hosted, or nothing. `to_notice` runs from confirmation to the first notice, `to_removal` from
    that to the moment at which a person said that it is gone; `to_assessment` from the report's arrival. `ended` is a code of
    WAYS_GONE, "handed" or nothing. `held`: did the police ask to wait? `times_back`: how often it was there again.
    `passed_on`: did the report go to others, who assess it?
    """

    case: int
    subject: int = 0
    received_on: date = date.min
    assessed_on: date | None = None
    confirmed_on: date | None = None
    ended_on: date | None = None
    outcome: str = ""
    concern: str = ""
    kind: str = ""
    country: str = ""
    at_home: bool = False
    to_assessment: float | None = None
    to_notice: float | None = None
    to_removal: float | None = None
    ended: str = ""
    age: str = "unknown"
    disputed: bool = False
    overturned: bool = False
    held: bool = False
    times_back: int = 0
    reopened: int = 0
    passed_on: bool = False

    @property
    def confirmed(self) -> bool:
        """Do two people, or a third after a dispute, call it illegal, with no appeal upheld since?"""
        return self.confirmed_on is not None


@dataclass
class _Subject:
    """What is gathered of a subject while its events are read in order."""

    outcome: str = ""
    kind: str = ""
    country: str = ""
    age: str = "unknown"
    assessed: datetime | None = None
    confirmed: datetime | None = None
    notified: datetime | None = None
    ended_at: datetime | None = None
    ended: str = ""
    disputed: bool = False
    overturned: bool = False
    back: int = 0

    def take(self, event: Event) -> None:
        """Read one event of this subject."""
        told, at = event.details, event.at
        match event.verb:
            case "add address":
                self.kind = told.get("kind", self.kind)
            case "assess":
                self.outcome, self.assessed = told.get("outcome", ""), self.assessed or at
            case "confirm":
                self.confirmed = at
            case "disagree":
                self.disputed = True
            case "settle":
                self.outcome = told.get("outcome", "")
                self.confirmed = at if self.outcome in ILLEGAL else None
            case "traced":
                found = told.get("country", "")
                self.country = found if len(found) == 2 else ""
            case "add item":
                ages = {self.age, told.get("age", "unknown")} - {"unknown"}
                self.age = next((age for age in AGES if age in ages), "unknown")
            case "notify":
                self.notified = self.notified or at
            case "hand over":
                self.ended, self.ended_at = "handed", at
            case "gone":
                self.ended, self.ended_at = told.get("how", ""), at
            case "there again":
                self.ended, self.ended_at, self.back = "", None, self.back + 1

    def overturn(self, outcome: str) -> None:
        """An appeal was upheld: nothing of it counts as illegal any more."""
        if self.outcome in ILLEGAL:
            self.outcome, self.confirmed, self.overturned = outcome, None, True


def facts_of(received: Iterable[Received], events: Iterable[Event], *, zone: tzinfo, own_country: str = "") -> tuple[Fact, ...]:
    """The rows of all reports, in the order of their numbers. Events of one case come in their own order, those of others anywhere
    between (FIG-02).

    A case that is closed as a test of the hotline itself gives no row. own_country: two letters, or nothing where there is none.
    """
    held: dict[int, list[Event]] = {}
    for event in events:
        held.setdefault(event.case, []).append(event)
    found: list[Fact] = []
    for one in sorted(received, key=lambda one: one.case):
        found.extend(_facts(one, held.get(one.case, []), zone, own_country))
    return tuple(found)


def _facts(one: Received, events: list[Event], zone: tzinfo, own: str) -> list[Fact]:
    subjects: dict[int, _Subject] = {}
    concern, reason, held, reopened, passed_on = "", "", False, 0, False
    for event in events:
        if event.subject is not None:
            subjects.setdefault(event.subject, _Subject()).take(event)
        elif event.verb == "look":
            concern = event.details.get("concern", concern)
        elif event.verb in ("pass on", "wait again"):
            concern, passed_on = event.details.get("concern", concern), event.verb == "pass on"
        elif event.verb in ("close", "reopen"):
            reason, passed_on = event.details.get("reason", ""), False
            reopened += event.verb == "reopen"
        elif event.verb == "hold":
            held = True
        elif event.verb == "uphold appeal":
            for subject in subjects.values():
                subject.overturn(event.details.get("outcome") or "not_illegal")
    if reason == TEST:
        return []
    blank = Fact(one.case, received_on=_day(one.at, zone), concern=concern, held=held, reopened=reopened, passed_on=passed_on)
    return [_fact(blank, name, subject, one.at, zone, own) for name, subject in sorted(subjects.items())] or [blank]


def _fact(blank: Fact, name: int, one: _Subject, received: datetime, zone: tzinfo, own: str) -> Fact:
    return replace(
        blank, subject=name, outcome=one.outcome, kind=one.kind, country=one.country, age=one.age,
        at_home=bool(own) and one.country == own, assessed_on=_day_or_none(one.assessed, zone),
        confirmed_on=_day_or_none(one.confirmed, zone), ended_on=_day_or_none(one.ended_at, zone), ended=one.ended,
        to_assessment=_hours(received, one.assessed), to_notice=_hours(one.confirmed, one.notified),
        to_removal=_hours(one.notified, one.ended_at) if one.ended == REMOVED else None,
        disputed=one.disputed, overturned=one.overturned, times_back=one.back,
    )  # fmt: skip


def _day(at: datetime, zone: tzinfo) -> date:
    return at.astimezone(zone).date()


def _day_or_none(at: datetime | None, zone: tzinfo) -> date | None:
    return _day(at, zone) if at is not None else None


def _hours(start: datetime | None, end: datetime | None) -> float | None:
    """Hours from one moment to the next; none where one is missing, and zero where a clock went back."""
    if start is None or end is None:
        return None
    return max((end - start).total_seconds() / 3600, 0.0)


def by_case(facts: Iterable[Fact]) -> list[tuple[Fact, ...]]:
    """The rows of each case together, in the order of case numbers."""
    ordered = sorted(facts, key=lambda one: (one.case, one.subject))
    return [tuple(rows) for _, rows in groupby(ordered, key=lambda one: one.case)]
