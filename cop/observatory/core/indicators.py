"""Indicator definitions: what is asked, in which unit, how long an answer stays fresh, and how it is misread."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from cop.ground.core.door import Reference, UnknownCode, naming, read_yaml

FILES = ("P1", "P2", "P3", "P4", "P5", "H", "X")


@dataclass(frozen=True)
class Part:
    """A part of an indicator with a code of its own, such as P1-07/grooming. An optional part never decides the whole."""

    code: str
    name: str
    kind: str
    unit: str
    optional: bool = False


@dataclass(frozen=True)
class Indicator:
    """One indicator. Texts are English and translated where shown; `states` says what each answer means here.

    `kind` is state, level, number or text. `whole` is own (answered itself), parts (derived from its parts) or criterion
    (derived from other indicators). `shelf_life_months` None means that an answer never goes stale.
    """

    code: str
    pillar: str
    name: str
    definition: str
    kind: str
    unit: str
    caution: str
    whole: str
    source_type: str | list[str]
    shelf_life_months: int | None
    disaggregation: list[str]
    method: str
    limits: str
    comparability: str
    target: str | None
    covers: list[str]
    block: int | None
    states: Mapping[str, str] = field(default_factory=dict)
    levels: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    criterion: Mapping[str, Any] | None = None
    derived: str = ""
    scored: bool = True

    @property
    def group(self) -> str:
        """The pillar number P1 to P5, or H or X."""
        return self.code.split("-")[0]

    @property
    def is_scored(self) -> bool:
        """Does it take part in bars, bands and coverage: a P-indicator that is answered with a state or a level?

        Not where a no is no failure (blocking lists, need for assistance): those say `scored: false`.
        """
        return self.scored and self.group.startswith("P") and self.kind in ("state", "level") and not self.derived

    def part(self, code: str) -> Part | None:
        """The part with this code, in any case."""
        return next((part for part in self.parts if part.code.casefold() == code.casefold()), None)


class Indicators:
    """All indicators in file order."""

    def __init__(self, reference: Reference) -> None:
        self.all: dict[str, Indicator] = {}
        for name in FILES:
            with naming(f"indicators/{name}.yaml"):
                for raw in read_yaml(reference.path("observatory", f"indicators/{name}.yaml")):
                    parts = tuple(Part(**part) for part in raw.pop("parts", ()))
                    self.all[raw["code"]] = Indicator(**raw | {"parts": parts, "levels": tuple(raw.pop("levels", ()))})

    def __iter__(self) -> Iterator[Indicator]:
        return iter(self.all.values())

    @property
    def scored(self) -> tuple[Indicator, ...]:
        """The indicators of bars, bands and coverage."""
        return tuple(indicator for indicator in self.all.values() if indicator.is_scored)

    def codes(self) -> list[str]:
        """Every code that can be asked for: indicators and their parts, in order."""
        return [
            code
            for indicator in self.all.values()
            for code in (indicator.code, *(f"{indicator.code}/{part.code}" for part in indicator.parts))
        ]

    @cached_property
    def _spelled(self) -> dict[str, str]:
        return {known.casefold(): known for known in self.codes()}

    @cached_property
    def _exact(self) -> frozenset[str]:
        return frozenset(self.codes())

    def resolve(self, code: str) -> str:
        """The exact spelling of an indicator or part code given in any case. Raises UnknownCode with the nearest codes."""
        spelled = self._spelled
        if code in self._exact:
            return code
        if code.casefold() in spelled:
            return spelled[code.casefold()]
        near = difflib.get_close_matches(code.casefold(), spelled, n=3, cutoff=0.4)
        raise UnknownCode("indicator", code, [spelled[found] for found in near])

    def of(self, code: str) -> tuple[Indicator, Part | None]:
        """The indicator of a code and, where the code names one, its part. Raises UnknownCode."""
        whole, _, part = self.resolve(code).partition("/")
        indicator = self.all[whole]
        return indicator, indicator.part(part) if part else None
