"""The duty desk: who is told, day and night, that a child is in danger, and when an alarm rings because nobody did it (S-03).

What goes there is a reference, the minute, that a child is said to be in danger, and a link to say "I have it". What a report says
is told by phone. Rules: DUTY-nn in docs/hotline.md.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from secrets import choice
from urllib.parse import urlsplit

from cop.ground.core.door import BY_CODE, Sentence, mark

TEST_LASTS = timedelta(days=30)
PRESS_WITHIN = timedelta(minutes=5)
ANSWER_WITHIN = timedelta(minutes=15)
RING_EVERY, LATER_EVERY = timedelta(minutes=5), timedelta(hours=1)
MOST_QUICK_RINGS = 12  # an hour of them; then one an hour, for as long as nobody acts
CHANNELS = ("mail", "hook")
NOTES: dict[str, str] = {
    "read": mark("I have read the report"),
    "unread": mark("Nobody has read the report yet"),
    "called": mark("I called the duty desk as well"),
}
ENDINGS: dict[str, str] = {
    "no_danger": mark("It was read: no child is in danger"),
    "same_danger": mark("The duty desk has it by another report"),
    "by_phone": mark("The duty desk was told by phone alone"),
}
_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that sounds or looks like another one
_GROUPS, _GROUP = 4, 4
_MAIL = re.compile(r"[^\s@,;<>\"]{1,64}@[^\s@,;<>\"]{1,180}")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_LONGEST = {"name": 200, "phone": 60, "mail": 254, "hook": 1000, "hours": 300}


@dataclass(frozen=True)
class DutyRules:
    """The duty desk of the police, as a lead declared it. Without a `channel` it is told by phone."""

    name: str = ""
    phone: str = ""
    mail: str = ""
    hook: str = ""
    hours: str = ""
    language: str = "en"

    @property
    def channel(self) -> str:
        """The way of a message: the web hook where there is one, else mail; nothing where there is neither."""
        return "hook" if self.hook else "mail" if self.mail else ""

    @property
    def target(self) -> str:
        """A digest of the way and its address: a test counts for the very address it went to."""
        return hashlib.sha256(f"{self.channel} {self.hook or self.mail}".encode()).hexdigest()


def read_duty(table: object, faults: list[str]) -> DutyRules:
    """The duty desk in the table [duty] of a declaration; what is wrong is added to `faults` (DUTY-01).

    Without the table there is no duty desk; with it, a name and a phone number are needed, and a mail address or a web hook.
    """
    if table is None:
        return DutyRules()
    if not isinstance(table, dict):
        faults.append(Sentence("%(name)s must be a table", name="duty"))
        return DutyRules()
    before = len(faults)
    held = {name: _text(table.get(name, ""), name, faults) for name in _LONGEST}
    faults += [Sentence("%(name)s is unknown", name=f"duty.{name}") for name in table if name not in (*_LONGEST, "language")]
    faults += [Sentence("%(name)s is missing", name=f"duty.{name}") for name in ("name", "phone", "hours") if not held[name]]
    if not held["mail"] and not held["hook"]:
        faults.append(mark("duty needs a mail address or a web hook"))
    if held["mail"] and not _MAIL.fullmatch(held["mail"]):
        faults.append(mark("duty.mail is no mail address"))
    if held["phone"] and not any(sign.isdecimal() for sign in held["phone"]):
        faults.append(mark("duty.phone holds no number"))
    if held["hook"] and not is_hook(held["hook"]):
        faults.append(mark("duty.hook must be an https address without a password in it"))
    language = table.get("language", "en")
    if language not in BY_CODE:
        faults.append(Sentence("%(name)s must be one of %(codes)s", name="duty.language", codes=", ".join(BY_CODE)))
    return DutyRules() if len(faults) > before else DutyRules(**held, language=language)


def _text(value: object, name: str, faults: list[str]) -> str:
    if isinstance(value, str) and len(value) <= _LONGEST[name] and value.isprintable():
        return value.strip()
    faults.append(Sentence("%(name)s must be one line of at most %(most)s signs", name=f"duty.{name}", most=_LONGEST[name]))
    return ""


def is_hook(address: str) -> bool:
    """May a message go to this address? Over TLS, or to this very machine."""
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return False
    if not parts.hostname or parts.username is not None or parts.password is not None or parts.fragment or not address.isascii():
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)


@dataclass(frozen=True)
class Trial:
    """One test message: where it went, as a digest, when, and when it was acknowledged."""

    target: str
    sent_at: datetime
    acknowledged_at: datetime | None


def is_tested(rules: DutyRules, tests: Iterable[Trial], at: datetime) -> bool:
    """Was a test to this very desk sent and acknowledged within 30 days (DUTY-02)?"""
    return bool(rules.channel) and any(
        test.target == rules.target and test.acknowledged_at is not None and at - TEST_LASTS < test.sent_at <= at for test in tests
    )


class Lane(StrEnum):
    """How a danger stands: nobody has sent it, it waits for the duty desk, the desk is silent, it has it, or it was set aside."""

    UNSENT = "unsent"
    WAITING = "waiting"
    SILENT = "silent"
    ANSWERED = "answered"
    ASIDE = "aside"


LANES: dict[str, str] = {
    Lane.UNSENT: mark("Not sent"),
    Lane.SILENT: mark("Sent, and the duty desk is silent: call it"),
    Lane.WAITING: mark("Sent, waits for the duty desk"),
    Lane.ANSWERED: mark("The duty desk has it"),
    Lane.ASIDE: mark("Set aside"),
}
OPEN = (Lane.UNSENT, Lane.SILENT, Lane.WAITING)


def lane(*, sent: Iterable[datetime], answered: bool, aside: bool, at: datetime) -> Lane:
    """How a danger stands, by when it was sent; the last sending counts (DUTY-04, DUTY-05)."""
    if answered:
        return Lane.ANSWERED
    if aside:
        return Lane.ASIDE
    last = max(sent, default=None)
    if last is None:
        return Lane.UNSENT
    return Lane.SILENT if at - last >= ANSWER_WITHIN else Lane.WAITING


def must_ring(*, standing: Lane, received_at: datetime, rung: int, rung_at: datetime | None, at: datetime) -> bool:
    """Does the alarm ring now? Five minutes after a danger came in and nobody sent it, and while the duty desk is silent.

    Every five minutes twelve times, then every hour until somebody acts; a clock that jumps back silences nothing for longer.
    """
    if standing not in (Lane.UNSENT, Lane.SILENT):
        return False
    if rung_at is None:
        return standing is Lane.SILENT or not timedelta() <= at - received_at < PRESS_WITHIN
    return abs(at - rung_at) >= (RING_EVERY if rung < MOST_QUICK_RINGS else LATER_EVERY)


def new_code() -> str:
    """A code that acknowledges one message: 16 signs in four groups, 79 bits, readable on the phone."""
    return "-".join("".join(choice(_SIGNS) for _ in range(_GROUP)) for _ in range(_GROUPS))


def digest_of(code: str) -> str:
    """The digest of a code as it was typed: case, gaps and hyphens don't count. This alone is stored."""
    plain = "".join(sign for sign in code.upper()[:100] if sign.isalnum() and sign.isascii())
    return hashlib.sha256(f"duty {plain}".encode()).hexdigest()


def payload(*, kind: str, reference: str, received_at: datetime | None, link: str) -> dict[str, object]:
    """All that a web hook gets (DUTY-03). `kind` is `test` or `danger`; a test has neither reference nor minute."""
    held: dict[str, object] = {"kind": kind, "acknowledge": link}
    if kind == "danger":
        minute = received_at.replace(second=0, microsecond=0).isoformat() if received_at else None
        held |= {"reference": reference, "received": minute, "child_said_to_be_in_danger": True}
    return held
