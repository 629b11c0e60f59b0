"""Messages to reporters that wait for a second person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cop.hotline.models import Draft


@dataclass(frozen=True)
class WaitingDraft:
    """One message that waits: its case, the phrase's code (empty for free words, which lie sealed), who wrote it and when."""

    id: int
    number: int
    phrase: str
    proposed_by: int
    pseudonym: str
    at: datetime


def waiting_drafts(number: int | None = None) -> list[WaitingDraft]:
    """What waits, oldest first; of one case, where it is named. One query."""
    rows = Draft.objects.filter(sent=None).select_related("proposed_by").order_by("pk")
    if number is not None:
        rows = rows.filter(report=number)
    return [
        WaitingDraft(row.pk, row.report_id, row.phrase, row.proposed_by_id, row.proposed_by.pseudonym, row.proposed_at)
        for row in rows
    ]


def phrases_of(number: int) -> frozenset[str]:
    """The codes of phrases that were written to a reporter or wait. One query."""
    return frozenset(Draft.objects.filter(report=number).exclude(sent=False).values_list("phrase", flat=True))
