"""Dates as sources state them: a day, a month or only a year."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

_FORM = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?\Z")


@dataclass(frozen=True)
class PartialDate:
    """A date as precise as its source: `text` is `2014`, `2014-12` or `2014-12-31`.

    `counts_from` is the day from which it counts: a year counts from 31 December, a month from its last day.
    """

    text: str
    counts_from: date

    def __str__(self) -> str:
        return self.text

    @property
    def precision(self) -> str:
        """`year`, `month` or `day`."""
        return {4: "year", 7: "month", 10: "day"}[len(self.text)]


@lru_cache(maxsize=8192)
def parse_date(text: str) -> PartialDate:
    """The date that `text` states (`YYYY`, `YYYY-MM` or `YYYY-MM-DD`). Raises ValueError for anything else."""
    found = _FORM.match(text)
    if not found:
        raise ValueError(f"{text!r} is no date: write 2014, 2014-12 or 2014-12-31")
    year, month, day = int(found[1]), int(found[2] or 12), found[3]
    if not 1 <= month <= 12 or year < 1:
        raise ValueError(f"{text!r} is no date: there is no such month or year")
    last = calendar.monthrange(year, month)[1]
    try:
        return PartialDate(text, date(year, month, int(day) if day else last))
    except ValueError as error:
        raise ValueError(f"{text!r} is no date: {error}") from None


def first_day(stated: PartialDate) -> date:
    """The first day that a date speaks of: of its year, its month, or the day itself."""
    year, _, rest = stated.text.partition("-")
    month, _, day = rest.partition("-")
    return date(int(year), int(month or 1), int(day or 1))


def from_day(day: date) -> PartialDate:
    """The partial date of a full day."""
    return PartialDate(day.isoformat(), day)


def add_months(day: date, months: int) -> date:
    """The same day of the month `months` later, or that month's last day (31 August + 6 months is 28 or 29 February)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
