"""Bring a workbook back: lay it by, and take it over after its difference was seen (RND-25)."""

from __future__ import annotations

import hashlib
import os
from collections import defaultdict
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction

from cop.ground.core.door import mark
from cop.ground.public import record
from cop.observatory.actions.answers import Entry, save_answers
from cop.observatory.actions.files import keep_file, write_durably
from cop.observatory.actions.rows import participation_row, step, thing_of
from cop.observatory.core.rounds.files import kind_of
from cop.observatory.core.rounds.refusals import Refused
from cop.observatory.core.rounds.responses import Step
from cop.observatory.queries.brought import brought_bytes, brought_folder, brought_path
from cop.observatory.queries.questionnaires import questionnaire_of
from cop.observatory.queries.workbooks import read_back

LAID_BY = timedelta(days=7)


@transaction.atomic
def keep_workbook(*, round_id: str, iso3: str, raw: bytes, at: datetime, actor: str) -> str:
    """Lay a workbook by until its difference is accepted, for seven days; returns its digest. Raises Refused.

    It takes the place of one that the same person brought before. Nothing may be brought where nothing may be written (RND-06).
    """
    row = participation_row(round_id, iso3)
    step(row, Step.WRITE)
    kind_of(raw, "workbook.xlsx")
    sha256 = hashlib.sha256(raw).hexdigest()
    place = brought_path(round_id, iso3, actor)
    write_durably(place, raw)
    os.utime(place, (at.timestamp(), at.timestamp()))
    record(actor=actor, verb="bring workbook", thing=thing_of(row), at=at, sha256=sha256)
    return sha256


def forget_workbooks(*, at: datetime) -> int:
    """Take away workbooks that nobody took over within seven days; returns how many."""
    gone = 0
    for place in sorted(brought_folder().glob("*.xlsx")):
        with suppress(FileNotFoundError):  # taken over, or brought anew, at this very moment
            if place.stat().st_mtime < (at - LAID_BY).timestamp():
                place.unlink()
                gone += 1
    return gone


@transaction.atomic
def take_workbook(*, round_id: str, iso3: str, sha256: str, at: datetime, actor: str) -> int:
    """Take over a workbook that the same person brought; returns how many answers it changed. From then on it is kept.

    An answer that somebody changed since the workbook was written stays; the workbook's text waits beside it (RND-09).
    Raises Refused for a digest of another file, BadWorkbook as reading does.
    """
    row = participation_row(round_id, iso3)
    step(row, Step.WRITE)
    raw = brought_bytes(round_id, iso3, actor, sha256)
    if raw is None:
        raise Refused("RND-25", mark("Bring the workbook again; it was not kept."))
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
    keep_file(raw, "xlsx", at)
    transaction.on_commit(lambda: brought_path(round_id, iso3, actor).unlink(missing_ok=True))
    record(actor=actor, verb="take workbook", thing=thing_of(row), at=at, sha256=sha256, answers=changed)
    return changed
