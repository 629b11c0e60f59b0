"""What the packaged registers say, as answers of countries: treaties, INHOPE, helplines and hotlines, denominators."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from cop.ground.core.door import (
    Answer,
    Country,
    Ground,
    Provenance,
    Service,
    State,
    Table,
    expiry,
    first_day,
    from_day,
    parse_date,
    provenance_of,
    supported_until,
)
from cop.observatory.core.indicators import Indicators

Key = tuple[str, str]
Register = Iterator[tuple[Key, Answer]]


def treaties(ground: Ground) -> Register:
    """Parties to CRC, OPSC, OPIC and OPAC: a binding never goes stale; absence is a no while the register is complete."""
    table = ground.reference.table("observatory", "treaty_parties")
    held: set[Key] = set()
    for row, values in table.numbered():
        key = (values["iso3"], f"P1-09/{values['treaty']}")
        held.add(key)
        as_of = parse_date(values["as_of"])
        provenance = provenance_of(table, row, ("bound_date",), as_of=as_of, note=values["source"])
        yield key, Answer(State.YES, provenance, as_of, since=parse_date(values["bound_date"]))
    for treaty, until in table.passport.complete.items():
        for country in ground.places.countries.values():
            key = (country.iso3, f"P1-09/{treaty}")
            if key not in held:
                last = until if country.un_member else table.passport.complete_others[treaty]
                yield key, absent(table, last)


def absent(table: Table, until: date, holds_from: date | None = None) -> Answer:
    """The answer of a register that is complete until a day and doesn't name the country: no, and unknown afterwards."""
    passport = table.passport
    as_of = passport.as_of if passport.as_of.counts_from == until else from_day(until)
    provenance = Provenance(
        source=passport.citation,
        as_of=as_of,
        licence=passport.licence,
        cells=(table.cell(1, "iso3"),),  # the heading of the column in which the country is not named
        passports=(passport,),
        confidence=passport.confidence,
        note="not named in a register that is complete until this date",
    )
    return Answer(State.NO, provenance, as_of, holds_from=holds_from, expires=until)


def partial_treaties(ground: Ground) -> Register:
    """Parties named in partial lists: a row supports yes, absence says nothing."""
    lists = (
        ("lanzarote_parties", "LANZAROTE", ("entry_into_force", "bound_date")),
        ("budapest_parties", "BUDAPEST", ("entry_into_force", "deposit_date")),
        ("un_cybercrime_signatures", "UNCC", ("signature_date",)),
    )
    for name, part, dates in lists:
        table = ground.reference.table("observatory", name)
        for row, values in table.numbered():
            column = next((column for column in dates if values[column]), "")
            as_of = supported_until(parse_date(values["as_of"]), table.passport.accessed)
            provenance = provenance_of(
                table, row, (column or "iso3",), as_of=as_of, confidence=_trust(values), note=values["source"]
            )
            since = parse_date(values[column]) if column else None
            holds_from = None if since else as_of.counts_from
            answer = Answer(State.YES, provenance, as_of, since=since, holds_from=holds_from)
            yield (values["iso3"], f"P1-09/{part}"), answer
            if part == "LANZAROTE":
                yield (values["iso3"], "P5-03/lanzarote"), answer


def _trust(values: Mapping[str, str]) -> str:
    return "high" if values["confidence"].startswith("high") else "medium"


def inhope(ground: Ground, shelf_life: int | None) -> Register:
    """Countries with a member hotline of INHOPE in 2014; complete for that year, silent about every other."""
    table = ground.reference.table("observatory", "inhope_2014")
    as_of, start = table.passport.as_of, table.passport.holds_from["inhope"]
    held = set()
    for row, values in table.numbered():
        held.add(values["iso3"])
        provenance = provenance_of(table, row, ("iso3",), as_of=as_of, note=values["source"])
        answer = Answer(State.YES, provenance, as_of, holds_from=start, expires=expiry(as_of, shelf_life))
        yield (values["iso3"], "P2-02/inhope"), answer
    for iso3 in ground.places.countries:
        if iso3 not in held:
            yield (iso3, "P2-02/inhope"), absent(table, table.passport.complete["inhope"], start)


_RANK = {"high": 2, "medium": 1, "low": 0}


def _best(services: list[Service]) -> Service | None:
    """The best evidence among rows: not low, dated; by confidence, then by date."""
    fit = [s for s in services if s.confidence != "low" and s.as_of is not None]
    return max(fit, key=lambda s: (_RANK[s.confidence], s.as_of.counts_from if s.as_of else date.min), default=None)


def _freshest(services: list[Service]) -> Service | None:
    fit = [s for s in services if s.confidence != "low" and s.as_of is not None]
    return max(fit, key=lambda s: (s.as_of.counts_from if s.as_of else date.min, _RANK[s.confidence]), default=None)


def reporting_and_help(ground: Ground, country: Country, indicators: Indicators) -> Register:
    """Reporting point, helpline and 116 111 of one country, as evidence with its confidence. Low rows give nothing.

    A named service supports yes from its source's date; nothing here ever supports no.
    """
    services = ground.services.of(country.iso2)
    found = {
        "P2-01": _freshest([s for s in services if s.kind in ("hotline", "portal")]),
        "P2-08": _best([s for s in services if s.kind == "helpline" and s.number and s.status == "current"]),
        "P2-08/116111": _best([s for s in services if s.kind == "helpline" and s.dial == "116111"]),
        "P2-08/assigned": _best([s for s in services if s.dial == "116111" and s.assignment == "stated"]),
        "P2-02/iwfportal": _best([s for s in services if s.kind == "portal"]),
    }
    for code, service in found.items():
        if service is not None and service.as_of is not None:
            indicator, _ = indicators.of(code)
            expires = expiry(service.as_of, indicator.shelf_life_months)
            held = Answer(
                State.YES, service.provenance, service.as_of, holds_from=first_day(service.as_of), expires=expires,
                text=service.organisation,
            )  # fmt: skip
            yield (country.iso3, code), held


def registers(ground: Ground, indicators: Indicators) -> dict[Key, Answer]:
    """Every answer that the packaged registers support, by country code and indicator code."""
    held: dict[Key, Answer] = dict(treaties(ground))
    held.update(partial_treaties(ground))
    held.update(inhope(ground, indicators.all["P2-02"].shelf_life_months))
    for country in ground.places.countries.values():
        held.update(reporting_and_help(ground, country, indicators))
    return held
