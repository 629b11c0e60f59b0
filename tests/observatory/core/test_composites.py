"""Each composite gives the value that is published for it."""

import pytest

from cop.observatory.core.composites import FORMULAS
from cop.observatory.core.door import Inputs, observatory

PUBLISHED = Inputs(law=83, hotline=22)
TABLE = {
    "weighted_two_thirds": (62.67, 2),
    "mean": (52.5, 1),
    "geometric": (42.7, 1),
    "root_mean_square": (60.7, 1),
    "by_country_counts": (66.1, 1),
    "progress_90": (61.8, 1),
    "progress_88": (62.9, 1),
    "difference": (61, 0),
}


@pytest.mark.parametrize(("key", "value", "places"), [(key, *expected) for key, expected in TABLE.items()])
def test_a_method_gives_its_published_value(key, value, places):
    assert round(FORMULAS[key](PUBLISHED).point, places) == value


def test_either_and_both_are_bounds():
    union, both = FORMULAS["union"](PUBLISHED), FORMULAS["intersection"](PUBLISHED)
    assert (union.low, union.high, round(union.point, 1)) == (83, 100, 86.7)
    assert (both.low, both.high, both.point) == (5, 22, None)


def test_every_method_has_a_formula_and_texts_and_one_is_the_default():
    methods = observatory().composites
    assert {m.key for m in methods} == set(FORMULAS)
    assert [m.key for m in methods if m.default] == ["weighted_two_thirds"]
    assert all(m.explains and m.formula and m.verdict in ("gives", "near", "no", "impossible") for m in methods)


def test_a_verdict_says_whether_the_method_gives_62():
    for method in observatory().composites:
        result = method.of(PUBLISHED)
        if method.verdict == "gives":
            assert round(result.point) == 62
        elif method.verdict == "impossible":
            assert not result.low <= 62 <= result.high
        else:
            assert result.point is not None
            assert round(result.point) != 62
