"""Add evidence to an answer, and withdraw it. A withdrawn piece stays known, as what was signed with it names it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from cop.ground.core.door import mark
from cop.ground.public import record
from cop.observatory.actions.files import keep_file
from cop.observatory.actions.rows import participation_row, step, thing_of
from cop.observatory.core.rounds.files import kind_of, safe_name
from cop.observatory.core.rounds.proofs import Particulars, a_link
from cop.observatory.core.rounds.refusals import Refused
from cop.observatory.core.rounds.responses import Step
from cop.observatory.models import Evidence, Participation
from cop.observatory.queries.questionnaires import questionnaire_of

MOST_PIECES = 50


@transaction.atomic
def add_link(
    *, round_id: str, iso3: str, question_id: str, url: str, particulars: Particulars, at: datetime, actor: str
) -> int:  # fmt: skip
    """Add a link to an answer; returns its number. Raises Refused (RND-06, RND-19)."""
    row = _open_for(round_id, iso3, question_id)
    made = Evidence.objects.create(
        participation=row, question_id=question_id, kind="link", url=a_link(url), added_by=actor, added_at=at, **asdict(particulars)
    )
    record(actor=actor, verb="add link", thing=thing_of(row, "answer", question_id), at=at, evidence=made.pk)
    return int(made.pk)


@transaction.atomic
def add_file(
    *, round_id: str, iso3: str, question_id: str, raw: bytes, name: str, particulars: Particulars, at: datetime, actor: str
) -> int:  # fmt: skip
    """Add a file to an answer; returns its number. Raises Refused for a file that is not what it says (RND-18), or RND-06."""
    kind = kind_of(raw, name)
    row = _open_for(round_id, iso3, question_id)
    made = Evidence.objects.create(
        participation=row, question_id=question_id, kind="file", file=keep_file(raw, kind, at), file_name=safe_name(name, kind),
        added_by=actor, added_at=at, **asdict(particulars),
    )  # fmt: skip
    record(
        actor=actor,
        verb="add file",
        thing=thing_of(row, "answer", question_id),
        at=at,
        evidence=made.pk,
        sha256=made.file_id,
        kind=kind,
    )
    return int(made.pk)


@transaction.atomic
def withdraw_evidence(*, round_id: str, iso3: str, question_id: str, evidence_id: int, at: datetime, actor: str) -> None:
    """Withdraw a piece of evidence from an answer. Raises Refused where there is none."""
    row = participation_row(round_id, iso3)
    step(row, Step.WRITE)
    piece = row.evidence.filter(pk=evidence_id, question_id=question_id, withdrawn_at=None).first()
    if piece is None:
        raise Refused("RND-19", mark("There is no such evidence."))
    piece.withdrawn_at = at
    piece.save(update_fields=["withdrawn_at"])
    record(actor=actor, verb="withdraw evidence", thing=thing_of(row, "answer", piece.question_id), at=at, evidence=piece.pk)


def _open_for(round_id: str, iso3: str, question_id: str) -> Participation:
    row = participation_row(round_id, iso3)
    step(row, Step.WRITE)
    row.save(update_fields=["state"])
    known = {question.id for question in questionnaire_of(row.round.questionnaire_id).questions}
    if question_id not in known:
        raise Refused("RND-19", mark("There is no such question."))
    if row.evidence.filter(question_id=question_id, withdrawn_at=None).count() >= MOST_PIECES:
        raise Refused("RND-19", mark("An answer has 50 pieces of evidence at most."))
    return row
