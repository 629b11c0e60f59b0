"""Periods of time as the standard writes them, from a year to a day, each from its first to its last day."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from cop.observatory.core.sdmx.errors import shown, syntax

_PARTS = {"A": 1, "S": 2, "T": 3, "Q": 4}
_YEAR = re.compile(r"([0-9]{4})")
_PART = re.compile(r"([0-9]{4})-?([ASTQ])([1-4])")
_MONTH = re.compile(r"([0-9]{4})-M?([0-9]{2})")
_WEEK = re.compile(r"([0-9]{4})-W([0-9]{1,2})")
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T[0-9:.]+(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?")


@lru_cache(maxsize=1024)
def span(text: str) -> tuple[date, date]:
    """The first and last day of a period such as 2014, 2014-Q2, 2014-07 or 2014-07-31. Raises SdmxError 140 for another text."""
    try:
        if found := _YEAR.fullmatch(text):
            return _months(int(found[1]), 1, 12)
        if found := _PART.fullmatch(text):
            length = 12 // _PARTS[found[2]]
            return _months(int(found[1]), (int(found[3]) - 1) * length + 1, length)
        if found := _MONTH.fullmatch(text):
            return _months(int(found[1]), int(found[2]), 1)
        if found := _WEEK.fullmatch(text):
            monday = date.fromisocalendar(int(found[1]), int(found[2]), 1)
            return monday, monday + timedelta(days=6)
        if found := _DAY.fullmatch(text):
            day = date.fromisoformat(found[1])
            return day, day
    except (ValueError, OverflowError):
        pass
    raise syntax(f"{shown(text)} is not a period; write a year such as 2014, or 2014-Q2, 2014-07 or 2014-07-31.")


def _months(year: int, first: int, length: int) -> tuple[date, date]:
    begins = date(year, first, 1)
    last = first + length - 1
    ends = date(year, 12, 31) if last == 12 else date(year, last + 1, 1) - timedelta(days=1)
    return begins, ends


def instant(name: str, text: str) -> datetime:
    """The instant in a parameter such as 2026-11-22T10:00:00Z; a day counts from its first moment, UTC where nothing is said."""
    try:
        found = datetime.fromisoformat(text.replace(" ", "+"))  # a plus in an address may have become a space
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found
        return found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise syntax(f"{name}={shown(text)} is not an instant; write one such as 2026-11-22T10:00:00Z.") from None
