"""The response of a country on the desk: where it stands, who takes part, handing in, correcting."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from cop.accounts.public import holds, people_with, require
from cop.ground.core.door import LANGUAGES, Words, mark
from cop.ground.public import NotThere, now, reference
from cop.observatory.actions.clarifications import return_responses
from cop.observatory.actions.invitations import accept_invitation, decline_invitation, invite_colleague, invite_country
from cop.observatory.actions.signoff import correct, submit
from cop.observatory.core.questionnaire import Questionnaire
from cop.observatory.core.rounds.files import MOST_BYTES
from cop.observatory.core.rounds.readiness import Obstacle
from cop.observatory.core.rounds.refusals import Refused
from cop.observatory.core.rounds.responses import RESPONSES, Response
from cop.observatory.core.rounds.stages import STAGES
from cop.observatory.core.rounds.wording import spoken
from cop.observatory.formats.assets import asset_address
from cop.observatory.queries.readiness import obstacles_in
from cop.observatory.queries.signatures import signatures
from cop.observatory.views.found import (
    REFUSALS,
    a_posted_day,
    a_response,
    a_round,
    back,
    country_of,
    its_questionnaire,
    open_sections,
    round_desk,
    title_of,
    told,
    words_of,
)
from cop.observatory.views.rounds import BADGES
from cop.observatory.views.uploads import posted_file, with_files

DONE = {
    "accepted": mark("Thank you. Your country takes part."),
    "declined": mark("It is noted that your country takes no part."),
    "submitted": mark("The answers are handed in. Your superior can sign them now."),
    "signed": mark("The answers are signed."),
    "reopened": mark("The answers are open again for a correction."),
    "returned": mark("The answers are sent back."),
    "invited": mark("The invitation is on its way."),
    "filled": mark("It is filled in, to be confirmed answer by answer."),
    "taken": mark("The workbook is taken over."),
}


def response_page(request: HttpRequest, round_id: str, iso3: str) -> HttpResponse:
    """Where the response stands: one sentence, the five bars, the sections, and the next step."""
    card = a_round(round_id)
    questionnaire = its_questionnaire(card)
    seen = open_sections(request, questionnaire, round_id, iso3, "answers.see")
    if not seen:
        raise NotThere(request.path_info[:200])
    problem = ""
    if request.method == "POST":
        try:
            return back(f"/desk/rounds/{round_id}/{iso3}/", _step(request, round_id, iso3))
        except REFUSALS as error:
            problem = told(request, error)
    view, t = a_response(round_id, iso3), words_of(request)
    scope = f"round/{round_id}/{iso3}"
    rights = {
        name: holds(request, permission, scope)
        for name, permission in (
            ("submit", "signoff.request"),
            ("sign", "signoff.sign"),
            ("people", "contributors.manage"),
            ("invite", "round.manage"),
            ("reply", "reply.write"),
            ("decide", "reply.decide"),
            ("ask", "clarification.ask"),
            ("edit", "answers.edit"),
            ("board", "round.see_board"),
            ("preview", "release.preview"),
        )
    }
    sections = [
        (section, spoken(section.label, t.language.code), count)
        for section, count in zip(questionnaire.sections, view.progress.sections, strict=True)
        if section.id in seen
    ]
    pillars = reference().vocabulary.pillars
    bars = [(t(term.name), view.progress.bars[f"P{number}"]) for number, term in enumerate(pillars, start=1)]
    superior = next(iter(people_with("superior", scope)), None)
    found = obstacles_in(round_id, iso3) if view.writable and rights["submit"] else ()
    return round_desk(
        request,
        card,
        "observatory/desk_response.html",
        status=400 if problem else 200,
        view=view,
        title=title_of(card, t),
        country=country_of(iso3, t),
        sections=sections,
        bars=bars,
        rights=rights,
        responses=RESPONSES,
        stages=STAGES,
        badges=BADGES,
        problem=problem,
        said=t(DONE.get(request.GET.get("done", ""), "")),
        superior=superior,
        signed=signatures(round_id, iso3),
        obstacles=_in_words(found, questionnaire, t),
        whole=len(seen) == len(questionnaire.sections),
        moment=now(),
        rounds_stylesheet=asset_address("rounds.css"),
    )


def _in_words(found: tuple[Obstacle, ...], questionnaire: Questionnaire, t: Words) -> list[tuple[str, str, str]]:
    known = {question.id: question for question in questionnaire.questions}
    return [(item.question_id, known[item.question_id].code, _told(item, t)) for item in found if item.question_id in known]


def _told(item: Obstacle, t: Words) -> str:
    return spoken(item.texts, t.language.code) if item.texts else t(item.message)


def _step(request: HttpRequest, round_id: str, iso3: str) -> str:
    """The step that was asked for, each with its own right."""
    what, scope, at = request.POST.get("do", ""), f"round/{round_id}/{iso3}", now()
    text = request.POST.get("text", "")
    if what == "accept":
        card = require(request, "signoff.request", scope)
        accept_invitation(round_id=round_id, iso3=iso3, at=at, actor=card.pseudonym)
        return "accepted"
    if what == "decline":
        card = require(request, "signoff.request", scope)
        decline_invitation(round_id=round_id, iso3=iso3, why=text, at=at, actor=card.pseudonym)
        return "declined"
    if what == "submit":
        card = require(request, "signoff.request", scope)
        submit(round_id=round_id, iso3=iso3, at=at, actor=card.pseudonym)
        return "submitted"
    if what == "correct":
        card = require(request, "signoff.request", scope)
        correct(round_id=round_id, iso3=iso3, why=text, at=at, actor=card.pseudonym)
        return "reopened"
    if what == "return":
        card = require(request, "clarification.ask", scope)
        return_responses(round_id=round_id, countries=[iso3], text=text, at=at, actor=card.pseudonym)
        return "returned"
    raise Refused("RND-07", mark("Choose what to do."))


@with_files(MOST_BYTES)
def invite_page(request: HttpRequest, round_id: str, iso3: str) -> HttpResponse:
    """Invite a country by its official addresses, with the letter of designation."""
    person = require(request, "round.manage", f"round/{round_id}/{iso3}")
    card, view, t, problem = a_round(round_id), a_response(round_id, iso3), words_of(request), ""
    given = {name: request.POST.get(name, "")[:254] for name in ("official", "alternate", "language", "designated_on")}
    paths: tuple[str, ...] = ()
    if request.method == "POST":
        try:
            raw, name = posted_file(request, "letter")
            day = a_posted_day(request, "designated_on")
            if day is None:
                raise Refused("RND-08", mark("Give the day of the letter of designation."))
            paths = invite_country(
                round_id=round_id,
                iso3=iso3,
                official=given["official"],
                alternate=given["alternate"],
                language=given["language"],
                letter=raw,
                letter_name=name,
                designated_on=day,
                at=now(),
                actor=person.pseudonym,
            )
            view = a_response(round_id, iso3)
        except REFUSALS as error:
            problem = told(request, error)
    if not given["official"]:
        given |= {"official": view.official_address, "alternate": view.alternate_address, "language": view.language}
    return round_desk(
        request,
        card,
        "observatory/desk_invite.html",
        status=400 if problem else 200,
        view=view,
        title=title_of(card, t),
        country=country_of(iso3, t),
        given=given,
        tongues=[(item.code, item.name) for item in LANGUAGES],
        problem=problem,
        paths=paths,
        responses=RESPONSES,
        may_invite=view.response in _MAY_BE_INVITED,
    )


_MAY_BE_INVITED = (Response.NOT_INVITED, Response.INVITED, Response.DECLINED, Response.SILENT)


def people_page(request: HttpRequest, round_id: str, iso3: str) -> HttpResponse:
    """Who takes part in a response; invites contributors to sections, an alternate and a superior."""
    scope = f"round/{round_id}/{iso3}"
    person = require(request, "contributors.manage", scope)
    card, t, problem, path, done = a_round(round_id), words_of(request), "", "", ""
    a_response(round_id, iso3)
    questionnaire = its_questionnaire(card)
    given = {name: request.POST.get(name, "")[:254] for name in ("role", "section", "address", "language")}
    if request.method == "POST":
        try:
            path = invite_colleague(
                round_id=round_id,
                iso3=iso3,
                role=given["role"],
                section=given["section"],
                address=given["address"],
                language=given["language"],
                at=now(),
                actor=person.pseudonym,
            )
            if given["role"] == "superior" and not settings.COP_DEMO:
                path, done = "", t("The invitation is on its way.")  # to the superior alone: who invites must not sign
        except REFUSALS as error:
            problem = told(request, error)
    roles = {
        "focal_point": t("Focal point"),
        "alternate": t("Alternate"),
        "superior": t("Superior"),
        "contributor": t("Contributor"),
    }
    sections = [(section.id, f"{section.code} {spoken(section.label, t.language.code)}") for section in questionnaire.sections]
    people = [(roles[role], "", found) for role in ("focal_point", "alternate", "superior") for found in people_with(role, scope)]
    people += [
        (roles["contributor"], label, found) for key, label in sections for found in people_with("contributor", f"{scope}/{key}")
    ]
    return round_desk(
        request,
        card,
        "observatory/desk_people.html",
        status=400 if problem else 200,
        title=title_of(card, t),
        iso3=iso3,
        country=country_of(iso3, t),
        people=people,
        sections=sections,
        given=given,
        problem=problem,
        path=path,
        said=done,
        roles=[(key, label) for key, label in roles.items() if key != "focal_point"],
        tongues=[(item.code, item.name) for item in LANGUAGES],
    )
