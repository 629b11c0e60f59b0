"""Reading an answer on a day: staleness, dates in force, registers (decisions 1 and 2 of the observatory)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cop.ground.core.answers import Answer, State, Why, expiry, read
from cop.ground.core.dates import from_day, parse_date
from cop.ground.core.provenance import Provenance

ORIGIN = Provenance("invented source", None, "facts")
DAYS = st.dates(date(1990, 1, 1), date(2040, 1, 1))


def answer(state=State.YES, as_of="2020-06-30", months=12, **kw):
    day = parse_date(as_of)
    return Answer(state, ORIGIN, day, expires=expiry(day, months), **kw)


@pytest.mark.parametrize(
    ("at", "state", "last", "stale", "why"),
    [
        (date(2019, 1, 1), State.YES, State.YES, False, None),
        (date(2020, 6, 30), State.YES, State.YES, False, None),
        (date(2021, 6, 30), State.YES, State.YES, False, None),
        (date(2021, 7, 1), State.UNKNOWN, State.YES, True, Why.TOO_OLD),
    ],
)
def test_a_yes_counts_up_to_its_shelf_life_and_reads_unknown_afterwards(at, state, last, stale, why):
    found = read(answer(), at)
    assert (found.state, found.last_known, found.stale, found.why) == (state, last, stale, why)


def test_a_treaty_binding_never_goes_stale_and_reads_no_before_its_date():
    bound = answer(months=None, since=parse_date("2002"))
    assert read(bound, date(2002, 12, 30)).state is State.NO
    assert read(bound, date(2002, 12, 31)).state is State.YES
    assert read(bound, date(2039, 1, 1)).state is State.YES


def test_absence_from_a_complete_register_is_no_until_its_date_and_unknown_after_it():
    absent = answer(State.NO, "2014-12-31", 0)
    assert read(absent, date(2014, 12, 31)).state is State.NO
    assert read(absent, date(2015, 1, 1)).state is State.UNKNOWN


def test_a_snapshot_says_nothing_about_days_before_it():
    found = read(answer(holds_from=date(2020, 1, 1)), date(2019, 12, 31))
    assert (found.state, found.why) == (State.UNKNOWN, Why.NOT_YET)


def test_nothing_held_and_refused_are_different_words():
    assert read(None, date(2020, 1, 1)).why is Why.NOT_HELD
    assert read(answer(State.UNKNOWN, why=Why.REFUSED), date(2020, 1, 1)).why is Why.REFUSED


@given(DAYS, DAYS, st.sampled_from(list(State)), st.one_of(st.none(), st.integers(0, 60)), st.one_of(st.none(), DAYS))
def test_unknown_always_has_a_reason_and_only_unknown_has_one(at, as_of, state, months, since):
    held = Answer(state, ORIGIN, from_day(as_of), since=from_day(since) if since else None, expires=expiry(from_day(as_of), months))
    found = read(held, at)
    assert (found.why is not None) == (found.state is State.UNKNOWN)
    assert found.stale <= (found.state is State.UNKNOWN)
