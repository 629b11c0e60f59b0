"""Too much at once: how a process knows it, and what of a report it takes then. Rules: OVER-nn in docs/hotline.md.

A web server hands few requests at a time to a process, so that a count alone says little; what counts is how long storing takes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Lock
from time import monotonic

from cop.hotline.core.body import Body

MOST_AT_ONCE = 16
LONG = 1.0  # seconds that storing one report may take; it takes some milliseconds
LASTS = 30.0  # seconds for which a long one counts


class Load:
    """How many reports are being stored in this process, and whether storing takes long; in memory alone."""

    def __init__(self, most: int = MOST_AT_ONCE, long: float = LONG, lasts: float = LASTS) -> None:
        self.most, self.long, self.lasts = most, long, lasts
        self._inside, self._until = 0, 0.0
        self._lock = Lock()

    @property
    def heavy(self) -> bool:
        """More at once than the most, or a store within the last 30 seconds that took too long or failed (OVER-01)."""
        return self._inside > self.most or monotonic() < self._until

    @contextmanager
    def one(self, failures: tuple[type[BaseException], ...]) -> Iterator[None]:
        """Counts one report in, and how long it takes; `failures` are what a store raises that is too busy."""
        with self._lock:
            self._inside += 1
        start, failed = monotonic(), False
        try:
            yield
        except failures:
            failed = True
            raise
        finally:
            with self._lock:
                self._inside -= 1
                if failed or monotonic() - start >= self.long:
                    self._until = monotonic() + self.lasts


def shortened(body: Body) -> Body:
    """What is taken under overload: the address alone, else the place; words alone are taken as they are (OVER-02)."""
    kept = Body(language=body.language, reporter=body.reporter)
    if body.address:
        return replace(kept, address=body.address)
    if body.place:
        return replace(kept, place=body.place, place_kind=body.place_kind)
    return body
