"""The country answer: where a country stands in protecting children online, how sure that is, and what to do next.

Composed from the doors of the rooms, so that pages, PDF and command line give the same answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from cop.ground.core.door import Answer, Country, Figure, Gap, Ground, Reading, State, Term, gaps
from cop.guidance.core.door import Guidance, HelpAnswer
from cop.observatory.core.door import INDICATOR_OF, Goal, Indicator, Observatory, Part, Readings, Standing, Target


@dataclass(frozen=True)
class Fact:
    """One thing that is known, or was known: an indicator or part with its reading."""

    code: str
    indicator: Indicator
    part: Part | None
    reading: Reading
    answer: Answer

    @property
    def name(self) -> str:
        return self.part.name if self.part else self.indicator.name


@dataclass(frozen=True)
class Unknown:
    """An indicator that reads unknown, and why. `last` is what was last known, where something was."""

    indicator: Indicator
    reading: Reading


@dataclass(frozen=True)
class Context:
    """An external figure about the country: children, Internet use."""

    indicator: Indicator
    figure: Figure


@dataclass(frozen=True)
class Pillar:
    """One pillar: `counts` of its scored indicators by state (the bar), its facts, and what is unknown."""

    term: Term
    counts: Mapping[State, int]
    facts: tuple[Fact, ...]
    unknown: tuple[Unknown, ...]


@dataclass(frozen=True)
class TargetHere:
    """A target of the historic framework for this country: `status` is met, not_met or unknown."""

    id: str
    indicator: Indicator
    targets: tuple[Target, ...]
    status: str
    reading: Reading


@dataclass(frozen=True)
class CountryAnswer:
    """The whole answer. `stated` says that facts of the user, not published, are part of it."""

    country: Country
    at: date
    release: str
    in_denominator: bool
    standing: Standing
    pillars: tuple[Pillar, ...]
    context: tuple[Context, ...]
    weight: Figure | None
    targets: tuple[TargetHere, ...]
    goals: tuple[Goal, ...]
    help: HelpAnswer
    stated: bool
    scored: tuple[str, ...] = ()

    @property
    def known(self) -> int:
        return self.standing.band.score.known

    @property
    def asked(self) -> int:
        return self.standing.band.score.applicable

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """Scored indicators that are not met: what to do, then what to find out."""
        return gaps({code: self.standing.readings.state(code) for code in self.scored})

    @property
    def children(self) -> Figure | None:
        """Population aged 0 to 17, where the vintage holds it."""
        return next((item.figure for item in self.context if item.indicator.code == "X-01"), None)

    @property
    def unknown(self) -> tuple[Unknown, ...]:
        return tuple(item for pillar in self.pillars for item in pillar.unknown)


@dataclass(frozen=True)
class Rooms:
    """The doors that the answer is composed from."""

    ground: Ground
    observatory: Observatory
    guidance: Guidance


def country_answer(
    rooms: Rooms,
    country: Country,
    at: date,
    *,
    stated: Mapping[str, Answer] | None = None,
    goals: tuple[Goal, ...] = (),
    today: date | None = None,
) -> CountryAnswer:
    """The answer for a country on a day; `stated` are the user's own facts by indicator or part code.

    Numbers for a child are those that may be shown `today` (default: `at`), whatever day is asked about.
    """
    held = rooms.observatory
    gone = rooms.guidance.own_word.withdrawn(country.iso2)
    standing = held.standing(country, at, stated)
    member = country.is_member(at)
    return CountryAnswer(
        country=country,
        at=at,
        release=rooms.ground.release,
        in_denominator=member,
        standing=standing,
        pillars=tuple(_pillar(held, term, standing.readings, gone) for term in rooms.ground.vocabulary.pillars),
        context=tuple(Context(held.indicators.all[code], f) for code, f in held.context(country.iso3, at).items()),
        weight=held.children_weight(country.iso3, at) if member else None,
        targets=_targets(held, standing.readings),
        goals=tuple(goal for goal in goals if goal.country in ("", country.iso3)),
        help=rooms.guidance.help(country.iso2, today or at),
        stated=bool(stated),
        scored=tuple(indicator.code for indicator in held.indicators.scored),
    )


def _pillar(held: Observatory, term: Term, read: Readings, gone: frozenset[str]) -> Pillar:
    own = [indicator for indicator in held.indicators if indicator.pillar == term.key]
    facts, unknown = [], []
    for indicator in own:
        codes: list[tuple[str, Part | None]] = [(indicator.code, None)] if indicator.whole != "parts" else []
        codes += [(f"{indicator.code}/{part.code}", part) for part in indicator.parts]
        for code, part in codes:
            reading = read[code]
            held_then = reading.state is not State.UNKNOWN or (part is not None and reading.stale)
            if reading.answer is not None and held_then and not _is_derived(code, reading):
                facts.append(Fact(code, indicator, part, reading, _without(reading.answer, gone)))
        if read[indicator.code].state is State.UNKNOWN and not indicator.derived:
            unknown.append(Unknown(indicator, read[indicator.code]))
    scored = [indicator for indicator in own if indicator.is_scored]
    return Pillar(term, read.counts(scored), tuple(facts), tuple(unknown))


def _without(answer: Answer, gone: frozenset[str]) -> Answer:
    """The answer without its text where that names a number that the operator withdrew."""
    spoken = "".join(sign for sign in answer.text if sign.isdigit() or sign.isalpha())
    return replace(answer, text="") if any(number in spoken for number in gone) else answer


def _is_derived(code: str, reading: Reading) -> bool:
    return code == "P2-02" and bool(reading.answer and not reading.answer.provenance.stated_by_user)


_STATUS = {State.YES: "met", State.NO: "not_met", State.PARTLY: "not_met", State.NA: "not_applicable"}


def _targets(held: Observatory, read: Readings) -> tuple[TargetHere, ...]:
    found = []
    for target_id, code in INDICATOR_OF.items():
        rows = tuple(t for t in held.targets if t.id.startswith(target_id))
        reading = read[code]
        found.append(TargetHere(target_id, held.indicators.all[code], rows, _STATUS.get(reading.state, "unknown"), reading))
    return tuple(found)
