"""The workbook of a country's own facts: written with drop-downs and locked codes, read back with suspicion.

A row is an indicator or a part. A file that is truncated, reordered, foreign or tampered, holds formulas or unpacks to too
much is refused with the cell that shows it; nothing of it is used then.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
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
    from_day,
    mark,
    parse_date,
    words,
)
from cop.observatory.core.indicators import Indicator, Indicators, Part

VERSION = "facts-1"
SHEET = "facts"
MARK = "COP Centre"
FIRST_ROW = 6
MOST_BYTES = 1_048_576
MOST_UNPACKED = 20 * 1_048_576
MOST_TEXT = 500

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
    date is dated `today`. Raises BadWorkbook.
    """
    page = _opened(raw, name)
    if str(page["A1"].value) != MARK or str(page["A2"].value) != VERSION:
        raise BadWorkbook(
            f"{name}: cell A1 or A2 is not that of a workbook of facts; write one with cop facts --template {country}"
        )
    if page["B2"].value != country:
        raise BadWorkbook(f"{name}: cell B2 says {str(page['B2'].value)[:20]}, the answer is about {country}")
    expected = list(lines(indicators))
    spoken = _spoken()
    held: dict[str, Answer] = {}
    rows = page.iter_rows(min_row=FIRST_ROW, max_row=FIRST_ROW + len(expected) + 50, max_col=len(HEADINGS))
    number = FIRST_ROW
    for number, row in enumerate(rows, start=FIRST_ROW):
        place = number - FIRST_ROW
        code = row[0].value
        if place >= len(expected):
            if any(cell.value is not None for cell in row):
                raise BadWorkbook(f"{name}: cell A{number} stands below the last row of the workbook")
            continue
        line = expected[place]
        if code != line.code:
            raise BadWorkbook(f"{name}: cell A{number} is {str(code)[:30]!r}, not {line.code}; rows must stay as they were")
        for cell in row:
            if cell.data_type == "f" or (isinstance(cell.value, str) and cell.value.startswith("=")):
                raise BadWorkbook(f"{name}: cell {cell.column_letter}{number} holds a formula; write the value instead")
        answer = _answer(line, [cell.value for cell in row], number, name, spoken, today)
        if answer is not None:
            held[line.code] = answer
    if number - FIRST_ROW + 1 < len(expected):
        missing = expected[number - FIRST_ROW + 1]
        raise BadWorkbook(f"{name}: cell A{number + 1} is missing, {missing.code} should stand there")
    return held


def _opened(raw: bytes, name: str) -> Any:
    if len(raw) > MOST_BYTES:
        raise BadWorkbook(f"{name} is larger than 1 MB")
    try:
        fits = _unpacks_modestly(raw)
        book = openpyxl.load_workbook(io.BytesIO(raw), data_only=False, keep_links=False) if fits else None
    except Exception as error:  # openpyxl raises many kinds on a damaged file, none of them ours to tell apart
        raise BadWorkbook(f"{name} can't be read as a workbook ({type(error).__name__}); is it whole, and is it .xlsx?") from None
    if book is None:
        raise BadWorkbook(f"{name} unpacks to more than a workbook of facts can hold")
    if SHEET not in book.sheetnames:
        raise BadWorkbook(f"{name} has no sheet {SHEET!r}; write one with cop facts --template")
    return book[SHEET]


def _unpacks_modestly(raw: bytes) -> bool:
    """Does the archive hold few parts that unpack, truly and not only by its own word, to less than MOST_UNPACKED?"""
    room = MOST_UNPACKED
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        if len(archive.infolist()) > 60:
            return False
        for item in archive.infolist():
            with archive.open(item) as part:
                room -= len(part.read(room + 1))
            if room < 0:
                return False
    return True


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
    state = spoken[said] if said else State.YES
    why = Why.REFUSED if state is None else Why.STATED_UNKNOWN if state is State.UNKNOWN else None
    state = State.UNKNOWN if state is None else state
    figure, level, text = _value(line, given["E"], refuse)
    if not said and figure is None and not text and level is None:
        raise refuse("D", "is empty")
    if level is not None:
        state = State.NO if level == 0 else State.YES if level == 3 else State.PARTLY
    if state in (State.YES, State.PARTLY, State.NO) and line.part is None and not given["G"]:
        raise refuse("G", "is empty; a yes, partly or no needs evidence")
    return _stated(line, state, why, given, (figure, level, text), refuse, f"{name} row {number}", today)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, float) and value == int(value):
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
    try:
        number = float(text.replace("\u202f", "").replace("\u00a0", "").replace(",", "."))
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
    if as_of.counts_from.year > today.year:
        raise refuse("J", "lies in the future")
    since = _date(given["I"], "I", refuse) if given["I"] else None
    source = " ".join(part for part in (given["G"], given["H"]) if part) or "stated without a source"
    origin = Provenance(source=source, as_of=as_of, licence="stated by the user", confidence="medium", method="stated by the user",
                        stated_by_user=True, place=place, note=given["K"])  # fmt: skip
    shelf = line.indicator.shelf_life_months
    return Answer(state, origin, as_of, since=since, expires=expiry(as_of, shelf), why=why, number=figure, text=text, level=level)
