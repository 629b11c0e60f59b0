"""Minutes of exposure: a person's own, and the lead's view of load, which says nothing of content and ranks nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from cop.hotline.core import care
from cop.hotline.core.care import CareRules, Standing
from cop.hotline.core.work import WorkRules
from cop.hotline.models import Exposure

WEEK_AND_A_DAY = timedelta(days=9)


@dataclass(frozen=True)
class Reveal:
    """One reveal of a person: its number, moment, minutes, and whether they were booked."""

    id: int
    at: datetime
    minutes: int
    booked: bool


@dataclass(frozen=True)
class Load:
    """How much somebody looked at: minutes of today and of seven days, and whether they may go on."""

    name: str
    minutes_today: int
    minutes_week: int
    refused: str


def exposures_of(person: int, at: datetime) -> list[care.Exposure]:
    """What somebody looked at in the last week, and what they have not booked since when it may be, in the order it was kept; also
    what seems still to come. One query.
    """
    rows = Exposure.objects.filter(Q(at__gte=at - WEEK_AND_A_DAY) | Q(booked_at=None), person=person).order_by("pk")
    return [care.Exposure(row.at, row.minutes, row.booked_at is not None) for row in rows]


def reveals_of(person: int, at: datetime) -> list[Reveal]:
    """Somebody's reveals of the last week and those that they have not booked, newest first. One query."""
    rows = Exposure.objects.filter(Q(at__gte=at - WEEK_AND_A_DAY) | Q(booked_at=None), person=person).order_by("-pk")[:200]
    return [Reveal(row.pk, row.at, row.minutes, row.booked_at is not None) for row in rows]


def unbooked(person: int) -> int | None:
    """The reveal for which somebody has not booked their minutes yet. One query."""
    found: int | None = Exposure.objects.filter(person=person, booked_at=None).order_by("pk").values_list("pk", flat=True).first()
    return found


def own_standing(person: int, at: datetime, rules: CareRules, work: WorkRules, colleagues: int) -> Standing:
    """Where somebody stands within the caps. One query."""
    return care.standing(exposures_of(person, at), at, rules, colleagues, work.zone)


def loads(at: datetime, rules: CareRules, work: WorkRules) -> Sequence[Load]:
    """Everybody who looked at something in seven days, by name: never by amount. One query."""
    rows = Exposure.objects.filter(at__gte=at - WEEK_AND_A_DAY).select_related("person").order_by("pk")
    held: dict[int, tuple[str, list[care.Exposure]]] = {}
    for row in rows:
        name = row.person.name or row.person.pseudonym
        held.setdefault(row.person_id, (name, []))[1].append(care.Exposure(row.at, row.minutes, row.booked_at is not None))
    found = [(name, care.standing(seen, at, rules, 1, work.zone)) for name, seen in held.values()]
    return tuple(
        Load(name, one.minutes_today, one.minutes_week, one.refused) for name, one in sorted(found, key=lambda each: each[0])
    )
