"""The answers of a country as they would be signed now, and as they were signed."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from cop.observatory.core.expressions import relevant_ids
from cop.observatory.core.questionnaire import Questionnaire
from cop.observatory.core.rounds.entries import is_asked
from cop.observatory.core.rounds.snapshot import Given, Proof, Snapshot
from cop.observatory.models import AnswerValue, Evidence, Participation
from cop.observatory.queries.questionnaires import questionnaire_of

CONSENT_QUESTION = "resp_publish"
INSTITUTION_QUESTION = "resp_institution"
_CONSENT = {"yes": "all", "partly": "public"}
_FACTS = ("original_title", "enacted", "in_force", "amended", "repealed", "gazette", "scope", "territories")


def snapshot_of(round_id: str, iso3: str) -> Snapshot:
    """What the country would sign now: answers that count, of questions that arise, with their evidence.

    Proposals that nobody confirmed are no answers and are left out (RND-11). Raises Participation.DoesNotExist.
    """
    row = Participation.objects.select_related("round").get(round_id=round_id, iso3=iso3)
    return snapshot_from(row, questionnaire_of(row.round.questionnaire_id))


def snapshot_from(row: Participation, questionnaire: Questionnaire) -> Snapshot:
    """The snapshot of a row that is at hand."""
    kept = {answer.question_id: answer for answer in row.answers.exclude(confirmed_at=None)}
    values = {key: answer.value for key, answer in kept.items() if answer.value is not None}
    arising = relevant_ids(questionnaire, values)
    proofs: dict[str, list[Proof]] = defaultdict(list)
    for piece in row.evidence.filter(withdrawn_at=None).order_by("pk"):
        proofs[piece.question_id].append(proof_of(piece))
    sources: dict[str, list[str]] = defaultdict(list)
    for answer in row.answers.exclude(confirmed_at=None).exclude(origin="entered").prefetch_related("sources"):
        sources[answer.question_id] = [source.source or source.file for source in answer.sources.all()]
    given = tuple(
        _given(kept[q.id], tuple(proofs[q.id]), sources[q.id])
        for q in questionnaire.questions
        if q.id in kept and q.id in arising and is_asked(q) and (kept[q.id].value is not None or kept[q.id].why)
    )
    last = row.signoffs.order_by("-number").values_list("sha256", flat=True).first()
    return Snapshot(
        row.round_id, row.iso3, questionnaire.id, questionnaire.version, questionnaire.sha256,
        _CONSENT.get(str(values.get(CONSENT_QUESTION)), "totals"), given, str(values.get(INSTITUTION_QUESTION) or "")[:300],
        row.round.confidential, last or "",
    )  # fmt: skip


def _given(answer: AnswerValue, proofs: tuple[Proof, ...], sources: list[str]) -> Given:
    return Given(
        answer.question_id, answer.value, _day(answer.confirmed_at or answer.changed_at), answer.note, answer.why,
        answer.disagreement, answer.public, "; ".join(dict.fromkeys(sources))[:500], proofs,
    )  # fmt: skip


def _day(moment: datetime) -> str:
    return moment.date().isoformat()


def proof_of(piece: Evidence) -> Proof:
    """A piece of evidence as it is signed."""
    facts = {name: getattr(piece, name) for name in _FACTS if getattr(piece, name)}
    return Proof(
        piece.title, piece.kind, piece.url, piece.file_id or "", piece.file_name, piece.language, piece.place,
        piece.public and piece.consent, facts,
    )  # fmt: skip
