"""What the calendar alone brings about: closing, end of preview, end of embargo with its release, reminders."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from cop.observatory.actions.releases import NotPublished, publish
from cop.observatory.actions.reminders import send_reminders
from cop.observatory.actions.rounds import days_of, move_round
from cop.observatory.actions.workbooks import forget_workbooks
from cop.observatory.core.rounds.stages import STAGES, Stage, due
from cop.observatory.models import Round
from cop.observatory.models.releases import Release

ACTOR = "system"


def bring_on(*, at: datetime) -> Iterator[str]:
    """Take every step that is due at the moment `at`, of every round but sample ones, send reminders, and take away workbooks that
    nobody took over; tells each in English.

    Each step is a transaction of its own: a kill leaves the one before it, and the next tick goes on. At the end of the
    embargo what is signed is published, unless a release was published ahead and waited for this moment.
    """
    for round_id in Round.objects.filter(sample=False).exclude(state=Stage.PUBLISHED).values_list("pk", flat=True):
        try:
            while to := _step(round_id, at):
                yield f"the round {round_id} is now: {STAGES[to]}"
        except NotPublished as error:  # one round that waits for somebody holds up no other
            yield f"the round {round_id} can't be published: {error}"
        if posted := send_reminders(round_id=round_id, at=at, actor=ACTOR):
            yield f"reminders of the round {round_id}: {posted}"
    if gone := forget_workbooks(at=at):
        yield f"workbooks that nobody took over, taken away: {gone}"


def _step(round_id: str, at: datetime) -> Stage | None:
    """One step of one round, if one is due; the stage it leads to."""
    row = Round.objects.get(pk=round_id)
    to = due(Stage(row.state), days_of(row), at, preview_from=row.preview_from)
    if to is None:
        return None
    with transaction.atomic():
        if to is Stage.PUBLISHED and not Release.objects.filter(round_id=round_id).exists():
            publish(round_id=round_id, at=at, actor=ACTOR)
        move_round(round_id=round_id, to=to, at=at, actor=ACTOR)
    return to
