"""The duty desk in the declaration, how a danger stands, and when the alarm rings (S-03)."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cop.hotline.core import duty
from cop.hotline.core.duty import DutyRules, Lane, Trial, is_hook, is_tested, lane, must_ring, read_duty

AT = datetime(2026, 11, 22, 3, 17, tzinfo=UTC)
TABLE = {"name": "Duty desk", "phone": "+999 123", "mail": "duty@police.example", "hours": "day and night"}
MINUTE = timedelta(minutes=1)


def faults_of(**changes):
    faults = []
    read_duty(TABLE | changes, faults)
    return faults


def test_a_duty_desk_has_a_name_a_number_hours_and_a_way():
    """DUTY-01."""
    faults = []
    held = read_duty(TABLE | {"language": "es"}, faults)
    assert not faults
    assert (held.channel, held.language, held.phone) == ("mail", "es", "+999 123")
    assert read_duty(TABLE | {"hook": "https://police.example/x"}, faults).channel == "hook"
    assert read_duty(None, faults) == DutyRules()
    assert DutyRules().channel == ""
    assert not faults


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"name": ""}, "duty.name"), ({"phone": ""}, "duty.phone"), ({"phone": "none"}, "duty.phone"), ({"hours": 5}, "duty.hours"),
        ({"mail": ""}, "mail address or a web hook"), ({"mail": "a@b@c"}, "duty.mail"), ({"mail": "x\r\nBcc: y@z.example"}, "duty.mail"),
        ({"hook": "http://police.example/"}, "duty.hook"), ({"hook": "https://u:p@police.example/"}, "duty.hook"),
        ({"language": "de"}, "duty.language"), ({"pager": "1"}, "duty.pager"), ({"name": "x" * 201}, "duty.name"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(changes, word):
    """DUTY-01."""
    assert any(word in fault for fault in faults_of(**changes))


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)))
def test_anything_is_read_or_refused(table):
    faults = []
    held = read_duty(table, faults)
    assert held == DutyRules() or not faults
    faults = []
    read_duty(dict.fromkeys(("name", "phone", "mail", "hook", "hours", "language"), "x") | {"hours": table}, faults)


@given(st.text(max_size=60))
def test_a_hook_is_over_tls_or_on_this_machine(text):
    for address in (text, f"http://{text}", f"https://{text}"):
        if is_hook(address):
            assert address.lower().startswith(("https://", "http://localhost", "http://127.0.0.1", "http://[::1]"))
    assert is_hook("http://127.0.0.1:8000/hook")
    assert not is_hook("http://127.0.0.1.other.example/")


def test_a_test_counts_for_thirty_days_and_for_the_very_address():
    """DUTY-02."""
    here = read_duty(TABLE, [])
    other = read_duty(TABLE | {"mail": "desk@police.example"}, [])
    done = Trial(here.target, AT, AT + MINUTE)
    assert is_tested(here, [done], AT + timedelta(days=29))
    assert not is_tested(here, [done], AT + timedelta(days=30))
    assert not is_tested(here, [done], AT - MINUTE)
    assert not is_tested(other, [done], AT + MINUTE)
    assert not is_tested(here, [Trial(here.target, AT, None)], AT + MINUTE)
    assert not is_tested(DutyRules(), [Trial(DutyRules().target, AT, AT)], AT + MINUTE)


def test_how_a_danger_stands():
    """DUTY-05."""
    assert lane(sent=[], answered=False, aside=False, at=AT) is Lane.UNSENT
    assert lane(sent=[AT], answered=False, aside=False, at=AT + 14 * MINUTE) is Lane.WAITING
    assert lane(sent=[AT], answered=False, aside=False, at=AT + 15 * MINUTE) is Lane.SILENT
    assert lane(sent=[AT, AT + 10 * MINUTE], answered=False, aside=False, at=AT + 20 * MINUTE) is Lane.WAITING
    assert lane(sent=[AT], answered=True, aside=True, at=AT + timedelta(days=9)) is Lane.ANSWERED
    assert lane(sent=[], answered=False, aside=True, at=AT) is Lane.ASIDE


def rings(standing, minutes, received=AT):
    """The minutes after `received` at which the alarm rings, when somebody looks each minute."""
    rung, last, found = 0, None, []
    for minute in range(minutes):
        at = received + minute * MINUTE
        if must_ring(standing=standing, received_at=received, rung=rung, rung_at=last, at=at):
            rung, last = rung + 1, at
            found.append(minute)
    return found


def test_the_alarm_rings_after_five_minutes_each_five_minutes_and_is_never_silent_for_good():
    """DUTY-04, S-03."""
    found = rings(Lane.UNSENT, 60 * 24)
    assert found[:3] == [5, 10, 15]
    assert found[:12] == list(range(5, 65, 5))
    assert found[12] - found[11] == 60
    assert 60 * 24 - found[-1] <= 60
    assert rings(Lane.SILENT, 3) == [0]
    assert rings(Lane.WAITING, 500) == rings(Lane.ANSWERED, 500) == rings(Lane.ASIDE, 500) == []


@given(st.integers(-10_000, 10_000), st.integers(0, 30))
def test_a_clock_that_jumps_silences_nothing_for_longer_than_an_hour(jump, rung):
    at = AT + timedelta(minutes=jump)
    now = [at + timedelta(minutes=step) for step in range(62)]
    assert (
        any(must_ring(standing=Lane.UNSENT, received_at=AT, rung=rung, rung_at=AT, at=moment) for moment in now) or abs(jump) < 62
    )


def test_what_leaves_is_whitelisted():
    """DUTY-03."""
    held = duty.payload(kind="danger", reference="K7QM2X", received_at=AT.replace(second=9), link="https://desk.example/x/")
    assert held == {
        "kind": "danger", "reference": "K7QM2X", "received": "2026-11-22T03:17:00+00:00", "child_said_to_be_in_danger": True,
        "acknowledge": "https://desk.example/x/",
    }  # fmt: skip
    assert set(duty.payload(kind="test", reference="K7QM2X", received_at=AT, link="l")) == {"kind", "acknowledge"}
    assert json.dumps(held)


@given(st.data())
def test_a_code_is_read_however_it_is_typed(data):
    """DUTY-06."""
    code = duty.new_code()
    typed = "".join(data.draw(st.sampled_from((sign, sign.lower(), f" {sign}"))) for sign in code.replace("-", ""))
    assert duty.digest_of(typed) == duty.digest_of(code)
    assert len(set(code)) > 1
    assert duty.digest_of(duty.new_code()) != duty.digest_of(code)
