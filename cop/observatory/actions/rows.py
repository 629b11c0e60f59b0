"""The rows that an action is about, held until its transaction ends."""

from __future__ import annotations

from cop.ground.core.door import mark
from cop.observatory.core.rounds.refusals import Refused
from cop.observatory.core.rounds.responses import Response, Step, stepped
from cop.observatory.core.rounds.stages import Stage
from cop.observatory.models import Participation, Round


def round_row(round_id: str) -> Round:
    """The round, locked. Raises Refused where there is none."""
    row = Round.objects.select_for_update().filter(pk=round_id).first()
    if row is None:
        raise Refused("RND-01", mark("There is no such round."))
    return row


def participation_row(round_id: str, iso3: str) -> Participation:
    """The country in the round, locked, with its round. Raises Refused where it takes no part."""
    row = (
        Participation.objects.select_for_update(of=("self",))
        .select_related("round__questionnaire")
        .filter(round_id=round_id, iso3=iso3)
    )
    found = row.first()
    if found is None:
        raise Refused("RND-07", mark("This country takes no part in the round."))
    return found


def step(row: Participation, what: Step) -> None:
    """Moves the response by one step, in memory; the caller saves it. Raises Refused."""
    signed = row.signoffs.exists()
    row.state = stepped(Response(row.state), what, Stage(row.round.state), signed_before=signed)


def thing_of(row: Participation, *parts: str) -> str:
    """How the audit trail names a country's response, or a part of it."""
    return "/".join(("round", row.round_id, row.iso3, *parts))
