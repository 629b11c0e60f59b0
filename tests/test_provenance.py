"""A number has a passport: every figure of an answer leads back to a cell, and changing the cell changes what shows it."""

import csv
import json
from datetime import date

import pytest
from django.test import Client, override_settings

from cop.front.core.door import country_answer, rooms
from cop.front.formats.data import country_dict
from cop.front.formats.pdf import document_values, texts_of
from cop.front.formats.text import country_text
from cop.ground.core.dates import parse_date
from cop.ground.core.door import PACKAGE, words
from tests.conftest import AT

FIVE = [("CRI", "en"), ("KEN", "fr"), ("SAU", "ar"), ("CHN", "zh-hans"), ("TUV", "en")]


def cell(where):
    room, name = where["file"].split("/")
    with (PACKAGE / room / "data" / name).open(encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))
    return lines[where["row"] - 1][lines[0].index(where["column"])]


def answered(code, lang, root=None, at=AT):
    held = rooms(root)
    return country_answer(held, held.ground.places.country(code), at), words(lang)


def rule_2_of_child_helplines(line):
    return line["status"] == "as published, not test-called" and line["source"] and line["date"]


@pytest.mark.parametrize(("code", "lang"), FIVE)
def test_every_fact_figure_date_and_number_leads_back_to_its_cell(code, lang):
    data = country_dict(*answered(code, lang))
    traced = 0
    for fact in (f for pillar in data["pillars"] for f in pillar["facts"]):
        assert fact["cells"], fact["code"]
        assert fact["source"]
        assert fact["licence"]
        assert parse_date(fact["date"])
        if fact["in_force"]:
            assert cell(fact["cells"][0]) == fact["in_force"]
        traced += 1
    for figure in data["context"]:
        assert float(cell(figure["cells"][0])) == figure["value"]
        traced += 1
    if data["children_weight"]:
        children = next(f for f in data["context"] if f["code"] == "X-01")
        assert data["children_weight"]["cells"] == children["cells"]
    for line in data["help"]["emergency"]:
        assert cell({**line, "column": "number"}) == line["number"]
        assert cell({**line, "column": "as_of"}) == line["date"]
        traced += 1
    for line in data["help"]["helplines"]:
        assert cell({**line, "column": "number"}) == line["number"]
        assert rule_2_of_child_helplines(line)
    for target in data["targets"]:
        for row in target["rows"]:
            for key, where in zip(("baseline", "target"), row["cells"], strict=True):
                assert (float(cell(where)) if cell(where) else None) == row[key]
    assert traced >= 4


def test_one_changed_treaty_date_changes_answer_document_table_and_map(changed):
    fact = next(f for p in country_dict(*answered("CRI", "en"))["pillars"] for f in p["facts"] if f["code"] == "P1-09/OPSC")
    where = fact["cells"][0]
    root = changed(where["file"], where["row"], where["column"], "2019-05-06")
    before, after = answered("CRI", "en"), answered("CRI", "en", root)
    for surface in (
        lambda pair: country_text(*pair),
        lambda pair: " ".join(texts_of(document_values(*pair))),
        lambda pair: json.dumps(country_dict(*pair)["pillars"], ensure_ascii=False),
    ):
        assert "6 May 2019" in surface(after)
        assert "6 May 2019" not in surface(before)
    in_2014 = date(2014, 12, 31)
    assert rooms(None).observatory.map_layer("P1-09/OPSC", in_2014).css("CRI") == "yes"
    assert rooms(root).observatory.map_layer("P1-09/OPSC", in_2014).css("CRI") == "no"
    assert rooms(root).observatory.coverage("P1-09/OPSC", in_2014).n == 168
    assert rooms(root).ground.release != rooms(None).ground.release
    with override_settings(COP_REFERENCE=root):
        client = Client()
        assert b"6 May 2019" in client.get("/en/countries/CRI/").content
        assert b"2019-05-06" in client.get("/countries/CRI.csv").content
        rows = json.loads(client.get("/map.json?indicator=P1-09/OPSC&year=2014").content)["rows"]
        assert next(row["state"] for row in rows if row["iso3"] == "CRI") == "no"


@pytest.mark.parametrize(
    ("code", "pick"),
    [
        ("SAU", lambda d: d["context"][0]),
        ("CHN", lambda d: d["context"][1]),
    ],
)
def test_a_changed_figure_changes_text_page_and_table(changed, code, pick):
    where = pick(country_dict(*answered(code, "en")))["cells"][0]
    value = "12" if where["column"] == "internet_users_pct" else "1234567"
    root = changed(where["file"], where["row"], where["column"], value)
    shown = "12.0%" if value == "12" else "1,234,567"
    assert shown in country_text(*answered(code, "en", root))
    assert shown in " ".join([country_text(*answered(code, "en", root))])
    with override_settings(COP_REFERENCE=root):
        assert shown.encode() in Client().get(f"/en/countries/{code}/").content
        assert value.encode() in Client().get(f"/countries/{code}.csv").content


def test_a_changed_number_changes_what_a_child_sees(changed):
    line = country_dict(*answered("CRI", "en"))["help"]["emergency"][0]
    root = changed(line["file"], line["row"], "number", "912")
    with override_settings(COP_REFERENCE=root):
        for page in ("/en/help/CR/", "/en/countries/CRI/"):
            assert b"tel:912" in Client().get(page).content
    assert "912" in country_text(*answered("CRI", "en", root))


def test_the_release_id_is_on_every_download():
    client = Client()
    release = rooms(None).ground.release
    for address in (
        "/countries.csv",
        "/countries/CRI.csv",
        "/map.csv",
        "/targets.csv",
        "/indicators.csv",
        "/data.csv",
        "/help.csv",
        "/methods.csv",
    ):
        assert release.encode() in client.get(address).content, address
