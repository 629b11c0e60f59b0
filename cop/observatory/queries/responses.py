"""The response of one country as its desk pages show it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from cop.observatory.core.expressions import relevant_ids
from cop.observatory.core.questionnaire import Question, Questionnaire
from cop.observatory.core.rounds.clarifications import Thread
from cop.observatory.core.rounds.locks import Lock
from cop.observatory.core.rounds.prefill import Source
from cop.observatory.core.rounds.progress import Held, Progress, progress
from cop.observatory.core.rounds.responses import Response, may_write
from cop.observatory.core.rounds.saving import Content, content_of
from cop.observatory.core.rounds.stages import Stage
from cop.observatory.models import AnswerChange, AnswerSource, AnswerValue, Participation, PendingText
from cop.observatory.queries.questionnaires import questionnaire_by


@dataclass(frozen=True)
class LockView:
    """Who writes in a section."""

    section: str
    lock: Lock
    holder_name: str
    asked_name: str
    taken_at: datetime


@dataclass(frozen=True)
class ResponseView:
    """Where the response of a country stands. `signed_by` is the last signature in words: name, title, day, number."""

    round_id: str
    iso3: str
    stage: Stage
    response: Response
    writable: bool
    language: str
    invited_at: datetime | None
    submitted_at: datetime | None
    signed_at: datetime | None
    closes_at: datetime
    official_address: str
    alternate_address: str
    designation: str
    designation_name: str
    designated_on: date | None
    reason: str
    progress: Progress
    threads: Mapping[str, Thread]
    waiting: frozenset[str]
    locks: Mapping[str, LockView]
    signatures: int

    @property
    def asked_threads(self) -> int:
        return sum(thread is Thread.ASKED for thread in self.threads.values())

    @property
    def open_threads(self) -> int:
        return sum(thread in (Thread.ASKED, Thread.ANSWERED) for thread in self.threads.values())


def response_view(round_id: str, iso3: str) -> ResponseView | None:
    """The response of a country in a round; None where it takes no part. Six queries."""
    row = Participation.objects.select_related("round__questionnaire").filter(round_id=round_id, iso3=iso3).first()
    if row is None:
        return None
    return _view(row, questionnaire_by(row.round.questionnaire.sha256))


def _view(row: Participation, questionnaire: Questionnaire) -> ResponseView:
    kept = row.answers.values_list("question_id", "value", "why", "confirmed_at")
    held = {key: Held(value, why, confirmed is not None) for key, value, why, confirmed in kept}
    signatures = row.signoffs.count()
    stage, response = Stage(row.round.state), Response(row.state)
    threads = {key: Thread(state) for key, state in row.clarifications.values_list("question_id", "state")}
    waiting = frozenset(row.pending.filter(settled_at=None).values_list("question_id", flat=True))
    locks = {
        lock.section: LockView(
            lock.section,
            Lock(lock.holder, lock.ends_at, lock.asked_by, lock.asked_at),
            lock.holder_name,
            lock.asked_name,
            lock.taken_at,
        )
        for lock in row.locks.all()
    }
    return ResponseView(
        row.round_id, row.iso3, stage, response, may_write(response, stage, signed_before=signatures > 0), row.language,
        row.invited_at, row.submitted_at, row.signed_at, row.round.closes_at, row.official_address, row.alternate_address,
        row.designation_id or "", row.designation_name, row.designated_on, row.reason, progress(questionnaire, held), threads,
        waiting, locks, signatures,
    )  # fmt: skip


@dataclass(frozen=True)
class EvidenceView:
    """A piece of evidence as pages show it."""

    id: int
    kind: str
    title: str
    url: str
    file_name: str
    sha256: str
    size: int
    language: str
    place: str
    facts: Mapping[str, str]
    public: bool


@dataclass(frozen=True)
class Waiting:
    """A text that waits beside an answer."""

    id: int
    content: Content
    by: str
    at: datetime


@dataclass(frozen=True)
class AnswerView:
    """A question with everything that is held about its answer."""

    question: Question
    content: Content
    version: int
    origin: str
    confirmed: bool
    sources: tuple[Source, ...]
    evidence: tuple[EvidenceView, ...]
    waiting: tuple[Waiting, ...]
    thread: Thread
    arises: bool
    changed_at: datetime | None

    @property
    def answered(self) -> bool:
        return self.confirmed and (self.content.value is not None or bool(self.content.why))


def answers_of(round_id: str, iso3: str, questionnaire: Questionnaire, wanted: frozenset[str]) -> tuple[AnswerView, ...]:
    """The wanted questions of a country's response in the order of the questionnaire. Six queries, whatever their number."""
    row = Participation.objects.get(round_id=round_id, iso3=iso3)
    kept = {answer.question_id: answer for answer in row.answers.all()}
    sources: dict[int, list[Source]] = defaultdict(list)
    for source in AnswerSource.objects.filter(answer__participation=row, answer__question_id__in=wanted).order_by("pk"):
        sources[source.answer_id].append(_source(source))
    evidence: dict[str, list[EvidenceView]] = defaultdict(list)
    for piece in row.evidence.filter(withdrawn_at=None, question_id__in=wanted).select_related("file").order_by("pk"):
        evidence[piece.question_id].append(evidence_view(piece))
    waiting: dict[str, list[Waiting]] = defaultdict(list)
    for text in row.pending.filter(settled_at=None, question_id__in=wanted).order_by("pk"):
        waiting[text.question_id].append(_waiting(text))
    threads = dict(row.clarifications.filter(question_id__in=wanted).values_list("question_id", "state"))
    arising = relevant_ids(questionnaire, {key: found.value for key, found in kept.items() if found.value is not None})
    views = []
    for question in questionnaire.questions:
        if question.id in wanted:
            found = kept.get(question.id)
            views.append(
                AnswerView(
                    question, content_of_row(found), found.version if found else 0, found.origin if found else "",
                    found is not None and found.confirmed_at is not None, tuple(sources[found.pk]) if found else (),
                    tuple(evidence[question.id]), tuple(waiting[question.id]), Thread(threads.get(question.id, Thread.OPEN)),
                    question.id in arising, found.changed_at if found else None,
                )
            )  # fmt: skip
    return tuple(views)


def content_of_row(found: AnswerValue | None) -> Content:
    """The content of an answer; an empty one where there is none."""
    return Content(found.value, found.note, found.why, found.disagreement, found.public) if found else Content()


def _source(row: AnswerSource) -> Source:
    return Source(row.code, row.said, row.source, row.licence, row.as_of, row.file, row.row, row.column)


def _waiting(row: PendingText) -> Waiting:
    return Waiting(row.pk, content_of(row.given), row.by, row.at)


_FACTS = ("original_title", "enacted", "in_force", "amended", "repealed", "gazette", "scope", "territories")


def evidence_view(piece: Any) -> EvidenceView:
    """A row of evidence as pages show it."""
    facts = {name: getattr(piece, name) for name in _FACTS if getattr(piece, name)}
    return EvidenceView(
        piece.pk, piece.kind, piece.title, piece.url, piece.file_name, piece.file_id or "", piece.file.size if piece.file else 0,
        piece.language, piece.place, facts, piece.public,
    )  # fmt: skip


@dataclass(frozen=True)
class Message:
    """A message of a thread. `proposed` counts only where `proposes` is true."""

    kind: str
    text: str
    proposes: bool
    proposed: Any
    side: str
    at: datetime


@dataclass(frozen=True)
class Version:
    """One line in the history of an answer."""

    version: int
    content: Content
    origin: str
    by: str
    at: datetime


def thread_of(round_id: str, iso3: str, question_id: str) -> tuple[Message, ...]:
    """The messages of a thread, oldest first. Two queries."""
    row = Participation.objects.get(round_id=round_id, iso3=iso3)
    thread = row.clarifications.filter(question_id=question_id).first()
    if thread is None:
        return ()
    return tuple(Message(m.kind, m.text, m.proposes, m.proposed, m.side, m.at) for m in thread.messages.order_by("pk"))


def history_of(round_id: str, iso3: str, question_id: str) -> tuple[Version, ...]:
    """Every version of an answer, the newest first. One query."""
    rows = AnswerChange.objects.filter(
        participation__round_id=round_id, participation__iso3=iso3, question_id=question_id
    ).order_by("-version")
    return tuple(Version(row.version, content_of(row.after), row.origin, row.by, row.at) for row in rows)
