"""What follows from the answers to a questionnaire: which questions arise, what is wrong, what is calculated.

A question that doesn't arise counts as empty in every expression. A constraint is held against an answer that was given, never
against none. Calculations follow each other in the order in which they read one another.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cop.ground.core.door import mark
from cop.observatory.core.questionnaire import CHOOSING, Choice, Kind, Place, Question, Questionnaire, Texts
from cop.observatory.core.questionnaires.form import Form, Rounds, filled, plan, text_of, value_at
from cop.observatory.core.questionnaires.values import NOT_A_CHOICE, value_problem
from cop.observatory.core.xpath.functions import shown
from cop.observatory.core.xpath.syntax import names
from cop.observatory.core.xpath.values import as_truth

__all__ = ["Problem", "calculated", "offered", "problems", "relevant_ids", "ruled_out", "unanswered", "value_problem"]

NOT_HELD = mark("The answer does not fit what the question asks for.")


@dataclass(frozen=True)
class Problem:
    """What is wrong with an answer: an English sentence to translate, the questionnaire's own words where it has some.

    `rounds` counts the rounds of the repeats around the question, the outermost first, from 1.
    """

    question_id: str
    message: str
    texts: Texts = field(default_factory=dict)
    rounds: tuple[int, ...] = ()


def relevant_ids(questionnaire: Questionnaire, answers: Mapping[str, Any]) -> frozenset[str]:
    """The ids of the questions and groups that arise from these answers, those inside a repeat when they do in any round.

    Raises BadExpression for a questionnaire that was never checked.
    """
    form = filled(questionnaire, answers)
    found = {name for (name, _), relevant in form.relevant.items() if relevant}
    return frozenset(found | {name for name in _never_laid_out(form) if _could_arise(form, name)})


def ruled_out(questionnaire: Questionnaire, answers: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Questions of five states that an answer given elsewhere leaves no room for, with the questions that decide it.

    A question that doesn't arise because nothing was answered, or an unknown, is not ruled out. Raises BadExpression as above.
    """
    arising = relevant_ids(questionnaire, answers)
    found = {}
    for name, place in questionnaire.places.items():
        if not isinstance(place.item, Question) or place.item.kind is not Kind.STATE or name in arising or place.repeats:
            continue
        rules = (place.item.relevant, *(group.relevant for group in place.parents))
        read = {other for rule in rules if rule for other in names(rule)}
        if read and all(answers.get(other) not in (None, "", [], {}, "unknown") for other in read):
            found[name] = tuple(question.id for question in questionnaire.questions if question.id in read)
    return found


def _never_laid_out(form: Form) -> list[str]:
    return [name for name, place in form.questionnaire.places.items() if not form.everywhere(place)]


def _could_arise(form: Form, name: str) -> bool:
    """A repeat without rounds arises, to be begun, unless a group around it doesn't."""
    place = form.questionnaire.places[name]
    return all(form.relevant.get((group.id, ()), True) for group in place.parents)


def problems(questionnaire: Questionnaire, answers: Mapping[str, Any]) -> tuple[Problem, ...]:
    """What is wrong with the answers given, in the order of the questionnaire. Raises BadExpression as above."""
    form = filled(questionnaire, answers)
    found = []
    for question in questionnaire.questions:
        place = questionnaire.places[question.id]
        for at in form.everywhere(place):
            if form.relevant[question.id, at]:
                problem = _problem(form, place, question, at)
                found += [problem] if problem else []
    return tuple(found)


def _problem(form: Form, place: Place, question: Question, at: Rounds) -> Problem | None:
    value = value_at(form.answers, place, at)
    rounds = tuple(number + 1 for number in at)
    if not question.calculation and (wrong := value_problem(question, value)):
        return Problem(question.id, wrong, rounds=rounds)
    if not form.texts[question.id, at]:
        return None
    if question.choice_filter and question.kind in CHOOSING:
        codes = {choice.code for choice in _offered(form, place, question, at)}
        if not set(text_of(value).split(" ")) <= codes:
            return Problem(question.id, NOT_A_CHOICE, rounds=rounds)
    constraint = plan(form.questionnaire).constraint.get(question.id)
    if constraint is None or as_truth(constraint(form.around(place, at))):
        return None
    texts = question.constraint_message
    return Problem(question.id, texts.get("en") or next(iter(texts.values()), "") or NOT_HELD, texts, rounds)


def calculated(questionnaire: Questionnaire, answers: Mapping[str, Any]) -> dict[str, Any]:
    """What the calculations give, by question: numbers and texts. Those inside a repeat are lists with one entry each round,
    under the question's id. A calculation that gives nothing is left out. Raises BadExpression as above.
    """
    form = filled(questionnaire, answers)
    found: dict[str, Any] = {}
    for (name, at), value in form.results.items():
        if at:
            found.setdefault(name, []).append(shown(value))
        elif shown(value) is not None:
            found[name] = shown(value)
    return found


def offered(questionnaire: Questionnaire, question_id: str, answers: Mapping[str, Any], rounds: Rounds = ()) -> tuple[Choice, ...]:
    """The choices that a question offers after its filter. `rounds` counts from 0. Raises UnknownCode, BadExpression as above."""
    question = questionnaire.question(question_id)
    return _offered(filled(questionnaire, answers), questionnaire.places[question_id], question, rounds)


def _offered(form: Form, place: Place, question: Question, at: Rounds) -> tuple[Choice, ...]:
    work = plan(form.questionnaire).choice_filter.get(question.id)
    if work is None:
        return question.choices
    return tuple(
        choice for choice in question.choices if as_truth(work(form.around(place, at, {"name": choice.code, **choice.extras})))
    )


def unanswered(questionnaire: Questionnaire, answers: Mapping[str, Any]) -> tuple[str, ...]:
    """The ids of required questions that arise and are not answered. Raises BadExpression as above."""
    form = filled(questionnaire, answers)
    return tuple(
        question.id
        for question in questionnaire.questions
        if question.required and question.kind not in (Kind.NOTE, Kind.CALCULATION) and _lacks(form, question)
    )


def _lacks(form: Form, question: Question) -> bool:
    place = form.questionnaire.places[question.id]
    return any(
        form.relevant[question.id, at] and value_at(form.answers, place, at) in (None, "", [], {}) for at in form.everywhere(place)
    )
