"""What a request for statistics asks for: keys, filters, periods, versions, parameters, and the headers that choose a format."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from cop.observatory.core.observations import STATUSES
from cop.observatory.core.sdmx.catalogue import ALL, EMPTY_KINDS, StructureQuery, find
from cop.observatory.core.sdmx.errors import NAMES, STATUS, SdmxError
from cop.observatory.core.sdmx.filters import parse_filter
from cop.observatory.core.sdmx.keys import exact, parse_keys
from cop.observatory.core.sdmx.layout import _FIXED, ATTRIBUTES, DIMENSIONS, code_id
from cop.observatory.core.sdmx.negotiation import CSV2, FORMS, choose, encoding, language
from cop.observatory.core.sdmx.periods import instant, span
from cop.observatory.core.sdmx.query import newer, older
from cop.observatory.core.sdmx.versions import fits_version
from tests.observatory.sample_flow import observation

V2, V1 = FORMS["data", 2], FORMS["data", 1]


def refused(code: int, call, *given) -> str:
    with pytest.raises(SdmxError) as error:
        call(*given)
    assert error.value.code == code
    assert error.value.text.endswith(".")
    return error.value.text


def test_every_error_has_a_name_and_a_status():
    assert STATUS.keys() == NAMES.keys()
    assert set(STATUS.values()) == {400, 404, 406, 414, 501}


def test_the_dimensions_are_in_the_order_of_the_structure():
    assert DIMENSIONS == ("FREQ", "REF_AREA", "INDICATOR", "SEX", "AGE", "DISAGG", "TIME_PERIOD")
    assert len(ATTRIBUTES) == 9


def test_each_status_of_an_observation_has_a_code():
    assert set(_FIXED["CL_OBS_STATUS"]) == set(STATUSES)


def test_a_part_code_is_written_without_its_slash():
    assert code_id("P1-09/OPSC") == "P1-09_OPSC"


def test_a_key_may_have_wildcards_several_codes_and_places_left_out():
    (places,) = parse_keys("A.XAA+XAB.*")
    assert places == (frozenset("A"), frozenset({"XAA", "XAB"}), None, None, None, None)
    assert parse_keys("*") == parse_keys("all") == parse_keys("") == ()
    assert len(parse_keys("A.XAA.P1-01,A.XAB.P1-01")) == 2
    assert exact(parse_keys("A.XAA.P1-01._T._T._T")[0]) == ("A", "XAA", "P1-01", "_T", "_T", "_T")
    assert exact(places) is None


def test_a_key_that_cannot_be_read_is_refused_with_its_order():
    assert "FREQ.REF_AREA.INDICATOR" in refused(140, parse_keys, "A.B.C.D.E.F.G")
    refused(140, parse_keys, "A,,B")
    refused(140, parse_keys, ",".join(["A"] * 201))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2014", date(2014, 1, 1), date(2014, 12, 31)), ("2014-A1", date(2014, 1, 1), date(2014, 12, 31)),
        ("2014-S2", date(2014, 7, 1), date(2014, 12, 31)), ("2014-T1", date(2014, 1, 1), date(2014, 4, 30)),
        ("2014-Q2", date(2014, 4, 1), date(2014, 6, 30)), ("2012-02", date(2012, 2, 1), date(2012, 2, 29)),
        ("2014-W01", date(2013, 12, 30), date(2014, 1, 5)), ("2014-07-31", date(2014, 7, 31), date(2014, 7, 31)),
        ("2014-07-31T10:00:00", date(2014, 7, 31), date(2014, 7, 31)),
    ],
)  # fmt: skip
def test_a_period_runs_from_its_first_to_its_last_day(text: str, first: date, last: date):
    assert span(text) == (first, last)


@pytest.mark.parametrize("text", ["", "14", "2014-13", "2014-Q5", "2014-S3", "2014-02-30", "0000", "2014-W60", "٢٠١٤", "2014\n"])
def test_what_is_no_period_is_refused(text: str):
    refused(140, span, text)


def test_an_instant_may_be_a_day_or_have_an_offset():
    assert instant("asOf", "2026-03-01") == datetime(2026, 3, 1, tzinfo=UTC)
    assert instant("asOf", "2026-03-01T01:00:00+01:00") == datetime(2026, 3, 1, tzinfo=UTC)
    assert instant("asOf", "2026-03-01T01:00:00 01:00") == datetime(2026, 3, 1, tzinfo=UTC)
    refused(140, instant, "asOf", "yesterday")
    refused(140, instant, "asOf", "0001-01-01T00:00:00+23:00")


@pytest.mark.parametrize(
    ("filtered", "periods"),
    [
        ("2014", ["2014"]), ("eq:2014,2016", ["2014", "2016"]), ("ne:2014", ["2013", "2015", "2016"]),
        ("ge:2014+le:2015", ["2014", "2015"]), ("gt:2014+lt:2016", ["2015"]), ("le:2013,ge:2016", ["2013", "2016"]),
        ("ge:2014-06", ["2015", "2016"]), ("le:2014-06", ["2013", "2014"]),
    ],
)  # fmt: skip
def test_periods_are_compared_as_time(filtered: str, periods: list[str]):
    wanted = parse_filter("TIME_PERIOD", filtered)
    rows = [observation("XAA", "P1-01", str(year), 1.0) for year in range(2013, 2017)]
    assert [one.period for one in rows if wanted.fits(one)] == periods


@pytest.mark.parametrize(
    ("component", "text", "held"),
    [
        ("OBS_VALUE", "gt:1+lt:3", [2.0]), ("OBS_VALUE", "ne:2", [1.0, 3.0, None]), ("OBS_VALUE", "1,3", [1.0, 3.0]),
        ("UNIT_MULT", "0", [1.0, 2.0, 3.0, None]), ("OBS_STATUS", "O", [None]), ("DATA_SOURCE", "co:survey", [1.0, 2.0, 3.0, None]),
        ("DATA_SOURCE", "sw:survey", []), ("UNIT_MEASURE", "nc:cent", [1.0, 2.0, 3.0, None]), ("CONF_STATUS", "ew:F", [1.0, 2.0, 3.0, None]),
    ],
)  # fmt: skip
def test_values_and_attributes_can_be_asked_for(component: str, text: str, held: list[float | None]):
    rows = [
        *(observation("XAA", "P1-01", "2014", value) for value in (1.0, 2.0, 3.0)),
        observation("XAA", "P1-01", "2014", None, "O"),
    ]
    wanted = parse_filter(component, text)
    assert [one.value for one in rows if wanted.fits(one)] == held


def test_a_filter_that_cannot_be_meant_is_refused():
    assert "REF_AREA" in refused(150, parse_filter, "COLOUR", "red")
    refused(140, parse_filter, "SEX", "")
    refused(140, parse_filter, "OBS_VALUE", "gt:many")
    refused(140, parse_filter, "TIME_PERIOD", "ge:soon")
    refused(150, parse_filter, "TIME_PERIOD", "co:20")
    refused(140, parse_filter, "SEX", "+".join("F" * 300))


def test_a_plus_in_a_query_stays_a_plus_written_or_encoded():
    for text in ("c[TIME_PERIOD]=ge:2014+le:2016", "c%5BTIME_PERIOD%5D=ge%3A2014%2Ble%3A2016"):
        (wanted,) = newer("*", text).filters
        assert len(wanted.alternatives[0]) == 2


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("colour=red", 140), ("limit=1&limit=2", 140), ("limit=0", 140), ("limit=-1", 140), ("limit=1.5", 140), ("limit=" + "9" * 400, 140),
        ("offset=x", 140), ("firstNObservations=0", 140), ("includeHistory=yes", 140), ("attributes=colour", 150), ("measures=two", 150),
        ("dimensionAtObservation=SEX", 501), ("dimensionAtObservation=COLOUR", 150), ("sort=SEX:up", 140), ("sort=COLOUR", 150),
        ("updatedAfter=2026-02-01&asOf=2026-01-01", 150), ("startPeriod=2014", 140), ("x=" + "a" * 8000, 1414),
        ("&".join(f"a{n}=1" for n in range(61)), 140),
    ],
)  # fmt: skip
def test_a_bad_parameter_is_refused_by_name(query: str, code: int):
    refused(code, newer, "*", query)


def test_the_older_interface_has_its_own_parameters():
    query = older("all", "startPeriod=2014&endPeriod=2016&detail=dataonly&lastNObservations=1")
    assert (query.attributes, query.measure, query.last) == ((), True, 1)
    assert [one.component for one in query.filters] == ["TIME_PERIOD"]
    assert older("all", "detail=serieskeysonly").keys_only
    refused(140, older, "all", "detail=some")
    refused(140, older, "all", "c[SEX]=F")
    refused(140, older, "all", "startPeriod=soon")


@pytest.mark.parametrize("asked", ["1.0", "+", "~", "*", "latest", "all", "1.~", "1.0~", "1+.0", "1.*", "0~.0", "2.0,1.0", "1.0+"])
def test_the_one_version_is_found(asked: str):
    assert fits_version(asked, "1.0")


@pytest.mark.parametrize("asked", ["2.0", "1.1", "1", "1.0.0", "1.1+", "2+.0.0", "1.0.0-draft"])
def test_other_versions_are_not_found(asked: str):
    assert not fits_version(asked, "1.0")


@pytest.mark.parametrize("asked", ["x", "1..0", "1.0.0.0", "1+.0+", "1.0.", "one"])
def test_what_is_no_version_is_refused(asked: str):
    refused(140, fits_version, asked, "1.0")


def test_structures_come_with_what_they_refer_to():
    def found(**given: str) -> list[str]:
        return [part.artefact.kind for part in find(StructureQuery(**given))]

    assert set(found(kind="*")) == {one.kind for one in ALL}
    assert found(kind="dataflow", references="children") == ["datastructure", "dataflow"]
    assert len(found(kind="dataflow", references="descendants")) == 11
    assert found(kind="datastructure", references="parents") == ["datastructure", "dataflow"]
    assert len(found(kind="codelist", id="CL_SEX", references="ancestors")) == 3
    assert found(kind="codelist", id="CL_SEX,CL_AGE") == ["codelist"] * 2
    assert found(kind="dataflow", references="codelist") == ["codelist"] * 8 + ["dataflow"]
    assert len(found(kind="conceptscheme", references="parentsandsiblings")) == 10
    stubs = find(StructureQuery("dataflow", references="descendants", detail="referencestubs"))
    assert [part.artefact.kind for part in stubs if not part.stub] == ["dataflow"]


def test_structures_that_are_not_held_are_not_found_and_unknown_types_are_refused():
    for kind in EMPTY_KINDS:
        refused(100, find, StructureQuery(kind))
    refused(100, find, StructureQuery("codelist", agency="ECB"))
    refused(140, find, StructureQuery("colour"))
    refused(140, find, StructureQuery("dataflow", detail="some"))
    refused(140, find, StructureQuery("dataflow", references="friends"))
    refused(140, find, StructureQuery("dataflow", item="A"))


@pytest.mark.parametrize(
    ("accept", "writer"),
    [
        ("", "json2"), ("*/*", "json2"), ("application/json", "json2"), ("text/csv", "csv2"), ("application/xml", "xml3"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "xml3"),
        ("application/vnd.sdmx.data+csv", "csv2"), ("application/vnd.sdmx.data+csv; version=1.0.0", "csv1"),
        ("application/vnd.sdmx.data+json;version=1.0.0", "json1"), ("application/vnd.sdmx.data+json;version=1.0.0-wd", "json-draft"),
        ("application/vnd.sdmx.data+json;version=\"2.0.0\"", "json2"), ("application/vnd.sdmx.structurespecificdata+xml;version=2.1", "specific"),
        ("image/png, text/csv;q=0.2, application/json;q=0.1", "csv2"), ("application/json;q=0, text/csv", "csv2"),
        ("APPLICATION/JSON", "json2"),
    ],
)  # fmt: skip
def test_the_most_wanted_format_is_chosen(accept: str, writer: str):
    assert choose(accept, V2).form.writer == writer


def test_the_older_interface_answers_with_generic_xml_where_nothing_is_said():
    assert choose("", V1).form.writer == "generic"
    assert choose("application/vnd.sdmx.data+json", V1).form.writer == "json1"


@pytest.mark.parametrize(
    "accept",
    ["image/png", "application/vnd.sdmx.data+json;version=9.9", "text/csv;q=0", ";", ",,,", "a/b;q=x", "*/*;q=0", "*/*;q=nan",
     "application/vnd.sdmx.data+csv;labels=colour", "application/vnd.sdmx.data+csv;version=1.0.0;labels=name"],
)  # fmt: skip
def test_a_format_that_is_not_offered_is_not_acceptable(accept: str):
    assert "vnd.sdmx.data+csv" in refused(1406, choose, accept, V2)


def test_csv_takes_labels_and_keys_from_the_header():
    chosen = choose("application/vnd.sdmx.data+csv;version=2.0.0; labels=both; keys=obs; timeFormat=normalized", V2)
    assert (chosen.form, chosen.wishes) == (CSV2, {"labels": "both", "keys": "obs"})
    assert chosen.content_type == "application/vnd.sdmx.data+csv;version=2.0.0;keys=obs;labels=both"


def test_language_and_encoding_are_the_first_that_exist():
    assert language("pt, fr-CA;q=0.5, en;q=0.4") == "fr"
    assert language("zh-CN") == "zh-hans"
    assert language("") == language("xx") == "en"
    assert encoding("gzip, br;q=0.1") == "br"
    assert encoding("br;q=0, gzip") == "gzip"
    assert encoding("") == "identity"
