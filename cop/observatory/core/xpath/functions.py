"""The functions of expressions, one entry each: how many arguments, and what they answer."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from cop.observatory.core.xpath.dates import days_in_text, written
from cop.observatory.core.xpath.numbers import INFINITY, NAN, power, quotient, rounded, whole
from cop.observatory.core.xpath.patterns import matches
from cop.observatory.core.xpath.values import Nodes, Value, as_moment, as_number, as_text, as_truth, each, text_number

ANY = 99


@dataclass(frozen=True)
class Function:
    """A function: fewest and most arguments, and whether its only argument must be a name."""

    fewest: int
    most: int
    work: Callable[..., Value]
    nodes: bool = False


def _number(work: Callable[[float], float]) -> Function:
    def safe(value: Value) -> float:
        try:
            return float(work(as_number(value)))
        except OverflowError:
            return INFINITY
        except ValueError:
            return NAN

    return Function(1, 1, safe)


def _logarithm(log: Callable[[float], float]) -> Callable[[float], float]:
    return lambda value: log(value) if value > 0 else (-INFINITY if value == 0 else NAN)


def _round(value: Value, digits: Value = 0.0) -> float:
    places = whole(as_number(digits))
    if places != places or abs(places) > 300:
        return NAN
    scale, number = power(10.0, abs(places)), as_number(value)
    return quotient(rounded(number * scale), scale) if places > 0 else scale * rounded(quotient(number, scale))


def _extreme(pick: Callable[[list[float]], float]) -> Callable[..., float]:
    def work(*values: Value) -> float:
        numbers = [text_number(item) if isinstance(item, str) else as_number(item) for item in each(values)]
        return NAN if not numbers or any(number != number for number in numbers) else pick(numbers)

    return work


def _sum(nodes: Nodes) -> float:
    total = 0.0
    for text in reversed(nodes.texts):
        total += text_number(text)
    return total


def _selected_at(chosen: Value, place: Value) -> str:
    parts, number = as_text(chosen).split(" "), whole(as_number(place))
    return parts[int(number)] if number == number and 0 <= number < len(parts) else ""


def _slice(text: Value, start: Value, end: Value | None = None) -> str:
    held = as_text(text)

    def place(value: Value) -> int:
        number = as_number(value)
        whole_one = 0 if number != number else int(max(-1e9, min(1e9, number)))
        return whole_one if whole_one >= 0 else max(0, len(held) + whole_one)

    return held[place(start) : len(held) if end is None else place(end)]


def _substring(text: Value, start: Value, length: Value | None = None) -> str:
    """Signs counted from 1, places rounded, as XPath 1.0 says."""
    held, first = as_text(text), as_number(start)
    first = _half_up(max(0.0, first) if length is None and first == first else first)
    end = INFINITY if length is None else first + _half_up(as_number(length))
    return "".join(sign for place, sign in enumerate(held, start=1) if first <= place < end)


def _half_up(value: float) -> float:
    return value if value != value or math.isinf(value) else float(math.floor(value + 0.5))


def _translate(text: Value, old: Value, new: Value) -> str:
    table: dict[str, str] = {}
    into = as_text(new)
    for place, sign in enumerate(as_text(old)):
        table.setdefault(sign, into[place] if place < len(into) else "")
    return "".join(table.get(sign, sign) for sign in as_text(text))


def _checklist(fewest: Value, most: Value, *values: Value) -> bool:
    count = sum(_chosen(value) for value in each(values))
    return _between(float(count), as_number(fewest), as_number(most))


def _weighted(fewest: Value, most: Value, *values: Value) -> bool:
    chosen, weights = list(each(values[0::2])), list(each(values[1::2]))
    total = 0.0
    for place, value in enumerate(chosen):
        weight = as_number(weights[place]) if place < len(weights) else 0.0
        total += weight if _chosen(value) and weight == weight else 0.0
    return _between(total, as_number(fewest), as_number(most))


def _chosen(value: Value) -> bool:
    return bool(value.strip()) if isinstance(value, str) else as_truth(value)


def _between(count: float, fewest: float, most: float) -> bool:
    return (fewest < 0 or count >= fewest) and (most < 0 or count <= most)


def _from_text(value: Value) -> bool:
    if isinstance(value, float) and value > 0:
        return True
    return as_text(value) in ("1", "true")


def _days(value: Value) -> float:
    return value if isinstance(value, float) else days_in_text(as_text(value))


def _arc_tangent(first: Value, second: Value) -> float:
    return math.atan2(as_number(first), as_number(second))


def _written(date: Value, form: Value) -> str:
    try:
        return written(as_moment(date), as_text(form))
    except ValueError:
        return ""  # the check refuses such a form where it is written out


def _date(value: Value) -> Value:
    return as_moment(value)


FUNCTIONS: dict[str, Function] = {
    "abs": _number(abs),
    "acos": _number(math.acos),
    "asin": _number(math.asin),
    "atan": _number(math.atan),
    "atan2": Function(2, 2, _arc_tangent),
    "boolean": Function(1, 1, as_truth),
    "boolean-from-string": Function(1, 1, _from_text),
    "ceiling": _number(lambda value: value if value != value or math.isinf(value) else math.ceil(value)),
    "checklist": Function(2, ANY, _checklist),
    "coalesce": Function(2, 2, lambda first, second: as_text(first) or as_text(second)),
    "concat": Function(0, ANY, lambda *values: "".join(as_text(value) for value in each(values))),
    "contains": Function(2, 2, lambda text, part: as_text(part) in as_text(text)),
    "cos": _number(math.cos),
    "count": Function(1, 1, lambda nodes: float(len(nodes.texts)), nodes=True),
    "count-non-empty": Function(1, 1, lambda nodes: float(sum(bool(text) for text in nodes.texts)), nodes=True),
    "count-selected": Function(1, 1, lambda chosen: float(sum(bool(part) for part in as_text(chosen).split(" ")))),
    "date": Function(1, 1, _date),
    "date-time": Function(1, 1, _date),
    "decimal-date-time": Function(1, 1, _days),
    "ends-with": Function(2, 2, lambda text, part: as_text(text).endswith(as_text(part))),
    "exp": _number(math.exp),
    "exp10": _number(lambda value: power(10.0, value)),
    "false": Function(0, 0, lambda: False),
    "floor": _number(lambda value: value if value != value or math.isinf(value) else math.floor(value)),
    "format-date": Function(2, 2, _written),
    "format-date-time": Function(2, 2, _written),
    "if": Function(3, 3, lambda test, yes, no: yes if as_truth(test) else no),
    "int": _number(whole),
    "join": Function(1, ANY, lambda mark, *values: as_text(mark).join(as_text(value) for value in each(values))),
    "log": _number(_logarithm(math.log)),
    "log10": _number(_logarithm(math.log10)),
    "max": Function(1, ANY, _extreme(max)),
    "min": Function(1, ANY, _extreme(min)),
    "normalize-space": Function(1, 1, lambda text: " ".join(as_text(text).split())),
    "not": Function(1, 1, lambda value: not as_truth(value)),
    "number": Function(1, 1, as_number),
    "once": Function(1, 1, lambda own, value: as_text(own) or as_text(value)),
    "pi": Function(0, 0, lambda: math.pi),
    "position": Function(1, 1, lambda place: place),
    "pow": Function(2, 2, lambda base, exponent: power(as_number(base), as_number(exponent))),
    "regex": Function(2, 2, lambda text, pattern: matches(as_text(pattern), as_text(text))),
    "round": Function(1, 2, _round),
    "selected": Function(2, 2, lambda chosen, code: as_text(code).strip() in as_text(chosen).split(" ")),
    "selected-at": Function(2, 2, _selected_at),
    "sin": _number(math.sin),
    "sqrt": _number(math.sqrt),
    "starts-with": Function(2, 2, lambda text, part: as_text(text).startswith(as_text(part))),
    "string": Function(1, 1, as_text),
    "string-length": Function(1, 1, lambda text: float(len(as_text(text)))),
    "substr": Function(2, 3, _slice),
    "substring": Function(2, 3, _substring),
    "substring-after": Function(2, 2, lambda text, part: _after(as_text(text), as_text(part))),
    "substring-before": Function(2, 2, lambda text, part: _before(as_text(text), as_text(part))),
    "sum": Function(1, 1, _sum, nodes=True),
    "tan": _number(math.tan),
    "translate": Function(3, 3, _translate),
    "true": Function(0, 0, lambda: True),
    "weighted-checklist": Function(2, ANY, _weighted),
}

# Functions that forms know and this evaluator refuses by name, each with the reason.
REFUSED: dict[str, str] = {
    "pulldata": "reads a file that is not part of the form",
    "instance": "reads a list by a path",
    "indexed-repeat": "reads one round of a repeat; use position(..), sum() or count()",
    "jr:choice-name": "reads a label, which differs from language to language",
    "jr:itext": "reads a label, which differs from language to language",
    "current": "starts a path",
    "now": "depends on the time of day; ask for the date instead",
    "today": "depends on the day; ask for the date instead",
    "random": "differs each time",
    "randomize": "differs each time",
    "uuid": "differs each time",
    "last": "has no meaning without a path",
    "name": "reads names of nodes",
    "local-name": "reads names of nodes",
    "namespace-uri": "reads names of nodes",
    "id": "reads names of nodes",
    "lang": "reads names of nodes",
    "area": "measures places on a map",
    "distance": "measures places on a map",
    "geofence": "measures places on a map",
    "digest": "makes hashes",
    "base64-decode": "decodes data",
    "decimal-time": "depends on the place of the clock",
    "property": "reads settings of a device",
    "version": "reads settings of a device",
}  # fmt: skip


def _after(text: str, part: str) -> str:
    return text.partition(part)[2] if part else text


def _before(text: str, part: str) -> str:
    return text.partition(part)[0] if part and part in text else ""


def shown(value: Value) -> str | float | None:
    """A value as an answer: a number, a text, None for nothing and for what is no number."""
    if isinstance(value, float):
        return None if value != value or math.isinf(value) else int(value) if value.is_integer() and abs(value) < 1e15 else value
    return as_text(value) or None
