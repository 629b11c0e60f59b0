"""Every page in six languages: it answers, keeps its budget, works for anybody, and says what is wrong when asked wrongly."""

import gzip
import json
import re
from html.parser import HTMLParser

import brotli
import pytest
from django.test import Client, override_settings

from cop.ground.core.door import LANGUAGES, ground
from tests.conftest import AT

CODES = [language.code for language in LANGUAGES]
KB = 1024
# Path and budget of its HTML, compressed, in KB.
PAGES = {
    "": 60,
    "countries/": 40,
    "countries/?group=africa": 40,
    "countries/CRI/": 14,
    "countries/AUS/": 14,
    "countries/PSE/": 14,
    "map/": 60,
    "map/?indicator=X-02&year=2015": 60,
    "map/?indicator=P2-11": 60,
    "targets/": 40,
    "targets/?close=T2&mark=IND&mark=CHN&method=mean": 40,
    "targets/?close=T1&mark=IND": 40,
    "indicators/": 40,
    "indicators/?pillar=legal&q=law": 40,
    "indicators/P1-09/": 40,
    "indicators/P1-09/OPSC/": 40,
    "indicators/P1-12/": 40,
    "indicators/P4-01/": 14,
    "indicators/X-01/": 40,
    "guidance/": 14,
    "guidance/?q=password&age=9-12": 14,
    "guidance/children/": 14,
    "guidance/children/13-17/": 14,
    "guidance/children/saying-no/": 14,
    "guidance/parents/": 14,
    "guidance/educators/bullying/": 14,
    "guidance/industry/whole/": 40,
    "help/keep/": 14,
    "help/kept/": 14,
    "help/SE/": 14,
    "help/": 40,
    "help/CR/": 14,
    "help/TW/": 14,
    "help/XK/": 14,
    "data/": 40,
    "methods/": 40,
    "about/": 14,
    "site-map/": 14,
}


@pytest.fixture
def client():
    return Client()


class Reading(HTMLParser):
    """What a page holds: tags, headings, labels and where its links lead."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.links, self.ids, self.labelled, self.fields = [], [], [], set(), []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.tags.append((tag, given))
        if tag == "a":
            self.links.append(given.get("href", ""))
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "label" and "for" in given:
            self.labelled.add(given["for"])
        if tag in ("input", "select") and given.get("type") != "checkbox":
            self.fields.append(given.get("id"))


@pytest.mark.parametrize("lang", CODES)
@pytest.mark.parametrize("path", PAGES)
def test_a_page_answers_in_each_language_within_its_budget(client, lang, path):
    response = client.get(f"/{lang}/{path}")
    assert response.status_code == 200
    text = response.content.decode()
    assert len(brotli.compress(response.content, quality=5)) <= PAGES[path] * KB
    assert response["Content-Language"] == lang
    assert not response.cookies
    page = Reading(text)
    root = dict(page.tags[0][1]) if page.tags[0][0] == "html" else {}
    assert root == {"lang": lang, "dir": "rtl" if lang == "ar" else "ltr"}
    assert sum(tag == "h1" for tag, _ in page.tags) == 1
    assert len(page.ids) == len(set(page.ids)), "an id stands twice"
    assert set(page.fields) <= page.labelled, "a field without a label"
    assert sum(tag == "script" for tag, _ in page.tags) == (path == "help/keep/"), "one page has the one script"
    assert ("script-src" in response["Content-Security-Policy"]) == (path == "help/keep/")
    assert "style=" not in re.sub(r"<style.*?</style>", "", text)
    for tag, given in page.tags:
        if tag in ("img", "link", "iframe") and given.get("rel") != "alternate":
            assert given.get("href", given.get("src", "")).startswith(("/static/", "data:")), given
    alternates = [given["hreflang"] for tag, given in page.tags if tag == "link" and "hreflang" in given]
    assert alternates == [*CODES, "x-default"]


def test_a_page_needs_one_request_besides_itself_and_the_stylesheet_fits(client):
    sheet = re.search(r'/static/site\.[^"]+\.css', client.get("/en/").content.decode())[0]
    response = client.get(sheet)
    assert response.status_code == 200
    assert len(brotli.compress(response.content)) <= 8 * KB
    assert "immutable" in response["Cache-Control"]
    assert b"@import" not in response.content
    assert b"url(" not in response.content.replace(b"url(#", b"")
    assert client.get("/static/site.wrong.css").status_code == 404


def test_the_stylesheet_uses_logical_properties_only(client):
    sheet = re.search(r'/static/site\.[^"]+\.css', client.get("/en/").content.decode())[0]
    text = client.get(sheet).content.decode()
    assert not re.findall(
        r"(?:margin|padding|border)-(?:left|right|top|bottom)\b|[;{]\s*(?:left|right|float)\s*:|text-align:\s*(?:left|right)", text
    )
    for shorthand in re.findall(r"(?:margin|padding|inset):\s*([^;}]+)", text):
        parts = shorthand.split()
        assert len(parts) < 4 or parts[1] == parts[3], shorthand


@pytest.mark.parametrize("area", ["CR", "KE", "FR", "TW", "UY"])
def test_help_stands_in_the_first_4_kb_of_its_page(client, area):
    for lang in CODES:
        response = client.get(f"/{lang}/help/{area}/")
        assert (b"tel:" in response.content[: 6 * KB]) or b'class="help"' in response.content[: 4 * KB]
        whole = len(brotli.compress(response.content, quality=5))
        sheet = re.search(r'/static/site\.[^"]+\.css', response.content.decode())[0]
        assert whole + len(brotli.compress(client.get(sheet).content)) <= 14 * KB


def test_every_help_area_has_a_page_and_none_offers_a_hotline_as_a_helpline(client):  # S-15, S-18
    for area in ground().places.help_areas:
        response = client.get(f"/en/help/{area}/")
        assert response.status_code == 200
        calling = re.split(rb"Talk to (?:a helpline for children|someone you trust)", response.content)[1].split(
            b"Report a picture or a site"
        )[0]
        assert b"inhope" not in calling.lower()


def test_an_arabic_number_keeps_its_order(client):
    text = client.get("/ar/help/SA/").content.decode()
    assert '<bdi dir="ltr">999</bdi>' in text


@pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
@pytest.mark.parametrize("base", ["countries", "countries/CRI", "map", "targets", "indicators", "indicators/P1-09/OPSC", "indicators/X-02",
                                  "data", "methods", "help", "help/CR"])  # fmt: skip
def test_every_view_can_be_taken_away_with_and_without_a_language(client, base, form):
    for address in (f"/{base}.{form}", f"/ar/{base}.{form}", f"/{base}.{form}?lang=ru"):
        response = client.get(address)
        assert response.status_code == 200, address
        assert len(response.content) > 100
    if form == "json":
        held = json.loads(client.get(f"/{base}.json").content)
        about = held.get("about", held)
        assert about["release"]
        assert about["licence"]
        assert about["query"] == f"/{base}.json"


def test_every_data_file_is_served_as_it_is(client):
    for passport in ground().passports:
        response = client.get(f"/data/{passport.slug}.csv")
        assert response.status_code == 200
        assert response.content.startswith(passport.columns[0].name.encode())


WRONG = {
    "/en/countries/XYZ/": (404, "XYZ"),
    "/en/countries/XAA/": (404, "XAA"),
    "/en/countries/cri/": (404, "CRI"),
    "/en/countries/TWN/": (404, "/help/TW/"),
    "/countries/XYZ.json": (404, "XYZ"),
    "/en/indicators/P9-99/": (404, "P9-99"),
    "/indicators/P9-99.csv": (404, "P9-99"),
    "/en/help/QQ/": (404, "QQ"),
    "/help/QQ.json": (404, "QQ"),
    "/en/map/?year=1850": (400, "1850"),
    "/en/map/?year=abc": (400, "abc"),
    "/en/map/?year=٢٠١٤": (400, "year"),
    "/en/map/?indicator=P9": (400, "indicator"),
    "/map.csv?indicator=%00": (400, "indicator"),
    "/en/targets/?method=magic": (400, "magic"),
    "/en/targets/?mark=ZZZ": (400, "ZZZ"),
    "/en/targets/?close=T9": (400, "T9"),
    "/en/countries/CRI/?at=yesterday": (400, "yesterday"),
    "/en/countries/CRI/?at=9999-99-99": (400, "at"),
    "/en/countries/?group=atlantis": (400, "atlantis"),
    "/en/indicators/?pillar=none": (400, "none"),
    "/countries.csv?lang=xx": (400, "xx"),
    "/xx/": (404, "xx"),
    "/de/countries/": (404, "de"),
    "/en/nothing-here/": (404, "nothing-here"),
    "/en/countries/%2e%2e%2fetc/": (404, "etc"),
    "/data/../pyproject.csv": (404, ""),
}


@pytest.mark.parametrize("address", WRONG)
def test_a_wrong_address_is_named_and_never_a_500_or_an_empty_page(client, address):
    status, named = WRONG[address]
    response = client.get(address)
    assert response.status_code == status
    assert named in response.content.decode()
    assert len(response.content) > 20


HOSTILE = [
    "<script>alert(1)</script>",
    "' OR 1=1 --",
    "%s%s%n",
    "../../etc/passwd",
    "\u202e\u0000",
    "𝕏" * 50,
    "a" * 5000,
    "%(country)s",
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("path", ["countries/", "indicators/", "help/", "data/"])
def test_a_search_takes_any_text_and_gives_it_back_harmless(client, path, text):
    response = client.get(f"/en/{path}", {"q": text})
    assert response.status_code == 200
    assert b"<script>" not in response.content


@pytest.mark.parametrize("text", HOSTILE)
def test_any_parameter_takes_any_text_without_a_500(client, text):
    for path, name in (("map/", "indicator"), ("map/", "year"), ("targets/", "mark"), ("targets/", "method"), ("countries/CRI/", "at"),
                       ("countries/", "group"), ("indicators/", "pillar")):  # fmt: skip
        response = client.get(f"/en/{path}", {name: text})
        assert response.status_code in (200, 400)
        assert b"<script>" not in response.content


def test_an_address_without_language_leads_to_the_reader_s(client):
    for header, lang in (
        ("ar,en;q=0.5", "ar"),
        ("zh-CN,zh;q=0.9", "zh-hans"),
        ("de,fr;q=0.4", "fr"),
        ("xx", "en"),
        ("en;q=bad,ru", "ru"),
        ("", "en"),
    ):
        response = client.get("/countries/CRI/?at=2014", headers={"accept-language": header})
        assert (response.status_code, response["Location"]) == (302, f"/{lang}/countries/CRI/?at=2014")


def test_public_answers_do_not_vary_by_cookie_and_are_kept_compressed(client):
    plain = client.get("/en/about/", headers={"cookie": "a=b"})
    assert "Cookie" not in plain.get("Vary", "")
    squeezed = client.get("/en/about/", headers={"accept-encoding": "br, gzip"})
    assert squeezed["Content-Encoding"] == "br"
    assert brotli.decompress(squeezed.content) == plain.content
    zipped = client.get("/en/about/", headers={"accept-encoding": "gzip, br;q=0"})
    assert gzip.decompress(zipped.content) == plain.content
    again = client.get("/en/about/", headers={"if-none-match": plain["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_headers_forbid_scripts_frames_and_third_parties(client):
    response = client.get("/en/")
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "frame-ancestors 'none'" in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"


def test_pages_on_abuse_carry_an_exit_that_is_honest_about_history(client):
    for path in ("help/", "help/CR/"):
        text = client.get(f"/en/{path}").content.decode()
        assert "Leave this page" in text
        assert "does not erase this page from the history" in text


def test_healthz_answers_ready(client):
    held = json.loads(client.get("/healthz").content)
    assert (held["status"], held["countries"]) == ("ready", 195)


def test_the_operator_s_own_country_and_contact_are_shown(client):
    with override_settings(COP_OWN_COUNTRY="CRI", COP_CONTACT="post@centre.example"):
        assert b"Costa Rica" in client.get("/en/?own").content
        assert b"post@centre.example" in client.get("/en/about/?own").content


def test_damaged_data_are_said_and_not_half_used(client, tmp_path):
    (tmp_path / "observatory").mkdir()
    source = ground().reference.path("observatory", "targets.csv")
    (tmp_path / "observatory" / "targets.csv").write_bytes(source.read_bytes()[:-20])
    (tmp_path / "observatory" / "targets.passport.toml").write_bytes(source.with_suffix(".passport.toml").read_bytes())
    with override_settings(COP_REFERENCE=tmp_path):
        response = client.get("/en/targets/?damaged")
    assert response.status_code == 503
    assert b"damaged" in response.content


def test_the_site_maps_list_every_language_of_pages_that_answer(client):
    index = client.get("/sitemap.xml").content.decode()
    parts = re.findall(r"<loc>http://testserver(/sitemap-\w+\.xml)</loc>", index)
    assert len(parts) == 5
    for part in parts:
        text = client.get(part).content.decode()
        urls = re.findall(r"<loc>http://testserver(/[^<]*)</loc>", text)
        assert text.count('hreflang="ar"') == len(urls)
        for url in urls[::60]:
            assert client.get(url).status_code == 200, url
    assert client.get("/sitemap-nothing.xml").status_code == 404


def test_every_link_of_a_page_leads_somewhere(client):
    seen = set()
    for path in PAGES:
        for link in Reading(client.get(f"/en/{path}").content.decode()).links:
            target = link.split("#")[0]
            if target.startswith("/en/") and target not in seen:
                seen.add(target)
    assert len(seen) > 300
    for target in sorted(seen)[::7]:
        assert client.get(target).status_code == 200, target


def test_today_is_the_day_of_the_settings():
    assert AT.isoformat() == "2026-11-22"
