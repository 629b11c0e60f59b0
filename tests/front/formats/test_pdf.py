"""The document: tagged, in the language it says, and its text reads back as it was written."""

import re
import shutil
import subprocess
import unicodedata
from collections import Counter

import pytest
from pypdf import PdfReader

from cop.front.core.door import country_answer
from cop.front.formats.pdf import country_pdf, document_values, texts_of
from cop.ground.core.door import LANGUAGES, words
from cop.ground.formats import fonts
from cop.ground.formats.fonts import FontMissing, families, require_glyphs
from tests.conftest import AT

SAMPLE = {"en": "CRI", "fr": "KEN", "es": "ARG", "ar": "SAU", "zh-hans": "CHN", "ru": "RUS"}
CONTROLS = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\u00ad\ufffe]")


@pytest.fixture(scope="module", params=[language.code for language in LANGUAGES])
def made(request, held, tmp_path_factory):
    t = words(request.param)
    try:
        families(t)
    except FontMissing as error:
        pytest.skip(str(error))
    answer = country_answer(held, held.ground.places.country(SAMPLE[request.param]), AT)
    path = tmp_path_factory.mktemp("pdf") / f"{request.param}.pdf"
    path.write_bytes(country_pdf(answer, t))
    return t, answer, path


def test_the_document_is_tagged_and_says_its_language_and_title(made):
    t, answer, path = made
    root = PdfReader(path).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert str(root["/Lang"]).split("-")[0] == t.language.locale.split("_")[0]
    assert answer.country.name(t.language) in PdfReader(path).metadata.title
    assert b"pdfuaid" in root["/Metadata"].get_data()
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed: install the package poppler-utils")
def test_the_text_reads_back_as_it_was_written(made):
    """Every word of every text is found in the copy-out as often as it was written.

    In Arabic readers guess the order around numbers and marks from their places on the page, so there it is every letter and
    every number; in Chinese, which has no spaces, every sign.
    """
    t, answer, path = made
    out = subprocess.run(["pdftotext", "-enc", "UTF-8", str(path), "-"], capture_output=True, check=True).stdout.decode()
    values = document_values(answer, t)
    apart = ("lang", "dir", "title", "bars_alt", "bars", "footer")
    written = " ".join(texts_of({key: value for key, value in values.items() if key not in apart}))
    pattern = r"\d[\d.,]*\d|[^\W\d_]" if t.language.suffix in ("ar", "zh") else r"\w+"
    got, wanted = (Counter(re.findall(pattern, unicodedata.normalize("NFKC", CONTROLS.sub("", text)))) for text in (out, written))
    assert sum(wanted.values()) > 400
    lost = {word: count - got[word] for word, count in wanted.items() if count > got[word]}
    assert sum(lost.values()) <= 0.005 * sum(wanted.values()), lost


def test_a_missing_font_is_named_with_its_package(monkeypatch):
    class Bare:
        def families(self):
            return ["Libertinus Serif"]

        def fonts(self):
            return []

    monkeypatch.setattr(fonts, "_fonts", Bare)
    with pytest.raises(FontMissing, match="fonts-noto-core"):
        families(words("ar"))
    with pytest.raises(FontMissing, match="fonts-noto-cjk"):
        families(words("zh-hans"))
    assert families(words("fr")) == ["Libertinus Serif"]


def test_a_missing_sign_is_named_and_never_printed_as_a_box():
    t = words("en")
    with pytest.raises(FontMissing, match=r"U\+1F9FF"):
        require_glyphs("an amulet \U0001f9ff", families(t), t)
