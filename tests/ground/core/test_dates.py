from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cop.ground.core.dates import add_months, parse_date


@pytest.mark.parametrize(
    ("text", "counts_from", "precision"),
    [
        ("2014", date(2014, 12, 31), "year"),
        ("2020-02", date(2020, 2, 29), "month"),
        ("2014-01-20", date(2014, 1, 20), "day"),
    ],
)
def test_a_year_counts_from_31_december_and_a_month_from_its_last_day(text, counts_from, precision):
    found = parse_date(text)
    assert (found.counts_from, found.precision, str(found)) == (counts_from, precision, text)


@pytest.mark.parametrize("text", ["", "14", "2014-13", "2014-02-30", "2014/01/01", "2014-1-1", "next year", "2014-01-01x"])
def test_anything_else_is_refused_with_the_text_named(text):
    with pytest.raises(ValueError, match="is no date"):
        parse_date(text)


@given(st.dates(date(1, 1, 1), date(9998, 12, 31)))
def test_every_day_reads_back_as_itself(day):
    assert parse_date(day.isoformat()).counts_from == day


@given(st.dates(date(1950, 1, 1), date(2100, 1, 1)), st.integers(0, 600))
def test_adding_months_lands_in_the_right_month_and_never_after_the_day(day, months):
    found = add_months(day, months)
    assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == months
    assert found.day <= day.day
