"""Evidence and clarifications: forms on the page of one answer, and downloads of evidence."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from cop.accounts.public import NeedsSignIn, holds, person_of, require
from cop.ground.core.door import mark
from cop.ground.public import NotThere, now
from cop.observatory.actions.clarifications import NOTHING, answer, ask, settle
from cop.observatory.actions.evidence import add_file, add_link, withdraw_evidence
from cop.observatory.core.questionnaire import Question
from cop.observatory.core.rounds.entries import read_entry
from cop.observatory.core.rounds.files import KINDS, MOST_BYTES
from cop.observatory.core.rounds.proofs import read_particulars
from cop.observatory.core.rounds.refusals import Refused
from cop.observatory.queries.files import FileDamaged, stored_bytes
from cop.observatory.queries.stored import stored_for
from cop.observatory.views.answers import answer_page, section_of
from cop.observatory.views.found import REFUSALS, a_question, a_round, back, its_questionnaire, told
from cop.observatory.views.uploads import posted_file, with_files


@with_files(MOST_BYTES)
def evidence_view(request: HttpRequest, round_id: str, iso3: str, question_id: str) -> HttpResponse:
    """Adds a link or a file to an answer."""
    section = section_of(its_questionnaire(a_round(round_id)), question_id)
    person = require(request, "evidence.add", f"round/{round_id}/{iso3}/{section}")
    if request.method != "POST":
        raise NotThere(request.path_info[:200])
    try:
        given = {name: str(value) for name, value in request.POST.items()}
        raw, name = posted_file(request, "file")
        particulars = read_particulars(given, public="public" in given, consent="consent" in given)
        where: dict[str, Any] = {
            "round_id": round_id,
            "iso3": iso3,
            "question_id": question_id,
            "particulars": particulars,
            "at": now(),
        }
        if raw or name:
            add_file(**where, raw=raw, name=name, actor=person.pseudonym)
        else:
            add_link(**where, url=given.get("url", ""), actor=person.pseudonym)
    except REFUSALS as error:
        return answer_page(request, round_id, iso3, question_id, told(request, error))
    return back(f"/desk/rounds/{round_id}/{iso3}/answers/{question_id}/", "added")


def withdraw_view(request: HttpRequest, round_id: str, iso3: str, question_id: str, evidence_id: int) -> HttpResponse:
    """Withdraws a piece of evidence."""
    section = section_of(its_questionnaire(a_round(round_id)), question_id)
    person = require(request, "evidence.add", f"round/{round_id}/{iso3}/{section}")
    if request.method != "POST":
        raise NotThere(request.path_info[:200])
    try:
        withdraw_evidence(
            round_id=round_id, iso3=iso3, question_id=question_id, evidence_id=evidence_id, at=now(), actor=person.pseudonym
        )
    except REFUSALS as error:
        return answer_page(request, round_id, iso3, question_id, told(request, error))
    return back(f"/desk/rounds/{round_id}/{iso3}/answers/{question_id}/", "withdrawn")


def thread_view(request: HttpRequest, round_id: str, iso3: str, question_id: str) -> HttpResponse:
    """Asks, answers or settles, each with its own right."""
    questionnaire = its_questionnaire(a_round(round_id))
    question = a_question(questionnaire, question_id)
    scope = f"round/{round_id}/{iso3}/{section_of(questionnaire, question_id)}"
    if request.method != "POST":
        raise NotThere(request.path_info[:200])
    where: dict[str, Any] = {
        "round_id": round_id,
        "iso3": iso3,
        "question_id": question_id,
        "text": request.POST.get("text", ""),
        "at": now(),
    }
    what = request.POST.get("do", "")
    try:
        if what == "answer":
            answer(**where, actor=require(request, "clarification.answer", scope).pseudonym)
            return back(f"/desk/rounds/{round_id}/{iso3}/answers/{question_id}/", "answered")
        if what == "settle":
            person = require(request, "clarification.settle", scope)
            settle(**where, contested=_contested(request, question), actor=person.pseudonym)
            return back(f"/desk/rounds/{round_id}/{iso3}/answers/{question_id}/", "settled")
        person = require(request, "clarification.ask", scope)
        proposed = _proposed(request, question)
        ask(**where, proposed=NOTHING if proposed is None else proposed, actor=person.pseudonym)
    except REFUSALS as error:
        return answer_page(request, round_id, iso3, question_id, told(request, error))
    return back(f"/desk/rounds/{round_id}/{iso3}/answers/{question_id}/", "asked")


def _proposed(request: HttpRequest, question: Question) -> Any:
    return read_entry(question, lambda suffix: request.POST.getlist(f"proposed{suffix}"))


def _contested(request: HttpRequest, question: Question) -> dict[str, Any] | None:
    if "contested" not in request.POST:
        return None
    value = _proposed(request, question)
    if value is None:
        raise Refused("RND-14", mark("Give the other value that is printed beside the country's."))
    names = ("source", "as_of", "reason")
    return {"value": value, "headline": "headline" in request.POST, **{name: request.POST.get(name, "") for name in names}}


def file_view(request: HttpRequest, round_id: str, iso3: str, sha256: str) -> HttpResponse:
    """A file of evidence, or the letter of designation, to save: for whoever may see one of the answers that it belongs to."""
    if person_of(request) is None:
        raise NeedsSignIn
    questionnaire, scope = its_questionnaire(a_round(round_id)), f"round/{round_id}/{iso3}"
    for found in stored_for(round_id, iso3, sha256):
        section = f"/{section_of(questionnaire, found.question_id)}" if found.question_id else ""
        if holds(request, "answers.see", f"{scope}{section}"):
            return attachment(sha256, found.name, KINDS[found.kind])
    raise NotThere(sha256[:16])


def attachment(sha256: str, name: str, kind: str) -> HttpResponse:
    """A stored file as something to save: by its own name, of its own kind, and without any right in the browser."""
    try:
        raw = stored_bytes(sha256)
    except FileDamaged as error:
        raise NotThere(str(error)) from None
    answer = HttpResponse(raw, content_type=kind)
    answer["Content-Disposition"] = disposition(name)
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "no-store"
    return answer


def disposition(name: str) -> str:
    """A header that has a file saved under its name, in any script."""
    plain = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "-_. ") else "_" for sign in name)
    coded = "".join(
        sign if sign.isascii() and (sign.isalnum() or sign in "-_.") else "".join(f"%{b:02X}" for b in sign.encode())
        for sign in name
    )
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{coded}"
