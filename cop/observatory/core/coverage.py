"""Coverage: the share of countries, and of their children, for which an indicator holds; an interval where unknown.

`percent` counts every last known yes, `low` only what is fresh, `high` also every unknown. Countries to which the
indicator does not apply leave the denominator. One engine serves one question and whole cubes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cop.ground.core.door import Reading, State

UNKNOWN, FRESH_YES, STALE_YES, NOT, NOT_APPLICABLE = range(5)
_KINDS = np.array((FRESH_YES, STALE_YES, UNKNOWN, NOT), dtype=np.uint8)[:, None, None]
Floats = NDArray[np.float64]


def code_of(reading: Reading) -> int:
    """The coverage code of a reading. Partly is not yes; a stale no or partly is unknown."""
    if reading.state is State.NA:
        return NOT_APPLICABLE
    if reading.state is State.YES:
        return FRESH_YES
    if reading.stale and reading.last_known is State.YES:
        return STALE_YES
    return UNKNOWN if reading.state is State.UNKNOWN and reading.can_be_yes else NOT


@dataclass(frozen=True)
class Cube:
    """Shares in per cent, arrays of [indicator, year, group]; `n` and `of` count countries. NaN where none applies."""

    n: Floats
    of: Floats
    countries: tuple[Floats, Floats, Floats]
    children: tuple[Floats, Floats, Floats]


def coverage_cube(codes: NDArray[np.uint8], people: Floats, groups: NDArray[np.bool_]) -> Cube:
    """Coverage of many indicators, years and groups at once.

    `codes` is [indicator, year, country]; `people` is [year, country] in persons; `groups` is [year, group, country] or
    [group, country]. Each year is one product a kind, by ones and by people: small, so that it stays in the processor's
    cache and in one thread (threads of the linear algebra library wait for each other on a busy machine).
    """
    indicators, years, countries = codes.shape
    member = np.broadcast_to(groups, (years, *groups.shape)) if groups.ndim == 2 else groups
    count = member.shape[1]
    weights = np.empty((years, countries, 2 * count))
    weights[..., :count] = member.transpose(0, 2, 1)
    np.multiply(weights[..., :count], people[:, :, None], out=weights[..., count:])
    kinds = np.empty((len(_KINDS), indicators, countries))
    sums = np.empty((len(_KINDS), years, indicators, 2 * count))
    for year in range(years):
        np.equal(codes[:, year], _KINDS, out=kinds)
        np.matmul(kinds, weights[year], out=sums[:, year])
    low, yes, high, total = sums
    yes += low
    high += yes
    total += high
    with np.errstate(invalid="ignore", divide="ignore"):
        scale = 100.0 / total
        percent = yes * scale
        low *= scale
        high *= scale

    def split(values: Floats) -> tuple[Floats, Floats]:
        turned = values.transpose(1, 0, 2)
        return turned[..., :count], turned[..., count:]

    (percent_n, percent_c), (low_n, low_c), (high_n, high_c) = split(percent), split(low), split(high)
    return Cube(split(yes)[0], split(total)[0], (percent_n, low_n, high_n), (percent_c, low_c, high_c))


@dataclass(frozen=True)
class Share:
    """A share in per cent with its bounds; `percent` is what is last known, 0 to 100."""

    percent: float
    low: float
    high: float


@dataclass(frozen=True)
class Coverage:
    """Coverage of one indicator at one date over one group. `children_total` is in persons."""

    indicator: str
    at: date
    group: str
    ages: str
    vintage: str
    n: int
    of: int
    countries: Share
    children: Share
    children_total: int

    def as_dict(self) -> dict[str, Any]:
        """The contract of `cop coverage --format json`; shares rounded to one decimal."""

        def share(value: Share) -> dict[str, float | None]:
            return {k: _rounded(v) for k, v in (("percent", value.percent), ("low", value.low), ("high", value.high))}

        return {
            "indicator": self.indicator,
            "at": self.at.isoformat(),
            "group": self.group,
            "ages": self.ages,
            "vintage": f"WPP {self.vintage}",
            "countries": {"n": self.n, "of": self.of, **share(self.countries)},
            "children": {**share(self.children), "total": self.children_total},
        }


def _rounded(value: float) -> float | None:
    return None if np.isnan(value) else round(value, 1)


def share_of(cube: Cube, indicator: int, year: int, group: int) -> tuple[int, int, Share, Share]:
    """Count, base, share of countries and share of children of one place of a cube."""
    place = (indicator, year, group)
    return (
        int(cube.n[place]),
        int(cube.of[place]),
        Share(*(float(part[place]) for part in cube.countries)),
        Share(*(float(part[place]) for part in cube.children)),
    )
