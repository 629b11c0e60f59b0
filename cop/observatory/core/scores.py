"""What a method gives: bounds, value, coverage, band or the reason for none, and the table of every step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cop.observatory.core.method import Group, Method
from cop.observatory.core.scoring_inputs import Flags, Floats, ScoringInputs


class Reason(StrEnum):
    """Why a country has no value or no band, the first that holds. With the last one the value stands, but no band."""

    VALUE_OUTSIDE_GOALPOSTS = "value_outside_goalposts"
    ZERO_IN_GEOMETRIC_MEAN = "zero_in_geometric_mean"
    NO_APPLICABLE = "no_applicable"
    TOO_FEW_KNOWN = "too_few_known"
    GROUP_BELOW_MINIMUM = "group_below_minimum"
    BOUNDS_IN_TWO_BANDS = "bounds_in_two_bands"


REASONS = (None, *Reason)
_ZERO = REASONS.index(Reason.ZERO_IN_GEOMETRIC_MEAN)


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
    known: NDArray[np.int32]
    applicable: NDArray[np.int32]
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
            _number(self.low[place]),
            _number(self.high[place]),
            _number(self.value[place]),
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
            value = step.value if parent else self.value
            low, high, value_here, effect = (_number(x[place]) for x in (step.low, step.high, value, self.weights[group.id]))
            counts = int(step.known[place]), int(step.applicable[place])
            kind = "group" if parent else "total"
            found.append(StepRow(kind, group.id, parent, state, None, low, high, value_here, weight, effect, *counts))
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


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
