"""Take a report in: sealed in memory, stored durably, then answered with a receipt. Nothing accepted is lost."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from django.db import IntegrityError, transaction

from cop.ground.public import record
from cop.hotline.core.body import Body, mark_of, pack
from cop.hotline.core.receipt import Opened, opened, receipt_of
from cop.hotline.core.sealing import Keys, SealedReport, seal_from_reporter, seal_report
from cop.hotline.models import Message, Report

_one_writes = (
    Lock()
)  # SQLite lets one write and the others sleep; waiting here instead gives 251 reports a second instead of 175 with 16 clients
MOST_MESSAGES = 200  # of a reporter in one thread


class ThreadFull(Exception):
    """A thread that holds as many messages of its reporter as one may."""


@dataclass(frozen=True)
class Accepted:
    """What was stored: the receipt and reference to hand out, and whether it is new, the same again, or a further message."""

    receipt: str
    reference: str
    what: str


def receive(*, body: Body, seed: str, keys: Keys, at: datetime) -> Accepted:
    """Seal and store a report under the receipt that `seed` gives; durable when this returns.

    The same seed with the same report stores nothing ("again"); with another one it adds a message of the reporter ("message").
    Raises BadSeed, and ThreadFull after 200 messages.
    """
    receipt = receipt_of(seed)
    found = opened(receipt)
    packed = pack(body)
    mark = mark_of(found.body_key, packed).hex()
    sealed = seal_report(packed, found.lookup, keys)
    minute = at.replace(second=0, microsecond=0)  # no finer, so that it matches no line in a log of the network
    try:
        with _one_writes:
            _store(found, sealed, mark, body.language, keys, minute)
        what = "new"
    except IntegrityError:
        what = _add(found, packed, mark, minute)
    return Accepted(receipt, found.reference, what)


@transaction.atomic
def _store(found: Opened, sealed: SealedReport, mark: str, language: str, keys: Keys, at: datetime) -> None:
    row = Report.objects.create(
        lookup=found.lookup.hex(), reference=found.reference, mark=mark, received_at=at, language=language,
        team=keys.team_id, month=keys.month_id, own_public=sealed.own_public, own_key=sealed.own_key, body=sealed.body,
        reply_to=found.reply_to,
    )  # fmt: skip
    record(
        actor="public", verb="receive", thing=f"hotline/report/{row.pk}", at=at, commitment=hashlib.sha256(sealed.body).hexdigest()
    )


@transaction.atomic
def _add(found: Opened, packed: bytes, mark: str, at: datetime) -> str:
    """A second sending under one receipt: the same again, or a further message."""
    row = Report.objects.select_for_update().get(lookup=found.lookup.hex())
    said = Message.objects.filter(report=row, of_reporter=True)
    if row.mark == mark or said.filter(mark=mark).exists():
        return "again"
    if said.count() >= MOST_MESSAGES:
        raise ThreadFull(f"this report has {MOST_MESSAGES} messages; send a new report")
    message = uuid.uuid4().hex
    sealed = seal_from_reporter(packed, bytes(row.own_public), message)
    Message.objects.create(name=message, report=row, at=at, of_reporter=True, mark=mark, for_desk=sealed)
    record(actor="public", verb="receive message", thing=f"hotline/report/{row.pk}", at=at,
           commitment=hashlib.sha256(sealed).hexdigest())  # fmt: skip
    return "message"
