"""Dates inside expressions, as the evaluators of forms hold them: a moment in milliseconds, days as numbers, UTC throughout."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cop.observatory.core.xpath.numbers import number_of

DAY = 86_400_000
FURTHEST = 8_640_000_000_000_000
DATE_TEXT = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}[^\n\r\u2028\u2029]*")
_RAW_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_ISO = re.compile(
    r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2})(?:T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,9}))?)?(Z|[+-][0-9]{2}:[0-9]{2})?)?)?)?"
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WEEKDAYS = ("Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed")  # day 0 was a Thursday


@dataclass(frozen=True)
class Moment:
    """A date and time: milliseconds since 1970 in UTC, None for what is no date. `blank` came from an empty text."""

    milliseconds: int | None
    blank: bool = False

    @property
    def days(self) -> float:
        """Days since 1970 with fractions; not a number for what is no date."""
        return float("nan") if self.milliseconds is None else self.milliseconds / DAY

    def __str__(self) -> str:
        if self.milliseconds is None:
            return "" if self.blank else "Invalid Date"
        year, month, day = civil(self.milliseconds // DAY)
        rest = self.milliseconds % DAY
        text = f"{year:04d}-{month:02d}-{day:02d}" if 0 <= year <= 9999 else f"{year:+07d}-{month:02d}-{day:02d}"
        if not rest:
            return text
        seconds, thousandths = divmod(rest, 1000)
        return f"{text}T{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{thousandths:03d}+00:00"


NO_DATE = Moment(None)
BLANK = Moment(None, blank=True)


def days_of(year: int, month: int, day: int) -> int:
    """Days since 1970-01-01 of a day of the Gregorian calendar; months and days beyond their range run over."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    shifted = year - (month <= 2)
    era = shifted // 400
    of_era = shifted - era * 400
    of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468 + day - 1


def civil(days: int) -> tuple[int, int, int]:
    """Year, month and day of a count of days since 1970-01-01."""
    shifted = days + 719_468
    era, of_era = divmod(shifted, 146_097)
    of = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * of + of // 4 - of // 100)
    part = (5 * of_year + 2) // 153
    month = part + (3 if part < 10 else -9)
    return of + era * 400 + (month <= 2), month, of_year - (153 * part + 2) // 5 + 1


def at(milliseconds: float) -> Moment:
    """The moment at so many milliseconds; what lies too far away is no date."""
    if milliseconds != milliseconds or abs(milliseconds) > FURTHEST:
        return NO_DATE
    return Moment(int(milliseconds))


def days_in_text(text: str) -> float:
    """The days of a text that begins like a date; not a number where it is none."""
    if text.find("T") > 0:
        return iso(text).days
    parts = [number_of(part) for part in text.split("-")[:3]]
    if len(parts) < 3 or any(part != part or abs(part) > 1e6 for part in parts):
        return float("nan")
    year, month, day = (int(part) for part in parts)
    return float(days_of(1900 + year if 0 <= year <= 99 else year, month, day))


def iso(text: str) -> Moment:
    """The moment of a text in ISO 8601: a year, a month, a day, or a time; anything else is no date."""
    found = _ISO.fullmatch(text)
    if found is None:
        return NO_DATE
    year, month, day = int(found[1]), int(found[2] or 1), int(found[3] or 1)
    hour, minute, second = (int(found[place] or 0) for place in (4, 5, 6))
    timed = (hour < 24 or (hour, minute, second) == (24, 0, 0)) and minute < 60 and second < 60
    if not (1 <= month <= 12 and 1 <= day <= 31 and timed):
        return NO_DATE
    shift = 0
    if found[8] and found[8] != "Z":
        shift = (1 if found[8][0] == "+" else -1) * (int(found[8][1:3]) * 60 + int(found[8][4:6]))
    thousandths = int((found[7] or "0").ljust(3, "0")[:3])
    return at(days_of(year, month, day) * DAY + ((hour * 60 + minute - shift) * 60 + second) * 1000 + thousandths)


def moment_in_text(text: str) -> Moment:
    """The moment that date() makes of a text: a date, days as a number, an ISO text; blank for an empty one."""
    if not text:
        return BLANK
    if _RAW_NUMBER.fullmatch(text):
        return at(int(text.partition(".")[0]) * DAY)
    if DATE_TEXT.fullmatch(text):
        head, mark, time = text.partition("T")
        year, month, day = (number_of(part) for part in head.split("-")[:3])
        if day == day and 1 <= month <= 12 and 0 < day <= days_of(int(year), int(month) + 1, 1) - days_of(int(year), int(month), 1):
            return iso(f"{int(year):04d}-{int(month):02d}-{int(day):02d}{mark or 'T'}{time or '00:00:00.000'}")
    return iso(text)


def written(moment: Moment, form: str) -> str:
    """A moment written as `form` says: %Y %y %m %n %b %d %e %H %h %M %S %3 %a %%; empty for no date.

    Raises ValueError for another letter behind %.
    """
    if moment.milliseconds is None:
        return ""
    days, rest = divmod(moment.milliseconds, DAY)
    year, month, day = civil(days)
    hour, minute, second, thousandths = rest // 3_600_000, rest // 60_000 % 60, rest // 1000 % 60, rest % 1000
    parts = {
        "%": "%", "Y": f"{year:04d}", "y": f"{year:04d}"[2:], "m": f"{month:02d}", "n": str(month), "b": _MONTHS[month - 1],
        "d": f"{day:02d}", "e": str(day), "H": f"{hour:02d}", "h": str(hour), "M": f"{minute:02d}", "S": f"{second:02d}",
        "3": f"{thousandths:03d}", "a": _WEEKDAYS[days % 7],
    }  # fmt: skip

    def part(found: re.Match[str]) -> str:
        if found[1] not in parts:
            raise ValueError(f"%{found[1]} is no part of a date that can be written")
        return parts[found[1]]

    return re.sub(r"%(.?)", part, form, flags=re.DOTALL)
