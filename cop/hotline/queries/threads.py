"""A reporter's thread, found and opened by the receipt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cop.ground.core.door import NotOpened
from cop.hotline.core.receipt import Opened
from cop.hotline.core.sealing import open_for_reporter
from cop.hotline.exchange.keystore import KeysMissing, Keystore
from cop.hotline.models import Message, Report


@dataclass(frozen=True)
class Said:
    """One message to the reporter; `text` is None where its term has ended and its key is gone."""

    at: datetime
    text: str | None


@dataclass(frozen=True)
class Thread:
    """What a receipt shows: the state of the report and the messages to its reporter, oldest first; never the report."""

    state: str
    reference: str
    received_at: datetime
    messages: tuple[Said, ...]


def is_there(found: Opened) -> bool:
    """Is there a report that this receipt opens?"""
    there: bool = Report.objects.filter(lookup=found.lookup.hex()).exists()
    return there


def thread(found: Opened, keystore: Keystore) -> Thread | None:
    """The thread that a receipt opens; None where there is none. Two queries."""
    row = Report.objects.filter(lookup=found.lookup.hex()).values("id", "state", "reference", "received_at").first()
    if row is None:
        return None
    held = Message.objects.filter(report=row["id"], of_reporter=False).order_by("id").values("name", "at", "month", "for_reporter")
    said = tuple(Said(message["at"], _text(message, found, keystore)) for message in held)
    return Thread(row["state"], row["reference"], row["received_at"], said)


def _text(message: dict[str, object], found: Opened, keystore: Keystore) -> str | None:
    try:
        month = str(message["month"])
        sealed = bytes(message["for_reporter"])  # type: ignore[call-overload]
        return open_for_reporter(sealed, found, thread=keystore.thread_key(month), month_id=month, message=str(message["name"]))
    except (KeysMissing, NotOpened):
        return None
