"""Reference data: each CSV file lies beside a passport that says where it comes from and what its columns mean."""

from __future__ import annotations

import csv
import hashlib
import io
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from cop.ground.core.dates import PartialDate, parse_date

PACKAGE = Path(__file__).resolve().parents[2]


class DataError(Exception):
    """A data file that can't be used. The message names file, row and column."""


@dataclass(frozen=True)
class Cell:
    """One cell of a data file: `file` is `room/name.csv`, `row` counts lines with the heading as 1."""

    file: str
    row: int
    column: str

    def __str__(self) -> str:
        return f"{self.file} row {self.row} column {self.column}"


@dataclass(frozen=True)
class Column:
    """A column as its passport describes it."""

    name: str
    type: str
    meaning: str
    optional: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Passport:
    """Where a data file comes from. `complete` maps a register's part to the day until which absence means no."""

    name: str
    title: str
    producer: str
    source: str
    published: str
    accessed: date
    as_of: PartialDate
    licence: str
    citation: str
    confidence: str
    check_by: str
    note: str
    rows: int
    sha256: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    complete: Mapping[str, date] = field(default_factory=dict)
    complete_others: Mapping[str, date] = field(default_factory=dict)
    holds_from: Mapping[str, date] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def file(self) -> str:
        return f"{self.name}.csv"

    @property
    def slug(self) -> str:
        """The name used in addresses."""
        return self.name.replace("/", "-").replace("_", "-")


class Table:
    """The rows of one data file with their passport. Rows are mappings from column to text."""

    def __init__(self, passport: Passport, rows: list[dict[str, str]]) -> None:
        self.passport = passport
        self.rows = rows

    def __iter__(self) -> Iterator[dict[str, str]]:
        return iter(self.rows)

    def numbered(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Each row with its line number in the file; the heading is line 1."""
        return enumerate(self.rows, start=2)

    def cell(self, row: int, column: str) -> Cell:
        return Cell(self.passport.file, row, column)


_PASSPORT_FIELDS = {
    "title", "producer", "source", "published", "accessed", "as_of", "licence", "citation", "confidence",
    "check_by", "note", "rows", "sha256", "key", "columns", "complete", "complete_others", "holds_from",
}  # fmt: skip


def read_passport(path: Path, name: str) -> Passport:
    """The passport in `path`. Raises DataError when it is missing or lacks a field."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DataError(f"{name}.csv has no passport: {path.name} is missing") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"{path.name} can't be read: {error}") from None
    missing = _PASSPORT_FIELDS - {"complete", "complete_others", "holds_from"} - raw.keys()
    if missing:
        raise DataError(f"{path.name} lacks {', '.join(sorted(missing))}")

    def days(key: str) -> dict[str, date]:
        return {part: parse_date(text).counts_from for part, text in raw.get(key, {}).items()}

    columns = tuple(
        Column(column, spec["type"], spec["meaning"], spec.get("optional", False), tuple(spec.get("choices", ())))
        for column, spec in raw["columns"].items()
    )
    return Passport(
        name=name,
        **{k: raw[k] for k in ("title", "producer", "source", "published", "licence", "citation", "confidence")},
        **{k: raw[k] for k in ("check_by", "note", "rows", "sha256")},
        accessed=parse_date(raw["accessed"]).counts_from,
        as_of=parse_date(raw["as_of"]),
        key=tuple(raw["key"]),
        columns=columns,
        complete=days("complete"),
        complete_others=days("complete_others"),
        holds_from=days("holds_from"),
        extra={k: v for k, v in raw.items() if k not in _PASSPORT_FIELDS},
    )


@dataclass(frozen=True)
class Reference:
    """Where the reference data lie: the package, or a folder `root` that holds replacements as `room/name.csv`."""

    root: Path | None = None

    def path(self, room: str, name: str) -> Path:
        """The file `name` of `room`, from the replacement folder where it is there, else from the package."""
        table = name.removesuffix(".passport.toml").removesuffix(".csv") + ".csv"
        kept = table if name.endswith((".csv", ".passport.toml")) else name  # a table and its passport come from one folder
        if self.root is not None and (self.root / room / kept).exists():
            return self.root / room / name
        return PACKAGE / room / "data" / name

    def table(self, room: str, name: str) -> Table:
        """The data file `name` of `room`. Raises DataError when it is damaged: nothing of it is used then."""
        path = self.path(room, f"{name}.csv")
        passport = read_passport(path.with_suffix(".passport.toml"), f"{room}/{name}")
        try:
            raw = path.read_bytes()
        except OSError as error:
            raise DataError(f"{room}/{name}.csv can't be read: {error.strerror}") from None
        sealed = hashlib.sha256(raw).hexdigest() == passport.sha256
        if not sealed or self.root is not None:  # what was sealed elsewhere is looked at too
            problems = list(problems_of(passport, raw)) or ([] if sealed else [_differs(passport)])
            if problems:
                raise DataError(problems[0])
        return Table(passport, list(csv.DictReader(io.StringIO(raw.decode("utf-8"), newline=""))))

    @cached_property
    def names(self) -> tuple[tuple[str, str], ...]:
        """Room and name of every data file that has a passport in the package."""
        found = sorted(PACKAGE.glob("*/data/*.passport.toml"))
        return tuple((path.parents[1].name, path.name.removesuffix(".passport.toml")) for path in found)

    @cached_property
    def files(self) -> tuple[tuple[str, str], ...]:
        """Room and file name of everything that answers depend on: tables, passports, definitions."""
        kinds = ("*.csv", "*.passport.toml", "*.yaml", "indicators/*.yaml", "methods/*.yaml")
        found = {
            (path.relative_to(PACKAGE).parts[0], path.relative_to(PACKAGE / path.relative_to(PACKAGE).parts[0] / "data").as_posix())
            for kind in kinds
            for path in PACKAGE.glob(f"*/data/{kind}")
        }
        return tuple(sorted(found))


def _differs(passport: Passport) -> str:
    return f"{passport.file} differs from its passport: the checksum is another one; take the file anew or seal it again"


def _one_of(*words: str) -> Callable[[str], bool]:
    return lambda value: value in words


def _parses(parser: Callable[[str], object]) -> Callable[[str], bool]:
    def check(value: str) -> bool:
        try:
            parser(value)
        except ValueError:
            return False
        return True

    return check


_CHECKS: Mapping[str, Callable[[str], bool]] = {
    "text": lambda _value: True,
    "iso3": lambda value: len(value) == 3 and value.isascii() and value.isupper(),
    "iso2": lambda value: len(value) == 2 and value.isascii() and value.isupper(),
    "int": _parses(int),
    "number": _parses(float),
    "flag": _one_of("0", "1"),
    "date": _parses(parse_date),
}


def problems_of(passport: Passport, raw: bytes) -> Iterator[str]:
    """Each thing wrong with the file, as one sentence that names file, row and column. Empty when it is whole."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        yield f"{passport.file} is not UTF-8 at byte {error.start}"
        return
    lines = list(csv.reader(io.StringIO(text, newline="")))
    expected = [column.name for column in passport.columns]
    if not lines or lines[0] != expected:
        yield f"{passport.file} row 1: the columns are not {', '.join(expected)}"
        return
    seen: dict[tuple[str, ...], int] = {}
    for number, line in enumerate(lines[1:], start=2):
        if len(line) != len(expected):
            yield f"{passport.file} row {number} has {len(line)} cells, not {len(expected)}"
            continue
        yield from _problems_of_row(passport, number, line)
        key = tuple(line[expected.index(column)] for column in passport.key)
        if key and (first := seen.setdefault(key, number)) != number:
            yield f"{passport.file} row {number} column {passport.key[0]}: {' '.join(key)} stands in row {first} already"
    if len(lines) - 1 != passport.rows:
        yield f"{passport.file} has {len(lines) - 1} rows, its passport says {passport.rows}"


def _problems_of_row(passport: Passport, number: int, line: list[str]) -> Iterable[str]:
    for column, value in zip(passport.columns, line, strict=True):
        where = f"{passport.file} row {number} column {column.name}"
        if not value:
            if not column.optional:
                yield f"{where} is empty"
        elif column.type == "choice":
            if value not in column.choices:
                yield f"{where}: {value!r} is not one of {', '.join(column.choices)}"
        elif not _CHECKS[column.type](value):
            yield f"{where}: {value!r} is no {column.type}"


def verify(reference: Reference) -> dict[str, list[str]]:
    """Every data file with the list of what is wrong with it; an empty list means that it is whole."""
    report: dict[str, list[str]] = {}
    for room, name in reference.names:
        path = reference.path(room, f"{name}.csv")
        try:
            passport = read_passport(path.with_suffix(".passport.toml"), f"{room}/{name}")
            raw = path.read_bytes()
        except (DataError, OSError) as error:
            report[f"{room}/{name}.csv"] = [str(error)]
            continue
        problems = list(problems_of(passport, raw))
        if not problems and hashlib.sha256(raw).hexdigest() != passport.sha256:
            problems = [_differs(passport)]
        report[passport.file] = problems
    return report


def seal(csv_path: Path) -> None:
    """Write row count and checksum of a changed data file into its passport."""
    passport_path = csv_path.with_suffix(".passport.toml")
    raw = csv_path.read_bytes()
    rows = len(list(csv.reader(io.StringIO(raw.decode("utf-8"), newline="")))) - 1
    lines = []
    for line in passport_path.read_text(encoding="utf-8").splitlines():
        if line.startswith("rows = "):
            line = f"rows = {rows}"
        elif line.startswith("sha256 = "):
            line = f'sha256 = "{hashlib.sha256(raw).hexdigest()}"'
        lines.append(line)
    passport_path.write_text("\n".join(lines) + "\n", encoding="utf-8")
