"""Data as JSON: version 2.0, version 1.0, and the widely read draft of 1.0."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from cop.observatory.core.observations import Observation
from cop.observatory.core.sdmx.layout import AGENCY, AGENCY_NAME, ATTRIBUTES, CODED, FLOW, MEASURE, SERIES, TIME, VERSION
from cop.observatory.core.sdmx.periods import span
from cop.observatory.core.sdmx.query import DataQuery
from cop.observatory.core.sdmx.selection import DataSet, merged
from cop.observatory.core.sdmx.values import attributes_of, number_of, written
from cop.observatory.formats.sdmx.labels import Labels
from cop.observatory.formats.sdmx.xml import DSD_URN, FLOW_URN

_SCHEMAS = "https://raw.githubusercontent.com/sdmx-twg/sdmx-json/master/data-message/tools/schemas"


class _Numbers:
    """Values of a component, each with the number under which it was first met."""

    def __init__(self) -> None:
        self.found: dict[str, int] = {}

    def of(self, text: str) -> int:
        return self.found.setdefault(text, len(self.found))


def write_json(
    sets: Sequence[DataSet], query: DataQuery, labels: Labels, prepared: date, writer: str, root: str, base: str, lang: str
) -> bytes:
    """Data sets as JSON in UTF-8; `writer` is json2, json1 or json-draft, `root` is the address of the
    interface and `base` what the addresses of structures begin with."""
    codes = {component: _Numbers() for component in (*SERIES, TIME, *_with_values(sets, query))}
    links = _links(base)
    texts = [_set(data, query, codes, links) for data in sets]
    structure = _structure(query, codes, labels, writer, len(sets)) | {"links": links}
    meta = message(prepared, lang, root, f"{_SCHEMAS}/{'2.0.0' if writer == 'json2' else '1.0.0'}/sdmx-json-data-schema.json")
    data_sets = "[" + ",".join(texts) + "]"
    if writer == "json-draft":
        header = {name: meta[name] for name in ("id", "test", "prepared", "sender")}
        return f'{{"header":{_text(header)},"structure":{_text(structure)},"dataSets":{data_sets}}}'.encode()
    if writer == "json2":
        return f'{{"meta":{_text(meta)},"data":{{"structures":[{_text(structure)}],"dataSets":{data_sets}}}}}'.encode()
    return f'{{"meta":{_text(meta)},"data":{{"structure":{_text(structure)},"dataSets":{data_sets}}}}}'.encode()


def message(prepared: date, lang: str, root: str, schema: str = "") -> dict[str, Any]:
    """What a JSON message says of itself."""
    return ({"schema": schema} if schema else {}) | {
        "id": f"{AGENCY}-{prepared.isoformat()}",
        "test": False,
        "prepared": f"{prepared.isoformat()}T00:00:00Z",
        "contentLanguages": [lang],
        "sender": {"id": AGENCY, "name": AGENCY_NAME},
        "links": [{"href": root, "rel": "service"}],
    }


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _links(base: str) -> list[dict[str, str]]:
    flow, dsd = (f"{base}{kind}/{AGENCY}/{FLOW}/{VERSION}" for kind in ("dataflow", "datastructure"))
    return [{"href": flow, "rel": "dataflow", "urn": FLOW_URN}, {"href": dsd, "rel": "datastructure", "urn": DSD_URN}]


def _set(data: DataSet, query: DataQuery, codes: dict[str, _Numbers], links: list[dict[str, str]]) -> str:
    head: dict[str, Any] = {"action": "Replace" if data.changes else "Information", "links": links, "structure": 0}
    if data.valid_from:
        head["validFrom"] = data.valid_from.isoformat()
    if data.valid_to:
        head["validTo"] = data.valid_to.isoformat()
    tail = _tails(codes)
    period = codes[TIME]
    parts = []
    for part in merged(data.slices):
        key = ":".join([str(codes[name].of(code)) for name, code in zip(SERIES, part.key, strict=True)])
        if query.keys_only:
            parts.append(f'"{key}":{{"observations":{{}}}}')
            continue
        before = f'"{key}:' if query.flat else '"'
        found = []
        for one in part.observations:
            value = (written(number_of(one)) or "null") if query.measure else "null"
            found.append(f'{before}{period.of(one.period)}":[{value}{tail(one)}]')
        observations = ",".join(found)
        parts.append(observations if query.flat else f'"{key}":{{"observations":{{{observations}}}}}')
    name = "observations" if query.flat and not query.keys_only else "series"
    return f'{_text(head)[:-1]},"{name}":{{{",".join(parts)}}}}}'


def _with_values(sets: Sequence[DataSet], query: DataQuery) -> Sequence[str]:
    """The attributes of which any observation has a value: readers stumble over one that is listed without values."""
    if query.keys_only:
        return ()
    every = {attributes_of(one) for data in sets for part in data.slices for one in part.observations}
    return [name for place, name in enumerate(ATTRIBUTES) if name in query.attributes and any(held[place] != "" for held in every)]


def _tails(codes: dict[str, _Numbers]) -> Callable[[Observation], str]:
    attributes = [(ATTRIBUTES.index(name), numbers) for name, numbers in codes.items() if name in ATTRIBUTES]
    found: dict[tuple[str | int, ...], str] = {}

    def tail(one: Observation) -> str:
        held = attributes_of(one)
        known = found.get(held)
        if known is None:
            values = [(str(held[place]), numbers) for place, numbers in attributes]
            known = found[held] = "".join([f",{numbers.of(value)}" if value else ",null" for value, numbers in values])
        return known

    return tail


def _structure(query: DataQuery, codes: dict[str, _Numbers], labels: Labels, writer: str, sets: int) -> dict[str, Any]:
    newer = writer == "json2"
    series = [
        {
            "id": name,
            "name": labels.components[name],
            "keyPosition": place,
            "values": [{"id": code, "name": labels.code(name, code)} for code in codes[name].found],
        }
        for place, name in enumerate(SERIES)
    ]
    time = {
        "id": TIME,
        "name": labels.components[TIME],
        "keyPosition": len(SERIES),
        "values": [_period(text) for text in codes[TIME].found],
    } | ({"roles": [TIME]} if newer else {"role": "time"})
    flat = query.flat and not query.keys_only
    observation = [] if query.keys_only else [time]
    found: dict[str, Any] = {
        "name": labels.flow,
        "dimensions": {
            "dataSet": [],
            "series": [] if flat else series,
            "observation": [*series, *observation] if flat else observation,
        },
        "attributes": {
            "dataSet": [],
            "series": [],
            "observation": [_attribute(name, codes[name], labels, newer) for name in ATTRIBUTES if name in codes],
        },
    }
    if newer:
        measure = {"id": MEASURE, "name": labels.components[MEASURE], "format": {"dataType": "Double"}}
        found |= {"dataSets": list(range(sets)), "measures": {"observation": [measure]}}
    return found


def _period(text: str) -> dict[str, str]:
    first, last = span(text)
    return {"id": text, "name": text, "start": f"{first.isoformat()}T00:00:00Z", "end": f"{last.isoformat()}T23:59:59Z"}


def _attribute(name: str, codes: _Numbers, labels: Labels, newer: bool) -> dict[str, Any]:
    if name in CODED:
        values = [{"id": code, "name": labels.code(name, code)} for code in codes.found]
    else:
        values = [{"value": text} if newer else {"name": text} for text in codes.found]
    relationship: dict[str, Any] = {"observation": {}} if newer else {"primaryMeasure": MEASURE}
    return {"id": name, "name": labels.components[name], "relationship": relationship, "values": values}
