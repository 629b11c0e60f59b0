"""What a notice may say, to whom it may go, and how it stands."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cop.hotline.core import notice
from cop.hotline.core.case import ILLEGAL, OUTCOMES, NotAllowed
from cop.hotline.core.letters import covering, leading_to, listed, subject, write
from cop.hotline.core.notice import (
    CONTACT_KINDS,
    FRESH,
    LEAD_ONLY,
    NOTICE_KINDS,
    SAME_COUNTRY,
    SKEW,
    Letter,
    Line,
    Recipient,
    Sender,
    Standing,
    Traced,
    line_of,
)  # fmt: skip
from cop.hotline.formats import xarf

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
SENDER = Sender("Invented Authority", "notices@hotline.example")
LINE = Line(
    "N-1",
    "http://bad.example/page?x=1",
    "web",
    "baseline",
    date(2026, 11, 20),
    "Invented Act, art. 9",
    "third picture",
    "AS64500",
    "XA",
)
HOST = Recipient("host", "XA", approved=True, withdrawn=False)
LETTER = Letter("N-0A1B2C3D", "first", SENDER, "host", (LINE,), date(2026, 11, 22))


def refusal(code: str):
    return pytest.raises(NotAllowed, match=code)


@pytest.mark.parametrize(("approved", "withdrawn"), [(False, False), (False, True), (True, True)])
def test_no_notice_without_a_contact_that_is_approved_and_still_counts(approved, withdrawn):
    """NOTICE-01"""
    notice.check_recipient(HOST)
    with refusal("NOTICE-01"):
        notice.check_recipient(replace(HOST, approved=approved, withdrawn=withdrawn))


@given(
    st.timedeltas(timedelta(days=-3), timedelta(days=3)), st.sampled_from(["", "XA", "XB"]), st.sampled_from(list(CONTACT_KINDS))
)
def test_a_notice_goes_out_only_after_a_fresh_trace_to_a_known_country_and_for_a_host_to_its_own(age, country, kind):
    """NOTICE-02 NOTICE-03"""
    to, traced = replace(HOST, kind=kind), Traced(AT - age, country)
    fresh = -SKEW <= age <= FRESH
    may = fresh and country and (kind not in SAME_COUNTRY or country == "XA")
    if may:
        notice.check_traces(to, [traced], AT)
    else:
        with refusal("NOTICE-03" if fresh and country else "NOTICE-02"):
            notice.check_traces(to, [Traced(AT, "XA"), traced], AT)


def test_an_address_that_was_never_traced_gets_no_notice():
    """NOTICE-02"""
    with refusal("NOTICE-02"):
        notice.check_traces(HOST, [None], AT)


@given(st.sampled_from(list(NOTICE_KINDS)), st.sampled_from(list(CONTACT_KINDS)), st.sampled_from([None, True, False]))
def test_an_escalation_a_registrar_and_an_owner_need_a_lead_who_says_that_they_are_no_part_of_it(kind, to, complicit):
    """NOTICE-05, S-07"""
    needs = kind == "escalation" or to in LEAD_ONLY
    if needs and complicit is not False:
        with refusal("NOTICE-05"):
            notice.check_complicity(kind, replace(HOST, kind=to), complicit)
    else:
        notice.check_complicity(kind, replace(HOST, kind=to), complicit)


@given(
    st.lists(
        st.sampled_from(["approve", "send", "again", "arrive", "fail", "bounce", "acknowledge", "decide", "drop", "take back"])
    )
)
def test_no_sequence_of_steps_sends_a_notice_that_was_not_ready_or_brings_a_dropped_one_back(steps):
    """NOTICE-04"""
    state, was = Standing.DRAFT, []
    for one in steps:
        was.append(state)
        try:
            state = notice.step(state, one)
        except NotAllowed:
            continue
        assert was[-1] is not Standing.DROPPED
        if state is Standing.QUEUED:
            assert was[-1] in (Standing.READY, Standing.FAILED)
        if state in (Standing.SENT, Standing.FAILED, Standing.ACKNOWLEDGED, Standing.DECIDED):
            assert Standing.QUEUED in [*was, state]


CANARY = st.text(st.characters(codec="utf-8", categories=("L", "N")), min_size=12, max_size=40).map("never-{}".format)
WHITE = {one.name for one in fields(Line)}


@given(st.dictionaries(st.text(min_size=1, max_size=20).filter(lambda name: name not in WHITE), CANARY, min_size=1, max_size=8))
def test_nothing_but_whitelisted_fields_has_a_way_into_a_notice_or_a_referral(others):
    """NOTICE-06, S-08"""
    held = {**{name: getattr(LINE, name) for name in WHITE}, **others}
    line = line_of(held)
    for kind in NOTICE_KINDS:
        letter = replace(LETTER, kind=kind, lines=(line,))
        said = [
            write(letter, "fr"), covering(letter, "AB12"), leading_to(letter, "https://centre.example/en/notice/", "AAAA"), listed(letter),
            subject(letter), xarf.write(line, SENDER, at=AT),
        ]  # fmt: skip
        assert not [value for value in others.values() if any(value in text for text in said)]


@pytest.mark.parametrize("extra", ["write to anna@mail.example", "she said come to the old mill", "x" * 201, "a\x00b"])
def test_what_helps_to_find_an_item_never_repeats_the_reporter(extra):
    """NOTICE-06"""
    with refusal("NOTICE-06"):
        notice.check_extra(extra, note="Then: she said come to the old mill at noon", contact="Anna@mail.example")
    assert (
        notice.check_extra(" second  post,\nthird picture ", note="the second post of many", contact="")
        == "second post, third picture"
    )


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_a_notice_tells_of_what_is_illegal_and_of_an_exact_location_alone(outcome):
    """NOTICE-08"""
    if outcome in ILLEGAL:
        notice.check_lines([outcome])
    else:
        with refusal("NOTICE-08"):
            notice.check_lines(["baseline", outcome])
    with refusal("NOTICE-08"):
        line_of({**{name: getattr(LINE, name) for name in WHITE}, "kind": "words", "outcome": outcome})


@pytest.mark.parametrize("count", [0, 51])
def test_a_notice_has_one_to_fifty_lines(count):
    """NOTICE-08"""
    with refusal("NOTICE-08"):
        notice.check_lines(["baseline"] * count)


def test_the_text_holds_what_the_law_asks_for_in_both_languages():
    """NOTICE-10: reasons, place, who signs, good faith; the place can't be clicked, and stands exactly in the list."""
    text = write(LETTER, "fr")
    for part in ("Why it is illegal", "hxxp://bad[.]example/page?x=1", "good faith", "Invented Authority", "notices@hotline.example",
                 "Invented Act, art. 9", "third picture", "N-1", "20 November 2026", "tell us your decision"):  # fmt: skip
        assert part in text, part
    assert "http://" not in text
    assert text.count("----------") == 1
    assert write(LETTER).count("----------") == 0
    assert listed(LETTER) == "N-1\thttp://bad.example/page?x=1\n"


@pytest.mark.parametrize("kind", NOTICE_KINDS)
def test_neither_subject_nor_the_mail_that_leads_to_a_page_or_around_a_key_holds_the_place(kind):
    """NOTICE-11"""
    letter = replace(LETTER, kind=kind)
    for text in (
        subject(letter),
        leading_to(letter, "https://centre.example/en/notice/", "AAAA", "ar"),
        covering(letter, "AB", "ru"),
    ):
        assert "bad" not in text
        assert "N-0A1B2C3D" in text


def test_a_referral_says_that_a_child_is_in_danger_and_how_to_reach_a_reporter_who_agreed():
    """NOTICE-13"""
    letter = replace(LETTER, kind="referral", danger=True, contact_of_reporter="+000 1", lines=(replace(LINE, outcome=""),))
    assert "may be in danger now" in write(letter)
    assert "+000 1" in write(letter)
    assert "+000 1" not in write(replace(letter, kind="first"))
