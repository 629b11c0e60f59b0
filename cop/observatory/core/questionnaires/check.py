"""What a questionnaire as a whole must keep to before it can be used. Each fault names item and part; readers add the place."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from cop.observatory.core.questionnaire import CHOOSING, EVIDENCE, Group, Kind, Place, Question, Questionnaire, walk
from cop.observatory.core.questionnaires.order import Circle, order
from cop.observatory.core.xpath.dates import Moment, written
from cop.observatory.core.xpath.evaluation import compiled
from cop.observatory.core.xpath.patterns import machine
from cop.observatory.core.xpath.syntax import BadExpression, Call, Column, Literal, Ref, Tree, inside, parse

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
EXPRESSIONS = ("relevant", "constraint", "calculation", "choice_filter")
UNREADABLE = (Kind.NOTE, Kind.TABLE)


@dataclass(frozen=True)
class Fault:
    """A fault: the id of the item, which part of it, and a clause that says what is wrong."""

    id: str
    part: str
    why: str


def faults(questionnaire: Questionnaire) -> Iterator[Fault]:
    """Every fault of a questionnaire, in its order; circles of expressions last."""
    places = list(walk(questionnaire.items))
    counted = Counter(place.item.id for place in places)
    seen: set[str] = set()
    sound = True
    for place in places:
        item = place.item
        if not NAME.fullmatch(item.id):
            yield Fault(item.id, "id", "is no name; use letters, digits and _, beginning with a letter, 64 signs at most")
        if counted[item.id] > 1 and item.id in seen:
            yield Fault(item.id, "id", "is used twice; each question and group needs its own name")
        seen.add(item.id)
        for fault in (*_of_item(item), *_of_expressions(questionnaire, place)):
            sound = False
            yield fault
    if sound:
        try:
            order(questionnaire)
        except Circle as circle:
            item = questionnaire.places[circle.ids[0]].item
            part = "calculation" if isinstance(item, Question) and item.calculation else "relevant"
            yield Fault(circle.ids[0], part, f"goes round in a circle: {' -> '.join(circle.ids)}")


def _of_item(item: Group | Question) -> Iterator[Fault]:
    if isinstance(item, Group):
        return
    if item.kind in CHOOSING and not item.choices:
        yield Fault(item.id, "choices", "are missing")
    if item.kind is Kind.TABLE and not (item.rows and item.columns):
        yield Fault(item.id, "rows", "and columns of the table are missing")
    if item.kind is Kind.CALCULATION and not item.calculation:
        yield Fault(item.id, "calculation", "is missing")
    if item.evidence not in EVIDENCE:
        yield Fault(item.id, "evidence", f"is {item.evidence!r}; use one of {', '.join(EVIDENCE)}")
    for part in ("choices", "rows", "columns"):
        counted = Counter(choice.code for choice in getattr(item, part))
        for code, count in counted.items():
            if count > 1:
                yield Fault(item.id, part, f"hold {code!r} twice")
            elif not code or re.search(r"\s", code):
                yield Fault(item.id, part, f"hold the code {code!r}; a code has no spaces")


def _of_expressions(questionnaire: Questionnaire, place: Place) -> Iterator[Fault]:
    for part in EXPRESSIONS:
        source = getattr(place.item, part, "")
        if not source:
            continue
        why = _wrong(questionnaire, place, part, source)
        if why:
            yield Fault(place.item.id, part, why)


def _wrong(questionnaire: Questionnaire, place: Place, part: str, source: str) -> str | None:
    try:
        tree = parse(source)
        compiled(source)
        for inner in inside(tree):
            _refuse(questionnaire, place, part, tree, inner)
    except BadExpression as error:
        return str(error)
    return None


def _refuse(questionnaire: Questionnaire, place: Place, part: str, whole: Tree, tree: Tree) -> None:
    if isinstance(tree, Ref):
        _refuse_ref(questionnaire, place, part, whole, tree)
    elif isinstance(tree, Column):
        columns = {name for choice in getattr(place.item, "choices", ()) for name in ("name", *choice.extras)}
        if part != "choice_filter":
            raise BadExpression(f"has the bare word {tree.name!r}; write ${{{tree.name}}} for a question, '{tree.name}' for a text")
        if tree.name not in columns:
            raise BadExpression(f"names the column {tree.name!r}, which the choices don't have")
    elif isinstance(tree, Call) and tree.name == "regex":
        pattern = tree.args[1]
        if not isinstance(pattern, Literal) or not isinstance(pattern.value, str):
            raise BadExpression("gives regex() a pattern that is not written out")
        machine(pattern.value)
    elif isinstance(tree, Call) and tree.name.startswith("format-date") and isinstance(tree.args[1], Literal):
        try:
            written(Moment(0), str(tree.args[1].value))
        except ValueError as error:
            raise BadExpression(f"writes a date with {error}") from None
    elif isinstance(tree, Call) and tree.name == "position" and not place.repeats:
        raise BadExpression("uses position(..) outside a repeat")


def _refuse_ref(questionnaire: Questionnaire, place: Place, part: str, whole: Tree, ref: Ref) -> None:
    other = questionnaire.places.get(ref.name)
    if other is None:
        raise BadExpression(f"names {ref.name!r}, which is no question of the form")
    if isinstance(other.item, Group):
        counted = any(isinstance(tree, Call) and tree.name == "count" and tree.args == (ref,) for tree in inside(whole))
        if not other.item.repeat or not counted:
            raise BadExpression(f"names the group {ref.name!r}; only count() of a repeat can")
    elif other.item.kind in UNREADABLE:
        raise BadExpression(f"names {ref.name!r}, a {other.item.kind}, which has no single value")
    elif ref.name == place.item.id and part in ("relevant", "calculation"):
        raise BadExpression(f"goes round in a circle: {ref.name} -> {ref.name}")
