"""What a report may say, and the bytes that are sealed."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cop.hotline.core.body import LONGEST, STEP, BadBody, Body, mark_of, pack, read_body, unpack

texts = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=200).map(str.strip)


@given(texts, texts, texts)
def test_what_is_packed_unpacks_and_its_length_tells_little(address, place, note):
    body = Body(address=address, place=place, note=note)
    packed = pack(body)
    assert len(packed) % STEP == 0
    assert unpack(packed) == body


def test_a_report_needs_an_address_a_place_or_a_note():
    with pytest.raises(BadBody, match="one of address, place and note"):
        read_body({"concern": "grooming"})
    for name in ("address", "place", "note"):
        assert read_body({name: "somewhere"}) == Body(**{name: "somewhere"})


@pytest.mark.parametrize(
    ("given_fields", "fields"),
    [
        ({"address": 7}, ["address"]),
        ({"address": ["x"]}, ["address"]),
        ({"address": "x" * (LONGEST["address"] + 1)}, ["address"]),
        ({"note": "\ud800"}, ["note"]),
        (
            {"address": "https://site.example", "concern": "gossip", "site_type": "moon", "language": "tlh"},
            ["concern", "site_type", "language"],
        ),
        ({"note": "data:image/png;base64,AAAA"}, ["note"]),
    ],
)
def test_each_bad_field_is_named(given_fields, fields):
    with pytest.raises(BadBody) as caught:
        read_body(given_fields)
    assert [fault.field for fault in caught.value.faults] == fields
    assert all(fault.why for fault in caught.value.faults)


def test_control_signs_and_null_bytes_are_left_out_and_marks_of_direction_stay():
    assert read_body({"note": " a\0b\x1bc\u202ed\n "}).note == "abc\u202ed"


def test_what_a_browser_sealed_unseen_is_cut_when_it_is_opened():
    packed = pack(Body(note="see data:image/png;base64,iVBORw0KGgoAAAA end"))
    assert unpack(packed).note == "see […] end"


@pytest.mark.parametrize("raw", [b"", b"[]", b"null", b"\xff", b"{" * 5000, b"[" * 44_000, b'{"note":' * 9000])
def test_bytes_that_are_no_report_are_refused(raw):
    with pytest.raises(BadBody, match="no report"):
        unpack(raw)


def test_a_mark_is_equal_for_the_same_report_under_the_same_key_only():
    packed = pack(Body(note="words"))
    assert mark_of(b"k" * 32, packed) == mark_of(b"k" * 32, packed)
    assert mark_of(b"k" * 32, packed) != mark_of(b"j" * 32, packed)
    assert mark_of(b"k" * 32, packed) != mark_of(b"k" * 32, pack(Body(note="other words")))


def test_what_a_browser_sealed_is_cleaned_as_if_it_came_in_now():
    held = {
        "note": "a\0b\x1b[2J\ud800c",
        "concern": "gossip",
        "language": "tlh",
        "address": "x y" * 3000,
        "reporter": "child",
        "other": "y",
    }
    body = unpack(json.dumps(held).encode())
    assert (body.note, body.concern, body.language, body.reporter) == ("ab[2Jc", "", "", "child")
    assert len(body.address) == LONGEST["address"]
