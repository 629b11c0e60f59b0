"""The very row of a data file on which a pre-filled answer stands."""

from __future__ import annotations

from dataclasses import dataclass

from cop.ground.core.door import DataError
from cop.ground.public import reference


@dataclass(frozen=True)
class SourceRow:
    """A row of a data file with its passport: `cells` are (column, value) in the order of the file."""

    title: str
    citation: str
    licence: str
    accessed: str
    address: str
    cells: tuple[tuple[str, str], ...]


def source_row(file: str, row: int | None) -> SourceRow | None:
    """The row with this number (the heading is 1) of a data file `room/name.csv`; None where no such file or row is packaged."""
    room, _, name = file.partition("/")
    if row is None or not name.endswith(".csv"):
        return None
    try:
        table = reference().reference.table(room, name.removesuffix(".csv"))
    except (DataError, KeyError, FileNotFoundError):
        return None
    found = next((values for number, values in table.numbered() if number == row), None)
    if found is None:
        return None
    passport = table.passport
    return SourceRow(
        passport.title, passport.citation, passport.licence, passport.accessed.isoformat(), passport.slug, tuple(found.items())
    )
