"""Criteria over answers: what follows when some of them are unknown, and where the gaps are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cop.ground.core.answers import State


@dataclass(frozen=True)
class Interval:
    """A share from 0 to 1: `low` if every unknown were no, `high` if every unknown were yes, `value` over what is known.

    `value` is None when nothing is known. `known` and `applicable` count answers.
    """

    low: float
    high: float
    value: float | None
    known: int
    applicable: int

    @property
    def coverage(self) -> float:
        """Share of applicable answers that are known, 0 to 1."""
        return self.known / self.applicable if self.applicable else 0.0


def all_of(states: Iterable[State]) -> State:
    """Yes when all are yes, no when all are no, partly when both or a partly are known among known ones, else unknown."""
    held = [state for state in states if state is not State.NA]
    if not held:
        return State.NA
    kinds = set(held)
    if kinds == {State.YES}:
        return State.YES
    if kinds == {State.NO}:
        return State.NO
    if State.PARTLY in kinds or {State.YES, State.NO} <= kinds:
        return State.PARTLY
    return State.UNKNOWN


def at_least(count: int, states: Iterable[State]) -> State:
    """Yes when `count` of them are yes, partly when that needs those that are partly, no when it can't be reached.

    Unknown as long as an unknown answer could still raise the result.
    """
    held = list(states)
    yes, partly, unknown = (held.count(state) for state in (State.YES, State.PARTLY, State.UNKNOWN))
    if yes >= count:
        return State.YES
    if yes + unknown >= count:
        return State.UNKNOWN
    if yes + partly >= count:
        return State.PARTLY
    return State.UNKNOWN if yes + partly + unknown >= count else State.NO


_POINTS = {State.YES: 1.0, State.PARTLY: 0.5, State.NO: 0.0}


def score(states: Iterable[State]) -> Interval:
    """Share of (yes + half of partly) over applicable answers, as an interval that unknown answers widen."""
    held = [state for state in states if state is not State.NA]
    points = [_POINTS[state] for state in held if state is not State.UNKNOWN]
    if not held:
        return Interval(0.0, 1.0, None, 0, 0)
    unknown = len(held) - len(points)
    low = sum(points) / len(held)
    return Interval(low, low + unknown / len(held), sum(points) / len(points) if points else None, len(points), len(held))


@dataclass(frozen=True)
class Gap:
    """A criterion that is not met: `state` no or partly is something to do, unknown something to find out."""

    code: str
    state: State


def gaps(states: Mapping[str, State]) -> tuple[Gap, ...]:
    """Every criterion that is applicable and not yes, in the order given: no, then partly, then unknown."""
    order = (State.NO, State.PARTLY, State.UNKNOWN)
    return tuple(Gap(code, state) for wanted in order for code, state in states.items() if state is wanted)
