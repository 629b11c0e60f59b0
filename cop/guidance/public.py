"""What other rooms may ask of `guidance` on the web."""

from __future__ import annotations

import logging
from contextlib import suppress
from functools import lru_cache

from django.conf import settings

from cop.ground.core.door import DataError, HelpArea
from cop.ground.public import data, reference, root
from cop.guidance.core.door import Guidance, guidance

__all__ = ["held", "own_area"]
log = logging.getLogger("cop")


def held() -> Guidance:
    """The guidance room over the data in use at this moment."""
    room = guidance(root(), data())
    _warn(room)
    return room


def own_area() -> HelpArea | None:
    """The area of the operator's own country, where one is set."""
    return reference().places.help_area(settings.COP_OWN_COUNTRY) if settings.COP_OWN_COUNTRY else None


@lru_cache(maxsize=4)
def _warn(room: Guidance) -> None:
    """Once a generation, what of the operator's own data is left out: the centre goes on without it."""
    for pack in room.library.refused:
        log.error("guidance pack %s is left out: %s", pack.name, pack.faults[0])
    with suppress(DataError):  # damaged reference data are told of where they are needed
        for problem in room.own_word.problems[:1]:
            log.error("no number is shown: %s", problem)
