"""A number has a passport: the source, date, licence and method version that travel with every figure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cop.ground.core.dates import PartialDate
from cop.ground.core.tables import Cell, Passport, Table

METHOD_VERSION = "2026.1"
LICENCE = "CC BY 4.0; third-party data keep their own licence"


@dataclass(frozen=True)
class Provenance:
    """Where a figure comes from.

    `cells` are the cells of data files it was read or computed from. `as_of` is the last date that the source supports;
    a date in the year of access is cut at the day of access. `method` names the way it was computed, with its version.
    """

    source: str
    as_of: PartialDate | None
    licence: str
    cells: tuple[Cell, ...] = ()
    passports: tuple[Passport, ...] = ()
    confidence: str = "high"
    method: str = f"as published, {METHOD_VERSION}"
    stated_by_user: bool = False
    place: str = ""
    note: str = ""

    @property
    def citation(self) -> str:
        return "; ".join(dict.fromkeys(passport.citation for passport in self.passports)) or self.source


@dataclass(frozen=True)
class Figure:
    """A number with its unit and its provenance. `low` and `high` bound it where some answers are unknown."""

    value: float
    unit: str
    provenance: Provenance
    low: float | None = None
    high: float | None = None
    year: int | None = None
    projection: bool = False


def supported_until(as_of: PartialDate, accessed: date) -> PartialDate:
    """`as_of`, cut at the day the source was read: a page of `2026` read in November says nothing about December."""
    return as_of if as_of.counts_from <= accessed else PartialDate(as_of.text, accessed)


def provenance_of(
    table: Table,
    row: int,
    columns: tuple[str, ...],
    *,
    source: str = "",
    as_of: PartialDate | None = None,
    confidence: str = "",
    note: str = "",
) -> Provenance:
    """The provenance of a figure that stands in `columns` of line `row`; what isn't given is taken from the passport."""
    passport = table.passport
    return Provenance(
        source=source or passport.citation,
        as_of=supported_until(as_of or passport.as_of, passport.accessed),
        licence=passport.licence,
        cells=tuple(table.cell(row, column) for column in columns),
        passports=(passport,),
        confidence=confidence or passport.confidence,
        note=note,
    )
