"""Take a report in: sealed in memory, stored durably, then answered with a receipt. Nothing accepted is lost."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock

from django.db import IntegrityError, transaction

from cop.ground.public import record
from cop.hotline.core.body import Body, mark_of, pack
from cop.hotline.core.receipt import Opened, opened, receipt_of
from cop.hotline.core.sealing import Keys, SealedReport, seal_from_reporter, seal_report
from cop.hotline.models import Message, Report, TeamKey

_one_writes = (
    Lock()
)  # SQLite lets one write and the others sleep; waiting here instead gives 251 reports a second instead of 175 with 16 clients
MOST_MESSAGES = 200  # of a reporter in one thread


class ThreadFull(Exception):
    """A thread that holds as many messages of its reporter as one may."""


class UnknownKeys(Exception):
    """Keys that a report was sealed to and that are none of ours."""


@dataclass(frozen=True)
class Accepted:
    """What was stored: the receipt and reference to hand out, and whether it is new, the same again, or a further message."""

    receipt: str
    reference: str
    what: str


@dataclass(frozen=True)
class _Arrived:
    """One sending, sealed; `packed` is what it says, where this process sealed it."""

    found: Opened
    sealed: SealedReport
    mark: str
    language: str
    team: str
    month: str
    at: datetime
    packed: bytes = b""


def receive(*, body: Body, seed: str, keys: Keys, at: datetime) -> Accepted:
    """Seal and store a report under the receipt that `seed` gives; durable when this returns.

    The same seed with the same report stores nothing ("again"); with another one it adds a message of the reporter ("message").
    Raises BadSeed, and ThreadFull after 200 messages.
    """
    found, packed = opened(receipt_of(seed)), pack(body)
    mark = mark_of(found.body_key, packed).hex()
    sealed = seal_report(packed, found.lookup, keys)
    return _take(seed, _Arrived(found, sealed, mark, body.language, keys.team_id, keys.month_id, at, packed))


def receive_sealed(
    *, sealed: SealedReport, mark: str, language: str, seed: str, team_id: str, month_id: str, at: datetime
) -> Accepted:  # fmt: skip
    """The same for what a browser sealed to a team key and a month key of ours. Raises UnknownKeys, ThreadFull."""
    if not TeamKey.objects.filter(pk=team_id).exists():
        raise UnknownKeys("this page is too old; open it again")
    return _take(seed, _Arrived(opened(receipt_of(seed)), sealed, mark, language, team_id, month_id, at))


def add_message(*, receipt: str, body: Body, at: datetime) -> bool:
    """Add a reporter's further words to the thread that a receipt opens; False where they stand there already.

    Raises Report.DoesNotExist, ThreadFull.
    """
    found, packed = opened(receipt), pack(body)
    mark = mark_of(found.body_key, packed).hex()
    with _one_writes:
        return _add(_Arrived(found, SealedReport(b"", b"", b""), mark, body.language, "", "", at, packed)) == "message"


def _take(seed: str, arrived: _Arrived) -> Accepted:
    what = "new"
    minute = arrived.at.replace(second=0, microsecond=0)  # no finer, so that it matches no line in a log of the network
    arrived = replace(arrived, at=minute)
    try:
        with _one_writes:
            _store(arrived)
    except IntegrityError:
        with _one_writes:
            what = _add(arrived)
    return Accepted(receipt_of(seed), arrived.found.reference, what)


@transaction.atomic
def _store(arrived: _Arrived) -> None:
    row = Report.objects.create(
        lookup=arrived.found.lookup.hex(), reference=arrived.found.reference, mark=arrived.mark, received_at=arrived.at,
        language=arrived.language, team=arrived.team, month=arrived.month, own_public=arrived.sealed.own_public,
        own_key=arrived.sealed.own_key, body=arrived.sealed.body, reply_to=arrived.found.reply_to,
    )  # fmt: skip
    _tell("receive", row.pk, arrived.sealed.body, arrived.at)


@transaction.atomic
def _add(arrived: _Arrived) -> str:
    """A second sending under one receipt: the same again, or a further message."""
    row = Report.objects.select_for_update().get(lookup=arrived.found.lookup.hex())
    said = Message.objects.filter(report=row, of_reporter=True)
    if row.mark == arrived.mark or said.filter(mark=arrived.mark).exists():
        return "again"
    if said.count() >= MOST_MESSAGES:
        raise ThreadFull(f"this report has {MOST_MESSAGES} messages; send a new report")
    message = uuid.uuid4().hex
    held: dict[str, object] = {
        "report": row,
        "at": arrived.at.replace(second=0, microsecond=0),
        "of_reporter": True,
        "mark": arrived.mark,
    }
    if arrived.packed:
        held["for_desk"] = seal_from_reporter(arrived.packed, bytes(row.own_public), message)
    else:  # a browser sealed it as a report of its own; so it stays
        held |= {"for_desk": arrived.sealed.body, "own_key": arrived.sealed.own_key, "team": arrived.team, "month": arrived.month}
    stored = Message.objects.create(name=message, **held)
    _tell("receive message", row.pk, stored.for_desk, stored.at)
    return "message"


def _tell(verb: str, report: int, sealed: bytes, at: datetime) -> None:
    """The audit trail holds a commitment to what was stored: what is deleted or replaced later is found."""
    record(actor="public", verb=verb, thing=f"hotline/report/{report}", at=at, commitment=hashlib.sha256(sealed).hexdigest())
