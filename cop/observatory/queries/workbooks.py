"""What a workbook is written from, and what one that came back would change."""

from __future__ import annotations

from dataclasses import dataclass

from cop.observatory.core.rounds.saving import Content
from cop.observatory.formats.round_workbook import Row, read_workbook
from cop.observatory.models import AnswerChange, AnswerValue, Participation
from cop.observatory.queries.questionnaires import questionnaire_of
from cop.observatory.queries.responses import content_of_row
from cop.observatory.queries.rounds import RoundCard, rounds


@dataclass(frozen=True)
class Difference:
    """A question that a workbook would change. `meanwhile` says that the answer changed since the workbook was written."""

    question_id: str
    before: Content
    after: Content
    meanwhile: bool


def contents_of(round_id: str, iso3: str) -> dict[str, tuple[int, Content]]:
    """The version and content of every answer of a country, by question. One query."""
    rows = AnswerValue.objects.filter(participation__round_id=round_id, participation__iso3=iso3)
    return {row.question_id: (row.version, content_of_row(row)) for row in rows}


def read_back(round_id: str, iso3: str, raw: bytes) -> tuple[Row, ...]:
    """The rows of a workbook that differ from what stood in it when it was written. Raises BadWorkbook."""
    row = Participation.objects.select_related("round").get(round_id=round_id, iso3=iso3)
    found = read_workbook(raw, questionnaire_of(row.round.questionnaire_id), round_id, iso3)
    kept = AnswerChange.objects.filter(participation=row).values_list("question_id", "version", "after")
    written = {(question_id, version): Content(**after) for question_id, version, after in kept}
    return tuple(item for item in found if item.content != written.get((item.question_id, item.base), Content()))


def workbook_difference(round_id: str, iso3: str, raw: bytes) -> tuple[Difference, ...]:
    """What a workbook would change, in the order of the questionnaire. Raises BadWorkbook."""
    now = contents_of(round_id, iso3)
    found = []
    for row in read_back(round_id, iso3, raw):
        version, content = now.get(row.question_id, (0, Content()))
        if content != row.content:
            found.append(Difference(row.question_id, content, row.content, version != row.base))
    return tuple(found)


def earlier_rounds(round_id: str, iso3: str) -> tuple[RoundCard, ...]:
    """The other rounds in which the country signed, the newest first."""
    signed = set(Participation.objects.filter(iso3=iso3).exclude(signoffs=None).values_list("round_id", flat=True))
    return tuple(card for card in rounds() if card.id in signed and card.id != round_id)
