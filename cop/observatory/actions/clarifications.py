"""Ask about an answer, answer, settle; send responses back (RND-14)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from cop.ground.core.door import mark
from cop.ground.public import post, record
from cop.observatory.actions.rows import participation_row, step, thing_of
from cop.observatory.core.expressions import value_problem
from cop.observatory.core.rounds.clarifications import Thread, Turn, turned
from cop.observatory.core.rounds.entries import MOST_NOTE, short
from cop.observatory.core.rounds.refusals import Refused
from cop.observatory.core.rounds.responses import Step
from cop.observatory.formats.round_letters import returned_letter
from cop.observatory.models import Clarification, ClarificationMessage, Participation
from cop.observatory.queries.questionnaires import questionnaire_of

NOTHING = object()


@transaction.atomic
def ask(
    *, round_id: str, iso3: str, question_id: str, text: str, at: datetime, actor: str, proposed: Any = NOTHING
) -> None:  # fmt: skip
    """Ask a country about one answer; `proposed` is the value that the reviewer would expect, shown beside the country's.

    Raises Refused for an empty question, an unknown one, or a proposed value that the question does not take.
    """
    row = participation_row(round_id, iso3)
    known = {question.id: question for question in questionnaire_of(row.round.questionnaire_id).questions}
    if question_id not in known:
        raise Refused("RND-14", mark("There is no such question."))
    if proposed is not NOTHING and (problem := value_problem(known[question_id], proposed)):
        raise Refused("RND-14", problem)
    _take_turn(row, question_id, Turn.ASK, text, "centre", at, actor, proposed)
    record(actor=actor, verb="ask for clarification", thing=thing_of(row, "answer", question_id), at=at)


@transaction.atomic
def answer(*, round_id: str, iso3: str, question_id: str, text: str, at: datetime, actor: str) -> None:
    """Answer what was asked about an answer. Raises Refused where nothing was asked, or for an empty text."""
    row = participation_row(round_id, iso3)
    _take_turn(row, question_id, Turn.ANSWER, text, "country", at, actor)
    record(actor=actor, verb="answer clarification", thing=thing_of(row, "answer", question_id), at=at)


@transaction.atomic
def settle(
    *, round_id: str, iso3: str, question_id: str, text: str, at: datetime, actor: str, contested: Mapping[str, Any] | None = None
) -> None:  # fmt: skip
    """Settle a thread. `contested` keeps the other value to be printed beside the country's at equal size: value, source,
    as_of (a day), reason, headline. Raises Refused for a contested value without source and public reason.
    """
    row = participation_row(round_id, iso3)
    thread = _take_turn(row, question_id, Turn.SETTLE, text, "centre", at, actor)
    thread.settled_at, thread.contested = at, _contested(contested) if contested else None
    thread.save()
    record(
        actor=actor, verb="settle clarification", thing=thing_of(row, "answer", question_id), at=at, contested=int(bool(contested))
    )


def _contested(given: Mapping[str, Any]) -> dict[str, Any]:
    source, reason = short(str(given.get("source", "")), 500), short(str(given.get("reason", "")), 1_000)
    try:
        as_of = date.fromisoformat(str(given.get("as_of", "")))
    except ValueError:
        raise Refused("RND-14", mark("A contested value needs the day that its source speaks of.")) from None
    if not source or not reason:
        raise Refused("RND-14", mark("A contested value needs its source and a reason that is public."))
    return {
        "value": given["value"],
        "source": source,
        "as_of": as_of.isoformat(),
        "reason": reason,
        "headline": bool(given.get("headline")),
    }


def _take_turn(
    row: Participation, question_id: str, turn: Turn, text: str, side: str, at: datetime, actor: str, proposed: Any = NOTHING
) -> Clarification:  # fmt: skip
    said = short(text, MOST_NOTE, "RND-14")
    if not said and turn is not Turn.SETTLE:
        raise Refused("RND-14", mark("Write what you want to say."))
    thread = row.clarifications.filter(question_id=question_id).first()
    if thread is None:
        thread = Clarification(participation=row, question_id=question_id, state=Thread.OPEN, opened_at=at)
    thread.state = turned(Thread(thread.state), turn)
    thread.save()
    ClarificationMessage.objects.create(
        clarification=thread, kind=str(turn), text=said, proposes=proposed is not NOTHING,
        proposed=None if proposed is NOTHING else proposed, by=actor, side=side, at=at,
    )  # fmt: skip
    return thread


@transaction.atomic
def return_responses(*, round_id: str, countries: Sequence[str], text: str, at: datetime, actor: str) -> int:
    """Send several submitted responses back at once, each with the same letter; returns how many.

    Raises Refused for one that is not submitted: then none is sent back.
    """
    reason = short(text, MOST_NOTE, "RND-14")
    if not countries:
        raise Refused("RND-14", mark("Choose the countries whose answers you send back."))
    for iso3 in dict.fromkeys(countries):
        row = participation_row(round_id, iso3)
        step(row, Step.RETURN)
        row.reason = reason
        row.save(update_fields=["state", "reason"])
        asked = row.clarifications.filter(state=Thread.ASKED).count()
        if row.official_address:
            letter = returned_letter(row.round.title, row.language, f"/desk/rounds/{round_id}/{iso3}/", asked)
            key = f"returned/{round_id}/{iso3}/{at.isoformat()}"
            post(kind="returned", to=row.official_address, subject=letter.subject, body=letter.body, at=at, key=key)
    number = len(dict.fromkeys(countries))
    record(
        actor=actor, verb="return responses", thing=f"round/{round_id}", at=at, number=number, countries=" ".join(countries)[:1000]
    )
    return number
