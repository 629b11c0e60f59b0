"""Messages to reporters: one person proposes, and where the reporter may be a child another lets it go (S-12)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from cop.accounts.public import Card
from cop.ground.core.door import Sentence, mark, words
from cop.ground.public import record
from cop.hotline.actions.messages import write
from cop.hotline.core.phrases import PHRASES, NotApproved, approved
from cop.hotline.core.sealing import open_draft, seal_draft
from cop.hotline.exchange.keystore import Keystore, month_of
from cop.hotline.models import Case, Draft, Report
from cop.hotline.queries.drafts import phrases_of

LONGEST = 2000


class DraftRefused(Exception):
    """What can't be written to a reporter so, or by this person; the message is a sentence."""


@transaction.atomic
def propose(*, report: int, phrase: str, text: str, keystore: Keystore, by: Card, at: datetime) -> bool:
    """Propose a message: the phrase of that code, or free words where the reporter is an adult. True where it went out at once.

    To somebody who may be a child nothing goes out before a second person read it (MSG-01), and phrases only (PHRASE-03), the
    first of which leads to help (PHRASE-04).
    Raises DraftRefused, Report.DoesNotExist.
    """
    row = Report.objects.select_for_update().get(pk=report)
    case = Case.objects.filter(pk=report).first()
    child = case is None or case.may_be_child
    if phrase:
        try:
            approved(phrase, may_be_child=child, sent=phrases_of(report))
        except NotApproved as refused:
            raise DraftRefused(refused.args[0]) from None
    elif child:
        raise DraftRefused(mark("to somebody who may be a child only approved phrases are written"))
    elif not 0 < len(text.strip()) <= LONGEST:
        raise DraftRefused(Sentence("write 1 to %(most)s signs, or choose a phrase", most=LONGEST))
    draft = Draft.objects.create(
        report=row, phrase=phrase, language=row.language or "en", proposed_by_id=by.id, proposed_at=at
    )  # fmt: skip
    if not phrase:
        draft.sealed = seal_draft(text, bytes(row.own_public), f"draft/{draft.pk}")
        draft.save(update_fields=["sealed"])
    record(actor=by.pseudonym, verb="propose message", thing=f"hotline/case/{report}", at=at, draft=draft.pk, phrase=draft.phrase)
    if child or not phrase:
        return False
    _send(draft, _phrase(draft), keystore, by, at)
    return True


@transaction.atomic
def decide(*, draft: int, send: bool, own: bytes, keystore: Keystore, by: Card, at: datetime) -> None:
    """Let a proposed message go out, or drop it, as another person than who proposed it. `own` is the report's private key.

    Raises DraftRefused, Draft.DoesNotExist.
    """
    row = Draft.objects.select_for_update().get(pk=draft)
    if row.sent is not None:
        raise DraftRefused(mark("this message was decided already"))
    if row.proposed_by_id == by.id:
        raise DraftRefused(mark("another person than who wrote it lets a message go"))
    if send:
        _send(row, _phrase(row) if row.phrase else open_draft(own, bytes(row.sealed), f"draft/{row.pk}"), keystore, by, at)
        return
    row.sent, row.decided_by_id, row.decided_at, row.sealed = False, by.id, at, b""
    row.save()
    record(actor=by.pseudonym, verb="drop message", thing=f"hotline/case/{row.report_id}", at=at, draft=row.pk)


def _phrase(draft: Draft) -> str:
    return words(draft.language)(PHRASES[draft.phrase].text)


def _send(draft: Draft, text: str, keystore: Keystore, by: Card, at: datetime) -> None:
    month = month_of(at)
    write(report=draft.report_id, text=text, thread=keystore.thread_key(month), month=month, actor=by.pseudonym, at=at)
    draft.sent, draft.decided_by_id, draft.decided_at, draft.sealed = True, by.id, at, b""
    draft.save()
