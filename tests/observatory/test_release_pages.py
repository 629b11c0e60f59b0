"""Pages, tables, documents and charts of releases, as a visitor gets them."""

import csv
import gzip
import io
import json
import re
import zipfile
from datetime import UTC, date, datetime, timedelta

import openpyxl
import pytest
from pypdf import PdfReader

from cop.ground.core.door import BY_CODE
from cop.observatory.actions.releases import publish_release, withdraw
from cop.observatory.core.release import CountryReply, Evidence
from cop.observatory.queries import releases as queries
from tests.observatory.release_samples import COSTA_RICA, QUESTIONS, URUGUAY, answer, inputs, round_named, signed

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 0, tzinfo=UTC)
BEFORE = datetime(2025, 11, 20, 9, tzinfo=UTC)
REPLY = CountryReply("CRI", "No estamos de acuerdo con <la cifra> de 2026.", "es", date(2026, 11, 2), "Noted.", date(2026, 11, 9))


@pytest.fixture(autouse=True)
def _fixed_day(settings):
    settings.COP_TODAY = date(2026, 11, 22)


@pytest.fixture
def two_rounds():
    """A round of 2025 and a round of 2026 with a correction."""
    for id in ("cop-2025", "cop-2026"):
        round_named(id)
    law = Evidence("Ley 9000 <b>", "https://law.example/9000", place="art. 3", language="es", in_force="2009-05-01")
    full = {a.question_id: a for a in COSTA_RICA.answers} | {"law_csam": answer("law_csam", "yes", evidence=(law,), note="=cmd()")}
    publish_release(inputs=inputs(signed("CRI", {"law_csam": "no"}), round="cop-2025", published=BEFORE), at=BEFORE, actor="system")
    publish_release(inputs=inputs(COSTA_RICA, URUGUAY), at=NOW, actor="system")
    later = NOW - timedelta(hours=2)
    made = inputs(signed("CRI", full, institution="Ministry of Examples"), URUGUAY, number=2, replies=(REPLY,), published=later)
    publish_release(inputs=made, at=NOW, actor="system")


PAGES = (
    "releases/", "releases/cop-2026.1/", "releases/cop-2026.2/", "releases/cop-2026.2/difference/", "profiles/CRI/",
    "profiles/CRI/?release=cop-2026.1", "profiles/ARG/", "compare/", "compare/?country=CRI&country=URY&country=ARG", "regions/",
    "regions/americas/", "regions/world/", "map/?indicator=P1-01&release=cop-2026.1", "indicators/P1-01/?release=cop-2026.2",
    "countries/CRI/",
)  # fmt: skip


@pytest.mark.parametrize("lang", BY_CODE)
def test_every_page_of_releases_stands_in_six_languages_within_its_budget_rel_17(client, two_rounds, lang):
    for path in PAGES:
        response = client.get(f"/{lang}/{path}")
        assert response.status_code == 200, path
        text = response.content.decode()
        assert f'<html lang="{lang}" dir="{"rtl" if lang == "ar" else "ltr"}">' in text
        limit = 14_336 if path.startswith("profiles") else 61_440 if path.startswith("map") else 40_960
        assert len(gzip.compress(response.content, 6)) <= limit, path
        assert "{{" not in text


@pytest.mark.parametrize("path", [p for p in PAGES if p != "compare/"])
def test_a_page_needs_at_most_six_queries_rel_17(client, two_rounds, path, django_assert_max_num_queries):
    for kept in (queries._header, queries._country, queries._content, queries._headers, queries._changes):
        kept.cache_clear()
    with django_assert_max_num_queries(6):
        client.get(f"/en/{path}", headers={"host": "localhost"})


def test_the_list_takes_as_many_queries_for_one_release_as_for_three_rel_17(client, django_assert_num_queries):
    round_named("cop-2026")
    for number in (1, 2, 3):
        publish_release(inputs=inputs(URUGUAY, number=number), at=NOW, actor="system")
        queries._headers.cache_clear()
        with django_assert_num_queries(2):
            client.get("/en/releases/", {"q": f"cop-2026.{number}"})


def test_a_profile_says_who_stands_behind_each_figure_and_prints_the_reply_rel_18(client, two_rounds):
    text = client.get("/en/profiles/CRI/").content.decode()
    assert "No estamos de acuerdo con &lt;la cifra&gt; de 2026." in text
    assert "Ley 9000 &lt;b&gt;" in text
    assert '<a href="https://law.example/9000" rel="noreferrer">' in text
    assert "confirmed by the country" in text
    assert "desk research" in text
    assert "Ministry of Examples" in text
    assert "cop-2026.2" in text
    assert "withheld, the count is too small to be printed" in text
    assert "What changed since" in text
    old = client.get("/en/profiles/CRI/?release=cop-2025.1").content.decode()
    assert "No estamos de acuerdo" not in old


def test_a_hostile_address_of_evidence_is_no_link_rel_18(client):
    round_named("cop-2026")
    bad = Evidence("Trap", "javascript:alert(1)")
    publish_release(inputs=inputs(signed("CRI", {"law_csam": answer("law_csam", "yes", evidence=(bad,))})), at=NOW, actor="system")
    assert "javascript:" not in client.get("/en/profiles/CRI/").content.decode()


def test_the_dataset_is_described_for_search_engines_and_can_not_end_its_script_rel_19(client, two_rounds):
    text = client.get("/en/releases/cop-2026.2/").content.decode()
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    about = json.loads(block)
    assert (about["@type"], about["version"]) == ("Dataset", "cop-2026.2")
    assert about["identifier"][1] == f"sha256:{queries.published(NOW)[0].checksum}"
    assert not set(block) & set("<>&")
    for file in about["distribution"]:
        assert client.get(file["contentUrl"].removeprefix("http://testserver")).status_code == 200


TABLES = (
    "profiles/CRI", "compare", "regions/americas", "releases/cop-2026.2/groups", "releases/cop-2026.2/difference", "releases",
    "releases/cop-2026.2", "releases/cop-2026.2/method",
)  # fmt: skip


def test_every_table_comes_as_csv_workbook_and_json_with_release_and_citation_rel_20(client, two_rounds):
    for path in TABLES:
        query = "?country=CRI&country=URY" if path == "compare" else ""
        rows = list(csv.reader(io.StringIO(client.get(f"/{path}.csv{query}").content.decode("utf-8-sig"))))
        assert len(rows) > 1, path
        assert "cop-2026.2" in client.get(f"/{path}.json{query}").content.decode(), path
        if len(rows) < 2000:  # the two long ones take openpyxl seconds to read
            book = openpyxl.load_workbook(io.BytesIO(client.get(f"/{path}.xlsx{query}").content))
            assert book.worksheets[0].max_row == len(rows), path


def test_a_formula_of_a_country_is_kept_as_text_rel_20(client, two_rounds):
    raw = client.get("/profiles/CRI.csv").content.decode("utf-8-sig")
    (row,) = [r for r in csv.DictReader(io.StringIO(raw)) if r["indicator"] == "P1-01"]
    assert row["note"] == "'=cmd()"
    with zipfile.ZipFile(io.BytesIO(client.get("/releases/cop-2026.2/package.zip").content)) as archive:
        assert b",=cmd()" not in archive.read("cop-2026.2/data/figures.csv")


def test_the_package_is_frictionless_and_its_checksums_hold_rel_21(client, two_rounds):
    import hashlib

    body = client.get("/releases/cop-2026.2/package.zip").content
    assert body == client.get("/releases/cop-2026.2/package.zip").content
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        files = {name.removeprefix("cop-2026.2/"): archive.read(name) for name in archive.namelist()}
    about = json.loads(files["datapackage.json"])
    assert re.fullmatch(r"[a-z0-9._-]+", about["name"])
    assert about["profile"] == "tabular-data-package"
    assert about["licenses"]
    assert about["sources"]
    for resource in about["resources"]:
        table = files[resource["path"]]
        assert resource["hash"] == f"sha256:{hashlib.sha256(table).hexdigest()}"
        assert resource["bytes"] == len(table)
        rows = list(csv.reader(io.StringIO(table.decode())))
        assert rows[0] == [field["name"] for field in resource["schema"]["fields"]]
        for place, field in enumerate(resource["schema"]["fields"]):
            cast = {"integer": int, "number": float, "string": str}[field["type"]]
            for row in rows[1:]:
                assert row[place] == "" or cast(row[place]) is not None
    for line in files["SHA256SUMS"].decode().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256(files[name]).hexdigest() == digest
    assert json.loads(files["release.json"])["about"]["checksum"] == about["checksum"]


def test_the_document_has_two_pages_in_every_language_and_is_read_back_rel_22(client, two_rounds):
    for lang in BY_CODE:
        response = client.get(f"/{lang}/profiles/CRI.pdf")
        assert response.status_code == 200, lang
        reader = PdfReader(io.BytesIO(response.content))
        assert len(reader.pages) == 2, lang
        text = "".join(page.extract_text() for page in reader.pages)
        assert "cop-2026.2" in text.replace("\u2066", "").replace("\u2069", ""), lang
        assert "P1-01" in text
        assert "No estamos de acuerdo" in " ".join(text.split()), lang


def test_the_chart_is_a_file_with_title_source_licence_and_release_inside_rel_23(client, two_rounds):
    for lang in ("en", "ar", "zh-hans"):
        svg = client.get(f"/{lang}/profiles/CRI/pillars.svg").content.decode()
        assert all(part in svg for part in ("cop-2026.2", "CC BY 4.0", "<title>", "<desc>", "COP Centre"))
        assert client.get(f"/{lang}/profiles/CRI/pillars.png").content.startswith(b"\x89PNG")


def test_an_embargoed_release_is_served_nowhere_rel_14(client):
    round_named("cop-2026")
    until = datetime(2026, 11, 24, tzinfo=UTC)
    publish_release(inputs=inputs(COSTA_RICA, embargo_until=until), at=NOW, actor="system")
    for path in ("releases/cop-2026.1/", "releases/cop-2026.1.csv", "releases/cop-2026.1/package.zip", "profiles/CRI/", "profiles/CRI.pdf",
                 "regions/", "releases/cop-2026.1/difference/"):  # fmt: skip
        assert client.get(f"/en/{path}").status_code == 404, path
    assert client.get("/en/profiles/CRI/?release=cop-2026.1").status_code == 400
    listed = client.get("/en/releases/")
    assert "cop-2026.1" not in listed.content.decode()
    assert listed["Cache-Control"] == "no-store"


def test_a_withdrawn_release_answers_with_the_reason_rel_15(client, two_rounds):
    withdraw(release_id="cop-2026.2", why="Two tables were swapped.", at=NOW, actor="system")
    for path in (
        "releases/cop-2026.2/",
        "releases/cop-2026.2.csv",
        "profiles/CRI/?release=cop-2026.2",
        "releases/cop-2026.2/package.zip",
    ):
        response = client.get(f"/en/{path}")
        assert response.status_code == 410
        assert "Two tables were swapped." in response.content.decode()
    assert "cop-2026.1" in client.get("/en/profiles/CRI/").content.decode()


WRONG = (
    ("releases/nowhere.1/", 404), ("releases/cop-2026.9/", 404), ("releases/cop-2026.9.csv", 404), ("releases/x/", 404),
    ("profiles/XXX/", 404), ("profiles/cri/", 404), ("profiles/CRI/?release=cop-2026.99", 400), ("profiles/%00/", 404),
    ("profiles/CRI/?release=%00", 400), ("compare/?country=XXX", 400), ("compare.csv?country=%27%22", 400),
    ("compare/?country=CRI&country=URY&country=ARG&country=BRA&country=CHL&country=PER&country=BOL", 400),
    ("regions/nowhere/", 404), ("regions/nowhere.csv", 404), ("releases/cop-2026.2/difference/?with=x", 400),
    ("releases/cop-2026.2/difference/?with=cop-2026.2", 400), ("releases/cop-2025.1/difference/", 404),
    ("profiles/XXX.pdf", 404), ("profiles/XXX/pillars.svg", 404), ("profiles/CRI/?release=" + "9" * 500, 400),
)  # fmt: skip


def test_what_does_not_exist_is_named_and_nothing_fails_rel_24(client, two_rounds):
    for path, status in WRONG:
        assert client.get(f"/en/{path}").status_code == status, path


def test_the_map_and_an_indicator_show_what_a_release_has_rel_26(client, two_rounds):
    for id, state in (("cop-2025.1", "no"), ("cop-2026.2", "yes")):
        rows = list(csv.DictReader(io.StringIO(client.get(f"/map.csv?indicator=P1-01&release={id}").content.decode("utf-8-sig"))))
        assert {row["iso3"]: row["state"] for row in rows}["CRI"] == state
        assert f"release {id}" in client.get(f"/en/map/?indicator=P1-01&release={id}").content.decode().replace(
            '<bdi dir="ltr">', ""
        ).replace("</bdi>", "")
        assert id in rows[0]["table_citation"]
    assert client.get("/en/map/?indicator=P1-01&release=cop-1999.1").status_code == 400
    assert client.get("/en/map/?indicator=X-01&release=cop-2026.2").status_code == 400
    assert client.get("/en/indicators/P1-01.csv?release=cop-2026.2").status_code == 200


def test_the_country_answer_leads_to_the_profile_once_something_is_published_rel_26(client, two_rounds, settings, tmp_path):
    assert "/en/profiles/URY/" not in client.get("/en/countries/URY/").content.decode()
    settings.COP_DATA = tmp_path
    assert '<a href="/en/profiles/CRI/">' in client.get("/en/countries/CRI/").content.decode()


def test_without_any_release_the_list_says_so_and_the_rest_is_not_there_rel_24(client):
    assert client.get("/en/releases/").status_code == 200
    assert client.get("/en/profiles/CRI/").status_code == 404
    assert client.get("/en/compare/").status_code == 404


def test_a_full_profile_stays_within_its_budget_rel_17(client):
    round_named("cop-2026")
    law = tuple(
        Evidence(f"Act {n} of Examples on the safety of children", f"https://law.example/{n}", place=f"art. {n}") for n in range(2)
    )
    said = {q.id: answer(q.id, "yes", evidence=law, note="In force since.") for q in QUESTIONS if q.kind == "state"}
    said |= {q.id: answer(q.id, 30) for q in QUESTIONS if q.kind == "number"}
    publish_release(inputs=inputs(signed("CRI", said)), at=NOW, actor="system")
    assert len(gzip.compress(client.get("/ar/profiles/CRI/").content, 6)) <= 14_336


def test_open_statistics_serve_the_newest_standing_release_and_never_an_embargoed_one_rel_16(client, two_rounds):
    asked = "/sdmx/v2/data/dataflow/COP/COP_INDICATORS/1.0/A.CRI.P1-01.*.*.*"
    accept = {"accept": "application/vnd.sdmx.data+csv;version=2.0.0"}
    rows = list(csv.DictReader(io.StringIO(client.get(asked, headers=accept).content.decode())))
    assert {row["TIME_PERIOD"]: float(row["OBS_VALUE"]) for row in rows} == {"2025": 0.0, "2026": 1.0}
    made = inputs(signed("CRI", {"law_csam": "partly"}), number=3, embargo_until=datetime(2026, 11, 30, tzinfo=UTC))
    publish_release(inputs=made, at=NOW, actor="system")
    assert b",0.5," not in client.get(asked, headers=accept).content


def located(text):
    return re.findall(r"<loc>http://testserver(/[^<]*)</loc>", text)


def test_search_engines_find_releases_and_profiles_in_six_languages_once_there_are_any_rel_26(client, own_data, request, settings):
    settings.COP_CACHED_PAGES = 0  # kept pages are made again when a publication is committed, which this test never does
    assert not {"/sitemap-releases.xml", "/sitemap-profiles.xml"} & set(located(client.get("/sitemap.xml").content.decode()))
    assert client.get("/sitemap-releases.xml").status_code == 404
    assert b"/compare/" not in client.get("/en/site-map/").content
    request.getfixturevalue("two_rounds")
    withdraw(release_id="cop-2025.1", why="The wrong file was published.", at=NOW, actor="system")
    assert {"/sitemap-releases.xml", "/sitemap-profiles.xml"} < set(located(client.get("/sitemap.xml").content.decode()))
    listed = located(client.get("/sitemap-releases.xml").content.decode())
    assert {f"/{lang}/releases/cop-2026.{number}/" for lang in BY_CODE for number in (1, 2)} < set(listed)
    assert not any("cop-2025" in path for path in listed)
    profiles = located(client.get("/sitemap-profiles.xml").content.decode())
    assert len(profiles) == 195 * 6
    for path in (*listed[::6], *profiles[::300], "/ar/compare/", "/en/site-map/"):
        assert client.get(path).status_code == 200, path
    assert b'href="/en/compare/"' in client.get("/en/site-map/").content


def test_what_lists_releases_is_not_kept_while_an_embargo_is_about_to_end_rel_14(client, own_data):
    round_named("cop-2026")
    publish_release(inputs=inputs(URUGUAY, embargo_until=NOW + timedelta(days=3)), at=NOW, actor="system")
    for path in ("/sitemap.xml", "/en/site-map/"):
        assert client.get(path)["Cache-Control"] == "no-store"
    assert client.get("/sitemap-releases.xml").status_code == 404


@pytest.mark.parametrize("lang", BY_CODE)
def test_releases_stand_in_the_main_navigation_rel_26(client, lang):
    text = client.get(f"/{lang}/releases/").content.decode()
    assert f'<a href="/{lang}/releases/" aria-current="page">' in text
    assert f'<a href="/{lang}/releases/">' in client.get(f"/{lang}/countries/CRI/").content.decode()
