"""The difference between two releases, against an oracle that compares plain JSON."""

import json
from dataclasses import replace
from functools import lru_cache

from hypothesis import given, settings
from hypothesis import strategies as st

from cop.observatory.core.door import observatory
from cop.observatory.core.releases.build import build_release
from cop.observatory.core.releases.difference import difference, plain_number
from tests.observatory.release_samples import plan, signed

STATES = st.sampled_from(["yes", "partly", "no", "unknown", "na", None])
ANSWERS = st.fixed_dictionaries({"law_csam": STATES, "law_definition": STATES, "law_age": STATES})


@lru_cache(maxsize=512)
def release(said: tuple[tuple[str, str | None], ...]):
    country = signed("CRI", dict(said))
    made = build_release(observatory(), plan(), (country,))
    return replace(made, countries={iso3: made.countries[iso3] for iso3 in ("ARG", "CRI")})


@settings(max_examples=40, deadline=None)
@given(ANSWERS, ANSWERS)
def test_the_difference_names_exactly_the_figures_that_changed_rel_06(first, second):
    old, new = release(tuple(first.items())), release(tuple(second.items()))
    found = {change.code for change in difference(old, new) if change.kind == "figure"}

    def said(of):
        keep = ("code", "state", "value", "as_of", "origin")
        figures = json.loads(of.countries["CRI"].text)["figures"]
        return {f["code"]: tuple(f.get(key) for key in keep) for f in figures if f.get("why") != "not_held"}

    before, after = said(old), said(new)
    assert found == {code for code in before.keys() | after.keys() if before.get(code) != after.get(code)}
    assert {(c.after, c.before) for c in difference(new, old)} == {(c.before, c.after) for c in difference(old, new)}
    assert (difference(old, new) == ()) is (first == second or before == after)
    assert difference(old, old) == ()


def test_a_country_that_comes_or_goes_is_a_difference_rel_06():
    one = release((("law_csam", "yes"),))
    fewer = replace(one, countries={"CRI": one.countries["CRI"]})
    assert [(c.kind, c.area) for c in difference(one, fewer)] == [("country", "ARG")]


def test_a_whole_number_has_no_point_rel_06():
    assert [plain_number(value) for value in (27.0, 0.5, 0.0, None)] == ["27", "0.5", "0", ""]
    old, new = (build_release(observatory(), plan(), (signed("CRI", {"law_data_age": value}),)) for value in (27, 28))
    (change,) = [c for c in difference(old, new) if c.kind == "figure"]
    assert ("27" in change.before.split("; "), "28" in change.after.split("; ")) == (True, True)
