"""A method made ready for arrays: its exact numbers as floats, neighbours of one kind of normalisation side by side."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from cop.observatory.core.method import By, Group, Member, Method, Normalisation, Outside

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Run:
    """Neighbouring indicators of one kind: their rows inside the group, and what their kind needs.

    A ladder (states, levels) has `scale` from value to step, `top` the last step and `table` the points of each step, None
    where they are evenly spaced. Goalposts have columns: `worst` and `width`, or for a logarithm what it divides by and the
    length, and `refuses`, True where beyond is refused; `any_refuses` and `any_clips` say whether some do.
    """

    rows: slice
    by: By
    scale: int
    top: int
    table: Floats | None
    worst: Floats
    width: Floats
    refuses: Flags
    any_refuses: bool
    any_clips: bool

    @property
    def ladder(self) -> bool:
        """Are these states or levels?"""
        return self.top > 0


@dataclass(frozen=True)
class GroupPlan:
    """A group with its indicators at `rows` of the method.

    `weights` of its indicators is None where all weigh `each`. The groups inside it stand at `inner` among the groups of the
    method, with the weights `shares`. `needed` says for each count of applicable indicators how many of them must be known.
    """

    group: Group
    rows: slice
    runs: tuple[Run, ...]
    weights: Floats | None
    each: float
    inner: slice | NDArray[np.intp]
    shares: Floats
    needed: NDArray[np.int64]


@lru_cache(maxsize=64)
def plan_of(method: Method) -> tuple[GroupPlan, ...]:
    """The plan of each group in the order of the method. A method that is asked for again is planned once."""
    return tuple(_planned(method))


def _planned(method: Method) -> Iterator[GroupPlan]:
    start = 0
    place = {group.id: at for at, group in enumerate(method.groups)}
    below: dict[str, int] = {}
    for group in method.groups:
        own = [member for member in group.members if member.code not in place]
        inner = sorted((place[member.code], _weight(member)) for member in group.members if member.code in place)
        weights = [_weight(member) for member in own]
        below[group.id] = sum(below.get(member.code, 1) for member in group.members)
        yield GroupPlan(
            group,
            slice(start, start + len(own)),
            tuple(_runs([method.normalisations[member.code] for member in own])),
            None if len({member.weight for member in own}) <= 1 else np.array(weights),
            weights[0] if weights else 1.0,
            _side_by_side([at for at, _ in inner]),
            np.array([weight for _, weight in inner]),
            np.array([math.ceil(group.minimum * count) for count in range(below[group.id] + 1)]),
        )
        start += len(own)


def _weight(member: Member) -> float:
    return 1.0 if member.weight is None else float(member.weight)


def _side_by_side(places: list[int]) -> slice | NDArray[np.intp]:
    """A slice where the places follow each other, so that a look at them copies nothing."""
    if not places:
        return slice(0, 0)
    if places[-1] - places[0] + 1 == len(places):
        return slice(places[0], places[-1] + 1)
    return np.array(places, dtype=np.intp)


def _runs(rules: Sequence[Normalisation]) -> Iterator[Run]:
    start = 0
    for (by, points), neighbours in groupby(rules, key=lambda rule: (rule.by, rule.points)):
        alike = list(neighbours)
        rows = slice(start, start + len(alike))
        start = rows.stop
        worst = np.array([float(rule.worst) for rule in alike])[:, None]
        best = np.array([float(rule.best) for rule in alike])[:, None]
        width = np.log(best / worst) if by is By.LOG else best - worst
        refuses = np.array([rule.outside is Outside.REFUSE for rule in alike])[:, None]
        top = max(len(points) - 1, 0)
        even = all(point == Fraction(step, top) for step, point in enumerate(points))
        table = None if even else np.array([*map(float, points), np.nan])
        yield Run(
            rows, by, top if by is By.STATES else 1, top, table, worst, width, refuses, bool(refuses.any()), not refuses.all()
        )
