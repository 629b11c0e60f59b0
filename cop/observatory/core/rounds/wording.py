"""Questions and answers in words, for pages, documents and workbooks alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cop.ground.core.door import STATES, State, Words, mark, parse_date
from cop.observatory.core.questionnaire import Kind, Question
from cop.observatory.core.rounds.snapshot import canonical

WHYS = {
    "stated_unknown": mark("nobody has checked"),
    "refused": mark("chose not to answer"),
    "not_held": mark("no source is held"),
}
CONSENTS = {
    "all": mark("every answer may be published"),
    "public": mark("answers marked as public may be published"),
    "totals": mark("answers serve only for totals over five countries and more"),
}
_UNITS = {"per cent": mark("per cent"), "years": mark("years"), "persons": mark("persons")}


def spoken(texts: Mapping[str, str], code: str) -> str:
    """A text of a questionnaire in a language, else in English, else in any."""
    return texts.get(code) or texts.get("en") or next(iter(texts.values()), "")


def choice_label(choices: Any, code: str, language: str) -> str:
    """The label of a choice, row or column; its code where there is none."""
    return next((spoken(choice.label, language) for choice in choices if choice.code == code), code)


def value_words(question: Question | None, value: Any, t: Words) -> str:
    """The value of an answer as people read it; empty for none. A value that no longer fits its question is shown as data."""
    if value is None or value == "" or value == []:
        return ""
    code = t.language.code
    if question is None:
        return canonical(value)
    kind = question.kind
    if kind is Kind.STATE and value in set(State):
        return t(STATES[State(value)])
    if kind is Kind.ONE and isinstance(value, str):
        return choice_label(question.choices, value, code)
    if kind in (Kind.SEVERAL, Kind.RANKED) and isinstance(value, list):
        labels = [choice_label(question.choices, item, code) for item in value]
        if kind is Kind.RANKED:
            labels = [f"{t.number(place)}. {label}" for place, label in enumerate(labels, start=1)]
        return t.semicolon.join(labels)
    if kind is Kind.NUMBER and isinstance(value, int | float):
        return f"{number_words(value, t)}{' ' + t(_UNITS.get(question.unit, question.unit)) if question.unit else ''}"
    if kind is Kind.DATE and isinstance(value, str):
        return t.date(parse_date(value))
    if kind is Kind.TABLE and isinstance(value, dict):
        cells = [(row, column, number) for row, line in value.items() for column, number in line.items()]
        return t.semicolon.join(
            f"{choice_label(question.rows, row, code)}{t.comma}{choice_label(question.columns, column, code)}"
            f"{t.colon}{number_words(number, t)}"
            for row, column, number in cells
        )
    return value if isinstance(value, str) else canonical(value)


def number_words(value: float, t: Words) -> str:
    """A number with as many decimals as it has, six at most."""
    text = f"{value:.6f}".rstrip("0")
    return t.number(value, len(text.partition(".")[2]))
