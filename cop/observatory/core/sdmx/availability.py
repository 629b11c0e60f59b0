"""Which codes and periods have values: those of what a request asks for, or those that could be asked for as well."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from cop.observatory.core.sdmx.cube import Cube
from cop.observatory.core.sdmx.errors import SdmxError, semantic, shown
from cop.observatory.core.sdmx.keys import Places
from cop.observatory.core.sdmx.layout import DIMENSIONS, SERIES, TIME
from cop.observatory.core.sdmx.query import DataQuery
from cop.observatory.core.sdmx.selection import DataSet, select


@dataclass(frozen=True)
class Availability:
    """For each dimension that was asked for its codes with values, sorted; and how many series and observations there are."""

    codes: dict[str, tuple[str, ...]]
    series: int
    observations: int


def availability(held: Cube, query: DataQuery, component: str, mode: str) -> Availability:
    """What is available for a request; `component` is a dimension, several parted by commas, or `*`; `mode` exact or available.

    Raises SdmxError 150 for an unknown dimension or mode, 100 where nothing fits.
    """
    dimensions = _dimensions(component)
    if mode not in ("exact", "available"):
        raise semantic(f"mode={shown(mode)} is not known; there are exact and available.")
    (exact,) = select(held, query)
    codes = {}
    for dimension in dimensions:
        chosen = exact if mode == "exact" else _without(held, query, dimension)
        codes[dimension] = _codes(chosen, dimension)
    return Availability(codes, len({one.key for one in exact.slices}), exact.size)


def _dimensions(component: str) -> Iterable[str]:
    if component in ("", "*", "all"):
        return DIMENSIONS
    asked = component.replace("+", ",").split(",")
    for one in asked:
        if one not in DIMENSIONS:
            raise semantic(f"There is no dimension {shown(one)}; there are {', '.join(DIMENSIONS)}.")
    return [one for one in DIMENSIONS if one in asked]


def _without(held: Cube, query: DataQuery, dimension: str) -> DataSet:
    """What would be found if nothing were asked of a dimension."""
    place = SERIES.index(dimension) if dimension in SERIES else None
    keys: tuple[Places, ...] = tuple(
        tuple(None if at == place else codes for at, codes in enumerate(places)) for places in query.keys
    )
    filters = tuple(one for one in query.filters if one.component != dimension)
    try:
        return select(held, replace(query, keys=keys, filters=filters))[0]
    except SdmxError:
        return DataSet(())


def _codes(chosen: DataSet, dimension: str) -> tuple[str, ...]:
    if dimension == TIME:
        return tuple(sorted({each.period for one in chosen.slices for each in one.observations}))
    place = SERIES.index(dimension)
    return tuple(sorted({one.key[place] for one in chosen.slices}))
