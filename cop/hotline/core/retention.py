"""When a month's keys must go: each class of records has its term, and a hold keeps what it names (S-30).

The unit is a month of keys. It opens reports that came in then and messages written then, also those of earlier reports; so a month
lives as long as any thread that needs it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from cop.ground.core.door import Sentence
from cop.hotline.core.golive import Retention

GRACE = 2  # days after the end of a month in which a page that was opened before may still send what it sealed


@dataclass(frozen=True)
class Term:
    """Days after the last activity: nothing goes before `minimum`, and nothing stays beyond `maximum` without a hold."""

    minimum: int
    maximum: int


@dataclass(frozen=True)
class Thread:
    """One report: the months whose keys its thread needs, its own first, and the day on which something last happened to it."""

    number: int
    months: tuple[str, ...]
    last: date


@dataclass(frozen=True)
class Kept:
    """A legal hold that stands: on a month, or on one report. It never lapses; after `review_on` it rings."""

    reference: str
    review_on: date
    month: str = ""
    report: int | None = None

    def overdue(self, day: date) -> bool:
        """Has its day of review passed?"""
        return day > self.review_on


@dataclass(frozen=True)
class Month:
    """How one month of keys stands. It may go from `may_on`, must go on `due_on`, and stays while `holds` are there."""

    month: str
    reports: int
    may_on: date
    due_on: date
    holds: tuple[str, ...] = ()

    def is_due(self, day: date) -> bool:
        """Must it be erased on that day?"""
        return not self.holds and day >= self.due_on

    def why_not(self, day: date, *, early: bool = False) -> str:
        """Why it is not to be erased on that day, in words; empty where it is. `early`: somebody asks for it before it is due."""
        if self.holds:
            return Sentence("a legal hold stands: %(names)s", names=", ".join(self.holds))
        if early and day < self.may_on:
            return Sentence("the law keeps it until %(day)s", day=self.may_on)
        if not early and day < self.due_on:
            return Sentence("it is due on %(day)s", day=self.due_on)
        return ""


def term_of(rows: Iterable[Retention]) -> Term:
    """One key opens all classes of a month, so the longest class decides. Raises ValueError for an empty table."""
    held = tuple(rows)
    if not held:
        raise ValueError("a table of retention has at least one class")
    minimum = max(row.minimum for row in held)
    return Term(minimum, max(minimum, *(row.maximum for row in held)))


def closed_on(month: str) -> date:
    """The first day on which nothing can come in any more under the keys of a month such as 2026-11."""
    year, number = int(month[:4]), int(month[5:])
    after = date(year + number // 12, number % 12 + 1, 1)
    return after + timedelta(days=GRACE)


def may_be_due(month: str, term: Term, day: date) -> bool:
    """Could the month be due on that day, if nothing happened after its first day? A cheap look before its reports are read."""
    start = date(int(month[:4]), int(month[5:]), 1)
    return day >= max(closed_on(month), start + timedelta(days=term.maximum))


def stand(months: Iterable[str], threads: Iterable[Thread], term: Term, holds: Iterable[Kept]) -> tuple[Month, ...]:
    """How each month stands, oldest first. A hold keeps every month that a thread which it names needs."""
    held, kept = tuple(threads), tuple(holds)
    touching: dict[str, list[Thread]] = {month: [] for month in months}
    for one in held:
        for month in set(one.months) & touching.keys():
            touching[month].append(one)
    names = _names(held, kept)
    return tuple(_month(month, touching[month], term, names.get(month, set())) for month in sorted(touching))


def _month(month: str, threads: list[Thread], term: Term, names: set[str]) -> Month:
    closed = closed_on(month)
    last = max((one.last for one in threads), default=closed)
    may, due = (max(closed, last + timedelta(days=days)) for days in (term.minimum, term.maximum))
    return Month(month, sum(1 for one in threads if one.months[0] == month), may, due, tuple(sorted(names)))


def _names(threads: Iterable[Thread], holds: Iterable[Kept]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    by_month: dict[str, set[str]] = {}
    by_report: dict[int | None, set[str]] = {}
    for hold in holds:
        if hold.month:
            by_month.setdefault(hold.month, set()).add(hold.reference)
            found.setdefault(hold.month, set()).add(hold.reference)
        else:
            by_report.setdefault(hold.report, set()).add(hold.reference)
    for one in threads:
        names = by_report.get(one.number, set()).union(*(by_month.get(month, set()) for month in one.months))
        for month in one.months if names else ():
            found.setdefault(month, set()).update(names)
    return found
