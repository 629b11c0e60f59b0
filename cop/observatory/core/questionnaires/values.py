"""Whether a value can be an answer to a question at all, whatever else was answered."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from cop.ground.core.door import State, mark, parse_date
from cop.observatory.core.questionnaire import Choice, Kind, Question

MOST_TEXT = 20_000
MOST_NUMBER = 1e15

NOT_A_STATE = mark("Choose one of the five answers.")
NOT_A_CHOICE = mark("Choose from the list.")
NOT_A_LIST = mark("Choose from the list, each choice once.")
NOT_A_NUMBER = mark("Give a number.")
NOT_A_DATE = mark("Give a date such as 2014, 2014-12 or 2014-12-31.")
NOT_A_TEXT = mark("Give a text.")
TOO_LONG = mark("The text is too long.")
NOT_A_TABLE = mark("Give numbers in the cells of the table.")
NOTHING_ASKED = mark("No answer is asked here.")


def value_problem(question: Question, value: Any) -> str | None:
    """What keeps a value from being an answer, as an English sentence to translate; None for a fitting value and for no answer."""
    if value is None:
        return None
    return CHECKS[question.kind](question, value)


def _state(_: Question, value: Any) -> str | None:
    return None if isinstance(value, str) and value in set(State) else NOT_A_STATE


def _codes(choices: tuple[Choice, ...]) -> set[str]:
    return {choice.code for choice in choices}


def _one(question: Question, value: Any) -> str | None:
    return None if isinstance(value, str) and value in _codes(question.choices) else NOT_A_CHOICE


def _list(question: Question, value: Any) -> str | None:
    if not isinstance(value, list | tuple) or not all(isinstance(code, str) for code in value):
        return NOT_A_LIST
    return None if len(set(value)) == len(value) and set(value) <= _codes(question.choices) else NOT_A_LIST


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and abs(value) <= MOST_NUMBER


def _number(_: Question, value: Any) -> str | None:
    return None if _is_number(value) else NOT_A_NUMBER


def _date(_: Question, value: Any) -> str | None:
    try:
        return None if isinstance(value, str) and parse_date(value) else NOT_A_DATE
    except ValueError:
        return NOT_A_DATE


def _text(_: Question, value: Any) -> str | None:
    if not isinstance(value, str):
        return NOT_A_TEXT
    return None if len(value) <= MOST_TEXT else TOO_LONG


def _table(question: Question, value: Any) -> str | None:
    if not isinstance(value, Mapping) or not set(value) <= _codes(question.rows):
        return NOT_A_TABLE
    columns = _codes(question.columns)
    for cells in value.values():
        if not isinstance(cells, Mapping) or not set(cells) <= columns:
            return NOT_A_TABLE
        if not all(number is None or _is_number(number) for number in cells.values()):
            return NOT_A_NUMBER
    return None


def _nothing(*_: Any) -> str | None:
    return NOTHING_ASKED


CHECKS: dict[Kind, Callable[[Question, Any], str | None]] = {
    Kind.STATE: _state,
    Kind.ONE: _one,
    Kind.SEVERAL: _list,
    Kind.RANKED: _list,
    Kind.NUMBER: _number,
    Kind.DATE: _date,
    Kind.TEXT: _text,
    Kind.TABLE: _table,
    Kind.NOTE: _nothing,
    Kind.CALCULATION: _nothing,
}
