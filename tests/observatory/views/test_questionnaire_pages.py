"""Questionnaires on the desk and in public: who may bring one, what is refused with its place, and files that open (QST-04)."""

from __future__ import annotations

import csv
import io
import json

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from docx import Document
from pypdf import PdfReader

from cop.ground.models import AuditEntry
from cop.observatory.core.questionnaire import from_json
from cop.observatory.formats.xlsform import MOST_BYTES, read_xlsform
from cop.observatory.models import QuestionnaireVersion, Round
from tests.desk import signed_in
from tests.form_files import built, form_bytes, form_source
from tests.survey import a_round

pytestmark = pytest.mark.django_db
HERE = "/desk/questionnaires/"
DAYS = {"opens": "2027-01-01", "closes": "2027-03-01", "preview_until": "2027-04-10", "embargo_until": "2027-04-20"}


@pytest.fixture
def officer(tmp_path, settings) -> Client:
    settings.COP_DATA = tmp_path
    return signed_in("programme_officer")


def bring(client: Client, raw: bytes, name: str = "form.xlsx"):
    return client.post(HERE, {"form": SimpleUploadedFile(name, raw)})


def changed(name: str, **settings: str) -> bytes:
    source = form_source(name)
    source["settings"] = {**source.get("settings", {}), **settings}
    return built(source)


def kept(client: Client, raw: bytes) -> int:
    answer = bring(client, raw)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    return int(answer["Location"].removeprefix(HERE).partition("/")[0])


def test_only_who_edits_questionnaires_sees_and_brings_them(officer):
    number = kept(officer, form_bytes("places"))
    paths = [HERE, "/desk/questionnaires.csv", f"{HERE}{number}/", f"{HERE}{number}/questionnaire.xlsx",
             f"{HERE}{number}/questionnaire.json", f"{HERE}{number}/en.docx", f"{HERE}{number}/en.pdf"]  # fmt: skip
    for path in paths:
        assert officer.get(path).status_code == 200, path
        nobody = Client().get(path)
        assert nobody.status_code == 302, path
        assert "/desk/" in nobody["Location"]
        for role, scope in (("reviewer", ""), ("administrator", ""), ("focal_point", "round/test-2026/CRI")):
            assert signed_in(role, scope).get(path).status_code == 404, (path, role)
    assert bring(signed_in("reviewer"), form_bytes("scoring")).status_code == 404
    assert QuestionnaireVersion.objects.count() == 1
    assert '<a href="/desk/questionnaires/"' in officer.get("/desk/").content.decode()
    assert '<a href="/desk/questionnaires/"' not in signed_in("reviewer").get("/desk/").content.decode()


def test_a_form_that_is_brought_is_kept_once_with_one_entry_and_says_what_it_does_not_use(officer):
    source = form_source("places")
    source["survey"].append({"type": "image", "name": "photo", "label": "Photo"})
    number = kept(officer, built(source))
    assert AuditEntry.objects.filter(verb="add questionnaire").count() == 1
    page = officer.get(f"{HERE}{number}/?done=kept").content.decode()
    row = QuestionnaireVersion.objects.get(pk=number)
    assert row.frozen_at is None
    assert row.sha256 in page
    assert row.not_carried
    assert "image" in page.partition('id="not-carried"')[2]
    assert "Français" in page.partition('id="languages"')[2]
    assert 'id="city"' in page
    assert kept(officer, built(source)) == number
    assert AuditEntry.objects.filter(verb="add questionnaire").count() == 1


@pytest.mark.parametrize("lang", ["en", "fr", "ar"])
def test_a_broken_form_is_refused_with_sheet_row_and_column(officer, lang):
    source = form_source("places")
    source["survey"][1]["type"] = "select_one nowhere"
    answer = officer.post(f"{HERE}?lang={lang}", {"form": SimpleUploadedFile("f.xlsx", built(source))})
    assert answer.status_code == 400
    place = answer.content.decode().partition('id="place"')[2][:300]
    assert "sheet survey row 3 column type" in place
    assert "nowhere" in place
    assert not QuestionnaireVersion.objects.exists()


def test_repeats_and_a_version_that_is_too_long_are_refused_RND_02(officer):
    answer = bring(officer, form_bytes("household"))
    assert answer.status_code == 400
    text = answer.content.decode()
    assert "groups that repeat: person" in text
    assert "write begin_group and end_group instead" in text
    answer = bring(officer, changed("places", version="v" * 33))
    assert answer.status_code == 400
    assert "32 signs" in answer.content.decode()
    assert not QuestionnaireVersion.objects.exists()


def test_hostile_bytes_and_names_are_refused_and_never_break(officer):
    whole = form_bytes("places")
    for raw in (b"\x00", b"PK\x03\x04" + b"\x00" * 500, whole[: len(whole) // 2], b"<script>alert(1)</script>", whole[::-1]):
        for name in ("form.xlsx", "<script>alert(1)</script>.xlsx", "\u202efdp.xlsx", "a\x00b.xlsx", "../../etc/passwd"):
            answer = bring(officer, raw, name)
            assert answer.status_code == 400
            assert "<script>alert" not in answer.content.decode()
    for large in (MOST_BYTES + 1, MOST_BYTES + 2, 3 * MOST_BYTES):
        answer = bring(officer, b"x" * large)
        assert answer.status_code == 400
        assert "1 MB" in answer.content.decode()
    assert officer.post(HERE, {}).status_code == 400
    assert officer.post(HERE, {"form": "no file"}).status_code == 400
    assert not QuestionnaireVersion.objects.exists()


def test_texts_of_a_form_are_shown_as_texts(officer):
    source = form_source("places")
    source["survey"][0]["label"] = "<script>alert(1)</script> | b | c | d"
    source["settings"]["form_title"] = "<img src=x onerror=alert(2)>"
    number = kept(officer, built(source))
    for path in (HERE, f"{HERE}{number}/", "/desk/rounds/new/"):
        page = officer.get(path).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "&lt;img src=x" in page


def test_lists_are_searched_and_taken_away_and_odd_addresses_are_404(officer):
    kept(officer, form_bytes("places"))
    kept(officer, form_bytes("consent"))
    assert "Places" in officer.get(f"{HERE}?q=PLAC").content.decode()
    assert "Consent" not in officer.get(f"{HERE}?q=PLAC").content.decode()
    for odd in ("\x00", "x" * 5000, "%", "<script>", "\u202e"):
        page = officer.get(HERE, {"q": odd})
        assert page.status_code == 200
        assert "<script>" not in page.content.decode()
        assert officer.get("/desk/questionnaires.csv", {"q": odd}).status_code == 200
    body = json.loads(officer.get("/desk/questionnaires.json?q=plac").content)
    assert "places" in json.dumps(body)
    assert "consent" not in json.dumps(body)
    book = openpyxl.load_workbook(io.BytesIO(officer.get("/desk/questionnaires.xlsx").content))
    assert any("consent" in str(cell) for row in book.worksheets[0].iter_rows(values_only=True) for cell in row)
    for path in (
        "0/",
        "999999999/",
        "9999999999999999999999/",
        "%00/",
        "1%00/",
        "x/",
        "999999999/en.pdf",
        "999999999/questionnaire.xlsx",
    ):
        assert officer.get(HERE + path).status_code == 404, path
    number = QuestionnaireVersion.objects.earliest("pk").pk
    assert officer.get(f"{HERE}{number}/xx.docx").status_code == 404


def test_files_of_a_questionnaire_open_and_hold_it(officer):
    number = kept(officer, form_bytes("places"))
    row = QuestionnaireVersion.objects.get(pk=number)
    whole = officer.get(f"{HERE}{number}/questionnaire.json")
    assert from_json(json.loads(whole.content)).sha256 == row.sha256
    assert whole["Content-Disposition"].startswith("attachment")
    form = officer.get(f"{HERE}{number}/questionnaire.xlsx").content
    assert read_xlsform(form, "again.xlsx").questionnaire.sha256 == row.sha256
    text = "\n".join(p.text for p in Document(io.BytesIO(officer.get(f"{HERE}{number}/fr.docx").content)).paragraphs)
    assert "Quels services y a-t-il" in text
    pages = PdfReader(io.BytesIO(officer.get(f"{HERE}{number}/en.pdf").content)).pages
    assert "Which services are there" in "\n".join(page.extract_text() for page in pages)


def test_a_sign_that_no_font_shows_is_told_on_the_page(officer):
    source = form_source("places")
    source["survey"][0]["label"] = "\U0001318a | b | c | d"
    number = kept(officer, built(source))
    answer = officer.get(f"{HERE}{number}/en.pdf")
    assert answer.status_code == 503
    assert "text/html" in answer["Content-Type"]
    assert officer.get(f"{HERE}{number}/en.docx").status_code == 200


def test_pages_ask_the_database_as_often_for_one_as_for_three(officer):
    counts = []
    officer.get(HERE)
    for version in ("1", "2", "3"):
        number = kept(officer, changed("places", version=version))
        a_round(round_id=f"round-{version}", opened=False)
        Round.objects.filter(pk=f"round-{version}").update(questionnaire_id=number)
        with CaptureQueriesContext(connection) as found:
            page = officer.get(HERE)
        assert page.content.decode().count('<tr id="q-') == int(version) + 1  # and the packaged one
        counts.append(len(found))
    assert counts[0] == counts[2]
    for path in ("/desk/questionnaires.csv", f"{HERE}{number}/", "/desk/rounds/new/"):
        officer.get(path)
        with CaptureQueriesContext(connection) as found:
            officer.get(path)
        assert len(found) <= counts[0] + 1, path


def test_a_new_round_asks_the_questionnaire_that_was_chosen(officer):
    number = kept(officer, form_bytes("places"))
    page = officer.get("/desk/rounds/new/").content.decode()
    assert f'<option value="{number}">Places' in page
    given = {"id": "places-2027", "title.en": "Places", "questionnaire": str(number), "prefill": "1", **DAYS}
    answer = officer.post("/desk/rounds/new/", given)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    assert Round.objects.get().questionnaire_id == number
    assert 'href="/desk/rounds/places-2027/"' in officer.get(f"{HERE}{number}/").content.decode()
    for path in ("/desk/rounds/places-2027/", "/desk/rounds/places-2027/settings/", HERE):
        assert officer.get(path).status_code == 200
    for odd in ("999", "x", "\x00", "-1", "9" * 40, "٣x"):
        assert officer.post("/desk/rounds/new/", {**given, "id": "other", "questionnaire": odd}).status_code == 400, odd
    assert officer.post("/desk/rounds/new/", {**given, "id": "own-2027", "questionnaire": ""}).status_code == 302
    assert Round.objects.get(pk="own-2027").questionnaire.key == "cop-national"


def test_the_questionnaire_of_a_public_round_is_open_to_everybody():
    a_round("CRI")
    reader = Client()
    page = reader.get("/fr/rounds/test-2026/").content.decode()
    for form in ("docx", "pdf", "xlsx"):
        assert f'href="/fr/rounds/test-2026/questionnaire.{form}"' in page
    text = "\n".join(p.text for p in Document(io.BytesIO(reader.get("/fr/rounds/test-2026/questionnaire.docx").content)).paragraphs)
    title = Round.objects.get().questionnaire.title["fr"]
    assert title in text
    pdf = reader.get("/ar/rounds/test-2026/questionnaire.pdf")
    assert len(PdfReader(io.BytesIO(pdf.content)).pages) > 1
    raw = reader.get("/rounds/test-2026/questionnaire.xlsx").content
    assert read_xlsform(raw, "f.xlsx").questionnaire.sha256 == Round.objects.get().questionnaire.sha256


@pytest.mark.parametrize("held", [{"confidential": True}, {"state": "draft"}, {"state": "review"}, {"sample": True}])
def test_the_questionnaire_of_another_round_is_not_there(held):
    a_round("CRI")
    Round.objects.update(**{"state": "review", "sample": False} | held if "state" in held else held)
    for form in ("docx", "pdf", "xlsx"):
        assert Client().get(f"/en/rounds/test-2026/questionnaire.{form}").status_code == 404
        assert Client().get(f"/en/rounds/nothing/questionnaire.{form}").status_code == 404
    page = Client().get("/en/rounds/test-2026/")
    assert b"questionnaire.docx" not in page.content


def test_a_map_of_versions_is_taken_away_as_a_table_and_brought_back_QST_03(officer):
    first, second = kept(officer, changed("places", version="1")), kept(officer, changed("places", version="2"))
    page, table = f"{HERE}{second}/", officer.get(f"{HERE}{second}/from-{first}.csv")
    assert table.status_code == 200
    lines = list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert {line["comparability"] for line in lines} == {"comparable"}
    assert all(line["old"] == line["new"] and line["old text"] == line["new text"] for line in lines)

    def send(raw: bytes, earlier: object = first):
        return officer.post(page, {"earlier": str(earlier), "map": SimpleUploadedFile("map.csv", raw)})

    assert send(table.content)["Location"].endswith("?done=mapped")
    assert len(QuestionnaireVersion.objects.get(pk=second).follows) == 1
    assert "Table kept" in officer.get(page).content.decode()
    short = b"old,new,comparability,note\r\n" + f"{lines[0]['old']},{lines[0]['new']},comparable,".encode()
    for raw, earlier, why in (
        (short, first, "does not say what becomes of question"), (b"a,b\r\n", first, "row 1"), (b"\xff\xfe\x00", first, "no CSV file"),
        (table.content, second, "another version"), (table.content, "x", "another version"), (b"", first, "Choose the table"),
        (short + b"\r\nq", first, "row 3"),
    ):  # fmt: skip
        answer = send(raw, earlier)
        assert answer.status_code == 400, why
        assert why in answer.content.decode()
    assert signed_in("reviewer").get(f"{HERE}{second}/from-{first}.csv").status_code == 404
    assert officer.get(f"{HERE}{second}/from-999.csv").status_code == 404
