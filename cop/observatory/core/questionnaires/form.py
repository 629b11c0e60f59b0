"""A form filled in: every place with its text, whether it is relevant, and what is calculated."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from cop.observatory.core.questionnaire import Group, Place, Questionnaire
from cop.observatory.core.questionnaires.order import Step, order
from cop.observatory.core.xpath.evaluation import Surroundings, Work, compiled
from cop.observatory.core.xpath.numbers import number_text
from cop.observatory.core.xpath.values import Nodes, Value, as_text, as_truth

Rounds = tuple[int, ...]  # which round of each repeat around a place, the outermost first, from 0
Key = tuple[str, Rounds]


@dataclass(frozen=True)
class Plan:
    """A questionnaire made ready: steps in order and expressions as functions. Made once for each questionnaire."""

    steps: tuple[Step, ...]
    relevant: Mapping[str, Work]
    constraint: Mapping[str, Work]
    calculation: Mapping[str, Work]
    choice_filter: Mapping[str, Work]


@lru_cache(maxsize=64)
def plan(questionnaire: Questionnaire) -> Plan:
    """The plan of a questionnaire. Raises BadExpression or Circle; a checked questionnaire gives neither."""

    def works(part: str) -> dict[str, Work]:
        items = [place.item for place in questionnaire.places.values()]
        return {item.id: compiled(source) for item in items if (source := getattr(item, part, ""))}

    return Plan(order(questionnaire), *(works(part) for part in ("relevant", "constraint", "calculation", "choice_filter")))


@dataclass
class Form:
    """Answers laid out over a questionnaire. A place that isn't relevant holds an empty text."""

    questionnaire: Questionnaire
    answers: Mapping[str, Any]
    relevant: dict[Key, bool] = field(default_factory=dict)
    texts: dict[Key, str] = field(default_factory=dict)
    results: dict[Key, Value] = field(default_factory=dict)
    rounds: dict[tuple[str, ...], tuple[Rounds, ...]] = field(default_factory=dict)

    def around(self, place: Place, at: Rounds, columns: Mapping[str, str] | None = None) -> Surroundings:
        """What an expression of the item at this place sees."""
        own = self.texts.get((place.item.id, at), "")
        return Surroundings(own, self._finder(place, at), at[-1] + 1 if at else 1, columns or {})

    def _finder(self, place: Place, at: Rounds) -> Callable[[str], Nodes]:
        def find(name: str) -> Nodes:
            other = self.questionnaire.places[name]
            shared = 0
            while shared < min(len(place.repeats), len(other.repeats)) and place.repeats[shared] == other.repeats[shared]:
                shared += 1
            if shared == len(other.repeats) and not (isinstance(other.item, Group) and other.item.repeat):
                return Nodes((self.texts.get((name, at[:shared]), ""),))
            if isinstance(other.item, Group) and other.item.repeat:
                shared = min(shared, len(other.repeats) - 1)
            found = [rounds for rounds in self.rounds[other.repeats] if rounds[:shared] == at[:shared]]
            return Nodes(tuple(self.texts.get((name, rounds), "") for rounds in found))

        return find

    def everywhere(self, place: Place) -> tuple[Rounds, ...]:
        """The rounds in which the item stands; a repeat itself stands once each round."""
        return self.rounds[place.repeats]


def filled(questionnaire: Questionnaire, answers: Mapping[str, Any]) -> Form:
    """The form with these answers, worked out. Raises BadExpression or Circle for a questionnaire that was never checked."""
    ready = plan(questionnaire)
    form = Form(questionnaire, answers)
    for place in questionnaire.places.values():
        if place.repeats not in form.rounds:
            form.rounds[place.repeats] = tuple(_rounds(answers, place.repeats))
    for kind, name in ready.steps:
        place = questionnaire.places[name]
        for at in form.everywhere(place):
            if kind == "relevant":
                form.relevant[name, at] = _is_relevant(form, ready, place, at)
            else:
                _fill(form, ready, place, at)
    return form


def _rounds(answers: Any, repeats: tuple[str, ...]) -> Iterator[Rounds]:
    if not repeats:
        yield ()
        return
    held = answers.get(repeats[0]) if isinstance(answers, Mapping) else None
    for number, inner in enumerate(held if isinstance(held, list | tuple) else ()):
        yield from ((number, *rest) for rest in _rounds(inner, repeats[1:]))


def _is_relevant(form: Form, ready: Plan, place: Place, at: Rounds) -> bool:
    if place.parents:
        parent = place.parents[-1]
        above = form.questionnaire.places[parent.id]
        if not form.relevant.get((parent.id, at[: len(above.repeats)]), True):
            return False
    work = ready.relevant.get(place.item.id)
    return work is None or as_truth(work(form.around(place, at)))


def _fill(form: Form, ready: Plan, place: Place, at: Rounds) -> None:
    key = (place.item.id, at)
    if not form.relevant[key] or isinstance(place.item, Group):
        form.texts[key] = ""
        return
    form.texts[key] = text_of(value_at(form.answers, place, at))
    work = ready.calculation.get(place.item.id)
    if work is not None:
        form.results[key] = work(form.around(place, at))
        form.texts[key] = as_text(form.results[key])


def value_at(answers: Any, place: Place, at: Rounds) -> Any:
    """The value that the answers hold for an item in a round; None for nothing."""
    for repeat, number in zip(place.repeats, at, strict=True):
        answers = answers[repeat][number]
        if not isinstance(answers, Mapping):
            return None
    return answers.get(place.item.id)


def text_of(value: Any) -> str:
    """A value of an answer as expressions read it: codes with spaces between them, numbers in plain digits."""
    if value is None or isinstance(value, Mapping):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return number_text(float(value)) if abs(value) < 1e300 else ""
    if isinstance(value, list | tuple):
        return " ".join(str(code) for code in value)
    return str(value)
