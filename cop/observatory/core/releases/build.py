"""A release built from what countries signed and what registers hold: figures, scores, coverage of groups, all in one pass."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property

import numpy as np

from cop.ground.core.door import (
    ITU_REGIONS,
    LICENCE,
    SPECIAL_GROUPS,
    Answer,
    Country,
    Reading,
    State,
    Suppression,
    countable_groups,
    in_group,
    read_suppression,
)
from cop.observatory.core.coverage import Share, code_of, coverage_cube, share_of
from cop.observatory.core.door import Observatory
from cop.observatory.core.method import Method
from cop.observatory.core.readings import Readings, readings
from cop.observatory.core.release import Consent, CountryReply, SignedCountry
from cop.observatory.core.releases.content import (
    CONFIRMED,
    Aggregate,
    CountryContent,
    Header,
    PrintedReply,
    ReleaseContent,
    ReleaseIndicator,
    ReleaseQuestion,
    ReleaseScore,
    ReleaseStep,
)
from cop.observatory.core.releases.figures import (
    Asked,
    chosen,
    figures_of,
    public_answers,
    stated_answers,
    suppressed,
)
from cop.observatory.core.scores import Scores, StepRow
from cop.observatory.core.scoring import score_countries
from cop.observatory.core.scoring_inputs import inputs_of

RELEASE_GROUPS: tuple[str, ...] = ("world", *ITU_REGIONS, *SPECIAL_GROUPS)
NOT_PRINTED = frozenset({"resp_publish", "resp_institution"})  # consent itself, and what stands at the head of the profile


@dataclass(frozen=True)
class ReleasePlan:
    """What a release is made from, but for the answers: its round and number, its day, method and questionnaire."""

    round: str
    number: int
    title: str
    published: datetime
    embargo_until: datetime | None
    method: Method
    questionnaire: str
    questionnaire_sha256: str
    questions: Sequence[Asked]
    confidential: bool = False
    note: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The id of the release: the round and the number in it, such as cop-2026.1."""
        return f"{self.round}.{self.number}"


def build_release(
    held: Observatory, plan: ReleasePlan, signed: Iterable[SignedCountry], replies: Iterable[CountryReply] = (),
    before: Iterable[SignedCountry] = (),
) -> ReleaseContent:  # fmt: skip
    """A release over every country of the reference data: the same input always gives the same content (REL-01).

    `before` are the confidential countries behind the figures of the release that this one corrects: where fewer than the
    fewest that may be counted were added, taken away or changed, groups keep to public answers.
    """
    return _Build(held, plan, {c.iso3: c for c in signed}, {r.iso3: r for r in replies}, tuple(before)).content


@dataclass(frozen=True)
class _One:
    """One country on the way: what it stated, what counts, and its readings with and without confidential answers."""

    country: Country
    used: Mapping[str, Answer]
    readings: Readings
    for_totals: Readings


class _Build:
    def __init__(
        self, held: Observatory, plan: ReleasePlan, signed: Mapping[str, SignedCountry], replies: Mapping[str, CountryReply],
        before: tuple[SignedCountry, ...],
    ) -> None:  # fmt: skip
        self.held, self.plan, self.signed, self.replies, self.before = held, plan, signed, replies, before
        self.at: date = plan.published.date()
        self.table: Suppression = read_suppression(held.ground.reference)

    @cached_property
    def ones(self) -> dict[str, _One]:
        return {iso3: self._one(country) for iso3, country in self.held.ground.places.countries.items()}

    def _one(self, country: Country) -> _One:
        registers = self.held.answers(country.iso3)
        signed = self.signed.get(country.iso3)
        stated = stated_answers(self.plan.questions, signed, self.held.indicators, self.plan.title) if signed else {}
        used = chosen(stated, registers, self.at)
        own = readings(self.held.indicators, {**registers, **used}, self.at)
        if signed is None or not is_confidential(signed):
            return _One(country, used, own, own)
        every = stated_answers(self.plan.questions, signed, self.held.indicators, self.plan.title, public_only=False)
        for_totals = {**registers, **chosen(every, registers, self.at)}
        return _One(country, used, own, readings(self.held.indicators, for_totals, self.at))

    @cached_property
    def scores(self) -> Scores:
        """The method applied to the readings of every country, confidential answers left out."""
        held = {iso3: [one.readings] for iso3, one in self.ones.items()}
        return score_countries(self.plan.method, inputs_of(self.plan.method, held, [self.at.year]))

    @cached_property
    def content(self) -> ReleaseContent:
        """The whole release."""
        countries, withheld = {}, 0
        for iso3, one in self.ones.items():
            countries[iso3], count = self._country(one)
            withheld += count
        return ReleaseContent(self._header(withheld, countries), countries)

    def _country(self, one: _One) -> tuple[CountryContent, int]:
        iso3, indicators = one.country.iso3, self.held.indicators
        signed = self.signed.get(iso3)
        public = signed if signed is not None and not is_confidential(signed) else None
        stated = stated_answers(self.plan.questions, public, indicators, self.plan.title) if public else {}
        figures = figures_of(indicators, one.readings, stated, one.used, self.held.answers(iso3), self.at)
        answers = tuple(public_answers(self.plan.questions, public, NOT_PRINTED)) if public else ()
        shown, said, count = suppressed(figures, answers, self.table, _respondents(public, self.table))
        found = CountryContent(
            iso3, shown, self._score(iso3), self._steps(iso3),
            signed_at=public.signed_at.isoformat() if public else "",
            snapshot_sha256=public.snapshot_sha256 if public else "",
            institution=public.institution if public else "",
            answers=said, reply=_printed(self.replies.get(iso3)),
        )  # fmt: skip
        return found, count

    def _score(self, iso3: str) -> ReleaseScore:
        score = self.scores.of(iso3)
        reason = str(score.reason or "")
        return ReleaseScore(
            _points(score.low),
            _points(score.high),
            _points(score.value),
            score.known,
            score.applicable,
            score.band,
            reason,
            score.where,
        )

    def _steps(self, iso3: str) -> tuple[ReleaseStep, ...]:
        return tuple(_step(row) for row in self.scores.rows(iso3))

    def _header(self, withheld: int, countries: Mapping[str, CountryContent]) -> Header:
        plan = self.plan
        return Header(
            plan.id, plan.round, plan.title, plan.number, plan.published.isoformat(),
            plan.embargo_until.isoformat() if plan.embargo_until else "", plan.method.key, plan.method.name,
            plan.questionnaire, plan.questionnaire_sha256, self.held.ground.release, LICENCE, plan.note,
            dict(plan.titles), plan.confidential,
            tuple(iso3 for iso3, country in countries.items() if country.signed_at), withheld,
            tuple(self._indicators()), tuple(self._questions(countries)), self._aggregates(), self._bars(),
            {iso3: (country.score.known, country.score.applicable) for iso3, country in countries.items()},
        )  # fmt: skip

    def _indicators(self) -> Iterable[ReleaseIndicator]:
        for code in self.held.indicators.codes():
            indicator, part = self.held.indicators.of(code)
            what = part or indicator
            scored = part is None and indicator.is_scored
            yield ReleaseIndicator(code, what.name, indicator.pillar, what.kind, what.unit, scored)

    def _questions(self, countries: Mapping[str, CountryContent]) -> Iterable[ReleaseQuestion]:
        """The questions whose answers are printed in their own words: those that feed nothing, and choices that feed a text."""
        used = {answer.question for country in countries.values() for answer in country.answers}
        used |= {
            f.place.removeprefix("question ") for c in countries.values() for f in c.figures if f.text and f.origin == CONFIRMED
        }
        for asked in self.plan.questions:
            if asked.id in used:
                choices = {choice.code: dict(choice.label) for choice in asked.choices}
                yield ReleaseQuestion(asked.id, asked.code, str(asked.kind), dict(asked.label), choices)

    def _bars(self) -> dict[str, dict[str, dict[str, int]]]:
        members = [one for one in self.ones.values() if one.country.is_member(self.at)]
        held = {one.country.iso3: self.held.pillar_counts(one.readings) for one in members}
        found: dict[str, dict[str, dict[str, int]]] = {}
        for group in RELEASE_GROUPS:
            inside = [held[one.country.iso3] for one in members if in_group(one.country, group, self.at)]
            found[group] = {
                term.key: {str(state): sum(counts[term.key][state] for counts in inside) for state in State}
                for term in self.held.ground.vocabulary.pillars
            }
        return found

    def _aggregates(self) -> tuple[Aggregate, ...]:
        """Coverage of each state or level by group, where anything is known; confidential answers where they may be counted."""
        members = [one.country for one in self.ones.values() if one.country.is_member(self.at)]
        secret = {iso3 for iso3, country in self.signed.items() if is_confidential(country)}
        groups = {g: frozenset(c.iso3 for c in members if in_group(c, g, self.at)) for g in RELEASE_GROUPS}
        hiding = {group: frozenset(secret & held) for group, held in groups.items()}
        codes = [i.code for i in self._indicators() if i.kind in ("state", "level")]
        every = [(group, groups[group], 0) for group in RELEASE_GROUPS]
        found = {(a.code, a.group): a for a in self._covered(codes, members, every, private=False)}
        if self._may_count():
            secretly = [(group, groups[group], len(held)) for group, held in hiding.items() if held]
            for one in self._covered(codes, members, secretly, private=True) if secretly else ():
                if one.group in self._counted(one.code, hiding):
                    found[one.code, one.group] = one
        order = {group: place for place, group in enumerate(RELEASE_GROUPS)}
        return tuple(sorted(found.values(), key=lambda a: (codes.index(a.code), order[a.group])))

    def _counted(self, code: str, hiding: Mapping[str, frozenset[str]]) -> frozenset[str]:
        """The groups in which confidential answers to one indicator may be counted; they are told where all are alike."""

        def told(held: frozenset[str]) -> bool:
            return len({code_of(self.ones[iso3].for_totals[code]) for iso3 in held}) < 2

        return countable_groups(hiding, "world", tuple(ITU_REGIONS), self.table.fewest_countries, told)

    def _may_count(self) -> bool:
        """May this release count confidential answers, beside the one before it? A change of too few would tell on them."""
        old = {c.iso3: c for c in self.before if is_confidential(c)}
        new = {iso3: c for iso3, c in self.signed.items() if is_confidential(c)}
        changed = sum(old.get(iso3) != new.get(iso3) for iso3 in old.keys() | new.keys())
        return not old or changed == 0 or changed >= self.table.fewest_countries

    def _covered(
        self, codes: list[str], members: list[Country], groups: list[tuple[str, frozenset[str], int]], *, private: bool
    ) -> list[Aggregate]:
        people = self.held.ground.populations()
        year = people.nearest_year(self.at.year)
        weights = np.array([[people.people(c.iso3, year) for c in members]], dtype=np.float64)
        pick: Callable[[_One], Readings] = (lambda one: one.for_totals) if private else (lambda one: one.readings)
        held = [pick(self.ones[c.iso3]) for c in members]
        states = np.array([[[code_of(reading[code]) for reading in held]] for code in codes], dtype=np.uint8)
        masks = np.array([[c.iso3 in inside for c in members] for _, inside, _ in groups], dtype=np.bool_)
        cube = coverage_cube(states, weights, masks)
        found = []
        for row, code in enumerate(codes):
            if not any(_says(reading[code]) for reading in held):
                continue
            for place, (group, _, hiding) in enumerate(groups):
                n, of, countries, children = share_of(cube, row, 0, place)
                if of:
                    found.append(_aggregate(code, group, n, of, countries, None if hiding else children, hiding))
        return found


def is_confidential(country: SignedCountry) -> bool:
    """Is nothing published under the country's name?"""
    return country.confidential or country.consent is Consent.TOTALS


def _aggregate(code: str, group: str, n: int, of: int, countries: Share, children: Share | None, hiding: int) -> Aggregate:
    """One line of coverage. Where confidential countries are counted there is no share of children: it would tell which ones."""
    percent, low, high = (round(x, 6) for x in (countries.percent, countries.low, countries.high))
    found = Aggregate(code, group, n, of, percent, low, high, confidential=hiding)
    if children is None:
        return found
    return replace(
        found, children=_rounded(children.percent), children_low=_rounded(children.low), children_high=_rounded(children.high)
    )


def _says(reading: Reading) -> bool:
    return reading.state is not State.UNKNOWN or reading.stale


def _respondents(country: SignedCountry | None, table: Suppression) -> float | None:
    for answer in country.answers if country else ():
        if answer.question_id == table.respondents and isinstance(answer.value, int | float):
            return float(answer.value)
    return None


def _printed(reply: CountryReply | None) -> PrintedReply | None:
    if reply is None:
        return None
    return PrintedReply(
        reply.text, reply.language, reply.written.isoformat(), reply.decision, reply.decided.isoformat() if reply.decided else ""
    )


def _step(row: StepRow) -> ReleaseStep:
    weight = None if row.weight is None else round(float(row.weight), 9)
    low, high, value = _points(row.low), _points(row.high), _points(row.value)
    effect = _rounded(row.weight_in_effect)
    return ReleaseStep(
        row.step, row.code, row.parent, row.state, row.raw, low, high, value, weight, effect, row.known, row.applicable
    )


def _points(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 6)


def _rounded(value: float | None) -> float | None:
    return None if value is None or np.isnan(value) else round(float(value), 6)
