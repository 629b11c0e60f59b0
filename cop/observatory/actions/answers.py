"""Save, confirm and settle answers. Every version of an answer is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from cop.ground.core.door import mark
from cop.ground.public import record
from cop.observatory.actions.locks import keep_lock
from cop.observatory.actions.rows import participation_row, step, thing_of
from cop.observatory.core.questionnaire import Question
from cop.observatory.core.rounds.entries import is_asked
from cop.observatory.core.rounds.refusals import Refused
from cop.observatory.core.rounds.responses import Step
from cop.observatory.core.rounds.saving import Content, content_of, merge
from cop.observatory.models import AnswerChange, AnswerValue, Participation, PendingText
from cop.observatory.queries.questionnaires import questionnaire_of

WHYS = ("stated_unknown", "refused", "not_held")
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Entry:
    """What somebody gave for a question, having seen the answer in version `base` (0 for none). `confirm` accepts a proposal."""

    question_id: str
    base: int
    content: Content
    confirm: bool = False


@dataclass(frozen=True)
class Saved:
    """What came of a save. `receipt` names its entry in the audit trail, empty where nothing changed."""

    receipt: str
    at: datetime
    saved: tuple[str, ...]
    waiting: tuple[str, ...]


def receipt_of(number: int) -> str:
    """The receipt of an entry of the audit trail: r- and its number in base 36, four signs at least."""
    text = ""
    while number:
        number, rest = divmod(number, 36)
        text = DIGITS[rest] + text
    return f"r-{text.rjust(4, '0')}"


@transaction.atomic
def save_answers(
    *, round_id: str, iso3: str, section: str, entries: Sequence[Entry], at: datetime, actor: str, name: str = "",
    origin: str = "entered",
) -> Saved:  # fmt: skip
    """Save answers of one section. Nothing given is lost: what meets a change of somebody else waits beside it (RND-09).

    The section's lock is taken or renewed where it is free; where another holds it everything that differs waits (RND-10).
    Raises Refused where nothing may be written now (RND-06), or for a question that is not in the section.
    """
    row = participation_row(round_id, iso3)
    step(row, Step.WRITE)
    asked = _asked(row, section)
    held = keep_lock(row, section, actor, name, at)
    kept = {answer.question_id: answer for answer in row.answers.filter(question_id__in=[entry.question_id for entry in entries])}
    saved: list[str] = []
    waiting: list[str] = []
    for entry in entries:
        if entry.question_id not in asked:
            raise Refused("RND-13", mark("%(question)s is no question of this section."), question=entry.question_id[:64])
        became = _save(row, kept.get(entry.question_id), entry, held, at, actor, origin)
        (saved if became == "saved" else waiting if became == "waiting" else []).append(entry.question_id)
    if not saved and not waiting:
        return Saved("", at, (), ())
    row.save(update_fields=["state"])
    number = record(
        actor=actor, verb="save answers", thing=thing_of(row, section), at=at, saved=len(saved), waiting=len(waiting),
        questions=" ".join([*saved, *waiting])[:1500],
    )  # fmt: skip
    return Saved(receipt_of(number), at, tuple(saved), tuple(waiting))


def _asked(row: Participation, section: str) -> dict[str, Question]:
    questionnaire = questionnaire_of(row.round.questionnaire_id)
    if section not in {found.id for found in questionnaire.sections}:
        raise Refused("RND-13", mark("There is no such section."))
    return {q.id: q for q in questionnaire.questions if is_asked(q) and questionnaire.section_of(q.id).id == section}


def _save(
    row: Participation, kept: AnswerValue | None, entry: Entry, held: bool, at: datetime, actor: str, origin: str
) -> str:  # fmt: skip
    current = content_now(kept)
    version = kept.version if kept else 0
    if entry.content.why and entry.content.why not in WHYS:
        raise Refused("RND-13", mark("Choose one of the reasons in the list."))
    if entry.content == current:
        if kept is None or kept.confirmed_at is not None or not entry.confirm:
            return "unchanged"
        write(row, kept, current, at, actor, kept.origin)
        return "saved"
    base = current if entry.base == version else _content_at(row, entry.question_id, entry.base)
    merged = merge(base, current, entry.content)
    if merged.conflict or (not held and merged.content != current):
        return _let_wait(row, entry, at, actor)
    if merged.content == current:
        return "unchanged"
    write(row, kept or AnswerValue(participation=row, question_id=entry.question_id, version=0), merged.content, at, actor, origin)
    return "saved"


def content_now(kept: AnswerValue | None) -> Content:
    """The content of an answer as it stands; an empty one where there is none."""
    return Content(kept.value, kept.note, kept.why, kept.disagreement, kept.public) if kept else Content()


def _content_at(row: Participation, question_id: str, version: int) -> Content:
    """The content of an answer in an earlier version; an empty one for version 0 or one that never was."""
    return content_of(row.changes.filter(question_id=question_id, version=version).values_list("after", flat=True).first())


def _let_wait(row: Participation, entry: Entry, at: datetime, actor: str) -> str:
    given = entry.content.as_json()
    same = [text for text in row.pending.filter(question_id=entry.question_id, by=actor, settled_at=None) if text.given == given]
    if not same:
        PendingText.objects.create(
            participation=row, question_id=entry.question_id, base_version=entry.base, given=given, by=actor, at=at
        )
    return "waiting"


def write(row: Participation, kept: AnswerValue, content: Content, at: datetime, actor: str, origin: str) -> None:
    """Write a new version of an answer and its line in the history, inside the caller's transaction."""
    before = content_now(kept).as_json() if kept.pk else None
    kept.value, kept.note, kept.why = content.value, content.note, content.why
    kept.disagreement, kept.public, kept.origin = content.disagreement, content.public, origin
    kept.version += 1
    kept.confirmed_by, kept.confirmed_at, kept.changed_by, kept.changed_at = actor, at, actor, at
    kept.save()
    AnswerChange.objects.create(
        participation=row, question_id=kept.question_id, version=kept.version, before=before, after=content.as_json(),
        origin=origin, by=actor, at=at,
    )  # fmt: skip


@transaction.atomic
def settle_pending(*, round_id: str, iso3: str, question_id: str, pending_id: int, take: bool, at: datetime, actor: str) -> None:
    """Choose between an answer and what waits beside it: take the waiting one as a new version, or leave the answer.

    Either text stays in the history. Raises Refused where it was settled already or nothing may be written now.
    """
    row = participation_row(round_id, iso3)
    step(row, Step.WRITE)
    text = row.pending.filter(pk=pending_id, question_id=question_id, settled_at=None).first()
    if text is None:
        raise Refused("RND-09", mark("This text was settled already."))
    text.settled_at, text.settled_by, text.taken = at, actor, take
    text.save()
    if take:
        kept = row.answers.filter(question_id=text.question_id).first()
        fresh = kept or AnswerValue(participation=row, question_id=text.question_id, version=0)
        write(row, fresh, content_of(text.given), at, actor, "entered")
    row.save(update_fields=["state"])
    record(actor=actor, verb="settle waiting text", thing=thing_of(row, "answer", text.question_id), at=at, taken=int(take))
