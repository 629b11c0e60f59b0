"""Rounds move by their rules whatever somebody tries (RND-01 to RND-08, RND-14, RND-23)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from cop.observatory.core.rounds.clarifications import Thread, Turn, turned, waits_for_country
from cop.observatory.core.rounds.locks import GRACE, Lock, holds, is_free
from cop.observatory.core.rounds.refusals import Refused
from cop.observatory.core.rounds.reminders import BEFORE_CLOSING, reminder_days, reminder_due
from cop.observatory.core.rounds.responses import WRITABLE, Response, Step, may_write, stepped
from cop.observatory.core.rounds.stages import PREVIEW, Calendar, Stage, check_calendar, due, is_public, moved, next_stages

OPENS = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = Calendar(OPENS, OPENS + timedelta(days=60), OPENS + timedelta(days=95), OPENS + timedelta(days=100))


def test_every_step_forward_and_back_is_in_the_table_and_no_other_RND_01():
    assert next_stages(Stage.REVIEW) == (Stage.OPEN, Stage.DRAFT)
    assert next_stages(Stage.PUBLISHED) == ()
    for stage in Stage:
        for to in Stage:
            if to not in next_stages(stage):
                with pytest.raises(Refused, match="RND-01"):
                    moved(stage, to, DAYS, OPENS)


def test_days_follow_each_other_RND_03_RND_04_RND_05():
    check_calendar(DAYS)
    with pytest.raises(Refused, match="RND-03"):
        check_calendar(Calendar(OPENS, OPENS, DAYS.preview_until, DAYS.embargo_until))
    with pytest.raises(Refused, match="RND-04"):
        check_calendar(Calendar(OPENS, DAYS.closes, DAYS.closes + timedelta(days=29), DAYS.embargo_until))
    with pytest.raises(Refused, match="RND-05"):
        check_calendar(Calendar(OPENS, DAYS.closes, DAYS.preview_until, DAYS.preview_until - timedelta(seconds=1)))
    with pytest.raises(Refused, match="RND-03"):
        moved(Stage.REVIEW, Stage.OPEN, DAYS, OPENS - timedelta(seconds=1))


def test_a_preview_that_began_late_still_lasts_thirty_days_RND_04():
    late = DAYS.preview_until - timedelta(days=3)
    assert due(Stage.PREVIEW, DAYS, DAYS.preview_until, preview_from=late) is None
    assert due(Stage.PREVIEW, DAYS, late + PREVIEW, preview_from=late) is Stage.EMBARGOED
    with pytest.raises(Refused, match="RND-04"):
        moved(Stage.PREVIEW, Stage.EMBARGOED, DAYS, DAYS.preview_until, preview_from=late)


class ARound(RuleBasedStateMachine):
    """A round and one of its countries, pushed about at random while time goes by."""

    def __init__(self) -> None:
        super().__init__()
        self.at, self.stage, self.response = OPENS - timedelta(days=5), Stage.DRAFT, Response.NOT_INVITED
        self.preview_from: datetime | None = None
        self.published_at: datetime | None = None
        self.signed = self.accepted = self.asked = False
        self.thread = Thread.OPEN

    @rule(days=st.integers(0, 40))
    def wait(self, days: int) -> None:
        self.at += timedelta(days=days)

    @rule(to=st.sampled_from(list(Stage)))
    def move(self, to: Stage) -> None:
        try:
            self.stage = moved(self.stage, to, DAYS, self.at, preview_from=self.preview_from)
        except Refused:
            return
        if to is Stage.PREVIEW:
            self.preview_from = self.at
        if to is Stage.PUBLISHED:
            self.published_at = self.at
        if to is Stage.CLOSED and self.response in (Response.INVITED, Response.ACCEPTED):
            self.response = Response.SILENT

    @rule(what=st.sampled_from(list(Step)))
    def step(self, what: Step) -> None:
        try:
            self.response = stepped(self.response, what, self.stage, signed_before=self.signed)
        except Refused:
            return
        self.accepted |= what is Step.ACCEPT
        self.signed |= what is Step.SIGN

    @rule(turn=st.sampled_from(list(Turn)))
    def turn(self, turn: Turn) -> None:
        try:
            self.thread = turned(self.thread, turn)
        except Refused:
            return
        self.asked |= turn is Turn.ASK

    @rule()
    def tick(self) -> None:
        to = due(self.stage, DAYS, self.at, preview_from=self.preview_from)
        if to is not None:
            self.stage = moved(self.stage, to, DAYS, self.at, preview_from=self.preview_from)
            self.published_at = self.at if to is Stage.PUBLISHED else self.published_at

    @invariant()
    def nothing_is_published_before_its_embargo(self) -> None:
        assert self.published_at is None or self.published_at >= DAYS.embargo_until

    @invariant()
    def countries_had_their_preview(self) -> None:
        if self.stage in (Stage.EMBARGOED, Stage.PUBLISHED):
            assert self.preview_from is not None
            assert self.at - self.preview_from >= PREVIEW

    @invariant()
    def only_who_accepted_writes_and_only_what_was_handed_in_is_signed(self) -> None:
        if may_write(self.response, self.stage, signed_before=self.signed):
            assert self.accepted
            assert self.response in WRITABLE
        assert not self.signed or self.accepted
        if not is_public(self.stage):
            assert self.response in (Response.NOT_INVITED, Response.INVITED)

    @invariant()
    def a_thread_is_settled_only_after_it_was_asked(self) -> None:
        assert self.thread is Thread.OPEN or self.asked


TestARound = ARound.TestCase
TestARound.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


def test_a_signed_response_is_written_only_after_it_was_opened_for_a_correction_RND_06_RND_07():
    with pytest.raises(Refused, match="RND-07"):
        stepped(Response.SIGNED, Step.WRITE, Stage.OPEN, signed_before=True)
    assert stepped(Response.SIGNED, Step.CORRECT, Stage.PUBLISHED, signed_before=True) is Response.RETURNED
    assert may_write(Response.RETURNED, Stage.PUBLISHED, signed_before=True)
    assert not may_write(Response.RETURNED, Stage.CLOSED)
    with pytest.raises(Refused, match="RND-06"):
        stepped(Response.IN_PROGRESS, Step.WRITE, Stage.CLOSED)


def test_a_country_that_never_replied_is_silent_and_may_be_asked_again_RND_08():
    assert stepped(Response.INVITED, Step.FALL_SILENT, Stage.CLOSED) is Response.SILENT
    assert stepped(Response.SILENT, Step.INVITE, Stage.OPEN) is Response.INVITED


def test_only_a_question_without_an_answer_holds_up_a_signature_RND_14():
    assert [thread for thread in Thread if waits_for_country(thread)] == [Thread.ASKED]
    with pytest.raises(Refused, match="RND-14"):
        turned(Thread.OPEN, Turn.ANSWER)


def test_a_lock_ends_by_itself_and_goes_to_who_asked_and_waited_RND_10():
    at = OPENS
    lock = Lock("p-one", at + timedelta(minutes=15))
    assert holds(lock, "p-one", at)
    assert not is_free(lock, "p-two", at)
    assert is_free(lock, "p-two", at + timedelta(minutes=15))
    asked = Lock("p-one", at + timedelta(minutes=15), "p-two", at)
    assert not is_free(asked, "p-two", at + GRACE - timedelta(seconds=1))
    assert is_free(asked, "p-two", at + GRACE)
    assert not is_free(asked, "p-three", at + GRACE)


@given(st.lists(st.integers(0, 70 * 24), min_size=1, max_size=80))
def test_reminders_come_three_times_at_most_each_once_and_never_late_RND_23(hours):
    deadline, invited, sent = DAYS.closes, OPENS, set()
    for hour in sorted(hours):
        at = OPENS + timedelta(hours=hour)
        number = reminder_due(deadline, BEFORE_CLOSING, frozenset(sent), invited, at)
        if number is not None:
            assert at < deadline
            assert number not in sent
            assert at >= reminder_days(deadline, BEFORE_CLOSING)[number - 1]
            sent.add(number)
    assert len(sent) <= 3
