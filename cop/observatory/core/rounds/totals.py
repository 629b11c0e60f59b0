"""Totals over countries where none may be told from them: confidential rounds and answers not public (RND-24)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

LEAST = 5


@dataclass(frozen=True)
class Total:
    """How many of `of` countries gave each state; None in place of every count where they are too few or too alike."""

    of: int
    counts: Mapping[str, int] | None


def total(states: Mapping[str, str]) -> Total:
    """The total of the answers of countries to one question, by country code.

    Suppressed as a whole under five countries, and where all gave the same answer: then the total would tell each of them.
    A single suppressed count could be worked out from the others, so counts are never suppressed one by one.
    """
    counts = Counter(states.values())
    if len(states) < LEAST or len(counts) < 2:
        return Total(len(states), None)
    return Total(len(states), dict(counts))


def may_show_both(inner: int, outer: int) -> bool:
    """May a total over `inner` countries stand beside one over `outer` that contains it?

    Only if nothing or five countries at least lie between: else the difference tells about the few.
    """
    return outer == inner or outer - inner >= LEAST
