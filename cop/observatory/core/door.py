"""The Django-free door of `observatory`: indicators, what is held about countries, coverage, targets, next steps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from cop.ground.core.door import (
    CHILD_AGES,
    Answer,
    Country,
    DataError,
    Figure,
    Ground,
    Provenance,
    Reading,
    State,
    UnknownCode,
    ground,
    read,
    read_yaml,
)
from cop.observatory.core.bands import BANDS, Band, band
from cop.observatory.core.charts import LineChart, line_chart
from cop.observatory.core.composites import Composite, Inputs, Result, composite, read_composites
from cop.observatory.core.coverage import Coverage, code_of, coverage_cube, share_of
from cop.observatory.core.indicators import FILES, Indicator, Indicators, Part
from cop.observatory.core.map_layer import CLASS_NAMES, MapLayer, Place, class_of, class_of_number, layer
from cop.observatory.core.method import Aggregation, By, Group, Member, Method, Normalisation, method_of, read_methods
from cop.observatory.core.method_examples import Example, read_examples
from cop.observatory.core.method_rows import REASON_WORDS, MethodRow, method_rows
from cop.observatory.core.next_steps import Choice, NextStep, choose
from cop.observatory.core.questionnaire import Questionnaire
from cop.observatory.core.questionnaires.packaged import packaged
from cop.observatory.core.readings import Readings, readings
from cop.observatory.core.registers import registers
from cop.observatory.core.rules import Rule, Situation, read_rules
from cop.observatory.core.scores import Reason, Score, Scores, StepRow
from cop.observatory.core.scoring import score_countries
from cop.observatory.core.scoring_inputs import ScoringInputs, inputs_of, inputs_of_observations
from cop.observatory.core.targets import (
    INDICATOR_OF,
    Aggregate,
    Goal,
    Target,
    read_aggregates,
    read_goals,
    read_targets,
)

__all__ = [
    "BANDS",
    "CLASS_NAMES",
    "FILES",
    "INDICATOR_OF",
    "REASON_WORDS",
    "Aggregate",
    "Aggregation",
    "Answers",
    "Band",
    "By",
    "Choice",
    "Composite",
    "Coverage",
    "Example",
    "Goal",
    "Group",
    "Indicator",
    "Indicators",
    "Inputs",
    "LineChart",
    "MapLayer",
    "Member",
    "Method",
    "MethodRow",
    "NextStep",
    "Normalisation",
    "Observatory",
    "Part",
    "Place",
    "Questionnaire",
    "Readings",
    "Reason",
    "Result",
    "Rule",
    "Score",
    "Scores",
    "ScoringInputs",
    "Standing",
    "StepRow",
    "Target",
    "band",
    "composite",
    "inputs_of",
    "inputs_of_observations",
    "line_chart",
    "method_of",
    "method_rows",
    "observatory",
    "score_countries",
]  # fmt: skip

Answers = Mapping[str, Answer]


@dataclass(frozen=True)
class Standing:
    """Where a country stands on a day: readings, band, coverage in per cent of scored indicators, and next steps."""

    country: Country
    at: date
    readings: Readings
    band: Band
    coverage: float
    choice: Choice


class Observatory:
    """Everything that the observatory works out from one set of reference data."""

    def __init__(self, data: Ground) -> None:
        self.ground = data

    @cached_property
    def indicators(self) -> Indicators:
        return Indicators(self.ground.reference)

    @cached_property
    def questionnaire(self) -> Questionnaire:
        """The packaged national survey."""
        return packaged(self.ground.reference)

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        return read_rules(self.ground.reference)

    @cached_property
    def targets(self) -> tuple[Target, ...]:
        return read_targets(self.ground.reference)

    @cached_property
    def aggregates(self) -> tuple[Aggregate, ...]:
        return read_aggregates(self.ground.reference)

    @cached_property
    def composites(self) -> tuple[Composite, ...]:
        return read_composites(self.ground.reference)

    @cached_property
    def methods(self) -> dict[str, Method]:
        """The packaged methods of scoring by id."""
        return read_methods(self.ground.reference, self.indicators)

    def method(self, id: str) -> Method:
        """The packaged method with this id. Raises UnknownCode that names all."""
        if id not in self.methods:
            raise UnknownCode("method", id, list(self.methods))
        return self.methods[id]

    @cached_property
    def method_examples(self) -> tuple[Example, ...]:
        """The specification tables of scoring in file order."""
        return read_examples(self.ground.reference)

    def scores(self, method: Method, at: date) -> Scores:
        """A method applied to what the packaged registers hold about every country on a day."""
        held = {iso3: [_all_readings(self, iso3, at)] for iso3 in self.ground.places.countries}
        return score_countries(method, inputs_of(method, held, [at.year]))

    @cached_property
    def contradictions(self) -> list[dict[str, Any]]:
        """The contradictions of the sources, each with key, title, text and sources."""
        return list(read_yaml(self.ground.reference.path("observatory", "contradictions.yaml")))

    @cached_property
    def crosswalk(self) -> list[dict[str, Any]]:
        """How pillars and targets meet other frameworks."""
        return list(read_yaml(self.ground.reference.path("observatory", "crosswalk.yaml")))

    @cached_property
    def _answers(self) -> dict[str, dict[str, Answer]]:
        held: dict[str, dict[str, Answer]] = {iso3: {} for iso3 in self.ground.places.countries}
        for (iso3, code), answer in registers(self.ground, self.indicators).items():
            if iso3 in held:
                held[iso3][code] = answer
        return held

    def answers(self, iso3: str) -> Answers:
        """What the packaged registers hold about a country, by indicator or part code."""
        return self._answers.get(iso3, {})

    def readings(self, iso3: str, at: date, stated: Answers | None = None) -> Readings:
        """The readings of a country on a day; `stated` answers of the user stand before the packaged ones."""
        return readings(self.indicators, {**self.answers(iso3), **(stated or {})}, at)

    def standing(self, country: Country, at: date, stated: Answers | None = None) -> Standing:
        """Where a country stands on a day; kept in the process where nothing is stated by a user."""
        packaged = stated is None and self.ground.places.countries.get(country.iso3) is country
        return _standing(self, country.iso3, at) if packaged else self._stand(country, at, stated)

    def _stand(self, country: Country, at: date, stated: Answers | None) -> Standing:
        held = self.readings(country.iso3, at, stated)
        scored = self.indicators.scored
        states = [held.state(indicator.code) for indicator in scored]
        found = band(states)
        coverage = 100 * found.score.coverage
        children = tuple(indicator.code for indicator in self.indicators if indicator.group == "H")
        choice = choose(self.rules, Situation(held, coverage, children))
        return Standing(country, at, held, found, coverage, choice)

    def pillar_counts(self, held: Readings) -> dict[str, dict[State, int]]:
        """The five bars: scored indicators of each pillar by state."""
        scored = self.indicators.scored
        keys = [term.key for term in self.ground.vocabulary.pillars]
        return {key: held.counts(i for i in scored if i.pillar == key) for key in keys}

    def firing_counts(self, at: date) -> dict[str, int]:
        """For how many countries each rule fires on a day, by rule id; zero where none."""
        counts = Counter(rule.id for c in self.ground.places.countries.values() for rule in self.standing(c, at).choice.fired)
        return {rule.id: counts[rule.id] for rule in self.rules}

    def coverage(
        self,
        code: str,
        at: date,
        *,
        group: str = "world",
        ages: str = "0-17",
        vintage: str = "2024",
        marked: frozenset[str] = frozenset(),
    ) -> Coverage:
        """Coverage of an indicator or part on a day over the member states of a group; `marked` countries count as yes.

        Raises UnknownCode for an indicator, group, age group or vintage that doesn't exist.
        """
        code = self.indicators.resolve(code)
        indicator, part = self.indicators.of(code)
        if (part or indicator).kind not in ("state", "level") and not indicator.derived:
            raise UnknownCode("indicator answered with yes or no", code, ["P1-01", "P2-01", "P1-09/OPSC"])
        if marked:
            return self._cover(code, at, group, ages, vintage, marked)
        return _coverage(self, code, at, group, ages, vintage)

    def _cover(self, code: str, at: date, group: str, ages: str, vintage: str, marked: frozenset[str]) -> Coverage:
        if ages not in CHILD_AGES:
            raise UnknownCode("age group", ages, list(CHILD_AGES))
        members = self.ground.places.members(at, group)
        people = self.ground.populations(vintage)
        year = people.nearest_year(at.year)
        weights = np.array([[people.people(country.iso3, year, ages) for country in members]], dtype=np.float64)
        asked = self.indicators.of(code)[0].derived.removeprefix("coverage ") or code
        states = [1 if c.iso3 in marked else code_of(self.reading(c.iso3, asked, at)) for c in members]
        codes = np.array([[states]], dtype=np.uint8)
        cube = coverage_cube(codes, weights, np.ones((1, len(members)), dtype=np.bool_))
        n, of, countries, children = share_of(cube, 0, 0, 0)
        return Coverage(code, at, group, ages, vintage, n, of, countries, children, int(weights.sum()))

    def reading(self, iso3: str, code: str, at: date) -> Reading:
        """The reading of one code for one country on a day."""
        indicator, part = self.indicators.of(code)
        answer = self.answers(iso3).get(code)
        if part is not None or answer is not None or not (indicator.criterion or indicator.parts):
            return read(answer, at)
        return _all_readings(self, iso3, at)[code]

    def children_weight(self, iso3: str, at: date) -> Figure | None:
        """What the children of a country (0 to 17) weigh among those of all member states, in per cent."""
        people = self.ground.populations()
        year = people.nearest_year(at.year)
        own = people.figure(iso3, year)
        total = sum(people.people(country.iso3, year) for country in self.ground.places.members(at))
        if own is None or not total:
            return None
        base = own.provenance
        provenance = Provenance(
            base.source, base.as_of, base.licence, base.cells, base.passports,
            method=f"age_0_17 of the country divided by the sum over ITU member states in {year}",
        )  # fmt: skip
        return Figure(100 * own.value / total, "per cent", provenance, year=year)

    def context(self, iso3: str, at: date) -> dict[str, Figure]:
        """The external figures of a country: X-01 children, X-02 individuals using the Internet; where held."""
        people = self.ground.populations()
        found = {
            "X-01": people.figure(iso3, people.nearest_year(at.year)),
            "X-02": self.ground.internet_use.figure(iso3, at.year),
        }
        return {code: figure for code, figure in found.items() if figure is not None}

    def map_layer(self, code: str, at: date) -> MapLayer:
        """The map of an indicator or part on a day. A share of the world's children is mapped by what it is made of."""
        return _map_layer(self, self.indicators.resolve(code), at)

    def _layer(self, code: str, at: date) -> MapLayer:
        derived = self.indicators.of(code)[0].derived
        code = derived.removeprefix("coverage ") if derived else code
        places = []
        for country in self.ground.places.countries.values():
            if code in ("X-01", "X-02"):
                figure = self.context(country.iso3, at).get(code)
                places.append(Place(country, class_of_number(code, figure.value) if figure else "unknown", None, figure))
            else:
                reading = self.reading(country.iso3, code, at)
                places.append(Place(country, class_of(reading), reading, None))
        return layer(code, at, places, self.ground.world_map)

    def goals(self, path: Path | None) -> tuple[Goal, ...]:
        """The operator's goals in a file, none where there is no file. Raises DataError for a code that doesn't exist."""
        found = read_goals(path) if path is not None else ()
        for goal in found:
            try:
                self.indicators.resolve(goal.indicator)
                if goal.country:
                    self.ground.places.country(goal.country)
            except UnknownCode as error:
                raise DataError(f"{path.name if path else ''}: {error}") from None
        return found

    def series(self, code: str, first: int, last: int, at: date) -> list[Coverage]:
        """Coverage of an indicator over all member states at each year's end, the last year on the day `at`."""
        days = [date(year, 12, 31) for year in range(first, last)] + [at]
        return [self.coverage(code, day) for day in days]


# Answers over packaged data don't change while the process lives; the newest ones are kept.
@lru_cache(maxsize=1024)
def _standing(held: Observatory, iso3: str, at: date) -> Standing:
    return held._stand(held.ground.places.countries[iso3], at, None)


@lru_cache(maxsize=4096)
def _coverage(held: Observatory, code: str, at: date, group: str, ages: str, vintage: str) -> Coverage:
    return held._cover(code, at, group, ages, vintage, frozenset())


@lru_cache(maxsize=256)
def _map_layer(held: Observatory, code: str, at: date) -> MapLayer:
    return held._layer(code, at)


@lru_cache(maxsize=1024)
def _all_readings(held: Observatory, iso3: str, at: date) -> Readings:
    return held.readings(iso3, at)


@lru_cache(maxsize=4)
def observatory(root: Path | None = None) -> Observatory:
    """The observatory over the packaged reference data, or over a folder that replaces some of them."""
    return Observatory(ground(root))
