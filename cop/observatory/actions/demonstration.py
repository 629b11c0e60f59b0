"""The round of a demonstration: every real country, filled in with what the loaded sources say and otherwise unanswered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import transaction

from cop.ground.public import record, reference
from cop.observatory.actions.files import keep_file
from cop.observatory.actions.prefill import prefill_round
from cop.observatory.actions.rounds import add_questionnaire, create_round, move_round
from cop.observatory.actions.rows import participation_row, step, thing_of
from cop.observatory.core.questionnaires.packaged import packaged
from cop.observatory.core.rounds.responses import Step
from cop.observatory.core.rounds.stages import Calendar, Stage
from cop.observatory.models import Round

ROUND = "cop-2026"
COUNTRY = "CRI"
FOCAL_POINT = "focal.point@ministry.example"
LETTER = b"This text stands in for a letter of designation. It belongs to a demonstration; no country wrote it.\n"


@transaction.atomic
def make_demonstration_round(*, at: datetime) -> bool:
    """Make the round "COP national survey", open at the moment `at`; False where it exists already.

    Nothing in it is invented: each answer is a proposal that stands on a row of a data file, and no country confirmed it.
    """
    if Round.objects.filter(pk=ROUND).exists():
        return False
    survey = packaged(reference().reference)
    number = add_questionnaire(questionnaire=survey, at=at, actor="system")
    opens = datetime(at.year, at.month, at.day, tzinfo=UTC)
    days = Calendar(opens, opens + timedelta(days=90), opens + timedelta(days=125), opens + timedelta(days=130))
    create_round(
        round_id=ROUND, title=dict(survey.title), questionnaire_id=number, days=days,
        countries=[*reference().places.countries], at=at, actor="system",
    )  # fmt: skip
    prefill_round(round_id=ROUND, at=at, actor="system")
    for stage in (Stage.REVIEW, Stage.OPEN):
        move_round(round_id=ROUND, to=stage, at=at, actor="system")
    _invite_one(at)
    return True


def _invite_one(at: datetime) -> None:
    """The country of the demonstration's focal point is invited; a text stands in for its letter of designation."""
    row = participation_row(ROUND, COUNTRY)
    step(row, Step.INVITE)
    row.designation, row.designation_name = keep_file(LETTER, "txt", at), "demonstration.txt"
    row.designated_on, row.invited_at, row.official_address = at.date(), at, FOCAL_POINT
    row.save()
    record(actor="system", verb="invite country", thing=thing_of(row), at=at, letter=row.designation_id)
