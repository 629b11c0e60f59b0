"""Rounds on the desk: the list, a new one, the board, its days and stages, and the review list."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse

from cop.accounts.public import desk_page, holds, require, scopes_with
from cop.ground.core.door import GROUPS, ITU_REGIONS, LANGUAGES, Words, mark
from cop.ground.public import choice, download, now, reference
from cop.observatory.actions.clarifications import return_responses
from cop.observatory.actions.prefill import prefill_round
from cop.observatory.actions.rounds import add_questionnaire, create_round, move_round, set_days
from cop.observatory.core.questionnaires.packaged import packaged
from cop.observatory.core.rounds.clarifications import THREADS, Thread
from cop.observatory.core.rounds.entries import is_asked
from cop.observatory.core.rounds.refusals import Refused
from cop.observatory.core.rounds.responses import RESPONSES, Response
from cop.observatory.core.rounds.stages import STAGES, Calendar, Stage, next_stages
from cop.observatory.queries.board import NO_REGION, Board, board, review_list
from cop.observatory.queries.rounds import RoundCard, rounds
from cop.observatory.views.found import (
    REFUSALS,
    a_posted_day,
    a_round,
    back,
    country_of,
    its_questionnaire,
    round_desk,
    title_of,
    told,
    words_of,
)
from cop.observatory.views.questionnaires import choices_for_rounds

DONE = {
    "made": mark("The round is made. It is a draft that only the secretariat sees."),
    "moved": mark("The round moved on."),
    "days": mark("The days are set."),
    "returned": mark("The answers are sent back."),
    "filled": mark("What the sources say is filled in, to be confirmed by the countries."),
}
BADGES = {
    Response.SIGNED: "ok",
    Response.SUBMITTED: "now",
    Response.IN_PROGRESS: "wait",
    Response.ACCEPTED: "wait",
    Response.RETURNED: "bad",
    Response.DECLINED: "bad",
}
DAYS = ("opens", "closes", "preview_until", "embargo_until")


def said(request: HttpRequest) -> str:
    """What was just done."""
    return words_of(request)(DONE.get(request.GET.get("done", ""), ""))


def rounds_view(request: HttpRequest) -> HttpResponse:
    """Every round that who asks has a part in, with the responses that are open to them."""
    scopes = [*scopes_with(request, "answers.see"), *scopes_with(request, "round.see_board")]
    if not scopes:
        require(request, "answers.see")
    t = words_of(request)
    own = sorted({tuple(scope.split("/")[1:3]) for scope in scopes if scope.count("/") >= 2})
    every = rounds()
    shown = [
        card for card in every if holds(request, "round.see_board", f"round/{card.id}") or any(card.id == part[0] for part in own)
    ]
    cards = [
        (
            card,
            title_of(card, t),
            holds(request, "round.see_board", f"round/{card.id}"),
            [(iso3, country_of(iso3, t)) for round_id, iso3 in own if round_id == card.id],
        )
        for card in shown
    ]
    return desk_page(
        request,
        "observatory/desk_rounds.html",
        cards=cards,
        stages=STAGES,
        may_make=holds(request, "round.manage"),
        said=said(request),
    )


def new_round(request: HttpRequest) -> HttpResponse:
    """A form for a new round of the packaged survey or a questionnaire that is kept, with every country."""
    card = require(request, "round.manage")
    t, problem = words_of(request), ""
    if request.method == "POST":
        try:
            round_id = request.POST.get("id", "")[:60]
            titles = {language.code: request.POST.get(f"title.{language.code}", "") for language in LANGUAGES}
            at = now()
            create_round(
                round_id=round_id,
                title=titles,
                questionnaire_id=_chosen_questionnaire(request, at, card.pseudonym),
                days=_days(request),
                at=at,
                actor=card.pseudonym,
                countries=[country.iso3 for country in reference().places.countries.values()],
                confidential="confidential" in request.POST,
            )
            if "prefill" in request.POST:
                prefill_round(round_id=round_id, at=at, actor=card.pseudonym)
            return back(f"/desk/rounds/{round_id}/", "made")
        except REFUSALS as error:
            problem = told(request, error)
    given = {
        name: request.POST.get(name, "")[:200]
        for name in ("id", "questionnaire", *DAYS, *(f"title.{item.code}" for item in LANGUAGES))
    }
    return desk_page(
        request,
        "observatory/desk_round_new.html",
        status=400 if problem else 200,
        problem=problem,
        given=given,
        days=_day_labels(t),
        questionnaires=choices_for_rounds(t),
        chosen={"confidential": "confidential" in request.POST},
    )


def _chosen_questionnaire(request: HttpRequest, at: datetime, actor: str) -> int:
    """The number of the kept questionnaire that was chosen; without a choice the packaged one, kept from now on."""
    number = request.POST.get("questionnaire", "")
    if not number:
        return add_questionnaire(questionnaire=packaged(reference().reference), at=at, actor=actor)
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise Refused("RND-02", mark("There is no such questionnaire."))
    return int(number)


def _day_labels(t: Words) -> list[tuple[str, str, str]]:
    return [
        ("opens", t("Opens on"), ""),
        ("closes", t("Closes on"), t("The last day for answers.")),
        ("preview_until", t("Preview of the countries until"), t("30 days after closing, at the earliest.")),
        ("embargo_until", t("Embargo until"), t("On this day the release is published.")),
    ]


def _days(request: HttpRequest) -> Calendar:
    """The days of a form; a round opens and ends its embargo at 00:00 UTC, closes and ends its preview at 23:59 UTC."""
    found: dict[str, datetime] = {}
    for name in DAYS:
        day = a_posted_day(request, name)
        if day is None or not 2000 <= day.year <= 2100:
            raise Refused("RND-03", mark("Write every day as 2026-12-31."))
        late = name in ("closes", "preview_until")
        found[name] = datetime.combine(day, time(23, 59, 59) if late else time(0, 0), tzinfo=UTC)
    return Calendar(**found)


def asked_count(card: RoundCard) -> int:
    """How many questions people answer in a round."""
    return sum(is_asked(question) for question in its_questionnaire(card).questions)


def _asked_board(request: HttpRequest, card: RoundCard) -> tuple[Board, dict[str, str]]:
    q = "".join(sign for sign in request.GET.get("q", "")[:60] if sign.isprintable())
    region = choice(request, "region", [*ITU_REGIONS, NO_REGION], "")
    state = choice(request, "state", [str(response) for response in Response], "")
    found = board(card.id, words_of(request), now(), asked=asked_count(card), q=q, region=region, response=state)
    return found, {"q": q, "region": region, "state": state}


def board_view(request: HttpRequest, round_id: str) -> HttpResponse:
    """The board of responses by region, searched and filtered by its address; sends several back at once."""
    person = require(request, "round.see_board", f"round/{round_id}")
    card, problem = a_round(round_id), ""
    may_return = holds(request, "clarification.ask", f"round/{round_id}")
    if request.method == "POST":
        require(request, "clarification.ask", f"round/{round_id}")
        try:
            countries = [code[:3] for code in request.POST.getlist("country")[:300]]
            return_responses(
                round_id=round_id, countries=countries, text=request.POST.get("text", ""), at=now(), actor=person.pseudonym
            )
            return back(f"/desk/rounds/{round_id}/", "returned")
        except REFUSALS as error:
            problem = told(request, error)
    t = words_of(request)
    found, asked = _asked_board(request, card)
    query = urlencode({name: value for name, value in asked.items() if value})
    return round_desk(
        request,
        card,
        "observatory/desk_board.html",
        status=400 if problem else 200,
        title=title_of(card, t),
        board=found,
        regions=_region_names(t),
        responses=RESPONSES,
        states=[(key, t(word)) for key, word in RESPONSES.items()],
        badges=BADGES,
        stages=STAGES,
        problem=problem,
        said=said(request),
        query=f"?{query}" if query else "",
        may_return=may_return,
        may_preview=holds(request, "release.preview", f"round/{round_id}"),
        may_manage=holds(request, "round.manage", f"round/{round_id}"),
        **asked,
    )


def _region_names(t: Words) -> dict[str, str]:
    groups = reference().vocabulary
    return {key: t(groups.group(key).name) for key in ITU_REGIONS if key in GROUPS} | {NO_REGION: t("Outside the regions")}


def board_download(request: HttpRequest, round_id: str, form: str) -> HttpResponse:
    """The board as a file, with the search and the filters of the address."""
    require(request, "round.see_board", f"round/{round_id}")
    card, t = a_round(round_id), words_of(request)
    found, _ = _asked_board(request, card)
    names = _region_names(t)
    headings = ("iso3", "country", "region", "state", "answered", "to_confirm", "asked", "open_clarifications", "last_step")
    rows = [
        (
            row.iso3,
            row.name,
            names[row.region],
            t(RESPONSES[row.response]),
            row.answered,
            row.to_confirm,
            row.asked,
            row.open_threads,
            row.moved_at.date().isoformat() if row.moved_at else "",
        )
        for row in found.rows
    ]
    title = t("Responses: %(round)s", round=title_of(card, t))
    return download(request, form, name=f"{round_id}-responses", title=title, headings=headings, rows=rows, source=t("this centre"))


def settings_view(request: HttpRequest, round_id: str) -> HttpResponse:
    """The days of a round, its stage, and what brings it on."""
    person = require(request, "round.manage", f"round/{round_id}")
    problem = ""
    if request.method == "POST":
        try:
            return back(f"/desk/rounds/{round_id}/settings/", _change(request, round_id, person.pseudonym))
        except REFUSALS as error:
            problem = told(request, error)
    card, t = a_round(round_id), words_of(request)
    given = {name: getattr(card.days, name).date().isoformat() for name in DAYS}
    steps = [(stage, t(STAGES[stage])) for stage in next_stages(card.stage) if stage is not Stage.PUBLISHED]
    return round_desk(
        request,
        card,
        "observatory/desk_round_settings.html",
        status=400 if problem else 200,
        title=title_of(card, t),
        stages=STAGES,
        given=given,
        days=_day_labels(t),
        steps=steps,
        problem=problem,
        said=said(request),
    )


def _change(request: HttpRequest, round_id: str, actor: str) -> str:
    what = request.POST.get("do", "")
    if what == "days":
        set_days(round_id=round_id, days=_days(request), at=now(), actor=actor)
        return "days"
    if what == "prefill":
        prefill_round(round_id=round_id, at=now(), actor=actor)
        return "filled"
    to = request.POST.get("to", "")
    if to not in set(Stage) - {Stage.PUBLISHED}:
        raise Refused("RND-01", mark("Choose the stage to which the round goes."))
    move_round(round_id=round_id, to=Stage(to), at=now(), actor=actor)
    return "moved"


def review_view(request: HttpRequest, round_id: str) -> HttpResponse:
    """The answers of a round with an open clarification, the longest waiting first."""
    require(request, "clarification.ask", f"round/{round_id}")
    card, t = a_round(round_id), words_of(request)
    state = choice(request, "state", [str(thread) for thread in Thread], "")
    known = {question.id: question for question in its_questionnaire(card).questions}
    rows = [(row, known.get(row.question_id)) for row in review_list(round_id, t, thread=state)]
    values: dict[str, Any] = {"title": title_of(card, t), "rows": rows, "threads": THREADS, "state": state}
    return round_desk(request, card, "observatory/desk_review.html", **values)
