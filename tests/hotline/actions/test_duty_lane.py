"""The duty desk's lane with real counterparts on loopback: sent, acknowledged, silent, refused; and the alarm (S-03)."""

import re
import socket
from datetime import timedelta

import pytest

from cop.ground.models import AuditEntry, Mail
from cop.ground.public import now
from cop.hotline.actions.cases import first_open, take
from cop.hotline.actions.duty import DutyRefused, acknowledge, deliver, deliver_due, ring, send_test, send_to_duty, set_aside
from cop.hotline.core.duty import DutyRules, Lane
from cop.hotline.models import DutyAlarm, DutyMessage, Report
from cop.hotline.public import tick
from cop.hotline.queries.duty import alarms, lane_tested, open_dangers, past_dangers, trials_of
from tests.desk import a_person
from tests.hotline.conftest import reported
from tests.hotline.duty_desks import a_hook, a_mail_server

MINUTE = timedelta(minutes=1)
BY_MAIL = DutyRules("Duty desk", "+999 123", "duty@police.example", "", "day and night")
SECRET = ("Quokkafield", "site.example/bad")


@pytest.fixture
def mails():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with a_mail_server(port) as kept:
        yield kept


@pytest.fixture
def hook():
    with a_hook() as found:
        yield found


def by_hook(hook):
    return DutyRules("Duty desk", "+999 123", "", hook.address, "day and night")


def danger(centre):
    """A report that says that a child is in danger, and when it came in."""
    number = reported(centre, danger=True, note="Quokkafield: he waits at the school")
    return number, Report.objects.get(pk=number).received_at


def only(at):
    (found,) = open_dangers(at)
    return found


def code_in(text):
    return re.search(r"/acknowledge/([A-Z0-9-]+)/", text)[1]


def test_by_mail_the_desk_gets_whitelisted_words_and_says_that_it_has_it(open_centre, cast, mails):
    """DUTY-03, DUTY-06."""
    number, at = danger(open_centre)
    send_to_duty(report=number, by=cast.first, note="read", rules=BY_MAIL, at=at + MINUTE)
    assert only(at + MINUTE).lane is Lane.WAITING
    assert mails.work(at + MINUTE) == ["delivered"]
    (mail,) = mails.taken
    text = mail["Subject"] + mail.get_content()
    assert mail["To"] == "duty@police.example"
    assert Report.objects.get().reference in text
    assert f"{at:%Y-%m-%d %H:%M} UTC" in text
    assert not any(word in text for word in SECRET)
    assert only(at + MINUTE).sendings[0].state == "delivered"
    code = code_in(text)
    assert acknowledge(code=code, by="duty", at=at + 2 * MINUTE)
    assert not acknowledge(code=code, by="duty", at=at + 3 * MINUTE)
    assert open_dangers(at + 9 * MINUTE) == []
    (past,) = past_dangers(at + 9 * MINUTE)
    assert (past.lane, past.sendings[0].acknowledged_at) == (Lane.ANSWERED, at + 2 * MINUTE)
    verbs = [entry.verb for entry in AuditEntry.objects.order_by("number")][-2:]
    assert verbs == ["send to duty desk", "acknowledge at duty desk"]


def test_by_hook_too_and_what_fails_is_tried_again_by_the_tick(open_centre, cast, hook):
    """DUTY-03, DUTY-05."""
    number, at = danger(open_centre)
    rules = by_hook(hook)
    hook.status = 503
    message = send_to_duty(report=number, by=cast.first, note="unread", rules=rules, at=at)
    assert deliver(message=message, rules=rules, at=at) == "pending"
    assert only(at).sendings[0].problem == "it answered 503"
    assert deliver_due(rules=rules, at=at + MINUTE / 2) == 0
    assert len(hook.got) == 1
    hook.status = 200
    assert deliver_due(rules=rules, at=at + MINUTE) == 1
    assert deliver_due(rules=rules, at=at + 20 * MINUTE) == 0
    row, (_, held) = DutyMessage.objects.get(), hook.got[-1]
    assert (row.state, row.code, row.tries) == ("sent", "", 2)
    assert set(held) == {"kind", "reference", "received", "child_said_to_be_in_danger", "acknowledge"}
    assert not any(word in repr(hook.got) for word in SECRET)
    assert acknowledge(code=code_in(held["acknowledge"]).lower(), by=cast.first.pseudonym, at=at)


def test_a_message_for_a_desk_that_is_not_the_declared_one_any_more_goes_nowhere(open_centre, cast, hook):
    number, at = danger(open_centre)
    message = send_to_duty(report=number, by=cast.first, note="read", rules=by_hook(hook), at=at)
    assert deliver(message=message, rules=BY_MAIL, at=at) == "failed"
    assert hook.got == []
    assert only(at).lane is Lane.UNSENT


def test_nobody_sends_within_five_minutes_and_everybody_is_told_until_somebody_does(open_centre, cast, mails):
    """DUTY-04, S-03."""
    first, at = danger(open_centre)
    danger(open_centre)
    a_person("analyst", email="uncleared@centre.example")
    assert ring(at=at + 4 * MINUTE) == 0
    assert ring(at=at + 5 * MINUTE) == 2
    assert ring(at=at + 6 * MINUTE) == 0
    people = {person.email for person in cast.__dict__.values()}
    assert sorted(Mail.objects.values_list("to", flat=True)) == sorted(people)  # one mail each, for both dangers
    assert alarms(at + 6 * MINUTE) == 2
    send_to_duty(report=first, by=cast.first, note="called", rules=BY_MAIL, at=at + 7 * MINUTE)
    assert ring(at=at + 10 * MINUTE) == 1
    mails.work(at + 10 * MINUTE)
    texts = [mail["Subject"] + mail.get_content() for mail in mails.taken]
    assert not any(word in text for text in texts for word in SECRET)
    assert ring(at=at + 22 * MINUTE) == 2  # the desk is silent about the first since 15 minutes
    assert DutyAlarm.objects.get(pk=first).raised_at == at + 5 * MINUTE
    assert AuditEntry.objects.filter(verb="ring for danger").count() == 3


def test_the_worker_s_tick_rings(open_centre, cast):
    """DUTY-04."""
    _, at = danger(open_centre)
    assert any("the alarm rang: 1" in said for said in tick(at + 5 * MINUTE))
    assert not any("the alarm rang" in said for said in tick(at + 6 * MINUTE))


def test_a_mail_that_the_desk_s_server_refuses_counts_as_not_sent(open_centre, cast, mails):
    """DUTY-05."""
    number, at = danger(open_centre)
    mails.refuses.add("duty@police.example")
    send_to_duty(report=number, by=cast.first, note="read", rules=BY_MAIL, at=at)
    assert mails.work(at) == ["refused"]
    assert only(at).lane is Lane.UNSENT
    assert ring(at=at + 5 * MINUTE) == 1


def test_a_test_of_the_way_counts_once_it_is_acknowledged(open_centre, cast, hook):
    """DUTY-02."""
    rules, at = by_hook(hook), now()
    message = send_test(by=cast.lead, rules=rules, at=at)
    assert deliver(message=message, rules=rules, at=at) == "sent"
    assert not lane_tested(rules, at)
    assert set(hook.got[0][1]) == {"kind", "acknowledge"}
    assert acknowledge(code=code_in(hook.got[0][1]["acknowledge"]), by="duty", at=at + MINUTE)
    assert lane_tested(rules, at + MINUTE)
    assert not lane_tested(BY_MAIL, at + MINUTE)
    assert not lane_tested(rules, at + timedelta(days=30))
    assert trials_of(rules)[0].acknowledged_by == "duty"
    assert open_dangers(at) == []


def test_what_can_t_be_sent_is_refused_and_a_code_ends(open_centre, cast, hook):
    number, at = danger(open_centre)
    calm = reported(open_centre, note="calm")
    for report, note, rules in ((calm, "read", BY_MAIL), (number, "odd", BY_MAIL), (number, "read", DutyRules())):
        with pytest.raises(DutyRefused):
            send_to_duty(report=report, by=cast.first, note=note, rules=rules, at=at)
    with pytest.raises(Report.DoesNotExist):
        send_to_duty(report=10**14, by=cast.first, note="read", rules=BY_MAIL, at=at)
    assert not DutyMessage.objects.exists()
    rules = by_hook(hook)
    deliver(message=send_test(by=cast.lead, rules=rules, at=at), rules=rules, at=at)
    code = code_in(hook.got[0][1]["acknowledge"])
    assert not acknowledge(code=code, by="duty", at=at + timedelta(days=31))
    assert not acknowledge(code="", by="duty", at=at)


def test_a_danger_set_aside_needs_a_reason_and_rings_no_more(open_centre, cast):
    """DUTY-07."""
    number, at = danger(open_centre)
    with pytest.raises(DutyRefused):
        set_aside(report=number, by=cast.first, ending="bored", at=at)
    with pytest.raises(DutyRefused, match="Read the report"):
        set_aside(report=number, by=cast.first, ending="no_danger", at=at)
    take(number=number, by=cast.first, at=at)
    first_open(number=number, unlocked=open_centre.unlocked, keystore=open_centre.keystore, by=cast.first, at=at)
    with pytest.raises(DutyRefused, match="Read the report"):  # another one has
        set_aside(report=number, by=cast.second, ending="no_danger", at=at)
    set_aside(report=number, by=cast.first, ending="no_danger", at=at)
    assert ring(at=at + timedelta(hours=5)) == 0
    entry = AuditEntry.objects.order_by("number").last()
    assert (entry.verb, entry.actor) == ("set danger aside", cast.first.pseudonym)
    assert past_dangers(at)[0].ending == "no_danger"


@pytest.mark.parametrize("how_many", [1, 3])
def test_lists_cost_the_same_for_one_danger_and_for_three(open_centre, cast, django_assert_num_queries, how_many):
    for _ in range(how_many):
        number, at = danger(open_centre)
        send_to_duty(report=number, by=cast.first, note="read", rules=BY_MAIL, at=at)
    with django_assert_num_queries(3):
        assert len(open_dangers(at)) == how_many
