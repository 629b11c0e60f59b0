"""Coverage: the published figures to the decimal, the control totals, and a plain-Python oracle for the cube."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cop.ground.core.door import UnknownCode
from cop.observatory.core.coverage import FRESH_YES, NOT_APPLICABLE, STALE_YES, UNKNOWN, coverage_cube, share_of
from cop.observatory.core.door import observatory

HELD = observatory()
END_2014 = date(2014, 12, 31)


def shares(code, at=END_2014, **kw):
    found = HELD.coverage(code, at, **kw).as_dict()
    return found["countries"], found["children"]


def test_opsc_at_the_end_of_2014_is_169_of_193_and_96_6_per_cent_of_their_children():
    countries, children = shares("P1-09/OPSC")
    assert countries == {"n": 169, "of": 193, "percent": 87.6, "low": 87.6, "high": 87.6}
    assert children == {"percent": 96.6, "low": 96.6, "high": 96.6, "total": 2_329_026_942}


@pytest.mark.parametrize(("options", "percent"), [({}, 16.4), ({"ages": "0-14"}, 16.1), ({"vintage": "2019"}, 16.9)])
def test_inhope_in_2014_is_44_countries_with_the_published_share_of_children(options, percent):
    countries, children = shares("P2-02/INHOPE", **options)
    assert countries == {"n": 44, "of": 193, "percent": 22.8, "low": 22.8, "high": 22.8}
    assert children["percent"] == percent


def test_after_the_register_s_date_absence_is_unknown_and_the_interval_opens_upwards():
    countries, _ = shares("P1-09/OPSC", date(2026, 11, 22))
    assert countries["low"] == countries["percent"] < countries["high"] == 100.0


def test_a_stale_yes_counts_in_percent_and_not_in_low():
    countries, _ = shares("P2-02/INHOPE", date(2026, 11, 22))
    assert (countries["n"], countries["low"], countries["high"]) == (44, 0.0, 100.0)


def test_before_the_snapshot_nothing_is_known():
    countries, _ = shares("P2-02/INHOPE", date(2013, 12, 31))
    assert (countries["n"], countries["percent"], countries["high"]) == (0, 0.0, 100.0)


@pytest.mark.parametrize("treaty", ["CRC", "OPSC"])
def test_the_engine_reproduces_the_control_totals_of_every_year(treaty):
    totals = HELD.ground.reference.table("observatory", "treaty_totals")
    everywhere = list(HELD.ground.places.countries)
    outside = {"COK", "NIU"} if treaty == "CRC" else set()  # parties that are not in the list of countries
    dates = {
        row["iso3"]: row["bound_date"]
        for row in HELD.ground.reference.table("observatory", "treaty_parties")
        if row["treaty"] == treaty
    }
    checked = 0
    for row in totals:
        year = int(row["year"])
        if row["treaty"] != treaty or year > 2021:
            continue
        at = date(year, 12, 31)
        known = sum(HELD.reading(iso3, f"P1-09/{treaty}", at).state == "yes" for iso3 in everywhere)
        known += sum(dates[iso3][:4] <= str(year) for iso3 in outside)
        assert known == int(row["states_bound_at_year_end"]), year
        checked += 1
    assert checked > 20


@pytest.mark.parametrize(
    ("kind", "options"), [("group", {"group": "atlantis"}), ("age group", {"ages": "0-99"}), ("vintage", {"vintage": "1999"})]
)
def test_an_unknown_option_is_named_with_what_exists(kind, options):
    with pytest.raises(UnknownCode) as caught:
        HELD.coverage("P1-09/OPSC", END_2014, **options)
    assert caught.value.kind == kind


def test_groups_take_the_members_of_their_date():
    world = HELD.coverage("P1-09/OPSC", END_2014)
    regions = [
        HELD.coverage("P1-09/OPSC", END_2014, group=g)
        for g in ("africa", "americas", "arab-states", "asia-pacific", "cis", "europe")
    ]
    assert sum(region.of for region in regions) == world.of
    assert sum(region.n for region in regions) == world.n


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_the_cube_equals_a_plain_loop(data):
    indicators, years, countries, groups = (data.draw(st.integers(1, n)) for n in (3, 3, 6, 3))
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    codes = rng.integers(0, 5, (indicators, years, countries)).astype(np.uint8)
    people = rng.integers(0, 1000, (years, countries)).astype(float)
    members = rng.integers(0, 2, (groups, countries)).astype(bool)
    cube = coverage_cube(codes, people, members)
    for i in range(indicators):
        for y in range(years):
            for g in range(groups):
                inside = [c for c in range(countries) if members[g, c] and codes[i, y, c] != NOT_APPLICABLE]
                n, of, by_country, by_child = share_of(cube, i, y, g)
                assert of == len(inside)
                assert n == sum(codes[i, y, c] in (FRESH_YES, STALE_YES) for c in inside)
                for share, weight in ((by_country, lambda c: 1.0), (by_child, lambda c, y=y: people[y, c])):
                    total = sum(weight(c) for c in inside)
                    for value, wanted in ((share.percent, (FRESH_YES, STALE_YES)), (share.low, (FRESH_YES,)),
                                          (share.high, (FRESH_YES, STALE_YES, UNKNOWN))):  # fmt: skip
                        if total:
                            assert value == pytest.approx(100 * sum(weight(c) for c in inside if codes[i, y, c] in wanted) / total)
                        else:
                            assert np.isnan(value)
