"""The Django-free door of `front`: the country answer over packaged or replaced reference data."""

from __future__ import annotations

from pathlib import Path

from cop.front.core.country_answer import CountryAnswer, Fact, Rooms, country_answer
from cop.ground.core.door import ground
from cop.guidance.core.door import guidance
from cop.observatory.core.door import observatory

__all__ = ["CountryAnswer", "Fact", "Rooms", "country_answer", "rooms"]


def rooms(root: Path | None = None, folder: Path | None = None) -> Rooms:
    """The doors of all rooms over one set of reference data, with the centre's own data `folder` as it stands now."""
    return Rooms(ground(root), observatory(root), guidance(root, folder))
