"""Keys, sealed secrets, blinded pairs and their growing wait."""

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cop.accounts.core.keys import digest_of, new_key, new_pseudonym, same
from cop.accounts.core.sealing import NotOurs, sealed, unsealed
from cop.accounts.core.tries import FREE_TRIES, LONGEST, blinded, delay, network_of


def test_the_wait_never_shrinks_begins_after_the_free_tries_and_has_a_longest():
    waits = [delay(tries) for tries in range(100)]
    assert waits == sorted(waits)
    assert waits[FREE_TRIES] == timedelta(0) < waits[FREE_TRIES + 1]
    assert waits[-1] == LONGEST


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/56"),
        ("[2001:db8:1:2:3::4]", "2001:db8:1::/56"),
        ("", "unknown"),
        ("evil\r\n", "unknown"),
    ],
)
def test_addresses_of_one_subscriber_are_one_network(address, network):
    assert network_of(address) == network


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32), st.text(max_size=50))
def test_a_blinded_text_is_the_same_under_one_salt_only(salt, other, text):
    assert blinded(salt, text) == blinded(salt, text)
    assert (blinded(salt, text) == blinded(other, text)) == (salt == other)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=80))
def test_a_sealed_text_opens_with_its_own_key_only(text):
    held = sealed("k" * 50, text)
    assert unsealed("k" * 50, held) == text
    with pytest.raises(NotOurs):
        unsealed("x" * 50, held)
    with pytest.raises(NotOurs):
        unsealed("k" * 50, held[:-6])


def test_keys_and_pseudonyms_are_fresh_and_say_nothing():
    assert len({new_key() for _ in range(100)}) == 100
    assert all(re.fullmatch(r"staff-[2-9A-HJKMNP-TV-Z]{6}", new_pseudonym()) for _ in range(50))
    assert same(digest_of("a"), digest_of("a"))
    assert not same(digest_of("a"), digest_of("b"))
    assert digest_of("\ud800")
