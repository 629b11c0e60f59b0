"""Put what sources say into answers as proposals to confirm (RND-11, RND-12)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from cop.ground.core.door import Answer, mark
from cop.ground.public import record, root
from cop.observatory.actions.rows import participation_row, round_row, thing_of
from cop.observatory.core.door import observatory
from cop.observatory.core.questionnaires.versions import carry_over
from cop.observatory.core.rounds.prefill import Prefilled, Source, prefilled
from cop.observatory.core.rounds.refusals import Refused
from cop.observatory.core.rounds.responses import Response, may_write
from cop.observatory.core.rounds.saving import Content
from cop.observatory.core.rounds.snapshot import Given, read_snapshot
from cop.observatory.core.rounds.stages import Stage
from cop.observatory.models import AnswerChange, AnswerSource, AnswerValue, Participation, Signoff
from cop.observatory.queries.questionnaires import questionnaire_by, questionnaire_of, version_map_of

_BEFORE_CLOSING = (Stage.DRAFT, Stage.REVIEW, Stage.OPEN)
Proposals = Sequence[tuple[Participation, Prefilled]]


@transaction.atomic
def prefill_round(*, round_id: str, at: datetime, actor: str) -> dict[str, int]:
    """Propose what the figures already held say to every country of a round; returns the rows used, by file.

    Questions that have an answer or a proposal are left alone, so doing it twice changes nothing. Raises Refused for a round that
    is closed already.
    """
    row = round_row(round_id)
    if Stage(row.state) not in _BEFORE_CLOSING:
        raise Refused("RND-06", mark("The round is not open."))
    questionnaire = questionnaire_of(row.questionnaire_id)
    held = observatory(root())
    taken = set(AnswerValue.objects.filter(participation__round=row).values_list("participation_id", "question_id"))
    found = [
        (country, proposal)
        for country in row.participations.all()
        for proposal in prefilled(questionnaire, held.answers(country.iso3), held.context(country.iso3, at.date()))
        if (country.pk, proposal.question_id) not in taken
    ]
    used = _propose(found, "register", at)
    if found:
        record(actor=actor, verb="prefill round", thing=f"round/{round_id}", at=at, answers=len(found), rows=sum(used.values()))
    return used


@transaction.atomic
def prefill_from_facts(*, round_id: str, iso3: str, answers: Mapping[str, Answer], at: datetime, actor: str) -> int:
    """Propose what a country's own workbook of facts says, `answers` by indicator code; returns how many questions it fills.

    What the country confirmed stays. Proposals of registers give way: the country's own workbook knows better.
    """
    row = _open_to_proposals(round_id, iso3)
    proposals = prefilled(questionnaire_of(row.round.questionnaire_id), answers, {})
    return _replace_proposals(row, proposals, "facts", at, actor)


@transaction.atomic
def prefill_from_round(*, round_id: str, iso3: str, earlier: str, at: datetime, actor: str) -> int:
    """Propose what the country signed last in an earlier round, by the map between the two questionnaires (QST-03).

    An answer is left out where its question was dropped, is a break in its series, or no longer takes the value.
    Raises Refused where the country signed nothing there.
    """
    last = (
        Signoff.objects.filter(participation__round_id=earlier, participation__iso3=iso3)
        .select_related("participation__round__questionnaire")
        .order_by("-number")
        .first()
    )
    if last is None:
        raise Refused("RND-11", mark("The country signed nothing in that round."))
    row = _open_to_proposals(round_id, iso3)
    before, now = last.participation.round.questionnaire.sha256, row.round.questionnaire.sha256
    signed = {given.question_id: given for given in read_snapshot(last.snapshot).answers}
    versions = version_map_of(before, now)
    values = {key: given.value for key, given in signed.items()}
    carried = carry_over(versions, questionnaire_by(before), questionnaire_by(now), values)
    proposals = [
        Prefilled(link.new, carried.answers[link.new], (_earlier_source(earlier, signed[link.old]),))
        for link in versions.links
        if link.new in carried.answers and link.new not in carried.breaks
    ]
    return _replace_proposals(row, proposals, "last_round", at, actor)


def _earlier_source(earlier: str, given: Given) -> Source:
    return Source("", str(given.value)[:200], "", "", given.as_of, f"round/{earlier}", None, given.question_id)


def _open_to_proposals(round_id: str, iso3: str) -> Participation:
    """The country in the round. Raises Refused once it has handed in or the round is over: then nothing is filled in."""
    row = participation_row(round_id, iso3)
    stage, response = Stage(row.round.state), Response(row.state)
    before = stage in _BEFORE_CLOSING and response in (Response.NOT_INVITED, Response.INVITED)
    if not before and not may_write(response, stage, signed_before=row.signoffs.exists()):
        raise Refused("RND-06", mark("Nothing can be filled in now: the answers are handed in, or the round is over."))
    return row


def _replace_proposals(row: Participation, proposals: Iterable[Prefilled], origin: str, at: datetime, actor: str) -> int:
    kept = {answer.question_id: answer for answer in row.answers.all()}
    free = [p for p in proposals if p.question_id not in kept or kept[p.question_id].confirmed_at is None]
    _drop([kept[p.question_id] for p in free if p.question_id in kept])
    _propose([(row, proposal) for proposal in free], origin, at, {key: answer.version for key, answer in kept.items()})
    record(actor=actor, verb=f"prefill from {origin}", thing=thing_of(row), at=at, answers=len(free))
    return len(free)


def _drop(answers: Sequence[AnswerValue]) -> None:
    AnswerValue.objects.filter(pk__in=[answer.pk for answer in answers]).delete()


def _propose(found: Proposals, origin: str, at: datetime, versions: Mapping[str, int] | None = None) -> dict[str, int]:
    """Writes proposals in few statements; returns the rows they stand on, by file."""
    base = versions or {}
    answers = AnswerValue.objects.bulk_create(
        AnswerValue(
            participation=row, question_id=proposal.question_id, value=proposal.value, origin=origin,
            version=base.get(proposal.question_id, 0) + 1, changed_by="system", changed_at=at,
        )
        for row, proposal in found
    )  # fmt: skip
    AnswerChange.objects.bulk_create(
        AnswerChange(
            participation=row, question_id=proposal.question_id, version=answer.version, after=Content(proposal.value).as_json(),
            origin=origin, by="system", at=at,
        )
        for (row, proposal), answer in zip(found, answers, strict=True)
    )  # fmt: skip
    sources = [
        AnswerSource(
            answer=answer, code=source.code, said=source.said[:200], source=source.source, licence=source.licence[:200],
            as_of=source.as_of, file=source.file[:200], row=source.row, column=source.column[:60],
        )
        for (_, proposal), answer in zip(found, answers, strict=True)
        for source in proposal.sources
    ]  # fmt: skip
    AnswerSource.objects.bulk_create(sources)
    return dict(Counter(source.file for source in sources))
