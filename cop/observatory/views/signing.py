"""Sign a response, and take away what was signed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse

from cop.accounts.public import desk_language, holds, require
from cop.ground.core.door import LANGUAGES, Words, mark
from cop.ground.formats.fonts import FontMissing
from cop.ground.public import NotThere, now
from cop.observatory.actions.signoff import sign
from cop.observatory.core.questionnaire import Question
from cop.observatory.core.rounds.refusals import Refused
from cop.observatory.core.rounds.responses import RESPONSES, Response
from cop.observatory.core.rounds.snapshot import Change
from cop.observatory.core.rounds.wording import CONSENTS, spoken, value_words
from cop.observatory.formats.assets import asset_address
from cop.observatory.queries.signatures import SignatureView, signatures, since_signed
from cop.observatory.queries.snapshots import snapshot_of
from cop.observatory.views.exchanges import attachment
from cop.observatory.views.found import (
    REFUSALS,
    a_response,
    a_round,
    back,
    country_of,
    its_questionnaire,
    round_desk,
    title_of,
    told,
    words_of,
)

WHAT = {
    "value": mark("answer"),
    "note": mark("note"),
    "why": mark("why it is unknown"),
    "disagreement": mark("disagreement"),
    "public": mark("public"),
    "evidence": mark("evidence"),
}


def sign_page(request: HttpRequest, round_id: str, iso3: str) -> HttpResponse:
    """Everything that is signed, what changed since the last signature, the hash, and the signature itself."""
    scope = f"round/{round_id}/{iso3}"
    person = require(request, "answers.see", scope)
    card, view, t, problem = a_round(round_id), a_response(round_id, iso3), words_of(request), ""
    given = {name: request.POST.get(name, "")[:300] for name in ("name", "title", "language", "sha256")}
    if request.method == "POST":
        person = require(request, "signoff.sign", scope)
        try:
            if "read" not in request.POST:
                raise Refused("RND-16", mark("Say that you have read what you sign."))
            sign(
                round_id=round_id,
                iso3=iso3,
                sha256=given["sha256"],
                name=given["name"],
                title=given["title"],
                language=given["language"] or desk_language(request),
                at=now(),
                actor=person.pseudonym,
            )
            return back(f"/desk/rounds/{round_id}/{iso3}/", "signed")
        except FontMissing as error:
            problem = str(error)
        except REFUSALS as error:
            problem = told(request, error)
    questionnaire = its_questionnaire(card)
    snapshot, found = snapshot_of(round_id, iso3), signatures(round_id, iso3)
    known = {question.id: question for question in questionnaire.questions}
    code = t.language.code
    answers = [(known[item.question_id], item, value_words(known[item.question_id], item.value, t)) for item in snapshot.answers]
    changes = (
        [(known.get(c.question_id), t(WHAT[c.what]), *_sides(c, known, t)) for c in since_signed(found, snapshot)] if found else []
    )
    return round_desk(
        request,
        card,
        "observatory/desk_sign.html",
        status=400 if problem else 200,
        view=view,
        title=title_of(card, t),
        country=country_of(iso3, t),
        snapshot=snapshot,
        answers=answers,
        changes=changes,
        signed=found,
        consent=t(CONSENTS[snapshot.consent]),
        problem=problem,
        given=given,
        may_sign=holds(request, "signoff.sign", scope) and view.response is Response.SUBMITTED,
        tongues=[(item.code, item.name) for item in LANGUAGES],
        say=lambda texts: spoken(texts, code),
        responses=RESPONSES,
        rounds_stylesheet=asset_address("rounds.css"),
        code=code,
    )


def _sides(change: Change, known: Mapping[str, Question], t: Words) -> tuple[str, str]:
    """Both sides of a change in words."""
    return _side(change, change.before, known, t), _side(change, change.after, known, t)


def _side(change: Change, side: Any, known: Mapping[str, Question], t: Words) -> str:
    if change.what == "value":
        return value_words(known.get(change.question_id), side, t)
    if change.what == "evidence":
        return t.semicolon.join(proof.title for proof in side)
    if change.what == "public":
        return t("yes") if side else t("no")
    return str(side)


def _signature(request: HttpRequest, round_id: str, iso3: str, number: int) -> SignatureView:
    require(request, "answers.see", f"round/{round_id}/{iso3}")
    a_round(round_id)
    for found in signatures(round_id, iso3):
        if found.number == number:
            return found
    raise NotThere(f"{round_id}/{iso3}/{number}"[:60])


def signed_pdf(request: HttpRequest, round_id: str, iso3: str, number: int) -> HttpResponse:
    """The document of a signature."""
    found = _signature(request, round_id, iso3, number)
    return attachment(found.document, f"{round_id}-{iso3}-{number}.pdf", "application/pdf")


def signed_json(request: HttpRequest, round_id: str, iso3: str, number: int) -> HttpResponse:
    """The very text that was signed; its SHA-256 is the fingerprint on the document."""
    found = _signature(request, round_id, iso3, number)
    answer = HttpResponse(found.snapshot.text, content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{round_id}-{iso3}-{number}.json"'
    answer["Cache-Control"] = "no-store"
    return answer
