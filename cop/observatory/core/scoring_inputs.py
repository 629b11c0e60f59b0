"""What a method is applied to: arrays of values, from readings or from the figures of a release."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cop.ground.core.door import Reading, State, UnknownCode
from cop.observatory.core.method import By, Method, Normalisation
from cop.observatory.core.observations import Observation
from cop.observatory.core.readings import Readings

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


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
