"""The Django-free door of `guidance`: the help answer of an area, and guidance in every language."""

from __future__ import annotations

import difflib
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from threading import Lock

from cop.ground.core.door import Directory, Ground, HelpArea, UnknownCode, generation, ground
from cop.guidance.core.help_answer import (
    KIND_NAMES,
    NUMBER_TYPES,
    SERVICE_NAMES,
    HelpAnswer,
    as_dict,
    emergency_origin,
    full_origin,
    help_answer,
    how_to_reach,
    number_origin,
    origin_rows,
)
from cop.guidance.core.library import Guide, Library, Shown, read_library, status
from cop.guidance.core.measures import minutes_to_read
from cop.guidance.core.own_word import OwnWord, Word, add_word, digits, lasts_until, read_own_word
from cop.guidance.core.packs import Tongue
from cop.guidance.core.search import Finding, Index
from cop.guidance.core.topics import AUDIENCES, BANDS, RISK_MEANINGS, RISKS, Topic

__all__ = [
    "AUDIENCES", "BANDS", "KIND_NAMES", "NUMBER_TYPES", "RISKS", "RISK_MEANINGS", "SERVICE_NAMES", "Finding",
    "Guidance", "Guide", "HelpAnswer", "Library", "OwnWord", "Shown", "Tongue", "Topic", "Word", "add_word", "as_dict", "digits",
    "emergency_origin", "full_origin", "guidance", "how_to_reach", "lasts_until", "minutes_to_read", "number_origin", "origin_rows",
    "read_library", "read_own_word", "status",
]  # fmt: skip


class Guidance:
    """What the guidance room offers to others: the help finder, and guidance with its search.

    `folder` is the centre's own data folder, with its packs and its word on helpline numbers.
    """

    def __init__(self, data: Ground, folder: Path | None = None) -> None:
        self.ground = data
        self.folder = folder
        self._indexes: dict[str, Index] = {}

    @cached_property
    def own_word(self) -> OwnWord:
        """What the operator confirmed or withdrew."""
        return read_own_word(self.folder, self.ground.places)

    @cached_property
    def library(self) -> Library:
        """All guidance in use. Operators' packs with a fault are left out; `library.faults` names what is wrong."""
        return read_library(self.folder)

    def search(self, query: str, code: str) -> Finding:
        """The topics that fit a query in the language `code`, best first."""
        if code not in self._indexes:
            self._indexes[code] = Index(((shown.topic.audience, shown.text) for shown in self.library.all_of(code)), code)
        return self._indexes[code].search(query)

    @cached_property
    def directories(self) -> tuple[Directory, ...]:
        return self.ground.services.directories

    def area(self, code: str) -> HelpArea:
        """The help area with this ISO alpha-2 or alpha-3 code, in any case. Raises UnknownCode with the nearest codes."""
        places = self.ground.places
        found = places.help_area(code)
        if found is None:
            raise UnknownCode("help area", code, difflib.get_close_matches(code.upper(), places.help_areas, n=3, cutoff=0.5))
        return found

    def help(self, code: str, at: date) -> HelpAnswer:
        """The help answer of an area on a day. Raises UnknownCode."""
        return help_answer(self.ground, self.directories, self.area(code), at, self.own_word)


_ONE = Lock()


def guidance(root: Path | None = None, folder: Path | None = None) -> Guidance:
    """The guidance room over the packaged reference data, or over a folder `root` that replaces some of them, with the
    centre's own data `folder` as it stands at this moment."""
    with _ONE:  # one thread reads what a new generation brings; the others wait for it
        return _guidance(root, folder, generation(folder))


@lru_cache(maxsize=4)
def _guidance(root: Path | None, folder: Path | None, _generation: str) -> Guidance:
    return Guidance(ground(root), folder)
