"""A chain of entries: whole, or its first fault by number; heads signed, and signed by us (S-29)."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from cop.ground.core.trail import BadHead, Fault, Head, next_entry, read_head, signed, verify

AT = datetime(2026, 11, 22, 10, tzinfo=UTC)
KEY = Ed25519PrivateKey.generate()


def chain(size, word="answer"):
    head, held = Head(), []
    for number in range(size):
        held.append(next_entry(head, at=AT, actor="p-otter", verb=word, thing=f"round/x/{number}", details={"n": number}))
        head = Head(held[-1].number, held[-1].digest)
    return held


def head_of(held):
    return Head(held[-1].number, held[-1].digest) if held else Head()


HELD = chain(20)


def fault(held, stored=None, known=()):
    found = verify(held, stored or head_of(HELD), known)
    return (found.fault, found.number) if found else None


def test_a_whole_chain_is_intact_also_against_every_head_of_its_past():
    assert fault(HELD, known=[head_of(HELD[:n]) for n in range(1, 21)]) is None
    assert fault([], Head()) is None


@given(st.integers(0, 19), st.sampled_from(["actor", "verb", "thing", "details", "digest"]))
def test_a_changed_part_is_named_by_its_entry(place, part):
    held = list(HELD)
    value = getattr(held[place], part)
    held[place] = replace(held[place], **{part: ("x" if value[0] != "x" else "y") + value[1:]})
    assert fault(held) == (Fault.ALTERED, place + 1)


def test_an_entry_whose_moment_was_changed_is_named():
    held = list(HELD)
    held[4] = replace(held[4], at=AT.replace(year=2025))
    assert fault(held) == (Fault.ALTERED, 5)


def test_an_entry_that_was_changed_and_sealed_anew_is_noticed_by_the_next_one():
    held = list(HELD)
    held[4] = replace(held[4], verb="sign").sealed
    assert fault(held) == (Fault.ALTERED, 5)


@given(st.integers(0, 18))
def test_a_deleted_entry_is_named(place):
    assert fault(HELD[:place] + HELD[place + 1 :]) == (Fault.MISSING, place + 1)


@given(st.integers(0, 18))
def test_a_deleted_entry_is_named_when_the_others_were_numbered_anew(place):
    held = HELD[:place] + [replace(entry, number=entry.number - 1) for entry in HELD[place + 1 :]]
    assert fault(held) == (Fault.MISSING, place + 1)


@given(st.lists(st.integers(0, 19), min_size=2, max_size=2, unique=True))
def test_two_swapped_entries_are_named(places):
    first, second = sorted(places)
    held = list(HELD)
    held[first], held[second] = replace(HELD[second], number=first + 1), replace(HELD[first], number=second + 1)
    assert fault(held) == (Fault.REORDERED, first + 1)


@given(st.integers(0, 19))
def test_a_cut_tail_is_named(kept):
    assert fault(HELD[:kept]) == (Fault.CUT_OFF, kept + 1)


@given(st.integers(0, 19))
def test_an_older_copy_is_named_given_the_head_written_down(kept):
    older = HELD[:kept]
    assert fault(older, head_of(older)) is None
    assert fault(older, head_of(older), [head_of(HELD)]) == (Fault.ROLLED_BACK, kept + 1)


def test_an_older_copy_that_went_on_is_named_given_the_head_written_down():
    other = chain(10)
    head = head_of(other)
    for _ in range(15):
        other.append(next_entry(head, at=AT, actor="p-fox", verb="else", thing="x", details={}))
        head = head_of(other)
    assert fault(other, head) is None
    assert fault(other, head, [head_of(HELD)]) == (Fault.ROLLED_BACK, 20)


def test_a_log_written_anew_from_the_start_is_named_given_the_head_written_down():
    other = chain(20, "invent")
    assert fault(other, head_of(other), [head_of(HELD)]) == (Fault.ROLLED_BACK, 20)


def test_a_head_kept_beside_the_log_must_be_its_end():
    assert fault(HELD, head_of(HELD[:19])) == (Fault.ALTERED, 20)


def test_a_head_line_comes_back_when_one_of_our_keys_signed_it():
    line = signed(head_of(HELD), KEY)
    assert len(line.splitlines()) == 1
    assert read_head(f"  {line}\n", [Ed25519PrivateKey.generate().public_key(), KEY.public_key()]) == head_of(HELD)


@pytest.mark.parametrize("broken", [
    lambda line: line.replace("20 ", "21 ", 1), lambda line: line[:-1], lambda line: "", lambda line: "x y z",
    lambda line: line[:-2] + ("00" if line[-2:] != "00" else "11"), lambda line: line + " 1", lambda line: "é" + line,
    lambda line: line[:10] + ("a" if line[10] != "a" else "b") + line[11:],
])  # fmt: skip
def test_a_head_line_that_is_not_ours_is_refused(broken):
    with pytest.raises(BadHead):
        read_head(broken(signed(head_of(HELD), KEY)), [KEY.public_key()])


def test_a_head_of_another_key_is_refused():
    with pytest.raises(BadHead, match="not signed"):
        read_head(signed(head_of(HELD), KEY), [Ed25519PrivateKey.generate().public_key()])
