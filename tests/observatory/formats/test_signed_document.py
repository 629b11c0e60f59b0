"""The signed document reads back in six languages, and names what was signed (RND-16)."""

from __future__ import annotations

import io
import re
import unicodedata
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader

from cop.ground.core.door import LANGUAGES, words
from cop.observatory.core.door import observatory
from cop.observatory.core.rounds.snapshot import Given, Proof, Snapshot
from cop.observatory.formats.signed_document import Signature, document_values, signed_document
from tests.survey import survey

BY = Signature("Ana Example", "Vice-minister", datetime(2026, 11, 22, tzinfo=UTC), 2)


def a_snapshot() -> Snapshot:
    asked = survey()
    proof = Proof(
        "Penal code",
        "link",
        "https://law.example/173",
        place="article 173",
        public=True,
        facts={"in_force": "1971-05", "scope": "national"},
    )
    answers = (
        Given("law_csam", "yes", "2026-11-22", "Checked.", evidence=(proof,)),
        Given("law_treaties", ["OPIC", "BUDAPEST"], "2026-11-22", source="UN Treaty Collection"),
        Given("stat_children", 1138983, "2026-11-22", public=False),
        Given("law_planned", "ཀ 😀", "2026-11-22", disagreement="The source is old."),
    )
    return Snapshot("test-2026", "CRI", asked.id, asked.version, asked.sha256, "public", answers, "Ministry", replaces="0" * 64)


def plain(text: str) -> str:
    return re.sub(r"[\s\u2066-\u2069\u200e\u200f]", "", unicodedata.normalize("NFKC", text))


@pytest.mark.parametrize("code", [language.code for language in LANGUAGES])
def test_the_document_reads_back_and_carries_hash_name_and_answers_RND_16(code):
    snapshot, t = a_snapshot(), words(code)
    country = observatory().ground.places.countries["CRI"]
    raw = signed_document(snapshot, survey(), "Test round", country, BY, t)
    reader = PdfReader(io.BytesIO(raw))
    assert b"pdfuaid" in reader.trailer["/Root"]["/Metadata"].get_data()
    read = plain("".join(page.extract_text() for page in reader.pages))
    for text in (snapshot.sha256, "AnaExample", "Vice-minister", "https://law.example/173"):
        assert plain(text) in read, text
    values = document_values(snapshot, survey(), "Test round", country, BY, t)
    if t.dir == "ltr":
        assert plain(values["headline"]) in read
        assert plain(values["sections"][1]["answers"][0]["question"]) in read
    assert "U+0F40" in read or "ཀ" in read
