"""People by age group and year, and Internet use: the denominators."""

from __future__ import annotations

from cop.ground.core.dates import parse_date
from cop.ground.core.provenance import Figure, provenance_of
from cop.ground.core.tables import Reference, Table

VINTAGES = ("2024", "2019")
AGES = {"0-17": "age_0_17", "0-14": "age_0_14", "15-17": "age_15_17", "total": "age_total"}
CHILD_AGES = ("0-17", "0-14")


class Populations:
    """One vintage of World Population Prospects. Persons, mid-year; later years than the base are projections."""

    def __init__(self, reference: Reference, vintage: str = "2024") -> None:
        self.vintage = vintage
        self.table: Table = reference.table("ground", f"populations_wpp{vintage}")
        self._rows = {(row["iso3"], int(row["year"])): (number, row) for number, row in self.table.numbered()}
        years = {year for _, year in self._rows}
        self.first_year, self.last_year = min(years), max(years)

    def nearest_year(self, year: int) -> int:
        """`year`, or the first or last year of the vintage when it lies outside."""
        return max(self.first_year, min(self.last_year, year))

    def people(self, iso3: str, year: int, ages: str = "0-17") -> int:
        """Persons of `ages` in the year; 0 for an area that the vintage leaves out."""
        found = self._rows.get((iso3, year))
        return int(found[1][AGES[ages]]) if found else 0

    def figure(self, iso3: str, year: int, ages: str = "0-17") -> Figure | None:
        """The same with its provenance, or None for an area that the vintage leaves out."""
        found = self._rows.get((iso3, year))
        if not found:
            return None
        number, row = found
        column = AGES[ages]
        provenance = provenance_of(self.table, number, (column,))
        projected = year > self.table.passport.as_of.counts_from.year
        return Figure(float(row[column]), "persons", provenance, year=year, projection=projected)


class InternetUse:
    """Individuals using the Internet, per cent of the whole population, by year."""

    def __init__(self, reference: Reference) -> None:
        self.table: Table = reference.table("ground", "internet_users")
        self._rows: dict[str, dict[int, tuple[int, str]]] = {}
        for number, row in self.table.numbered():
            self._rows.setdefault(row["iso3"], {})[int(row["year"])] = (number, row["internet_users_pct"])

    def figure(self, iso3: str, year: int) -> Figure | None:
        """The latest figure of `year` or earlier, or None."""
        held = self._rows.get(iso3, {})
        latest = max((y for y in held if y <= year), default=None)
        if latest is None:
            return None
        number, value = held[latest]
        provenance = provenance_of(self.table, number, ("internet_users_pct",), as_of=parse_date(str(latest)))
        return Figure(float(value), "per cent", provenance, year=latest)
