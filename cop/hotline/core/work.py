"""When the hotline works, and how many hours each step may take: the table [work] of the go-live declaration."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from cop.ground.core.door import Sentence, mark

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
KINDS: dict[str, str] = {
    "first_look": mark("First look"),
    "second_look": mark("Second look"),
    "notice": mark("Notice to the host"),
    "reply": mark("Answer to the reporter"),
    "appeal": mark("Decision on an appeal"),
}
MOST_HOURS, MOST_HOLIDAYS = 720, 1000
_RANGE = re.compile(r"([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")
Range = tuple[int, int]  # minutes of the day, from and to; 1440 is its end
GREENWICH = ZoneInfo("UTC")
OFFICE: tuple[tuple[Range, ...], ...] = (((9 * 60, 17 * 60),),) * 5 + ((), ())


@dataclass(frozen=True)
class WorkRules:
    """When the hotline works, and in how many hours of its work each step is due.

    `week` has the ranges of each day, Monday first, in minutes of the day; they neither touch nor overlap. Without a declaration it
    works from 9 to 17 h UTC, Monday to Friday. 24 hours of work are then three days. `danger_hours` are plain hours.
    """

    zone: ZoneInfo = GREENWICH
    week: tuple[tuple[Range, ...], ...] = OFFICE
    holidays: frozenset[date] = frozenset()
    first_look_hours: int = 24
    second_look_hours: int = 8
    notice_hours: int = 8
    reply_hours: int = 24
    appeal_hours: int = 40
    danger_hours: int = 1

    def __post_init__(self) -> None:
        if len(self.week) != 7 or not any(self.week):
            raise ValueError("a week has seven days and at least one hour of work")

    def hours_of(self, kind: str) -> int:
        """The hours that a step of KINDS may take."""
        hours: int = getattr(self, f"{kind}_hours")
        return hours


HOURS = tuple(f"{kind}_hours" for kind in (*KINDS, "danger"))


def read_work(table: object, faults: list[str]) -> WorkRules:
    """The rules in the table [work] of a declaration, with defaults for what it leaves out; what is wrong is added to `faults`.

    Where the table has a [work.week], days that it does not name are closed. With faults the answer is the defaults.
    """
    if table is None:
        return WorkRules()
    if not isinstance(table, Mapping):
        faults.append(Sentence("%(name)s must be a table", name="work"))
        return WorkRules()
    before = len(faults)
    if unknown := sorted(set(table) - {"zone", "week", "holidays", *HOURS}):
        faults.append(
            Sentence(
                "%(name)s has no %(unknown)s; it has %(known)s",
                name="work",
                unknown=", ".join(unknown),
                known=", ".join(("zone", "week", "holidays", *HOURS)),
            )
        )
    zone = _zone(table.get("zone", "UTC"), faults)
    week = _week(table["week"], faults) if "week" in table else OFFICE
    holidays = _holidays(table.get("holidays", []), faults)
    hours = {name: table[name] for name in HOURS if name in table}
    faults += [
        Sentence("%(name)s must be a whole number from %(least)s to %(most)s", name=f"work.{name}", least=1, most=MOST_HOURS)
        for name, value in hours.items()
        if type(value) is not int or not 1 <= value <= MOST_HOURS
    ]
    return WorkRules() if len(faults) > before else WorkRules(zone, week, holidays, **hours)


def _zone(name: object, faults: list[str]) -> ZoneInfo:
    try:
        if isinstance(name, str) and re.fullmatch(r"[A-Za-z0-9_+-]+(?:/[A-Za-z0-9_+-]+)*", name):
            return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # a folder of zones is no zone, and raises OSError
        pass
    faults.append(mark("work.zone must be the name of a time zone, such as Europe/Paris"))
    return GREENWICH


def _week(given: object, faults: list[str]) -> tuple[tuple[Range, ...], ...]:
    if not isinstance(given, Mapping):
        faults.append(Sentence("%(name)s must be a table", name="work.week"))
        return OFFICE
    if unknown := sorted(set(given) - set(DAYS)):
        faults.append(
            Sentence(
                "%(name)s has no %(unknown)s; it has %(known)s", name="work.week", unknown=", ".join(unknown), known=", ".join(DAYS)
            )
        )
    week = tuple(_day(day, given.get(day, []), faults) for day in DAYS)
    if not any(week):
        faults.append(mark("work.week needs at least one day with hours"))
        return OFFICE
    return week


def _day(day: str, ranges: object, faults: list[str]) -> tuple[Range, ...]:
    found: list[Range] = []
    for text in ranges if isinstance(ranges, list) else [ranges]:
        parts = _RANGE.fullmatch(text) if isinstance(text, str) else None
        opens, closes = (int(parts[1]) * 60 + int(parts[2]), int(parts[3]) * 60 + int(parts[4])) if parts else (0, 0)
        if not opens < closes <= 1440:
            faults.append(
                Sentence(
                    '%(name)s needs ranges such as "09:00-12:30"; split one that passes midnight at "24:00"',
                    name=f"work.week.{day}",
                )
            )
            return ()
        found.append((opens, closes))
    found.sort()
    if any(later[0] <= earlier[1] for earlier, later in pairwise(found)):
        faults.append(Sentence("%(name)s has ranges that touch or overlap; make one of them", name=f"work.week.{day}"))
    return tuple(found)


def _holidays(given: object, faults: list[str]) -> frozenset[date]:
    days = given if isinstance(given, list) else [given]
    if any(not isinstance(day, date) or isinstance(day, datetime) for day in days):
        faults.append(mark("work.holidays must be days such as 2027-01-01, without quotes"))
        return frozenset()
    if len(days) > MOST_HOLIDAYS:
        faults.append(Sentence("%(name)s has more than %(most)s days", name="work.holidays", most=MOST_HOLIDAYS))
        return frozenset()
    return frozenset(days)
