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
from cop.observatory.core.expressions import value_problem
from cop.observatory.core.rounds.prefill import Prefilled, Source, prefilled
from cop.observatory.core.rounds.refusals import Refused
from cop.observatory.core.rounds.saving import Content
from cop.observatory.core.rounds.snapshot import read_snapshot
from cop.observatory.models import AnswerChange, AnswerSource, AnswerValue, Participation, Signoff
from cop.observatory.queries.questionnaires import questionnaire_of

Proposals = Sequence[tuple[Participation, Prefilled]]


@transaction.atomic
def prefill_round(*, round_id: str, at: datetime, actor: str) -> dict[str, int]:
    """Propose what the figures already held say to every country of a round; returns the rows used, by file.

    Questions that have an answer or a proposal are left alone, so doing it twice changes nothing.
    """
    row = round_row(round_id)
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
    row = participation_row(round_id, iso3)
    proposals = prefilled(questionnaire_of(row.round.questionnaire_id), answers, {})
    return _replace_proposals(row, proposals, "facts", at, actor)


@transaction.atomic
def prefill_from_round(*, round_id: str, iso3: str, earlier: str, at: datetime, actor: str) -> int:
    """Propose what the country signed last in an earlier round, where the question has the same id and takes the same value.

    Raises Refused where it signed nothing there.
    """
    row = participation_row(round_id, iso3)
    last = Signoff.objects.filter(participation__round_id=earlier, participation__iso3=iso3).order_by("-number").first()
    if last is None:
        raise Refused("RND-11", mark("The country signed nothing in that round."))
    known = {question.id: question for question in questionnaire_of(row.round.questionnaire_id).questions}
    proposals = [
        Prefilled(
            given.question_id, given.value, (Source("", str(given.value)[:200], "", "", given.as_of, f"round/{earlier}", None),)
        )
        for given in read_snapshot(last.snapshot).answers
        if given.value is not None and given.question_id in known and value_problem(known[given.question_id], given.value) is None
    ]
    return _replace_proposals(row, proposals, "last_round", at, actor)


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
            answer=answer, code=source.code, said=source.said, source=source.source, licence=source.licence[:200],
            as_of=source.as_of, file=source.file, row=source.row, column=source.column,
        )
        for (_, proposal), answer in zip(found, answers, strict=True)
        for source in proposal.sources
    ]  # fmt: skip
    AnswerSource.objects.bulk_create(sources)
    return dict(Counter(source.file for source in sources))
