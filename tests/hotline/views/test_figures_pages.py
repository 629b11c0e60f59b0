"""The figures of a year on the desk and in public: who sees what, in which forms, and what is refused. Rules: FIG-nn."""

from __future__ import annotations

import csv
import gzip
import io
import json
from datetime import UTC, datetime

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cop.accounts.models import Person
from cop.ground.public import now
from cop.hotline.actions.figures import publish_year
from cop.hotline.models import Opening, PublishedYear
from tests.desk import a_person, signed_in
from tests.hotline.actions.test_published_figures import BOARD, LAST, stored

pytestmark = pytest.mark.django_db
KB = 1024
LANGUAGES = ("en", "fr", "es", "ar", "ru", "zh-hans")


@pytest.fixture
def counted(open_centre, cast, settings):
    """A hotline of Costa Rica with a year that is over; not published."""
    settings.COP_OWN_COUNTRY = "CRI"
    Opening.objects.update(declared_at=datetime(LAST, 1, 2, tzinfo=UTC))
    stored(30)
    stored(14, country="NL")
    stored(3, country="FR", concern="grooming")
    return cast


@pytest.fixture
def told(counted):
    """The same, published."""
    publish_year(year=LAST, independence=BOARD, note="", by=counted.lead, at=now())
    return counted


def of(card):
    return signed_in(person=Person.objects.get(pk=card.id))


def test_the_desk_sees_counts_as_they_are_beside_those_of_the_public_fig_10(counted):
    page = of(counted.first).get(f"/desk/hotline/figures/{LAST}/")
    text = page.content.decode()
    assert page.status_code == 200
    assert '<th scope="row" dir="auto">France</th><td>3</td><td>among the others</td>' in text
    assert "Netherlands" in text
    assert "The desk sees counts as they are." in text
    assert "<textarea" not in text


def test_a_lead_publishes_with_a_button_and_an_analyst_does_not_fig_06(counted):
    address = f"/desk/hotline/figures/{LAST}/"
    assert of(counted.first).post(address, {"independence": BOARD}).status_code == 404
    lead = of(counted.lead)
    assert lead.post(address, {"independence": " "}).status_code == 400
    assert not PublishedYear.objects.exists()
    assert lead.post(address, {"independence": BOARD}).status_code == 302
    assert PublishedYear.objects.get().published_by == counted.lead.pseudonym
    assert lead.post(address, {"independence": BOARD}).status_code == 400
    assert lead.post(address, {"independence": BOARD, "note": "mended"}).status_code == 302
    assert lead.post("/desk/hotline/figures/", {"independence": BOARD}).status_code == 400
    assert PublishedYear.objects.count() == 2


@pytest.mark.parametrize("role", ["administrator", "programme_officer", "reviewer"])
def test_a_stranger_sees_no_figures_of_the_desk_fig_10(counted, role):
    client = signed_in(person=a_person(role))
    for address in ("", f"{LAST}/", f"{LAST}.csv"):
        assert client.get(f"/desk/hotline/figures/{address}").status_code == 404
    assert Client().get("/desk/hotline/figures/").status_code == 302


@pytest.mark.parametrize("year", ["2024", "2027", "20255", "abc", "-1", "٢٠٢٥", "2025%00", "%27", "9" * 40, "0x7E9"])
def test_a_year_that_is_not_there_is_named_fig_10(told, year):
    desk, public = of(told.lead), Client()
    for client, address in ((desk, f"/desk/hotline/figures/{year}/"), (public, f"/en/report/figures/{year}/"),
                            (public, f"/en/report/figures/{year}.csv"), (public, f"/report/figures/{year}.pdf")):  # fmt: skip
        assert client.get(address).status_code in (400, 404), address
    assert "2024" in public.get("/en/report/figures/2024/").content.decode()
    assert "2025-7" in public.get("/en/report/figures/2025-7/").content.decode()
    for odd in ("2025-", "2025-x", "2025-01", "2025--1"):
        assert public.get(f"/en/report/figures/{odd}/").status_code == 404


def test_where_there_never_was_a_hotline_there_are_no_figures_fig_10(client, db):
    assert client.get("/en/report/figures/").status_code == 404
    assert client.get("/en/report/figures.csv").status_code == 404


def test_before_anything_is_published_the_page_says_so_fig_06(counted):
    text = Client().get("/en/report/figures/").content.decode()
    assert "The hotline has published no figures yet." in text
    assert Client().get(f"/en/report/figures/{LAST}/").status_code == 404


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_public_page_in_each_language_within_its_budget_fig_10(told, lang):
    with CaptureQueriesContext(connection) as asked:
        page = Client().get(f"/{lang}/report/figures/")
    assert page.status_code == 200
    assert len(asked) <= 4
    assert len(gzip.compress(page.content)) <= 6 * KB
    assert "cookie" not in {name.lower() for name in page.headers}


def test_the_public_page_tells_what_may_be_told_fig_04_fig_10(told):
    text = Client().get("/en/report/figures/").content.decode()
    assert "In 2025, 47 reports came in; two people confirmed that 47 of them are illegal." in text
    assert "France" not in text
    assert '<th scope="row" dir="auto">Other countries, or not known where</th><td class="n">17</td>' in text
    assert BOARD in text
    assert "hidden" in text
    assert text.count("<svg") > 5


def rows_of(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_every_row_of_a_file_has_its_passport_fig_09(told):
    client = Client()
    rows = rows_of(client, f"/en/report/figures/{LAST}.csv")
    assert {row["licence"] for row in rows} == {"CC BY 4.0"}
    assert all(row["source"] and row["as_of"] and row["method"] for row in rows)
    found = {row["code"]: (row["value"], row["hidden"]) for row in rows}
    assert found["addresses/home"] == ("30", "")
    assert found["kind/abuse_material"][1] == "small"
    assert found["hours/removal"] == ("1.0", "")
    held = json.loads(client.get(f"/report/figures/{LAST}.json").content)
    assert len(held["rows"]) == len(rows)
    assert held["about"]["licence"]
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/fr/report/figures/{LAST}.xlsx").content))
    assert book.worksheets[0].max_row == len(rows) + 1


def test_the_files_of_the_desk_hold_counts_as_they_are_fig_10(counted):
    rows = rows_of(of(counted.first), f"/desk/hotline/figures/{LAST}.csv")
    assert {row["code"]: row["value"] for row in rows}["country/FR"] == "3"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_document_in_six_languages_fig_10(told, lang):
    answer = Client().get(f"/{lang}/report/figures/{LAST}.pdf")
    assert answer.status_code in (200, 503)
    if answer.status_code == 200:
        assert answer.content.startswith(b"%PDF")
        assert b"pdfuaid" in answer.content or b"PDF/UA" in answer.content or b"/MarkInfo" in answer.content
        assert len(answer.content) <= 300 * KB


def test_an_earlier_edition_stays_readable_with_its_own_figures_fig_07(told):
    stored(20)
    publish_year(year=LAST, independence=BOARD, note="Twenty <b>more</b>.", by=told.lead, at=now())
    client = Client()
    newest, first = (client.get(f"/en/report/figures/{name}/").content.decode() for name in ("2025", "2025-1"))
    assert "67 reports came in" in newest
    assert "Twenty &lt;b&gt;more&lt;/b&gt;." in newest
    assert "47 reports came in" in first
    assert "This is an earlier edition." in first
    assert rows_of(client, "/report/figures/2025-1.csv")[0]["edition"] == "1"


def test_the_page_of_the_own_country_shows_what_the_own_hotline_says_fig_09(told):
    client = Client()
    own = client.get("/en/countries/CRI/").content.decode()
    assert "Figures of this centre's own hotline" in own.replace("&#39;", "'")
    assert "P2-04" in own
    assert "own hotline" not in client.get("/en/countries/FRA/").content.decode().replace("own hotline, a", "")
