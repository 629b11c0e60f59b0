"""The suppression table: small counts are hidden, and can't be worked out from what is printed."""

from functools import cache
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from cop.ground.core.door import SumOfParts, countable_groups, ground, hidden, pooled, read_suppression

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


def tree(leaves):
    """A total of two groups, of which each has parts: as the figures of a hotline are arranged."""
    a, b, c, d, e = leaves
    return {"a": a, "b": b, "c": c, "d": d, "e": e, "left": a + b, "right": c + d + e, "all": sum(leaves)}


BRANCHES = [SumOfParts("all", ("left", "right")), SumOfParts("left", ("a", "b")), SumOfParts("right", ("c", "d", "e"))]
LOW = 3


@cache
def every_tree():
    found = {}
    for leaves in product(range(7), repeat=5):
        counts = tree(leaves)
        gone = hidden(counts, dict.fromkeys(counts, LOW), BRANCHES)
        found.setdefault(tuple(None if key in gone else value for key, value in counts.items()), []).append(counts)
    return found


def test_no_small_count_of_sums_within_sums_can_be_worked_out_fig_04():
    """The oracle: all 16,807 tables with parts of up to 6 and a limit of 3; those at the edge have too few neighbours to be asked."""
    for alike in every_tree().values():
        values = {key: {counts[key] for counts in alike} for key in alike[0]}
        for counts in (one for one in alike if max(one[key] for key in "abcde") <= 4):
            assert all(len(values[key]) > 1 for key, value in counts.items() if 0 < value < LOW), counts


@cache
def every_pool():
    """Six names of an open list with counts of up to 4, by what is printed of them."""
    found = {}
    for counts in product(range(5), repeat=6):
        if sum(counts) == 0 or sum(counts) >= LOW:
            named, rest = pooled(dict(zip("uvwxyz", counts, strict=True)), LOW)
            found.setdefault((tuple(sorted(named.items())), rest), []).append(counts)
    return found


def test_a_small_count_among_the_others_of_an_open_list_can_not_be_worked_out_fig_04():
    for (named, rest), alike in every_pool().items():
        assert rest == 0 or rest >= LOW
        assert all(count >= LOW for _, count in named)
        if rest > (5 - len(named)) * (LOW - 1):  # the list is too short: nobody but small ones could be among the others
            continue
        for place in range(6):
            values = {counts[place] for counts in alike}
            assert len(values) > 1 or not any(0 < value < LOW for value in values), (named, rest)


def test_pooled_counts_add_up_fig_03():
    assert pooled({"a": 40, "b": 12, "c": 11, "d": 4}, 10) == ({"a": 40, "b": 12}, 15)
    assert pooled({"a": 40, "b": 12, "c": 6, "d": 6}, 10) == ({"a": 40, "b": 12}, 12)
    assert pooled({"a": 12, "b": 0}, 10) == ({"a": 12}, 0)


def test_counts_of_a_room_have_a_class_of_the_table_rel_07():
    assert read_suppression(ground().reference).rooms["hotline"].under == 10
