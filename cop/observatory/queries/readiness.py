"""What keeps a response from being handed in."""

from __future__ import annotations

from cop.observatory.core.rounds.clarifications import Thread
from cop.observatory.core.rounds.readiness import Obstacle, obstacles
from cop.observatory.core.rounds.saving import Content
from cop.observatory.models import AnswerSource, Participation
from cop.observatory.queries.questionnaires import questionnaire_of


def obstacles_of(row: Participation) -> tuple[Obstacle, ...]:
    """The obstacles of a response, in the order of the questionnaire."""
    kept = {a.question_id: a for a in row.answers.exclude(confirmed_at=None)}
    contents = {key: Content(a.value, a.note, a.why, a.disagreement, a.public) for key, a in kept.items()}
    proved = set(row.evidence.filter(withdrawn_at=None).values_list("question_id", flat=True))
    proved |= set(
        AnswerSource.objects.filter(answer__participation=row)
        .exclude(answer__origin="entered")
        .values_list("answer__question_id", flat=True)
    )
    waiting = set(row.pending.filter(settled_at=None).values_list("question_id", flat=True))
    asked = set(row.clarifications.filter(state=Thread.ASKED).values_list("question_id", flat=True))
    return obstacles(questionnaire_of(row.round.questionnaire_id), contents, proved, waiting, asked)


def obstacles_in(round_id: str, iso3: str) -> tuple[Obstacle, ...]:
    """The obstacles of the response of a country. Raises Participation.DoesNotExist."""
    return obstacles_of(Participation.objects.select_related("round").get(round_id=round_id, iso3=iso3))
