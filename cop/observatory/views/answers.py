"""Write answers: the form of a section, autosave of one question, the lock, and the page of one answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from cop.accounts.public import Card, holds, require
from cop.ground.core.door import Words, mark
from cop.ground.public import NotThere, now
from cop.observatory.actions.answers import Entry, Saved, save_answers, settle_pending
from cop.observatory.actions.locks import ask_for_section, release_section, take_section
from cop.observatory.core.questionnaire import Kind, Question, Questionnaire
from cop.observatory.core.rounds.clarifications import THREADS
from cop.observatory.core.rounds.entries import MOST_NOTE, is_asked, read_entry, short
from cop.observatory.core.rounds.locks import is_free
from cop.observatory.core.rounds.proofs import SCOPES
from cop.observatory.core.rounds.refusals import Refused
from cop.observatory.core.rounds.responses import why_closed
from cop.observatory.core.rounds.saving import Content
from cop.observatory.core.rounds.wording import WHYS, choice_label, spoken, value_words
from cop.observatory.formats.assets import asset_address
from cop.observatory.queries.responses import AnswerView, answers_of, history_of, thread_of
from cop.observatory.queries.sources import source_row
from cop.observatory.views.found import (
    REFUSALS,
    a_question,
    a_response,
    a_round,
    a_section,
    back,
    clock,
    country_of,
    its_questionnaire,
    round_desk,
    title_of,
    told,
    words_of,
)

DONE = {
    "saved": mark("Saved."),
    "added": mark("The evidence is added."),
    "withdrawn": mark("The evidence is withdrawn."),
    "asked": mark("The question is on its way to the country."),
    "answered": mark("The answer is on its way to the secretariat."),
    "settled": mark("The clarification is settled."),
    "chosen": mark("The text is chosen. The other one stays in the history."),
}


@dataclass(frozen=True)
class Field:
    """A question in a form: what is held, what was typed where it could not be read, and why not."""

    view: AnswerView
    typed: dict[str, list[str]]
    problem: str

    @property
    def question(self) -> Question:
        return self.view.question


def section_page(request: HttpRequest, round_id: str, iso3: str, section: str) -> HttpResponse:
    """The form of a section. What can be read is saved even where another field can't be."""
    scope = f"round/{round_id}/{iso3}/{section}"
    person = require(request, "answers.see", scope)
    card = a_round(round_id)
    questionnaire = its_questionnaire(card)
    found, t = a_section(questionnaire, section), words_of(request)
    asked = [question for question in questionnaire.questions if questionnaire.section_of(question.id).id == section]
    problems: dict[str, str] = {}
    receipt: Saved | None = None
    problem = ""
    if request.method == "POST":
        person = require(request, "answers.edit", scope)
        try:
            receipt = _save(request, person, round_id, iso3, section, asked, problems)
        except REFUSALS as error:
            problem = told(request, error)
    view = a_response(round_id, iso3)
    held = answers_of(round_id, iso3, questionnaire, frozenset(question.id for question in asked))
    fields = [_field(request, answer, problems, bool(problem)) for answer in held]
    lock = view.locks.get(section)
    free = is_free(lock.lock if lock else None, person.pseudonym, now())
    places = list(questionnaire.sections)
    place = places.index(found)
    return round_desk(
        request,
        card,
        "observatory/desk_section.html",
        status=400 if problems or problem else 200,
        view=view,
        section=found,
        title=title_of(card, t),
        country=country_of(iso3, t),
        fields=fields,
        problem=problem,
        receipt=_receipt(receipt, t) if receipt else "",
        waiting=len(receipt.waiting) if receipt else 0,
        lock=lock,
        free=free,
        mine=lock is not None and lock.lock.holder == person.pseudonym,
        editable=view.writable and free and holds(request, "answers.edit", scope),
        may_edit=holds(request, "answers.edit", scope),
        closed_because=why_closed(view.response, view.stage),
        may_ask=holds(request, "clarification.ask", scope),
        said=t(DONE.get(request.GET.get("done", ""), "")),
        say=lambda texts: spoken(texts, t.language.code),
        value_words=lambda q, v: value_words(q, v, t),
        whys=WHYS,
        threads=THREADS,
        counts=next(item for item in view.progress.sections if item.id == section),
        script=asset_address("answers.js"),
        before=places[place - 1] if place else None,
        after=places[place + 1] if place + 1 < len(places) else None,
        clock=clock,
        Kind=Kind,
        rounds_stylesheet=asset_address("rounds.css"),
    )


def _field(request: HttpRequest, answer: AnswerView, problems: dict[str, str], all_typed: bool) -> Field:
    key = answer.question.id
    return Field(answer, _typed(request, key) if key in problems or all_typed else {}, problems.get(key, ""))


def _typed(request: HttpRequest, question_id: str) -> dict[str, list[str]]:
    """What was typed for a question, by the ending of the field's name."""
    start = f"a.{question_id}"
    found = {
        name.removeprefix(start): values for name, values in request.POST.lists() if name == start or name.startswith(start + ".")
    }
    return {**found, **{name: request.POST.getlist(f"{name}.{question_id}") for name in ("n", "w", "d")}}


def _save(
    request: HttpRequest, person: Card, round_id: str, iso3: str, section: str, asked: Iterable[Question], problems: dict[str, str]
) -> Saved:
    """Saves every field of the form that can be read; says in `problems`, by question, why another can't."""
    entries = []
    for question in asked:
        if f"v.{question.id}" not in request.POST:
            continue
        try:
            entries.append(_entry(request, question))
        except Refused as error:
            problems[question.id] = told(request, error)
    return save_answers(
        round_id=round_id, iso3=iso3, section=section, entries=entries, at=now(), actor=person.pseudonym, name=person.name
    )


def _entry(request: HttpRequest, question: Question) -> Entry:
    key = question.id
    typed: Callable[[str], Sequence[str]] = lambda suffix: request.POST.getlist(f"a.{key}{suffix}")  # noqa: E731
    base = request.POST.get(f"v.{key}", "0")
    content = Content(
        read_entry(question, typed),
        short(request.POST.get(f"n.{key}", ""), MOST_NOTE),
        request.POST.get(f"w.{key}", "")[:20],
        short(request.POST.get(f"d.{key}", ""), MOST_NOTE),
        f"p.{key}" in request.POST,
    )
    number = int(base) if base.isascii() and base.isdigit() and len(base) < 7 else 0
    return Entry(key, number, content, confirm=f"c.{key}" in request.POST)


def _receipt(saved: Saved, t: Words) -> str:
    if not saved.receipt:
        return t("Nothing changed; everything is saved.")
    return t("Saved at %(time)s UTC as %(receipt)s.", time=clock(saved.at), receipt=t.isolate(saved.receipt))


def autosave(request: HttpRequest, round_id: str, iso3: str, section: str) -> HttpResponse:
    """Saves the fields of one question as they are typed; answers the receipt, the new versions and what arises now."""
    scope = f"round/{round_id}/{iso3}/{section}"
    person = require(request, "answers.edit", scope)
    if request.method != "POST":
        raise NotThere(request.path_info[:200])
    card, t = a_round(round_id), words_of(request)
    questionnaire = its_questionnaire(card)
    a_section(questionnaire, section)
    asked = [question for question in questionnaire.questions if questionnaire.section_of(question.id).id == section]
    problems: dict[str, str] = {}
    try:
        saved = _save(request, person, round_id, iso3, section, asked, problems)
    except REFUSALS as error:
        return JsonResponse({"problem": told(request, error)}, status=409)
    held = answers_of(round_id, iso3, questionnaire, frozenset(question.id for question in asked))
    said = _receipt(saved, t)
    if saved.waiting:
        said = t("Somebody else changed this answer. Both texts are kept; open the section again to choose.")
    return JsonResponse(
        {
            "said": said,
            "receipt": saved.receipt,
            "waiting": list(saved.waiting),
            "problems": problems,
            "versions": {answer.question.id: answer.version for answer in held},
            "arising": [answer.question.id for answer in held if answer.arises],
        }
    )


def lock_view(request: HttpRequest, round_id: str, iso3: str, section: str) -> HttpResponse:
    """Take, ask for or give back a section."""
    person = require(request, "answers.edit", f"round/{round_id}/{iso3}/{section}")
    path = f"/desk/rounds/{round_id}/{iso3}/sections/{section}/"
    a_section(its_questionnaire(a_round(round_id)), section)
    where: dict[str, Any] = {"round_id": round_id, "iso3": iso3, "section": section, "at": now(), "actor": person.pseudonym}
    try:
        if request.method != "POST":
            return back(path)
        if request.POST.get("do") == "release":
            release_section(**where)
        elif request.POST.get("do") == "ask":
            ask_for_section(**where, name=person.name)
        else:
            take_section(**where, name=person.name)
    except REFUSALS:
        return back(path)
    return back(path)


def answer_page(request: HttpRequest, round_id: str, iso3: str, question_id: str, problem: str = "") -> HttpResponse:
    """One answer: what it stands on with the very rows, its evidence, its thread, texts beside it, its history."""
    card = a_round(round_id)
    questionnaire = its_questionnaire(card)
    question, t = a_question(questionnaire, question_id), words_of(request)
    section = questionnaire.section_of(question_id)
    scope = f"round/{round_id}/{iso3}/{section.id}"
    require(request, "answers.see", scope)
    view = a_response(round_id, iso3)
    (answer,) = answers_of(round_id, iso3, questionnaire, frozenset({question_id})) or (None,)
    if answer is None or not is_asked(question):
        raise NotThere(question_id[:60])
    return round_desk(
        request,
        card,
        "observatory/desk_answer.html",
        status=400 if problem else 200,
        view=view,
        answer=answer,
        question=question,
        section=section,
        title=title_of(card, t),
        country=country_of(iso3, t),
        problem=problem,
        rows=_source_rows(answer),
        messages=thread_of(round_id, iso3, question_id),
        history=history_of(round_id, iso3, question_id),
        threads=THREADS,
        may_edit=view.writable and holds(request, "evidence.add", scope),
        may_write=view.writable and holds(request, "answers.edit", scope),
        may_ask=holds(request, "clarification.ask", scope),
        may_answer=holds(request, "clarification.answer", scope),
        may_settle=holds(request, "clarification.settle", scope),
        scopes=SCOPES,
        scope_options=[(key, t(word)) for key, word in SCOPES.items()],
        given=_given(request) if problem else {},
        say=lambda texts: spoken(texts, t.language.code),
        value_words=lambda value: value_words(question, value, t),
        whys=WHYS,
        Kind=Kind,
        said=t(DONE.get(request.GET.get("done", ""), "")),
        choice_label=lambda code: choice_label(question.choices, code, t.language.code),
        rounds_stylesheet=asset_address("rounds.css"),
    )


def _given(request: HttpRequest) -> dict[str, str]:
    return {name: value[:1000] for name, value in request.POST.items() if name != "csrfmiddlewaretoken" and isinstance(value, str)}


def _source_rows(answer: AnswerView) -> list[tuple[Any, Any]]:
    """Every source with its row, as the data file has it."""
    return [(source, source_row(source.file, source.row)) for source in answer.sources]


def settle_view(request: HttpRequest, round_id: str, iso3: str, question_id: str, pending_id: int) -> HttpResponse:
    """Choose between an answer and a text that waits beside it."""
    questionnaire = its_questionnaire(a_round(round_id))
    a_question(questionnaire, question_id)
    section = questionnaire.section_of(question_id).id
    person = require(request, "answers.edit", f"round/{round_id}/{iso3}/{section}")
    if request.method != "POST":
        raise NotThere(request.path_info[:200])
    try:
        settle_pending(
            round_id=round_id,
            iso3=iso3,
            pending_id=pending_id,
            take=request.POST.get("take") == "1",
            at=now(),
            actor=person.pseudonym,
            question_id=question_id,
        )
    except REFUSALS as error:
        return answer_page(request, round_id, iso3, question_id, told(request, error))
    return back(f"/desk/rounds/{round_id}/{iso3}/answers/{question_id}/", "chosen")


def section_of(questionnaire: Questionnaire, question_id: str) -> str:
    """The id of the section of a question. Raises NotThere."""
    a_question(questionnaire, question_id)
    return str(questionnaire.section_of(question_id).id)
