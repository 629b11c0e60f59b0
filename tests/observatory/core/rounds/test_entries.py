"""What people type becomes a value or is refused with the reason (RND-13, RND-18, RND-19)."""

from __future__ import annotations

import contextlib
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cop.observatory.core.questionnaire import Choice, Kind, Question
from cop.observatory.core.rounds.entries import a_day, a_number, clean, read_entry, short
from cop.observatory.core.rounds.files import KINDS, MOST_BYTES, kind_of, safe_name
from cop.observatory.core.rounds.proofs import a_link, read_particulars
from cop.observatory.core.rounds.refusals import Refused
from tests.survey import PNG

CHOICES = (Choice("a", {"en": "A"}), Choice("b", {"en": "B"}), Choice("c", {"en": "C"}))


def asked(kind: Kind, typed: dict[str, list[str]]):
    question = Question("q", "1", kind, {"en": "?"}, choices=CHOICES, rows=CHOICES, columns=CHOICES)
    return read_entry(question, lambda suffix: typed.get(suffix, []))


def test_every_kind_reads_what_it_asks_for_RND_13():
    assert asked(Kind.STATE, {"": ["unknown"]}) == "unknown"
    assert asked(Kind.SEVERAL, {"": ["c", "a"]}) == ["a", "c"]
    assert asked(Kind.RANKED, {".c": ["1"], ".a": ["2"]}) == ["c", "a"]
    assert asked(Kind.NUMBER, {"": ["1 234,5"]}) == 1234.5
    assert asked(Kind.NUMBER, {"": ["١٢"]}) == 12
    assert asked(Kind.DATE, {"": ["2014-12"]}) == "2014-12"
    assert asked(Kind.TABLE, {".a.b": ["3"], ".c.c": [""]}) == {"a": {"b": 3}}
    assert asked(Kind.TEXT, {"": ["\u202e\x00 abc\r\n"]}) == "abc"
    assert asked(Kind.TEXT, {"": ["  "]}) is None


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        (Kind.STATE, {"": ["maybe"]}),
        (Kind.ONE, {"": ["z"]}),
        (Kind.SEVERAL, {"": ["a", "<script>"]}),
        (Kind.RANKED, {".a": ["1"], ".b": ["1"]}),
        (Kind.RANKED, {".a": ["0"]}),
        (Kind.NUMBER, {"": ["1,234"]}),
        (Kind.NUMBER, {"": ["1e9"]}),
        (Kind.NUMBER, {"": ["9" * 15]}),
        (Kind.NUMBER, {"": ["nan"]}),
        (Kind.DATE, {"": ["2014-13"]}),
        (Kind.DATE, {"": ["0001"]}),
        (Kind.TEXT, {"": ["x" * 10_001]}),
    ],
)
def test_what_is_no_answer_is_refused_RND_13(kind, typed):
    with pytest.raises(Refused, match="RND-13"):
        asked(kind, typed)


@given(st.text())
def test_any_text_is_cleaned_or_refused_and_never_breaks(text):
    found = clean(text)
    assert clean(found) == found
    assert "\x00" not in found
    assert "\u202e" not in found
    found.encode()
    for read in (a_number, a_day, lambda given: short(given, 10)):
        with contextlib.suppress(Refused):
            read(text)


def office(main: str, extra: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(main, extra or b"<x/>")
    return out.getvalue()


def test_files_are_what_their_content_says_RND_18():
    good = {
        "a.pdf": b"%PDF-1.7\n%%EOF", "a.png": PNG, "a.JPG": b"\xff\xd8\xff\xe0" + bytes(20) + b"\xff\xd9",
        "a.docx": office("word/document.xml"), "a.xlsx": office("xl/workbook.xml"), "a.txt": "Gesetz über …".encode(),
    }  # fmt: skip
    assert {kind_of(raw, name) for name, raw in good.items()} == set(KINDS)


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("a.pdf", PNG),
        ("a.png", b"%PDF-1.7"),
        ("a.docx", office("xl/workbook.xml")),
        ("a.xlsx", b"PK\x03\x04 broken"),
        ("a.txt", b"\x00\x01\x02"),
        ("a.txt", b"\xff\xfe\x00"),
        ("a.exe", b"MZ"),
        ("a.html", b"<script>"),
        ("a.svg", b"<svg/>"),
        ("a.pdf.exe", b"%PDF-1.7"),
        ("pdf", b"%PDF-1.7"),
        ("a.docx", office("word/document.xml", bytes(60_000_000))),
        ("a.docx", office("word/vbaProject.bin") + b""),
        ("a.pdf", b""),
        ("a.pdf", b"%PDF-1.7" + bytes(MOST_BYTES)),
    ],
)
def test_files_that_lie_bombs_and_other_kinds_are_refused_RND_18(name, raw):
    with pytest.raises(Refused, match="RND-18"):
        kind_of(raw, name)


def test_macros_are_refused_RND_18():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in ("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"):
            archive.writestr(name, "x")
    with pytest.raises(Refused, match="macros"):
        kind_of(out.getvalue(), "a.docx")


@given(st.text(max_size=60))
def test_a_kept_name_holds_no_folder_and_no_hidden_sign_RND_18(name):
    kept = safe_name(name, "pdf")
    assert not set(kept) & set('/\\"\r\n\x00\u202e;')
    assert kept.endswith(".pdf")


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "ftp://law.example/",
        "https://",
        "https://a b.example/",
        "https://u:p@law.example/",
        "//law.example",
        'https://law.example/"><script>',
    ],
)
def test_an_address_that_is_none_is_refused_RND_19(text):
    with pytest.raises(Refused, match="RND-19"):
        a_link(text)


def test_public_evidence_needs_consent_and_dates_their_order_RND_19():
    good = {"title": "Law", "enacted": "2010", "in_force": "2011-05", "repealed": "2020"}
    assert read_particulars(good, public=True, consent=True).in_force == "2011-05"
    for wrong in (
        {"title": ""},
        good | {"enacted": "soon"},
        good | {"repealed": "1999"},
        good | {"language": "Klingon!"},
        good | {"scope": "galaxy"},
    ):
        with pytest.raises(Refused):
            read_particulars(wrong, public=False, consent=False)
    with pytest.raises(Refused, match="RND-19"):
        read_particulars(good, public=True, consent=False)
