"""Bring a workbook back: keep it, and take it over after its difference was seen (RND-25)."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from django.db import transaction

from cop.ground.core.door import mark
from cop.ground.public import record
from cop.observatory.actions.answers import Entry, save_answers
from cop.observatory.actions.files import keep_file
from cop.observatory.actions.rows import participation_row, thing_of
from cop.observatory.core.rounds.files import kind_of
from cop.observatory.core.rounds.refusals import Refused
from cop.observatory.queries.files import FileDamaged, stored_bytes
from cop.observatory.queries.questionnaires import questionnaire_of
from cop.observatory.queries.workbooks import read_back


@transaction.atomic
def keep_workbook(*, round_id: str, iso3: str, raw: bytes, at: datetime, actor: str) -> str:
    """Keep a workbook that was read until its difference is accepted; returns its digest. Raises Refused."""
    row = participation_row(round_id, iso3)
    kept = keep_file(raw, kind_of(raw, "workbook.xlsx"), at)
    record(actor=actor, verb="bring workbook", thing=thing_of(row), at=at, sha256=kept.sha256)
    return str(kept.sha256)


@transaction.atomic
def take_workbook(*, round_id: str, iso3: str, sha256: str, at: datetime, actor: str) -> int:
    """Take over a workbook that was kept; returns how many answers it changed.

    An answer that somebody changed since the workbook was written stays; the workbook's text waits beside it (RND-09).
    Raises Refused for an unknown digest, BadWorkbook as reading does.
    """
    row = participation_row(round_id, iso3)
    if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
        raise Refused("RND-25", mark("Bring the workbook again; it was not kept."))
    try:
        raw = stored_bytes(sha256)
    except FileDamaged:
        raise Refused("RND-25", mark("Bring the workbook again; it was not kept.")) from None
    questionnaire = questionnaire_of(row.round.questionnaire_id)
    by_section: dict[str, list[Entry]] = defaultdict(list)
    for item in read_back(round_id, iso3, raw):
        by_section[questionnaire.section_of(item.question_id).id].append(
            Entry(item.question_id, item.base, item.content, confirm=True)
        )
    changed = 0
    for section, entries in by_section.items():
        saved = save_answers(round_id=round_id, iso3=iso3, section=section, entries=entries, at=at, actor=actor, origin="workbook")
        changed += len(saved.saved) + len(saved.waiting)
    record(actor=actor, verb="take workbook", thing=thing_of(row), at=at, sha256=sha256, answers=changed)
    return changed
