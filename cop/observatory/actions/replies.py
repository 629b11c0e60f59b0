"""The right of reply of a country: reply, decision, appeal, decision of a panel (RND-20 to RND-22)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from cop.accounts.public import people_with
from cop.ground.core.door import mark
from cop.ground.public import record
from cop.observatory.actions.rows import participation_row, thing_of
from cop.observatory.core.rounds.entries import MOST_NOTE, clean, short
from cop.observatory.core.rounds.refusals import Refused
from cop.observatory.core.rounds.replies import Outcome, Panelist, check_appeal, check_panel, check_reply, decide_by
from cop.observatory.core.rounds.stages import Stage
from cop.observatory.models import Participation, Reply

STAFF = ("administrator", "programme_officer", "reviewer")


@transaction.atomic
def write_reply(*, round_id: str, iso3: str, text: str, language: str, at: datetime, actor: str) -> int:
    """Write the reply of a country; one that was not decided yet is replaced, and the earlier text is kept.

    Raises Refused for a second reply after a decision: against that the country appeals (RND-22).
    """
    row = participation_row(round_id, iso3)
    said = clean(text)
    check_reply(said, language, Stage(row.round.state))
    if row.replies.exclude(decided_at=None).exists():
        raise Refused("RND-21", mark("This reply was decided already."))
    made = Reply.objects.create(
        participation=row, text=said, language=language, written_by=actor, written_at=at, decide_by=decide_by(at)
    )
    record(actor=actor, verb="write reply", thing=thing_of(row, "reply", str(made.pk)), at=at)
    return int(made.pk)


def _last(row: Participation) -> Reply:
    found = row.replies.order_by("-pk").first()
    if found is None:
        raise Refused("RND-21", mark("The country has not written a reply."))
    return found


@transaction.atomic
def decide_reply(*, round_id: str, iso3: str, outcome: Outcome, text: str, at: datetime, actor: str) -> None:
    """Decide on the last reply of a country; the decision is public. Raises Refused for a second decision or none in words."""
    row = participation_row(round_id, iso3)
    reply = _last(row)
    said = short(text, MOST_NOTE, "RND-21")
    if reply.decided_at is not None:
        raise Refused("RND-21", mark("This reply was decided already."))
    if not said:
        raise Refused("RND-21", mark("A decision says why."))
    reply.outcome, reply.decision, reply.decided_by, reply.decided_at = outcome, said, actor, at
    reply.save()
    record(actor=actor, verb="decide reply", thing=thing_of(row, "reply", str(reply.pk)), at=at, outcome=str(outcome))


@transaction.atomic
def appeal(*, round_id: str, iso3: str, text: str, at: datetime, actor: str) -> None:
    """Appeal against the decision on the last reply. Raises Refused (RND-22)."""
    row = participation_row(round_id, iso3)
    reply = _last(row)
    check_appeal(reply.decided_at, reply.appealed_at is not None, at)
    reply.appeal, reply.appealed_at = short(text, MOST_NOTE, "RND-22"), at
    if not reply.appeal:
        raise Refused("RND-22", mark("An appeal says why."))
    reply.save()
    record(actor=actor, verb="appeal", thing=thing_of(row, "reply", str(reply.pk)), at=at)


@transaction.atomic
def record_panel(
    *, round_id: str, iso3: str, panel: Sequence[Panelist], outcome: Outcome, text: str, at: datetime, actor: str
) -> None:  # fmt: skip
    """Record what a panel without staff decided on an appeal. Raises Refused (RND-22)."""
    row = participation_row(round_id, iso3)
    reply = _last(row)
    said = short(text, MOST_NOTE, "RND-22")
    if reply.appealed_at is None or reply.panel_decided_at is not None:
        raise Refused("RND-22", mark("No appeal waits for a panel."))
    if not said:
        raise Refused("RND-22", mark("A decision says why."))
    staff = frozenset(card.email for role in STAFF for card in people_with(role, f"round/{round_id}"))
    check_panel(tuple(panel), staff)
    reply.panel = [{key: value for key, value in asdict(member).items() if key != "address"} for member in panel]
    reply.panel_outcome, reply.panel_decision, reply.panel_decided_at = outcome, said, at
    reply.save()
    record(
        actor=actor,
        verb="record panel",
        thing=thing_of(row, "reply", str(reply.pk)),
        at=at,
        outcome=str(outcome),
        members=len(panel),
    )
