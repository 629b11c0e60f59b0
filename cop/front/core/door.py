"""The Django-free door of `front`: the country answer over packaged or replaced reference data."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from cop.front.core.country_answer import CountryAnswer, Fact, Rooms, country_answer
from cop.ground.core.door import ground
from cop.guidance.core.door import guidance
from cop.observatory.core.door import observatory

__all__ = ["CountryAnswer", "Fact", "Rooms", "country_answer", "rooms"]


@lru_cache(maxsize=4)
def rooms(root: Path | None = None) -> Rooms:
    """The doors of all rooms over one set of reference data."""
    return Rooms(ground(root), observatory(root), guidance(root))
