"""Helplines, hotlines and emergency numbers, and which of them may be shown to a child (S-15 to S-18 of SAFEGUARDING.md)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

from cop.ground.core.dates import PartialDate, add_months, parse_date
from cop.ground.core.provenance import Provenance, provenance_of, supported_until
from cop.ground.core.tables import Reference, Table

SHOWN_FOR_MONTHS = 24
VOUCHING = ("provider", "government", "child_helpline_international")
WORLDWIDE = "ZZ"


class NumberType(StrEnum):
    """Where a number can be dialled: a short number only inside its country, and only an international one is E.164."""

    SHORT = "short"
    NATIONAL = "national"
    TOLLFREE = "tollfree"
    INTERNATIONAL = "international"
    NONE = "none"


@dataclass(frozen=True)
class Service:
    """One row of helplines.csv, or the word of a centre's own person. `number` is as printed; `as_of` is None for an undated row.

    `assignment` is stated where the source says that the numbering authority assigned the number. `hours` is 24/7, or as printed;
    `cost` is free or unsaid; `channels` are phone, chat, text, email, app or whatsapp.
    `confirmed_until` is the day until which a person of the centre vouches for the number, where one does.
    """

    iso2: str
    kind: str
    organisation: str
    number: str
    number_type: NumberType
    status: str
    assignment: str
    hours: str
    cost: str
    channels: tuple[str, ...]
    details: str
    url: str
    languages: str
    ages: str
    source_kind: str
    as_of: PartialDate | None
    confidence: str
    note: str
    provenance: Provenance
    confirmed_until: date | None = None

    def may_be_shown(self, at: date) -> bool:
        """May the number be shown to a child on the day `at`?

        Only where a person of the centre confirmed it and the confirmation has not expired, or where its own provider, a
        government or the international body gave it within 24 months and the row is of high confidence. A newspaper alone
        never vouches for a number.
        """
        if self.confirmed_until is not None:
            return at <= self.confirmed_until
        if self.source_kind not in VOUCHING:
            return False
        if self.confidence != "high" or self.as_of is None or not self.number or self.number_type is NumberType.NONE:
            return False
        if self.iso2 == WORLDWIDE or self.status == "old":
            return False
        return at <= add_months(self.as_of.counts_from, SHOWN_FOR_MONTHS)

    @property
    def dial(self) -> str:
        """The number as a telephone takes it: digits, with a leading plus only for an international one."""
        digits = "".join(sign for sign in self.number if sign.isdigit())
        return "+" + digits if self.number_type is NumberType.INTERNATIONAL else digits


@dataclass(frozen=True)
class EmergencyNumber:
    """One row of emergency_numbers.csv: `service` is all, police, ambulance or fire."""

    iso2: str
    service: str
    number: str
    as_of: PartialDate
    confidence: str
    note: str
    provenance: Provenance
    confirmed_until: date | None = None

    @property
    def may_be_shown(self) -> bool:
        """Only a number of high confidence without a tie note is shown, as listed on its date."""
        return self.confidence == "high" and not self.note


@dataclass(frozen=True)
class Directory:
    """An international service: `kind` is child_helplines, own_image_removal or hotlines."""

    kind: str
    name: str
    url: str
    provenance: Provenance


class Services:
    """All helplines, hotlines, portals and emergency numbers of one set of reference data."""

    def __init__(self, reference: Reference) -> None:
        self.reference = reference
        self.table: Table = reference.table("ground", "helplines")
        self.emergency_table: Table = reference.table("ground", "emergency_numbers")
        self._services: dict[str, list[Service]] = {}
        for number, row in self.table.numbered():
            self._services.setdefault(row["iso2"], []).append(_service(self.table, number, row))
        self._emergency: dict[str, list[EmergencyNumber]] = {}
        for number, row in self.emergency_table.numbered():
            self._emergency.setdefault(row["iso2"], []).append(_emergency(self.emergency_table, number, row))

    @cached_property
    def directories(self) -> tuple[Directory, ...]:
        """The international directories and services of the packaged list."""
        table = self.reference.table("ground", "directories")
        return tuple(
            Directory(
                row["kind"], row["name"], row["url"],
                provenance_of(table, number, ("name", "url"), source=row["source"], as_of=parse_date(row["as_of"])),
            )
            for number, row in table.numbered()
        )  # fmt: skip

    def of(self, iso2: str, *kinds: str) -> list[Service]:
        """The services of an area, of the given kinds (all kinds when none is given), in file order."""
        return [s for s in self._services.get(iso2, []) if not kinds or s.kind in kinds]

    def shown(self, iso2: str, at: date, *kinds: str) -> list[Service]:
        """Those whose number may be shown to a child on the day `at`."""
        return [s for s in self.of(iso2, *kinds) if s.may_be_shown(at)]

    def emergency_listed(self, iso2: str) -> list[EmergencyNumber]:
        """Every emergency number of an area that may be shown, in file order."""
        return [n for n in self._emergency.get(iso2, []) if n.may_be_shown]

    def emergency(self, iso2: str) -> list[EmergencyNumber]:
        """The emergency numbers that may be shown: one for all services where there is one, else one a service."""
        return one_a_service(self.emergency_listed(iso2))


def one_a_service(numbers: list[EmergencyNumber]) -> list[EmergencyNumber]:
    """The first number for all services where there is one, else the first of each service."""
    everything = [n for n in numbers if n.service == "all"]
    return everything[:1] or list({n.service: n for n in reversed(numbers)}.values())[::-1]


def _service(table: Table, number: int, row: dict[str, str]) -> Service:
    as_of = supported_until(parse_date(row["as_of"]), table.passport.accessed) if row["as_of"] else None
    provenance = provenance_of(
        table, number, ("number", "organisation", "as_of"), source=row["source_title"], as_of=as_of,
        confidence=row["confidence"], note=row["note"],
    )  # fmt: skip
    return Service(
        row["iso2"], row["kind"], row["organisation"], row["number"], NumberType(row["number_type"]),
        row["status"], row["assignment"], row["hours"], row["cost"], tuple(row["channels"].split()),
        row["details"], row["chat_or_web_url"], row["languages"], row["ages"], row["source_kind"], as_of, row["confidence"],
        row["note"], provenance,
    )  # fmt: skip


def _emergency(table: Table, number: int, row: dict[str, str]) -> EmergencyNumber:
    as_of = supported_until(parse_date(row["as_of"]), table.passport.accessed)
    provenance = provenance_of(table, number, ("number",), source=row["source_title"], as_of=as_of, confidence=row["confidence"])
    return EmergencyNumber(row["iso2"], row["service"], row["number"], as_of, row["confidence"], row["note"], provenance)
