"""A view as a table for other programs: CSV, XLSX or JSON, with source, licence, citation, query and release inside."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Sheet:
    """A view as headings and rows. `query` is the address that gives it; `source`, `licence` and `citation` name the data."""

    name: str
    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Any]]
    query: str
    release: str
    source: str
    licence: str
    citation: str

    @property
    def about(self) -> dict[str, str]:
        """What travels with the rows."""
        return {
            "title": self.title,
            "source": self.source,
            "licence": self.licence,
            "citation": self.citation,
            "query": self.query,
            "release": self.release,
        }


def write(sheet: Sheet, form: str) -> bytes:
    """The sheet in one of FORMATS."""
    return {"csv": _csv, "xlsx": _xlsx, "json": _json}[form](sheet)


def plain_cell(value: Any) -> Any:
    """Text that a spreadsheet would take for a formula is kept as text."""
    return "'" + value if isinstance(value, str) and value.startswith(_FORMULA) else value


_ABOUT = ("licence", "citation", "query", "release")


def _csv(sheet: Sheet) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    about = {f"table_{key}": sheet.about[key] for key in _ABOUT}
    writer.writerow([*sheet.headings, *about])
    for row in sheet.rows:
        writer.writerow([*(plain_cell("" if value is None else value) for value in row), *about.values()])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _json(sheet: Sheet) -> bytes:
    rows = [dict(zip(sheet.headings, row, strict=True)) for row in sheet.rows]
    return (json.dumps({"about": sheet.about, "rows": rows}, ensure_ascii=False) + "\n").encode()


def _xlsx(sheet: Sheet) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold = book.add_format({"bold": True})
    page = book.add_worksheet(sheet.name[:31])
    page.write_row(0, 0, sheet.headings, bold)
    for place, row in enumerate(sheet.rows, start=1):
        page.write_row(place, 0, ["" if value is None else value for value in row])
    page.freeze_panes(1, 0)
    page.set_column(0, len(sheet.headings) - 1, 18)
    about = book.add_worksheet("about")
    for place, (key, value) in enumerate(sheet.about.items()):
        about.write_string(place, 0, key, bold)
        about.write_string(place, 1, value)
    about.set_column(0, 0, 12)
    about.set_column(1, 1, 90)
    book.close()
    return out.getvalue()
