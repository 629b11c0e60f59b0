"""The team's key: under each member's passphrase, through changes, and from paper."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cop.ground.core.door import NotOpened, new_key, public_half
from cop.hotline.core.rings import (
    BadPaper,
    WeakPassphrase,
    WrongPassphrase,
    by_member,
    by_recovery,
    chained,
    for_member,
    for_recovery,
    from_paper,
    lock,
    on_paper,
    unchained,
    unlock,
)

GOOD = "five words are quite enough"


def test_a_passphrase_opens_its_key_and_another_one_does_not():
    private = new_key()
    held = lock(GOOD, private)
    assert unlock(held, GOOD) == private
    assert held.public == public_half(private)
    assert private not in held.locked
    with pytest.raises(WrongPassphrase):
        unlock(held, GOOD + " ")


@pytest.mark.parametrize("passphrase", ["", "short", "a" * 40, "abab" * 10])
def test_a_passphrase_that_is_easily_guessed_is_refused(passphrase):
    with pytest.raises(WeakPassphrase, match="at least 14"):
        lock(passphrase)


def test_a_team_key_opens_for_its_member_in_its_place_only():
    team, member = new_key(), new_key()
    sealed = for_member(team, "team-1", public_half(member), "member/1")
    assert by_member(sealed, member, "team-1", "member/1") == team
    for private, team_id, name in (
        (new_key(), "team-1", "member/1"),
        (member, "team-2", "member/1"),
        (member, "team-1", "member/2"),
    ):
        with pytest.raises(NotOpened):
            by_member(sealed, private, team_id, name)


def test_who_holds_the_newest_key_opens_earlier_ones_and_not_the_other_way_round():
    first, second = new_key(), new_key()
    sealed = chained(first, "1", public_half(second), "2")
    assert unchained(sealed, second, "1", "2") == first
    with pytest.raises(NotOpened):
        unchained(sealed, first, "1", "2")


def test_the_recovery_key_opens_the_team_key():
    team, recovery = new_key(), new_key()
    assert by_recovery(for_recovery(team, "1", public_half(recovery)), recovery, "1") == team


@given(st.binary(min_size=32, max_size=32))
def test_a_key_on_paper_reads_back(private):
    assert from_paper(on_paper(private)) == private
    assert from_paper(on_paper(private).replace(" ", "\n")) == private


@given(st.binary(min_size=32, max_size=32), st.integers(0, 79), st.integers(1, 9))
def test_one_wrong_digit_on_paper_is_found(private, place, more):
    digits = on_paper(private).replace(" ", "")
    with pytest.raises(BadPaper, match="wrong"):
        from_paper(digits[:place] + str((int(digits[place]) + more) % 10) + digits[place + 1 :])


@pytest.mark.parametrize("text", ["", "12", "x" * 80, "9" * 80, "1" * 81])
def test_what_is_no_recovery_key_is_refused(text):
    with pytest.raises(BadPaper):
        from_paper(text)
