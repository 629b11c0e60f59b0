"""How a report is sealed: to a key of its own, which opens only with the key of its month and a key of the team together.

The month's key lies outside every backup and is deleted when the month's term ends; then no copy of the report opens any more. The
team's key is held by people. Messages to a reporter are sealed to the receipt's key, and around it to the month's thread key.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from cop.ground.core.door import fingerprint, new_key, public_half, seal, unseal
from cop.hotline.core.receipt import Opened

STEP = 512
BODY, KEY, MONTH = "report body", "report key", "report month"
ACCESS = "way to an address"
ADDRESS, SERVICE, DRAFT = "case address", "address for service", "draft of message"
TRACE = "trace evidence"
FROM_REPORTER, FOR_REPORTER, FOR_DESK, THREAD = "message of reporter", "message to reporter", "message copy", "message thread"


@dataclass(frozen=True)
class Keys:
    """The public halves to which a report of one month is sealed, each with its id."""

    team: bytes
    team_id: str
    month: bytes
    month_id: str
    thread: bytes


@dataclass(frozen=True)
class SealedReport:
    """A report as it is stored: nothing in it opens without the month's and the team's private keys."""

    own_public: bytes
    own_key: bytes
    body: bytes


@dataclass(frozen=True)
class SealedMessage:
    """A message as it is stored: `for_reporter` opens with receipt and thread key, `for_desk` with the report's own key."""

    for_reporter: bytes
    for_desk: bytes


def commitment(*parts: bytes | str) -> str:
    """SHA-256 over all parts of a stored row, each with its length, in hexadecimal: what changes in the row is found."""
    digest = hashlib.sha256()
    for part in parts:
        raw = part.encode() if isinstance(part, str) else bytes(part)
        digest.update(len(raw).to_bytes(8, "big") + raw)
    return digest.hexdigest()


def name_of(lookup: bytes) -> str:
    """How a report is called inside what is sealed."""
    return f"report/{lookup.hex()}"


def seal_report(packed: bytes, lookup: bytes, keys: Keys) -> SealedReport:
    """A packed report sealed to a fresh key of its own, and that key sealed to team and month."""
    own = new_key()
    public, record = public_half(own), name_of(lookup)
    inner = seal(keys.team, own, purpose=KEY, record=record, key=keys.team_id)
    outer = seal(keys.month, inner, purpose=MONTH, record=record, key=keys.month_id)
    return SealedReport(public, outer, seal(public, packed, purpose=BODY, record=record, key=fingerprint(public)))


def open_key(sealed: bytes, lookup: bytes, *, month: bytes, month_id: str, team: bytes, team_id: str) -> bytes:
    """A report's own private key, opened with the private keys of its month and its team. Raises NotOpened."""
    record = name_of(lookup)
    inner = unseal(month, sealed, purpose=MONTH, record=record, key=month_id)
    return unseal(team, inner, purpose=KEY, record=record, key=team_id)


def open_body(own: bytes, sealed: bytes, lookup: bytes) -> bytes:
    """A packed report, opened with its own private key. Raises NotOpened."""
    return unseal(own, sealed, purpose=BODY, record=name_of(lookup), key=fingerprint(public_half(own)))


def seal_from_reporter(packed: bytes, own_public: bytes, message: str) -> bytes:
    """A further message of a reporter, sealed to the report's own key. `message` is its id."""
    return seal(own_public, packed, purpose=FROM_REPORTER, record=message, key=fingerprint(own_public))


def open_from_reporter(own: bytes, sealed: bytes, message: str) -> bytes:
    """What `seal_from_reporter` sealed. Raises NotOpened."""
    return unseal(own, sealed, purpose=FROM_REPORTER, record=message, key=fingerprint(public_half(own)))


def seal_to_reporter(text: str, *, reply_to: bytes, own_public: bytes, thread: bytes, month_id: str, message: str) -> SealedMessage:
    """A message to a reporter: for the receipt inside the month's thread key, and a copy for the desk."""
    plain = _filled(text)  # an approved phrase is not told by its length
    inner = seal(reply_to, plain, purpose=FOR_REPORTER, record=message, key=fingerprint(reply_to))
    return SealedMessage(
        seal(thread, inner, purpose=THREAD, record=message, key=month_id),
        seal(own_public, plain, purpose=FOR_DESK, record=message, key=fingerprint(own_public)),
    )


def open_for_reporter(sealed: bytes, receipt: Opened, *, thread: bytes, month_id: str, message: str) -> str:
    """The text of a message, opened with the month's thread key and the receipt. Raises NotOpened."""
    inner = unseal(thread, sealed, purpose=THREAD, record=message, key=month_id)
    return (
        unseal(receipt.reply_key, inner, purpose=FOR_REPORTER, record=message, key=fingerprint(receipt.reply_to)).decode().rstrip()
    )


def open_copy(own: bytes, sealed: bytes, message: str) -> str:
    """The desk's copy of a message, opened with the report's own key. Raises NotOpened."""
    return unseal(own, sealed, purpose=FOR_DESK, record=message, key=fingerprint(public_half(own))).decode().rstrip()


def seal_address(text: str, own_public: bytes, name: str) -> bytes:
    """An address of a case, sealed to the report's own key. `name` is the address's own."""
    return _sealed(text, own_public, ADDRESS, name)


def open_address(own: bytes, sealed: bytes, name: str) -> str:
    """What `seal_address` sealed. Raises NotOpened."""
    return _opened(own, sealed, ADDRESS, name)


def seal_access(text: str, own_public: bytes, name: str) -> bytes:
    """The way to an address, sealed to the report's own key. `name` is the address's own."""
    return _sealed(text, own_public, ACCESS, name)


def open_access(own: bytes, sealed: bytes, name: str) -> str:
    """What `seal_access` sealed. Raises NotOpened."""
    return _opened(own, sealed, ACCESS, name)


def seal_for_service(text: str, service: bytes, name: str) -> bytes:
    """The address alone, sealed to the public half of the service key: the worker may trace it and write notices of it."""
    return _sealed(text, service, SERVICE, name)


def open_for_service(private: bytes, sealed: bytes, name: str) -> str:
    """What `seal_for_service` sealed, opened by the worker. Raises NotOpened."""
    return _opened(private, sealed, SERVICE, name)


def seal_draft(text: str, own_public: bytes, name: str) -> bytes:
    """Words to a reporter that wait for a second person, sealed to the report's own key."""
    return _sealed(text, own_public, DRAFT, name)


def open_draft(own: bytes, sealed: bytes, name: str) -> str:
    """What `seal_draft` sealed. Raises NotOpened."""
    return _opened(own, sealed, DRAFT, name)


def seal_trace(text: str, own_public: bytes, name: str) -> bytes:
    """What a trace found, sealed to the report's own key. `name` is the trace's own."""
    return _sealed(text, own_public, TRACE, name)


def open_trace(own: bytes, sealed: bytes, name: str) -> str:
    """What `seal_trace` sealed. Raises NotOpened."""
    return _opened(own, sealed, TRACE, name)


def _sealed(text: str, public: bytes, purpose: str, name: str) -> bytes:
    return seal(public, _filled(text), purpose=purpose, record=name, key=fingerprint(public))


def _opened(private: bytes, sealed: bytes, purpose: str, name: str) -> str:
    return unseal(private, sealed, purpose=purpose, record=name, key=fingerprint(public_half(private))).decode().rstrip()


def _filled(text: str) -> bytes:
    """Filled up with spaces, so that the length tells little."""
    plain = text.strip().encode()
    return plain.ljust(max(1, -(-len(plain) // STEP)) * STEP)
