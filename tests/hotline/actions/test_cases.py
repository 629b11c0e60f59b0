"""Work on cases in the database: what comes next, what is logged, who sees what, and what is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cop.ground.models import AuditEntry
from cop.ground.public import now
from cop.hotline.actions import cases as act
from cop.hotline.actions.cases import NothingWaits
from cop.hotline.core.case import LOCK_LASTS, NotAllowed, PoliceRules, State
from cop.hotline.models import Case, CaseAddress, CaseEvent, Report
from cop.hotline.queries.cases import case_rows, counts, mine, open_case, standing
from tests.hotline.conftest import reported

pytestmark = pytest.mark.django_db
AFTER = PoliceRules()


def opened(centre, number, person, at=None):
    act.first_open(number=number, unlocked=centre.unlocked, keystore=centre.keystore, by=person, at=at or now())
    return open_case(number, centre.unlocked, centre.keystore)


def confirmed(centre, cast, **fields):
    """A case that two people call illegal; answers its number and the name of its address."""
    number, at = reported(centre, **fields), now()
    act.take(number=number, by=cast.first, at=at)
    name = opened(centre, number, cast.first).addresses[0].name
    act.assess(number=number, name=name, outcome="baseline", by=cast.first, at=at)
    act.give_back(number=number, by=cast.first, at=at)
    act.take(number=number, by=cast.second, at=at)
    act.second(number=number, name=name, agrees=True, by=cast.second, at=at)
    return number, name


def test_the_next_case_is_the_child_in_danger_then_the_second_look_then_the_oldest(open_centre, cast):
    """CASE-12, CASE-13, S-03"""
    old, at = reported(open_centre), now()
    waits = reported(open_centre)
    act.take(number=waits, by=cast.first, at=at)
    name = opened(open_centre, waits, cast.first).addresses[0].name
    act.assess(number=waits, name=name, outcome="national", by=cast.first, at=at)
    act.give_back(number=waits, by=cast.first, at=at)
    danger = reported(open_centre, danger=True)
    assert act.pull(by=cast.second, at=at) == danger
    assert act.pull(by=cast.lead, at=at) == waits
    assert act.pull(by=cast.first, at=at) == old
    assert {row.number for row in mine(cast.first.id, at)} == {old}


def test_what_somebody_skipped_is_offered_to_others_and_never_to_them_again(open_centre, cast):
    """CASE-13"""
    number, at = reported(open_centre), now()
    assert act.pull(by=cast.first, at=at) == number
    act.give_back(number=number, by=cast.first, at=at, skip=True)
    with pytest.raises(NothingWaits):
        act.pull(by=cast.first, at=at + timedelta(days=40))
    assert act.pull(by=cast.second, at=at) == number


def test_a_lock_ends_after_half_an_hour_and_the_case_is_offered_again(open_centre, cast):
    """CASE-01"""
    number, at = reported(open_centre), now()
    act.pull(by=cast.first, at=at)
    with pytest.raises(NothingWaits):
        act.pull(by=cast.second, at=at + LOCK_LASTS - timedelta(seconds=1))
    assert act.pull(by=cast.second, at=at + LOCK_LASTS) == number


def test_each_look_leaves_a_line_before_anything_is_shown_and_none_is_shown_to_others(open_centre, cast):
    """CASE-15: no view of a sensitive item without a log line"""
    number = reported(open_centre)
    act.take(number=number, by=cast.first, at=now())
    for count in (1, 2):
        found = opened(open_centre, number, cast.first)
        assert found.addresses[0].text == "https://site.example/bad/page"
        assert AuditEntry.objects.filter(verb="look at case", thing=f"hotline/case/{number}").count() == count
    with pytest.raises(NotAllowed, match="CASE-01"):
        opened(open_centre, number, cast.second)
    assert CaseEvent.objects.filter(verb="look").count() == 2


def test_the_rows_of_a_case_hold_neither_address_nor_words(open_centre, cast):
    """THR-01"""
    number, name = confirmed(open_centre, cast, note="a secret word")
    row = CaseAddress.objects.get(name=name)
    held = repr(
        [vars(row), vars(Case.objects.get(pk=number)), *map(vars, CaseEvent.objects.all()), *map(vars, AuditEntry.objects.all())]
    )
    assert "site.example" not in held
    assert "secret" not in held


def test_the_same_address_in_two_reports_is_found_by_its_blind_index_whatever_its_spelling(open_centre, cast):
    first = reported(open_centre)
    second = reported(open_centre, address="HTTPS://SITE.example:443/bad/page#top")
    for number, person in ((first, cast.first), (second, cast.second)):
        act.take(number=number, by=person, at=now())
        opened(open_centre, number, person)
    assert open_case(second, open_centre.unlocked, open_centre.keystore).addresses[0].elsewhere == (first,)
    digest = CaseAddress.objects.get(case=first).blind
    assert [row.number for row in case_rows({}, blind=digest)] == [second, first]
    assert "site" not in digest


def test_two_people_confirm_then_it_is_acted_on_and_closed_with_a_reason(open_centre, cast):
    """CASE-03, CASE-09"""
    number, name = confirmed(open_centre, cast)
    at = now()
    assert Report.objects.get(pk=number).state == "in_work"
    act.notify(number=number, name=name, rules=AFTER, by=cast.second, at=at)
    act.confirm_gone(number=number, name=name, how="removed", by=cast.second, at=at + timedelta(hours=5))
    with pytest.raises(NotAllowed, match="CASE-09"):
        act.close(number=number, reason="", known=("done",), exceptional=(), by=cast.second, at=at)
    act.close(number=number, reason="done", known=("done",), exceptional=(), by=cast.second, at=at)
    row = Case.objects.get(pk=number)
    assert (row.state, row.reason, row.report.state) == ("closed", "done", "closed")
    assert CaseAddress.objects.get(name=name).gone_at == at + timedelta(hours=5)
    act.reopen(number=number, by=cast.lead, at=at)
    assert standing(Case.objects.get(pk=number)).subject(name).confirmed
    assert Report.objects.get(pk=number).state == "in_work"


def test_what_a_person_may_not_do_changes_no_row_and_writes_no_line(open_centre, cast):
    number, at = reported(open_centre), now()
    act.take(number=number, by=cast.first, at=at)
    name = opened(open_centre, number, cast.first).addresses[0].name
    lines = AuditEntry.objects.count()
    before = Case.objects.values().get(pk=number)
    for step in (
        lambda: act.second(number=number, name=name, agrees=True, by=cast.first, at=at),
        lambda: act.notify(number=number, name=name, rules=AFTER, by=cast.first, at=at),
        lambda: act.assess(number=number, name="f" * 32, outcome="baseline", by=cast.first, at=at),
        lambda: act.assess(number=number, name=name, outcome="baseline", by=cast.second, at=at),
        lambda: act.close(number=number, reason="odd", known=(), exceptional=(), by=cast.first, at=at),
    ):
        with pytest.raises(NotAllowed):
            step()
    assert Case.objects.values().get(pk=number) == before
    assert AuditEntry.objects.count() == lines


def test_an_address_of_another_case_can_t_be_acted_on_here(open_centre, cast):
    _, name = confirmed(open_centre, cast)
    other = reported(open_centre)
    act.take(number=other, by=cast.second, at=now())
    opened(open_centre, other, cast.second)
    with pytest.raises(NotAllowed, match="CASE-01"):
        act.confirm_gone(number=other, name=name, how="removed", by=cast.second, at=now())


def test_a_report_without_an_address_is_a_subject_too(open_centre, cast):
    number = reported(open_centre, address="", place="", note="somebody writes to children in a game")
    act.take(number=number, by=cast.first, at=now())
    found = opened(open_centre, number, cast.first)
    assert [one.kind for one in found.addresses] == ["words"]
    act.add_address(
        number=number, text="https://game.example/room", unlocked=open_centre.unlocked, keystore=open_centre.keystore,
        by=cast.first, at=now(),
    )  # fmt: skip
    with pytest.raises(NotAllowed, match="CASE-01"):
        act.add_address(
            number=number, text="https://game.example:443/room", unlocked=open_centre.unlocked, keystore=open_centre.keystore,
            by=cast.first, at=now(),
        )  # fmt: skip
    assert len(open_case(number, open_centre.unlocked, open_centre.keystore).addresses) == 2


def test_counts_and_lists_cost_the_same_for_one_case_and_for_three(open_centre, cast, django_assert_num_queries):
    reported(open_centre)
    for _ in range(2):
        with django_assert_num_queries(1):
            rows = case_rows({})
        with django_assert_num_queries(2):
            assert counts()[State.NEW] == len(rows)
        reported(open_centre)
        reported(open_centre)
    assert [row.number for row in case_rows({"q": str(rows[-1].number)})] == [rows[-1].number]
    assert [row.number for row in case_rows({"q": rows[-1].reference.lower()})] == [rows[-1].number]
    assert case_rows({"state": "closed"}) == []


@pytest.mark.parametrize(
    "words", ["see https://site.example/bad", "it is on site.example", "hxxp://site[.]example", "@handle_of_it"]
)
def test_no_address_stands_in_clear_beside_a_case(words, open_centre, cast):
    """CASE-07"""
    number, name = confirmed(open_centre, cast)
    with pytest.raises(NotAllowed, match="CASE-07"):
        act.place_hold(
            number=number, officer="Insp. Example", reason=words, until=now() + timedelta(hours=9), by=cast.lead, at=now()
        )
    with pytest.raises(NotAllowed, match="names an address"):
        act.hand_over(number=number, name=name, to="partner", partner_number=words, by=cast.lead, at=now())
    act.place_hold(number=number, officer="Insp. Example", reason="arrest planned, at 9 a.m.", until=now() + timedelta(hours=9),
                   by=cast.lead, at=now())  # fmt: skip
    act.hand_over(number=number, name=name, to="partner", partner_number="ICCAM-2026/4711", by=cast.lead, at=now())


def test_a_case_holds_so_many_addresses_and_no_more(open_centre, cast, monkeypatch):
    """CASE-14: one case can't grow until its page opens no more"""
    monkeypatch.setattr(act, "MOST_ADDRESSES", 2)
    number = reported(open_centre)
    act.take(number=number, by=cast.first, at=now())
    opened(open_centre, number, cast.first)
    asked = {"number": number, "unlocked": open_centre.unlocked, "keystore": open_centre.keystore, "by": cast.first, "at": now()}
    act.add_address(text="https://game.example/1", **asked)
    with pytest.raises(NotAllowed, match="CASE-14"):
        act.add_address(text="https://game.example/2", **asked)
    assert CaseAddress.objects.count() == 2
