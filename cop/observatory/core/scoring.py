"""A method applied: from values to points, groups, totals and bands, for all countries and years at once. Never a rank.

Unknown widens the interval and is never a zero; not applicable leaves the base; what can't be computed says why. Arrays are
[indicator, cell] inside, a cell being one area in one year; one group at a time, so that it stays in the processor's cache.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cop.observatory.core.method import Aggregation, By, Group, Method, Normalisation, Outside, Zero
from cop.observatory.core.scores import REASONS, GroupStep, Reason, Scores
from cop.observatory.core.scoring_inputs import Flags, Floats, ScoringInputs

_NO_ROUNDING = 5e-10  # points of 100: below this a bound counts as on the edge of a band
_OUTSIDE, _ZERO, _NONE_APPLIES, _FEW, _BELOW, _TWO_BANDS = (REASONS.index(reason) for reason in Reason)
_Step = tuple[Floats, Floats, Floats, Floats]  # low, high, value, weight


def score_countries(method: Method, inputs: ScoringInputs) -> Scores:
    """Apply a method to inputs whose codes are those of the method, in its order. Raises ValueError where they differ."""
    if inputs.codes != method.codes:
        raise ValueError(f"the inputs are not those of {method.key}")
    shape = inputs.values.shape
    cells = shape[1:]
    values = np.ascontiguousarray(inputs.values).reshape(len(method.codes), -1)
    na = np.ascontiguousarray(inputs.not_applicable).reshape(values.shape)
    normalised = np.empty_like(values)
    refused = np.zeros(values.shape, dtype=np.bool_)
    steps: dict[str, GroupStep] = {}
    start = 0
    with np.errstate(invalid="ignore", divide="ignore"):
        for group in method.groups:
            leaves = [member.code for member in group.members if member.code in method.normalisations]
            part = slice(start, start + len(leaves))
            known = _normalise([method.normalisations[code] for code in leaves], values[part], normalised[part], refused[part])
            steps[group.id] = _group_step(group, normalised[part], known, ~na[part], refused[part], steps)
            start = part.stop
    reason = _reasons(steps, method.total.id)
    total = steps[method.total.id]
    usable = reason == 0
    value = np.where(usable, total.value, np.nan)
    coverage = total.known / np.maximum(total.applicable, 1)
    band = np.zeros(usable.shape, dtype=np.uint8)
    if method.bands:
        band = _band(method.bands, total.low)
        same = band == _band(method.bands, total.high)
        reason[usable & ~same] = _TWO_BANDS
        band[~(usable & same)] = 0
    return Scores(
        method, inputs, normalised.reshape(shape), refused.reshape(shape),
        {id: _shaped(step, cells) for id, step in steps.items()},
        value.reshape(cells), coverage.reshape(cells), band.reshape(cells), reason.reshape(cells),
    )  # fmt: skip


def _reasons(steps: Mapping[str, GroupStep], total_id: str) -> NDArray[np.uint8]:
    """For each cell the first reason that holds, by its place in REASONS; written from the last to the first."""
    total = steps[total_id]
    reason = np.zeros(total.low.shape, dtype=np.uint8)
    for id, step in steps.items():
        if id != total_id:
            reason[step.below] = _BELOW
    reason[total.below] = _FEW
    reason[total.applicable == 0] = _NONE_APPLIES
    np.copyto(reason, total.blocked, where=total.blocked > 0)
    return reason


def _band(edges: Sequence[Fraction], shares: Floats) -> NDArray[np.uint8]:
    """The band of each share: 1 and one more for each edge that it reaches."""
    found = np.ones(shares.shape, dtype=np.uint8)
    for edge in edges:
        found += shares >= (float(edge) - _NO_ROUNDING) / 100
    return found


def _shaped(step: GroupStep, shape: tuple[int, ...]) -> GroupStep:
    return GroupStep(
        step.group, step.low.reshape(shape), step.high.reshape(shape), step.value.reshape(shape), step.known.reshape(shape),
        step.applicable.reshape(shape), step.weight.reshape(shape), step.below.reshape(shape), step.blocked.reshape(shape),
    )  # fmt: skip


def _normalise(rules: Sequence[Normalisation], values: Floats, out: Floats, refused: Flags) -> Flags:
    """Points of the rows of `values` into `out`, NaN where unknown or refused; says which are known."""
    start = 0
    exact = True
    for (by, points), run in groupby(rules, key=lambda rule: (rule.by, rule.points)):
        alike = list(run)
        part = slice(start, start + len(alike))
        start = part.stop
        if points:
            exact &= _ladder(by, points, values[part], out[part], refused[part])
        else:
            _goalposts(by, alike, values[part], out[part])
    known = out >= 0
    known &= out <= 1
    held = values == values
    if exact and np.count_nonzero(known) == np.count_nonzero(held):
        return known
    beyond = held & ~known & ~refused
    refused |= beyond & np.array([rule.outside is Outside.REFUSE for rule in rules])[:, None]
    np.clip(out, 0, 1, out=out)
    out[refused] = np.nan
    return held & ~refused


def _ladder(by: By, points: Sequence[Fraction], values: Floats, out: Floats, refused: Flags) -> bool:
    """States and levels: only the steps themselves have points. True when all are steps."""
    top = len(points) - 1
    scale = top if by is By.STATES else 1
    rank = np.multiply(values, scale, out=out)
    steps = np.rint(rank)
    misses = steps != rank
    if even := all(point == Fraction(step, top) for step, point in enumerate(points)):
        np.divide(rank, top, out=out)
    held = values == values
    misses &= held
    if even and not misses.any():
        return True
    misses |= held & ((steps < 0) | (steps > top))
    if not even:
        table = np.array([*map(float, points), np.nan])
        out[...] = table[np.where(held & ~misses, steps, top + 1).astype(np.intp)]
    refused |= misses
    return not misses.any()


def _goalposts(by: By, rules: Sequence[Normalisation], values: Floats, out: Floats) -> None:
    """From worst to best on a line or on a logarithm, not yet held against the goalposts; by division, so that best is 1."""
    worst, best = (np.array([float(getattr(rule, end)) for rule in rules])[:, None] for end in ("worst", "best"))
    if by is By.LOG:
        np.maximum(values, 0, out=out)
        np.divide(out, worst, out=out)
        np.log(out, out=out)
        np.divide(out, np.log(best / worst), out=out)
    elif worst.any():
        np.subtract(values, worst, out=out)
        np.divide(out, best - worst, out=out)
    else:
        np.divide(values, best, out=out)


@dataclass(frozen=True)
class _Leaves:
    """The indicators of a group: points with NaN where not known, and their weights (None: all the same, `each`)."""

    points: Floats
    known: Flags
    applies: Flags
    known_count: NDArray[Any]
    applies_count: NDArray[Any]
    weights: Floats | None
    each: float

    def weighed(self, of: NDArray[Any], count: NDArray[Any] | None = None) -> Floats:
        """The weighted sum over the indicators; a count spares the sum where all weigh the same."""
        if self.weights is None:
            found: Floats = (of.sum(axis=0) if count is None else count) * self.each
            return found
        return self.weights @ of.astype(np.float64, copy=False)


def _group_step(
    group: Group, points: Floats, known: Flags, applies: Flags, refused: Flags, steps: Mapping[str, GroupStep]
) -> GroupStep:
    """One group from the points of its indicators and the steps of its groups."""
    inner = [(steps[m.code], 1.0 if m.weight is None else float(m.weight)) for m in group.members if m.code in steps]
    own = [m.weight for m in group.members if m.code not in steps]
    same = len(set(own)) <= 1
    weights = None if same else np.array([float(w) for w in own if w is not None])
    counts = [np.add.reduce(mask.view(np.uint8), axis=0, dtype=np.int32) for mask in (known, applies)]
    leaves = _Leaves(points, known, applies, counts[0], counts[1], weights, float(own[0] or 1) if own else 1.0)
    low, high, value, weight = _MEANS[group.aggregation](leaves, inner)
    known_count, applicable = counts
    blocked = np.zeros(low.shape, dtype=np.uint8)
    if group.zero is Zero.REFUSE:
        blocked[(points == 0).any(axis=0)] = _ZERO
        for step, _ in inner:
            blocked[step.value == 0] = _ZERO
    if refused.any():
        blocked[refused.any(axis=0)] = _OUTSIDE
    for step, _ in inner:
        known_count, applicable = known_count + step.known, applicable + step.applicable
        np.copyto(blocked, step.blocked, where=(step.blocked > 0) & ((blocked == 0) | (step.blocked < blocked)))
    nothing = (blocked > 0) | (applicable == 0)
    if nothing.any():
        for array in (low, high, value):
            array[nothing] = np.nan
    below = (known_count * group.minimum.denominator < applicable * group.minimum.numerator) & (applicable > 0)
    return GroupStep(group, low, high, value, known_count, applicable, weight, below, blocked)


_Inner = Sequence[tuple[GroupStep, float]]


def _arithmetic(leaves: _Leaves, inner: _Inner) -> _Step:
    """Sums of weight times points over sums of weight: unknown adds nothing to low, its weight to high."""
    low = leaves.weighed(np.where(leaves.known, leaves.points, 0.0))
    weight = leaves.weighed(leaves.applies, leaves.applies_count)
    known = leaves.weighed(leaves.known, leaves.known_count)
    high, value = low + (weight - known), low.copy()
    for step, share in inner:
        applies, held = step.applicable > 0, step.known > 0
        weight += share * applies
        known += share * held
        low += share * np.where(applies, step.low, 0.0)
        high += share * np.where(applies, step.high, 0.0)
        value += share * np.where(held, step.value, 0.0)
    return low / weight, np.minimum(high / weight, 1.0), value / known, weight


def _geometric(leaves: _Leaves, inner: _Inner) -> _Step:
    """The same sums over logarithms: unknown makes low zero and adds log 1, so nothing, to high."""
    high = leaves.weighed(np.log(np.where(leaves.known, leaves.points, 1.0)))
    weight = leaves.weighed(leaves.applies, leaves.applies_count)
    known = leaves.weighed(leaves.known, leaves.known_count)
    low = np.where(leaves.known_count < leaves.applies_count, -np.inf, high)
    value = high.copy()
    for step, share in inner:
        applies, held = step.applicable > 0, step.known > 0
        weight += share * applies
        known += share * held
        low += share * np.log(np.where(applies, step.low, 1.0))
        high += share * np.log(np.where(applies, step.high, 1.0))
        value += share * np.log(np.where(held, step.value, 1.0))
    return np.exp(low / weight), np.exp(high / weight), np.exp(value / known), weight


def _least(leaves: _Leaves, inner: _Inner) -> _Step:
    """The least member: unknown makes low zero and high what the known ones leave."""
    value = np.where(leaves.known, leaves.points, np.inf).min(axis=0, initial=np.inf)
    unknown = leaves.known_count < leaves.applies_count
    low, high = np.where(unknown, 0.0, value), np.where(unknown, np.minimum(value, 1.0), value)
    for step, _ in inner:
        applies, held = step.applicable > 0, step.known > 0
        low = np.minimum(low, np.where(applies, step.low, np.inf))
        high = np.minimum(high, np.where(applies, step.high, np.inf))
        value = np.minimum(value, np.where(held, step.value, np.inf))
    return low, high, np.where(np.isinf(value), np.nan, value), np.ones(low.shape)


_MEANS = {Aggregation.ARITHMETIC: _arithmetic, Aggregation.GEOMETRIC: _geometric, Aggregation.MIN: _least}
