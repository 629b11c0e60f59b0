"""A report opens with its month's and its team's key together, and with nothing less; messages open with the receipt."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cop.ground.core.door import NotOpened, fingerprint, new_key, public_half
from cop.hotline.core.receipt import new_seed, opened, receipt_of
from cop.hotline.core.sealing import (
    Keys,
    open_body,
    open_copy,
    open_for_reporter,
    open_from_reporter,
    open_key,
    seal_from_reporter,
    seal_report,
    seal_to_reporter,
)

TEAM, MONTH, THREAD = new_key(), new_key(), new_key()
KEYS = Keys(public_half(TEAM), fingerprint(public_half(TEAM)), public_half(MONTH), "2026-11", public_half(THREAD))
LOOKUP = b"l" * 32
HELD = {"month": MONTH, "month_id": "2026-11", "team": TEAM, "team_id": KEYS.team_id}


@given(st.binary(min_size=512, max_size=4096))
def test_a_report_opens_with_both_keys(packed):
    sealed = seal_report(packed, LOOKUP, KEYS)
    assert open_body(open_key(sealed.own_key, LOOKUP, **HELD), sealed.body, LOOKUP) == packed
    assert packed[:40] not in sealed.own_public + sealed.own_key + sealed.body


@pytest.mark.parametrize("wrong", [
    {"month": new_key()}, {"team": new_key()}, {"month": TEAM, "team": MONTH}, {"month_id": "2026-12"}, {"team_id": "0" * 16},
])  # fmt: skip
def test_without_one_of_the_keys_no_report_opens(wrong):
    sealed = seal_report(b"words", LOOKUP, KEYS)
    with pytest.raises(NotOpened):
        open_key(sealed.own_key, LOOKUP, **HELD | wrong)


def test_a_report_moved_to_another_row_does_not_open():
    sealed = seal_report(b"words", LOOKUP, KEYS)
    with pytest.raises(NotOpened):
        open_key(sealed.own_key, b"m" * 32, **HELD)
    with pytest.raises(NotOpened):
        open_body(open_key(sealed.own_key, LOOKUP, **HELD), sealed.body, b"m" * 32)


def test_two_sealings_of_the_same_report_have_nothing_in_common():
    first, second = (seal_report(b"words", LOOKUP, KEYS) for _ in range(2))
    parts = [first.own_public, first.own_key, first.body, second.own_public, second.own_key, second.body]
    assert all(one != other for one, other in itertools.combinations(parts, 2))


@given(st.text(st.characters(blacklist_categories=["Cs"]), min_size=1, max_size=300).map(str.strip).filter(bool))
def test_a_message_opens_with_the_receipt_and_the_thread_key_and_its_copy_at_the_desk(text):
    own, receipt = new_key(), opened(receipt_of(new_seed()))
    sealed = seal_to_reporter(
        text, reply_to=receipt.reply_to, own_public=public_half(own), thread=public_half(THREAD), month_id="2026-11", message="m1"
    )
    assert len(sealed.for_desk) % 512 == 48  # its length tells little
    place = {"month_id": "2026-11", "message": "m1"}
    assert open_for_reporter(sealed.for_reporter, receipt, thread=THREAD, **place) == text
    assert open_copy(own, sealed.for_desk, "m1") == text
    with pytest.raises(NotOpened):  # the thread key alone, or another receipt, opens nothing
        open_for_reporter(sealed.for_reporter, opened(receipt_of(new_seed())), thread=THREAD, **place)
    with pytest.raises(NotOpened):  # nor does the receipt once the month's thread key is gone
        open_for_reporter(sealed.for_reporter, receipt, thread=new_key(), **place)
    with pytest.raises(NotOpened):
        open_for_reporter(sealed.for_reporter, receipt, thread=THREAD, month_id="2026-11", message="m2")


def test_a_further_message_of_the_reporter_opens_at_the_desk_only():
    own = new_key()
    sealed = seal_from_reporter(b"more words", public_half(own), "m3")
    assert open_from_reporter(own, sealed, "m3") == b"more words"
    with pytest.raises(NotOpened):
        open_from_reporter(THREAD, sealed, "m3")
