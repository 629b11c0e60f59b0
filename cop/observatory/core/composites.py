"""Named ways to combine target 1 and target 2, each with its formula; none is known to be the one behind 62."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cop.ground.core.door import Reference, UnknownCode, naming, read_yaml


@dataclass(frozen=True)
class Inputs:
    """Shares in per cent: `law` and `hotline` of children; goals of targets 1 and 2; counts of countries."""

    law: float
    hotline: float
    law_goal_90: float = 90
    law_goal_88: float = 88
    hotline_goal: float = 70
    law_countries: float = 133
    hotline_countries: float = 51


@dataclass(frozen=True)
class Result:
    """A composite in per cent: a point, or bounds when the inputs alone don't fix it."""

    low: float
    high: float
    point: float | None


def _point(value: float) -> Result:
    return Result(value, value, value)


def union(i: Inputs) -> Result:
    """Children with either: bounds from the two shares; the point holds if the two are independent."""
    independent = 100 - (100 - i.law) * (100 - i.hotline) / 100
    return Result(max(i.law, i.hotline), min(100.0, i.law + i.hotline), independent)


def intersection(i: Inputs) -> Result:
    """Children with both: bounds from the two shares; the exact value needs countries."""
    return Result(max(0.0, i.law + i.hotline - 100), min(i.law, i.hotline), None)


def _by_counts(i: Inputs) -> Result:
    total = i.law_countries + i.hotline_countries
    return _point((i.law * i.law_countries + i.hotline * i.hotline_countries) / total)


def _progress(goal: float) -> Callable[[Inputs], Result]:
    return lambda i: _point(50 * (min(i.law / goal, 1) + min(i.hotline / i.hotline_goal, 1)))


FORMULAS: Mapping[str, Callable[[Inputs], Result]] = {
    "weighted_two_thirds": lambda i: _point((2 * i.law + i.hotline) / 3),
    "mean": lambda i: _point((i.law + i.hotline) / 2),
    "union": union,
    "intersection": intersection,
    "geometric": lambda i: _point(math.sqrt(i.law * i.hotline)),
    "root_mean_square": lambda i: _point(math.sqrt((i.law**2 + i.hotline**2) / 2)),
    "by_country_counts": _by_counts,
    "progress_90": _progress(90),
    "progress_88": _progress(88),
    "difference": lambda i: _point(i.law - i.hotline),
}


@dataclass(frozen=True)
class Composite:
    """A method with its texts. `verdict` is gives, near, no or impossible: does it give 62?"""

    key: str
    name: str
    formula: str
    inputs: tuple[str, ...]
    explains: str
    verdict: str
    label: str = ""
    default: bool = False

    def of(self, inputs: Inputs) -> Result:
        """The composite of these inputs, in per cent."""
        return FORMULAS[self.key](inputs)


def read_composites(reference: Reference) -> tuple[Composite, ...]:
    """All methods in file order."""
    raw = read_yaml(reference.path("observatory", "composites.yaml"))
    with naming("composites.yaml"):
        return tuple(Composite(**item | {"inputs": tuple(item["inputs"])}) for item in raw)


def composite(methods: tuple[Composite, ...], key: str) -> Composite:
    """The method with this key. Raises UnknownCode that names all."""
    for method in methods:
        if method.key == key:
            return method
    raise UnknownCode("method", key, [method.key for method in methods])
