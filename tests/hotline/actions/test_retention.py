"""Holds and erasures: a month goes wholly, resumes after any cut, and what remains is a number, a minute and a state."""

import json
import stat
from datetime import date, timedelta

import pytest
from django.db import transaction

from cop.accounts.models import Person
from cop.accounts.public import card_of
from cop.cli.dev.invented import go_live
from cop.ground.core.door import NotOpened
from cop.ground.models import AuditEntry
from cop.ground.public import now
from cop.hotline import public
from cop.hotline.actions.cases import first_open, pull, reopen
from cop.hotline.actions.intake import ThreadEnded, add_message, receive
from cop.hotline.actions.messages import write
from cop.hotline.actions.opening import open_hotline
from cop.hotline.actions.retention import (
    HoldRefused,
    NotErased,
    erase_month,
    finish_erasures,
    lift_hold,
    place_hold,
    replay,
    ring_holds,
)
from cop.hotline.core.body import Body
from cop.hotline.core.case import NotAllowed
from cop.hotline.core.receipt import new_seed, opened
from cop.hotline.exchange.keystore import KeysMissing, month_of
from cop.hotline.exchange.ledger import NAME, erased
from cop.hotline.models import Case, CaseAddress, Erasure, Hold, Message, Notice, Report, Trace
from cop.hotline.queries.opening import last_declaration
from cop.hotline.queries.reports import open_report
from cop.hotline.queries.retention import due_months, standing_months
from cop.hotline.queries.threads import thread
from cop.hotline.queries.verification import notice_faults, row_faults
from tests.hotline.casework import a_contact, a_notice, an_address, traced
from tests.hotline.conftest import UNTIL, cleared

OLD = timedelta(days=1200)  # the terms of the invented declaration are 30 and 1095 days
BODY = Body(address="https://site.example/bad/page", note="seen today", language="en")


@pytest.fixture
def aged(open_centre, tmp_path, settings):
    """A report of more than a year ago that was worked on, with a message to its reporter; and one of today."""
    settings.COP_DATA = tmp_path / "data"
    settings.COP_DATA.mkdir()
    at, store = now() - OLD, open_centre.keystore
    store.prepare(at)
    old = receive(body=BODY, seed=new_seed(), keys=store.keys(at), at=at)
    number, month = Report.objects.get().pk, month_of(at)
    write(report=number, text="Thank you.", thread=store.thread_key(month), month=month, actor="p-fox", at=at)
    by = card_of(cleared(Person.objects.get(pk=open_centre.member)).pk)
    pull(by=by, at=at)
    first_open(number=number, unlocked=open_centre.unlocked, keystore=store, by=by, at=at)
    CaseAddress.objects.update(access=b"sealed way")
    receive(body=BODY, seed=new_seed(), keys=store.keys(now()), at=now())
    return open_centre, old, number, month


def erase(centre, month, **named):
    return erase_month(keystore=centre.keystore, folders=public.ledgers(), month=month, actor="p-owl", at=now(), **named)


def test_a_month_that_is_due_goes_wholly_and_no_other(aged):
    """RET-04, RET-05, S-30, HOT-ERASE."""
    centre, old, number, month = aged
    (due, *later) = due_months(centre.keystore, last_declaration(), now())
    assert (due.month, due.reports) == (month, 1)
    assert all(one.reports == 0 for one in later)
    assert erase(centre, month) == 1
    with pytest.raises(KeysMissing):
        open_report(number, centre.unlocked, centre.keystore)
    row, address = Report.objects.get(pk=number), CaseAddress.objects.get()
    assert not any((row.own_public, row.own_key, row.body, row.reply_to, row.mark))
    assert (row.pk, row.reference, row.received_at.date(), row.language) == (number, old.reference, (now() - OLD).date(), "en")
    assert not any((address.sealed, address.access, address.blind, address.for_service))
    assert not any((Message.objects.get().for_desk, Message.objects.get().for_reporter))
    assert [said.text for said in thread(opened(old.receipt), centre.keystore).messages] == [None]
    assert list(row_faults()) == []
    assert Case.objects.get(pk=number).reason == "erased"
    with pytest.raises(NotAllowed, match="erased"):
        reopen(number=number, by=card_of(centre.member), at=now())
    assert open_report(number + 1, centre.unlocked, centre.keystore).body == BODY
    assert {one.month for one in erased(centre.keystore.folder)} == {one.month for one in erased(*public.ledgers())} == {month}


def test_the_trail_keeps_commitments_and_says_what_went(aged):
    """RET-07: no content, no name."""
    centre, _, number, month = aged
    keys = centre.keystore.fingerprints(month)
    erase(centre, month)
    entry = AuditEntry.objects.get(verb="erase month")
    assert entry.thing == f"hotline/month/{month}"
    assert json.loads(entry.details) == {"keys": " ".join(keys), "reason": "term ended", "reports": 1}
    assert AuditEntry.objects.filter(verb="receive", thing=f"hotline/report/{number}").exists()


def test_verification_names_what_still_holds_something_and_an_erasure_that_nobody_decided(aged):
    """RET-07."""
    centre, _, number, month = aged
    body = Report.objects.get(pk=number).body
    erase(centre, month)
    Report.objects.filter(pk=number).update(body=body)
    assert [fault for fault in row_faults() if "still holds something" in fault]
    Report.objects.filter(pk=number).update(body=b"")
    Erasure.objects.create(month=month_of(now()), erased_at=now(), by="system", reason="term ended")
    Report.objects.filter(pk=number + 1).update(body=b"")
    assert list(row_faults()) == [
        f"report {number + 1} was changed", f"the erasure of {month_of(now())} is told of by no entry of the audit trail",
    ]  # fmt: skip


def test_a_hold_keeps_a_month_until_it_is_lifted(aged):
    """RET-03, S-30: one on a report keeps the months of its messages, too."""
    centre, _, number, month = aged
    write(report=number, text="Once more.", thread=centre.keystore.thread_key(month_of(now())), month=month_of(now()), actor="p-fox", at=now() - OLD)  # fmt: skip
    hold = place_hold(
        reference="Court 7/26", authority="Court", review_on=date(2026, 12, 1), report=number, actor="p-owl", at=now()
    )
    stands = {one.month: one.holds for one in standing_months(centre.keystore, last_declaration())}
    assert stands[month] == stands[month_of(now())] == ("Court 7/26",)
    with pytest.raises(NotErased, match="a legal hold stands: Court 7/26"):
        erase(centre, month)
    assert not Erasure.objects.exists()
    assert not AuditEntry.objects.filter(verb="erase month").exists()
    lift_hold(hold=hold, actor="p-owl", at=now())
    with pytest.raises(HoldRefused):
        lift_hold(hold=hold, actor="p-owl", at=now())
    assert erase(centre, month) == 1
    with pytest.raises(HoldRefused, match="too late"):
        place_hold(reference="Court 8/26", authority="Court", review_on=date(2026, 12, 1), month=month, actor="p-owl", at=now())


def test_a_hold_past_its_review_rings_once_a_day_and_stands(aged):
    """RET-03."""
    centre, _, _, month = aged
    place_hold(reference="Court 7/26", authority="Court", review_on=date(2026, 12, 1), month=month, actor="p-owl", at=now())
    assert ring_holds(day=date(2026, 12, 1), at=now()) == 0
    assert [ring_holds(day=date(2026, 12, day), at=now()) for day in (2, 2, 3)] == [1, 0, 1]
    with pytest.raises(NotErased):
        erase(centre, month)


@pytest.mark.parametrize(
    "wrong", [{"reference": " "}, {"authority": ""}, {"review_on": date(2026, 1, 1)}, {"month": "2026-13"}, {"month": ""},
              {"month": "", "report": 99}, {"report": 1}]
)  # fmt: skip
def test_a_hold_needs_reference_authority_review_and_one_thing_that_it_keeps(aged, wrong):
    """RET-03."""
    with pytest.raises(HoldRefused):
        place_hold(
            **{"reference": "C", "authority": "Court", "review_on": UNTIL, "month": "2026-10", "actor": "p-owl", "at": now()}
            | wrong
        )
    assert not Hold.objects.exists()


def test_between_minimum_and_maximum_only_who_asks_erases_and_before_it_nobody(aged):
    """RET-02."""
    centre, _, number, month = aged
    Report.objects.filter(pk=number).update(received_at=now() - timedelta(days=60))
    Case.objects.all().update(closed_at=None)
    assert month not in {one.month for one in due_months(centre.keystore, last_declaration(), now())}
    with pytest.raises(NotErased, match="it is due on"):
        erase(centre, month)
    Report.objects.filter(pk=number).update(received_at=now() - timedelta(days=29))
    with pytest.raises(NotErased, match="the law keeps it until"):
        erase(centre, month, early=True)
    Report.objects.filter(pk=number).update(received_at=now() - timedelta(days=31))
    assert erase(centre, month, early=True) == 1


def test_without_a_declaration_in_force_nothing_goes(aged):
    """RET-01."""
    centre, _, _, month = aged
    late = now() + timedelta(days=60)
    assert [text for text in public.tick(late) if "erased" in text] == []
    with pytest.raises(NotErased, match="no declaration"):
        erase_month(keystore=centre.keystore, folders=(), month=month, actor="system", at=late)


def test_the_tick_erases_what_is_due(aged):
    """RET-02."""
    _, _, _, month = aged
    said = [text for text in public.tick(now()) if "erased" in text]
    assert f"month {month} erased: 1 reports" in said
    assert [text for text in public.tick(now()) if "erased" in text] == []


def test_a_thread_that_ended_takes_no_more_words(aged):
    """RET-08: nothing is accepted that could not be read."""
    centre, old, number, month = aged
    erase(centre, month)
    with pytest.raises(ThreadEnded):
        add_message(receipt=old.receipt, body=BODY, at=now())
    today = month_of(now())
    with pytest.raises(ValueError, match="has ended"):
        write(report=number, text="Hello.", thread=centre.keystore.thread_key(today), month=today, actor="p-fox", at=now())


def test_what_can_t_be_finished_here_is_finished_by_the_next_who_may(aged):
    """RET-05: a copy of the ledger can't be written; the decision stands, and nothing is lost track of."""
    centre, _, number, month = aged
    blocked = public.ledgers()[0] / NAME
    blocked.mkdir()
    with pytest.raises(IsADirectoryError):
        erase(centre, month)
    assert Erasure.objects.get().finished_at is None
    assert centre.keystore.fingerprints(month)
    assert [text for text in public.tick(now()) if "run cop hotline erase" in text]
    blocked.rmdir()
    assert f"month {month} erased: 1 reports" in public.tick(now())
    assert centre.keystore.fingerprints(month) == ()
    assert Erasure.objects.get(month=month).finished_at is not None
    assert not Report.objects.get(pk=number).body


def test_an_old_copy_of_the_keys_that_is_put_back_goes_again(aged):
    """RET-06, RISK-02."""
    centre, _, _, month = aged
    copies = {path: path.read_bytes() for path in centre.keystore.folder.rglob(f"{month}.*")}
    assert len(copies) == 3
    erase(centre, month)
    for path, held in copies.items():
        path.write_bytes(held)
    said = finish_erasures(keystore=centre.keystore, folders=(), at=now())
    assert said == (f"month {month} was erased and 2 of its keys came back: they are deleted again",)
    assert not any(path.exists() for path in copies)


def test_rows_that_come_back_are_erased_again_by_the_ledger_alone(aged):
    """RET-06: as a restore brings them, which knows nothing of the erasure."""
    centre, _, number, month = aged
    body = bytes(Report.objects.get(pk=number).body)
    erase(centre, month)
    Erasure.objects.all().delete()
    Report.objects.filter(pk=number).update(body=body)
    with transaction.atomic():
        assert replay(folders=public.ledgers(), at=now()) == (month,)
    assert not Report.objects.get(pk=number).body
    assert finish_erasures(keystore=centre.keystore, folders=public.ledgers(), at=now())
    with transaction.atomic():
        assert replay(folders=public.ledgers(), at=now()) == ()
    assert (Erasure.objects.get().reason, Erasure.objects.get().reports) == ("ledger", 1)
    assert list(row_faults()) == []


def test_key_files_stay_private_and_the_ledger_too(aged):
    centre, _, _, month = aged
    erase(centre, month)
    for folder in (centre.keystore.folder, *public.ledgers()):
        assert not stat.S_IMODE((folder / NAME).stat().st_mode) & 0o007
    with pytest.raises((NotOpened, KeysMissing)):
        open_report(Report.objects.earliest("pk").pk, centre.unlocked, centre.keystore)


def test_a_second_declaration_with_longer_terms_counts_from_then_on(aged):
    """RET-01: the longest class decides."""
    centre, _, _, month = aged
    head, tail = go_live(UNTIL).split('class = "referral"')
    longer = f'{head}class = "referral"{tail.replace("maximum = 1095", "maximum = 3000")}'
    open_hotline(until=UNTIL, declaration=longer, actor="system", at=now())
    assert due_months(centre.keystore, last_declaration(), now()) == ()
    with pytest.raises(NotErased):
        erase(centre, month)


def test_notices_and_traces_of_an_erased_month_hold_nothing_and_verify(open_centre, tmp_path, settings):
    """RET-04, RET-07: one that was never sent is dropped."""
    settings.COP_DATA = tmp_path
    at, store = now() - OLD, open_centre.keystore
    store.prepare(at)
    address, contact = an_address(open_centre, {"address": "http://bad.example/page"}, at), a_contact(at)
    traced(address, at)
    name = a_notice(open_centre, CaseAddress.objects.get(pk=address.pk), contact, at)
    assert Notice.objects.get(name=name).sealed
    assert Trace.objects.get().sealed
    assert erase(open_centre, month_of(at)) == 1
    row, trace = Notice.objects.get(name=name), Trace.objects.get()
    assert (row.state, bytes(row.sealed), bytes(row.page), bytes(trace.sealed), trace.contacts) == ("dropped", b"", b"", b"", "")
    assert [*row_faults(), *notice_faults()] == []
