"""Keys that people of the desk have unlocked: in the memory of this one process, gone at lock, shift end or restart."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Generic, TypeVar

IDLE = timedelta(minutes=30)
MOST_WRONG, WRONG_LASTS = 5, timedelta(minutes=15)
LONGEST_SHIFT = timedelta(hours=10)

Key = TypeVar("Key")


@dataclass(frozen=True)
class _Held(Generic[Key]):
    person: int
    key: Key
    until: datetime
    used: datetime


class Memory(Generic[Key]):
    """What sessions have unlocked. A session is known by the SHA-256 of its key, so that this memory gives no session away."""

    def __init__(self) -> None:
        self._held: dict[bytes, _Held[Key]] = {}
        self._wrong: dict[int, list[datetime]] = {}
        self._lock = Lock()

    def wrong(self, person: int, at: datetime) -> None:
        """Note a passphrase of somebody that opened nothing."""
        with self._lock:
            self._wrong[person] = [*self._lately(person, at), at]

    def must_wait(self, person: int, at: datetime) -> bool:
        """Did somebody try five wrong passphrases in the last quarter of an hour?"""
        with self._lock:
            return len(self._lately(person, at)) >= MOST_WRONG

    def _lately(self, person: int, at: datetime) -> list[datetime]:
        return [one for one in self._wrong.get(person, []) if abs(at - one) < WRONG_LASTS]

    def keep(self, session: str, person: int, key: Key, *, at: datetime, until: datetime) -> None:
        """Hold `key` for a session of `person` until the shift ends, at most ten hours on. Raises ValueError for no session."""
        if not session:
            raise ValueError("keys are held for a session only")
        until = min(until, at + LONGEST_SHIFT)
        with self._lock:
            self._held[_name(session)] = _Held(person, key, until, at)

    def held(self, session: str, person: int, at: datetime) -> Key | None:
        """The key that this session of `person` unlocked; None after its end, or after half an hour without use."""
        with self._lock:
            self._sweep(at)
            found = self._held.get(_name(session))
            if found is None or found.person != person:
                return None
            self._held[_name(session)] = replace(found, used=max(found.used, at))
            return found.key

    def until(self, session: str, at: datetime) -> datetime | None:
        """When the shift of this session ends; None where it is locked."""
        with self._lock:
            self._sweep(at)
            found = self._held.get(_name(session))
            return found.until if found else None

    def forget(self, session: str) -> None:
        """Lock one session."""
        with self._lock:
            self._held.pop(_name(session), None)

    def forget_person(self, person: int) -> None:
        """Lock every session of somebody."""
        with self._lock:
            self._held = {name: one for name, one in self._held.items() if one.person != person}

    def colleagues(self, person: int, at: datetime) -> int:
        """How many other people have unlocked at this moment (nobody works alone at night)."""
        with self._lock:
            self._sweep(at)
            return len({one.person for one in self._held.values()} - {person})

    def _sweep(self, at: datetime) -> None:
        ended = [name for name, one in self._held.items() if at >= one.until or at - one.used >= IDLE]
        for name in ended:
            del self._held[name]


def _name(session: str) -> bytes:
    return hashlib.sha256(session.encode()).digest()
