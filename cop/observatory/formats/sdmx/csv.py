"""Data as CSV, versions 1.0 and 2.0 of the standard."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from cop.observatory.core.observations import Observation
from cop.observatory.core.sdmx.layout import FLOW_ID, MEASURE, SERIES, TIME
from cop.observatory.core.sdmx.query import DataQuery
from cop.observatory.core.sdmx.selection import DataSet
from cop.observatory.core.sdmx.values import ATTRIBUTE_OF, attributes_of, number_of, written
from cop.observatory.formats.sdmx.labels import Labels

END = "\r\n"
_QUOTED = re.compile(r'[",\r\n]')
Cell = Callable[[str, str], str]


def quoted(text: str) -> str:
    """A cell as RFC 4180 writes it. Nothing is put before a text that a spreadsheet may take for a formula: it reads back equal."""
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text


def write_csv(sets: Sequence[DataSet], query: DataQuery, labels: Labels, wishes: Mapping[str, str], *, newer: bool = True) -> bytes:
    """Data sets as CSV 2.0 (`newer`) or 1.0 in UTF-8, one line an observation; history adds VALID_FROM and VALID_TO."""
    style, keys = wishes.get("labels", "id"), wishes.get("keys", "none")
    if query.keys_only:
        keys = "series" if keys in ("series", "both") else "none"
    cell = _cells(labels, style)
    components = [*SERIES] if query.keys_only else [*SERIES, TIME, *([MEASURE] if query.measure else []), *query.attributes]
    head = ",".join([*_first_headings(newer, style, keys), *(_heading(one, labels, style) for one in components)])
    parts = [(head + (",VALID_FROM,VALID_TO" if query.history else "") + END).encode()]
    for data in sets:
        parts += map(str.encode, _lines(data, query, cell, _flow(labels, style, newer), keys if newer else "none"))
    return b"".join(parts)


def _first_headings(newer: bool, style: str, keys: str) -> list[str]:
    if not newer:
        return ["DATAFLOW"]
    name = ["STRUCTURE_NAME"] if style == "name" else []
    asked = [column for column, words in (("SERIES_KEY", ("series", "both")), ("OBS_KEY", ("obs", "both"))) if keys in words]
    return ["STRUCTURE", "STRUCTURE_ID", *name, "ACTION", *asked]


def _heading(component: str, labels: Labels, style: str) -> str:
    name = labels.components[component]
    if style == "both":
        return quoted(f"{component}: {name}")
    return f"{component},{quoted(name)}" if style == "name" else component


def _flow(labels: Labels, style: str, newer: bool) -> str:
    flow = quoted(f"{FLOW_ID}: {labels.flow}" if style == "both" else FLOW_ID)
    if style == "name":
        flow += "," + quoted(labels.flow)
    return f"dataflow,{flow}" if newer else flow


def _cells(labels: Labels, style: str) -> Cell:
    """How a value is written: alone, with its name in the same cell, or with its name in the cell after it; kept once found."""
    if style == "id":
        return lambda _, text: quoted(text)
    found: dict[tuple[str, str], str] = {}

    def cell(component: str, text: str) -> str:
        known = found.get((component, text))
        if known is None:
            name = labels.code(component, text) if text else ""
            known = quoted(text) + "," + quoted(name) if style == "name" else quoted(f"{text}: {name}" if name else text)
            found[component, text] = known
        return known

    return cell


def _lines(data: DataSet, query: DataQuery, cell: Cell, flow: str, keys: str) -> Iterator[str]:
    """The lines of each slice as one text."""
    action = "" if not flow.startswith("dataflow,") else (",R" if data.changes else ",I")
    tail = _tails(query, cell)
    periods: dict[str, str] = {}
    numbers: dict[float | None, str] = {}
    valid = "," + _instant(data.valid_from) + "," + _instant(data.valid_to) if query.history else ""
    end = valid + END
    for part in data.slices:
        text, found = ".".join(part.key), []
        codes = ",".join([cell(component, code) for component, code in zip(SERIES, part.key, strict=True)])
        before = flow + action + ("," + text if keys in ("series", "both") else "") + ","
        if query.keys_only:
            yield before + codes + end
            continue
        with_key = keys in ("obs", "both")
        for one in part.observations:
            period = periods.get(one.period)
            if period is None:
                period = periods[one.period] = cell(TIME, one.period)
            value = ""
            if query.measure:
                number = number_of(one)
                known = numbers.get(number)
                if known is None:
                    known = numbers[number] = "," + cell(MEASURE, written(number))
                value = known
            key = f"{text}.{one.period}," if with_key else ""
            found.append(f"{before}{key}{codes},{period}{value}{tail(one)}{end}")
        yield "".join(found)


def _instant(at: datetime | None) -> str:
    return at.isoformat() if at else ""


def _tails(query: DataQuery, cell: Cell) -> Callable[[Observation], str]:
    """The attributes of an observation as the end of a line; most observations share theirs with many others."""
    attributes = query.attributes
    found: dict[tuple[str | int, ...], str] = {}

    def tail(one: Observation) -> str:
        held = attributes_of(one)
        known = found.get(held)
        if known is None:
            known = found[held] = "".join(["," + cell(name, ATTRIBUTE_OF[name](one)) for name in attributes])
        return known

    return tail
