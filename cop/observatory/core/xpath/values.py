"""Values of expressions, and what each is as a number, a text, or true and false. Answers in documents are texts in nodes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cop.observatory.core.xpath.dates import DATE_TEXT, Moment, days_in_text, moment_in_text
from cop.observatory.core.xpath.numbers import NAN, is_blank, number_of, number_text, quotient, remainder


@dataclass(frozen=True)
class Nodes:
    """The texts of the nodes that a name stands for: one for a question, one each round for a question inside a repeat."""

    texts: tuple[str, ...]


Value = float | str | bool | Moment | Nodes


def text_number(text: str) -> float:
    """The number in an answer: days for a date, not a number for nothing."""
    if is_blank(text):
        return NAN
    stripped = text.strip()
    return days_in_text(stripped) if DATE_TEXT.fullmatch(stripped) else number_of(text)


def as_number(value: Value) -> float:
    """A value as a number; of several nodes the first counts."""
    if isinstance(value, bool):
        return 1.0 if value else 0.0
    if isinstance(value, float):
        return value
    if isinstance(value, Moment):
        return value.days
    return text_number(as_text(value))


def as_text(value: Value) -> str:
    """A value as text; of several nodes the first counts, of none nothing."""
    if isinstance(value, str):
        return value
    if isinstance(value, Nodes):
        return value.texts[0] if value.texts else ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, Moment) else number_text(value)


def as_truth(value: Value) -> bool:
    """A value as true or false. Nodes are true when there are any, even empty ones."""
    if isinstance(value, Nodes):
        return bool(value.texts)
    if isinstance(value, Moment):
        return value.milliseconds is not None
    return bool(value) and value == value


def as_moment(value: Value) -> Moment:
    """A value as a date; true and false are none."""
    if isinstance(value, Moment):
        return value
    if isinstance(value, bool):
        return Moment(None)
    if isinstance(value, float):
        return moment_of_days(value)
    return moment_in_text(as_text(value))


def moment_of_days(days: float) -> Moment:
    """The moment so many days after the beginning of 1970."""
    from_days = days * 86_400_000
    return Moment(None) if from_days != from_days or abs(from_days) > 8.64e15 else Moment(int(from_days))


def each(values: tuple[Value, ...]) -> Iterator[Value]:
    """The values with nodes spread out as texts."""
    for value in values:
        if isinstance(value, Nodes):
            yield from value.texts
        else:
            yield value


ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "div": quotient,
    "mod": remainder,
}
ORDER: dict[str, Callable[[float, float], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def both_truths(first: Value, second: Value) -> tuple[bool, bool]:
    """Two values as true or false. Beside a date, an answer counts as a date too, and an empty one is false."""
    if isinstance(first, bool) or isinstance(second, bool) or not (isinstance(first, Moment) or isinstance(second, Moment)):
        return as_truth(first), as_truth(second)
    return as_truth(_days(first)), as_truth(_days(second))


def infix(op: str, first: Value, second: Value) -> Value:
    """Two values with an operator between them, which is not `and` or `or`. Texts that look like dates count as days."""
    dated = isinstance(first, Moment) or isinstance(second, Moment)
    if dated and not (isinstance(first, bool) or isinstance(second, bool)):
        first, second = _days(first), _days(second)
    elif op in ("+", "-"):
        first, second = as_number(first), as_number(second)
    elif op not in ARITHMETIC:
        first, second = _days_if_dated(first), _days_if_dated(second)
    if op in ARITHMETIC:
        return ARITHMETIC[op](as_number(first), as_number(second))
    return _ordered(op, first, second) if op in ORDER else _equal(op == "=", first, second)


def _days(value: Value) -> float:
    if isinstance(value, Nodes | str):
        value = as_moment(value)
    return as_number(value)


def _days_if_dated(value: Value) -> Value:
    text = as_text(value) if isinstance(value, str | Nodes) else ""
    return days_in_text(text) if DATE_TEXT.fullmatch(text) else value


def _ordered(op: str, first: Value, second: Value) -> bool:
    compare = ORDER[op]
    left = [text_number(text) for text in first.texts] if isinstance(first, Nodes) else [as_number(first)]
    right = [text_number(text) for text in second.texts] if isinstance(second, Nodes) else [as_number(second)]
    return any(compare(a, b) for a in left for b in right)


def _equal(same: bool, first: Value, second: Value) -> bool:
    if isinstance(first, Nodes) and isinstance(second, Nodes):
        return any((a == b) is same for a in first.texts for b in second.texts)
    if isinstance(first, bool) or isinstance(second, bool):
        return (as_truth(first) == as_truth(second)) is same
    if isinstance(second, Nodes):
        first, second = second, first
    if isinstance(first, Nodes):
        if isinstance(second, float):
            return any((text_number(text) == second) is same for text in first.texts)
        return any((text == as_text(second)) is same for text in first.texts)
    if isinstance(first, float) or isinstance(second, float):
        return (as_number(first) == as_number(second)) is same
    return (as_text(first) == as_text(second)) is same
