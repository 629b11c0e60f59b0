"""Both versions of the statistics interface as a client sees them: formats, headers, errors, links, and requests that mean harm."""

from __future__ import annotations

import gzip
import json
import re
import string
from dataclasses import replace
from datetime import date
from urllib.parse import quote, urlsplit

import brotli
import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from cop.ground.core.door import PACKAGE
from cop.observatory.core.observations import Flow
from cop.observatory.core.sdmx.errors import STATUS
from cop.observatory.core.sdmx.negotiation import FORMS
from cop.observatory.queries import releases

DATA = "/sdmx/v2/data/dataflow/COP/COP_INDICATORS/1.0/"
OLDER = "/sdmx/v1/data/COP,COP_INDICATORS,1.0/"
CSV = "application/vnd.sdmx.data+csv;version=2.0.0"
ALLOWED = {200, 304, 400, 404, 406, 414, 501}


def error(answer) -> tuple[int, str]:
    """The code and the text of the standard's error message, in either form."""
    assert answer["Cache-Control"] == "no-store"
    assert answer["Vary"] == "Accept, Accept-Language, Accept-Encoding"
    if answer["Content-Type"] == "application/json":
        (one,) = json.loads(answer.content)["errors"]
        return one["code"], one["detail"]
    assert answer["Content-Type"] == "application/xml"
    told = etree.fromstring(answer.content).find("{*}ErrorMessage")
    return int(told.get("code")), told[1].text


@pytest.mark.parametrize("address", [DATA, OLDER])
@pytest.mark.parametrize("form", FORMS["data", 2], ids=lambda form: form.writer)
def test_every_format_of_data_is_offered_by_both_versions(get, address: str, form):
    answer = get(address, form.content_type)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith(form.content_type)
    assert answer["Vary"] == "Accept, Accept-Language, Accept-Encoding"
    assert answer["Cache-Control"] == "public, no-cache"
    assert "Set-Cookie" not in answer


@pytest.mark.parametrize(
    "address", ["/sdmx/v2/structure/dataflow/COP/COP_INDICATORS/1.0", "/sdmx/v1/dataflow/COP/COP_INDICATORS/1.0"]
)
@pytest.mark.parametrize("form", FORMS["structure", 2], ids=lambda form: form.writer)
def test_every_format_of_structures_is_offered_by_both_versions(get, address: str, form):
    answer = get(address, form.content_type)
    assert (answer.status_code, answer["Content-Type"]) == (200, form.content_type)


def test_defaults_are_those_of_each_version(get):
    assert get(DATA)["Content-Type"] == "application/vnd.sdmx.data+json;version=2.0.0"
    assert get(OLDER)["Content-Type"] == "application/vnd.sdmx.genericdata+xml;version=2.1"
    assert get("/sdmx/v2/structure/dataflow")["Content-Type"] == "application/vnd.sdmx.structure+json;version=2.0.0"
    assert get("/sdmx/v1/dataflow")["Content-Type"] == "application/vnd.sdmx.structure+xml;version=2.1"


@pytest.mark.parametrize(
    "address",
    ["/sdmx/v2/data", "/sdmx/v2/data/", "/sdmx/v2/data/dataflow/COP", "/sdmx/v2/data/*/*/*/*/*", "/sdmx/v2/data/datastructure/COP/COP_INDICATORS/~",
     "/sdmx/v1/data/COP_INDICATORS", "/sdmx/v1/data/COP,COP_INDICATORS/all/all", "/sdmx/v1/data/COP_INDICATORS/...../COP"],
)  # fmt: skip
def test_parts_of_the_address_may_be_left_out(get, address: str):
    assert get(address, CSV).content == get(DATA, CSV).content


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        (DATA + "A.ZZZ", 404, 100), (DATA + "A.B.C.D.E.F.G", 400, 140), (DATA + "?colour=red", 400, 140), (DATA + "?c[COLOUR]=red", 400, 150),
        (DATA + "?offset=" + "9" * 30, 404, 100), (DATA + "?limit=-1", 400, 140), (DATA + "?asOf=soon", 400, 140), (DATA + "x/y", 400, 140),
        (DATA + "?dimensionAtObservation=SEX", 501, 501), ("/sdmx/v2/data/dataflow/ECB/EXR", 404, 100), ("/sdmx/v2/data/colour", 400, 140),
        ("/sdmx/v2/data/provisionagreement/COP/COP_INDICATORS", 404, 100), ("/sdmx/v2/data/dataflow/COP/COP_INDICATORS/9.9", 404, 100),
        ("/sdmx/v2/data/dataflow/COP/COP_INDICATORS/one", 400, 140), ("/sdmx/v2/colour", 404, 100),
        ("/sdmx/v2/schema/dataflow/COP/COP_INDICATORS", 501, 501), ("/sdmx/v2/structure/codelist/COP/CL_SEX/1.0/X", 404, 100),
        ("/sdmx/v2/structure/codelist/COP/CL_COLOUR", 404, 100), ("/sdmx/v2/structure/categoryscheme", 404, 100), ("/sdmx/v2/structure/colour", 400, 140),
        ("/sdmx/v2/availability/dataflow/COP/COP_INDICATORS/+/*/COLOUR", 400, 150), ("/sdmx/v2/availability/*?mode=some", 400, 150),
        ("/sdmx/v2/availability/*?references=friends", 400, 150), (DATA + "a" * 8000, 414, 1414), (DATA + "?c[SEX]=" + "a" * 8000, 414, 1414),
        (OLDER + "A.ZZZ", 404, 100), (OLDER + "all/ECB", 404, 100), ("/sdmx/v1/data/a,b,c,d", 400, 140), ("/sdmx/v1/colour", 400, 140),
        ("/sdmx/v1/schema/x", 501, 501), (OLDER + "all?startPeriod=soon", 400, 140), ("/sdmx/v1/availableconstraint/EXR", 404, 100),
        ("/sdmx/v1/dataflow/COP/COP_INDICATORS/1.0/x/y", 400, 140),
    ],
)  # fmt: skip
def test_what_cannot_be_answered_is_the_standards_error(get, address: str, status: int, code: int):
    answer = get(address)
    assert answer.status_code == status
    told = error(answer)
    assert told[0] == code
    assert told[1].endswith(".")
    assert len(told[1]) < 500


@pytest.mark.parametrize("address", [DATA, OLDER, "/sdmx/v2/structure/dataflow", "/sdmx/v1/dataflow", "/sdmx/v2/availability/*"])
def test_a_format_that_is_not_offered_is_a_406_that_names_those_that_are(get, address: str):
    answer = get(address, "image/png")
    assert answer.status_code == 406
    assert "application/vnd.sdmx." in error(answer)[1]


def test_an_error_is_in_the_form_that_was_asked_for(get):
    for accept, kind in ((CSV, "json"), ("application/xml", "xml"), ("application/json", "json"), ("*/*", "json")):
        assert get(DATA + "A.ZZZ", accept)["Content-Type"] == f"application/{kind}"
    for accept, kind in (("application/json", "json"), ("*/*", "xml"), ("image/png", "xml")):
        assert get(OLDER + "A.ZZZ", accept)["Content-Type"] == f"application/{kind}"
    assert b"v3_0/message" in get(DATA + "A.ZZZ", "application/vnd.sdmx.data+xml;version=3.0.0").content
    assert b"v2_1/message" in get(OLDER + "A.ZZZ").content


@pytest.mark.parametrize("accept", [CSV, "application/json", "application/xml"])
def test_an_answer_that_a_client_has_is_not_sent_again(get, accept: str):
    first = get(DATA, accept)
    again = get(DATA, accept, **{"if-none-match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert again["Vary"] == first["Vary"]
    assert get(DATA, accept, **{"if-none-match": f'"other", {first["ETag"].removeprefix("W/")}'}).status_code == 304
    assert get(DATA, accept, **{"if-none-match": '"other"'}).status_code == 200
    assert get(DATA + "A.XAA", accept, **{"if-none-match": first["ETag"]}).status_code == 200


def test_a_release_that_is_published_changes_the_answer_at_once(get, published: Flow, monkeypatch: pytest.MonkeyPatch):
    first = get(DATA, CSV)
    monkeypatch.setattr(releases, "flow", lambda: replace(published, releases=published.releases[:2]))
    earlier = get(DATA, CSV, **{"if-none-match": first["ETag"]})
    assert earlier.status_code == 200
    assert earlier["ETag"] != first["ETag"]
    assert b"corrected" in first.content
    assert b"corrected" not in earlier.content


def test_one_address_has_an_answer_for_each_accept_header(get):
    kinds = [get(DATA, accept)["Content-Type"] for accept in (CSV, "application/json", CSV, "application/xml")]
    assert kinds[0] == kinds[2]
    assert len(set(kinds)) == 3


def test_large_answers_are_compressed_where_the_client_wants_it(get):
    plain = get(DATA, CSV).content
    squeezed = get(DATA, CSV, **{"accept-encoding": "gzip"})
    assert squeezed["Content-Encoding"] == "gzip"
    assert gzip.decompress(squeezed.content) == plain
    assert brotli.decompress(get(DATA, CSV, **{"accept-encoding": "gzip, br"}).content) == plain
    assert "Content-Encoding" not in get(DATA, CSV, **{"accept-encoding": "br;q=0"})


def test_names_are_in_the_language_of_the_reader(get):
    wish = CSV + ";labels=both"
    assert "XAA: Northland (fr)" in get(DATA, wish, **{"accept-language": "fr-CA, en;q=0.5"}).content.decode()
    answer = get(DATA, wish, **{"accept-language": "ar"})
    assert answer["Content-Language"] == "ar"
    assert "XAA: اسم" in answer.content.decode()
    assert "XAA: Northland," in get(DATA, wish, **{"accept-language": "ru"}).content.decode()


def test_a_form_cannot_be_sent(published: Flow):
    answer = Client(SERVER_NAME="localhost").post(DATA)
    assert answer.status_code == 405


def test_nothing_published_is_no_results_and_structures_are_there(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(releases, "flow", lambda: Flow((), (), (), date(2026, 1, 1)))
    client = Client(SERVER_NAME="localhost")
    for address in (DATA, OLDER, "/sdmx/v2/availability/*"):
        assert client.get(address).status_code == 404
    for form in FORMS["structure", 2]:
        answer = client.get("/sdmx/v2/structure/*/*/*/*?references=all", headers={"accept": form.content_type})
        assert answer.status_code == 200


def test_the_examples_of_the_document_are_answered(get):
    text = (PACKAGE.parent / "docs" / "statistics.md").read_text(encoding="utf-8")
    examples = re.findall(r"^\$ curl (?:-g?H? '?Accept: ([^']*)' |-g )?'http://localhost:8000([^']+)'$", text, re.MULTILINE)
    assert len(examples) == text.count("$ curl") == 9
    for accept, address in examples:
        answer = get(address.replace("CRI", "XAA").replace("PAN", "XAB"), accept or "*/*")
        assert answer.status_code == 200 or (error(answer)[0] == 100 and "asOf" not in address), address


def test_the_document_names_every_format_and_code(get):
    text = (PACKAGE.parent / "docs" / "statistics.md").read_text(encoding="utf-8")
    for form in (*FORMS["data", 2], *FORMS["structure", 2]):
        assert form.type in text
        assert form.version in text
    for code, status in STATUS.items():
        assert f"| {status} | {code} |" in text


def links_of(value: object) -> set[str]:
    if isinstance(value, dict):
        own = {value["href"]} if "href" in value else set()
        return own.union(*(links_of(one) for one in value.values()))
    return set().union(*(links_of(one) for one in value)) if isinstance(value, list) else set()


@pytest.mark.parametrize("version", [1, 2])
def test_no_link_of_a_structure_answer_leads_nowhere(get, version: int):
    """From one address on, every link in JSON and every address of a stub in XML is followed until nothing is new."""
    root = f"http://localhost/sdmx/v{version}/"
    base = root + ("structure/" if version == 2 else "")
    waiting, seen = {f"{base}dataflow/COP/COP_INDICATORS/1.0?references=all"}, set()
    data = DATA if version == 2 else OLDER
    waiting |= links_of(json.loads(get(data, "application/vnd.sdmx.data+json;version=2.0.0").content))
    waiting |= links_of(json.loads(get(data, "application/vnd.sdmx.data+json;version=1.0.0").content))
    waiting |= {f"{base}dataflow/COP?references=descendants&detail=referencestubs"}
    while waiting:
        address = waiting.pop()
        seen.add(address)
        parts = urlsplit(address)
        answer = get(parts.path + ("?" + parts.query if parts.query else ""), "application/vnd.sdmx.structure+json;version=2.0.0")
        assert answer.status_code == 200, address
        found = links_of(json.loads(answer.content))
        xml = get(parts.path + ("?" + parts.query if parts.query else ""), "application/vnd.sdmx.structure+xml;version=2.1")
        found |= {one.get("structureURL") for one in etree.fromstring(xml.content).iter() if one.get("structureURL")}
        waiting |= found - seen
    assert len(seen) == 3 + 12


WORDS = st.sampled_from(
    ["*", "+", "~", "all", "COP", "COP_INDICATORS", "1.0", "dataflow", "data", "structure", "availability", "codelist", "CL_SEX", "A.XAA",
     "A.XAA.H-01.F.Y9T12._T", "...", "%00", "..", ",", "++", "F+M", "\u202e", "'", '"', "<x>", "%0a", "latest", "schema", "availableconstraint"]
)  # fmt: skip
ANY = st.text(st.characters(codec="utf-8"), max_size=12)
PART = WORDS | ANY.map(lambda text: quote(text, safe=""))
NAMES = st.sampled_from(
    ["c[TIME_PERIOD]", "c[SEX]", "c[OBS_VALUE]", "c[COMMENT_OBS]", "c[", "c[]", "updatedAfter", "asOf", "firstNObservations", "lastNObservations",
     "dimensionAtObservation", "attributes", "measures", "includeHistory", "offset", "limit", "sort", "detail", "references", "mode", "startPeriod",
     "endPeriod", "reportingYearStartDay", "x"]
)  # fmt: skip
VALUES = st.sampled_from(
    ["", "true", "1", "0", "-1", "9" * 40, "1e5", "2014", "ge:2014+le:2020", "ge:", "co:a,nc:b+sw:c", "gt:nan", "lt:inf", "2026-01-01", "0001-01-01T00:00:00%2B23:59",
     "9999-12-31T23:59:59-23:59", "TIME_PERIOD", "AllDimensions", "none", "all", "OBS_STATUS,UNIT_MULT", "*:desc", "TIME_PERIOD:desc+series_key", "OBS_VALUE",
     "allstubs", "referencestubs", "descendants", "codelist,dataflow", "available", "%ff%fe", "serieskeysonly", "nodata", "9999-W53", "0000"]
) | ANY.map(lambda text: quote(text, safe="+,:"))  # fmt: skip
RANGE = st.sampled_from(
    ["*/*", "application/*", "text/*", "text/csv", "application/json", "application/xml", "image/png", "", ";", ";;q=", "a/b;q=x", "q=1", "*/*;q=nan",
     "application/vnd.sdmx.data+csv;version=2.0.0;labels=both;keys=both", "application/vnd.sdmx.data+json;version=1.0.0-wd;q=0.5",
     "application/vnd.sdmx.data+xml;version=3.0.0", "application/vnd.sdmx.structure+xml;version=2.1", "application/vnd.sdmx.genericdata+xml;version=2.1"]
) | st.text(string.printable.replace("\n", "").replace("\r", ""), max_size=20)  # fmt: skip
GOOD = st.sampled_from(
    [
        DATA,
        OLDER,
        DATA + "A.XAA",
        "/sdmx/v2/availability/*/*/*/*/A.XAA",
        "/sdmx/v2/structure/*",
        "/sdmx/v1/codelist",
        "/sdmx/v1/availableconstraint/COP_INDICATORS",
    ]
)
ADDRESS = GOOD | st.tuples(st.sampled_from(["v1", "v2"]), st.lists(PART, max_size=8)).map(
    lambda both: f"/sdmx/{both[0]}/{'/'.join(both[1])}"
)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    address=ADDRESS, query=st.lists(st.tuples(NAMES, VALUES), max_size=4), accept=st.lists(RANGE, max_size=4), language=RANGE, encoding=RANGE, tag=RANGE
)  # fmt: skip
def test_whatever_is_asked_the_answer_is_one_of_the_standard(get, address, query, accept, language, encoding, tag):
    text = "&".join(f"{name}={value}" for name, value in query)
    headers = {"accept-language": language, "accept-encoding": encoding, "if-none-match": tag}
    answer = get(f"{address}?{text}" if text else address, ",".join(accept), **headers)
    assert answer.status_code in ALLOWED
    if answer.status_code >= 400:
        assert error(answer)[1]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=NAMES, value=VALUES, older=st.booleans(), accept=RANGE)
def test_a_single_odd_parameter_never_breaks_an_answer(get, name, value, older, accept):
    answer = get(f"{OLDER if older else DATA}?{name}={value}", accept)
    assert answer.status_code in ALLOWED
