"""Care for who looks: a table, and properties of every sequence of reveals (S-05, S-27)."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from cop.hotline.core.care import BOUNDS, REFUSALS, CareRules, Exposure, is_night, read_care, standing

SPECS = yaml.safe_load((Path(__file__).parents[2] / "specs" / "care.yaml").read_text(encoding="utf-8"))
PARIS = ZoneInfo("Europe/Paris")
START = datetime(2026, 10, 22, 6, tzinfo=UTC)  # three days before clocks go back in Paris
MINUTE = timedelta(minutes=1)


def local(text):
    return datetime.fromisoformat(text).replace(tzinfo=PARIS) if text else None


@pytest.mark.parametrize("spec", SPECS, ids=[f"{spec['rule']} {spec['case']}" for spec in SPECS])
def test_who_may_look_now(spec):
    """CARE-01, CARE-02, CARE-03, CARE-04, CARE-06, CARE-07."""
    seen = [Exposure(local(at), minutes or 0, minutes is not None) for at, minutes in spec.get("seen", [])]
    found = standing(seen, local(spec["at"]), CareRules(), spec.get("others", 1), PARIS)
    assert (found.left_today, found.left_now, found.refused) == (spec["left"], spec["now"], spec["refused"])
    assert found.break_until == local(spec.get("break_until"))
    assert found.rule == (spec["rule"] if spec["refused"] and spec["rule"] != "CARE-07" else found.rule)


def test_reveals_of_a_day_are_counted_even_those_of_no_minutes():
    """CARE-05, S-27."""
    seen = [Exposure(START + number * MINUTE) for number in range(100)]
    assert standing(seen[:99], START + 100 * MINUTE, CareRules(), 1, PARIS).reveals_left == 1
    found = standing(seen, START + 100 * MINUTE, CareRules(), 1, PARIS)
    assert (found.refused, found.rule, found.reveals_left) == ("reveals", "CARE-05", 0)


rules = st.builds(
    CareRules,
    day_minutes=st.integers(1, 240),
    week_minutes=st.integers(1, 1200),
    break_after=st.integers(1, 60),
    break_minutes=st.integers(15, 60),
    reveals_a_day=st.integers(1, 12),
    alone_at_night=st.booleans(),
)
steps = st.lists(st.tuples(st.integers(0, 700), st.integers(1, 90)), max_size=60)


@settings(max_examples=80, deadline=None)
@given(rules, steps, st.integers(0, 1))
def test_no_sequence_of_allowed_reveals_passes_a_cap(rules, steps, others):
    """CARE-01 to CARE-05: whoever looks as long as they may, day after day, and books it, stays below every cap."""
    seen, at = [], START
    for pause, wanted in steps:
        at += pause * MINUTE
        now = standing(seen, at, rules, others, PARIS)
        if not now.refused:
            minutes = min(wanted, now.left_now)
            assert minutes > 0
            seen.append(Exposure(at, minutes))
            at += minutes * MINUTE
    days = {}
    for one in seen:
        days.setdefault(one.at.astimezone(PARIS).date(), []).append(one.minutes)
        assert others or rules.alone_at_night or 7 <= one.at.astimezone(PARIS).hour < 20
    assert all(sum(minutes) <= rules.day_minutes and len(minutes) <= rules.reveals_a_day for minutes in days.values())
    for day in days:
        assert sum(sum(days.get(day + timedelta(days=after), [])) for after in range(7)) <= rules.week_minutes
    run = 0
    for one, before in zip(seen, [None, *seen], strict=False):
        ended = before and before.at + before.minutes * MINUTE
        run = one.minutes + (run if ended and one.at - ended < rules.break_minutes * MINUTE else 0)
        assert run <= rules.break_after


exposures = st.lists(
    st.builds(Exposure, st.integers(0, 20_000).map(lambda minute: START + minute * MINUTE), st.integers(0, 120)), max_size=20
)
moments = st.integers(-20_000, 40_000).map(lambda minute: START + minute * MINUTE)


@settings(max_examples=150, deadline=None)
@given(rules, exposures, moments, moments)
def test_a_clock_that_jumps_back_never_frees_minutes(rules, seen, one, other):
    """CARE-07: at the earlier moment nothing more is left than at the later one."""
    back, now = (standing(seen, at, rules, 1, PARIS) for at in sorted([one, other]))
    assert back.left_today <= now.left_today
    assert back.left_now <= now.left_now
    assert back.reveals_left <= now.reveals_left
    assert not (now.refused and not back.refused)


@settings(max_examples=150, deadline=None)
@given(rules, exposures, moments, st.integers(1, 120), st.integers(-10_000, 0))
def test_whatever_is_booked_last_counts_at_once(rules, seen, at, minutes, jump):
    """CARE-07: also where the clock went back before it was booked."""
    before = standing(seen, at, rules, 1, PARIS)
    after = standing([*seen, Exposure(at + jump * MINUTE, minutes)], at, rules, 1, PARIS)
    latest = max([at, *(one.at for one in seen)])
    if max([at + jump * MINUTE, *(one.at for one in seen)]).astimezone(PARIS).date() == latest.astimezone(PARIS).date():
        assert after.minutes_today == before.minutes_today + minutes
    assert after.left_today <= before.left_today
    assert after.minutes_week >= before.minutes_week


@settings(max_examples=60, deadline=None)
@given(rules, exposures, moments, st.sampled_from(sorted(BOUNDS)))
def test_a_stricter_rule_never_allows_more(rules, seen, at, name):
    """CARE-08."""
    strictest = BOUNDS[name][1 if name == "break_minutes" else 0]
    laxer, stricter = (standing(seen, at, held, 1, PARIS) for held in (rules, replace(rules, **{name: strictest})))
    assert not (laxer.refused and not stricter.refused)
    assert stricter.left_now <= laxer.left_now


def test_minutes_of_seven_days_are_those_of_today_and_six_before():
    """CARE-02."""
    seen = [Exposure(START + timedelta(days=day), 2**day) for day in range(8)]
    assert standing(seen, START + timedelta(days=7), CareRules(), 1, PARIS).minutes_week == 2**8 - 2


def test_a_night_begins_and_ends_on_the_minute():
    """CARE-04."""
    assert [is_night(at, CareRules()) for at in (time(19, 59), time(20), time(6, 59), time(7))] == [False, True, True, False]


def test_a_night_may_lie_within_one_day():
    rules = CareRules(night_from=time(0), night_to=time(6))
    assert [is_night(time(hour), rules) for hour in (23, 0, 5, 6)] == [False, True, True, False]


def test_moments_need_a_zone_and_minutes_are_no_debt():
    with pytest.raises(ValueError, match="zone"):
        standing([], datetime(2026, 11, 23, 9), CareRules(), 1, PARIS)  # noqa: DTZ001
    with pytest.raises(ValueError, match="zone"):
        standing([Exposure(datetime(2026, 11, 23, 9))], START, CareRules(), 1, PARIS)  # noqa: DTZ001
    with pytest.raises(ValueError, match="below zero"):
        standing([Exposure(START, -5)], START, CareRules(), 1, PARIS)


WHOLE = {
    "day_minutes": 120,
    "week_minutes": 480,
    "break_after": 30,
    "break_minutes": 20,
    "night_from": "18:00",
    "night_to": time(8),
    "alone_at_night": True,
    "reveals_a_day": 40,
}


def test_a_table_is_read_and_what_it_leaves_out_has_a_default():
    """CARE-08."""
    faults = []
    assert read_care(None, faults) == read_care({}, faults) == CareRules()
    assert read_care(WHOLE, faults) == CareRules(120, 480, 30, 20, time(18), time(8), True, 40)
    assert faults == []


@pytest.mark.parametrize("name", BOUNDS)
@pytest.mark.parametrize("value", ["least - 1", "most + 1", True, "60", 1.5, None])
def test_caps_are_lowered_and_never_raised(name, value):
    """CARE-08: four hours a day, an hour without a break and a hundred addresses are the most; a break has 15 minutes at least."""
    least, most = BOUNDS[name]
    faults = []
    wrong = {"least - 1": least - 1, "most + 1": most + 1}.get(value, value)
    assert read_care({name: wrong}, faults) == CareRules()
    assert f"care.{name} must be a whole number from {least} to {most}" in faults[0]
    assert getattr(read_care({name: least}, []), name) == least
    assert getattr(read_care({name: most}, []), name) == most


@pytest.mark.parametrize(
    ("table", "why"),
    [
        ("care", "care must be a table"),
        ({"daily": 60}, "care has no daily"),
        ({"night_from": "25:00"}, "care.night_from must be a time"),
        ({"night_to": 7}, "care.night_to must be a time"),
        ({"night_from": "07:00"}, "must differ"),
        ({"alone_at_night": "no"}, "care.alone_at_night"),
    ],
)
def test_each_part_that_cannot_be_used_is_named(table, why):
    """CARE-08."""
    faults = []
    assert read_care(table, faults) == CareRules()
    assert any(why in fault for fault in faults), faults


def test_each_refusal_has_a_rule_and_a_sentence():
    assert sorted(rule for rule, _ in REFUSALS.values()) == [f"CARE-0{number}" for number in range(1, 7)]
    assert all(text.endswith(".") for _, text in REFUSALS.values())
