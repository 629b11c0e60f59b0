"""A version map as a table in CSV, to be gone through in any spreadsheet: old, new, comparability, note (QST-03)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from cop.ground.core.door import DataError
from cop.ground.formats.sheet import plain_cell
from cop.observatory.core.questionnaire import Questionnaire
from cop.observatory.core.questionnaires.versions import Link

HEADINGS = ("old", "new", "comparability", "note")
_TEXTS = ("old text", "new text")  # to read by; not read back
MOST_BYTES = 1_048_576


def write_map(links: Iterable[Link], old: Questionnaire, new: Questionnaire) -> bytes:
    """The table with the English text of both questions beside each line."""
    before, after = ({q.id: q.label.get("en", "") for q in one.questions} for one in (old, new))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([*HEADINGS, *_TEXTS])
    for link in links:
        cells = (link.old, link.new, str(link.comparability), link.note, before.get(link.old, ""), after.get(link.new, ""))
        writer.writerow([plain_cell(cell) for cell in cells])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def read_map(raw: bytes) -> list[dict[str, str]]:
    """The lines of a table. Raises DataError, naming the row, for what is no such table."""
    if len(raw) > MOST_BYTES:
        raise DataError("the map is larger than 1 MB; a map is far smaller")
    try:
        text = raw.decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";" if ";" in text.partition("\n")[0] else ","))
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"the map is no CSV file in UTF-8 ({error}); save the table as CSV UTF-8") from None
    if not rows or tuple(cell.strip() for cell in rows[0][: len(HEADINGS)]) != HEADINGS:
        raise DataError(f"the map row 1: the first columns are not {', '.join(HEADINGS)}")
    lines = []
    for number, row in enumerate(rows[1:], start=2):
        cells = [cell.strip() for cell in row[: len(HEADINGS)]]
        if not any(cells):
            continue
        if len(cells) < 2:
            raise DataError(f"the map row {number} has {len(cells)} cells; a line has {', '.join(HEADINGS)}")
        lines.append(dict(zip(HEADINGS, cells, strict=False)))
    return lines
