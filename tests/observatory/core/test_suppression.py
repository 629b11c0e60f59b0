"""The suppression table: small counts are hidden, and can't be worked out from what is printed."""

from functools import cache
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from cop.observatory.core.door import observatory
from cop.observatory.core.suppression import SumOfParts, countable_groups, hidden, read_suppression

LIMIT = 5
PARTS = ("a", "b", "c")
SUM = SumOfParts("total", PARTS)
SMALL = dict.fromkeys((*PARTS, "total"), LIMIT)


def whole(parts):
    return dict(zip(PARTS, parts, strict=True)) | {"total": sum(parts)}


def printed(counts):
    gone = hidden(counts, SMALL, [SUM])
    return tuple(None if key in gone else value for key, value in counts.items())


def test_counts_under_the_limit_are_hidden_and_zero_is_printed_rel_07():
    assert hidden({"x": 9, "y": 10, "z": 0}, {"x": 10, "y": 10, "z": 10}, []) == {"x"}


def test_one_hidden_part_of_a_printed_total_takes_the_other_parts_with_it_rel_08():
    assert hidden({"a": 3, "b": 45, "c": 12, "total": 60}, dict.fromkeys(("a", "b", "c", "total"), 10), [SUM]) == {"a", "b", "c"}


@cache
def every_table():
    """Every table with parts of up to 16, by what is printed of it."""
    found = {}
    for parts in product(range(17), repeat=3):
        counts = whole(parts)
        found.setdefault(printed(counts), []).append(counts)
    return found


@settings(max_examples=400, deadline=None)
@given(st.tuples(*(st.integers(0, 8) for _ in PARTS)))
def test_no_hidden_small_count_can_be_worked_out_by_trying_every_table_rel_08(parts):
    """The oracle: all tables that would have been printed alike; each small count has at least two values among them."""
    counts = whole(parts)
    alike = every_table()[printed(counts)]
    assert counts in alike
    for key, value in counts.items():
        if 0 < value < LIMIT:
            assert len({other[key] for other in alike}) >= 2


def test_every_code_of_the_table_is_a_number_of_the_observatory_rel_07():
    held = observatory()
    table = read_suppression(held.ground.reference)
    for small in table.classes:
        for code in small.codes:
            indicator, part = held.indicators.of(code)
            assert held.indicators.resolve(code) == code
            assert (part or indicator).kind == "number"
    assert (table.of("P3-10").under, table.of("P3-08").under, table.of("P4-04").under, table.survey.under) == (10, 10, 5, 25)
    assert table.fewest_countries == 5


@given(st.dictionaries(st.text("abcdefghij", min_size=1, max_size=1), st.sampled_from(["n", "s", "e"]), max_size=10))
def test_groups_with_confidential_countries_have_five_and_so_has_what_is_left_rel_09(regions):
    members = {part: frozenset(c for c, where in regions.items() if where == part) for part in "nse"}
    members["world"] = frozenset(regions)
    found = countable_groups(members, "world", "nse", 5)
    assert all(len(members[group]) >= 5 for group in found)
    if found:
        left = members["world"].difference(*(members[group] for group in found if group != "world"))
        assert not left or len(left) >= 5
    assert bool(found) is (len(regions) >= 5)
