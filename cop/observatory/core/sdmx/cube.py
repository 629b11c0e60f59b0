"""A flow of releases arranged by series, as it stood after a release: found once, then asked many times."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from msgspec import Struct

from cop.observatory.core.observations import Flow, Observation, ReleaseData
from cop.observatory.core.sdmx.layout import Coded, Key, code_lists, key_of

MOST_KEPT = 4
_Periods = tuple[dict[str, Observation], list[int], list[tuple[Observation, int]]]  # newest, their releases, and older ones


class Series(Struct, frozen=True):
    """A series: its codes, its observations by period, and for each the number of the release that its value is from.

    `older` are the observations that newer releases replaced, each with the number of its release.
    """

    key: Key
    observations: tuple[Observation, ...]
    releases: tuple[int, ...]
    older: tuple[tuple[Observation, int], ...] = ()

    def versions(self) -> dict[int, Series]:
        """The series as each release has it, by the number of the release."""
        found: dict[int, dict[str, Observation]] = {}
        for one, number in (*zip(self.observations, self.releases, strict=True), *self.older):
            found.setdefault(number, {}).setdefault(one.period, one)
        return {number: _series(self.key, periods, [number] * len(periods), []) for number, periods in found.items()}


@dataclass(frozen=True)
class Cube:
    """The newest value of each key after the first `count` releases, series in the order of their codes."""

    flow: Flow
    count: int
    series: dict[Key, Series]
    lists: dict[str, tuple[Coded, ...]]
    mark: str  # changes with the releases and with every name

    def published(self, number: int) -> datetime:
        """The instant from which release `number` counts."""
        return self.flow.releases[number].published


_kept: OrderedDict[int, Cube] = OrderedDict()  # of the newest flow, by the number of releases
_lock = Lock()


def cube(flow: Flow, as_of: datetime | None = None) -> Cube:
    """The cube of a flow, with what was published up to `as_of` where one is given. The last few of the newest flow are kept."""
    count = sum(1 for release in flow.releases if as_of is None or release.published <= as_of)
    with _lock:  # held while a cube is made: whoever asks meanwhile wants the same one
        held = _kept.get(count)
        if held is not None and held.flow is flow:
            _kept.move_to_end(count)
            return held
        if any(one.flow is not flow for one in _kept.values()):
            _kept.clear()
        made = _kept[count] = arranged(flow, count)
        if len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
        return made


def arranged(flow: Flow, count: int) -> Cube:
    """The cube of the first `count` releases: for one key and period the newest release wins."""
    series = _in_series(flow.releases[:count])
    return Cube(flow, count, series, code_lists(flow, series), _mark(flow, count))


def _in_series(releases: Sequence[ReleaseData]) -> dict[Key, Series]:
    """The series of releases in the order of their codes; the newest release stands last and wins."""
    found: dict[Key, _Periods] = {}
    written: dict[tuple[str, ...], _Periods] = {}  # by codes as the observatory writes them
    for number, release in reversed(list(enumerate(releases))):
        for one in reversed(release.observations):
            codes = (one.freq, one.area, one.indicator, one.sex, one.age, one.disagg)
            known = written.get(codes)
            if known is None:
                known = written[codes] = found.setdefault(key_of(one), ({}, [], []))
            periods, numbers, older = known
            if one.period in periods:
                older.append((one, number))
            else:
                periods[one.period] = one
                numbers.append(number)
    return {key: _series(key, *found[key]) for key in sorted(found)}


def _series(key: Key, periods: dict[str, Observation], numbers: list[int], older: list[tuple[Observation, int]]) -> Series:
    if len(periods) == 1:
        return Series(key, tuple(periods.values()), tuple(numbers), tuple(older))
    order = sorted(zip(periods, numbers, strict=True))
    observations = tuple([periods[period] for period, _ in order])
    return Series(key, observations, tuple([number for _, number in order]), tuple(older))


def _mark(flow: Flow, count: int) -> str:
    digest = hashlib.sha256(repr((count, flow.prepared)).encode())
    for release in flow.releases[:count]:
        digest.update(repr((release.id, release.published, len(release.observations))).encode())
    for label in (*flow.areas, *flow.indicators):
        digest.update(repr((label.code, sorted(label.names.items()))).encode())
    return digest.hexdigest()[:20]
