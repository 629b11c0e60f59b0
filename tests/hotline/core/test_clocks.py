"""Clocks of the desk, held against a table and against an oracle that looks at every minute."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from cop.hotline.core.clocks import (
    KINDS,
    Clock,
    Pause,
    WorkRules,
    clock_of,
    due,
    due_of,
    is_working,
    left_of,
    next_opening,
    paused,
    read_work,
    restarted,
    resumed,
    spent,
    started,
)

SPECS = yaml.safe_load((Path(__file__).parents[2] / "specs" / "clocks.yaml").read_text(encoding="utf-8"))
PARIS = ZoneInfo("Europe/Paris")
SPEC_RULES = WorkRules(
    PARIS, (((540, 720), (780, 1020)),) * 5 + ((), ()), frozenset([date(2026, 12, 25)]),
)  # fmt: skip
MINUTE = timedelta(minutes=1)


def local(text):
    return datetime.fromisoformat(text).replace(tzinfo=PARIS) if text else None


@pytest.mark.parametrize("spec", SPECS, ids=[f"{spec['rule']} {spec['case']}" for spec in SPECS])
def test_what_is_due_when(spec):
    """CLOCK-01, CLOCK-02, CLOCK-03, CLOCK-06."""
    pauses = [Pause(local(start), local(until)) for start, until in spec.get("pauses", [])]
    assert due(local(spec["start"]), spec["hours"], SPEC_RULES, pauses) == local(spec["due"])


# Zones whose clocks change: by an hour, by half an hour, at midnight, over a whole day, and never.
ZONES = [
    ("Europe/Paris", datetime(2026, 10, 25, tzinfo=UTC)),
    ("Europe/Paris", datetime(2026, 3, 29, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 4, 4, tzinfo=UTC)),
    ("America/Santiago", datetime(2026, 9, 6, tzinfo=UTC)),
    ("Pacific/Apia", datetime(2011, 12, 30, tzinfo=UTC)),
    ("Asia/Kathmandu", datetime(2026, 6, 1, tzinfo=UTC)),
]


@st.composite
def weeks(draw):
    def day():
        edges = sorted(draw(st.sets(st.integers(0, 96), max_size=4)))
        return tuple((edges[at] * 15, edges[at + 1] * 15) for at in range(0, len(edges) - 1, 2))

    week = tuple(day() for _ in range(7))
    return week if any(week) else (((540, 1020),),) * 7


@st.composite
def situations(draw):
    name, around = draw(st.sampled_from(ZONES))
    zone = ZoneInfo(name)
    moments = st.integers(-36 * 60, 36 * 60).map(lambda minute: around + minute * MINUTE)
    days = [around.date() + timedelta(days=day) for day in range(-2, 3)]
    rules = WorkRules(zone, draw(weeks()), frozenset(draw(st.sets(st.sampled_from(days), max_size=2))))
    pauses = draw(st.lists(st.builds(Pause, moments, st.one_of(st.none(), moments)), max_size=3))
    return rules, draw(moments), draw(moments), pauses


def works(at, rules):
    """The oracle: the wall clock alone, one minute at a time."""
    wall = at.astimezone(rules.zone)
    return wall.date() not in rules.holidays and any(
        opens <= wall.hour * 60 + wall.minute < closes for opens, closes in rules.week[wall.weekday()]
    )


def counts(at, rules, pauses):
    return works(at, rules) and not any(one.start <= at and (one.until is None or at < one.until) for one in pauses)


def minutes(start, end):
    while start < end:
        yield start
        start += MINUTE


@settings(max_examples=50, deadline=None)
@given(situations())
def test_time_spent_is_the_number_of_minutes_that_count(situation):
    """CLOCK-01, CLOCK-02, CLOCK-03, CLOCK-06."""
    rules, start, now, pauses = situation
    assert spent(start, now, rules, pauses) == MINUTE * sum(counts(at, rules, pauses) for at in minutes(start, now))


@settings(max_examples=50, deadline=None)
@given(situations(), st.integers(1, 600))
def test_due_is_the_first_moment_at_which_enough_minutes_counted(situation, wanted):
    """CLOCK-01, CLOCK-02, CLOCK-03, CLOCK-06."""
    rules, start, _, pauses = situation
    found = due(start, wanted / 60, rules, pauses)
    left, at = wanted, start
    while left and at < start + timedelta(days=5):
        left -= counts(at, rules, pauses)
        at += MINUTE
    if left == 0:
        assert abs(found - at) < timedelta(milliseconds=1)
    elif found is None:
        assert any(one.until is None for one in pauses)
    else:
        assert found > at
        assert abs(spent(start, found, rules, pauses) - wanted * MINUTE) < timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("moment", "works"),
    [("08:59:59", False), ("09:00", True), ("11:59:59", True), ("12:00", False), ("13:00", True), ("17:00", False)],
)
def test_a_working_time_begins_and_ends_on_the_minute(moment, works):
    """CLOCK-01."""
    assert is_working(local(f"2026-11-23T{moment}"), SPEC_RULES) == works
    assert not is_working(local(f"2026-11-28T{moment}"), SPEC_RULES)
    assert not is_working(local(f"2026-12-25T{moment}"), SPEC_RULES)


@settings(max_examples=50, deadline=None)
@given(situations())
def test_open_and_the_next_opening_agree_with_the_wall_clock(situation):
    """CLOCK-01, CLOCK-06."""
    rules, at, _, _ = situation
    assert is_working(at, rules) == works(at, rules)
    opening = next_opening(at, rules)
    assert is_working(opening, rules)
    assert opening >= at
    assert not any(works(minute, rules) for minute in minutes(at, min(opening, at + timedelta(days=3))))


@settings(max_examples=50, deadline=None)
@given(situations(), st.lists(st.sampled_from(["pause", "resume", "restart"]), max_size=6), st.data())
def test_no_step_of_a_clock_that_jumps_gives_time_away(situation, verbs, data):
    """CLOCK-03, CLOCK-04: pauses are in order and end after they begin, whatever moments the machine's clock says."""
    rules, start, now, _ = situation
    steps = [(verb, start + data.draw(st.integers(-600, 600)) * MINUTE) for verb in verbs]
    clock = clock_of([("start", start), *steps])
    edges = [clock.start, *(edge for one in clock.pauses for edge in (one.start, one.until) if edge is not None)]
    assert edges == sorted(edges)
    assert timedelta() <= spent(clock.start, now, rules, clock.pauses) <= max(now - clock.start, timedelta())


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_a_pause_stops_the_clock_and_a_second_one_changes_nothing():
    """CLOCK-03."""
    clock = paused(started(at("2026-11-23T09:00")), at("2026-11-23T10:00"))
    assert clock.stopped
    assert paused(clock, at("2026-11-23T11:00")) == clock
    assert due_of("second_look", clock, WorkRules()) is None
    resumed_clock = resumed(clock, at("2026-11-23T12:00"))
    assert resumed(resumed_clock, at("2026-11-23T13:00")) == resumed_clock
    assert due_of("second_look", resumed_clock, WorkRules()) == at("2026-11-24T11:00")
    assert left_of("second_look", resumed_clock, at("2026-11-24T12:00"), WorkRules()) == timedelta(hours=-1)


def test_a_case_that_is_reopened_has_a_new_clock():
    """CLOCK-04: nothing of before counts, and a pause of before does not hold it."""
    clock = restarted(paused(started(at("2026-11-23T09:00")), at("2026-11-23T10:00")), at("2026-12-01T09:00"))
    assert clock == Clock(at("2026-12-01T09:00"))
    assert due_of("second_look", clock, WorkRules()) == at("2026-12-01T17:00")
    with pytest.raises(ValueError, match="not stop"):
        clock_of([("start", at("2026-11-23T09:00")), ("stop", at("2026-11-23T10:00"))])


@pytest.mark.parametrize("kind", KINDS)
def test_a_child_in_danger_waits_for_no_opening(kind):
    """CLOCK-05: a Saturday night, a pause, and still one plain hour; a rule that is stricter anyway stays."""
    clock = paused(started(at("2026-11-28T23:00")), at("2026-11-28T23:10"))
    assert due_of(kind, clock, WorkRules(), danger=True) == at("2026-11-29T00:00")
    assert left_of(kind, clock, at("2026-11-29T00:30"), WorkRules(), danger=True) == timedelta(minutes=-30)
    strict = WorkRules(danger_hours=10, **{f"{kind}_hours": 2})
    assert due_of(kind, clock, strict, danger=True) == at("2026-11-29T01:00")


def test_a_clock_that_went_back_has_spent_nothing():
    """CLOCK-01."""
    assert spent(at("2026-11-23T10:00"), at("2026-11-23T09:00"), WorkRules()) == timedelta()
    assert left_of("first_look", started(at("2026-11-23T10:00")), at("2026-11-23T09:00"), WorkRules(), danger=True) == timedelta(
        hours=1
    )


def test_a_moment_without_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        is_working(datetime(2026, 11, 23, 9), WorkRules())  # noqa: DTZ001


WHOLE = {
    "zone": "America/Costa_Rica", "holidays": [date(2027, 1, 1)], "first_look_hours": 8, "danger_hours": 2,
    "week": {"monday": ["13:00-17:00", "08:00-12:00"], "sunday": ["22:00-24:00"]},
}  # fmt: skip


def test_a_table_is_read_and_what_it_leaves_out_has_a_default():
    """CLOCK-07."""
    faults = []
    assert read_work(None, faults) == read_work({}, faults) == WorkRules()
    read = read_work(WHOLE, faults)
    assert faults == []
    assert read.zone.key == "America/Costa_Rica"
    assert read.week == (((480, 720), (780, 1020)), (), (), (), (), (), ((1320, 1440),))
    assert (read.first_look_hours, read.second_look_hours, read.danger_hours) == (8, 8, 2)


def test_the_edges_of_what_a_table_may_hold():
    """CLOCK-07: half hours, one hour and 720, a thousand holidays; ranges that touch are one and refused."""
    faults = []
    days = [date(2027, 1, 1) + timedelta(days=day) for day in range(1000)]
    read = read_work({"week": {"friday": ["09:15-12:30"]}, "holidays": days, "notice_hours": 1, "reply_hours": 720}, faults)
    assert faults == []
    assert (read.week[4], len(read.holidays), read.notice_hours, read.reply_hours) == (((555, 750),), 1000, 1, 720)
    read_work({"week": {"friday": ["09:00-12:00", "12:00-13:00"]}}, faults)
    assert ["touch or overlap" in fault for fault in faults] == [True]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"zone": "Europe"}, "work.zone"),
        ({"zone": "../etc/passwd"}, "work.zone"),
        ({"zone": "Mars/Base"}, "work.zone"),
        ({"zone": 5}, "work.zone"),
        ({"zone": ""}, "work.zone"),
        ({"holiday": []}, "work has no holiday"),
        ({"holidays": ["2027-01-01"]}, "work.holidays"),
        ({"holidays": [datetime(2027, 1, 1, tzinfo=UTC)]}, "work.holidays"),
        ({"holidays": [date(2027, 1, 1)] * 1001}, "more than 1000"),
        ({"first_look_hours": 0}, "work.first_look_hours"),
        ({"notice_hours": True}, "work.notice_hours"),
        ({"reply_hours": 721}, "work.reply_hours"),
        ({"week": "always"}, "work.week must be"),
        ({"week": {}}, "at least one day"),
        ({"week": {"funday": ["09:00-17:00"]}}, "funday"),
        ({"week": {"monday": ["17:00-09:00"]}}, "work.week.monday needs"),
        ({"week": {"monday": ["09:00-24:30"]}}, "work.week.monday needs"),
        ({"week": {"monday": ["9-17"]}}, "work.week.monday needs"),
        ({"week": {"monday": [9]}}, "work.week.monday needs"),
        ({"week": {"monday": ["09:00-12:00", "11:00-13:00"]}}, "touch or overlap"),
    ],
)
def test_each_part_that_cannot_be_used_is_named(change, why):
    """CLOCK-07."""
    faults = []
    assert read_work({**WHOLE, **change}, faults) == WorkRules()
    assert any(why in fault for fault in faults), faults


@given(
    st.recursive(
        st.one_of(st.none(), st.integers(), st.text(), st.dates()),
        lambda inner: (
            st.lists(inner) | st.dictionaries(st.sampled_from(["zone", "week", "holidays", "monday", "notice_hours"]), inner)
        ),
    )
)
def test_whatever_a_table_holds_it_is_read_or_its_faults_are_named(table):
    """CLOCK-07."""
    faults = []
    read = read_work(table, faults)
    assert faults == [] or read == WorkRules()


def test_rules_need_an_hour_of_work():
    with pytest.raises(ValueError, match="at least one hour"):
        WorkRules(week=((),) * 7)
