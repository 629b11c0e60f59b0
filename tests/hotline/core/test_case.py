"""The life of a case: each rule by its code, and what no sequence of steps may ever reach."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from cop.hotline.core import case as machine
from cop.hotline.core.case import ILLEGAL, ORDERS, OUTCOMES, WAYS_GONE, Case, Hold, NotAllowed, PoliceRules, State, Step, Subject

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
FIRST, SECOND, THIRD = 1, 2, 3
PEOPLE = (FIRST, SECOND, THIRD)
AFTER, BEFORE, WITH = (PoliceRules(order) for order in ("after", "before", "with"))
REASONS, EXCEPTIONAL = ("removed", "no_route"), ("no_route",)


def taken(*subjects: Subject, by: int = FIRST, **more: object) -> Case:
    return machine.claim(Case(subjects or (Subject("a"),), **more), by, AT)  # type: ignore[arg-type]


def confirmed(**more: object) -> Case:
    return taken(Subject("a", "baseline", FIRST, SECOND, True), **more)


def refusal(code: str):
    return pytest.raises(NotAllowed, match=code)


def test_only_who_took_a_case_works_on_it_until_the_lock_ends():
    """CASE-01"""
    case = taken()
    with refusal("CASE-01"):
        machine.claim(case, SECOND, AT + timedelta(minutes=29))
    with refusal("CASE-01"):
        machine.assess(case, "a", "baseline", SECOND, AT)
    late = AT + timedelta(minutes=30)
    with refusal("CASE-01"):
        machine.assess(case, "a", "baseline", FIRST, late)
    assert machine.claim(case, SECOND, late).claimed_by == SECOND
    with refusal("CASE-01"):
        machine.release(case, SECOND)


def test_each_step_renews_the_lock():
    """CASE-01"""
    later = AT + timedelta(minutes=20)
    assert machine.assess(taken(), "a", "unable", FIRST, later).claimed_until == later + machine.LOCK_LASTS


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_an_assessment_is_one_of_six_and_may_be_mended_by_its_own_author_until_somebody_else_looked(outcome):
    """CASE-02"""
    case = machine.assess(taken(), "a", outcome, FIRST, AT)
    assert machine.assess(case, "a", "unable", FIRST, AT).outcome == "unable"
    with refusal("CASE-02"):
        machine.assess(case, "a", "worse", FIRST, AT)
    other = machine.claim(machine.release(case, FIRST), SECOND, AT)
    with refusal("CASE-02"):
        machine.assess(other, "a", "unable", SECOND, AT)


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_illegal_needs_a_second_person_and_never_the_first(outcome):
    """CASE-03"""
    case = machine.assess(taken(), "a", outcome, FIRST, AT)
    assert (case.state is State.SECOND) == (outcome in ILLEGAL)
    with refusal("CASE-03"):
        machine.second_look(case, "a", True, FIRST, AT)
    other = machine.claim(machine.release(case, FIRST), SECOND, AT)
    if outcome in ILLEGAL:
        agreed = machine.second_look(other, "a", True, SECOND, AT)
        assert agreed.subject("a").confirmed
        assert agreed.state is State.ACTING
    else:
        assert case.state is State.SETTLED
        with refusal("CASE-03"):
            machine.second_look(other, "a", True, SECOND, AT)


def test_a_dispute_is_settled_by_a_third():
    """CASE-04"""
    case = taken(Subject("a", "national", FIRST, SECOND, False))
    assert case.state is State.DISPUTED
    with refusal("CASE-04"):
        machine.settle(case, "a", "not_illegal", FIRST, AT)
    third = machine.claim(machine.release(case, FIRST), THIRD, AT)
    assert machine.settle(third, "a", "not_illegal", THIRD, AT).state is State.SETTLED
    assert machine.settle(third, "a", "national", THIRD, AT).state is State.ACTING
    with refusal("CASE-04"):
        machine.settle(machine.settle(third, "a", "national", THIRD, AT), "a", "national", THIRD, AT)


@pytest.mark.parametrize("step", ["notified", "handed", "gone", "refer"])
def test_nothing_is_done_before_two_people_call_it_illegal(step):
    """CASE-05"""
    case = taken(Subject("a", "baseline", FIRST))
    does = {
        "notified": lambda: machine.notified(case, "a", AFTER), "handed": lambda: machine.handed(case, "a"),
        "gone": lambda: machine.gone(case, "a", "removed"), "refer": lambda: machine.refer(case),
    }  # fmt: skip
    with refusal("CASE-05"):
        does[step]()


def test_a_child_in_danger_is_referred_before_the_second_look():
    """CASE-12, S-03"""
    assert machine.refer(taken(danger=True)).referred


@pytest.mark.parametrize(
    ("rules", "agreed", "referred", "may"),
    [(AFTER, False, False, True), (BEFORE, False, True, False), (BEFORE, True, False, True), (WITH, True, False, False),
     (WITH, False, True, True)],
)  # fmt: skip
def test_the_country_says_whether_the_police_come_before_with_or_after_a_notice(rules, agreed, referred, may):
    """CASE-06, S-04"""
    case = confirmed(police_agreed=agreed, referred=referred)
    if may:
        assert machine.notified(case, "a", rules).state is State.WATCHING
    else:
        with refusal("CASE-06"):
            machine.notified(case, "a", rules)


@pytest.mark.parametrize("order", ORDERS)
def test_no_notice_while_a_police_hold_stands_even_after_its_end(order):
    """CASE-06, CASE-07, S-04"""
    case = machine.place_hold(confirmed(referred=True), Hold("unit 4", "undercover", AT, AT + timedelta(hours=72)))
    assert case.hold is not None
    assert case.hold.overdue(AT + timedelta(hours=73))  # it rings, and still holds
    with refusal("CASE-06"):
        machine.notified(case, "a", PoliceRules(order))
    with refusal("CASE-06"):
        machine.close(case, "removed", REASONS, EXCEPTIONAL)
    assert machine.notified(machine.lift_hold(case, agreed=True), "a", PoliceRules(order)).state is State.WATCHING


@pytest.mark.parametrize(("officer", "reason", "hours"), [("", "r", 1), ("o", " ", 1), ("o", "r", 0), ("o", "r", -1)])
def test_a_hold_has_officer_reason_and_end(officer, reason, hours):
    """CASE-07"""
    with refusal("CASE-07"):
        machine.place_hold(confirmed(), Hold(officer, reason, AT, AT + timedelta(hours=hours)))


@pytest.mark.parametrize("how", [*WAYS_GONE, "vanished", ""])
def test_a_person_says_how_it_is_gone(how):
    """CASE-08, S-06"""
    if how in WAYS_GONE:
        gone = machine.gone(confirmed(), "a", how)
        assert gone.state is State.SETTLED
        assert machine.there_again(gone, "a").state is State.ACTING
    else:
        with refusal("CASE-08"):
            machine.gone(confirmed(), "a", how)


def test_closing_carries_a_reason_and_leaves_nothing_undone_unless_it_says_so():
    """CASE-09"""
    case = confirmed()
    with refusal("CASE-09"):
        machine.close(case, "", REASONS, EXCEPTIONAL)
    with refusal("CASE-09"):
        machine.close(case, "removed", REASONS, EXCEPTIONAL)
    assert machine.close(case, "no_route", REASONS, EXCEPTIONAL).state is State.CLOSED
    closed = machine.close(machine.gone(case, "a", "moved"), "removed", REASONS, EXCEPTIONAL)
    for step in (
        lambda: machine.claim(closed, FIRST, AT), lambda: machine.close(closed, "removed", REASONS),
        lambda: machine.notified(closed, "a", AFTER), lambda: machine.gone(closed, "a", "removed"),
    ):  # fmt: skip
        with refusal("CASE-09"):
            step()


def test_a_closed_case_can_be_reopened_and_keeps_what_was_assessed():
    """CASE-10"""
    closed = machine.close(machine.gone(confirmed(), "a", "removed"), "removed", REASONS)
    assert machine.reopen(closed).subject("a").confirmed
    with refusal("CASE-10"):
        machine.reopen(confirmed())


def test_an_appeal_is_decided_by_somebody_who_assessed_none_of_it():
    """CASE-11"""
    case = machine.raise_appeal(confirmed(), "host", AT)
    with refusal("CASE-11"):
        machine.close(machine.gone(case, "a", "removed"), "removed", REASONS)
    for person in (FIRST, SECOND):
        with refusal("CASE-11"):
            machine.decide_appeal(case, person, upheld=True)
    with refusal("CASE-11"):
        machine.decide_appeal(case, THIRD, upheld=True, outcome="baseline")
    assert machine.decide_appeal(case, THIRD, upheld=False).state is State.ACTING
    upheld = machine.decide_appeal(case, THIRD, upheld=True)
    assert upheld.outcome == "not_illegal"
    assert upheld.state is State.SETTLED
    with refusal("CASE-11"):
        machine.decide_appeal(upheld, THIRD, upheld=True)


@given(st.dictionaries(st.sampled_from(["order", "unit", "hold_hours"]), st.none() | st.text() | st.integers()))
def test_police_rules_are_read_whole_or_every_fault_is_named(table):
    faults: list[str] = []
    rules = machine.read_police(table, faults)
    assert rules.order in ORDERS
    assert 1 <= rules.hold_hours <= 720
    assert bool(faults) == (
        table.get("order", "after") not in ORDERS or not isinstance(table.get("unit", ""), str)
        or len(table.get("unit", "")) > 300 or type(table.get("hold_hours", 72)) is not int
        or not 1 <= table.get("hold_hours", 72) <= 720
    )  # fmt: skip


class Desk(RuleBasedStateMachine):
    """Anybody tries anything, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.case, self.at, self.order = Case((Subject("a"), Subject("b"))), AT, PoliceRules()
        self.said: dict[str, int] = {}

    def attempt(self, step) -> bool:
        before = self.case
        try:
            self.case = step(before)
        except NotAllowed:
            return False
        return True

    @rule(minutes=st.integers(-5, 90))
    def time_passes(self, minutes):
        self.at += timedelta(minutes=minutes)

    @rule(order=st.sampled_from(ORDERS))
    def country(self, order):
        self.order = PoliceRules(order)

    @rule(who=st.sampled_from(PEOPLE))
    def take(self, who):
        if self.attempt(lambda case: machine.claim(case, who, self.at)):
            assert self.case.claimed_by == who

    @rule(who=st.sampled_from(PEOPLE), name=st.sampled_from("abc"), outcome=st.sampled_from([*OUTCOMES, "odd"]))
    def assess(self, who, name, outcome):
        if self.attempt(lambda case: machine.assess(case, name, outcome, who, self.at)):
            self.said[name] = who

    @rule(who=st.sampled_from(PEOPLE), name=st.sampled_from("ab"), agrees=st.booleans())
    def second(self, who, name, agrees):
        if self.attempt(lambda case: machine.second_look(case, name, agrees, who, self.at)):
            assert self.said[name] != who

    @rule(who=st.sampled_from(PEOPLE), name=st.sampled_from("ab"), outcome=st.sampled_from(list(OUTCOMES)))
    def settle(self, who, name, outcome):
        self.attempt(lambda case: machine.settle(case, name, outcome, who, self.at))

    @rule(hours=st.integers(-1, 100))
    def hold(self, hours):
        self.attempt(lambda case: machine.place_hold(case, Hold("o", "r", self.at, self.at + timedelta(hours=hours))))

    @rule(agreed=st.booleans())
    def lift(self, agreed):
        self.attempt(lambda case: machine.lift_hold(case, agreed=agreed))

    @rule()
    def refer(self):
        self.attempt(machine.refer)

    @rule(name=st.sampled_from("ab"))
    def notify(self, name):
        held = self.case
        if self.attempt(lambda case: machine.notified(case, name, self.order)):
            assert held.hold is None
            assert held.subject(name).confirmed
            assert self.order.order != "before" or held.police_agreed

    @rule(name=st.sampled_from("ab"), how=st.sampled_from([*WAYS_GONE, ""]))
    def gone(self, name, how):
        self.attempt(lambda case: machine.gone(case, name, how))

    @rule(name=st.sampled_from("ab"))
    def again(self, name):
        self.attempt(lambda case: machine.there_again(case, name))

    @rule(reason=st.sampled_from([*REASONS, "", "odd"]))
    def close(self, reason):
        if self.attempt(lambda case: machine.close(case, reason, REASONS, EXCEPTIONAL)):
            assert reason in REASONS

    @precondition(lambda self: self.case.reason)
    @rule()
    def reopen(self):
        assert self.attempt(machine.reopen)

    @rule(source=st.sampled_from(["host", "reporter"]))
    def appeal(self, source):
        self.attempt(lambda case: machine.raise_appeal(case, source, self.at))

    @rule(who=st.sampled_from(PEOPLE), upheld=st.booleans())
    def decide(self, who, upheld):
        self.attempt(lambda case: machine.decide_appeal(case, who, upheld=upheld))

    @invariant()
    def two_different_people_stand_behind_whatever_is_acted_on(self):
        for one in self.case.subjects:
            if one.confirmed or (one.step is not Step.OPEN and one.outcome in ILLEGAL):
                assert len({one.first, one.second, one.settled_by} - {None}) >= 2

    @invariant()
    def closed_always_carries_a_reason_and_nothing_else_does(self):
        assert (self.case.state is State.CLOSED) == bool(self.case.reason)

    @invariant()
    def nothing_is_lost(self):
        assert {one.name for one in self.case.subjects} >= {"a", "b"}


def test_no_order_of_steps_reaches_what_the_rules_forbid():
    """CASE-01 to CASE-12"""
    run_state_machine_as_test(Desk)
