"""Bands: five of 20 points, shown only where the evidence is enough. Never a rank."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cop.ground.core.door import Interval, State, score

ENOUGH = 0.6
BANDS = (1, 2, 3, 4, 5)


@dataclass(frozen=True)
class Band:
    """`number` is 1 (under 20 points) to 5 (80 and more), or None: not enough evidence. `score` is the interval behind it."""

    number: int | None
    score: Interval


def band_of_points(points: float) -> int:
    """The band of 0 to 100 points: 1 below 20, 2 below 40, 3 below 60, 4 below 80, else 5."""
    return min(5, int(points // 20) + 1)


def band(states: Iterable[State]) -> Band:
    """The band of a country: only at 60 % coverage and where low and high fall into one band (IND-BAND)."""
    held = score(states)
    low, high = band_of_points(round(held.low * 100, 9)), band_of_points(round(held.high * 100, 9))
    enough = held.applicable > 0 and held.coverage >= ENOUGH and low == high
    return Band(low if enough else None, held)
