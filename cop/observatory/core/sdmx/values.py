"""Values of an observation as the standard shows them: a value that may not be served is never among them."""

from __future__ import annotations

from collections.abc import Callable

from cop.observatory.core.observations import Observation
from cop.observatory.core.sdmx.layout import MEASURE, TIME

WITHOUT_VALUE = frozenset("LMOQ")
ATTRIBUTE_OF: dict[str, Callable[[Observation], str]] = {
    "UNIT_MEASURE": lambda one: one.unit,
    "UNIT_MULT": lambda one: str(one.unit_mult),
    "OBS_STATUS": lambda one: one.status,
    "CONF_STATUS": lambda one: one.conf_status,
    "DATA_SOURCE": lambda one: one.source,
    "TIME_PERIOD_METHOD": lambda one: one.as_of,
    "COVERAGE": lambda one: one.coverage,
    "COMMENT_OBS": lambda one: one.comment,
    "METHOD_VERSION": lambda one: one.method,
}


def number_of(one: Observation) -> float | None:
    """The value, or None where it is unknown, not applicable or suppressed, or where it isn't free for publication."""
    return None if one.value is None or one.status in WITHOUT_VALUE or one.conf_status != "F" else one.value


def written(value: float | None) -> str:
    """A number as all formats write it: the shortest that reads back the same, without a needless point; nothing for None."""
    if value is None or value != value or value in (float("inf"), float("-inf")):
        return ""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def component_of(one: Observation, component: str) -> str:
    """The period, the value or an attribute of an observation as text."""
    if component == TIME:
        return one.period
    return written(number_of(one)) if component == MEASURE else ATTRIBUTE_OF[component](one)


def attributes_of(one: Observation) -> tuple[str | int, ...]:
    """All attributes of an observation in their order; many observations share theirs, so texts made of them are kept by it."""
    return one.unit, one.unit_mult, one.status, one.conf_status, one.source, one.as_of, one.coverage, one.comment, one.method
