"""From signed answers and registers to the figures of one country: who stands behind each, and what is hidden."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Protocol

from cop.ground.core.door import (
    NOTHING_HELD,
    Answer,
    PartialDate,
    Provenance,
    Reading,
    State,
    SumOfParts,
    Suppression,
    Why,
    expiry,
    from_day,
    hidden,
    parse_date,
    read,
    supported_until,
)
from cop.observatory.core.indicators import Indicator, Indicators, Part
from cop.observatory.core.readings import Readings
from cop.observatory.core.release import Consent, Contested, SignedAnswer, SignedCountry
from cop.observatory.core.releases.content import CONFIRMED, DESK, NONE, PublicAnswer, ReleaseFigure, nothing

OWN_LICENCE = "CC BY 4.0"
_VALUES = {State.YES: 1.0, State.PARTLY: 0.5, State.NO: 0.0}
_SEXES = {"girls": "F", "boys": "M"}
FIRST_YEAR = 2000


class Choice(Protocol):
    """A choice of a question."""

    @property
    def code(self) -> str: ...
    @property
    def label(self) -> Mapping[str, str]: ...


class Asked(Protocol):
    """What a release needs to know of a question of a questionnaire."""

    @property
    def id(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def label(self) -> Mapping[str, str]: ...
    @property
    def choices(self) -> Iterable[Choice]: ...
    @property
    def feeds(self) -> Iterable[str]: ...


@dataclass(frozen=True)
class Stated:
    """One line that a country answered: the engine's answer, the signed one behind it, and shares of girls and boys."""

    answer: Answer
    signed: SignedAnswer
    by_sex: Mapping[str, float | None]


def stated_answers(
    questions: Iterable[Asked], country: SignedCountry, indicators: Indicators, survey: str, *, public_only: bool = True
) -> dict[str, Stated]:
    """What a country signed, by indicator or part code, where its consent lets it be published.

    `survey` is how the round is called in sources. With `public_only` False everything is returned, for totals.
    """
    by_id = {answer.question_id: answer for answer in country.answers}
    found: dict[str, Stated] = {}
    for question in questions:
        signed = by_id.get(question.id)
        if signed is None or (public_only and not _may_be_published(country, signed)):
            continue
        for code in question.feeds:
            if stated := _stated(question, code, signed, country, indicators, survey):
                found[code] = stated
    return found


def _may_be_published(country: SignedCountry, answer: SignedAnswer) -> bool:
    if country.confidential or country.consent is Consent.TOTALS:
        return False
    return answer.public or country.consent is Consent.ALL


def _stated(
    question: Asked, code: str, signed: SignedAnswer, country: SignedCountry, indicators: Indicators, survey: str
) -> Stated | None:
    indicator, part = indicators.of(code)
    other = signed.contested if signed.contested and signed.contested.headline else None
    value = other.value if other else signed.value
    state, level, number, text = _value(question, part, (part or indicator).kind, value)
    if state is None:
        return None
    why = _why(signed.why) if state is State.UNKNOWN else None
    until = supported_until(from_day(signed.as_of), country.signed_at.date())
    origin = Provenance(
        source=other.source if other else signed.source or survey,
        as_of=until,
        licence=OWN_LICENCE,
        confidence="high" if signed.evidence else "medium",
        method=f"answer to {question.code}, signed on {country.signed_at.date().isoformat()}",
        place=f"question {question.id}",
        note=signed.note,
    )
    answer = Answer(
        state, origin, until, since=_in_force(signed) if state is State.YES else None,
        expires=expiry(until, indicator.shelf_life_months), why=why, number=number, text=text, level=level,
    )  # fmt: skip
    by_sex = _by_sex(part, value) if question.kind == "table" else {}
    return Stated(answer, signed, by_sex)


_Parsed = tuple[State | None, int | None, float | None, str]


def _value(question: Asked, part: Part | None, kind: str, value: Any) -> _Parsed:
    """State, level, number and text of a value as the line of `kind` takes it; no state where nothing was answered."""
    if value is None or value in ("", [], {}):
        return None, None, None, ""
    match question.kind:
        case "state":
            return State(value), None, None, ""
        case "several" if part is not None:
            return (State.YES if part.code in value else State.NO), None, None, ""
        case "several" | "ranked":
            return State.YES, None, None, ", ".join(map(str, value))
        case "one" if kind == "level":
            level = int(value) if str(value).isdigit() else [choice.code for choice in question.choices].index(value)
            return _state_of_level(level), level, None, ""
        case "table":
            cell = _cell(value, part)
            return (None if cell is None else State.YES), None, cell, ""
        case "number" | "calculation":
            return State.YES, None, float(value), ""
    return State.YES, None, None, str(value)


def _state_of_level(level: int) -> State:
    return State.NO if level == 0 else State.YES if level >= 3 else State.PARTLY


def _cell(value: Mapping[str, Mapping[str, float]], part: Part | None, column: str = "total") -> float | None:
    found = value.get(part.code if part else "", {}).get(column)
    return None if found is None else float(found)


def _by_sex(part: Part | None, value: Mapping[str, Mapping[str, float]]) -> dict[str, float | None]:
    found = {sex: _cell(value, part, column) for column, sex in _SEXES.items()}
    return {sex: share for sex, share in found.items() if share is not None}


def _why(text: str) -> Why:
    return Why(text) if text in set(Why) else Why.STATED_UNKNOWN


def _in_force(signed: SignedAnswer) -> PartialDate | None:
    """The day from which a yes holds: the latest date in force that its evidence gives."""
    dates = [parse_date(evidence.in_force) for evidence in signed.evidence if evidence.in_force]
    return max(dates, key=lambda d: d.counts_from) if dates else None


def chosen(stated: Mapping[str, Stated], held: Mapping[str, Answer], at: date) -> dict[str, Answer]:
    """Which answer counts for each code: the country's, but for an unknown where a register says something (REL-03)."""
    found = {}
    for code, one in stated.items():
        known = read(held.get(code), at).state is not State.UNKNOWN
        if one.answer.state is not State.UNKNOWN or not known:
            found[code] = one.answer
    return found


def figures_of(
    indicators: Indicators, readings: Readings, stated: Mapping[str, Stated], used: Mapping[str, Answer],
    held: Mapping[str, Answer], at: date,
) -> tuple[ReleaseFigure, ...]:  # fmt: skip
    """The figures of one country on a day, those of which anything is known, in the order of the indicators.

    `used` are the country's answers that count, `held` what registers say. A register that differs from the country's answer
    is shown beside it, never instead of it.
    """
    found = []
    for code in indicators.codes():
        reading = readings[code]
        if reading.answer is None and reading.why is Why.NOT_HELD:
            continue
        indicator, part = indicators.of(code)
        figure = _figure(code, indicator, part, reading)
        if code in used:
            figure = _with_evidence(figure, stated[code], held.get(code), at)
        elif figure.origin == DESK and _derives_from(indicator, part, used):
            figure = replace(figure, origin=CONFIRMED)
        if history := _history(held.get(code), at):
            agrees = str(read(held.get(code), at).state) == figure.state
            figure = replace(figure, history=history) if agrees else figure
        found.append(figure)
    return tuple(found)


def _figure(code: str, indicator: Indicator, part: Part | None, reading: Reading) -> ReleaseFigure:
    answer = reading.answer
    kind = (part or indicator).kind
    if answer is None:
        return replace(nothing(code), why=str(reading.why or ""))
    known = reading.state not in (State.UNKNOWN, State.NA)
    value = _VALUES.get(reading.state) if kind == "state" else None
    if kind == "level":
        value = float(answer.level) if answer.level is not None else {State.YES: 3.0, State.NO: 0.0}.get(reading.state)
    if kind == "number":
        value = answer.number
    origin = answer.provenance
    cells = "; ".join(map(str, origin.cells[:3]))
    return ReleaseFigure(
        code, str(reading.state), "A" if known else "M" if reading.state is State.NA else "O",
        DESK if known or reading.stale or reading.state is State.NA else NONE,
        value=value if known else None, text=answer.text if known else "", as_of=str(answer.as_of),
        since=str(answer.since or "") if reading.state is State.YES else "", period=str(answer.as_of.counts_from.year),
        last_known=str(reading.last_known) if reading.stale else "", why=str(reading.why or ""),
        source=origin.source, licence=origin.licence, place=cells or origin.place, note=origin.note,
    )  # fmt: skip


def _with_evidence(figure: ReleaseFigure, stated: Stated, held: Answer | None, at: date) -> ReleaseFigure:
    signed = stated.signed
    other, origin = signed.contested, CONFIRMED
    if other is not None and other.headline:  # the country's own value stands beside the one that counts
        other, origin = Contested(signed.value, "", signed.as_of, other.reason), DESK
    elif other is None:
        other = _register_differs(figure, held, at)
    return replace(figure, origin=origin, evidence=signed.evidence, other=other, by_sex=stated.by_sex)


def _register_differs(figure: ReleaseFigure, held: Answer | None, at: date) -> Contested | None:
    reading = read(held, at) if held else NOTHING_HELD
    differs = reading.answer is not None and reading.state not in (State.UNKNOWN, State.NA) and str(reading.state) != figure.state
    if not differs or reading.answer is None or figure.state in ("unknown", "na"):
        return None
    return Contested(str(reading.state), reading.answer.provenance.source, reading.answer.as_of.counts_from, "")


def _derives_from(indicator: Indicator, part: Part | None, used: Mapping[str, Answer]) -> bool:
    """Does anything that the country answered decide a derived figure?"""
    if part is not None:
        return False
    parts = [f"{indicator.code}/{each.code}" for each in indicator.parts]
    return any(code in used for code in (*parts, *(indicator.criterion or {}).get("of", ())))


def _history(answer: Answer | None, at: date) -> tuple[tuple[int, str], ...]:
    """The states that a binding had at the ends of the years since 2000, one entry a change; nothing for other answers."""
    if answer is None or answer.since is None or answer.expires is not None or answer.state is not State.YES:
        return ()
    found: list[tuple[int, str]] = []
    for year in range(FIRST_YEAR, at.year):
        state = str(read(answer, date(year, 12, 31)).state)
        if not found or found[-1][1] != state:
            found.append((year, state))
    return tuple(found)


def public_answers(questions: Iterable[Asked], country: SignedCountry, skip: frozenset[str]) -> Iterator[PublicAnswer]:
    """The public answers that feed no indicator, but calculations and the questions of `skip`."""
    by_id = {answer.question_id: answer for answer in country.answers}
    for question in questions:
        answer = by_id.get(question.id)
        if answer is None or answer.value in (None, "", [], {}) or question.id in skip or any(True for _ in question.feeds):
            continue
        if question.kind in ("note", "calculation") or not _may_be_published(country, answer):
            continue
        yield PublicAnswer(question.id, question.code, answer.value, answer.note)


def suppressed(
    figures: Iterable[ReleaseFigure], answers: Iterable[PublicAnswer], table: Suppression, respondents: float | None
) -> tuple[tuple[ReleaseFigure, ...], tuple[PublicAnswer, ...], int]:
    """Figures and answers of one country without the counts that are too small, and how many were taken out.

    `respondents` is how many answered the country's survey, None where it isn't said: then its shares are of low reliability.
    """
    figures, answers = tuple(figures), tuple(answers)
    gone = _hidden_here(figures, answers, table)
    shown, count = [], 0
    for figure in figures:
        changed = _withheld(figure) if figure.code in gone else _survey(figure, table, respondents)
        small = table.of(figure.code)
        if small and changed.other and _is_small(changed.other.value, small.under):
            changed = replace(changed, other=None)
        count += changed.status == "Q"
        shown.append(changed)
    said = []
    for answer in answers:
        if answer.question in table.tables:
            kept = {
                row: {column: "<" if f"{answer.question}/{row}/{column}" in gone else value for column, value in cells.items()}
                for row, cells in answer.value.items()
            }
            count += sum(value == "<" for cells in kept.values() for value in cells.values())
            answer = replace(answer, value=kept)
        said.append(answer)
    return tuple(shown), tuple(said), count


def _is_small(value: Any, under: int) -> bool:
    return isinstance(value, int | float) and 0 < value < under


def _hidden_here(figures: Iterable[ReleaseFigure], answers: Iterable[PublicAnswer], table: Suppression) -> frozenset[str]:
    counts = {figure.code: figure.value for figure in figures if figure.value is not None and table.of(figure.code)}
    small = {code: found.under for code in counts if (found := table.of(code))}
    sums = []
    for answer in answers:
        if answer.question not in table.tables:
            continue
        for row, cells in answer.value.items():
            keys = {f"{answer.question}/{row}/{column}": float(value) for column, value in cells.items() if value is not None}
            counts |= keys
            small |= dict.fromkeys(keys, table.tables[answer.question].under)
            if total := table.totals[answer.question].get(row):
                sums.append(SumOfParts(total, tuple(keys)))
    return hidden(counts, small, sums)


def _withheld(figure: ReleaseFigure) -> ReleaseFigure:
    return replace(figure, status="Q", value=None, text="", note="", by_sex={}, evidence=(), other=None)


def _survey(figure: ReleaseFigure, table: Suppression, respondents: float | None) -> ReleaseFigure:
    """Survey shares: hidden under the limit; those by sex need twice as many, as neither half is known."""
    if not figure.code.startswith(f"{table.survey_codes}-") or figure.value is None:
        return figure
    if respondents is None:
        return replace(figure, status="U", by_sex={})
    if respondents < table.survey.under:
        return _withheld(figure)
    return replace(figure, by_sex={}) if respondents < 2 * table.survey.under else figure
