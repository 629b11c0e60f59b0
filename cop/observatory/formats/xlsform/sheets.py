"""The sheets of an uploaded form as plain texts, never more than a form can hold. What lies about itself is refused."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from threading import Lock
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter

from cop.ground.core.door import DataError
from cop.ground.formats.archives import unpacks_modestly

MOST_BYTES = 1_048_576
MOST_UNPACKED = 12 * 1_048_576
MOST_PARTS = 80
MOST_ROWS = 3_000
MOST_COLUMNS = 120
MOST_TEXT = 5_000
READ = ("survey", "choices", "settings", "cop")
_ONE_AT_A_TIME = Lock()
_HIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


class BadForm(DataError):
    """A form that is refused. The message names file, sheet, row and column where there are some."""


@dataclass(frozen=True)
class Row:
    """A row: its number in the sheet, and its texts by heading, empty cells left out."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Sheet:
    """A sheet: its headings in order with the letter of each column, and the rows that hold something."""

    file: str
    name: str
    headings: Mapping[str, str]
    rows: tuple[Row, ...]

    def refuse(self, row: int, heading: str, why: str) -> BadForm:
        """The refusal of one cell: file, sheet, row, column, and a clause that says why."""
        letter = self.headings.get(heading, "")
        return BadForm(f"{self.file}: sheet {self.name} row {row} column {heading}{f' ({letter})' if letter else ''} {why}")


def read_sheets(raw: bytes, file: str) -> tuple[dict[str, Sheet], tuple[str, ...]]:
    """The sheets of a form by name, and the names of sheets that no form reads. Raises BadForm."""
    if len(raw) > MOST_BYTES:
        raise BadForm(f"{file} is larger than 1 MB")
    with _ONE_AT_A_TIME:
        book = _opened(raw, file)
        try:
            return _all_sheets(book, file)
        except BadForm:
            raise
        except Exception as error:  # a damaged sheet shows itself only while it is read
            raise _unreadable(file, error) from None
        finally:
            book.close()


def _all_sheets(book: Any, file: str) -> tuple[dict[str, Sheet], tuple[str, ...]]:
    names = {name.lower(): name for name in book.sheetnames}
    if "survey" not in names:
        raise BadForm(f"{file} has no sheet named survey; every form needs one")
    found = {name: _sheet(book[names[name]], file, name) for name in READ if name in names}
    return found, tuple(name for lower, name in names.items() if lower not in READ)


def _unreadable(file: str, error: Exception) -> BadForm:
    return BadForm(f"{file} can't be read as a form ({type(error).__name__}); is it whole, and is it .xlsx?")


def _opened(raw: bytes, file: str) -> Any:
    try:
        book = (
            openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=False)
            if unpacks_modestly(raw, most_parts=MOST_PARTS, most_bytes=MOST_UNPACKED)
            else None
        )
    except Exception as error:  # openpyxl raises many kinds on a damaged file, none of them ours to tell apart
        raise _unreadable(file, error) from None
    if book is None:
        raise BadForm(f"{file} unpacks to more than a form can hold")
    return book


def _sheet(page: Any, file: str, name: str) -> Sheet:
    rows = page.iter_rows(min_row=1, max_row=MOST_ROWS + 1, max_col=MOST_COLUMNS + 1, values_only=True)
    first = next(rows, ())
    headings: dict[str, str] = {}
    columns: list[str] = []
    for place, value in enumerate(first):
        heading = " ".join(_text(value).split())
        columns.append(heading)
        if heading in headings:
            twice = f"{headings[heading]} and {get_column_letter(place + 1)}"
            raise BadForm(f"{file}: sheet {name} row 1 column {heading} stands twice, in {twice}")
        if heading:
            headings[heading] = get_column_letter(place + 1)
    if len(headings) > MOST_COLUMNS:
        raise BadForm(f"{file}: sheet {name} has more than {MOST_COLUMNS} columns")
    sheet = Sheet(file, name, headings, ())
    return Sheet(file, name, headings, tuple(_rows(sheet, columns, rows)))


def _rows(sheet: Sheet, columns: list[str], rows: Iterator[tuple[Any, ...]]) -> Iterator[Row]:
    for number, values in enumerate(rows, start=2):
        if number > MOST_ROWS:
            raise BadForm(f"{sheet.file}: sheet {sheet.name} has more than {MOST_ROWS} rows")
        cells: dict[str, str] = {}
        for place, value in enumerate(values):
            text = _text(value)
            heading = columns[place] if place < len(columns) else ""
            if not text:
                continue
            if not heading:
                where = f"sheet {sheet.name} row {number} column {get_column_letter(place + 1)}"
                raise BadForm(f"{sheet.file}: {where} holds a text, and its column has no heading")
            if isinstance(value, str) and value.startswith("=") and not isinstance(value, datetime):
                raise sheet.refuse(number, heading, "holds a formula; write the value instead")
            if len(text) > MOST_TEXT:
                raise sheet.refuse(number, heading, f"is longer than {MOST_TEXT} signs")
            if _HIDDEN.search(text):
                raise sheet.refuse(number, heading, "holds a sign that is not shown (a control sign or a turn of direction)")
            cells[heading] = text
        if cells:
            yield Row(number, cells)


def _text(value: Any) -> str:
    """A cell as text, as readers of forms take it: true and false in capitals, whole numbers without a point."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime | time):
        return str(value)
    return str(value).strip()
