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

from cop.observatory.core.method import By, Group, Method, Normalisation, Outside

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Run:
    """Neighbouring indicators of one kind: their rows inside the group, and what their kind needs.

    A ladder (states, levels) has `scale` from value to step, `top` the last step and `table` the points of each step, None
    where they are evenly spaced. Goalposts have columns: `worst` and `width`, or for a logarithm what it divides by and the
    length, and `refuses`, True where beyond is refused.
    """

    rows: slice
    by: By
    scale: int
    top: int
    table: Floats | None
    worst: Floats
    width: Floats
    refuses: Flags

    @property
    def ladder(self) -> bool:
        """Are these states or levels?"""
        return self.top > 0


@dataclass(frozen=True)
class GroupPlan:
    """A group with its indicators at `rows` of the method, and the groups inside it with their weights.

    `weights` of its indicators is None where all weigh `each`. `needed` says for
    each count of applicable indicators how many of them must be known.
    """

    group: Group
    rows: slice
    runs: tuple[Run, ...]
    weights: Floats | None
    each: float
    inner: tuple[tuple[str, float], ...]
    needed: NDArray[np.int64]


@lru_cache(maxsize=64)
def plan_of(method: Method) -> tuple[GroupPlan, ...]:
    """The plan of each group in the order of the method. A method that is asked for again is planned once."""
    return tuple(_planned(method))


def _planned(method: Method) -> Iterator[GroupPlan]:
    start = 0
    below: dict[str, int] = {}
    for group in method.groups:
        below[group.id] = sum(below.get(member.code, 1) for member in group.members)
        own = [member for member in group.members if member.code in method.normalisations]
        rules = [method.normalisations[member.code] for member in own]
        weights = [1.0 if member.weight is None else float(member.weight) for member in own]
        same = len({member.weight for member in own}) <= 1
        yield GroupPlan(
            group,
            slice(start, start + len(own)),
            tuple(_runs(rules)),
            None if same else np.array(weights),
            weights[0] if weights else 1.0,
            tuple(
                (member.code, 1.0 if member.weight is None else float(member.weight))
                for member in group.members
                if member.code not in method.normalisations
            ),
            np.array([math.ceil(group.minimum * count) for count in range(below[group.id] + 1)]),
        )
        start += len(own)


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
        yield Run(rows, by, top if by is By.STATES else 1, top, table, worst, width, refuses)
