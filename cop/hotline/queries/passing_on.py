"""Reports that wait to be passed on, whom a reporter's consent was given for, and messages that wait for a second person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from cop.hotline.core.case import PASSED_ON, State
from cop.hotline.core.passing import PHRASES
from cop.hotline.core.portal import PortalRules
from cop.hotline.models import Draft, Erasure, Message, Opening, Report
from cop.hotline.queries.cases import RECEIVED
from cop.hotline.queries.opening import portal_of

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Waiting:
    """How many reports wait to be passed on, and how many of these say that a child is in danger."""

    reports: int
    danger: int


def _waiting(at: datetime) -> tuple[QuerySet[Report], ...]:
    """Reports that nobody here has assessed or works on, without a police hold, and not of a month that is being erased: those that
    nobody took up, those that somebody did, and those that were passed on and whose reporter added words since.

    Three sets that share no report, as each is found by an index of its own.
    """
    reports = Report.objects.exclude(Exists(Erasure.objects.filter(month=OuterRef("month"))))
    free = Q(case__claimed_until=None) | Q(case__claimed_until__lte=at)
    since = F("report__case__closed_at") - MINUTE  # messages have a minute and no second
    added = Message.objects.filter(of_reporter=True, report__case__reason__in=PASSED_ON, at__gt=since).values("report")
    return (
        reports.filter(case=None, state=RECEIVED),
        reports.filter(free, case__state__in=(State.NEW, State.WORKING), case__outcome="", case__hold_until=None),
        reports.filter(case__reason__in=PASSED_ON, case__outcome="", pk__in=added),
    )


def waiting(at: datetime) -> Waiting:
    """How many reports wait at `at`. Three queries."""
    each = [one.aggregate(reports=Count("pk"), danger=Count("pk", filter=Q(danger=True))) for one in _waiting(at)]
    return Waiting(sum(one["reports"] for one in each), sum(one["danger"] for one in each))


@dataclass(frozen=True)
class Next:
    """One report that waits: its number, the minute in which it came in, and whether it says that a child is in danger."""

    number: int
    received_at: datetime
    danger: bool


def next_waiting(at: datetime, most: int) -> list[Next]:
    """The reports that wait: a child in danger first, then the oldest. Three queries."""
    rows = [
        Next(*row)
        for one in _waiting(at)
        for row in one.order_by("-danger", "pk").values_list("pk", "received_at", "danger")[:most]
    ]  # fmt: skip
    return sorted(rows, key=lambda one: (not one.danger, one.number))[:most]


def declared_when(reports: Iterable[Next]) -> dict[int, tuple[PortalRules, ...]]:
    """Who assessed, by the declarations under which each report may have come in, by its number. One query.

    Reports have a minute and no second, so in the minute of another declaration it may have been either.
    """
    openings = [
        (declared, portal_of(text))
        for declared, text in Opening.objects.order_by("pk").values_list("declared_at", "declaration")
    ]  # fmt: skip
    found: dict[int, tuple[PortalRules, ...]] = {}
    for one in reports:
        at = one.received_at
        before = [portal for declared, portal in openings if declared <= at][-1:]
        within = [portal for declared, portal in openings if at < declared < at + MINUTE]
        found[one.number] = tuple(portal for portal in (*before, *within) if portal is not None)
    return found


def messages() -> QuerySet[Draft]:
    """Messages that a report was passed on, and that wait for a second person; oldest first."""
    gone = Erasure.objects.filter(month=OuterRef("report__month"))
    return Draft.objects.filter(sent=None, phrase__in=PHRASES).exclude(Exists(gone)).order_by("pk")


def waiting_messages(person: int) -> tuple[int, int]:
    """How many messages that a report was passed on wait for a second person, and how many of these were proposed by others than
    `person`. One query.
    """
    found = messages().order_by().aggregate(every=Count("pk"), others=Count("pk", filter=~Q(proposed_by=person)))
    return found["every"], found["others"]
