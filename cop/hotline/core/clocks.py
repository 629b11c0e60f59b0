"""Clocks of the desk: how much working time has passed, and when something is due.

Time counts while the hotline works: on its days of the week, in its hours, in its zone, never on its holidays, and not while a
clock is paused. A report that says that a child is in danger counts plain hours, and nothing stops its clock. Every moment that
comes in has a zone; every moment that goes out is in UTC. Rules: CLOCK-nn in docs/hotline.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from cop.hotline.core.work import KINDS as KINDS
from cop.hotline.core.work import WorkRules as WorkRules
from cop.hotline.core.work import read_work as read_work

HOUR, DAY, NONE = timedelta(hours=1), timedelta(days=1), timedelta()
Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Pause:
    """The clock stands still from `start` to `until`; without `until` it does so still."""

    start: datetime
    until: datetime | None = None


@dataclass(frozen=True)
class Clock:
    """When a clock started, and its pauses. Made by `started`, changed by `paused`, `resumed` and `restarted`."""

    start: datetime
    pauses: tuple[Pause, ...] = ()

    @property
    def stopped(self) -> bool:
        """Does it stand still?"""
        return bool(self.pauses) and self.pauses[-1].until is None


def started(at: datetime) -> Clock:
    """A clock that starts to run."""
    return Clock(_utc(at))


def paused(clock: Clock, at: datetime) -> Clock:
    """The clock stops, such as while others have to answer; one that stands still stays as it is (CLOCK-03)."""
    return clock if clock.stopped else replace(clock, pauses=(*clock.pauses, Pause(max(_utc(at), _last(clock)))))


def resumed(clock: Clock, at: datetime) -> Clock:
    """The clock runs on; one that runs stays as it is (CLOCK-03)."""
    if not clock.stopped:
        return clock
    return replace(clock, pauses=(*clock.pauses[:-1], Pause(clock.pauses[-1].start, max(_utc(at), _last(clock)))))


def restarted(clock: Clock, at: datetime) -> Clock:
    """The clock begins anew, as when a case is reopened: nothing of before counts, and no pause of before holds it (CLOCK-04)."""
    return Clock(max(_utc(at), _last(clock)))


def clock_of(steps: Iterable[tuple[str, datetime]]) -> Clock:
    """The clock that steps in their order give: a start, then pause, resume or restart. Raises ValueError for others."""
    first, *others = steps
    clock = started(first[1])
    for verb, at in others:
        if verb not in _VERBS:
            raise ValueError(f"a clock knows {', '.join(_VERBS)}, not {verb}")
        clock = _VERBS[verb](clock, at)
    return clock


_VERBS = {"pause": paused, "resume": resumed, "restart": restarted}


def is_working(at: datetime, rules: WorkRules) -> bool:
    """Does the hotline work at this moment? The hour that ends a working time is not in it any more (CLOCK-01)."""
    local = _utc(at).astimezone(rules.zone)
    minute = local.hour * 60 + local.minute
    return local.date() not in rules.holidays and any(opens <= minute < closes for opens, closes in rules.week[local.weekday()])


def next_opening(at: datetime, rules: WorkRules) -> datetime:
    """The first moment from `at` on at which the hotline works; `at` itself where it does."""
    return next(start for start, _ in _working_from(_utc(at), rules))


def spent(start: datetime, now: datetime, rules: WorkRules, pauses: Iterable[Pause] = ()) -> timedelta:
    """The working time from `start` to `now` without pauses; nothing where `now` is the earlier one (CLOCK-01 to 03)."""
    begin, end = _utc(start), _utc(now)
    if end <= begin:
        return NONE
    stops = _stops(pauses, end)
    total = NONE
    for opens, closes in _working_from(begin, rules):
        if opens >= end:
            break
        total += sum((to - since for since, to in _without((opens, min(closes, end)), stops)), NONE)
    return total


def due(start: datetime, hours: float, rules: WorkRules, pauses: Iterable[Pause] = ()) -> datetime | None:
    """The first moment at which `hours` of working time have passed since `start`; None while an open pause holds it back."""
    begin, left = _utc(start), timedelta(hours=hours)
    if left <= NONE:
        return begin
    stops = _stops(pauses, None)
    for working in _working_from(begin, rules):
        for since, to in _without(working, stops):
            if to - since >= left:
                return since + left
            left -= to - since
        if stops and stops[-1][1] == FOREVER and working[1] > stops[-1][0]:
            return None
    raise AssertionError("working times never end")  # pragma: no cover


def due_of(kind: str, clock: Clock, rules: WorkRules, *, danger: bool = False) -> datetime | None:
    """When a clock of `kind` (KINDS of core.work) runs out; None while it stands still.

    In danger it counts plain hours, `danger_hours` at most, and no pause stops it (CLOCK-05).
    """
    hours = rules.hours_of(kind)
    if danger:
        return _utc(clock.start) + HOUR * min(hours, rules.danger_hours)
    return due(clock.start, hours, rules, clock.pauses)


def left_of(kind: str, clock: Clock, now: datetime, rules: WorkRules, *, danger: bool = False) -> timedelta:
    """The time that is left to a clock of `kind`: working time, or plain time in danger; below zero where it has run out."""
    hours = HOUR * rules.hours_of(kind)
    if danger:
        return min(hours, HOUR * rules.danger_hours) - max(_utc(now) - _utc(clock.start), NONE)
    return hours - spent(clock.start, now, rules, clock.pauses)


FOREVER = datetime.max.replace(tzinfo=UTC)


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a moment needs its zone")
    return at.astimezone(UTC)


def _last(clock: Clock) -> datetime:
    """The last moment that the clock knows: steps never go back behind it, whatever the machine's clock does."""
    known = [clock.start, *(moment for one in clock.pauses for moment in (one.start, one.until) if moment is not None)]
    return max(_utc(moment) for moment in known)


def _stops(pauses: Iterable[Pause], end: datetime | None) -> Sequence[Span]:
    """Pauses in order, those that overlap made one, and what is still open held to `end`, or for ever."""
    found: list[Span] = []
    spans = ((_utc(one.start), FOREVER if one.until is None else _utc(one.until)) for one in pauses)
    for start, until in sorted((start, min(until, end) if end else until) for start, until in spans):
        if until <= start:
            continue
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], until))
        else:
            found.append((start, until))
    return found


def _without(span: Span, stops: Sequence[Span]) -> Iterator[Span]:
    """What is left of a span between the stops."""
    start, end = span
    for since, to in stops:
        if since >= end:
            break
        if to <= start:
            continue
        if since > start:
            yield start, since
        start = to
    if start < end:
        yield start, end


def _working_from(begin: datetime, rules: WorkRules) -> Iterator[Span]:
    """The working times from `begin` on, in order and without end; the first may have begun before."""
    day = begin.date()
    while True:
        for opens, closes in _working_on(day, rules):
            if closes > begin:
                yield max(opens, begin), closes
        day += DAY


def _working_on(day: date, rules: WorkRules) -> Iterator[Span]:
    """The working times within one day of UTC: within each stretch of equal offset, local time runs as time does."""
    for start, end, offset in _stretches(rules.zone, day):
        local_day, last = (start + offset).date(), (end + offset).date()
        while local_day <= last:
            if local_day not in rules.holidays:
                midnight = datetime.combine(local_day, time(), UTC) - offset
                for opens, closes in rules.week[local_day.weekday()]:
                    since, to = max(midnight + timedelta(minutes=opens), start), min(midnight + timedelta(minutes=closes), end)
                    if since < to:
                        yield since, to
            local_day += DAY


@lru_cache(maxsize=4096)
def _stretches(zone: ZoneInfo, day: date) -> tuple[tuple[datetime, datetime, timedelta], ...]:
    """The stretches of equal offset within one day of UTC: start, end and the zone's offset; more than one where clocks change."""
    start = datetime.combine(day, time(), UTC)
    found: list[tuple[datetime, datetime, timedelta]] = []
    since, offset = start, _offset(zone, start)
    for hour in range(1, 25):
        at = start + hour * HOUR
        if (changed := _offset(zone, at)) != offset:
            low, high = at - HOUR, at
            while high - low > timedelta(seconds=1):
                middle = low + timedelta(seconds=(high - low).seconds // 2)
                low, high = (middle, high) if _offset(zone, middle) == offset else (low, middle)
            found.append((since, high, offset))
            since, offset = high, changed
    end = start + DAY
    return (*found, (since, end, offset)) if since < end else tuple(found)


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or NONE
