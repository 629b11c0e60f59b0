"""Guidance to take away: independent readers open every file, its links hold, and each copy carries its date."""

import html
import re
import shutil
import subprocess
import unicodedata
import zipfile
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from cop.ground.core.door import LANGUAGES, words
from cop.guidance.core.door import guidance
from cop.guidance.core.texts import passages_of
from cop.guidance.formats.offline import Copy, epub, single_html, site, zipped_site
from cop.guidance.formats.paper import drawing_svg, guide_pdf, poster_pdf, qr_svg, share_png
from cop.guidance.formats.zim import write_zim
from tests.conftest import AT

CODES = [language.code for language in LANGUAGES]
GUIDES = ["5-8", "9-12", "13-17", "parents", "educators", "policy", "industry"]
KB = 1024
ORIGIN = "https://cop.example"


def copy(code, guide="all", own="SE"):
    room = guidance()
    return Copy(room, room.library.tongues[code], AT, guide, ORIGIN, own)


class Links(HTMLParser):
    """Where the links of a page lead, its anchors, and what it would fetch."""

    def __init__(self, text):
        super().__init__()
        self.links, self.ids, self.fetched = [], set(), []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.ids.add(given.get("id"))
        if tag == "a":
            self.links.append(given["href"])
        if tag in ("img", "script", "link", "iframe") and (given.get("src") or given.get("href")):
            self.fetched.append(given.get("src") or given["href"])


def need(program, package):
    found = shutil.which(program) or (Path(program).exists() and program)
    if not found:
        pytest.skip(f"{program} is not installed; the package {package} brings it")
    return found


def letters(text):
    """The letters and digits of a text, sorted: readers of PDF differ in the order of right-to-left runs, not in the signs."""
    return sorted(sign for sign in unicodedata.normalize("NFKC", text) if sign.isalnum())


@pytest.mark.parametrize("guide", GUIDES)
@pytest.mark.parametrize("code", CODES)
def test_a_guide_is_one_small_file_that_needs_nothing_else(code, guide):
    held = copy(code, guide)
    body = single_html(held)
    page = Links(body.decode())
    assert len(body) <= 150 * KB
    assert page.fetched == []
    assert all(link[1:] in page.ids for link in page.links if link.startswith("#"))
    assert not [link for link in page.links if not link.startswith(("#", "https://", "tel:"))]
    assert held.t.date(AT) in body.decode()
    assert ORIGIN in body.decode()


@pytest.mark.parametrize("code", CODES)
def test_the_zip_is_a_site_whose_links_all_hold(code):
    with zipfile.ZipFile(BytesIO(zipped_site(copy(code)))) as zipped:
        files = {name.split("/", 1)[1]: zipped.read(name) for name in zipped.namelist()}
    pages = {name: Links(body.decode()) for name, body in files.items() if name.endswith(".html")}
    assert len(pages) == 74
    for name, page in pages.items():
        for link in page.links:
            target, _, anchor = link.partition("#")
            if not link.startswith(("https://", "tel:")):
                held = {"", *pages[target or name].ids} if (target or name) in pages else set()
                assert anchor in held, (name, link)
        assert page.fetched == ["style.css"]
        assert words(code).date(AT) in files[name].decode()


def test_a_topic_missing_in_a_language_is_left_out_of_its_copies(tmp_path):
    pack = tmp_path / "packs" / "ours"
    (pack / "sw").mkdir(parents=True)
    (pack / "pack.toml").write_text(
        'title = "O"\nproducer = "O"\nlicence = "CC BY 4.0"\nedition = "1"\nreview_by = "2027-05-01"\n'
        '[languages.sw]\nname = "Kiswahili"\ndir = "ltr"\ninterface = "en"\n'
    )
    shutil.copy(Path("cop/guidance/data/pack/en/my-helpers.md"), pack / "sw" / "my-helpers.md")
    room = guidance(None, tmp_path)
    assert sorted(site(Copy(room, room.library.tongues["sw"], AT))) == ["help.html", "index.html", "my-helpers.html", "style.css"]


@pytest.mark.parametrize("code", CODES)
def test_epubcheck_finds_nothing_wrong_with_the_book(code, tmp_path):
    jar = need("/usr/share/java/epubcheck.jar", "epubcheck")
    java = need("java", "default-jre-headless")
    target = tmp_path / "guidance.epub"
    target.write_bytes(epub(copy(code)))
    done = subprocess.run([java, "-jar", jar, str(target)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr)[-1500:]
    assert "0 fatals / 0 errors / 0 warnings" in done.stdout + done.stderr


@pytest.mark.parametrize("code", ["ar", "zh-hans"])
def test_zimcheck_passes_the_zim_file(code, tmp_path):
    need("zimwriterfs", "zim-tools")
    checker = need("zimcheck", "zim-tools")
    target = tmp_path / "guidance.zim"
    write_zim(copy(code), target)
    done = subprocess.run([checker, "--all", str(target)], capture_output=True, text=True, check=False)
    assert "Overall Test Status: Pass" in done.stdout, done.stdout[-800:]


@pytest.mark.parametrize("code", ["ar", "zh-hans", "ru", "en"])
def test_pdftotext_reads_every_sentence_of_a_guide_back(code, tmp_path):
    program = need("pdftotext", "poppler-utils")
    held = copy(code, "5-8")
    target = tmp_path / "guide.pdf"
    target.write_bytes(guide_pdf(held))
    read = subprocess.run([program, str(target), "-"], capture_output=True, text=True, check=True).stdout
    counts = letters(read)
    for shown in held.topics:
        for passage in (shown.text.title, shown.text.answer, *passages_of(shown.text, "first", "looks", "now", "tell")):
            assert all(counts.count(sign) >= letters(passage).count(sign) for sign in set(letters(passage))), passage
    if code in ("zh-hans", "en", "ru"):
        squeezed = re.sub(r"\s", "", unicodedata.normalize("NFKC", read))
        missing = [
            s.text.answer for s in held.topics if re.sub(r"\s", "", unicodedata.normalize("NFKC", s.text.answer)) not in squeezed
        ]
        assert missing == []
    assert "https://cop.example" in read


@pytest.mark.parametrize("code", CODES)
def test_the_document_is_tagged_and_names_its_language(code):
    reader = PdfReader(BytesIO(guide_pdf(copy(code, "industry"))))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].startswith(words(code).language.locale.split("_")[0])
    assert reader.metadata.title == copy(code, "industry").title


@pytest.mark.parametrize("code", CODES)
def test_every_poster_fills_one_page(code):
    room = guidance()
    for shown in room.library.all_of(code):
        if shown.topic.audience in ("policy", "industry") or shown.topic.band == "9-12":
            continue
        made = poster_pdf(shown, room.help("SE", AT), words(code), address=f"{ORIGIN}/{code}/", footer="COP Centre")
        assert len(PdfReader(BytesIO(made)).pages) == 1, shown.text.file


def test_a_poster_without_a_number_shows_the_directory(tmp_path):
    program = need("pdftotext", "poppler-utils")
    room = guidance()
    shown = room.library.show("saying-no", "en")
    for area, wanted in (("CR", "childhelplineinternational.org"), ("SE", "116 111")):
        target = tmp_path / f"{area}.pdf"
        target.write_bytes(poster_pdf(shown, room.help(area, AT), words("en"), address="", footer="f"))
        assert wanted in subprocess.run([program, str(target), "-"], capture_output=True, text=True, check=True).stdout


def test_the_code_on_a_poster_is_a_picture_of_its_own():
    assert qr_svg(ORIGIN).startswith("<?xml")
    assert "<path" in qr_svg(ORIGIN)
    assert qr_svg(ORIGIN) != qr_svg(ORIGIN + "/ar/")


def test_drawings_stand_alone_with_their_colours():
    assert 'class="' not in drawing_svg("hand")
    assert "#f7c873" in drawing_svg("hand")
    assert drawing_svg("") == ""


def test_the_picture_beside_a_link_has_the_size_that_others_ask_for():
    made = share_png("Something", "Guidance", "hand", words("en"), "ltr", True)
    assert made[:8] == b"\x89PNG\r\n\x1a\n"
    assert (int.from_bytes(made[16:20], "big"), int.from_bytes(made[20:24], "big")) == (1200, 630)


def test_the_same_copy_has_the_same_bytes():
    assert zipped_site(copy("fr")) == zipped_site(copy("fr"))
    assert epub(copy("ar", "5-8")) == epub(copy("ar", "5-8"))


def test_numbers_in_a_copy_carry_their_source_and_the_own_country_stands_first():
    text = html.unescape(re.sub(r"<[^>]+>", "", single_html(copy("en", "9-12", own="ZM")).decode()))
    assert text.index("Zambia") < text.index("Italy")
    assert "as published by" in text
    assert "Numbers as of 22 November 2026" in text
