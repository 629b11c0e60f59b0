"""Facts of an item and of the way to it: unknown is not no, and each bad field is named."""

import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cop.hotline.core.classification import outcomes_scheme
from cop.hotline.core.facts import YES_NO, AccessFacts, BadFacts, ItemFacts, codes_of, pack_facts, read_access, read_item

SCHEMES = (outcomes_scheme(),)
PICTURE = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ"
FULL_ITEM = {
    "children": 2, "age": "pubescent", "sex": "both", "severity": "cop-outcomes@1:baseline", "novelty": "new", "ai": "altered",
    "self_generated": "coerced", "live_stream": "yes", "content": "video", "commerce": "non_commercial", "virtual": "no", "modelling": "no",
}  # fmt: skip
FULL_ACCESS = {
    "referrer": "https://quokkafield.example/list", "password": "yes", "premium": "no", "geo_limit": "yes", "seen_from": "fr, DE fr",
    "onion": "no", "app": "Quokka", "handle": "@quokka", "group": "q-123", "post": "99", "seen_at": "2026-11-22T14:05+01:00",
}  # fmt: skip


def test_nothing_said_is_unknown_and_never_no():
    """CLASS-04."""
    for given_item in ({}, dict.fromkeys(FULL_ITEM), dict.fromkeys(FULL_ITEM, "")):
        found = read_item(given_item)
        assert found == ItemFacts()
        assert (found.children, found.severity) == (None, "")
        assert all(getattr(found, name) == "unknown" for name in codes_of(ItemFacts))
    assert read_access({}) == read_access(dict.fromkeys(FULL_ACCESS, "")) == AccessFacts()


def test_every_code_has_unknown_first_and_a_label():
    """CLASS-04."""
    for kind in (ItemFacts, AccessFacts):
        for name, table in codes_of(kind).items():
            assert next(iter(table)) == "unknown", name
            assert all(table.values())


def test_a_whole_item_is_read():
    """CLASS-04."""
    assert asdict(read_item(FULL_ITEM, SCHEMES)) == FULL_ITEM
    assert read_item({"children": "3"}).children == 3
    assert read_item({"children": "unknown"}).children is None
    assert read_item({"children": 99}).children == 99
    assert read_item({"children": 0, "content": "text"}).children == 0


def test_a_whole_way_to_it_is_read():
    """CLASS-06: the moment keeps its offset, countries are sorted and stand once."""
    found = read_access(FULL_ACCESS)
    assert found.seen_from == ("DE", "FR")
    assert read_access({"geo_limit": "yes", "seen_from": ["FR"] * 50}).seen_from == ("FR",)
    assert found.seen_at == datetime(2026, 11, 22, 13, 5, tzinfo=UTC)
    assert found.seen_at.utcoffset() == timedelta(hours=1)
    assert found.referrer == FULL_ACCESS["referrer"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("children", -1), ("children", 100), ("children", "many"), ("children", True), ("children", 1.5), ("children", "²"),
        ("age", "12"), ("age", ["infant"]), ("sex", 2), ("ai", "maybe"), ("self_generated", "yes"), ("live_stream", True),
        ("severity", "A1"), ("severity", "cop-outcomes@2:baseline"), ("severity", "cop-outcomes@1:A1"), ("severity", 5),
        ("name_of_child", "x"),
    ],
)  # fmt: skip
def test_each_bad_field_of_an_item_is_named(field, value):
    """CLASS-04: one that is not known is refused, so that no name slips in."""
    with pytest.raises(BadFacts) as caught:
        read_item({**FULL_ITEM, field: value}, SCHEMES)
    assert [fault.field for fault in caught.value.faults] == [field]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("referrer", "x" * 4097), ("referrer", PICTURE), ("referrer", 5), ("referrer", "two\nlines"), ("password", "hunter2"),
        ("seen_from", "France"), ("seen_from", ["FR", 5]), ("seen_from", 5), ("seen_from", ["FR"] * 51), ("onion", "maybe"),
        ("handle", "x" * 301), ("group", "\ud800"), ("post", PICTURE), ("seen_at", "2026-11-22T14:05"), ("seen_at", "yesterday"),
        ("seen_at", 5), ("seen_at", datetime(2026, 11, 22)), ("cookie", "x"),  # noqa: DTZ001
    ],
)  # fmt: skip
def test_each_bad_condition_is_named(field, value):
    """CLASS-06: a time needs its offset, a password is a yes or a no, media never come in (S-09)."""
    with pytest.raises(BadFacts) as caught:
        read_access({**FULL_ACCESS, field: value})
    assert [fault.field for fault in caught.value.faults] == [field]


def test_what_contradicts_itself_is_named():
    """CLASS-04, CLASS-06."""
    with pytest.raises(BadFacts, match="children: is 0"):
        read_item({"children": 0, "age": "infant"})
    with pytest.raises(BadFacts, match="geo_limit"):
        read_access({"seen_from": "FR"})


items = st.builds(
    ItemFacts,
    children=st.none() | st.integers(1, 99),
    severity=st.sampled_from(["", *(outcomes_scheme().reference(one.code) for one in outcomes_scheme().categories)]),
    **{name: st.sampled_from(list(table)) for name, table in codes_of(ItemFacts).items()},
)
words = st.text(st.characters(categories=["L", "N", "P"]), max_size=20)
ways = st.builds(
    AccessFacts,
    referrer=words, app=words, handle=words, group=words, post=words,
    geo_limit=st.just("yes"),
    seen_from=st.sets(st.sampled_from(["FR", "DE", "XA"])).map(lambda codes: tuple(sorted(codes))),
    seen_at=st.none() | st.datetimes(timezones=st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))),
    **{name: st.sampled_from(list(YES_NO)) for name in ("password", "premium", "onion")},
)  # fmt: skip


@given(items)
def test_facts_of_an_item_come_back_from_what_is_stored(item):
    """CLASS-04."""
    assert read_item(json.loads(pack_facts(item)), SCHEMES) == item


@given(ways)
def test_conditions_come_back_from_what_is_stored(way):
    """CLASS-06."""
    assert read_access(json.loads(pack_facts(way))) == way


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)


@given(st.dictionaries(st.sampled_from([*FULL_ITEM, *FULL_ACCESS, "other"]), anything, max_size=8))
def test_whatever_is_given_is_read_or_named(held):
    """CLASS-04, CLASS-06."""
    named = set()
    for reader in (read_item, read_access):
        try:
            reader(held)
        except BadFacts as bad:
            named |= {fault.field for fault in bad.faults}
    assert named <= {*held, "geo_limit", "children"}
