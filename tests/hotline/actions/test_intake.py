"""A report is stored whole, once, and opens at the desk only."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cop.ground.core.door import NotOpened, new_key
from cop.ground.models import AuditEntry
from cop.ground.public import now
from cop.ground.queries.trail import verify_trail
from cop.hotline.actions import intake
from cop.hotline.actions.intake import ThreadFull, receive
from cop.hotline.actions.messages import write
from cop.hotline.core.body import Body
from cop.hotline.core.receipt import new_seed, opened, receipt_of
from cop.hotline.exchange.keystore import KeysMissing, month_of
from cop.hotline.models import Message, Report
from cop.hotline.queries.reports import open_report
from cop.hotline.queries.rings import Unlocked
from cop.hotline.queries.threads import thread

BODY = Body(address="https://gallery.example/album/17", concern="abuse_material", note="I came upon this.", language="en")


def send(centre, body=BODY, seed=None):
    return receive(body=body, seed=seed or new_seed(), keys=centre.keystore.keys(now()), at=now())


def test_a_report_is_read_back_at_the_desk_word_for_word(centre):
    accepted = send(centre)
    assert accepted.what == "new"
    row = Report.objects.get()
    held = open_report(row.pk, centre.unlocked, centre.keystore)
    assert (held.body, held.reference, held.state) == (BODY, accepted.reference, "received")


def test_nothing_of_a_report_or_its_receipt_stands_in_the_rows(centre):
    seed = new_seed()
    accepted = send(centre, seed=seed)
    stored = repr(list(Report.objects.values())) + repr(list(AuditEntry.objects.values()))
    for secret in (seed, accepted.receipt, "gallery", "album", "came upon", opened(accepted.receipt).reply_key.hex()):
        assert secret not in stored


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.sampled_from(["first", "second", "third"]), min_size=1, max_size=8))
def test_any_order_of_sendings_under_one_seed_stores_each_text_once(centre, texts):
    """HOT-RESEND: the first is the report, another text a message, the same again nothing."""
    seed, seen = new_seed(), []
    for text in texts:
        expected = "new" if not seen else "again" if text in seen else "message"
        assert send(centre, Body(note=text), seed).what == expected
        seen.append(text)
    row = Report.objects.get(lookup=opened(receipt_of(seed)).lookup.hex())
    held = open_report(row.pk, centre.unlocked, centre.keystore)
    assert [held.body.note, *(line.text for line in held.thread)] == list(dict.fromkeys(seen))


def test_a_thread_takes_so_many_messages_and_says_so(centre, monkeypatch):
    monkeypatch.setattr(intake, "MOST_MESSAGES", 2)
    seed = new_seed()
    for number in range(3):
        send(centre, Body(note=f"text {number}"), seed)
    with pytest.raises(ThreadFull, match="send a new report"):
        send(centre, Body(note="one more"), seed)
    assert send(centre, Body(note="text 2"), seed).what == "again"


def test_a_receipt_opens_state_and_messages_and_not_the_report(centre):
    accepted = send(centre)
    row, month = Report.objects.get(), month_of(now())
    write(
        report=row.pk,
        text="Thank you. We look at it today.",
        thread=centre.keystore.thread_key(month),
        month=month,
        actor="p-fox",
        at=now(),
    )
    found = thread(opened(accepted.receipt), centre.keystore)
    assert found.state == "received"
    assert [said.text for said in found.messages] == ["Thank you. We look at it today."]
    assert "gallery" not in repr(found)
    assert thread(opened(receipt_of(new_seed())), centre.keystore) is None
    assert "Thank you" not in repr(list(Message.objects.values()))
    desk = open_report(row.pk, centre.unlocked, centre.keystore)
    assert [(line.of_reporter, line.text) for line in desk.thread] == [(False, "Thank you. We look at it today.")]


def test_finding_and_opening_a_thread_is_two_queries_with_1_and_with_3_messages(centre, django_assert_num_queries):
    accepted = send(centre)
    row, month = Report.objects.get(), month_of(now())
    for count in (1, 3):
        while Message.objects.count() < count:
            write(report=row.pk, text="Words.", thread=centre.keystore.thread_key(month), month=month, actor="p-fox", at=now())
        with django_assert_num_queries(2):
            assert len(thread(opened(accepted.receipt), centre.keystore).messages) == count


def test_deleting_a_month_makes_its_reports_and_messages_unreadable_for_everybody(centre):
    """HOT-ERASE: with the database whole and every other key at hand (S-30)."""
    accepted, month = send(centre), month_of(now())
    row = Report.objects.get()
    write(report=row.pk, text="Words.", thread=centre.keystore.thread_key(month), month=month, actor="p-fox", at=now())
    for path in centre.keystore.folder.rglob(f"{month}.*"):
        path.unlink()
    with pytest.raises(KeysMissing):
        open_report(row.pk, centre.unlocked, centre.keystore)
    assert [said.text for said in thread(opened(accepted.receipt), centre.keystore).messages] == [None]
    centre.keystore.prepare(now())  # fresh keys of the same month open nothing old
    with pytest.raises(NotOpened):
        open_report(row.pk, centre.unlocked, centre.keystore)


def test_without_the_team_key_no_report_opens(centre):
    send(centre)
    with pytest.raises(NotOpened):
        open_report(Report.objects.get().pk, Unlocked(centre.unlocked.team_id, new_key()), centre.keystore)


def test_each_report_leaves_one_entry_with_a_commitment_and_the_trail_is_whole(centre, own_data):
    for _ in range(3):
        send(centre)
    entries = AuditEntry.objects.filter(verb="receive")
    assert [entry.thing for entry in entries] == [f"hotline/report/{row.pk}" for row in Report.objects.order_by("pk")]
    assert all("commitment" in entry.details for entry in entries)
    assert verify_trail(own_data) is None


@pytest.mark.parametrize("again", [BODY, Body(note="It happens now.")])
def test_that_a_child_is_in_danger_is_not_lost_when_it_is_said_with_the_second_sending(centre, again):
    """HOT-DANGER: the words may be the same or others."""
    seed = new_seed()
    send(centre, seed=seed)
    receive(body=again, seed=seed, keys=centre.keystore.keys(now()), at=now(), danger=True)
    send(centre, seed=seed)
    assert Report.objects.get().danger
    assert AuditEntry.objects.filter(verb="mark danger").count() == 1
