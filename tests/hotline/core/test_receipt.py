"""Receipts: at least 100 bits, read in every script, and nothing but the receipt opens what it opens (S-13)."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cop.ground.core.door import public_half
from cop.hotline.core.receipt import (
    SECRET_DIGITS,
    BadReceipt,
    BadSeed,
    check_digit,
    grouped,
    new_seed,
    opened,
    read_receipt,
    receipt_of,
)

SCRIPTS = ("0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९", "０１２３４５６７８９")
seeds = st.binary(min_size=24, max_size=32).map(lambda raw: raw.hex()).filter(lambda seed: len(set(seed)) >= 8)


def test_a_receipt_has_at_least_a_hundred_bits():
    assert 10**SECRET_DIGITS >= 2**100


@given(seeds)
def test_a_seed_gives_the_same_receipt_each_time_and_another_seed_another_one(seed):
    assert receipt_of(seed) == receipt_of(seed) != receipt_of(seed[:-1] + "_")
    assert len(receipt_of(seed)) == 32
    assert read_receipt(grouped(receipt_of(seed))) == receipt_of(seed)


def test_fresh_seeds_are_accepted_and_differ():
    drawn = {new_seed() for _ in range(1000)}
    assert len({receipt_of(seed) for seed in drawn}) == 1000


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: unicodedata.name(script[1]))
@given(seed=seeds, mark=st.sampled_from([" ", "-", "\n", "\u00a0", "", "\u200f ", " \u2066"]))
def test_a_receipt_is_read_in_every_script_and_however_it_is_grouped(script, seed, mark):
    receipt = receipt_of(seed)
    typed = mark.join(script[int(digit)] for digit in receipt)
    assert read_receipt(typed) == receipt


@given(seeds, st.integers(0, 31), st.integers(1, 9))
def test_one_wrong_digit_is_found(seed, place, more):
    receipt = receipt_of(seed)
    wrong = receipt[:place] + str((int(receipt[place]) + more) % 10) + receipt[place + 1 :]
    with pytest.raises(BadReceipt, match="a digit is wrong"):
        read_receipt(wrong)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "here are 0"),
        ("1" * 31, "here are 31"),
        ("1" * 33, "here are 33"),
        ("12ab" * 8, "digits only"),
        ("1 " * 4000, "here are"),
    ],
)
def test_what_is_no_receipt_is_refused_with_the_reason(text, why):
    with pytest.raises(BadReceipt, match=why):
        read_receipt(text)


@pytest.mark.parametrize(("digits", "check"), [("0794", "5"), ("0823", "6"), ("002006673085", "7"), ("79462", "3")])
def test_the_check_digit_is_that_of_iso_7064_mod_11_10(digits, check):
    assert check_digit(digits) == _by_the_standard(digits)
    if digits == "0794":
        assert check == check_digit(digits)  # the example printed in ISO/IEC 7064 for MOD 11,10: 07945


def _by_the_standard(digits: str) -> str:
    """The other way round: the one digit that makes the whole string valid."""

    def valid(text):
        product = 10
        for sign in text[:-1]:
            product = ((product + int(sign)) % 10 or 10) * 2 % 11
        return (product + int(text[-1])) % 10 == 1

    return next(str(last) for last in range(10) if valid(digits + str(last)))


@pytest.mark.parametrize("seed", ["", "a" * 21, "a" * 65, "A" * 30, "abcdefgh" * 3 + "\n", "abcdéfghijklmnopqrstuvw", "ab" * 20])
def test_a_seed_that_is_short_long_foreign_or_plain_is_refused(seed):
    with pytest.raises(BadSeed):
        receipt_of(seed)


@given(seeds)
def test_what_a_receipt_opens_differs_by_purpose_and_the_reference_opens_nothing(seed):
    found = opened(receipt_of(seed))
    assert len({found.lookup, found.reply_key, found.body_key}) == 3
    assert found.reply_to == public_half(found.reply_key)
    assert len(found.reference) == 6
    with pytest.raises(BadReceipt):
        read_receipt(found.reference)
