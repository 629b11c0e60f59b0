"""What a data request asks for, read from the key and the parameters of either version of the interface."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote

from cop.observatory.core.sdmx.errors import SdmxError, semantic, shown, syntax
from cop.observatory.core.sdmx.filters import Filter, between, parse_filter
from cop.observatory.core.sdmx.keys import Places, parse_keys
from cop.observatory.core.sdmx.layout import ATTRIBUTES, DIMENSIONS, MEASURE, TIME
from cop.observatory.core.sdmx.periods import instant

ALL_DIMENSIONS = "AllDimensions"
MOST_PARAMETERS = 60
MOST_QUERY = 8000
NEWER = {
    "updatedAfter", "firstNObservations", "lastNObservations", "dimensionAtObservation", "attributes", "measures", "includeHistory",
    "offset", "limit", "sort", "asOf", "reportingYearStartDay",
}  # fmt: skip
OLDER = {
    "startPeriod", "endPeriod", "updatedAfter", "firstNObservations", "lastNObservations", "dimensionAtObservation", "detail",
    "includeHistory",
}  # fmt: skip
_DETAILS: dict[str, tuple[tuple[str, ...], bool]] = {
    "full": (ATTRIBUTES, True),
    "dataonly": ((), True),
    "nodata": (ATTRIBUTES, False),
    "serieskeysonly": ((), False),
}
_ATTRIBUTE_WORDS = {"dsd": ATTRIBUTES, "all": ATTRIBUTES, "obs": ATTRIBUTES, "series": (), "dataset": (), "msd": (), "none": ()}


@dataclass(frozen=True)
class DataQuery:
    """A data request. `sort` holds (component, descending); `keys_only` asks for series alone."""

    keys: tuple[Places, ...] = ()
    filters: tuple[Filter, ...] = ()
    updated_after: datetime | None = None
    as_of: datetime | None = None
    first: int | None = None
    last: int | None = None
    offset: int = 0
    limit: int | None = None
    history: bool = False
    flat: bool = False
    attributes: tuple[str, ...] = ATTRIBUTES
    measure: bool = True
    keys_only: bool = False
    sort: tuple[tuple[str, bool], ...] = ()


def parameters(query: str, known: set[str], filters: bool = False) -> dict[str, str]:
    """The parameters of an address by name, a plus kept as it is; `c[NAME]` stays a name of its own.

    Raises SdmxError 1414 for a query over 8,000 signs, 140 for an unknown or repeated parameter.
    """
    if len(query) > MOST_QUERY:
        raise SdmxError(1414, f"The query of the address has {len(query)} signs; ask with at most {MOST_QUERY}.")
    parts = [part for part in query.split("&") if part]
    if len(parts) > MOST_PARAMETERS:
        raise syntax(f"The address has {len(parts)} parameters; write at most {MOST_PARAMETERS}.")
    found: dict[str, str] = {}
    for part in parts:
        name, _, value = part.partition("=")
        name, value = unquote(name), unquote(value)
        filtering = filters and name.startswith("c[") and name.endswith("]")
        if name not in known and not filtering:
            accepted = [*sorted(known), "c[COMPONENT]"] if filters else sorted(known)
            raise syntax(f"There is no parameter {shown(name)} here; there are {', '.join(accepted) or 'none'}.")
        if name in found:
            raise syntax(f"The parameter {shown(name)} is given twice; give it once.")
        found[name] = value
    return found


def newer(key: str, query: str, known: set[str] = NEWER) -> DataQuery:
    """The request of an address of version 2 (SDMX 3). Raises SdmxError."""
    given = parameters(query, known, filters=True)
    filters = tuple(parse_filter(name[2:-1], value) for name, value in given.items() if name.startswith("c["))
    updated, as_of = _instant(given, "updatedAfter"), _instant(given, "asOf")
    if updated and as_of and updated > as_of:
        raise semantic("updatedAfter is later than asOf; ask for changes before the instant of asOf.")
    measure = bool(_words("measures", given.get("measures", "all"), {"all": (MEASURE,), "none": ()}, (MEASURE,)))
    attributes = _words("attributes", given.get("attributes", "dsd"), _ATTRIBUTE_WORDS, ATTRIBUTES)
    return DataQuery(
        parse_keys(key), filters, updated, as_of, _count(given, "firstNObservations", 1), _count(given, "lastNObservations", 1),
        _count(given, "offset", 0) or 0, _count(given, "limit", 1), _flag(given, "includeHistory"), _flat(given),
        attributes, measure, not attributes and not measure, _sort(given.get("sort", "")),
    )  # fmt: skip


def older(key: str, query: str, known: set[str] = OLDER) -> DataQuery:
    """The request of an address of version 1 (SDMX 2.1). Raises SdmxError."""
    given = parameters(query, known)
    detail = given.get("detail", "full")
    if detail not in _DETAILS:
        raise syntax(f"detail={shown(detail)} is not known; there are {', '.join(_DETAILS)}.")
    attributes, measure = _DETAILS[detail]
    return DataQuery(
        parse_keys(key), tuple(between(given.get("startPeriod", ""), given.get("endPeriod", ""))),
        _instant(given, "updatedAfter"), None, _count(given, "firstNObservations", 1), _count(given, "lastNObservations", 1),
        history=_flag(given, "includeHistory"), flat=_flat(given), attributes=attributes, measure=measure,
        keys_only=detail == "serieskeysonly",
    )  # fmt: skip


def _instant(given: dict[str, str], name: str) -> datetime | None:
    return instant(name, given[name]) if name in given else None


def _count(given: dict[str, str], name: str, least: int) -> int | None:
    if name not in given:
        return None
    text = given[name]
    if not text.isascii() or not text.isdigit() or len(text) > 300 or int(text) < least:
        raise syntax(f"{name}={shown(text)} is not a whole number from {least}.")
    return int(text)


def _flag(given: dict[str, str], name: str) -> bool:
    text = given.get(name, "false")
    if text not in ("true", "false"):
        raise syntax(f"{name}={shown(text)} is neither true nor false.")
    return text == "true"


def _flat(given: dict[str, str]) -> bool:
    text = given.get("dimensionAtObservation", TIME)
    if text not in (TIME, ALL_DIMENSIONS):
        if text in DIMENSIONS:
            raise SdmxError(501, f"Sections by {text} are not offered; ask with {TIME} or {ALL_DIMENSIONS}.")
        raise semantic(f"There is no dimension {shown(text)}; ask with {TIME} or {ALL_DIMENSIONS}.")
    return text == ALL_DIMENSIONS


def _words(name: str, text: str, words: dict[str, tuple[str, ...]], ids: Sequence[str]) -> tuple[str, ...]:
    asked: set[str] = set()
    for word in text.split(","):
        if word in words:
            asked.update(words[word])
        elif word in ids:
            asked.add(word)
        else:
            raise semantic(f"{name}={shown(word)} is not known; there are {', '.join([*words, *ids])}.")
    return tuple(one for one in ids if one in asked)


def _sort(text: str) -> tuple[tuple[str, bool], ...]:
    found: list[tuple[str, bool]] = []
    for part in text.split("+") if text else []:
        name, _, way = part.partition(":")
        if way not in ("", "asc", "desc"):
            raise syntax(f"sort={shown(part)} goes neither asc nor desc.")
        if name in ("*", "series_key"):
            found += [(one, way == "desc") for one in (DIMENSIONS if name == "*" else DIMENSIONS[:-1])]
        elif name in (*DIMENSIONS, MEASURE, *ATTRIBUTES):
            found.append((name, way == "desc"))
        else:
            raise semantic(f"sort={shown(name)} is no component; write *, series_key or components such as {TIME}.")
    return tuple(found[:40])
