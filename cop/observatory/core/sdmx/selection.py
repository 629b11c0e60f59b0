"""The observations that a data request asks for, as data sets of series."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from cop.observatory.core.observations import Observation
from cop.observatory.core.sdmx.cube import Cube, Series
from cop.observatory.core.sdmx.errors import no_results
from cop.observatory.core.sdmx.filters import Filter
from cop.observatory.core.sdmx.keys import Places, exact, fits
from cop.observatory.core.sdmx.layout import SERIES, Key
from cop.observatory.core.sdmx.query import DataQuery
from cop.observatory.core.sdmx.values import component_of, number_of


@dataclass(frozen=True)
class Slice:
    """Some observations of a series, in order."""

    key: Key
    observations: Sequence[Observation]


@dataclass(frozen=True)
class DataSet:
    """Slices that were published together, and, where history was asked for, from when and until when they counted."""

    slices: tuple[Slice, ...]
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    changes: bool = False  # what changed since an instant, which replaces what a reader holds

    @property
    def size(self) -> int:
        """The number of observations."""
        return sum(len(one.observations) for one in self.slices)


def select(held: Cube, query: DataQuery) -> tuple[DataSet, ...]:
    """The data sets that answer a request: one, or one for each release where history is asked for.

    Raises SdmxError 100 where nothing fits.
    """
    sets = _versions(held, query) if query.history else [_current(held, query, matching(held, query))]
    sets = [one for one in sets if one.slices]
    if query.offset or query.limit is not None:
        sets = list(_page(sets, query.offset, query.limit))
    if not sets:
        raise no_results("Nothing fits this request; ask the availability address which codes and periods have values.")
    return tuple(sets)


def matching(held: Cube, query: DataQuery) -> Iterator[Series]:
    """The series whose codes fit the keys and the filters by dimension, in the order of their codes."""
    keys = [exact(places) for places in query.keys]
    if keys and all(keys):
        found: Iterable[Series] = [held.series[key] for key in sorted({key for key in keys if key}) if key in held.series]
    else:
        found = held.series.values()
        if len(query.keys) == 1:
            found = _narrowed(found, query.keys[0])
        elif query.keys:
            found = [one for one in found if any(fits(places, one.key) for places in query.keys)]
    for wanted in query.filters:
        if wanted.component in SERIES:
            place = SERIES.index(wanted.component)
            codes = {one.key[place] for one in found}
            kept = {code for code in codes if wanted.fits_code(code)}
            found = [one for one in found if one.key[place] in kept]
    return iter(found)


def _narrowed(found: Iterable[Series], places: Places) -> Iterable[Series]:
    """The series that fit one key: place by place, so that most are looked at once."""
    for place, codes in enumerate(places):
        if codes is not None:
            found = [one for one in found if one.key[place] in codes]
    return found


def _current(held: Cube, query: DataQuery, found: Iterable[Series]) -> DataSet:
    inside = [wanted for wanted in query.filters if wanted.component not in SERIES]
    plain = not inside and query.updated_after is None and query.first is None and query.last is None
    slices = []
    for series in found:
        observations = series.observations if plain else _kept(held, series, query, inside)
        if observations:
            slices.append(Slice(series.key, observations[:1] if query.keys_only else observations))
    return DataSet(tuple(_sorted(slices, query)), changes=query.updated_after is not None)


def _kept(held: Cube, series: Series, query: DataQuery, inside: Sequence[Filter]) -> Sequence[Observation]:
    kept = [
        one
        for one, release in zip(series.observations, series.releases, strict=True)
        if (query.updated_after is None or held.published(release) > query.updated_after) and all(each.fits(one) for each in inside)
    ]
    if query.first is None and query.last is None:
        return kept
    first, last = query.first or 0, query.last or 0
    return kept if first + last >= len(kept) else [*kept[:first], *(kept[-last:] if last else [])]


def _sorted(slices: list[Slice], query: DataQuery) -> list[Slice]:
    """Slices in the order that was asked for; an order across series leaves slices of single observations side by side."""
    if not query.sort:
        return slices
    rows = [(one.key, each) for one in slices for each in one.observations]
    for component, descending in reversed(query.sort):
        if component in SERIES:
            place = SERIES.index(component)
            rows.sort(key=lambda row: row[0][place], reverse=descending)
        elif component == "OBS_VALUE":
            rows.sort(key=lambda row: _number(row[1]), reverse=descending)
        else:
            rows.sort(key=lambda row: component_of(row[1], component), reverse=descending)
    found: list[Slice] = []
    held: list[Observation] = []
    for place, (key, one) in enumerate(rows):
        held.append(one)
        if place + 1 == len(rows) or rows[place + 1][0] != key:
            found.append(Slice(key, held))
            held = []
    return found


def _number(one: Observation) -> float:
    value = number_of(one)
    return float("-inf") if value is None else value


def _versions(held: Cube, query: DataQuery) -> list[DataSet]:
    """A data set for each release, oldest first: each value as published, valid until the last of its values was replaced."""
    within = replace(query, updated_after=None)
    apart: list[list[Series]] = [[] for _ in range(held.count)]
    for series in matching(held, query):
        for number, version in series.versions().items():
            apart[number].append(version)
    replaced_by: dict[tuple[Key, str], int] = {}
    found = []
    for number, release in reversed(list(enumerate(held.flow.releases[: held.count]))):
        if query.updated_after is None or release.published > query.updated_after:
            chosen = _current(held, within, apart[number])
            ends = [replaced_by.get((one.key, each.period), 0) for one in chosen.slices for each in one.observations]
            until = held.published(max(ends)) if ends and all(ends) else None
            found.append(replace(chosen, valid_from=release.published, valid_to=until, changes=True))
        replaced_by |= {(series.key, each.period): number for series in apart[number] for each in series.observations}
    return found[::-1]


def _page(sets: Sequence[DataSet], offset: int, limit: int | None) -> Iterator[DataSet]:
    left = limit
    for one in sets:
        slices = []
        for part in one.slices:
            if offset >= len(part.observations):
                offset -= len(part.observations)
                continue
            taken = part.observations[offset:] if left is None else part.observations[offset : offset + left]
            offset = 0
            if taken:
                slices.append(Slice(part.key, taken))
            if left is not None:
                left -= len(taken)
                if left == 0:
                    break
        if slices:
            yield replace(one, slices=tuple(slices))
        if left == 0:
            return


def merged(slices: Sequence[Slice]) -> Sequence[Slice]:
    """Slices with those of one series put together, in the order in which each series first comes."""
    found: dict[Key, list[Observation]] = {}
    for one in slices:
        found.setdefault(one.key, []).extend(one.observations)
    return slices if len(found) == len(slices) else [Slice(key, held) for key, held in found.items()]
