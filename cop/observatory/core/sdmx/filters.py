"""Filters by component: c[TIME_PERIOD]=ge:2014+le:2020, c[SEX]=F,M, c[OBS_VALUE]=gt:50."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from cop.observatory.core.observations import Observation
from cop.observatory.core.sdmx.errors import semantic, shown, syntax
from cop.observatory.core.sdmx.layout import COMPONENTS, MEASURE, TIME
from cop.observatory.core.sdmx.periods import span
from cop.observatory.core.sdmx.values import ATTRIBUTE_OF, number_of

MOST_CONDITIONS = 200
_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
}
_TEXT: dict[str, Callable[[str, str], bool]] = {
    "co": lambda held, asked: asked in held,
    "nc": lambda held, asked: asked not in held,
    "sw": lambda held, asked: held.startswith(asked),
    "ew": lambda held, asked: held.endswith(asked),
}
_NUMBERS = (MEASURE, "UNIT_MULT")


@dataclass(frozen=True)
class Condition:
    """One comparison: an operator of two letters and the value that is compared with."""

    operator: str
    value: str
    number: float = 0.0


@dataclass(frozen=True)
class Filter:
    """What a component must fulfil: one of several alternatives, each with all of its conditions."""

    component: str
    alternatives: tuple[tuple[Condition, ...], ...]

    def fits_code(self, code: str) -> bool:
        """Does a code of a dimension other than time fulfil the filter?"""
        return any(all(_fits_text(one, code) for one in all_of) for all_of in self.alternatives)

    def fits(self, one: Observation) -> bool:
        """Does an observation fulfil a filter by period, value or attribute?"""
        if self.component == TIME:
            return any(all(_fits_period(each, one.period) for each in all_of) for all_of in self.alternatives)
        if self.component in _NUMBERS:
            held = number_of(one) if self.component == MEASURE else float(one.unit_mult)
            return any(all(_fits_number(each, held) for each in all_of) for all_of in self.alternatives)
        return self.fits_code(ATTRIBUTE_OF[self.component](one))


def parse_filter(component: str, text: str) -> Filter:
    """The filter of `c[component]=text`: a comma means or, a plus means and, an operator stands before a colon.

    Raises SdmxError 150 for an unknown component, 140 for a value that can't be compared.
    """
    if component not in COMPONENTS:
        raise semantic(f"There is no component {shown(component)}; there are {', '.join(COMPONENTS)}.")
    if text.count(",") + text.count("+") >= MOST_CONDITIONS:
        raise syntax(f"c[{component}] has too many conditions; write at most {MOST_CONDITIONS}.")
    alternatives = tuple(tuple(_condition(component, part) for part in both.split("+")) for both in text.split(","))
    return Filter(component, alternatives)


def _condition(component: str, text: str) -> Condition:
    name, colon, value = text.partition(":")
    if not colon or name not in _ORDER.keys() | _TEXT.keys():
        name, value = "eq", text
    if value == "":
        raise syntax(f"c[{component}] lacks a value; write one, such as c[SEX]=F.")
    if component == TIME:
        if name in _TEXT:
            raise semantic(f"{name} can't be asked of {TIME}; ask with eq, ne, lt, le, gt or ge.")
        span(value)
    elif component in _NUMBERS:
        try:
            return Condition(name, value, float(value))
        except ValueError:
            raise syntax(f"c[{component}] is compared with {shown(value)}, which is not a number.") from None
    return Condition(name, value)


def _fits_text(condition: Condition, held: str) -> bool:
    if condition.operator in _TEXT:
        return _TEXT[condition.operator](held, condition.value)
    return _ORDER[condition.operator](held, condition.value)


def _fits_number(condition: Condition, held: float | None) -> bool:
    if held is None:
        return condition.operator in ("ne", "nc")
    if condition.operator in _TEXT:
        return _TEXT[condition.operator](repr(held), condition.value)
    return _ORDER[condition.operator](held, condition.number)


def _fits_period(condition: Condition, held: str) -> bool:
    """A period is at or after another if it begins there or later, at or before if it begins no later than the other ends."""
    begins, _ = span(held)
    first, last = span(condition.value)
    match condition.operator:
        case "eq":
            return first <= begins <= last
        case "ne":
            return not first <= begins <= last
        case "lt":
            return begins < first
        case "le":
            return begins <= last
        case "gt":
            return begins > last
        case _:
            return begins >= first


def between(start: str, end: str) -> Sequence[Filter]:
    """The filters of startPeriod and endPeriod, either of which may be empty."""
    conditions = [Condition(name, value) for name, value in (("ge", start), ("le", end)) if value]
    for one in conditions:
        span(one.value)
    return [Filter(TIME, (tuple(conditions),))] if conditions else []
