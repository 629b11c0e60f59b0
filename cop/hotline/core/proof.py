"""Flood protection that tracks nobody: proof of work bound to one report, and limits by a blinded network of the day (S-32).

A proof or a ticket is for one seed and, once something was stored with it, for that very text: the same can be sent again, and a
further message needs a new one. Each process remembers in memory what was used.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_urlsafe
from threading import Lock

from cop.accounts.core.door import network_of

LASTS = timedelta(minutes=20)
TICKET_LASTS = timedelta(hours=2)
RIPENS = 20  # seconds: somebody who writes is not slowed down, somebody who floods is
MOST_DIFFICULT = 26
_PARTS = 4


class BadProof(ValueError):
    """A proof of work that does not hold; the message says why and what to do."""


def challenge(secret: bytes, at: datetime, difficulty: int) -> str:
    """A fresh challenge: moment in seconds, number of zero bits asked for (0 to 26), random signs, and the HMAC over them."""
    if not 0 <= difficulty <= MOST_DIFFICULT:
        raise ValueError(f"the difficulty {difficulty} is not from 0 to {MOST_DIFFICULT}")
    start = f"{int(at.timestamp())}.{difficulty}.{token_urlsafe(12)}"
    return f"{start}.{_signature(secret, start)}"


def check_proof(secret: bytes, proof: str, seed: str, at: datetime) -> None:
    """Raises BadProof unless `proof` is a challenge of ours of the last 20 minutes, a colon and the number that solves it.

    SHA-256 over challenge, colon, seed, colon, number begins with as many zero bits as the challenge asks for.
    """
    text, _, counter = proof.rpartition(":")
    parts = text.split(".")
    if (
        len(proof) > 200
        or len(parts) != _PARTS
        or not counter
        or len(counter) > 20
        or not (proof.isascii() and proof.isprintable())
    ):
        raise BadProof("it is a challenge, a colon and the number that was found")
    start, signature = text.rpartition(".")[::2]
    if not hmac.compare_digest(_signature(secret, start), signature):
        raise BadProof("the challenge is not one of ours; fetch a new one")
    age = at.timestamp() - int(parts[0])
    if abs(age) > LASTS.total_seconds():  # a clock may have jumped back
        raise BadProof("the challenge is too old; fetch a new one")
    if zero_bits(f"{text}:{seed}:{counter}") < int(parts[1]):
        raise BadProof("the number does not solve the challenge for this idempotency_key")


def ticket(secret: bytes, seed: str, at: datetime) -> str:
    """What stands in for a proof of work without a script: it is for one seed, and ripens in 20 seconds."""
    start = str(int(at.timestamp()))
    return f"{start}.{_signature(secret, f'{start} {seed}')}"


def check_ticket(secret: bytes, text: str, seed: str, at: datetime) -> int:
    """Seconds until a ticket is ripe, 0 where it is. Raises BadProof for one of others, for another seed, or too old."""
    start, _, signature = text.partition(".")
    if not (start.isascii() and start.isdigit() and len(start) < 16 and signature.isascii()):
        raise BadProof("it is no ticket of ours; open the page again")
    if not hmac.compare_digest(_signature(secret, f"{start} {seed}"), signature):
        raise BadProof("it is no ticket of ours; open the page again")
    age = at.timestamp() - int(start)
    if not -60 <= age <= TICKET_LASTS.total_seconds():  # a clock may have jumped
        raise BadProof("it is more than two hours old, or from a clock that was wrong; open the page again")
    return max(0, min(RIPENS, int(RIPENS - age) + (age % 1 > 0)))


def solve(text: str, seed: str) -> str:
    """The proof for a challenge, found by trying; about 2 to the power of its difficulty tries."""
    wanted, counter = int(text.split(".")[1]), 0
    start = hashlib.sha256(f"{text}:{seed}:".encode("ascii"))
    while True:
        tried = start.copy()
        tried.update(str(counter).encode("ascii"))
        if _leading_zeros(tried.digest()) >= wanted:
            return f"{text}:{counter}"
        counter += 1


def zero_bits(text: str) -> int:
    """How many zero bits SHA-256 over `text` begins with."""
    return _leading_zeros(hashlib.sha256(text.encode("ascii")).digest())


def _leading_zeros(digest: bytes) -> int:
    return len(digest) * 8 - int.from_bytes(digest, "big").bit_length()


def _signature(secret: bytes, text: str) -> str:
    return hmac.digest(secret, f"challenge {text}".encode("ascii"), "sha256").hex()[:32]


class Spent:
    """Which proofs and tickets were used, and for which text: digests of both, the newest 100,000, in this process alone."""

    def __init__(self, most: int = 100_000) -> None:
        self.most = most
        self._used: OrderedDict[bytes, bytes] = OrderedDict()
        self._lock = Lock()

    def used(self, proof: str) -> bool:
        """Was something stored with this proof, or is it being stored now?"""
        return _short(proof) in self._used

    @contextmanager
    def use(self, proof: str, text: bytes) -> Iterator[None]:
        """Holds a proof for a text while that is stored, and for good where it was. Raises BadProof where another text has it."""
        key, value = _short(proof), hashlib.sha256(text).digest()[:16]
        with self._lock:
            known = self._used.get(key)
            if known is not None and known != value:
                raise BadProof("it was used for another text; fetch a new one")
            self._used[key] = value
            if len(self._used) > self.most:
                self._used.popitem(last=False)
        try:
            yield
        except BaseException:
            if known is None:  # nothing was stored
                with self._lock:
                    self._used.pop(key, None)
            raise


def _short(proof: str) -> bytes:
    return hashlib.sha256(proof.encode(errors="replace")).digest()[:16]


@dataclass
class _Bucket:
    left: float
    seen: float


class Limits:
    """How often a network may do something: a bucket of `most` that refills in an hour, in the memory of this process alone.

    Networks are kept as an HMAC under a salt of the day, which is drawn at random and never stored; at most `networks` of them.
    """

    def __init__(self, most: int, networks: int = 20_000) -> None:
        self.most, self.networks = most, networks
        self._salt, self._day = b"", ""
        self._buckets: OrderedDict[bytes, _Bucket] = OrderedDict()
        self._lock = Lock()

    def wait(self, address: str, at: datetime) -> int:
        """Counts one try from `address` at `at`: 0 where it may go on, else seconds until the next may."""
        moment = at.timestamp()
        with self._lock:
            if self._day != at.date().isoformat():
                self._day, self._salt = at.date().isoformat(), token_urlsafe(32).encode("ascii")
                self._buckets.clear()
            blind = hmac.digest(self._salt, network_of(address).encode("ascii"), "sha256")[:16]
            bucket = self._buckets.setdefault(blind, _Bucket(self.most, moment))
            self._buckets.move_to_end(blind)
            if len(self._buckets) > self.networks:
                self._buckets.popitem(last=False)
            rate = self.most / 3600
            bucket.left = min(self.most, bucket.left + max(0.0, moment - bucket.seen) * rate)
            bucket.seen = moment
            if bucket.left >= 1:
                bucket.left -= 1
                return 0
            return max(1, int((1 - bucket.left) / rate) + 1)
