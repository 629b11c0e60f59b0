"""A method applied: from values to points, groups, totals and bands, for all countries and years at once. Never a rank.

Unknown widens the interval and is never a zero; not applicable leaves the base; what can't be computed says why. Arrays are
[indicator, cell] inside, a cell being one area in one year; one group at a time, so that it stays in the processor's cache.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from cop.observatory.core.method import Aggregation, By, Group, Method, Zero
from cop.observatory.core.scores import REASONS, GroupStep, Reason, Scores
from cop.observatory.core.scoring_inputs import Flags, Floats, ScoringInputs
from cop.observatory.core.scoring_plan import GroupPlan, Run, plan_of

_NO_ROUNDING = 5e-10  # points of 100: below this a bound counts as on the edge of a band
_OUTSIDE, _ZERO, _NONE_APPLIES, _FEW, _BELOW, _TWO_BANDS = (REASONS.index(reason) for reason in Reason)
_TINY = float(np.finfo(np.float64).tiny)


@dataclass(frozen=True)
class _Table:
    """The steps of all groups, [group, cell]; the groups inside a group have their rows before it."""

    low: Floats
    high: Floats
    value: Floats
    weight: Floats
    known: NDArray[np.int32]
    applicable: NDArray[np.int32]
    below: Flags
    blocked: NDArray[np.uint8]

    def step(self, group: Group, row: int, shape: tuple[int, ...]) -> GroupStep:
        """One row as the step of a group, back in areas and years."""
        return GroupStep(
            group, self.low[row].reshape(shape), self.high[row].reshape(shape), self.value[row].reshape(shape),
            self.known[row].reshape(shape), self.applicable[row].reshape(shape), self.weight[row].reshape(shape),
            self.below[row].reshape(shape), self.blocked[row].reshape(shape),
        )  # fmt: skip


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
    size = len(method.groups), values.shape[1]
    kinds = (np.float64,) * 4 + (np.int32,) * 2 + (np.bool_, np.uint8)
    table = _Table(*(np.zeros(size, dtype=kind) for kind in kinds))
    with np.errstate(invalid="ignore", divide="ignore"):
        for row, plan in enumerate(plan_of(method)):
            part = plan.rows
            known = _normalise(plan, values[part], normalised[part], refused[part])
            _aggregate(plan, row, _Leaves(plan, normalised[part], known, ~na[part]), refused[part], table)
    reason = _reasons(table)
    usable = reason == 0
    value = np.where(usable, table.value[-1], np.nan)
    coverage = table.known[-1] / np.maximum(table.applicable[-1], 1)
    band = np.zeros(usable.shape, dtype=np.uint8)
    if method.bands:
        band = _band(method.bands, table.low[-1])
        same = band == _band(method.bands, table.high[-1])
        reason[usable & ~same] = _TWO_BANDS
        band *= usable & same
    return Scores(
        method, inputs, normalised.reshape(shape), refused.reshape(shape),
        {group.id: table.step(group, row, cells) for row, group in enumerate(method.groups)},
        value.reshape(cells), coverage.reshape(cells), band.reshape(cells), reason.reshape(cells),
    )  # fmt: skip


def _reasons(table: _Table) -> NDArray[np.uint8]:
    """For each cell the first reason that holds, by its place in REASONS; written from the last to the first."""
    reason = np.zeros(table.below.shape[1], dtype=np.uint8)
    np.copyto(reason, _BELOW, where=table.below[:-1].any(axis=0))
    np.copyto(reason, _FEW, where=table.below[-1])
    np.copyto(reason, _NONE_APPLIES, where=table.applicable[-1] == 0)
    np.copyto(reason, table.blocked[-1], where=table.blocked[-1] > 0)
    return reason


def _band(edges: Sequence[Fraction], shares: Floats) -> NDArray[np.uint8]:
    """The band of each share: 1 and one more for each edge that it reaches."""
    found = np.ones(shares.shape, dtype=np.uint8)
    for edge in edges:
        found += shares >= (float(edge) - _NO_ROUNDING) / 100
    return found


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
        np.divide(values, run.worst, out=out)
        np.fmax(out, _TINY, out=out)  # what is not above 0 falls far beyond a goalpost; NaN makes a logarithm slow
        np.log(out, out=out)
        np.copyto(out, np.nan, where=~held)
    else:
        np.subtract(values, run.worst, out=out)
    np.divide(out, run.width, out=out)
    if run.any_refuses:
        within = out >= 0
        within &= out <= 1
        if np.count_nonzero(within) < np.count_nonzero(held):
            np.logical_and(held & ~within, run.refuses, out=refused)
    if run.any_clips:
        np.maximum(out, 0, out=out)
        np.minimum(out, 1, out=out)


class _Leaves:
    """The indicators of a group: points with NaN where not known, which are known and which apply, and counts of both."""

    def __init__(self, plan: GroupPlan, points: Floats, known: Flags, applies: Flags) -> None:
        self.plan, self.points, self.known, self.applies = plan, points, known, applies
        self.known_count, self.applies_count = _counted(known), _counted(applies)

    def weighed(self, shares: Floats) -> Floats:
        """The weighted sum of shares over the indicators."""
        if self.plan.weights is None:
            found: Floats = shares.sum(axis=0)
            return np.multiply(found, self.plan.each, out=found)
        return self.plan.weights @ shares

    def weights(self) -> tuple[Floats, Floats]:
        """The sums of the weights of those that apply, and of those that are known."""
        if self.plan.weights is None:
            each = np.float64(self.plan.each)
            return np.multiply(self.applies_count, each), np.multiply(self.known_count, each)
        applies: Floats = self.plan.weights @ self.applies.astype(np.float64)
        known: Floats = self.plan.weights @ self.known.astype(np.float64)
        return applies, known


def _counted(mask: Flags) -> NDArray[np.int32]:
    """How many are True in each cell."""
    narrow = np.uint8 if len(mask) < 256 else np.int32
    found: NDArray[np.int32] = np.add.reduce(mask.view(np.uint8), axis=0, dtype=narrow).astype(np.int32)
    return found


def _aggregate(plan: GroupPlan, row: int, leaves: _Leaves, refused: Flags, table: _Table) -> None:
    """One group from the points of its indicators and the rows of the groups inside it, into its own row."""
    inner, blocked = plan.inner, table.blocked[row]
    held = len(plan.shares) > 0
    known, applicable = leaves.known_count, leaves.applies_count
    if held:
        known = known + table.known[inner].sum(axis=0, dtype=np.int32)
        applicable = applicable + table.applicable[inner].sum(axis=0, dtype=np.int32)
    table.known[row], table.applicable[row] = known, applicable
    _MEANS[plan.group.aggregation](leaves, table, row, held)
    if plan.group.zero is Zero.REFUSE:
        blocked[(leaves.points == 0).any(axis=0) | (table.value[inner] == 0).any(axis=0)] = _ZERO
    if refused.any():
        blocked[refused.any(axis=0)] = _OUTSIDE
    if held and table.blocked[inner].any():
        first = np.where(table.blocked[inner] > 0, table.blocked[inner], len(REASONS)).min(axis=0)
        np.copyto(blocked, first.astype(np.uint8), where=(first < len(REASONS)) & ((blocked == 0) | (first < blocked)))
    nothing = applicable == 0
    nothing |= blocked > 0
    if nothing.any():
        for array in (table.low, table.high, table.value):
            array[row, nothing] = np.nan
    np.less(known, plan.needed[applicable], out=table.below[row])


# In rows of groups NaN is what doesn't apply, is unknown, or is blocked and blanked afterwards; fmax and fmin pass over it.
def _arithmetic(leaves: _Leaves, table: _Table, row: int, held: bool) -> None:
    """Sums of weight times points over sums of weight: unknown adds nothing to low, its weight to high."""
    low = leaves.weighed(np.fmax(leaves.points, 0.0))
    weight, known = leaves.weights()
    high, value = low + (weight - known), low
    if held:
        shares, inner = leaves.plan.shares, leaves.plan.inner
        weight, known = weight + shares @ (table.applicable[inner] > 0), known + shares @ (table.known[inner] > 0)
        value = low + shares @ np.fmax(table.value[inner], 0.0)
        low, high = low + shares @ np.fmax(table.low[inner], 0.0), high + shares @ np.fmax(table.high[inner], 0.0)
    np.divide(low, weight, out=table.low[row])
    np.divide(high, weight, out=table.high[row])
    np.minimum(table.high[row], 1.0, out=table.high[row])
    np.divide(value, known, out=table.value[row])
    table.weight[row] = weight


def _geometric(leaves: _Leaves, table: _Table, row: int, held: bool) -> None:
    """The same sums over logarithms: unknown makes low zero and adds log 1, so nothing, to high."""
    sums = leaves.weighed(_logs(leaves.points))
    weight, known = leaves.weights()
    zero = (leaves.points == 0).any(axis=0)
    unknown = leaves.known_count < leaves.applies_count
    shares, inner = leaves.plan.shares, leaves.plan.inner
    if held:
        weight, known = weight + shares @ (table.applicable[inner] > 0), known + shares @ (table.known[inner] > 0)
    for array, base, none in ((table.low, weight, zero | unknown), (table.high, weight, zero), (table.value, known, zero)):
        own = array[row]
        np.divide(sums + shares @ _logs(array[inner]) if held else sums, base, out=own)
        np.exp(own, out=own)
        own[none | (array[inner] == 0).any(axis=0) if held else none] = 0.0
    table.weight[row] = weight


def _logs(shares: Floats) -> Floats:
    """Logarithms, 0 for NaN. Zeros are set to zero afterwards: the processor is slow at the logarithm of zero."""
    held = np.fmin(shares, 1.0)
    np.fmax(held, _TINY, out=held)
    return np.log(held, out=held)


def _least(leaves: _Leaves, table: _Table, row: int, held: bool) -> None:
    """The least member: unknown makes low zero and high what the known ones leave."""
    value: Floats = np.fmin.reduce(leaves.points, axis=0, initial=np.inf)
    unknown = leaves.known_count < leaves.applies_count
    bounds = np.where(unknown, 0.0, value), np.where(unknown, np.minimum(value, 1.0), value), value
    for array, least in zip((table.low, table.high, table.value), bounds, strict=True):
        if held:
            least = np.fmin(least, np.fmin.reduce(array[leaves.plan.inner], axis=0))
        array[row] = np.where(np.isinf(least), np.nan, least)
    table.weight[row] = 1.0


_MEANS = {Aggregation.ARITHMETIC: _arithmetic, Aggregation.GEOMETRIC: _geometric, Aggregation.MIN: _least}
