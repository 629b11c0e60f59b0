"""The thread on one answer: open, asked, answered, settled (RND-14)."""

from __future__ import annotations

from enum import StrEnum

from cop.ground.core.door import mark
from cop.observatory.core.rounds.refusals import Refused


class Thread(StrEnum):
    """Where a thread stands. Nothing was asked in an open one; a settled one may be asked again."""

    OPEN = "open"
    ASKED = "asked"
    ANSWERED = "answered"
    SETTLED = "settled"


THREADS = {
    Thread.OPEN: mark("nothing asked"),
    Thread.ASKED: mark("asked"),
    Thread.ANSWERED: mark("answered"),
    Thread.SETTLED: mark("settled"),
}


class Turn(StrEnum):
    """What somebody does in a thread."""

    ASK = "ask"
    ANSWER = "answer"
    SETTLE = "settle"


_TURNS: dict[tuple[Thread, Turn], Thread] = {
    (Thread.OPEN, Turn.ASK): Thread.ASKED,
    (Thread.ASKED, Turn.ASK): Thread.ASKED,
    (Thread.ASKED, Turn.ANSWER): Thread.ANSWERED,
    (Thread.ANSWERED, Turn.ANSWER): Thread.ANSWERED,
    (Thread.ANSWERED, Turn.ASK): Thread.ASKED,
    (Thread.ASKED, Turn.SETTLE): Thread.SETTLED,
    (Thread.ANSWERED, Turn.SETTLE): Thread.SETTLED,
    (Thread.SETTLED, Turn.ASK): Thread.ASKED,
}


def turned(thread: Thread, turn: Turn) -> Thread:
    """The thread after a turn. Raises Refused for one that doesn't follow (RND-14)."""
    found = _TURNS.get((thread, turn))
    if found is None:
        raise Refused("RND-14", mark("This can't be done in a thread where the state is: %(state)s."), state=THREADS[thread])
    return found


def waits_for_country(thread: Thread) -> bool:
    """Does the thread hold up the signature? Only a question without an answer does."""
    return thread is Thread.ASKED
