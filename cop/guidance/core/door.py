"""The Django-free door of `guidance`: the help answer of an area."""

from __future__ import annotations

import difflib
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path

from cop.ground.core.door import Ground, HelpArea, UnknownCode, ground
from cop.guidance.core.help_answer import (
    KIND_NAMES,
    NUMBER_TYPES,
    SERVICE_NAMES,
    Directory,
    HelpAnswer,
    as_dict,
    emergency_origin,
    help_answer,
    number_origin,
    read_directories,
)

__all__ = [
    "KIND_NAMES", "NUMBER_TYPES", "SERVICE_NAMES", "Directory", "Guidance", "HelpAnswer", "as_dict",
    "emergency_origin", "guidance", "number_origin",
]  # fmt: skip


class Guidance:
    """What the guidance room offers to others: for now the help finder."""

    def __init__(self, data: Ground) -> None:
        self.ground = data

    @cached_property
    def directories(self) -> tuple[Directory, ...]:
        return read_directories(self.ground)

    def area(self, code: str) -> HelpArea:
        """The help area with this ISO alpha-2 or alpha-3 code, in any case. Raises UnknownCode with the nearest codes."""
        places = self.ground.places
        found = places.help_area(code)
        if found is None:
            raise UnknownCode("help area", code, difflib.get_close_matches(code.upper(), places.help_areas, n=3, cutoff=0.5))
        return found

    def help(self, code: str, at: date) -> HelpAnswer:
        """The help answer of an area on a day. Raises UnknownCode."""
        return help_answer(self.ground, self.directories, self.area(code), at)


@lru_cache(maxsize=4)
def guidance(root: Path | None = None) -> Guidance:
    """The guidance room over the packaged reference data, or over a folder that replaces some of them."""
    return Guidance(ground(root))
