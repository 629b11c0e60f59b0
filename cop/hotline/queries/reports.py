"""A report opened in the memory of the desk; media that a browser sealed unseen are cut before anything is shown (S-09)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from cop.ground.core.door import NotOpened
from cop.hotline.core.body import BadBody, Body, unpack
from cop.hotline.core.sealing import open_body, open_copy, open_from_reporter, open_key
from cop.hotline.exchange.keystore import KeysMissing, Keystore
from cop.hotline.models import Message, Report
from cop.hotline.queries.rings import RingRefused, Unlocked, team_key


@dataclass(frozen=True)
class Line:
    """One message of a thread: of the reporter, or to the reporter. `text` is None where it can't be opened any more."""

    at: datetime
    of_reporter: bool
    text: str | None
    body: Body | None = None


@dataclass(frozen=True)
class OpenReport:
    """A report as the desk reads it; `own` is its private key, in memory only."""

    number: int
    reference: str
    received_at: datetime
    state: str
    body: Body
    thread: tuple[Line, ...]
    own: bytes = field(default=b"", repr=False)


def open_report(number: int, unlocked: Unlocked, keystore: Keystore) -> OpenReport:
    """Report `number`, opened with the unlocked team key and its month's key.

    Raises Report.DoesNotExist, KeysMissing where the month's term has ended, NotOpened, BadBody, RingRefused.
    """
    row = Report.objects.get(pk=number)
    lookup = bytes.fromhex(row.lookup)

    def own_key(sealed: bytes, month: str, team: str) -> bytes:
        return open_key(
            sealed, lookup, month=keystore.month_key(month), month_id=month, team=team_key(unlocked, team), team_id=team
        )

    def line(message: Message) -> Line:
        try:
            return read(message)
        except (NotOpened, KeysMissing, BadBody, RingRefused):  # one that can't be opened hides no other
            return Line(message.at, message.of_reporter, None)

    def read(message: Message) -> Line:
        sealed = bytes(message.for_desk)
        if not message.of_reporter:
            return Line(message.at, False, open_copy(own, sealed, message.name))
        if message.own_key:
            body = unpack(open_body(own_key(bytes(message.own_key), message.month, message.team), sealed, lookup))
        else:
            body = unpack(open_from_reporter(own, sealed, message.name))
        return Line(message.at, True, body.note, body)

    own = own_key(bytes(row.own_key), row.month, row.team)
    lines = tuple(line(message) for message in Message.objects.filter(report=row).order_by("id"))
    return OpenReport(
        row.pk, row.reference, row.received_at, row.state, unpack(open_body(own, bytes(row.body), lookup)), lines, own
    )
