"""Countries with their dated memberships and groups, and the areas for which help is listed."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from cop.ground.core.dates import PartialDate, parse_date
from cop.ground.core.tables import Reference, Table
from cop.ground.core.words import Language


@dataclass(frozen=True)
class Country:
    """A country of the list of 195. `row` is its line in countries.csv.

    `member_from` is None for states that are no ITU member; members before 2008 have the earliest date.
    """

    iso3: str
    iso2: str
    m49: str
    un_member: bool
    itu_region: str
    m49_region: str
    m49_subregion: str
    lldc: bool
    sids: bool
    member_from: date | None
    ldc_from: date | None
    ldc_until: PartialDate | None
    names: Mapping[str, str]
    un_names: Mapping[str, str]
    row: int

    def name(self, language: Language) -> str:
        """The name shown in `language` (CLDR)."""
        return self.names[language.suffix]

    def is_member(self, at: date) -> bool:
        """Was it a member state of ITU on the day `at`?"""
        return self.member_from is not None and self.member_from <= at

    def is_ldc(self, at: date) -> bool:
        """Was it a least developed country on the day `at`? A planned exit counts from its planned day."""
        if self.ldc_from is None or at < self.ldc_from:
            return False
        return self.ldc_until is None or at < self.ldc_until.counts_from


@dataclass(frozen=True)
class HelpArea:
    """A place where a child may need a number: every ISO 3166-1 area and Kosovo. Says nothing about status."""

    iso2: str
    iso3: str
    country: str
    names: Mapping[str, str]

    def name(self, language: Language) -> str:
        return self.names[language.suffix]


ITU_REGIONS = {
    "africa": "Africa",
    "americas": "Americas",
    "arab-states": "Arab States",
    "asia-pacific": "Asia-Pacific",
    "cis": "CIS",
    "europe": "Europe",
}
M49_REGIONS = {f"m49-{name.lower()}": name for name in ("Africa", "Americas", "Asia", "Europe", "Oceania")}
SPECIAL_GROUPS = ("ldc", "lldc", "sids")
GROUPS: tuple[str, ...] = ("world", *ITU_REGIONS, *SPECIAL_GROUPS, *M49_REGIONS)
SUFFIXES = ("en", "fr", "es", "ar", "ru", "zh")
BEFORE_2008 = date(1865, 5, 17)


class UnknownCode(Exception):
    """A code that is not in a list. `nearest` are the codes that resemble it."""

    def __init__(self, kind: str, code: str, nearest: list[str]) -> None:
        self.kind, self.code, self.nearest = kind, code, nearest
        super().__init__(f"no {kind} {code!r}" + (f"; nearest: {', '.join(nearest)}" if nearest else ""))


class Places:
    """All countries and help areas of one set of reference data."""

    def __init__(self, reference: Reference) -> None:
        self.table: Table = reference.table("ground", "countries")
        members = {row["iso3"]: row["member_from"] for row in reference.table("ground", "itu_membership")}
        ldc = {row["iso3"]: row for row in reference.table("ground", "ldc_dates")}
        self.countries: dict[str, Country] = {
            row["iso3"]: _country(number, row, members, ldc.get(row["iso3"])) for number, row in self.table.numbered()
        }
        self.help_areas: dict[str, HelpArea] = {
            row["iso2"]: HelpArea(row["iso2"], row["iso3"], row["country"], _names(row, "name_"))
            for row in reference.table("ground", "help_areas")
        }

    def country(self, code: str) -> Country:
        """The country with the ISO alpha-3 or alpha-2 `code`, in any case. Raises UnknownCode with the nearest codes."""
        wanted = code.upper()
        if wanted in self.countries:
            return self.countries[wanted]
        for country in self.countries.values():
            if country.iso2 == wanted:
                return country
        raise UnknownCode("country", code, self.nearest_countries(code))

    def help_area(self, code: str) -> HelpArea | None:
        """The help area with the ISO alpha-2 or alpha-3 `code`, in any case; None for another."""
        wanted = code.upper()
        return next((area for area in self.help_areas.values() if wanted in (area.iso2, area.iso3)), None)

    def nearest_countries(self, text: str) -> list[str]:
        """Up to three country codes that resemble `text`, by code or by English name."""
        wanted = text.casefold()
        spelled = {country.names["en"].casefold(): country.iso3 for country in self.countries.values()}
        found = [iso3 for name, iso3 in spelled.items() if len(wanted) > 3 and (wanted in name or name in wanted)]
        found += [spelled[name] for name in difflib.get_close_matches(wanted, spelled, n=3, cutoff=0.6)]
        found += difflib.get_close_matches(text.upper(), self.countries, n=3, cutoff=0.3)
        return list(dict.fromkeys(found))[:3]

    def members(self, at: date, group: str = "world") -> list[Country]:
        """The member states of ITU on the day `at`, in `group`, ordered by code. Raises UnknownCode for another group."""
        if group not in GROUPS:
            raise UnknownCode("group", group, difflib.get_close_matches(group.lower(), GROUPS, n=3, cutoff=0.4))
        return [c for c in self.countries.values() if c.is_member(at) and in_group(c, group, at)]

    def search(self, text: str, language: Language) -> list[Country]:
        """Countries whose name in `language`, English name, UN name or code holds `text`; ordered by name."""
        wanted = text.strip().casefold()
        if not wanted:
            return []

        def fits(c: Country) -> bool:
            spelled = (c.name(language), c.names["en"], c.un_names[language.suffix], c.un_names["en"])
            return wanted in (c.iso2.casefold(), c.iso3.casefold()) or any(wanted in s.casefold() for s in spelled)

        return sorted((c for c in self.countries.values() if fits(c)), key=lambda c: c.name(language).casefold())


def in_group(country: Country, group: str, at: date) -> bool:
    """Does `country` belong to `group` (one of GROUPS) on the day `at`?"""
    if group == "world":
        return True
    if group == "ldc":
        return country.is_ldc(at)
    if group in ("lldc", "sids"):
        return country.lldc if group == "lldc" else country.sids
    if group in ITU_REGIONS:
        return country.itu_region == ITU_REGIONS[group]
    return country.m49_region == M49_REGIONS[group]


def region_key(country: Country) -> str:
    """The group key of the ITU region of `country`; empty for a state outside the regions."""
    return next((key for key, name in ITU_REGIONS.items() if name == country.itu_region), "")


def _names(row: Mapping[str, str], prefix: str) -> dict[str, str]:
    return {suffix: row[prefix + suffix] for suffix in SUFFIXES}


def _country(number: int, row: Mapping[str, str], members: Mapping[str, str], ldc: Mapping[str, str] | None) -> Country:
    joined = members.get(row["iso3"])
    until = parse_date(ldc["graduated"]) if ldc and ldc["graduated"] else None
    return Country(
        iso3=row["iso3"],
        iso2=row["iso2"],
        m49=row["m49"],
        un_member=row["un_member"] == "1",
        itu_region=row["itu_region"] if joined is not None else "",
        m49_region=row["m49_region"],
        m49_subregion=row["m49_subregion"],
        lldc=row["lldc"] == "1",
        sids=row["sids"] == "1",
        member_from=None if joined is None else parse_date(joined).counts_from if joined else BEFORE_2008,
        ldc_from=parse_date(ldc["added"]).counts_from if ldc else None,
        ldc_until=until,
        names=_names(row, "name_"),
        un_names=_names(row, "un_name_"),
        row=number,
    )
