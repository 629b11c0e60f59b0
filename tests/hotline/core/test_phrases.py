"""Approved phrases: plain, warm, asking for nothing, and leading a child to help first (S-12)."""

import re

import pytest

from cop.hotline.core.phrases import PHRASES, NotApproved, approved, phrases_for

ASKED = r"\b(?:name|names|school|live|home|age|phone number|how old|who are you|class|send us (?:the|a|your)|upload|attach|screenshot)\b"
NEVER = [
    "should have", "why did", "delete everything", "child porn", "revenge porn", "sex with", "secret", "surely", "promise you",
    "nothing happens if", "not breaking the law", "good parents", "meet", "pay",
]  # fmt: skip


@pytest.mark.parametrize("phrase", PHRASES.values(), ids=PHRASES)
def test_a_phrase_asks_for_nothing_about_a_person(phrase):
    """PHRASE-01, S-12."""
    assert not re.search(ASKED, phrase.text, re.IGNORECASE)
    assert not any(words in phrase.text.lower() for words in NEVER)
    assert "?" not in phrase.text or phrase.code == "danger"


@pytest.mark.parametrize("phrase", PHRASES.values(), ids=PHRASES)
def test_a_phrase_holds_no_number_and_no_address(phrase):
    """PHRASE-02: those stand on the pages of help, where they are kept right."""
    assert not re.search(r"[0-9@%{}]|https?:|www\.|/", phrase.text)


@pytest.mark.parametrize("phrase", PHRASES.values(), ids=PHRASES)
def test_a_phrase_can_be_read_at_thirteen(phrase):
    """PHRASE-01: short sentences of short words; a lint is a hint, children reading it aloud are the proof."""
    sentences = [sentence.split() for sentence in re.split(r"[.?:;]\s*", phrase.text) if sentence]
    assert max(map(len, sentences)) <= 24
    assert sum(map(len, sentences)) / len(sentences) <= 15
    words = re.findall(r"[a-z']+", phrase.text.lower())
    assert sum(len(word) > 9 for word in words) <= 1
    assert len(phrase.text) <= 400
    assert phrase.text.endswith(".")
    assert len(phrase.code) <= 40


def test_what_a_desk_needs_to_say_is_there():
    """PHRASE-01."""
    assert {
        "received", "not_found", "need_address", "to_police", "removed", "not_illegal", "helpline", "no_counselling", "closed", "dont_look",
        "own_picture", "danger",
    } <= set(PHRASES)  # fmt: skip
    assert len({phrase.text for phrase in PHRASES.values()}) == len(PHRASES)


def test_a_child_is_never_asked_for_an_address():
    """PHRASE-03, S-10, S-12."""
    assert [code for code, phrase in PHRASES.items() if not phrase.for_child] == ["need_address"]
    for sent in ((), ("helpline",), tuple(PHRASES)):
        assert "need_address" not in {phrase.code for phrase in phrases_for(may_be_child=True, sent=sent)}
    with pytest.raises(NotApproved, match="PHRASE-03"):
        approved("need_address", may_be_child=True, sent=["helpline"])
    assert approved("need_address", may_be_child=False)


def test_a_child_is_led_to_people_who_help_before_anything_else():
    """PHRASE-04, S-12."""
    assert all(phrase.hands_over for phrase in phrases_for(may_be_child=True))
    assert all(re.search("help page|page about pictures", phrase.text) for phrase in PHRASES.values() if phrase.hands_over)
    with pytest.raises(NotApproved, match="PHRASE-04"):
        approved("closed", may_be_child=True, sent=["in_work", "no such phrase"])
    assert approved("closed", may_be_child=True, sent=["received"]).code == "closed"
    assert approved("closed", may_be_child=False).code == "closed"
    assert len(phrases_for(may_be_child=True, sent=["received"])) == len(PHRASES) - 1


def test_words_that_nobody_approved_are_no_phrase():
    """PHRASE-01."""
    with pytest.raises(NotApproved, match="PHRASE-01"):
        approved("Where do you live?", may_be_child=False)
