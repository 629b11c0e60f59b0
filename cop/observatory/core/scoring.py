"""A method applied: from values to points, groups, totals and bands, for all countries and years at once. Never a rank.

Unknown widens the interval and is never a zero; not applicable leaves the base; what can't be computed says why. Arrays are
[indicator, cell] inside, a cell being one area in one year; one group at a time, so that it stays in the processor's cache.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from cop.observatory.core.method import Aggregation, By, Method, Zero
from cop.observatory.core.scores import REASONS, GroupStep, Reason, Scores
from cop.observatory.core.scoring_inputs import Flags, Floats, ScoringInputs
from cop.observatory.core.scoring_plan import GroupPlan, Run, plan_of

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
    with np.errstate(invalid="ignore", divide="ignore"):
        for plan in plan_of(method):
            rows = plan.rows
            known = _normalise(plan, values[rows], normalised[rows], refused[rows])
            steps[plan.group.id] = _group_step(plan, normalised[rows], known, ~na[rows], refused[rows], steps)
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


def _normalise(plan: GroupPlan, values: Floats, out: Floats, refused: Flags) -> Flags:
    """Points of the rows of `values` into `out`, NaN where unknown or refused; says which are known."""
    held: Flags = values == values
    for run in plan.runs:
        rows = run.rows
        if run.ladder:
            _ladder(run, values[rows], out[rows], held[rows], refused[rows])
        else:
            _goalposts(run, values[rows], out[rows], held[rows], refused[rows])
    if not refused.any():
        return held
    out[refused] = np.nan
    return held & ~refused


def _ladder(run: Run, values: Floats, out: Floats, held: Flags, refused: Flags) -> None:
    """States and levels: only the steps themselves have points; anything between or beyond them is refused."""
    good = values == 0
    for step in range(1, run.top + 1):
        good |= values == step / run.scale
    if run.table is not None:
        out[...] = run.table[np.where(good, values * run.scale, run.top + 1).astype(np.intp)]
    elif run.scale == run.top:
        out[...] = values
    else:
        np.divide(values, run.top, out=out)
    if np.count_nonzero(good) < np.count_nonzero(held):
        np.logical_and(held, ~good, out=refused)


def _goalposts(run: Run, values: Floats, out: Floats, held: Flags, refused: Flags) -> None:
    """From worst to best on a line or on a logarithm; by division, so that best is exactly 1. Beyond is clipped or refused."""
    if run.by is By.LOG:
        np.maximum(values, 0, out=out)
        np.divide(out, run.worst, out=out)
        np.log(out, out=out)
    else:
        np.subtract(values, run.worst, out=out)
    np.divide(out, run.width, out=out)
    within = out >= 0
    within &= out <= 1
    if np.count_nonzero(within) < np.count_nonzero(held):
        np.logical_and(held & ~within, run.refuses, out=refused)
        np.clip(out, 0, 1, out=out)


@dataclass(frozen=True)
class _Leaves:
    """The indicators of a group: points with NaN where not known, which are known and which apply, and counts of both."""

    plan: GroupPlan
    points: Floats
    known: Flags
    applies: Flags
    known_count: NDArray[np.int32]
    applies_count: NDArray[np.int32]

    def weighed(self, shares: Floats) -> Floats:
        """The weighted sum of shares over the indicators."""
        if self.plan.weights is None:
            found: Floats = shares.sum(axis=0)
            return np.multiply(found, self.plan.each, out=found)
        return self.plan.weights @ shares

    def weights(self) -> tuple[Floats, Floats]:
        """The sums of the weights of those that apply, and of those that are known."""
        if self.plan.weights is None:
            return self.applies_count * self.plan.each, self.known_count * self.plan.each
        return self.plan.weights @ self.applies.astype(np.float64), self.plan.weights @ self.known.astype(np.float64)


def _group_step(
    plan: GroupPlan, points: Floats, known: Flags, applies: Flags, refused: Flags, steps: Mapping[str, GroupStep]
) -> GroupStep:
    """One group from the points of its indicators and the steps of its groups."""
    group = plan.group
    inner = [steps[id] for id, _ in plan.inner]
    known_count, applicable = _counted(known), _counted(applies)
    leaves = _Leaves(plan, points, known, applies, known_count, applicable)
    low, high, value, weight = _MEANS[group.aggregation](leaves, _inner(plan, steps))
    blocked = np.zeros(low.shape, dtype=np.uint8)
    if group.zero is Zero.REFUSE:
        blocked[(points == 0).any(axis=0)] = _ZERO
        for step in inner:
            blocked[step.value == 0] = _ZERO
    if refused.any():
        blocked[refused.any(axis=0)] = _OUTSIDE
    for step in inner:
        known_count, applicable = known_count + step.known, applicable + step.applicable
        np.copyto(blocked, step.blocked, where=(step.blocked > 0) & ((blocked == 0) | (step.blocked < blocked)))
    nothing = (blocked > 0) | (applicable == 0)
    if nothing.any():
        for array in (low, high, value):
            array[nothing] = np.nan
    below = known_count < plan.needed[applicable]
    return GroupStep(group, low, high, value, known_count, applicable, weight, below, blocked)


def _counted(mask: Flags) -> NDArray[np.int32]:
    """How many are True in each cell."""
    narrow = np.uint8 if len(mask) < 256 else np.int32
    return np.add.reduce(mask.view(np.uint8), axis=0, dtype=narrow).astype(np.int32)


@dataclass(frozen=True)
class _Inner:
    """The groups inside a group, [group, cell]. NaN is what doesn't apply, is unknown, or is blocked and blanked afterwards."""

    low: Floats
    high: Floats
    value: Floats
    applies: Flags
    known: Flags
    shares: Floats


def _inner(plan: GroupPlan, steps: Mapping[str, GroupStep]) -> _Inner | None:
    held = [steps[id] for id, _ in plan.inner]
    if not held:
        return None
    low, high, value = (np.stack([getattr(step, name) for step in held]) for name in ("low", "high", "value"))
    applies, known = (np.stack([getattr(step, name) for step in held]) > 0 for name in ("applicable", "known"))
    return _Inner(low, high, value, applies, known, np.array([share for _, share in plan.inner]))


def _arithmetic(leaves: _Leaves, inner: _Inner | None) -> _Step:
    """Sums of weight times points over sums of weight: unknown adds nothing to low, its weight to high."""
    low = leaves.weighed(np.fmax(leaves.points, 0.0))  # fmax takes the number where the other is NaN
    weight, known = leaves.weights()
    high, value = low + (weight - known), low.copy()
    if inner is not None:
        weight += inner.shares @ inner.applies.astype(np.float64)
        known += inner.shares @ inner.known.astype(np.float64)
        for sums, shares in ((low, inner.low), (high, inner.high), (value, inner.value)):
            sums += inner.shares @ np.fmax(shares, 0.0)
    return low / weight, np.minimum(high / weight, 1.0), value / known, weight


def _geometric(leaves: _Leaves, inner: _Inner | None) -> _Step:
    """The same sums over logarithms: unknown makes low zero and adds log 1, so nothing, to high."""
    high = leaves.weighed(np.log(np.fmin(leaves.points, 1.0)))
    weight, known = leaves.weights()
    low = np.where(leaves.known_count < leaves.applies_count, -np.inf, high)
    value = high.copy()
    if inner is not None:
        weight += inner.shares @ inner.applies.astype(np.float64)
        known += inner.shares @ inner.known.astype(np.float64)
        for sums, shares in ((low, inner.low), (high, inner.high), (value, inner.value)):
            sums += inner.shares @ np.log(np.fmin(shares, 1.0))
    return np.exp(low / weight), np.exp(high / weight), np.exp(value / known), weight


def _least(leaves: _Leaves, inner: _Inner | None) -> _Step:
    """The least member: unknown makes low zero and high what the known ones leave."""
    value = np.fmin.reduce(leaves.points, axis=0, initial=np.inf)
    unknown = leaves.known_count < leaves.applies_count
    low, high = np.where(unknown, 0.0, value), np.where(unknown, np.minimum(value, 1.0), value)
    if inner is not None:
        for least, shares in ((low, inner.low), (high, inner.high), (value, inner.value)):
            np.fmin(least, np.fmin.reduce(shares, axis=0), out=least)
    return low, high, np.where(np.isinf(value), np.nan, value), np.ones(low.shape)


_MEANS = {Aggregation.ARITHMETIC: _arithmetic, Aggregation.GEOMETRIC: _geometric, Aggregation.MIN: _least}
