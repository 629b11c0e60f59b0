"""A method applied: from values to points, groups, totals and bands, for all countries and years at once. Never a rank.

Unknown widens the interval and is never a zero; not applicable leaves the base; what can't be computed says why. All arrays
have the indicators of the method first, then areas, then years.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cached_property, reduce
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from cop.ground.core.door import Reading, State, UnknownCode
from cop.observatory.core.method import Aggregation, By, Group, Method, Normalisation, Outside, Zero
from cop.observatory.core.observations import Observation
from cop.observatory.core.readings import Readings

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
_NO_ROUNDING = 5e-10  # points of 100: below this a bound counts as on the edge of a band


class Reason(StrEnum):
    """Why a country has no value or no band, the first that holds. With the last one the value stands, but no band."""

    VALUE_OUTSIDE_GOALPOSTS = "value_outside_goalposts"
    ZERO_IN_GEOMETRIC_MEAN = "zero_in_geometric_mean"
    NO_APPLICABLE = "no_applicable"
    TOO_FEW_KNOWN = "too_few_known"
    GROUP_BELOW_MINIMUM = "group_below_minimum"
    BOUNDS_IN_TWO_BANDS = "bounds_in_two_bands"


REASONS = (None, *Reason)
_OUTSIDE, _ZERO, _NONE_APPLIES, _FEW, _BELOW, _TWO_BANDS = range(1, 7)


@dataclass(frozen=True)
class ScoringInputs:
    """What a method is applied to: `values` [indicator, area, year], NaN unknown; `not_applicable` of the same shape.

    A state is 1 yes, 0.5 partly, 0 no; a level its number; anything else its own number. Raises ValueError where shapes
    differ or where something has a value and is not applicable.
    """

    codes: tuple[str, ...]
    areas: tuple[str, ...]
    years: tuple[int, ...]
    values: Floats
    not_applicable: Flags

    def __post_init__(self) -> None:
        shape = (len(self.codes), len(self.areas), len(self.years))
        if self.values.shape != shape or self.not_applicable.shape != shape:
            raise ValueError(f"values and not_applicable must have the shape {shape}: indicators, areas, years")
        if np.any(self.not_applicable & ~np.isnan(self.values)):
            raise ValueError("something is not applicable and has a value")

    def place(self, area: str, year: int | None = None) -> tuple[int, int]:
        """Where an area and a year (the last one where None) stand in the arrays. Raises UnknownCode."""
        if area not in self.areas:
            raise UnknownCode("country", area, list(self.areas[:5]))
        if year is not None and year not in self.years:
            raise UnknownCode("year", str(year), [str(known) for known in self.years])
        return self.areas.index(area), self.years.index(year) if year is not None else len(self.years) - 1


@dataclass(frozen=True)
class GroupStep:
    """One group over areas and years: bounds and value over what is known (0 to 1), counts of indicators below it.

    NaN where nothing applies or where it can't be computed. `weight` is the sum of the weights of applicable members;
    `below` says where coverage is under the group's minimum. `blocked` holds reasons by their place in REASONS, 0 none.
    """

    group: Group
    low: Floats
    high: Floats
    value: Floats
    known: NDArray[np.int64]
    applicable: NDArray[np.int64]
    weight: Floats
    below: Flags
    blocked: NDArray[np.uint8]


@dataclass(frozen=True)
class Score:
    """What a method gives one area in one year. Shares run from 0 to 1; `band` from 1, None without one.

    `value` is None where `reason` stands, except for bounds in two bands. `where` is the indicator or group that the reason
    is about, empty where it is the whole.
    """

    area: str
    year: int
    low: float | None
    high: float | None
    value: float | None
    known: int
    applicable: int
    band: int | None
    reason: Reason | None
    where: str

    @property
    def coverage(self) -> float:
        """Share of applicable indicators that are known, 0 to 1."""
        return self.known / self.applicable if self.applicable else 0.0


@dataclass(frozen=True)
class StepRow:
    """One line of the computation of one area and year, for a page or a download.

    `step` is indicator, group or total; `state` known, unknown, na, refused or, for groups, computed. `raw` is the value that
    came in, `weight` the declared one and `weight_in_effect` its share of the total after what is not applicable has left
    (both None where the least member counts). Shares run from 0 to 1.
    """

    step: str
    code: str
    parent: str
    state: str
    raw: float | None
    low: float | None
    high: float | None
    value: float | None
    weight: Fraction | None
    weight_in_effect: float | None
    known: int
    applicable: int


@dataclass(frozen=True)
class Scores:
    """A method applied, with the table of every step.

    `normalised` [indicator, area, year] holds points, NaN unless known; `refused` is True for values beyond goalposts that
    refuse them. `groups` are steps in the order of the method. `low`, `high`, `value`, `coverage`, `band` (0 none) and
    `reason` (a place in REASONS) are [area, year].
    """

    method: Method
    inputs: ScoringInputs
    normalised: Floats
    refused: Flags
    groups: Mapping[str, GroupStep]
    value: Floats
    coverage: Floats
    band: NDArray[np.uint8]
    reason: NDArray[np.uint8]

    @property
    def low(self) -> Floats:
        """The lower bound: everything unknown at its worst."""
        return self.groups[self.method.total.id].low

    @property
    def high(self) -> Floats:
        """The upper bound: everything unknown at its best."""
        return self.groups[self.method.total.id].high

    @cached_property
    def weights(self) -> Mapping[str, Floats]:
        """The weight in effect of every indicator and group in the total, [area, year]: those of applicable indicators of
        a tree of means sum to 1. 0 where not applicable, NaN under a group where the least member counts."""
        found = {self.method.total.id: np.where(self.groups[self.method.total.id].applicable > 0, 1.0, 0.0)}
        row = {code: place for place, code in enumerate(self.method.codes)}
        for group in reversed(self.method.groups):
            with np.errstate(invalid="ignore", divide="ignore"):
                share = found[group.id] / self.groups[group.id].weight
            for member in group.members:
                applies = (
                    ~self.inputs.not_applicable[row[member.code]] if member.code in row else self.groups[member.code].applicable > 0
                )
                weight = float(member.weight) if member.weight is not None else np.nan
                found[member.code] = np.where(applies, share * weight, 0.0)
        return found

    def of(self, area: str, year: int | None = None) -> Score:
        """What an area got in a year, the last one where None. Raises UnknownCode."""
        place = self.inputs.place(area, year)
        total = self.groups[self.method.total.id]
        reason = REASONS[self.reason[place]]
        return Score(
            area,
            self.inputs.years[place[1]],
            *(_number(array[place]) for array in (self.low, self.high, self.value)),
            int(total.known[place]),
            int(total.applicable[place]),
            int(self.band[place]) or None,
            reason,
            self._where(reason, place),
        )

    def _where(self, reason: Reason | None, place: tuple[int, int]) -> str:
        if reason is Reason.VALUE_OUTSIDE_GOALPOSTS:
            return self.method.codes[int(np.argmax(self.refused[(slice(None), *place)]))]
        if reason is Reason.ZERO_IN_GEOMETRIC_MEAN:
            return next(id for id, step in self.groups.items() if step.blocked[place] == _ZERO)
        if reason is Reason.GROUP_BELOW_MINIMUM:
            return next(id for id, step in self.groups.items() if step.below[place])
        return ""

    def rows(self, area: str, year: int | None = None) -> tuple[StepRow, ...]:
        """Every step of one area and year: the indicators of each group before the group, the total last. UnknownCode."""
        place = self.inputs.place(area, year)
        rows = {code: self._indicator_row(at, code, place) for at, code in enumerate(self.method.codes)}
        found: list[StepRow] = []
        for group in self.method.groups:
            found += [rows[member.code] for member in group.members if member.code in rows]
            step = self.groups[group.id]
            parent, weight = self.method.parents.get(group.id, ("", Fraction(1)))
            state = "na" if not step.applicable[place] else "refused" if step.blocked[place] else "computed"
            numbers = [_number(array[place]) for array in (step.low, step.high, step.value, self.weights[group.id])]
            if not parent:
                numbers[2] = _number(self.value[place])
            found.append(
                StepRow("group" if parent else "total", group.id, parent, state, None, *numbers[:3], weight, numbers[3],
                        int(step.known[place]), int(step.applicable[place]))
            )  # fmt: skip
        return tuple(found)

    def _indicator_row(self, at: int, code: str, place: tuple[int, int]) -> StepRow:
        cell = (at, *place)
        raw, points = _number(self.inputs.values[cell]), _number(self.normalised[cell])
        na, refused = bool(self.inputs.not_applicable[cell]), bool(self.refused[cell])
        state = "na" if na else "refused" if refused else "unknown" if points is None else "known"
        low, high = (0.0, 1.0) if state == "unknown" else (points, points)
        parent, weight = self.method.parents[code]
        effect = _number(self.weights[code][place])
        return StepRow("indicator", code, parent, state, raw, low, high, points, weight, effect, int(state == "known"), int(not na))


def score_countries(method: Method, inputs: ScoringInputs) -> Scores:
    """Apply a method to inputs whose codes are those of the method, in its order. Raises ValueError where they differ."""
    if inputs.codes != method.codes:
        raise ValueError(f"the inputs are not those of {method.key}")
    shape = inputs.values.shape
    values = np.ascontiguousarray(inputs.values).reshape(len(method.codes), -1)
    na = np.ascontiguousarray(inputs.not_applicable).reshape(values.shape)
    normalised = np.empty_like(values)
    refused = np.zeros(values.shape, dtype=np.bool_)
    steps: dict[str, GroupStep] = {}
    start = 0
    for group in method.groups:
        leaves = [member for member in group.members if member.code in method.normalisations]
        part = slice(start, start + len(leaves))
        _normalise([method.normalisations[m.code] for m in leaves], values[part], normalised[part], refused[part])
        steps[group.id] = _aggregate(group, normalised[part], na[part], refused[part], steps)
        start = part.stop
    total = steps[method.total.id]
    below = reduce(np.logical_or, [step.below for id, step in steps.items() if id != method.total.id], np.False_)
    reason = np.where(
        total.blocked > 0, total.blocked,
        np.where(total.applicable == 0, _NONE_APPLIES, np.where(total.below, _FEW, np.where(below, _BELOW, 0))),
    ).astype(np.uint8)  # fmt: skip
    band, two = _bands(method.bands, total, reason == 0)
    value = np.where(reason == 0, total.value, np.nan)
    reason[two] = _TWO_BANDS
    coverage = total.known / np.maximum(total.applicable, 1)
    return Scores(
        method, inputs, normalised.reshape(shape), refused.reshape(shape),
        {id: _shaped(step, shape[1:]) for id, step in steps.items()},
        *(array.reshape(shape[1:]) for array in (value, coverage, band, reason)),
    )  # fmt: skip


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _shaped(step: GroupStep, shape: tuple[int, ...]) -> GroupStep:
    arrays = (step.low, step.high, step.value, step.known, step.applicable, step.weight, step.below, step.blocked)
    return GroupStep(step.group, *(array.reshape(shape) for array in arrays))


def _bands(edges: Sequence[Fraction], total: GroupStep, usable: Flags) -> tuple[NDArray[np.uint8], Flags]:
    """The band, 0 without one, and where the bounds fall in two bands."""
    if not edges:
        return np.zeros(usable.shape, dtype=np.uint8), np.zeros(usable.shape, dtype=np.bool_)
    low, high = (
        sum((bound >= float(edge) / 100 - _NO_ROUNDING / 100 for edge in edges), np.ones(usable.shape, dtype=np.uint8))
        for bound in (total.low, total.high)
    )
    same = low == high
    return np.where(usable & same, low, 0).astype(np.uint8), usable & ~same


def _normalise(rules: Sequence[Normalisation], values: Floats, out: Floats, refused: Flags) -> None:
    """Points of the rows of `values` into `out`, NaN where unknown or refused; neighbours of one kind at once."""
    start = 0
    for by, run in groupby(rules, key=lambda rule: rule.by):
        alike = list(run)
        part = slice(start, start + len(alike))
        start = part.stop
        if by in (By.STATES, By.LEVELS):
            _ladder(alike, values[part], out[part], refused[part])
        else:
            _goalposts(alike, values[part], out[part], refused[part])


def _ladder(rules: Sequence[Normalisation], values: Floats, out: Floats, refused: Flags) -> None:
    """States and levels: only the steps themselves have points."""
    for points, run in groupby(enumerate(rules), key=lambda item: item[1].points):
        places = [place for place, _ in run]
        part = slice(places[0], places[-1] + 1)
        top = len(points) - 1
        rank = values[part] * top if rules[places[0]].by is By.STATES else values[part]
        bad = np.not_equal(rank, np.rint(rank))
        bad |= (rank < 0) | (rank > top)
        bad &= ~np.isnan(rank)
        if all(point == Fraction(step, top) for step, point in enumerate(points)):
            np.divide(rank, top, out=out[part])
        else:
            table = np.array([*map(float, points), np.nan])
            out[part] = table[np.where(np.isnan(rank) | bad, top + 1, rank).astype(np.intp)]
        refused[part] = bad
    out[refused] = np.nan


def _goalposts(rules: Sequence[Normalisation], values: Floats, out: Floats, refused: Flags) -> None:
    worst = np.array([float(rule.worst) for rule in rules])[:, None]
    best = np.array([float(rule.best) for rule in rules])[:, None]
    if rules[0].by is By.LOG:
        with np.errstate(divide="ignore"):
            np.log(np.maximum(values, 0) / worst, out=out)
        np.divide(out, np.log(best / worst), out=out)
    else:
        np.subtract(values, worst, out=out)
        np.divide(out, best - worst, out=out)
    beyond = (out < 0) | (out > 1)
    if not beyond.any():
        return
    refuses = np.array([rule.outside is Outside.REFUSE for rule in rules])[:, None]
    np.logical_and(beyond, refuses, out=refused)
    np.clip(out, 0, 1, out=out)
    out[refused] = np.nan


@dataclass(frozen=True)
class _Members:
    """The members of a group side by side, [member, cell]: indicators, then groups."""

    low: Floats
    high: Floats
    value: Floats
    applies: Flags
    weights: Floats


def _aggregate(group: Group, points: Floats, na: Flags, refused: Flags, steps: Mapping[str, GroupStep]) -> GroupStep:
    """One group from the points of its indicators and the steps of its groups."""
    inner = [steps[member.code] for member in group.members if member.code in steps]
    known = np.count_nonzero(~np.isnan(points), axis=0)
    applicable = len(points) - np.count_nonzero(na, axis=0)
    blocked = np.where(refused.any(axis=0), _OUTSIDE, 0).astype(np.uint8)
    for step in inner:
        known, applicable = known + step.known, applicable + step.applicable
        blocked = np.where((blocked == 0) | ((step.blocked > 0) & (step.blocked < blocked)), step.blocked, blocked)
    held = _members(group, points, na, inner)
    low, high, value, weight = _MEANS[group.aggregation](held)
    if group.zero is Zero.REFUSE:
        blocked = np.where((blocked == 0) & (held.value == 0).any(axis=0), _ZERO, blocked)
    nothing = (blocked > 0) | (applicable == 0)
    low, high, value = (np.where(nothing, np.nan, array) for array in (low, high, value))
    below = (known * group.minimum.denominator < group.minimum.numerator * applicable) & (applicable > 0)
    return GroupStep(group, low, high, value, known, applicable, weight, below, blocked.astype(np.uint8))


def _members(group: Group, points: Floats, na: Flags, inner: Sequence[GroupStep]) -> _Members:
    unknown = np.isnan(points)
    low, high = np.where(unknown, 0.0, points), np.where(unknown, 1.0, points)
    leaf = [member for member in group.members if member.code not in {step.group.id for step in inner}]
    nested = {member.code: member for member in group.members}
    order = [*leaf, *(nested[step.group.id] for step in inner)]
    weights = np.array([1.0 if member.weight is None else float(member.weight) for member in order])[:, None]
    if not inner:
        return _Members(low, high, points, ~na, weights)

    def joined(leaves: Floats, arrays: list[Floats]) -> Floats:
        return np.vstack([leaves, *arrays])

    return _Members(
        joined(low, [np.where(step.applicable > 0, step.low, 0.0) for step in inner]),
        joined(high, [np.where(step.applicable > 0, step.high, 1.0) for step in inner]),
        joined(points, [step.value for step in inner]),
        np.vstack([~na, *(step.applicable > 0 for step in inner)]),
        weights,
    )


def _arithmetic(held: _Members) -> tuple[Floats, Floats, Floats, Floats]:
    base = held.applies * held.weights
    known = ~np.isnan(held.value) * held.weights
    total = base.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        low = (held.low * base).sum(axis=0) / total
        high = (held.high * base).sum(axis=0) / total
        value = np.where(np.isnan(held.value), 0.0, held.value * known).sum(axis=0) / known.sum(axis=0)
    return low, np.minimum(high, 1.0), value, total


def _geometric(held: _Members) -> tuple[Floats, Floats, Floats, Floats]:
    base = held.applies * held.weights
    known = ~np.isnan(held.value)
    total = base.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        low, high = (
            np.exp((np.log(np.where(held.applies, bound, 1.0)) * held.weights).sum(axis=0) / total)
            for bound in (held.low, held.high)
        )
        logs = np.log(np.where(known, held.value, 1.0)) * held.weights
        value = np.exp(logs.sum(axis=0) / (known * held.weights).sum(axis=0))
    return low, high, value, total


def _least(held: _Members) -> tuple[Floats, Floats, Floats, Floats]:
    low, high = (np.where(held.applies, bound, np.inf).min(axis=0) for bound in (held.low, held.high))
    value = np.where(np.isnan(held.value), np.inf, held.value).min(axis=0)
    return low, high, np.where(np.isinf(value), np.nan, value), np.ones(low.shape)


_MEANS = {Aggregation.ARITHMETIC: _arithmetic, Aggregation.GEOMETRIC: _geometric, Aggregation.MIN: _least}


def inputs_of(method: Method, held: Mapping[str, Sequence[Readings]], years: Sequence[int]) -> ScoringInputs:
    """Inputs from readings: for each area one Readings a year, in the order of `years`."""
    values, na = _empty(method, len(held), len(years))
    for area, readings in enumerate(held.values()):
        for year, reading in enumerate(readings):
            for row, code in enumerate(method.codes):
                value = value_of(reading[code], method.normalisations[code])
                values[row, area, year], na[row, area, year] = (np.nan, True) if value is State.NA else (value, False)
    return ScoringInputs(method.codes, tuple(held), tuple(years), values, na)


def value_of(reading: Reading, rule: Normalisation) -> float | State:
    """A reading as a number that a rule takes: NaN when unknown, State.NA when not applicable.

    A level without its number is known only where the state says which it is: yes the top one, no the lowest.
    """
    if reading.state is State.NA:
        return State.NA
    if reading.state is State.UNKNOWN or reading.answer is None:
        return np.nan
    if rule.by is By.STATES:
        return {State.YES: 1.0, State.PARTLY: 0.5, State.NO: 0.0}[reading.state]
    answer = reading.answer
    if rule.by is By.LEVELS:
        ends = {State.YES: len(rule.points) - 1, State.NO: 0}
        level = answer.level if answer.level is not None else ends.get(reading.state)
        return np.nan if level is None else float(level)
    return np.nan if answer.number is None else float(answer.number)


def inputs_of_observations(method: Method, observations: Iterable[Observation]) -> ScoringInputs:
    """Inputs from the figures of a release: totals only (no sex, age or other breakdown), areas and years in code order.

    Anyone can recompute a published score from published figures this way. A missing figure is unknown.
    """
    row = {code: place for place, code in enumerate(method.codes)}
    held = [o for o in observations if o.indicator in row and (o.sex, o.age, o.disagg) == ("_T", "_T", "_T")]
    areas, years = sorted({o.area for o in held}), sorted({int(o.period) for o in held})
    values, na = _empty(method, len(areas), len(years))
    place = {area: at for at, area in enumerate(areas)}, {year: at for at, year in enumerate(years)}
    for o in held:
        cell = row[o.indicator], place[0][o.area], place[1][int(o.period)]
        values[cell] = np.nan if o.value is None else o.value
        na[cell] = o.status == "M"
    return ScoringInputs(method.codes, tuple(areas), tuple(years), values, na)


def _empty(method: Method, areas: int, years: int) -> tuple[Floats, Flags]:
    shape = (len(method.codes), areas, years)
    return np.full(shape, np.nan), np.zeros(shape, dtype=np.bool_)
