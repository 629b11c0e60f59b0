"""The file form on the country page: it answers at once, keeps nothing, and refuses what is not ours."""

import io
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cop.ground.core.door import ground, words
from cop.observatory.core.door import observatory
from cop.observatory.formats.workbook import write_template

OURS = {"sec-fetch-site": "same-origin"}
ADDRESS = "/en/countries/CRI/facts/"


def workbook(stated=None, code="CRI"):
    return write_template(observatory().indicators, ground().places.country(code), words("en"), stated)


def send(raw, headers=OURS, address=ADDRESS, name="mine.xlsx"):
    return Client().post(address, {"workbook": SimpleUploadedFile(name, raw)}, headers=headers)


def test_a_workbook_changes_the_answer_at_once_and_is_marked():
    stated = {"P1-01": {"D": "no", "G": "Law review (invented)"}, "P3-02": {"D": "yes", "G": "Decree (invented)"}}
    response = send(workbook(stated))
    text = response.content.decode()
    assert response.status_code == 200
    assert "Stated by the user, not published." in text
    assert "Draft" in text or "R06" in text
    assert "answers 3 of 32 questions" in text
    assert response["Cache-Control"] == "no-store"
    assert "answers 1 of 32 questions" in Client().get("/en/countries/CRI/").content.decode()


def test_nothing_is_written_to_disk(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    send(workbook())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "headers", [{"sec-fetch-site": "cross-site"}, {"origin": "https://elsewhere.example"}, {}, {"sec-fetch-site": "none"}]
)
def test_a_form_from_elsewhere_is_refused(headers):
    response = send(workbook(), headers)
    assert response.status_code == 403
    assert b"not sent from our own page" in response.content


def test_an_old_browser_with_our_origin_is_served():
    assert send(workbook(), {"origin": "http://testserver"}).status_code == 200


def test_a_refused_workbook_names_the_cell_and_shows_the_published_answer():
    response = send(workbook({"P1-01": {"D": "yes"}}))
    assert response.status_code == 400
    assert b"cell G6" in response.content
    assert b"answers 1 of 32 questions" in response.content


@pytest.mark.parametrize("raw", [b"", b"PK\x03\x04", b"<html>", b"\0" * 5000])
def test_a_file_that_is_no_workbook_is_refused_in_words(raw):
    assert send(raw).status_code == 400


def test_a_file_over_a_megabyte_is_refused_unread():
    response = send(io.BytesIO(b"x" * 1_100_000).read())
    assert response.status_code == 413


def test_a_length_that_is_no_number_is_refused_and_never_fails():
    assert Client().post(ADDRESS, {}, headers=OURS, CONTENT_LENGTH="²").status_code == 413


def test_a_workbook_of_another_country_and_a_missing_file_are_refused():
    assert send(workbook(code="KEN")).status_code == 400
    assert Client().post(ADDRESS, {}, headers=OURS).status_code == 400
    assert Client().get(ADDRESS).status_code == 400


def test_a_file_name_comes_back_harmless():
    response = send(b"x", name="<script>alert(1)</script>.xlsx")
    assert b"<script>" not in response.content


@pytest.mark.parametrize("lang", ["en", "ar", "zh-hans"])
def test_the_workbook_to_fill_in_is_offered_in_each_language(lang):
    response = Client().get(f"/{lang}/countries/CRI/facts.xlsx")
    assert response.status_code == 200
    assert response.content[:2] == b"PK"


def test_the_form_works_without_script():
    text = Client().get("/en/countries/CRI/").content.decode()
    assert 'method="post" enctype="multipart/form-data" action="/en/countries/CRI/facts/"' in text
    assert Path(ADDRESS).name == "facts"
