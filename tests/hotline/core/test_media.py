"""Media never come in with a report, in whatever dress; places and words do (S-09)."""

import base64
import binascii
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cop.hotline.core.media import CUT, cut_media, media_in

HEADS = {
    "jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", "png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "gif": b"GIF89a\x01\x00\x01\x00",
    "webp": b"RIFF\x24\x00\x00\x00WEBPVP8 ", "mp4": b"\x00\x00\x00\x18ftypmp42\x00\x00", "webm": b"\x1aE\xdf\xa3\x01\x00\x00\x00",
    "pdf": b"%PDF-1.7\n%", "zip": b"PK\x03\x04\x14\x00\x00\x00", "bmp": b"BM\x36\x10\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00",
}  # fmt: skip
ENCODINGS = {
    "base64": lambda raw: base64.b64encode(raw).decode(),
    "base64url": lambda raw: base64.urlsafe_b64encode(raw).decode().rstrip("="),
    "wrapped": lambda raw: base64.encodebytes(raw * 3).decode(),
    "hex": lambda raw: raw.hex(),
    "spaced hex": lambda raw: raw.hex(" "),
    "data address": lambda raw: "data:image/jpeg;base64," + base64.b64encode(raw).decode(),
    "percent-encoded": lambda raw: "data%3Aimage%2Fpng%3Bbase64%2C" + base64.b64encode(raw).decode().replace("+", "%2B"),
    "twice percent-encoded": lambda raw: "data%253Aimage%252Fpng%253Bbase64%252C" + base64.b64encode(raw).decode(),
    "uuencoded": lambda raw: "begin 644 x.jpg\n" + "".join(
        binascii.b2a_uu(raw[at : at + 45]).decode() for at in range(0, len(raw), 45)) + "end\n",
}  # fmt: skip
HARMLESS = [
    "https://www.site.example/gallery/12345?session=" + "0f" * 20 + "&page=3",
    "http://" + "a" * 56 + ".onion/board/res/1234.html",
    "the app Example, group 'Friends 4711', post 99887766",
    "My data: I saw it on 3 May. The file: I did not keep it. A blob: of text.",
    "@handle_of_someone on the game Example, server EU-3",
    "https://site.example/?token=eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIn0.abc",
    "Я видел это на сайте вчера.\nПомогите.",
    "شاهدت هذا على الموقع أمس",
    "a metadata: image note",
    "e-mail to somebody@firm.example",
]


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_an_encoded_file_is_found_and_cut_and_the_words_around_it_stay(head, encoding):
    raw = HEADS[head] + os.urandom(200)
    text = f"I found this: {ENCODINGS[encoding](raw)}\nPlease act."
    assert media_in(text)
    cut = cut_media(text)
    assert CUT in cut
    assert cut.startswith("I found this: ")
    assert "Please act." in cut
    assert len(cut) < 120


@pytest.mark.parametrize("address", [
    "data:text/html,<b>x</b>", "DATA:image/png;base64,AAAA", "data:;base64,AAAA", "data:,hello", "data : image/png;base64,AA",
    "blob:https://site.example/0e2f1a8c-7c1e-4d2b-9b7d-1f2e3d4c5b6a", "blob:null/0e2f1a8c", "file:///C:/pictures/1.jpg", "file:/etc/x",
])  # fmt: skip
def test_an_address_that_carries_content_or_points_into_a_device_is_refused(address):
    assert media_in(address)


@pytest.mark.parametrize("text", HARMLESS)
def test_places_and_words_pass_unchanged(text):
    assert cut_media(text) == text


@given(st.text(max_size=600))
def test_cutting_twice_is_cutting_once_and_never_fails(text):
    cut = cut_media(text)
    assert cut_media(cut) == cut


@given(st.binary(min_size=800, max_size=1500))
def test_a_long_run_of_any_encoding_is_cut_whatever_it_holds(raw):
    assert CUT in cut_media(base64.b64encode(raw).decode())
