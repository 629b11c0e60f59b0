"""Which observations answer a request: newest values, history, changes, pages, and what has values at all."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cop.observatory.core.observations import Flow
from cop.observatory.core.sdmx.availability import availability
from cop.observatory.core.sdmx.cube import cube
from cop.observatory.core.sdmx.errors import SdmxError
from cop.observatory.core.sdmx.layout import key_of
from cop.observatory.core.sdmx.periods import instant
from cop.observatory.core.sdmx.query import newer, older
from cop.observatory.core.sdmx.selection import DataSet, merged, select
from cop.observatory.core.sdmx.values import component_of, number_of, written
from tests.observatory.sample_flow import PUBLISHED


def chosen(flow: Flow, key: str = "*", query: str = "") -> DataSet:
    asked = newer(key, query)
    (found,) = select(cube(flow, asked.as_of), asked)
    return found


def values(found: DataSet) -> list[tuple[str, str, float | None]]:
    return [(".".join(one.key), each.period, number_of(each)) for one in found.slices for each in one.observations]


def brute(flow: Flow) -> dict[tuple[str, str], float | None]:
    """The newest value of each key, found the plain way."""
    held = {}
    for release in flow.releases:
        for one in release.observations:
            held[".".join(key_of(one)), one.period] = number_of(one)
    return held


def test_the_newest_release_wins_for_each_key_and_periods_merge(flow: Flow):
    found = values(chosen(flow))
    assert {(key, period): value for key, period, value in found} == brute(flow)
    assert len(found) == len(brute(flow))
    assert found == sorted(found, key=lambda row: row[:2])


def test_as_of_an_instant_only_what_was_published_counts(flow: Flow):
    earlier = replace(flow, releases=flow.releases[:2])
    found = values(chosen(flow, "*", f"asOf={PUBLISHED[1].isoformat().replace('+', '%2B')}"))
    assert {(key, period): value for key, period, value in found} == brute(earlier)
    with pytest.raises(SdmxError) as error:
        chosen(flow, "*", "asOf=2020-01-01")
    assert error.value.code == 100


def test_changes_since_an_instant_are_those_of_later_releases(flow: Flow):
    found = chosen(flow, "*", "updatedAfter=2026-04-01")
    assert {each.comment for one in found.slices for each in one.observations} == {"corrected", ""}
    assert found.size == len(flow.releases[2].observations)
    assert found.changes
    with pytest.raises(SdmxError):
        chosen(flow, "*", "updatedAfter=2026-07-01")


def test_history_has_every_release_with_its_validity(flow: Flow):
    asked = newer("*", "includeHistory=true")
    sets = select(cube(flow), asked)
    assert [one.valid_from for one in sets] == list(PUBLISHED)
    assert [one.size for one in sets] == [len(release.observations) for release in flow.releases]
    corrected = select(cube(flow), newer("A.XAA.P1-01", "includeHistory=true&c[TIME_PERIOD]=2025"))
    assert [(one.valid_from, one.valid_to) for one in corrected] == [(PUBLISHED[1], PUBLISHED[2]), (PUBLISHED[2], None)]
    later = select(cube(flow), newer("A.XAA.P1-01", "includeHistory=true&updatedAfter=2026-04-01"))
    assert [one.valid_from for one in later] == [PUBLISHED[2]]


def test_a_value_that_is_not_free_for_publication_is_never_shown(flow: Flow):
    ((_, _, value),) = values(chosen(flow, "A.XAC.P1-01", "c[TIME_PERIOD]=2026"))
    assert value is None
    with pytest.raises(SdmxError):
        chosen(flow, "A.XAC.P1-01", "c[TIME_PERIOD]=2026&c[OBS_VALUE]=1")


def test_keys_and_filters_by_dimension_choose_the_same_series(flow: Flow):
    expected = [row for row in values(chosen(flow)) if row[0].split(".")[1] in ("XAA", "XAB") and row[0].split(".")[3] == "F"]
    for key, query in (
        ("*.XAA+XAB.*.F", ""), ("A.XAA.*.F,A.XAB.*.F", ""), ("*", "c[REF_AREA]=XAA,XAB&c[SEX]=F"), ("*.*.*.F", "c[REF_AREA]=ge:XAA+le:XAB"),
        ("*.*.*.F", "c[REF_AREA]=ne:XAC+sw:X"),
    ):  # fmt: skip
        assert values(chosen(flow, key, query)) == expected
    assert values(chosen(flow, "A.XAA.H-01.F.Y9T12._T,A.XAA.H-01.F.Y9T12._T")) == values(chosen(flow, "A.XAA.H-01.F.Y9T12._T"))


def test_first_and_last_observations_are_counted_in_each_series(flow: Flow):
    whole = {one.key: [each.period for each in one.observations] for one in chosen(flow).slices}
    for query, cut in (
        ("firstNObservations=1", lambda periods: periods[:1]), ("lastNObservations=1", lambda periods: periods[-1:]),
        ("firstNObservations=1&lastNObservations=1", lambda periods: periods if len(periods) < 3 else [periods[0], periods[-1]]),
        ("lastNObservations=99", lambda periods: periods),
    ):  # fmt: skip
        found = {one.key: [each.period for each in one.observations] for one in chosen(flow, "*", query).slices}
        assert found == {key: cut(periods) for key, periods in whole.items()}


def test_pages_put_together_are_the_whole(flow: Flow):
    whole = values(chosen(flow))
    together = []
    for offset in range(0, len(whole), 5):
        together += values(chosen(flow, "*", f"offset={offset}&limit=5"))
    assert together == whole
    for offset in (len(whole), 10**30):
        with pytest.raises(SdmxError):
            chosen(flow, "*", f"offset={offset}")


def test_an_order_may_cross_series(flow: Flow):
    rows = values(chosen(flow, "*", "sort=TIME_PERIOD:desc+REF_AREA"))
    assert [(-int(period), key.split(".")[1]) for key, period, _ in rows] == sorted((-int(p), k.split(".")[1]) for k, p, _ in rows)
    assert sorted(rows, key=str) == sorted(values(chosen(flow)), key=str)
    numbers = [value for *_, value in values(chosen(flow, "*.*.H-01", "sort=OBS_VALUE:desc"))]
    assert numbers == sorted(numbers, reverse=True)
    assert (
        values(chosen(flow, "*", "sort=*")) == values(chosen(flow)) == values(chosen(flow, "*", "sort=series_key+TIME_PERIOD:asc"))
    )
    again = merged(chosen(flow, "*", "sort=TIME_PERIOD").slices)
    assert len(again) == len({one.key for one in again}) == len(chosen(flow).slices)
    by_unit = chosen(flow, "*", "sort=UNIT_MEASURE")
    assert [each.unit for one in by_unit.slices for each in one.observations] == sorted(
        each.unit for one in chosen(flow).slices for each in one.observations
    )


def test_series_alone_are_counted_by_series(flow: Flow):
    keys = chosen(flow, "*", "attributes=none&measures=none&limit=3")
    assert [len(one.observations) for one in keys.slices] == [1, 1, 1]
    (every,) = select(cube(flow), older("all", "detail=serieskeysonly"))
    assert len(every.slices) == len(cube(flow).series)


def test_what_is_available_says_which_codes_have_values(flow: Flow):
    found = availability(cube(flow), newer("A.XAA", ""), "*", "exact")
    assert found.codes["REF_AREA"] == ("XAA",)
    assert found.codes["TIME_PERIOD"] == ("2024", "2025")
    assert found.series == len([key for key in cube(flow).series if key[1] == "XAA"])
    more = availability(cube(flow), newer("A.XAA.*.F", ""), "SEX,REF_AREA", "available")
    assert more.codes == {"REF_AREA": ("XAA", "XAB", "XAC", "invented-region"), "SEX": ("F", "M", "_T")}
    with pytest.raises(SdmxError):
        availability(cube(flow), newer("*", ""), "OBS_VALUE", "exact")
    with pytest.raises(SdmxError):
        availability(cube(flow), newer("*", ""), "SEX", "some")


def test_a_cube_is_kept_for_its_flow_and_instant(flow: Flow):
    assert cube(flow) is cube(flow)
    assert cube(flow, instant("asOf", "2026-05-01")) is cube(flow, instant("asOf", "2026-05-02"))
    assert cube(replace(flow)) is not cube(flow)
    assert cube(replace(flow, areas=())).mark != cube(flow).mark


def test_codes_without_a_name_are_listed_under_their_id(flow: Flow):
    bare = cube(replace(flow, areas=()))
    assert [code.id for code in bare.lists["CL_AREA"]] == ["XAA", "XAB", "XAC", "invented-region"]
    assert "urban" in [code.id for code in bare.lists["CL_DISAGG"]]


@pytest.mark.parametrize(
    ("value", "text"),
    [(1.0, "1"), (0.1, "0.1"), (1e-7, "1e-07"), (1e300, "1e+300"), (-0.5, "-0.5"), (2.4e9, "2400000000"), (None, ""),
     (float("nan"), ""), (float("inf"), "")],
)  # fmt: skip
def test_a_number_is_written_so_that_it_reads_back(value: float | None, text: str):
    assert written(value) == text


def test_each_component_has_a_text(flow: Flow):
    one = flow.releases[0].observations[1]
    assert (component_of(one, "TIME_PERIOD"), component_of(one, "OBS_VALUE"), component_of(one, "OBS_STATUS")) == ("2024", "", "M")
