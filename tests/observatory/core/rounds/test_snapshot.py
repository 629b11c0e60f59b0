"""What is signed has one hash; two people's words are merged or kept beside each other (RND-09, RND-16, RND-17)."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cop.observatory.core.rounds.saving import Content, merge
from cop.observatory.core.rounds.snapshot import Given, Proof, Snapshot, canonical, difference, digest, read_snapshot

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
values = st.one_of(
    st.none(), st.sampled_from(["yes", "no"]), st.integers(), st.lists(st.sampled_from("abc"), max_size=3, unique=True)
)
contents = st.builds(Content, values, texts, st.sampled_from(["", "refused"]), texts, st.booleans())
proofs = st.builds(Proof, texts, st.just("link"), texts, facts=st.dictionaries(st.sampled_from(["enacted", "gazette"]), texts))
answers = st.lists(
    st.builds(Given, st.sampled_from(["q1", "q2", "q3"]), values, st.just("2026-11-22"), texts, evidence=st.tuples(proofs)),
    max_size=3, unique_by=lambda answer: answer.question_id,
)  # fmt: skip


@given(answers)
def test_a_snapshot_reads_back_equal_and_its_hash_is_that_of_its_text_RND_16(found):
    one = Snapshot("r", "CRI", "cop-national", "2026", "0" * 64, "all", tuple(found), "Ministry")
    again = read_snapshot(one.text)
    assert again == one
    assert again.sha256 == one.sha256 == digest(one.text)
    assert canonical(json.loads(one.text)) == one.text


def test_another_document_is_no_snapshot_RND_16():
    for text in ("[]", "{}", '{"format":"other"}'):
        with pytest.raises(ValueError, match="no snapshot"):
            read_snapshot(text)


@given(answers, answers)
def test_the_difference_of_two_sets_of_answers_is_empty_only_where_they_say_the_same_RND_17(one, two):
    assert difference(one, one) == ()
    said = {change.question_id for change in difference(one, two)}
    for key in ("q1", "q2", "q3"):
        sides = [next((a for a in side if a.question_id == key), Given(key, None, "")) for side in (one, two)]
        same = (sides[0].value, sides[0].note, sides[0].evidence) == (sides[1].value, sides[1].note, sides[1].evidence)
        assert (key in said) is not same


@given(contents, contents, contents)
def test_neither_of_two_people_loses_a_word_RND_09(base, current, given_now):
    found = merge(base, current, given_now)
    if found.conflict:
        assert found.content == current
        return
    for name in ("value", "note", "why", "disagreement", "public"):
        was, now, new = (getattr(content, name) for content in (base, current, given_now))
        kept = getattr(found.content, name)
        assert kept in (now, new)
        assert kept == new or new == was
        assert kept == now or now == was
