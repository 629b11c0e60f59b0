"""The Django-free door of `ground`: other rooms import from here and from nowhere deeper."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from cop.ground.core.answers import NOTHING_HELD, Answer, Reading, State, Why, expiry, read
from cop.ground.core.criteria import Gap, Interval, all_of, at_least, gaps, score
from cop.ground.core.dates import PartialDate, add_months, first_day, from_day, parse_date
from cop.ground.core.documents import naming, read_yaml
from cop.ground.core.generation import advance, generation
from cop.ground.core.hpke import NotOpened, fingerprint, new_key, public_half, seal, unseal
from cop.ground.core.phrases import AGES, CONFIDENCES, STATES, UNITS, WHYS, state_words
from cop.ground.core.places import GROUPS, ITU_REGIONS, SPECIAL_GROUPS, Country, HelpArea, Places, UnknownCode, in_group, region_key
from cop.ground.core.populations import CHILD_AGES, VINTAGES, InternetUse, Populations
from cop.ground.core.provenance import LICENCE, METHOD_VERSION, Figure, Provenance, provenance_of, supported_until
from cop.ground.core.services import WORLDWIDE, Directory, EmergencyNumber, NumberType, Service, Services, one_a_service
from cop.ground.core.suppression import (
    SmallCount,
    SumOfParts,
    Suppression,
    countable_groups,
    fewest_in_totals,
    hidden,
    pooled,
    read_suppression,
)
from cop.ground.core.tables import PACKAGE, Cell, DataError, Passport, Reference, Table, read_passport, verify
from cop.ground.core.vocabulary import Term, Vocabulary, read_vocabulary
from cop.ground.core.words import BY_CODE, LANGUAGES, TAG, Language, Sentence, Words, mark, words

__all__ = [
    "AGES",
    "BY_CODE",
    "CHILD_AGES",
    "CONFIDENCES",
    "GROUPS",
    "ITU_REGIONS",
    "LANGUAGES",
    "LICENCE",
    "METHOD_VERSION",
    "NOTHING_HELD",
    "PACKAGE",
    "SPECIAL_GROUPS",
    "STATES",
    "TAG",
    "UNITS",
    "VINTAGES",
    "WHYS",
    "WORLDWIDE",
    "Answer",
    "Cell",
    "Country",
    "DataError",
    "Directory",
    "EmergencyNumber",
    "Figure",
    "Gap",
    "Ground",
    "HelpArea",
    "InternetUse",
    "Interval",
    "Language",
    "MapShape",
    "NotOpened",
    "NumberType",
    "PartialDate",
    "Passport",
    "Places",
    "Populations",
    "Provenance",
    "Reading",
    "Reference",
    "Sentence",
    "Service",
    "Services",
    "SmallCount",
    "State",
    "SumOfParts",
    "Suppression",
    "Table",
    "Term",
    "UnknownCode",
    "Vocabulary",
    "Why",
    "Words",
    "add_months",
    "advance",
    "all_of",
    "at_least",
    "countable_groups",
    "expiry",
    "fewest_in_totals",
    "fingerprint",
    "first_day",
    "from_day",
    "gaps",
    "generation",
    "ground",
    "hidden",
    "in_group",
    "mark",
    "naming",
    "new_key",
    "one_a_service",
    "parse_date",
    "pooled",
    "provenance_of",
    "public_half",
    "read",
    "read_passport",
    "read_suppression",
    "read_yaml",
    "region_key",
    "score",
    "seal",
    "state_words",
    "supported_until",
    "unseal",
    "verify",
    "words",
]  # fmt: skip


@dataclass(frozen=True)
class MapShape:
    """A country or area on the world map: SVG path data, or a point for a state too small to be drawn."""

    iso3: str
    path: str
    x: int = 0
    y: int = 0

    @property
    def is_point(self) -> bool:
        return not self.path


class Ground:
    """The reference data of one folder, each part read when first asked for and then kept."""

    def __init__(self, root: Path | None = None) -> None:
        self.reference = Reference(root)

    @cached_property
    def places(self) -> Places:
        return Places(self.reference)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        return read_vocabulary(self.reference)

    @cached_property
    def services(self) -> Services:
        return Services(self.reference)

    @cached_property
    def internet_use(self) -> InternetUse:
        return InternetUse(self.reference)

    def populations(self, vintage: str = "2024") -> Populations:
        """One vintage of population figures: 2024 or 2019. Raises UnknownCode for another."""
        if vintage not in VINTAGES:
            raise UnknownCode("vintage", vintage, list(VINTAGES))
        return _populations(self.reference, vintage)

    @cached_property
    def world_map(self) -> tuple[MapShape, ...]:
        """Every shape and point of the world map, in the units of its passport."""
        rows = self.reference.table("ground", "world_map")
        return tuple(MapShape(r["iso3"], r["path"], int(r["x"] or 0), int(r["y"] or 0)) for r in rows)

    @cached_property
    def passports(self) -> tuple[Passport, ...]:
        """The passport of every data file of every room, ordered by name."""
        return tuple(
            read_passport(self.reference.path(room, f"{name}.passport.toml"), f"{room}/{name}")
            for room, name in self.reference.names
        )

    def passport(self, name: str) -> Passport:
        """The passport of `room/name`. Raises KeyError for a file that doesn't exist."""
        return {passport.name: passport for passport in self.passports}[name]

    @cached_property
    def release(self) -> str:
        """The id of this state of data and methods: method version and a digest of every data file and definition.

        Never fails: what can't be read changes the id, so that a page can still say what is wrong.
        """
        digest = hashlib.sha256()
        for room, name in self.reference.files:
            try:
                digest.update(self.reference.path(room, name).read_bytes())
            except OSError:
                digest.update(b"missing")
        return f"{METHOD_VERSION}-{digest.hexdigest()[:8]}"

    @cached_property
    def damaged(self) -> tuple[str, ...]:
        """Data files that are not whole, looked at once."""
        return tuple(file for file, problems in verify(self.reference).items() if problems)


@lru_cache
def _populations(reference: Reference, vintage: str) -> Populations:
    return Populations(reference, vintage)


@lru_cache(maxsize=4)
def ground(root: Path | None = None) -> Ground:
    """The reference data: the packaged ones, or those of a folder that replaces some of them."""
    return Ground(root)
