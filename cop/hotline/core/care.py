"""Care for who looks: how long and how often somebody may see material in a day and a week, with breaks, and never alone at night.

Minutes are those that the analyst books after each reveal of an address. A day is the civil day in the hotline's zone, a week that
day and the six before it, so that no seven days in a row pass the cap. Rules: CARE-nn in docs/hotline.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime, time, timedelta, tzinfo

from cop.ground.core.door import Sentence, mark

MINUTE = timedelta(minutes=1)
WEEK = timedelta(days=7)
REFUSALS: dict[str, tuple[str, str]] = {
    "unbooked": ("CARE-06", mark("Book the minutes of the last address first.")),
    "week": (
        "CARE-02",
        mark("Your minutes of seven days are used up. Other work goes on; addresses open again another day."),
    ),
    "day": ("CARE-01", mark("Your minutes of today are used up. Other work goes on; addresses open again tomorrow.")),
    "reveals": ("CARE-05", mark("You have opened as many addresses today as one person may. Others can go on.")),
    "break": ("CARE-03", mark("It is time for a break. Go away from the screen; the page says when you can go on.")),
    "alone": ("CARE-04", mark("Nobody looks alone at night. Wait until a colleague has unlocked the desk, or for the morning.")),
}


@dataclass(frozen=True)
class CareRules:
    """The caps of one analyst, in minutes; `night_from` to `night_to` is told by the clock of the hotline's zone.

    The defaults are the most that a declaration may set, and the least of `break_minutes`.
    """

    day_minutes: int = 240
    week_minutes: int = 1200
    break_after: int = 60
    break_minutes: int = 15
    night_from: time = time(20)
    night_to: time = time(7)
    alone_at_night: bool = False
    reveals_a_day: int = 100


# How far each number goes, from the least to the most. A break of more than 4 hours would be a day off.
BOUNDS = {
    "day_minutes": (1, 240), "week_minutes": (1, 1200), "break_after": (1, 60), "break_minutes": (15, 240),
    "reveals_a_day": (1, 100),
}  # fmt: skip
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


def read_care(table: object, faults: list[str]) -> CareRules:
    """The rules in the table [care] of a declaration, with defaults; what is wrong is added to `faults` (CARE-08).

    Caps can be lowered and never raised. With faults the answer is the defaults.
    """
    if table is None:
        return CareRules()
    if not isinstance(table, Mapping):
        faults.append(Sentence("%(name)s must be a table", name="care"))
        return CareRules()
    before, known = len(faults), [one.name for one in fields(CareRules)]
    if unknown := sorted(set(table) - set(known)):
        faults.append(
            Sentence(
                "%(name)s has no %(unknown)s; it has %(known)s", name="care", unknown=", ".join(unknown), known=", ".join(known)
            )
        )
    held = {name: table[name] for name in known if name in table}
    for name, (least, most) in BOUNDS.items():
        if name in held and (type(held[name]) is not int or not least <= held[name] <= most):
            faults.append(
                Sentence(
                    "%(name)s must be a whole number from %(least)s to %(most)s; caps can be made stricter, never looser",
                    name=f"care.{name}",
                    least=least,
                    most=most,
                )
            )
    for name in ("night_from", "night_to"):
        if name in held:
            held[name] = _clock(name, held[name], faults)
    if held.get("night_from", CareRules.night_from) == held.get("night_to", CareRules.night_to):
        faults.append(
            mark("care.night_from and care.night_to must differ; where nobody need be there, write alone_at_night = true")
        )
    if type(held.get("alone_at_night", False)) is not bool:
        faults.append(Sentence("%(name)s must be true or false", name="care.alone_at_night"))
    return CareRules() if len(faults) > before else CareRules(**held)


@dataclass(frozen=True)
class Exposure:
    """An address that was revealed at `at`, and the minutes that were booked for it; not `booked` while nobody said how many."""

    at: datetime
    minutes: int = 0
    booked: bool = True


@dataclass(frozen=True)
class Standing:
    """Where an analyst stands: minutes seen and left, until when a break lasts, and why no address may be revealed.

    `left_now` is how many minutes may be booked before a cap or a break: what is left of day, week and the time to the next break.
    `refused` is a code of REFUSALS, or empty where an address may be revealed now.
    """

    minutes_today: int
    minutes_week: int
    left_today: int
    left_now: int
    reveals_left: int
    break_until: datetime | None
    refused: str

    @property
    def rule(self) -> str:
        """The code of the rule that refuses, or nothing."""
        return REFUSALS[self.refused][0] if self.refused else ""


def standing(exposures: Iterable[Exposure], at: datetime, rules: CareRules, colleagues_unlocked: int, zone: tzinfo) -> Standing:
    """Whether somebody may reveal an address at `at`, from their exposures of the last week or more, in the order they were kept.

    `colleagues_unlocked` counts others who have the desk unlocked now. Where the machine's clock went back, the last moment that is
    known counts instead, so that it never frees minutes (CARE-07): leave out no exposure because it seems to be still to come.
    """
    seen = _in_order(exposures)
    now = max([_utc(at), *(one.at for one in seen)])
    today = now.astimezone(zone).date()
    days = [(one.at.astimezone(zone).date(), one.minutes) for one in seen]
    minutes_today = sum(minutes for day, minutes in days if day == today)
    minutes_week = sum(minutes for day, minutes in days if timedelta() <= today - day < WEEK)
    left_today, left_week = rules.day_minutes - minutes_today, rules.week_minutes - minutes_week
    reveals_left = rules.reveals_a_day - sum(day == today for day, _ in days)
    run, break_until = _since_break(seen, now, rules)
    refused = {
        "unbooked": any(not one.booked for one in seen),
        "week": left_week <= 0,
        "day": left_today <= 0,
        "reveals": reveals_left <= 0,
        "break": break_until is not None,
        "alone": not rules.alone_at_night and colleagues_unlocked < 1 and is_night(now.astimezone(zone).time(), rules),
    }
    return Standing(
        minutes_today, minutes_week, max(left_today, 0), max(min(left_today, left_week, rules.break_after - run), 0),
        max(reveals_left, 0), break_until, next((code for code in REFUSALS if refused[code]), ""),
    )  # fmt: skip


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a moment needs its zone")
    return at.astimezone(UTC)


def is_night(at: time, rules: CareRules) -> bool:
    """Is this time of the clock in the night of the rules, which may pass midnight?"""
    if rules.night_from < rules.night_to:
        return rules.night_from <= at < rules.night_to
    return at >= rules.night_from or at < rules.night_to


def _in_order(exposures: Iterable[Exposure]) -> list[Exposure]:
    """The exposures in UTC, none before the one that was kept before it."""
    found: list[Exposure] = []
    for one in exposures:
        if one.minutes < 0:
            raise ValueError("minutes are never below zero")
        at = _utc(one.at)
        found.append(Exposure(max(at, found[-1].at) if found else at, one.minutes, one.booked))
    return found


def _since_break(seen: list[Exposure], now: datetime, rules: CareRules) -> tuple[int, datetime | None]:
    """The minutes since the last break, and until when a break that is due lasts. Nobody looks at two addresses at once."""
    run, end, lasts = 0, None, rules.break_minutes * MINUTE
    for one in seen:
        if end is None or one.at - end >= lasts:
            run, end = 0, one.at
        run, end = run + one.minutes, max(end, one.at) + one.minutes * MINUTE
    if end is None or now - end >= lasts:
        return 0, None
    return run, end + lasts if run >= rules.break_after else None


def _clock(name: str, value: object, faults: list[str]) -> time:
    if isinstance(value, time) and value.tzinfo is None:
        return value
    if isinstance(value, str) and (parts := _CLOCK.fullmatch(value)):
        return time(int(parts[1]), int(parts[2]))
    faults.append(Sentence('%(name)s must be a time such as "20:00"', name=f"care.{name}"))
    return time()
