"""Guidance and help pages: light, in the reader's language, with help first, and unshaken by what is typed."""

import gzip
import itertools
import json
import re
import shutil
from io import BytesIO
from pathlib import Path

import pytest
from django.test import Client, override_settings
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from cop.ground.core.door import BY_CODE, LANGUAGES, ground
from cop.ground.formats.html import stylesheet
from cop.guidance.core.door import guidance
from tests.test_pages import Reading

KB = 1024
CODES = [language.code for language in LANGUAGES]
ROOM = guidance()
TOPICS = list(ROOM.library.topics.values())
LANDMARKS = ["header", "nav", "main", "footer"]


@pytest.fixture
def client():
    return Client()


def fetched(page):
    """What a browser asks for besides the page itself."""
    found = [given.get("src") or given.get("href") for tag, given in page.tags if tag in ("script", "img", "iframe", "source")]
    found += [given["href"] for tag, given in page.tags if tag == "link" and given.get("rel") == "stylesheet"]
    return [address for address in found if address and not address.startswith("data:")]


def headings_in_order(page):
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    return levels[0] == 1 and levels.count(1) == 1 and all(b <= a + 1 for a, b in itertools.pairwise(levels))


def link_texts(text):
    return [re.sub(r"<[^>]+>", "", inner).strip() for inner in re.findall(r"<a\b[^>]*>(.*?)</a>", text, re.DOTALL)]


@pytest.mark.parametrize("code", CODES)
def test_every_topic_is_light_well_built_and_in_the_language_of_its_address(client, code):
    for topic in TOPICS:
        response = client.get(f"/{code}/guidance/{topic.audience}/{topic.slug}/")
        text = response.content.decode()
        page = Reading(text)
        where = f"{code} {topic.slug}"
        assert response.status_code == 200, where
        assert len(gzip.compress(response.content)) <= 14 * KB
        assert len(gzip.compress(response.content)) + len(gzip.compress(stylesheet())) <= 30 * KB
        assert len(fetched(page)) == 1, where
        assert len(page.tags) <= 600, where
        html = dict(page.tags)["html"]
        assert (html["lang"], html["dir"]) == (code, BY_CODE[code].dir), where
        assert headings_in_order(page), where
        assert all(mark in [tag for tag, _ in page.tags] for mark in LANDMARKS), where
        assert all(link_texts(text)), where
        assert "noindex" not in text, where
        assert f'lang="{code}"' in text, where
        assert text.count('class="part ') == (6 if topic.audience == "educators" else 5), where
        if topic.audience == "children":
            places = [response.content.find(mark) for mark in (b"/help/", b'class="talk"')]
            assert 0 < min(places) < max(places) < 4 * KB, where
        if topic.sensitive:
            shown = ROOM.library.show(topic.slug, code).text
            assert shown.title not in re.search(r"<title>(.*?)</title>", text)[1], where
            assert 'class="exit"' in text, where


@pytest.mark.parametrize("code", CODES)
def test_guides_whole_guides_and_the_index_answer_in_each_language(client, code):
    for guide in ROOM.library.guides.values():
        for path in (guide.path, f"{guide.path}whole/"):
            response = client.get(f"/{code}/guidance/{path}")
            assert response.status_code == 200
            assert headings_in_order(Reading(response.content.decode())), path
            assert len(gzip.compress(response.content)) <= 40 * KB, path
    for path in ("guidance/", "guidance/children/", "help/keep/", "help/kept/"):
        assert len(gzip.compress(client.get(f"/{code}/{path}").content)) <= 14 * KB


@pytest.mark.parametrize("code", CODES)
def test_every_help_page_is_14_kb_in_all_with_one_request_besides_itself(client, code):
    for area in ("SE", "CR", "TW", "XK", "IT", "AQ"):
        response = client.get(f"/{code}/help/{area}/")
        page = Reading(response.content.decode())
        assert len(gzip.compress(response.content)) + len(gzip.compress(stylesheet())) <= 14 * KB
        assert len(fetched(page)) == 1
        assert headings_in_order(page)


@override_settings(COP_OWN_COUNTRY="SWE")
def test_the_own_country_stands_first_on_childrens_pages_without_asking_where_the_reader_is(client):
    text = client.get("/ar/guidance/children/saying-no/").content.decode()
    assert text.index('href="tel:116111"') < 4 * KB
    assert "geolocation=()" in client.get("/ar/guidance/children/saying-no/")["Permissions-Policy"]


def test_a_child_is_offered_no_hotline_or_portal_to_talk_to(client):
    """S-15: the fallback is emergency words, a trusted adult and the directory of child helplines."""
    text = client.get("/en/help/CR/").content.decode()
    talk = text[text.index("Talk to someone you trust") : text.index("Report a picture or a site")]
    assert "childhelplineinternational.org" in talk
    assert "inhope" not in talk.lower()
    assert "iwf" not in talk.lower()


def test_own_image_removal_comes_before_every_other_place_to_report(client):
    """S-10: a child whose own picture is out is led to a service that works on the device."""
    text = client.get("/en/help/IT/").content.decode()
    report = text[text.index("Report a picture or a site") :]
    assert report.index("takeitdown.ncmec.org") < report.index("commissariatodips.it")
    assert "<textarea" not in text
    assert "<input" not in text


def test_the_card_alone_may_stand_in_a_frame_of_another_site(client):
    card, area = client.get("/en/help/SE/card/"), client.get("/en/help/SE/")
    assert "frame-ancestors *" in card["Content-Security-Policy"]
    assert "X-Frame-Options" not in card
    assert "frame-ancestors 'none'" in area["Content-Security-Policy"]
    assert area["X-Frame-Options"] == "DENY"
    assert b"116 111" in card.content
    assert len(gzip.compress(card.content)) < 2 * KB


def test_no_form_field_asks_for_a_name_and_no_answer_sets_a_cookie(client):
    for path in ("guidance/", "guidance/children/", "guidance/children/saying-no/", "help/", "help/SE/", "help/keep/"):
        response = client.get(f"/en/{path}")
        assert not response.cookies
        fields = [
            given.get("name") for tag, given in Reading(response.content.decode()).tags if tag in ("input", "textarea", "select")
        ]
        assert set(fields) <= {"q", "audience", "age", "risk", "view"}


def test_the_text_only_view_has_no_layout_and_keeps_to_itself(client):
    text = client.get("/fr/guidance/children/saying-no/?view=text").content.decode()
    assert fetched(Reading(text)) == []
    assert "<svg" not in text
    inside = [
        link
        for link in Reading(text).links
        if "/guidance/children/" in link and not link.endswith((".pdf", ".html", ".epub", "whole/"))
    ]
    assert inside
    assert all(link.endswith("?view=text") for link in inside if link.startswith("/fr/"))


@pytest.mark.parametrize(
    ("path", "status", "names"),
    [
        ("guidance/children/no-such-topic/", 404, "Âges 5 à 8|5 à 8"),
        ("guidance/educators/saying-no/", 404, "/fr/guidance/children/saying-no/"),
        ("guidance/pirates/", 404, "/fr/guidance/parents/"),
        ("guidance/children/1-2/", 404, "/fr/guidance/children/5-8/"),
        ("guidance/?audience=pirates", 400, "audience"),
        ("guidance/?age=99", 400, "age"),
        ("guidance/?risk=shark", 400, "risk"),
        ("guidance/?view=3d", 400, "view"),
        ("guidance/children/saying-no/poster.pdf?country=Atlantis", 400, "country"),
        ("guidance/pirates.pdf", 404, "guidance/parents.pdf"),
        ("guidance/pirates.atom", 404, "guidance/parents.atom"),
        ("help/QQ/", 404, "/fr/help/"),
    ],
)
def test_what_does_not_exist_is_named_with_what_does_in_the_readers_language_and_help(client, path, status, names):
    response = client.get(f"/fr/{path}")
    text = response.content.decode()
    assert response.status_code == status
    assert re.search(names, text), text
    assert 'lang="fr"' in text
    assert 'href="/fr/help/"' in text


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=80), st.sampled_from(CODES))
def test_a_search_with_anything_in_it_is_answered(query, code):
    response = Client().get(f"/{code}/guidance/", {"q": query})
    assert response.status_code == 200
    assert "<script" not in response.content.decode()


@pytest.mark.parametrize("query", ["a" * 10_000, "<script>alert(1)</script>", "the and of", "пароль كلمة 密码 password", "%00%ff"])
def test_hostile_searches_are_shown_as_text(client, query):
    response = client.get("/en/guidance/", {"q": query})
    assert response.status_code == 200
    assert "<script" not in response.content.decode()
    assert len(response.content) < 60 * KB


def test_a_search_can_be_filtered_shared_and_downloaded(client):
    found = client.get("/en/guidance/?q=password&audience=children&age=9-12").content.decode()
    assert "My account and my password" in found
    assert 'value="password"' in found
    rows = json.loads(client.get("/en/guidance.json?q=password&audience=children&age=9-12").content)["rows"]
    assert rows[0]["slug"] == "my-account"
    assert {row["age"] for row in rows} == {"9-12"}
    assert client.get("/ar/guidance.csv").content.decode("utf-8-sig").count("\n") >= 73


def test_help_stands_above_every_result_and_a_long_list_says_that_it_is_cut(client):
    text = client.get("/en/guidance/?q=phone+picture+school").content.decode()
    assert text.index('class="talk"') < text.index("topics</h2>")
    assert "The first 20 are shown, best first." in text
    assert len(json.loads(client.get("/en/guidance.json?q=phone+picture+school").content)["rows"]) > 20


def test_a_topic_is_printed_with_its_lesson_on_a_sheet_of_its_own(client):
    response = client.get("/fr/guidance/educators/bullying/sheet.pdf")
    assert response["Content-Type"] == "application/pdf"
    assert 2 <= len(PdfReader(BytesIO(response.content)).pages) <= 4
    assert client.get("/fr/guidance/parents/bullying/sheet.pdf").status_code == 404


def test_the_worker_fits_in_2_kb_in_every_language(client):
    with override_settings(COP_OWN_COUNTRY="SWE"):
        for code in CODES:
            assert len(client.get(f"/help-worker.js?lang={code}&country=SE").content) <= 2 * KB, code


def test_a_slip_in_a_search_is_mended_and_said(client):
    assert "we looked for “password”" in client.get("/en/guidance/?q=pasword").content.decode()


@pytest.mark.parametrize(
    ("path", "kind", "first"),
    [
        ("guidance/parents.html", "text/html; charset=utf-8", b"<!doctype html>"),
        ("guidance/children/5-8.pdf", "application/pdf", b"%PDF-"),
        ("guidance/educators.epub", "application/epub+zip", b"PK"),
        ("guidance.zip", "application/zip", b"PK"),
        ("guidance/children/saying-no/poster.pdf?country=SE", "application/pdf", b"%PDF-"),
        ("guidance/saying-no.png", "image/png", b"\x89PNG"),
        ("guidance/parents.atom", "application/atom+xml; charset=utf-8", b"<?xml"),
    ],
)
def test_guidance_is_taken_away_in_each_form(client, path, kind, first):
    response = client.get(f"/ru/{path}")
    assert (response.status_code, response["Content-Type"]) == (200, kind)
    assert response.content.startswith(first)


def test_feeds_are_small_and_their_links_hold(client):
    for name in ("children", "parents", "educators", "policy", "industry", "9-12"):
        text = client.get(f"/es/guidance/{name}.atom").content.decode()
        links = re.findall(r'<link href="http://testserver([^"]+)"', text)
        assert 0 < len(links) <= 20
        assert client.get(links[0]).status_code == 200
        assert len(text) < 16 * KB
        assert 'xml:lang="es"' in text


def test_the_picture_of_a_sensitive_topic_is_that_of_its_guide(client):
    assert client.get("/en/guidance/saying-no.png").content == client.get("/en/guidance/9-12.png").content
    assert client.get("/en/guidance/tricks.png").content != client.get("/en/guidance/9-12.png").content


def test_the_worker_is_2_kb_and_keeps_one_set_for_all(client):
    """S-14: what is kept is the same for everybody and never what was read."""
    response = client.get("/help-worker.js?lang=ar")
    assert len(response.content) <= 2 * KB
    kept = json.loads(re.search(r"ALL=(\[.*?\])", response.content.decode())[1])
    assert kept[0] == "/ar/help/kept/"
    assert all(client.get(address).status_code == 200 for address in kept)
    assert not any("/guidance/" in address for address in kept)
    assert "connect-src 'self'" in response["Content-Security-Policy"]
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert client.get("/help-worker.js?lang=xx").status_code == 400
    with override_settings(COP_OWN_COUNTRY="SWE"):
        assert "/ar/help/SE/" in client.get("/help-worker.js?lang=ar&own=1").content.decode()


def test_kept_pages_hold_no_number_and_every_first_aid_topic(client):
    """S-14: what is kept for long must not go wrong with time."""
    text = client.get("/en/help/kept/").content.decode()
    assert "tel:" not in text
    assert all(f'id="{topic.slug}"' in text for topic in TOPICS if topic.first_aid)
    assert all(link[1:] in Reading(text).ids for link in Reading(text).links if link.startswith("#"))


def test_saved_pages_are_deleted_by_a_link_that_needs_no_script(client):
    response = client.get("/es/help/kept/delete/")
    assert response["Clear-Site-Data"] == '"cache", "storage"'
    assert response["Cache-Control"] == "no-store"
    foreign = client.get("/es/help/kept/delete/", headers={"sec-fetch-site": "cross-site"})
    assert "Clear-Site-Data" not in foreign
    assert "data-forget" not in foreign.content.decode()


def test_pages_are_asked_for_anew_each_time_and_cost_nothing_when_unchanged(client):
    response = client.get("/en/help/SE/")
    assert response["Cache-Control"] == "public, no-cache"
    assert client.get("/en/help/SE/", headers={"if-none-match": response["ETag"]}).status_code == 304


@pytest.fixture
def own_pack(tmp_path):
    """A centre whose operator wrote one topic in a language beyond the six."""
    folder = tmp_path / "packs" / "ours"
    (folder / "dv").mkdir(parents=True)
    head = 'title = "O"\nproducer = "Ministry"\nlicence = "CC BY 4.0"\nedition = "1"\nreview_by = "2027-05-01"\n'
    (folder / "pack.toml").write_text(head + '[languages.dv]\nname = "Dhivehi"\ndir = "rtl"\ninterface = "fr"\n', encoding="utf-8")
    shutil.copy(Path("cop/guidance/data/pack/ar/my-helpers.md"), folder / "dv" / "my-helpers.md")
    with override_settings(COP_DATA=tmp_path):
        yield folder


def test_an_operators_language_has_its_own_address_direction_and_an_interface_of_the_six(client, own_pack):
    text = client.get("/dv/guidance/children/my-helpers/").content.decode()
    assert '<html lang="fr" dir="ltr">' in text
    assert 'lang="dv" dir="rtl"' in text
    assert "noindex" not in text
    assert client.get("/dv/guidance/children/5-8/").status_code == 200
    assert client.get("/dv/guidance.zip").status_code == 200
    assert client.get("/dv/countries/").status_code == 404
    for path in ("/en/guidance/", "/ar/guidance/children/my-helpers/"):
        assert 'hreflang="dv"' in client.get(path).content.decode()
    assert 'hreflang="dv" aria-current="true"' in text
    assert client.get("/dv/guidance/parents/").content.decode().count(".epub") == 0
    assert client.get("/dv/guidance/parents.atom").status_code == 404


def test_a_topic_missing_in_a_language_says_so_and_is_not_indexed(client, own_pack):
    text = client.get("/dv/guidance/children/ask-first/").content.decode()
    assert 'class="note stated"' in text
    assert "Français" in text
    assert "noindex" in text
    assert 'lang="fr" dir="ltr"' in text
    assert client.get("/dv/guidance/children/ask-first/poster.pdf").status_code == 404


def test_a_pack_that_breaks_is_left_out_and_the_centre_goes_on(client, own_pack):
    (own_pack / "dv" / "my-helpers.md").write_text("<script>", encoding="utf-8")
    (own_pack.parents[1] / "generation").write_text("next")
    assert client.get("/dv/guidance/children/my-helpers/").status_code == 404
    assert client.get("/fr/guidance/children/my-helpers/").status_code == 200


def test_every_area_of_the_finder_has_a_page_and_a_card():
    """S-18: every ISO area and Kosovo."""
    client = Client()
    areas = ground().places.help_areas
    assert len(areas) >= 250
    assert "XK" in areas
    assert "TW" in areas
    for code in list(areas)[::10]:
        assert client.get(f"/zh-hans/help/{code}/card/").status_code == 200
