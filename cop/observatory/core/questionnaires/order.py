"""In which order the parts of a questionnaire are worked out, and whether there is one at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from cop.observatory.core.questionnaire import Group, Questionnaire
from cop.observatory.core.xpath.syntax import BadExpression, names

Step = tuple[str, str]  # ("relevant" | "value", id)


class Circle(Exception):
    """Expressions that wait for each other. `ids` are those of the circle, the first one again at the end."""

    def __init__(self, ids: tuple[str, ...]) -> None:
        self.ids = ids
        super().__init__(" -> ".join(ids))


def order(questionnaire: Questionnaire) -> tuple[Step, ...]:
    """The steps, each behind those it reads: whether an item is relevant, then its value. Raises Circle."""
    try:
        return tuple(TopologicalSorter(_needs(questionnaire)).static_order())
    except CycleError as error:
        circle = [name for _, name in error.args[1]]
        short = [name for place, name in enumerate(circle) if place == 0 or name != circle[place - 1]]
        if len(short) == 1:
            short *= 2
        raise Circle(tuple(reversed(short))) from None


def _needs(questionnaire: Questionnaire) -> Mapping[Step, set[Step]]:
    found: dict[Step, set[Step]] = {}
    for place in questionnaire.places.values():
        item = place.item
        above = {("relevant", place.parents[-1].id)} if place.parents else set()
        found["relevant", item.id] = above | set(_read(questionnaire, item.relevant))
        if isinstance(item, Group):
            found["value", item.id] = {("relevant", item.id)}
        else:
            found["value", item.id] = {("relevant", item.id)} | set(_read(questionnaire, item.calculation))
    return found


def _read(questionnaire: Questionnaire, source: str) -> Iterator[Step]:
    try:
        named = names(source)
    except BadExpression:
        return  # the check names it
    yield from (("value", name) for name in named if name in questionnaire.places)
