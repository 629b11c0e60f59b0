"""A trace: what sources said with their moments, a country only where they agree (TRACE-08), kept as evidence (TRACE-09)."""

import contextlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cop.hotline.core.trace import ABOUT, FAULTS, PROXY, SOURCES, Finding, Traced, TraceError, changed, kept, read_kept

AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
ONE, TWO = "192.0.2.1", "198.51.100.1"


def traced(*findings):
    return Traced("name.example", AT, findings=tuple(Finding(about, says, source, AT, ip) for about, says, source, ip in findings))


def placed(*countries, ips=(ONE,)):
    """Countries as (source, country, address)."""
    return traced(
        *[("address", ip, "dns", ip) for ip in ips], *[("country", country, source, ip) for source, country, ip in countries]
    )


@pytest.mark.parametrize(
    ("held", "country"),
    [
        (placed(("rdap", "CR", ONE), ("origin", "CR", ONE)), "CR"),
        (placed(("rdap", "CR", ONE)), "CR"),
        (placed(("origin", "CR", ONE)), "CR"),
        (placed(("rdap", "CR", ONE), ("origin", "PA", ONE)), ""),
        (placed(("rdap", "CR", ONE), ("whois", "PA", ONE), ("origin", "CR", ONE)), ""),
        (placed(), ""),
        (placed(("rdap", "CR", ONE), ips=()), ""),
        (placed(("rdap", "CR", ONE), ips=(ONE, TWO)), ""),
        (placed(("rdap", "CR", ONE), ("origin", "CR", TWO), ips=(ONE, TWO)), "CR"),
        (placed(("rdap", "CR", ONE), ("rdap", "PA", TWO), ips=(ONE, TWO)), ""),
    ],
)
def test_a_country_is_given_only_where_nothing_contradicts(held, country):
    """TRACE-08"""
    assert held.agree() == held.country == country


@given(
    st.lists(st.tuples(st.sampled_from(["rdap", "whois", "origin"]), st.sampled_from(["CR", "PA"]), st.sampled_from([ONE, TWO]))),
    st.sets(st.sampled_from([ONE, TWO])),
)
def test_no_contradiction_ever_gives_a_country(countries, ips):
    """TRACE-08"""
    held = placed(*countries, ips=sorted(ips))
    said = {country for _, country, _ in countries}
    assert held.agree() == (said.pop() if len(said) == 1 and ips and {ip for _, _, ip in countries} >= ips else "")


def test_what_sources_said_is_told_with_source_and_moment():
    held = traced(
        ("address", ONE, "dns", ONE), ("network", "192.0.2.0/25", "origin", ONE), ("network", "192.0.2.0/24", "rdap", ONE), ("asn", "64496", "origin", ONE),
        ("asn", "64497", "origin", ONE), ("holder", "HOST-NET", "rdap", ONE), ("abuse", "abuse@host.example", "rdap", ONE),
        ("abuse", "Abuse@host.example", "whois", ONE), ("registrar", "Names", "rdap", ""), ("registrar_abuse", "abuse@names.example", "rdap", ""),
        ("fault", "no_answer", "whois", ONE),
    )  # fmt: skip
    assert (held.addresses, held.network, held.asn, held.asns) == ((ONE,), "192.0.2.0/24", "64496, 64497", (64496, 64497))
    assert (held.holder, held.registrar, held.country) == ("HOST-NET", "Names", "")
    assert [(one.mail, one.party, one.source, one.at) for one in held.abuse] == [("abuse@host.example", "host", "rdap", AT)]
    assert [(one.mail, one.party) for one in held.registrar_abuse] == [("abuse@names.example", "registrar")]
    assert [one.says for one in held.faults] == ["no_answer"]
    assert held.system == ""
    assert traced(("asn", "64496", "origin", ONE), ("asn", "64496", "origin", TWO)).system == "AS64496"
    assert traced().system == ""
    assert replace(held, party=PROXY).abuse[0].party == "proxy"


def test_what_changed_between_two_traces_is_named():
    before = traced(("address", ONE, "dns", ONE), ("country", "CR", "rdap", ONE), ("abuse", "a@host.example", "rdap", ONE))
    assert changed(before, replace(before, at=AT + timedelta(hours=1))) == ()
    after = traced(("address", TWO, "dns", TWO), ("country", "CR", "rdap", TWO), ("abuse", "b@host.example", "rdap", TWO))
    assert changed(before, after) == ("address", "abuse")
    assert changed(before, traced()) == ("address", "country", "abuse")
    assert changed(before, replace(before, party=PROXY)) == ("party",)


def test_an_order_that_is_another_is_no_change():
    one = traced(("network", "192.0.2.0/24", "rdap", ONE), ("network", "198.51.100.0/24", "rdap", TWO))
    assert changed(one, replace(one, findings=one.findings[::-1])) == ()


MOMENTS = st.datetimes(timezones=st.just(UTC) | st.just(timezone(timedelta(hours=-6))))
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
FINDINGS = st.builds(
    Finding, st.sampled_from([one for one in ABOUT if one != "asn"]), WORDS, st.sampled_from(list(SOURCES)), MOMENTS, WORDS
)


@given(st.builds(Traced, WORDS, MOMENTS, st.sampled_from(["host", "proxy"]), st.lists(FINDINGS, max_size=5).map(tuple)))
def test_what_is_kept_is_read_back(held):
    """TRACE-09"""
    assert read_kept(kept(held)) == held
    assert kept(read_kept(kept(held))) == kept(held)


@pytest.mark.parametrize("raw", [b"", b"{}", b"[]", b"null", b'{"version": 2}', b'{"version": 1}', b"[" * 99_999, b"\xff"])
def test_other_bytes_are_no_trace(raw):
    with pytest.raises(TraceError):
        read_kept(raw)


@given(
    st.sampled_from(["host", "at", "party", "findings"]),
    st.none()
    | st.integers()
    | st.text(max_size=5)
    | st.lists(st.integers() | st.dictionaries(st.text(), st.text(), max_size=2), min_size=1),
)
def test_a_trace_that_was_changed_is_refused_or_is_one(field, value):
    held = {**json.loads(kept(traced(("asn", "64496", "origin", ONE)))), field: value}
    with contextlib.suppress(TraceError):
        assert isinstance(read_kept(json.dumps(held).encode()), Traced)


def test_a_system_that_is_no_number_is_no_trace():
    with pytest.raises(TraceError):
        read_kept(kept(traced(("asn", "x", "origin", ONE))))


def test_every_code_has_words():
    assert all([*ABOUT.values(), *SOURCES.values(), *FAULTS.values()])
