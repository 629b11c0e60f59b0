"""The audit trail: entries chained by their hashes, a head signed with the centre's own key, and faults found in a chain.

The key proves nothing against the operator, who holds it: a head counts once it is written down or lodged elsewhere (S-29).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from itertools import chain

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

NOTHING = "0" * 64
MOST_TEXT = 200
MOST_DETAILS = 4000
Details = Mapping[str, str | int]


class BadEntry(ValueError):
    """An entry that may not stand in the trail; the message names the part that may not."""


class BadHead(ValueError):
    """A head line that can't be read, or that none of the centre's keys signed."""


@dataclass(frozen=True)
class Entry:
    """One line of the trail. `details` is the canonical JSON text itself, `digest` the SHA-256 of everything else, in hex."""

    number: int
    at: datetime
    actor: str
    verb: str
    thing: str
    details: str
    previous: str
    digest: str = ""

    @property
    def canonical(self) -> bytes:
        """The bytes that the digest is made of: JSON of all parts but the digest, the moment in UTC to the microsecond."""
        moment = self.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        parts = [self.number, moment, self.actor, self.verb, self.thing, self.details, self.previous]
        return json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")

    @property
    def right_digest(self) -> str:
        """The digest that this entry should carry."""
        return hashlib.sha256(self.canonical).hexdigest()

    @property
    def sealed(self) -> Entry:
        """The same entry with its digest."""
        return replace(self, digest=self.right_digest)


@dataclass(frozen=True)
class Head:
    """How far the trail has come: the last entry's number (0: none) and its digest."""

    number: int = 0
    digest: str = NOTHING

    @property
    def signed_bytes(self) -> bytes:
        return f"cop audit head {self.number} {self.digest}".encode("ascii")


class Fault(StrEnum):
    """What can be wrong with a trail."""

    ALTERED = "altered"
    MISSING = "missing"
    REORDERED = "reordered"
    CUT_OFF = "cut off"
    ROLLED_BACK = "rolled back"


@dataclass(frozen=True)
class Finding:
    """The first fault of a trail, at the number of the entry where it shows."""

    fault: Fault
    number: int
    text: str

    def __str__(self) -> str:
        return self.text


def canonical_details(details: Details) -> str:
    """Details as sorted JSON. Raises BadEntry for what may be erasable personal data or is neither text nor whole number."""
    for name, value in details.items():
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise BadEntry(f"detail {name} of an audit entry is {type(value).__name__}; give text or a whole number")
        if isinstance(value, str) and "@" in value:
            raise BadEntry(f"detail {name} of an audit entry looks like an address of a person; name a pseudonym or a row instead")
    text = json.dumps(dict(details), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    if len(text) > MOST_DETAILS or "\\u0000" in text:
        raise BadEntry(f"the details of an audit entry are longer than {MOST_DETAILS} signs or hold a null byte")
    return text


def next_entry(head: Head, *, at: datetime, actor: str, verb: str, thing: str, details: Details) -> Entry:
    """The entry that follows `head`. Raises BadEntry for parts that may not stand in the trail."""
    for name, value in (("actor", actor), ("verb", verb), ("thing", thing)):
        if not value or len(value) > MOST_TEXT or "@" in value or "\0" in value:
            raise BadEntry(f"the {name} of an audit entry is empty, too long, or looks like an address of a person: {value[:40]!r}")
    if at.tzinfo is None:
        raise BadEntry("the moment of an audit entry has no time zone")
    return Entry(head.number + 1, at.astimezone(UTC), actor, verb, thing, canonical_details(details), head.digest).sealed


def signed(head: Head, key: Ed25519PrivateKey) -> str:
    """One line that can be written down: number, digest and signature, the last two in hex, parted by spaces."""
    return f"{head.number} {head.digest} {key.sign(head.signed_bytes).hex()}"


def read_head(line: str, keys: Iterable[Ed25519PublicKey]) -> Head:
    """The head in a line that one of `keys` signed. Raises BadHead otherwise."""
    parts = line.split()
    if len(parts) != 3 or not (parts[0].isascii() and parts[0].isdigit()) or len(parts[1]) != 64:
        raise BadHead("a head is a number, a digest of 64 signs and a signature, as `cop audit head` prints them")
    head = Head(int(parts[0][:18]), parts[1])
    try:
        signature, message = bytes.fromhex(parts[2]), head.signed_bytes
    except ValueError:
        raise BadHead("the head can't be read; copy the whole line that `cop audit head` printed") from None
    for key in keys:
        try:
            key.verify(signature, message)
        except InvalidSignature:
            continue
        return head
    raise BadHead(f"the head at entry {head.number} was not signed with a key of this centre")


def verify(entries: Iterable[Entry], stored: Head, known: Iterable[Head] = ()) -> Finding | None:
    """The first fault of a trail, or None when it is intact.

    entries: in the order of their numbers. stored: the head kept beside them. known: heads written down earlier, signatures
    already verified; each must be on the chain.
    """
    wanted = {head.number: head for head in sorted(known, key=lambda head: head.number) if head.number}
    previous, number = NOTHING, 0
    seen: list[str] = []
    rest = iter(entries)
    for entry in rest:
        number += 1
        if entry.number != number:
            return Finding(Fault.MISSING, number, f"entry {number} is missing; the next one is {entry.number}")
        if entry.digest != entry.right_digest or entry.previous != previous:
            return _misfit(entry, seen, chain([entry], rest))
        head = wanted.pop(number, None)
        if head is not None and head.digest != entry.digest:
            return Finding(
                Fault.ROLLED_BACK, number,
                f"entry {number} is another one than the head written down: the log was rewritten or replaced by an older copy",
            )  # fmt: skip
        previous = entry.digest
        seen.append(entry.digest)
    if stored.number > number:
        return Finding(Fault.CUT_OFF, number + 1, f"the log is cut off after entry {number}; there were {stored.number}")
    if (stored.number, stored.digest) != (number, previous):
        return Finding(
            Fault.ALTERED, number, f"the head kept beside the log stands at entry {stored.number}, the log ends with entry {number}"
        )
    if wanted:
        last = max(wanted)
        return Finding(
            Fault.ROLLED_BACK, number + 1,
            f"the log ends with entry {number}, but a head was written down at entry {last}: it was replaced by an older copy",
        )  # fmt: skip
    return None


def _misfit(entry: Entry, seen: list[str], rest: Iterator[Entry]) -> Finding:
    """Why an entry does not fit in its place: content of its own, another's place, or a gap that was closed by renumbering."""
    number = entry.number
    remaining = list(rest)
    home = _home(entry, number + len(remaining) + 1)
    if home is None:
        return Finding(Fault.ALTERED, number, f"entry {number} was altered")
    if home == number:  # itself whole, but chained to something else than the entry before
        return Finding(
            Fault.ALTERED, max(number - 1, 1), f"entry {number} does not follow from entry {number - 1}: one was rewritten"
        )
    if entry.previous in {*seen, *(other.digest for other in remaining)}:
        return Finding(Fault.REORDERED, number, f"entry {number} was moved: it belongs at {home}")
    return Finding(Fault.MISSING, number, f"entry {number} is missing; the one that stands there was numbered {home}")


def _home(entry: Entry, last: int) -> int | None:
    """The number under which this entry's digest is right."""
    for number in chain([entry.number], range(1, last + 1)):
        if replace(entry, number=number).right_digest == entry.digest:
            return number
    return None
