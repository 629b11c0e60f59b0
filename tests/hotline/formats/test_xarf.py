"""Notices that machines read, held against the official schemas of the format."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource

from cop.hotline.core.notice import Line, Sender
from cop.hotline.formats import xarf

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
SENDER = Sender("Invented Authority", "notices@hotline.example")
LINE = Line("N-1", "bad.example/page?x=1", "web", "baseline", date(2026, 11, 20), "Invented Act", "third", "AS64500", "XA")


@pytest.fixture(scope="module")
def official():
    folder = files("xarf") / "schemas"
    held = [json.loads(path.read_text(encoding="utf-8")) for path in [folder / "xarf-core.json", *(folder / "types").iterdir()]]
    registry = Registry().with_resources([(one["$id"], Resource.from_contents(one)) for one in held])
    (csam,) = (one for one in held if one["$id"].endswith("content-csam.json"))
    return Draft202012Validator(csam, registry=registry, format_checker=FormatChecker())


HOSTS = st.from_regex(r"[a-z]{1,12}(\.[a-z]{1,9}){0,2}\.example", fullmatch=True)
PATHS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=40)


@given(host=HOSTS, path=PATHS, network=st.sampled_from(["", "AS64500", "AS0", "ASx"]), country=st.sampled_from(["", "XA", "xb"]))
def test_every_line_of_the_web_is_a_report_that_the_official_schema_takes(official, host, path, network, country):
    line = replace(LINE, address=f"http://{host}/{path}", network=network, country=country)
    if xarf.can_tell(line):
        found = xarf.report_of(line, SENDER, at=AT)
        official.validate(json.loads(json.dumps(found)))
        assert set(found) <= set(xarf.FIELDS)
        assert found["xarf_version"].startswith("4.2.")


def test_a_report_never_has_evidence_and_says_when_it_is_a_test(official):
    """NOTICE-06, S-08"""
    found = json.loads(xarf.write(LINE, SENDER, at=AT, test=True))
    official.validate(found)
    assert not {"evidence", "_internal", "screenshot_url", "hash_values"} & set(found)
    assert found["tags"] == ["lifecycle:test"]
    assert (found["type"], found["classification"], found["detection_method"]) == ("csam", "baseline", "manual_review")
    assert (found["url"], found["source_identifier"]) == ("https://bad.example/page?x=1", "bad.example")
    assert (found["asn"], found["country_code"]) == (64500, "XA")
    assert "tags" not in xarf.report_of(LINE, SENDER, at=AT)


def test_the_same_line_has_the_same_id_however_often_it_is_sent():
    first, second = (xarf.report_of(LINE, SENDER, at=at) for at in (AT, AT.replace(day=25)))
    assert first["report_id"] == second["report_id"]
    assert xarf.report_of(replace(LINE, reference="N-2"), SENDER, at=AT)["report_id"] != first["report_id"]


@pytest.mark.parametrize(
    "other", [{"outcome": "national"}, {"address": "@somebody"}, {"address": "group 12 in an app"}, {"address": " "}]
)
def test_what_the_format_has_no_words_for_gets_no_report(other):
    line = replace(LINE, **other)
    assert not xarf.can_tell(line)
    with pytest.raises(ValueError, match="no words"):
        xarf.report_of(line, SENDER, at=AT)
