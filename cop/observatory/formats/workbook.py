"""The workbook of a country's own facts: written with drop-downs and locked codes, read back with suspicion.

A row is an indicator or a part. A file that is truncated, reordered, foreign or tampered, holds formulas or unpacks to too
much is refused with the cell that shows it; nothing of it is used then.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from threading import Lock
from typing import Any

import openpyxl
import xlsxwriter

from cop.ground.core.door import (
    LANGUAGES,
    STATES,
    UNITS,
    Answer,
    Country,
    DataError,
    PartialDate,
    Provenance,
    State,
    Why,
    Words,
    expiry,
    first_day,
    from_day,
    mark,
    parse_date,
    supported_until,
    words,
)
from cop.ground.formats.archives import unpacks_modestly
from cop.observatory.core.indicators import Indicator, Indicators, Part

VERSION = "facts-1"
SHEET = "facts"
MARK = "COP Centre"
FIRST_ROW = 6
MOST_BYTES = 1_048_576
MOST_UNPACKED = 3 * 1_048_576
MOST_TEXT = 500
MOST_ROWS = 400
MOST_PARTS = 60
_ONE_AT_A_TIME = Lock()

REFUSED = mark("chose not to answer")
HEADINGS = (
    mark("Code"), mark("Question"), mark("What yes means"), mark("Answer"), mark("Value"), mark("Unit"), mark("Evidence"),
    mark("Article or page"), mark("In force since"), mark("Evidence as of"), mark("Note"),
)  # fmt: skip
COLUMNS = "ABCDEFGHIJK"
_WIDTHS = (16, 48, 60, 18, 14, 12, 44, 18, 16, 16, 30)


class BadWorkbook(DataError):
    """A workbook that is refused. The message names the file and, where there is one, the cell."""


@dataclass(frozen=True)
class Line:
    """A row of the workbook: an indicator or one of its parts."""

    code: str
    indicator: Indicator
    part: Part | None

    @property
    def kind(self) -> str:
        return self.part.kind if self.part else self.indicator.kind

    @property
    def unit(self) -> str:
        return self.part.unit if self.part else self.indicator.unit

    @property
    def name(self) -> str:
        return self.part.name if self.part else self.indicator.name

    @property
    def meaning(self) -> str:
        return "" if self.part else self.indicator.states.get("yes", self.indicator.definition)


def lines(indicators: Indicators) -> Iterator[Line]:
    """The rows of the workbook in order: P- and H-indicators that are answered themselves, each followed by its parts."""
    for indicator in indicators:
        if indicator.group == "X" or indicator.derived or indicator.criterion:
            continue
        if indicator.whole == "own":
            yield Line(indicator.code, indicator, None)
        for part in indicator.parts:
            yield Line(f"{indicator.code}/{part.code}", indicator, part)


def write_template(
    indicators: Indicators, country: Country, t: Words, stated: Mapping[str, Mapping[str, str]] | None = None
) -> bytes:
    """The workbook to fill in for a country, in the language of `t`.

    `stated` fills cells: code to a mapping from column letter to text, for a workbook that is handed on.
    """
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    page = book.add_worksheet(SHEET)
    if t.dir == "rtl":
        page.right_to_left()
    _write_head(book, page, country, t)
    edge = {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#d9d6cd"}
    locked = book.add_format(edge | {"bg_color": "#f1efe8"})
    white = book.add_format(edge | {"locked": False, "num_format": "@"})
    last = FIRST_ROW - 2
    for last, line in enumerate(lines(indicators), start=FIRST_ROW - 1):
        page.write_row(last, 0, [line.code, t(line.name), t(line.meaning)], locked)
        page.write_string(last, 5, t(UNITS.get(line.unit, line.unit)), locked)
        for column in "DEGHIJK":
            page.write_string(last, COLUMNS.index(column), (stated or {}).get(line.code, {}).get(column, ""), white)
        _add_lists(page, last, line, t)
    page.freeze_panes(FIRST_ROW - 1, 2)
    page.protect("", {"format_columns": True, "format_rows": True, "autofilter": True})
    page.autofilter(FIRST_ROW - 2, 0, last, len(HEADINGS) - 1)
    book.close()
    return out.getvalue()


def _write_head(book: Any, page: Any, country: Country, t: Words) -> None:
    page.write_row(0, 0, [MARK, t("Facts of a country"), country.name(t.language)])
    page.write_row(1, 0, [VERSION, country.iso3, t.language.code])
    advice = t("Fill in the white cells only. Leave a row empty when you don't know. A yes, partly or no needs evidence.")
    page.merge_range(2, 0, 2, 6, advice, book.add_format({"text_wrap": True}))
    page.set_row(2, 34)
    bold = book.add_format({"bold": True, "text_wrap": True, "bottom": 2})
    page.write_row(FIRST_ROW - 2, 0, [t(heading) for heading in HEADINGS], bold)
    for place, width in enumerate(_WIDTHS):
        page.set_column(place, place, width)


def _add_lists(page: Any, row: int, line: Line, t: Words) -> None:
    if line.kind in ("state", "number", "level"):
        wrong = {"error_title": MARK, "error_message": t("Choose one of the words in the list.")}
        page.data_validation(row, 3, row, 3, {"validate": "list", "source": _state_words(t), **wrong})
    if line.kind == "level":
        page.data_validation(row, 4, row, 4, {"validate": "list", "source": ["0", "1", "2", "3"]})


def _state_words(t: Words) -> list[str]:
    return [t(STATES[state]) for state in State] + [t(REFUSED)]


def _spoken() -> dict[str, State | None]:
    """Every word of the drop-downs in every language; None stands for a refusal."""
    found: dict[str, State | None] = {}
    for language in LANGUAGES:
        t = words(language.code)
        found |= {t(name).casefold(): state for state, name in STATES.items()}
        found[t(REFUSED).casefold()] = None
    return found


def read_facts(raw: bytes, name: str, indicators: Indicators, country: str, today: date) -> dict[str, Answer]:
    """The answers in a filled-in workbook, by indicator or part code.

    `name` is the file's name for messages, `country` the code that the workbook must be about; evidence without a
    date is dated `today`. One workbook is read at a time. Raises BadWorkbook.
    """
    with _ONE_AT_A_TIME:
        rows = _rows(raw, name)
    _check_head(rows, name, country)
    expected = list(lines(indicators))
    spoken = _spoken()
    held: dict[str, Answer] = {}
    body = rows[FIRST_ROW - 1 :]
    for place, line in enumerate(expected):
        number = FIRST_ROW + place
        if place >= len(body):
            raise BadWorkbook(f"{name}: cell A{number} is missing, {line.code} should stand there")
        values = body[place]
        if values[0] != line.code:
            raise BadWorkbook(f"{name}: cell A{number} is {str(values[0])[:30]!r}, not {line.code}; rows must stay as they were")
        for column, value in zip(COLUMNS, values, strict=True):
            if isinstance(value, str) and value.startswith("="):
                raise BadWorkbook(f"{name}: cell {column}{number} holds a formula; write the value instead")
        answer = _answer(line, values, number, name, spoken, today)
        if answer is not None:
            held[line.code] = answer
    for number, values in enumerate(body[len(expected) :], start=FIRST_ROW + len(expected)):
        if any(value is not None for value in values):
            raise BadWorkbook(f"{name}: cell A{number} stands below the last row of the workbook")
    return held


def _rows(raw: bytes, name: str) -> list[list[Any]]:
    """The cells of the sheet as values, never more than a workbook of facts can hold."""
    book = _opened(raw, name)
    try:
        found = []
        for row in book[SHEET].iter_rows(min_row=1, max_row=MOST_ROWS, max_col=len(HEADINGS), values_only=True):
            found.append([*row, *[None] * (len(HEADINGS) - len(row))])
    except Exception as error:  # a damaged sheet shows itself only while it is read
        raise BadWorkbook(f"{name} can't be read as a workbook ({type(error).__name__}); is it whole, and is it .xlsx?") from None
    finally:
        book.close()
    return found


def _check_head(rows: list[list[Any]], name: str, country: str) -> None:
    head = [*rows[: FIRST_ROW - 1], *[[None] * len(HEADINGS)] * (FIRST_ROW - 1)]
    if head[0][0] != MARK or head[1][0] != VERSION:
        raise BadWorkbook(
            f"{name}: cell A1 or A2 is not that of a workbook of facts; write one with cop facts --template {country}"
        )
    if head[1][1] != country:
        raise BadWorkbook(f"{name}: cell B2 says {str(head[1][1])[:20]}, the answer is about {country}")
    spoken = [[words(language.code)(heading) for heading in HEADINGS] for language in LANGUAGES]
    if head[FIRST_ROW - 2] not in spoken:
        wrong = next((c for c, a, b in zip(COLUMNS, head[FIRST_ROW - 2], spoken[0], strict=True) if a != b), "A")
        raise BadWorkbook(
            f"{name}: cell {wrong}{FIRST_ROW - 1} is not the heading that stands there; columns must stay as they were"
        )


def _opened(raw: bytes, name: str) -> Any:
    if len(raw) > MOST_BYTES:
        raise BadWorkbook(f"{name} is larger than 1 MB")
    try:
        fits = unpacks_modestly(raw, most_parts=MOST_PARTS, most_bytes=MOST_UNPACKED)
        book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=False, keep_links=False) if fits else None
    except Exception as error:  # openpyxl raises many kinds on a damaged file, none of them ours to tell apart
        raise BadWorkbook(f"{name} can't be read as a workbook ({type(error).__name__}); is it whole, and is it .xlsx?") from None
    if book is None:
        raise BadWorkbook(f"{name} unpacks to more than a workbook of facts can hold")
    if SHEET not in book.sheetnames:
        raise BadWorkbook(f"{name} has no sheet {SHEET!r}; write one with cop facts --template")
    return book


def _answer(line: Line, row: list[Any], number: int, name: str, spoken: Mapping[str, State | None], today: date) -> Answer | None:
    cells = dict(zip(COLUMNS, row, strict=True))
    given = {key: _text(cells[key]) for key in "DEGHIJK"}
    if not any(given.values()):
        return None

    def refuse(column: str, why: str) -> BadWorkbook:
        return BadWorkbook(f"{name}: cell {column}{number} ({line.code}) {why}")

    for key, value in given.items():
        if len(value) > MOST_TEXT:
            raise refuse(key, f"is longer than {MOST_TEXT} signs")
    said = given["D"].casefold()
    if said and said not in spoken:
        raise refuse("D", f"is {given['D'][:30]!r}; choose one of the words in the list")
    if line.kind == "state" and not said:
        raise refuse("D", "is empty; choose one of the words in the list")
    state = spoken[said] if said else State.YES
    why = Why.REFUSED if state is None else Why.STATED_UNKNOWN if state is State.UNKNOWN else None
    state = State.UNKNOWN if state is None else state
    figure, level, text = _value(line, given["E"], refuse)
    if not said and figure is None and not text and level is None:
        raise refuse("D", "is empty")
    if level is not None:
        by_level = State.NO if level == 0 else State.YES if level == 3 else State.PARTLY
        if said and state is not by_level:
            raise refuse("D", f"does not agree with level {level} in column E")
        state = by_level
    evident = line.part is None or line.kind == "state"
    if state in (State.YES, State.PARTLY, State.NO) and evident and not given["G"]:
        raise refuse("G", "is empty; a yes, partly or no needs evidence")
    return _stated(line, state, why, given, (figure, level, text), refuse, f"{name} row {number}", today)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _value(line: Line, text: str, refuse: Any) -> tuple[float | None, int | None, str]:
    """Number, level and text of the value cell, checked against the unit."""
    if not text:
        return None, None, ""
    if line.kind == "date":
        return None, None, _date(text, "E", refuse).text
    if line.kind in ("text", "state"):
        return None, None, text
    plain = text.replace("\u202f", "").replace("\u00a0", "")
    if re.search(r",\d{3}(?!\d)", plain):
        raise refuse("E", f"is {text[:30]!r}; write the number without separators between thousands")
    try:
        number = float(plain.replace(",", "."))
    except ValueError:
        raise refuse("E", f"is {text[:30]!r}, which is no number") from None
    if not 0 <= number < 1e12 or (line.unit == "per cent" and number > 100):
        raise refuse("E", f"is {text[:30]!r}, outside what {line.unit} can be")
    if line.kind == "level":
        if number not in (0, 1, 2, 3):
            raise refuse("E", f"is {text[:30]!r}; a level is 0, 1, 2 or 3")
        return None, int(number), ""
    return number, None, ""


def _date(text: str, column: str, refuse: Any) -> PartialDate:
    try:
        found = parse_date(text)
    except ValueError as error:
        raise refuse(column, str(error)) from None
    if not 1900 <= found.counts_from.year <= 2100:
        raise refuse(column, f"is {text}, outside the years 1900 to 2100")
    return found


def _stated(
    line: Line, state: State, why: Why | None, given: Mapping[str, str], value: Any, refuse: Any, place: str, today: date
) -> Answer:
    figure, level, text = value
    as_of = _date(given["J"], "J", refuse) if given["J"] else from_day(today)
    if first_day(as_of) > today:
        raise refuse("J", "lies in the future")
    as_of = supported_until(as_of, today)
    since = _date(given["I"], "I", refuse) if given["I"] else None
    if since is not None and first_day(since) <= today:
        since = supported_until(since, today)  # in force since this year: it is, whatever the day
    source = " ".join(part for part in (given["G"], given["H"]) if part) or "stated without a source"
    origin = Provenance(source=source, as_of=as_of, licence="stated by the user", confidence="medium", method="stated by the user",
                        stated_by_user=True, place=place, note=given["K"])  # fmt: skip
    shelf = line.indicator.shelf_life_months
    return Answer(state, origin, as_of, since=since, expires=expiry(as_of, shelf), why=why, number=figure, text=text, level=level)
