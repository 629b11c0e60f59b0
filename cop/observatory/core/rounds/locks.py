"""Who writes in a section: a lock that ends by itself and can be handed over (RND-10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

HELD = timedelta(minutes=15)
GRACE = timedelta(minutes=2)


@dataclass(frozen=True)
class Lock:
    """A lock of a section as it stands. `asked_by` is who waits for it, since `asked_at`."""

    holder: str
    ends_at: datetime
    asked_by: str = ""
    asked_at: datetime | None = None


def holds(lock: Lock | None, person: str, at: datetime) -> bool:
    """Does the person hold the section at this moment?"""
    return lock is not None and lock.holder == person and at < lock.ends_at


def is_free(lock: Lock | None, person: str, at: datetime) -> bool:
    """May the person take the section now?

    Nobody holds it, the holder's time ran out, the holder is the person, or the person asked for it and waited two minutes
    in vain. Taking it never loses words: what the former holder had saved stays, and what is saved later meets RND-09.
    """
    if lock is None or at >= lock.ends_at or lock.holder == person:
        return True
    return lock.asked_by == person and lock.asked_at is not None and at - lock.asked_at >= GRACE
