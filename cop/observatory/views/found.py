"""What an address of the desk is about, or a 404; and what an action said, in the language of the page."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from cop.accounts.public import NeedsSignIn, desk_language, desk_page, holds, person_of
from cop.accounts.public import Refused as RefusedByAccounts
from cop.ground.core.door import Words, words
from cop.ground.public import NotThere
from cop.observatory.core.questionnaire import Group, Question, Questionnaire
from cop.observatory.core.rounds.refusals import Refused
from cop.observatory.queries.board import country_name
from cop.observatory.queries.questionnaires import questionnaire_by
from cop.observatory.queries.responses import ResponseView, response_view
from cop.observatory.queries.rounds import RoundCard, round_card

REFUSALS = (Refused, RefusedByAccounts)


def words_of(request: HttpRequest) -> Words:
    """The words of the page that is asked for."""
    return words(desk_language(request))


def told(request: HttpRequest, error: Refused | RefusedByAccounts) -> str:
    """Why something was refused, in the language of the page; a placeholder whose value is a message is translated too."""
    t = words_of(request)
    values = {
        name: t(value) if isinstance(value, str) and name in ("state", "stage", "to") else value
        for name, value in getattr(error, "values", {}).items()
    }
    return t(error.message, **values)


def a_round(round_id: str) -> RoundCard:
    """The round of an address. Raises NotThere."""
    found = round_card(round_id)
    if found is None:
        raise NotThere(round_id[:60])
    return found


def its_questionnaire(card: RoundCard) -> Questionnaire:
    """What a round asks."""
    return questionnaire_by(card.questionnaire_sha256)


def a_response(round_id: str, iso3: str) -> ResponseView:
    """The response of an address. Raises NotThere."""
    found = response_view(round_id, iso3)
    if found is None:
        raise NotThere(f"{round_id}/{iso3}"[:60])
    return found


def a_section(questionnaire: Questionnaire, section: str) -> Group:
    """The section of an address. Raises NotThere."""
    for found in questionnaire.sections:
        if found.id == section:
            return found
    raise NotThere(section[:60])


def a_question(questionnaire: Questionnaire, question_id: str) -> Question:
    """The question of an address. Raises NotThere."""
    for found in questionnaire.questions:
        if found.id == question_id:
            return found
    raise NotThere(question_id[:60])


def open_sections(request: HttpRequest, questionnaire: Questionnaire, round_id: str, iso3: str, permission: str) -> frozenset[str]:
    """The sections of a response in which who asks holds the permission. Raises NeedsSignIn for nobody."""
    if person_of(request) is None:
        raise NeedsSignIn
    scope = f"round/{round_id}/{iso3}"
    return frozenset(s.id for s in questionnaire.sections if holds(request, permission, f"{scope}/{s.id}"))


def title_of(card: RoundCard, t: Words) -> str:
    """The title of a round in the language of the page."""
    return card.title.get(t.language.code) or card.title.get("en", card.id)


def country_of(iso3: str, t: Words) -> str:
    """The name of a country in the language of the page."""
    return country_name(iso3, t)


def round_desk(request: HttpRequest, card: RoundCard, template: str, *, status: int = 200, **values: Any) -> HttpResponse:
    """A desk page about a round: its trail leads to the board only for those who may see it."""
    see_board = holds(request, "round.see_board", f"round/{card.id}")
    return desk_page(request, template, status=status, card=card, see_board=see_board, **values)


def back(path: str, done: str = "") -> HttpResponseRedirect:
    """To a page of the desk, which says what was done."""
    return HttpResponseRedirect(path + (f"?done={done}" if done else ""))


def clock(moment: datetime | None) -> str:
    """Hour and minute of a moment in UTC; empty for none."""
    return f"{moment:%H:%M}" if moment else ""


def a_posted_day(request: HttpRequest, name: str) -> date | None:
    """A day of a form field; None for one that can't be read."""
    try:
        return date.fromisoformat(request.POST.get(name, "")[:10])
    except ValueError:
        return None
