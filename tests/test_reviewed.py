"""What reviewers broke once: it stays mended."""

import io
import json
import re
import shutil
import zipfile
from datetime import date

import openpyxl
import pytest
from django.test import Client, override_settings

from cop.cli.main import main
from cop.front.core.door import country_answer
from cop.ground.core.door import PACKAGE, ground, words
from cop.observatory.core.door import observatory
from cop.observatory.formats.workbook import FIRST_ROW, BadWorkbook, lines, read_facts, write_template
from tests.conftest import AT
from tests.facts_files import invented

INDICATORS = observatory().indicators
ROWS = {line.code: number for number, line in enumerate(lines(INDICATORS), start=FIRST_ROW)}


def template(stated=None):
    return write_template(INDICATORS, invented("XAA"), words("en"), stated)


def read(raw):
    return read_facts(raw, "mine.xlsx", INDICATORS, "XAA", AT)


def with_part(raw, name, change):
    """The workbook with one part of its archive changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            content = old.read(item.filename)
            new.writestr(item.filename, change(content) if item.filename == name else content)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def test_a_merge_of_a_million_cells_costs_nothing():
    raw = with_part(template(), SHEET, lambda xml: xml.replace(b"</mergeCells>", b'<mergeCell ref="L200:ALW1200"/></mergeCells>'))
    assert read(raw) == {}


@pytest.mark.parametrize(
    "bomb", [b'<row r="5000">' + b"<c/>" * 900_000 + b"</row></sheetData>", b"<!-- " + b"x" * 3_500_000 + b" --></sheetData>"]
)
def test_a_small_file_that_unpacks_to_much_is_refused(bomb):
    with pytest.raises(BadWorkbook, match="unpacks to more"):
        read(with_part(template(), SHEET, lambda xml: xml.replace(b"</sheetData>", bomb)))


def test_a_document_type_is_refused():
    bad = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>'
    with pytest.raises(BadWorkbook):
        read(with_part(template(), SHEET, lambda xml: re.sub(rb"^<\?xml[^>]*\?>", bad, xml)))


def test_an_infinite_number_is_refused_with_its_cell():
    row = ROWS["P4-02"]
    raw = with_part(
        template(),
        SHEET,
        lambda xml: re.sub(rf'<c r="E{row}"[^>]*>.*?</c>'.encode(), f'<c r="E{row}"><v>1e999</v></c>'.encode(), xml),
    )
    with pytest.raises(BadWorkbook, match=f"cell E{row}"):
        read(raw)


@pytest.mark.parametrize(("code", "cells", "said"), [
    ("P1-01", {"E": "no law exists", "G": "gazette (invented)"}, "cell D"),
    ("P1-07/grooming", {"D": "no"}, "cell G"),
    ("P4-01", {"D": "no", "E": "3", "G": "Ministry (invented)"}, "cell D"),
    ("P4-02", {"E": "1,234", "G": "Ministry (invented)"}, "cell E"),
    ("P1-01", {"D": "yes", "G": "Act (invented)", "J": "2026-12-31"}, "cell J"),
])  # fmt: skip
def test_what_could_be_misread_is_refused_with_its_cell(code, cells, said):
    with pytest.raises(BadWorkbook, match=f"{said}{ROWS[code]}"):
        read(template({code: cells}))


def test_swapped_columns_are_refused():
    book = openpyxl.load_workbook(io.BytesIO(template()))
    page = book["facts"]
    page["I5"], page["J5"] = page["J5"].value, page["I5"].value
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(BadWorkbook, match="cell I5"):
        read(out.getvalue())


def test_a_law_in_force_since_this_year_is_in_force():
    stated = read(template({"P1-01": {"D": "yes", "G": "Act (invented)", "I": "2026", "J": "2026"}}))
    assert observatory().standing(invented("XAA"), AT, stated).readings.state("P1-01") == "yes"


def test_a_number_too_old_today_is_not_shown_for_a_past_day(held):
    country = held.ground.places.country("AGO")
    assert country_answer(held, country, date(2023, 6, 1), today=AT).help.is_fallback
    assert b"tel:15015" not in Client().get("/en/countries/AGO/?at=2023-06-01").content


def test_a_newspaper_alone_never_vouches_for_a_number():
    services = ground().services
    shown = [s for area in ground().places.help_areas for s in services.shown(area, AT)]
    assert {s.source_kind for s in shown} <= {"provider", "government", "child_helpline_international"}


def test_a_derived_answer_names_the_cells_that_decide_it(held):
    reading = held.observatory.reading("IND", "P2-02", AT)
    assert reading.state == "yes"
    assert {cell.file for cell in reading.answer.provenance.cells} == {"ground/helplines.csv"}
    derived = held.observatory.reading("CRI", "P1-09", AT).answer
    assert len(derived.provenance.cells) == 2
    assert str(derived.since) == "2002-04-09"


def test_a_share_of_the_world_s_children_is_that_of_what_it_is_made_of(held, capsys):
    assert held.observatory.coverage("P2-11", AT).n == held.observatory.coverage("P2-01", AT).n > 0
    assert main(["coverage", "X-01"]) == 2
    assert "X-01" in capsys.readouterr().err


@pytest.mark.parametrize("file", ["observatory/treaty_parties", "ground/helplines", "observatory/targets", "ground/countries"])
def test_a_damaged_passport_never_makes_an_empty_page(tmp_path, file):
    room, name = file.split("/")
    (tmp_path / room).mkdir()
    for end in (".csv", ".passport.toml"):
        shutil.copy(PACKAGE / room / "data" / f"{name}{end}", tmp_path / room)
    path = tmp_path / room / f"{name}.passport.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("accessed =", "accessd ="), encoding="utf-8")
    with override_settings(COP_REFERENCE=tmp_path):
        client = Client(raise_request_exception=False)
        for address in ("/en/", "/en/countries/CRI/", "/en/help/CR/", "/en/data/", "/healthz", "/en/nothing/"):
            response = client.get(f"{address}?damaged={name}")
            assert response.status_code in (200, 404, 503), address
            assert len(response.content) > 50, address
        if room == "observatory":
            assert client.get("/en/help/CR/?own").status_code == 200
        assert client.get("/healthz").status_code == 503


@pytest.mark.parametrize("definition", ["rules.yaml", "composites.yaml", "indicators/P1.yaml"])
def test_a_wrong_definition_is_named(tmp_path, definition, monkeypatch, capsys):
    target = tmp_path / "observatory" / definition
    target.parent.mkdir(parents=True)
    target.write_text("- {code: X, id: X, key: X, unexpected: 1}\n")
    monkeypatch.setenv("COP_REFERENCE", str(tmp_path))
    assert main(["country", "CRI"]) == (0 if definition == "composites.yaml" else 1)
    if definition != "composites.yaml":
        assert definition in capsys.readouterr().err


def test_other_methods_are_refused():
    client = Client()
    for method in (client.post, client.put, client.delete, client.patch):
        assert method("/en/methods/").status_code == 405


def test_a_broken_origin_is_refused_without_a_500():
    response = Client().post("/en/countries/CRI/facts/", {}, headers={"origin": "http://["})
    assert response.status_code == 403


def test_an_address_without_its_last_slash_leads_to_the_page():
    for address in ("/en/countries/CRI", "/ar/map", "/en"):
        response = Client().get(f"{address}?at=2014")
        assert (response.status_code, response["Location"]) == (301, f"{address}/?at=2014")


def test_a_weakened_tag_is_known_again():
    client = Client()
    tag = client.get("/en/about/")["ETag"]
    assert client.get("/en/about/", headers={"if-none-match": f'"x", {tag}'}).status_code == 304


@pytest.mark.parametrize("at", ["9998", "1500", "2028-01-01"])
def test_a_day_outside_what_is_known_is_refused(at):
    for path in ("countries/CRI/", "indicators/P1-09/OPSC/"):
        assert Client().get(f"/en/{path}?at={at}").status_code == 400


def test_a_query_is_never_repeated_at_length():
    body = Client().get("/help.csv?z=" + "x" * 5000).content
    assert b"xxxxxxxx" not in body


def test_a_broken_goals_file_leaves_the_pages_whole(tmp_path):
    for text in ("[[goal", '[[goal]]\nindicator="P9-99"\nmeasure="yes"\nvalue=1\nby="2030"\nset_by="x"\n'):
        (tmp_path / "goals.toml").write_text(text)
        with override_settings(COP_DATA=tmp_path):
            assert Client().get(f"/en/targets/?goals={len(text)}").status_code == 200


def test_the_page_in_a_file_has_its_style_whole(capsysbinary):
    assert main(["country", "CRI", "--format", "html"]) == 0
    text = capsysbinary.readouterr().out.decode()
    style = re.search(r"<style>(.*?)</style>", text, re.S)[1]
    assert "&#" not in style
    assert 'Charter, "Bitstream Charter"' in style


def test_116_111_keeps_its_order_in_arabic():
    t = words("ar")
    said = t("Child Helpline International, conditions for 116 111")
    assert "\u2066116 111\u2069" in said


def test_a_projection_says_so(held):
    data = json.loads(Client().get("/countries/CRI.json").content)
    children = next(item for item in data["context"] if item["code"] == "X-01")
    assert children["projection"]
    assert "projection" in Client().get("/en/countries/CRI/").content.decode()


def test_gaps_stand_in_the_answer(held):
    data = json.loads(Client().get("/countries/CRI.json").content)
    assert len(data["gaps"]) == data["band"]["asked"] - 1
    assert {gap["state"] for gap in data["gaps"]} == {"unknown"}


def test_what_can_never_become_a_yes_does_not_widen_the_upper_bound():
    from cop.ground.core.answers import Answer, State
    from cop.ground.core.dates import parse_date
    from cop.ground.core.provenance import Provenance
    from cop.observatory.core.coverage import NOT, UNKNOWN, code_of
    from cop.observatory.core.readings import readings

    def said(state):
        return Answer(state, Provenance("invented", None, "facts"), parse_date("2026-11"))

    one_no = readings(INDICATORS, {"P1-07/grooming": said(State.NO)}, AT)["P1-07"]
    one_yes = readings(INDICATORS, {"P1-07/grooming": said(State.YES)}, AT)["P1-07"]
    assert (one_no.state, code_of(one_no)) == (State.UNKNOWN, NOT)
    assert (one_yes.state, code_of(one_yes)) == (State.UNKNOWN, UNKNOWN)


def test_the_page_cache_stays_within_its_count_and_its_bytes(monkeypatch):
    from django.http import HttpResponse
    from django.test import RequestFactory

    from cop.config import middleware

    def large(request):
        return HttpResponse(b"x" * 1000, headers={"Cache-Control": "public"})

    cache = middleware.PageCache(large)
    monkeypatch.setattr(middleware, "MOST_KEPT_TOGETHER", 5_500)
    for year in range(2000, 2020):
        cache(RequestFactory().get(f"/en/map/?year={year}"))
    assert (len(cache.kept), cache.bytes) == (5, 5000)
    for address in ("/en/countries/?q=a", "/en/map/?yaer=2010", "/en/map/?indicator=" + "x" * 300):
        cache(RequestFactory().get(address))
    assert (len(cache.kept), cache.bytes) == (5, 5000)
    with override_settings(COP_CACHED_PAGES=0):
        cache(RequestFactory().get("/en/about/"))
    assert (len(cache.kept), cache.bytes) == (0, 0)


@pytest.mark.parametrize("length", ["many", "-1", "99999999999"])
def test_a_length_that_is_none_is_refused_without_a_500(length):
    response = Client().post("/en/countries/CRI/facts/", {}, headers={"sec-fetch-site": "same-origin"}, CONTENT_LENGTH=length)
    assert response.status_code in (400, 413)
