"""What the loaded sources say, put into a country's answers as a proposal to confirm (RND-11, RND-12)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cop.ground.core.door import Answer, Figure, Provenance, State
from cop.observatory.core.questionnaire import Kind, Question, Questionnaire

HEADING_ROW = 1


@dataclass(frozen=True)
class Source:
    """What a pre-filled answer stands on: a cell of a data file, of a workbook, or an answer of an earlier round.

    `code` is the indicator or part, `said` what the source says there, `as_of` a partial date or empty.
    """

    code: str
    said: str
    source: str
    licence: str
    as_of: str
    file: str
    row: int | None
    column: str = ""


@dataclass(frozen=True)
class Prefilled:
    """A proposed answer to a question and what it stands on. One without a row does not exist."""

    question_id: str
    value: Any
    sources: tuple[Source, ...]


def prefilled(questionnaire: Questionnaire, held: Mapping[str, Answer], figures: Mapping[str, Figure]) -> tuple[Prefilled, ...]:
    """The proposals for one country from what is held about it, in the order of the questionnaire.

    `held` maps indicator and part codes to answers, `figures` to external figures. Only a row of a file that names the country
    gives a proposal: that a register does not name it (a cell of the heading row) is no answer of the country.
    """
    return tuple(found for question in questionnaire.questions if (found := _of(question, held, figures)) is not None)


def _of(question: Question, held: Mapping[str, Answer], figures: Mapping[str, Figure]) -> Prefilled | None:
    if question.kind in (Kind.SEVERAL, Kind.RANKED):
        return _several(question, held)
    for code in question.feeds:
        if question.kind is Kind.NUMBER and code in figures:
            figure = figures[code]
            found = tuple(sources(code, str(_plain(figure.value)), figure.provenance))
            if found:
                return Prefilled(question.id, _plain(figure.value), found)
        answer = held.get(code)
        if answer is None:
            continue
        value = _value(question.kind, answer)
        found = tuple(sources(code, _said(answer), answer.provenance))
        if value is not None and found:
            return Prefilled(question.id, value, found)
    return None


def _several(question: Question, held: Mapping[str, Answer]) -> Prefilled | None:
    known = {choice.code for choice in question.choices}
    codes, found = [], []
    for code in question.feeds:
        part = code.partition("/")[2]
        answer = held.get(code)
        if part not in known or answer is None or answer.state is not State.YES:
            continue
        stands_on = list(sources(code, _said(answer), answer.provenance))
        if stands_on:
            codes.append(part)
            found += stands_on
    return Prefilled(question.id, codes, tuple(found)) if codes else None


def _value(kind: Kind, answer: Answer) -> Any:
    if kind is Kind.STATE:
        return str(answer.state) if answer.state is not State.UNKNOWN else None
    if kind is Kind.NUMBER:
        return _plain(answer.number) if answer.number is not None else answer.level
    if kind is Kind.DATE:
        return answer.since.text if answer.since else None
    if kind is Kind.TEXT:
        return answer.text or None
    return None


def _plain(number: float) -> int | float:
    return int(number) if float(number).is_integer() else round(float(number), 6)


def _said(answer: Answer) -> str:
    """What the source says, in the form of data: state, then date in force, then text."""
    return " ".join(part for part in (str(answer.state), answer.since.text if answer.since else "", answer.text) if part)[:200]


def sources(code: str, said: str, provenance: Provenance) -> Iterator[Source]:
    """One source for each row of a data file or of the country's own workbook that a figure stands on; none for a heading row."""
    as_of = provenance.as_of.text if provenance.as_of else ""
    if provenance.stated_by_user:
        file, _, row = provenance.place.rpartition(" row ")
        yield Source(code, said, provenance.source, provenance.licence, as_of, file, int(row) if row.isdigit() else None)
        return
    seen = set()
    for cell in provenance.cells:
        if cell.row > HEADING_ROW and (cell.file, cell.row) not in seen:
            seen.add((cell.file, cell.row))
            yield Source(code, said, provenance.source, provenance.licence, as_of, cell.file, cell.row, cell.column)
