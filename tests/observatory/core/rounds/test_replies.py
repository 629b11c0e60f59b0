"""The right of reply and totals that tell nobody (RND-20 to RND-22, RND-24)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cop.observatory.core.rounds.refusals import Refused
from cop.observatory.core.rounds.replies import Panelist, check_appeal, check_panel, check_reply, decide_by, is_overdue, word_count
from cop.observatory.core.rounds.stages import Stage

AT = datetime(2026, 11, 22, tzinfo=UTC)
PANEL = tuple(Panelist(f"Person {n}", "University", f"p{n}@panel.example") for n in range(3))


def test_a_reply_has_three_hundred_words_at_most_in_any_of_the_six_languages_RND_20():
    for language, text in (("en", "word " * 300), ("ar", "كلمة " * 300), ("ru", "слово " * 300), ("zh-hans", "字" * 600)):
        check_reply(text, language, Stage.PREVIEW)
        with pytest.raises(Refused, match="RND-20"):
            check_reply(text + " one more 字字 слово", language, Stage.PREVIEW)
    assert word_count("One, two - three!") == 3
    for text, language, stage in (
        ("", "en", Stage.PREVIEW),
        ("x", "de", Stage.PREVIEW),
        ("x", "en", Stage.OPEN),
        ("x", "en", Stage.PUBLISHED),
    ):
        with pytest.raises(Refused, match="RND-20"):
            check_reply(text, language, stage)


def test_a_reply_is_decided_within_fifteen_days_or_shown_as_overdue_RND_21():
    assert decide_by(AT) == AT + timedelta(days=15)
    assert not is_overdue(AT, None, AT + timedelta(days=15))
    assert is_overdue(AT, None, AT + timedelta(days=15, seconds=1))
    assert not is_overdue(AT, AT, AT + timedelta(days=99))


def test_an_appeal_goes_to_a_panel_without_staff_RND_22():
    check_appeal(AT, False, AT + timedelta(days=30))
    for decided, appealed, at in ((None, False, AT), (AT, True, AT), (AT, False, AT + timedelta(days=31))):
        with pytest.raises(Refused, match="RND-22"):
            check_appeal(decided, appealed, at)
    check_panel(PANEL, frozenset({"officer@centre.example"}))
    for panel, staff in (
        (PANEL[:2], ()),
        ((*PANEL, PANEL[0]), ()),
        (PANEL, ("P1@Panel.example",)),
        ((*PANEL[:2], Panelist("", "U", "x@y.example")), ()),
    ):
        with pytest.raises(Refused, match="RND-22"):
            check_panel(panel, frozenset(staff))
