"""Take a report in: sealed in memory, stored durably, then answered with a receipt. Nothing accepted is lost."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock

from django.conf import settings
from django.db import DatabaseError, IntegrityError, OperationalError, connection, transaction

from cop.ground.public import record
from cop.hotline.core.body import Body, mark_of, pack
from cop.hotline.core.overload import Load, shortened
from cop.hotline.core.receipt import Opened, opened, receipt_of
from cop.hotline.core.sealing import Keys, SealedReport, seal_from_reporter, seal_report
from cop.hotline.models import Message, Report, TeamKey
from cop.hotline.queries.retention import is_erased

# SQLite lets one write and the others sleep; waiting here instead gives 251 reports a second instead of 175 with 16 clients.
_one_writes = Lock()
load = Load()
PATIENCE = 5.0  # seconds
A_MOMENT = timedelta(hours=1)  # how long a page may hold the team key before the newest
MOST_MESSAGES = 200  # of a reporter in one thread
_KEYS = TeamKey._meta.db_table
_TEAM = (
    f"SELECT one.public FROM {_KEYS} one LEFT JOIN {_KEYS} later ON later.earlier_id = one.id"  # noqa: S608 names of our own
    " WHERE one.id = %s AND (later.made_at IS NULL OR later.made_at >= %s)"
)


class ThreadFull(Exception):
    """A thread that holds as many messages of its reporter as one may."""


class ThreadEnded(ThreadFull):
    """A thread whose term has ended: nothing of it opens any more, and nothing more is taken for it."""


class UnknownKeys(Exception):
    """Keys that a report was sealed to and that are none of ours."""


@dataclass(frozen=True)
class Accepted:
    """What was stored: the receipt and reference to hand out, and whether it is new, the same again, or a further message.

    `short`: only its address was taken.
    """

    receipt: str
    reference: str
    what: str
    short: bool = False


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
    danger: bool = False


def receive(*, body: Body, seed: str, keys: Keys, at: datetime, danger: bool = False) -> Accepted:
    """Seal and store a report under the receipt that `seed` gives; durable when this returns. `danger`: a child is in danger now.

    Under overload the address alone is taken, unless a child is in danger; the rest can be added with the receipt (OVER-02).
    The same seed with the same report stores nothing ("again"); with another one it adds a message of the reporter ("message").
    Raises BadSeed, UnknownKeys where the team's key is none in use, and ThreadFull after 200 messages.
    """
    check_team(keys.team_id, at, keys.team)
    kept = shortened(body) if is_overloaded() and not danger else body
    found, packed = opened(receipt_of(seed)), pack(kept)
    mark = mark_of(found.body_key, packed).hex()
    sealed = seal_report(packed, found.lookup, keys)
    accepted = _take(seed, _Arrived(found, sealed, mark, body.language, keys.team_id, keys.month_id, at, packed, danger))
    return replace(accepted, short=kept != body)


def is_overloaded() -> bool:
    """Is too much going on to take whole reports? A person can say so too, with COP_HOTLINE_OVERLOAD=on (OVER-01)."""
    return settings.COP_HOTLINE_OVERLOAD == "on" or load.heavy


def receive_sealed(
    *, sealed: SealedReport, mark: str, language: str, seed: str, team_id: str, month_id: str, at: datetime, danger: bool = False
) -> Accepted:  # fmt: skip
    """The same for what a browser sealed to a team key and a month key of ours. Raises UnknownKeys, ThreadFull."""
    check_team(team_id, at)
    return _take(seed, _Arrived(opened(receipt_of(seed)), sealed, mark, language, team_id, month_id, at, danger=danger))


def check_team(team_id: str, at: datetime, public: bytes | None = None) -> None:
    """Raises UnknownKeys unless reports may be sealed to this team key: the newest, or for an hour the one before it.

    Whoever left may hold an earlier one, and nobody a key that the centre's own rows don't know.
    """
    with connection.cursor() as cursor:  # by hand, as each report asks: building the statement took ten times as long as asking
        cursor.execute(_TEAM, [team_id, connection.ops.adapt_datetimefield_value(at - A_MOMENT)])
        row = cursor.fetchone()
    if row is None or (public is not None and bytes(row[0]) != public):
        raise UnknownKeys(f"the team key {team_id} is none that is in use; run cop hotline status")


@contextmanager
def _turn() -> Iterator[None]:
    """One at a time writes to SQLite; somebody who waits too long is told to come again."""
    if connection.vendor != "sqlite":
        yield
        return
    if not _one_writes.acquire(timeout=PATIENCE):
        raise OperationalError("too many reports at once")
    try:
        yield
    finally:
        _one_writes.release()


def add_message(*, receipt: str, body: Body, at: datetime) -> bool:
    """Add a reporter's further words to the thread that a receipt opens; False where they stand there already.

    Raises Report.DoesNotExist, ThreadFull.
    """
    found, packed = opened(receipt), pack(body)
    mark = mark_of(found.body_key, packed).hex()
    with _turn():
        return _add(_Arrived(found, SealedReport(b"", b"", b""), mark, body.language, "", "", at, packed)) == "message"


def _take(seed: str, arrived: _Arrived) -> Accepted:
    what = "new"
    minute = arrived.at.replace(second=0, microsecond=0)  # no finer, so that it matches no line in a log of the network
    arrived = replace(arrived, at=minute)
    with load.one((DatabaseError, OSError)):
        try:
            with _turn():
                _store(arrived)
        except IntegrityError:
            with _turn():
                what = _add(arrived)
    return Accepted(receipt_of(seed), arrived.found.reference, what)


@transaction.atomic
def _store(arrived: _Arrived) -> None:
    row = Report.objects.create(
        lookup=arrived.found.lookup.hex(), reference=arrived.found.reference, mark=arrived.mark, received_at=arrived.at,
        language=arrived.language, team=arrived.team, month=arrived.month, own_public=arrived.sealed.own_public,
        own_key=arrived.sealed.own_key, body=arrived.sealed.body, reply_to=arrived.found.reply_to, danger=arrived.danger,
    )  # fmt: skip
    _tell("receive", row.pk, row.commitment, arrived.at)


@transaction.atomic
def _add(arrived: _Arrived) -> str:
    """A second sending under one receipt: the same again, or a further message."""
    row = Report.objects.select_for_update().get(lookup=arrived.found.lookup.hex())
    if is_erased(row.month):
        raise ThreadEnded("the term of this report has ended and it is erased; send a new report")
    if arrived.danger and not row.danger:  # said only now; it must not be lost because the words are the same
        row.danger = True
        row.save(update_fields=["danger"])
        record(actor="public", verb="mark danger", thing=f"hotline/report/{row.pk}", at=arrived.at)
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
    _tell("receive message", row.pk, stored.commitment, stored.at, message=message)
    return "message"


def _tell(verb: str, report: int, commitment: str, at: datetime, **more: str) -> None:
    """The audit trail holds a commitment to what was stored: what is deleted or changed later is found."""
    record(actor="public", verb=verb, thing=f"hotline/report/{report}", at=at, commitment=commitment, **more)
