"""A flow of releases arranged by series, as it stood after a release: found once, then asked many times."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from cop.observatory.core.observations import Flow, Observation
from cop.observatory.core.sdmx.layout import Coded, Key, code_lists, key_of

MOST_KEPT = 4


@dataclass(frozen=True)
class Series:
    """A series: its codes, its observations by period, and for each the number of the release that its value is from."""

    key: Key
    observations: tuple[Observation, ...]
    releases: tuple[int, ...]


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
    found: dict[Key, dict[str, tuple[Observation, int]]] = {}
    written: dict[tuple[str, ...], dict[str, tuple[Observation, int]]] = {}  # by codes as the observatory writes them
    for number, release in enumerate(flow.releases[:count]):
        for one in release.observations:
            codes = (one.freq, one.area, one.indicator, one.sex, one.age, one.disagg)
            periods = written.get(codes)
            if periods is None:
                periods = written[codes] = found.setdefault(key_of(one), {})
            periods[one.period] = (one, number)
    series = {}
    for key in sorted(found):
        periods = found[key]
        ordered = [periods[period] for period in sorted(periods)]
        series[key] = Series(key, tuple([one for one, _ in ordered]), tuple([number for _, number in ordered]))
    return Cube(flow, count, series, code_lists(flow, series), _mark(flow, count))


def _mark(flow: Flow, count: int) -> str:
    digest = hashlib.sha256(repr((count, flow.prepared)).encode())
    for release in flow.releases[:count]:
        digest.update(repr((release.id, release.published, len(release.observations))).encode())
    for label in (*flow.areas, *flow.indicators):
        digest.update(repr((label.code, sorted(label.names.items()))).encode())
    return digest.hexdigest()[:20]
