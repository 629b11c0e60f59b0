"""Terms of months: never before the minimum, never while a hold stands, always once the maximum has passed."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cop.hotline.core.golive import CLASSES, Retention
from cop.hotline.core.retention import Kept, Thread, closed_on, may_be_due, stand, term_of

MONTHS = [f"2026-{number:02}" for number in range(1, 13)]
START = date(2026, 1, 1)
days = st.integers(0, 800).map(lambda number: START + timedelta(days=number))
rows = st.lists(
    st.tuples(st.integers(0, 900), st.integers(0, 900)).map(sorted), min_size=len(CLASSES), max_size=len(CLASSES)
).map(lambda found: tuple(Retention(kind, "Act 1", *pair) for kind, pair in zip(CLASSES, found, strict=True)))  # fmt: skip


@st.composite
def threads(draw):
    """A report of a month, with things that happened later and messages in further months."""
    first = draw(st.integers(0, 11))
    later = draw(st.sets(st.integers(first, 11), max_size=3)) - {first}
    last = max([date(2026, first + 1, 1), *(date(2026, number + 1, 1) for number in later)]) + timedelta(
        days=draw(st.integers(0, 300))
    )
    return Thread(draw(st.integers(1, 50)), (MONTHS[first], *(MONTHS[number] for number in sorted(later))), last)


holds = st.one_of(
    st.builds(Kept, st.sampled_from(["A/1", "B/2"]), days, month=st.sampled_from(MONTHS)),
    st.builds(Kept, st.sampled_from(["C/3"]), days, report=st.integers(1, 50)),
)
many = st.lists(threads(), max_size=12, unique_by=lambda one: one.number)


@given(many, rows, st.lists(holds, max_size=4), days)
def test_nothing_goes_before_its_minimum_or_under_a_hold(held, table, kept, day):
    """RET-01, RET-02, RET-03: every class of a thread that needs the month, whatever is asked for."""
    term = term_of(table)
    for month in stand(MONTHS, held, term, kept):
        if month.why_not(day, early=True) and month.why_not(day):
            continue
        assert day >= closed_on(month.month)
        for one in held:
            if month.month in one.months:
                assert all(day >= one.last + timedelta(days=row.minimum) for row in table)
                assert not [hold for hold in kept if hold.report == one.number or (hold.month and hold.month in one.months)]
        assert month.month not in {hold.month for hold in kept}


@given(many, rows, st.lists(holds, max_size=4))
def test_what_accepted_is_never_lost_ends_at_the_lawful_term(held, table, kept):
    """RET-02, S-30: once the maximum has passed without a hold, a month goes, and a hold is the only reason that it stays."""
    term = term_of(table)
    long_after = START + timedelta(days=4000)
    for month in stand(MONTHS, held, term, kept):
        assert month.is_due(long_after) == (not month.holds)
        last = max((one.last for one in held if month.month in one.months), default=closed_on(month.month))
        assert month.due_on == max(closed_on(month.month), last + timedelta(days=term.maximum))
        assert bool(month.why_not(month.due_on)) == bool(month.holds)
        assert month.why_not(month.due_on - timedelta(days=1))


@given(many, rows, days)
def test_the_cheap_look_misses_no_month_that_is_due(held, table, day):
    """RET-02."""
    term = term_of(table)
    for month in stand(MONTHS, held, term, []):
        assert may_be_due(month.month, term, day) or not month.is_due(day)


@given(holds, days)
def test_a_hold_whose_review_has_passed_still_holds(hold, day):
    """RET-03."""
    (month,) = stand([hold.month or "2026-03"], [Thread(hold.report or 1, ("2026-03",), START)], term_of([Retention("report", "x", 0, 0)]), [hold])  # fmt: skip
    assert month.holds == (hold.reference,)
    assert hold.overdue(day) == (day > hold.review_on)
    assert not month.is_due(day)


def test_a_month_is_closed_two_days_after_its_end():
    assert closed_on("2026-11") == date(2026, 12, 3)
    assert closed_on("2026-12") == date(2027, 1, 3)
    assert closed_on("2028-02") == date(2028, 3, 3)
