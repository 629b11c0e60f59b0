"""IND-SCORE: a method file is read whole or refused, with the file and the key named; nothing is filled in."""

from copy import deepcopy
from fractions import Fraction

import pytest
import yaml

from cop.ground.core.door import PACKAGE, DataError, Reference, UnknownCode
from cop.observatory.core.door import observatory
from cop.observatory.core.method import method_of, read_methods
from cop.observatory.core.method_rows import REASON_WORDS, method_rows
from cop.observatory.core.scores import Reason

RAW = yaml.safe_load((PACKAGE / "observatory" / "data" / "methods" / "cop-2026.yaml").read_text(encoding="utf-8"))
SMALL = {
    "id": "small",
    "version": "1",
    "name": "Small",
    "summary": "Small.",
    "missing": "interval",
    "total": "total",
    "bands": [20, 40, 60, 80],
    "normalisations": {
        "states": {"by": "states", "points": {"yes": 1, "partly": 0.5, "no": 0}},
        "levels": {"by": "levels", "points": [0, "1/3", "2/3", 1]},
        "years": {"by": "min_max", "worst": 20, "best": 85, "outside": "clip"},
        "money": {"by": "log", "worst": 100, "best": 75000, "outside": "refuse"},
        "share": {"by": "target", "target": 80, "outside": "clip"},
    },
    "indicators": {"a": "states", "b": "levels", "c": "years", "d": "money", "e": "share"},
    "groups": [
        {"id": "one", "name": "One", "aggregation": "arithmetic", "weights": "equal", "minimum_coverage": 0, "members": ["a", "b", "c"]},
        {"id": "two", "name": "Two", "aggregation": "geometric", "zero": "zero", "weights": ["1/3", "2/3"], "minimum_coverage": 0.5, "members": ["d", "e"]},
        {"id": "total", "name": "All", "aggregation": "min", "minimum_coverage": 0.6, "members": ["one", "two"]},
    ],
}  # fmt: skip


def changed(path, value):
    """SMALL with one place changed, or taken away where the value is None."""
    raw = deepcopy(SMALL)
    inner = raw
    for key in path[:-1]:
        inner = inner[key]
    if value is None:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return raw


def test_a_method_is_read_with_exact_weights_and_members_before_groups():
    method = method_of(SMALL, file="small.yaml")
    assert method.key == "small version 1"
    assert [group.id for group in method.groups] == ["one", "two", "total"]
    assert method.total.id == "total"
    assert method.codes == ("a", "b", "c", "d", "e")
    assert method.parents["e"] == ("two", Fraction(2, 3))
    assert method.parents["two"] == ("total", None)
    assert method.group("one").members[0].weight == Fraction(1, 3)
    with pytest.raises(UnknownCode, match="three"):
        method.group("three")


REFUSALS = [
    (("id",), None, "lacks id"),
    (("version",), 1, "version must be a text, not 1"),
    (("extra",), 1, "unknown key extra"),
    (("missing",), "zero", "missing is 'zero'"),
    (("missing",), "mean", "missing is 'mean'"),
    (("bands",), [40, 20], "bands must rise"),
    (("bands",), [0, 50], "bands must rise"),
    (("bands",), [50, 100], "bands must rise"),
    (("bands",), ["much"], "bands is 'much'"),
    (("total",), "sum", "total is 'sum', which is no group"),
    (("normalisations", "states", "by"), "guess", "normalisations states by is 'guess'"),
    (("normalisations", "states", "by"), None, "normalisations states lacks by"),
    (("normalisations", "states", "points"), {True: 1, "partly": 0.5, False: 0}, "without quotes"),
    (("normalisations", "states", "points"), {"yes": 1, "no": 0}, "lacks partly"),
    (("normalisations", "states", "points", "yes"), 0.9, "must rise from 0 to 1"),
    (("normalisations", "states", "outside"), "clip", "unknown key outside"),
    (("normalisations", "levels", "points"), [0, 0.8, 0.4, 1], "must rise from 0 to 1"),
    (("normalisations", "levels", "points"), [], "must be a list"),
    (("normalisations", "years", "best"), 20, "worst and best are both 20"),
    (("normalisations", "years", "best"), True, "best is True"),
    (("normalisations", "years", "outside"), None, "normalisations years lacks outside"),
    (("normalisations", "years", "outside"), "ignore", "outside is 'ignore'"),
    (("normalisations", "money", "worst"), 0, "a logarithm needs goalposts above 0"),
    (("normalisations", "share", "target"), 0, "target is 0"),
    (("normalisations", "share", "target"), "1/0", "target is '1/0'"),
    (("indicators", "a"), "nothing", "indicators a is 'nothing'"),
    (("indicators", "f"), "states", "indicators f stand in no group"),
    (("indicators", "one"), "states", "an id is used twice"),
    (("groups", 0, "id"), None, "a group lacks id"),
    (("groups", 0, "id"), "two", "an id is used twice"),
    (("groups", 0, "aggregation"), "median", "group one aggregation is 'median'"),
    (("groups", 0, "minimum_coverage"), None, "group one lacks minimum_coverage"),
    (("groups", 0, "minimum_coverage"), 60, "minimum_coverage is 60"),
    (("groups", 0, "weights"), None, "group one lacks weights"),
    (("groups", 0, "weights"), [0.33, 0.33, 0.33], "weights sum to 99/100, not to 1"),
    (("groups", 0, "weights"), [1, 1, 1], "weights sum to 3"),
    (("groups", 0, "weights"), [0.5, 0.5], "3 members and 2 weights"),
    (("groups", 0, "weights"), [1, 1, -1], "must all be above 0"),
    (("groups", 0, "zero"), "zero", "which only a geometric mean has"),
    (("groups", 1, "zero"), None, "group two lacks zero"),
    (("groups", 1, "zero"), "one", "group two zero is 'one'"),
    (("groups", 2, "weights"), "equal", "group total has weights"),
    (("groups", 0, "members"), ["a", "b", "a"], "names one twice"),
    (("groups", 0, "members"), ["a", "b", "zz"], "zz is neither a group nor one of indicators"),
    (("groups", 0, "members"), ["a", "b", "d"], "d is a member of two groups"),
    (("groups", 0, "members"), ["a", "b", "total"], "circular: total > one > total"),
    (("groups", 0, "members"), ["a", "b", "one"], "circular: one > one"),
    (("groups", 2, "members"), ["one"], "group two does not flow into the total total"),
    (("groups",), [], "groups must be a list"),
    (("groups",), ["one"], "groups: each group must be a mapping"),
    (("indicators",), [], "indicators must be a mapping"),
]


@pytest.mark.parametrize(("path", "value", "says"), REFUSALS, ids=[says for *_, says in REFUSALS])
def test_a_method_with_a_mistake_is_refused_with_file_and_key(path, value, says):
    with pytest.raises(DataError) as error:
        method_of(changed(path, value), file="methods/small.yaml")
    assert str(error.value).startswith("methods/small.yaml: ")
    assert says in str(error.value)


def test_what_is_no_mapping_is_refused():
    with pytest.raises(DataError, match="the file must be a mapping"):
        method_of([], file="methods/small.yaml")


@pytest.mark.parametrize(
    ("code", "rule", "says"),
    [
        ("P9-99", "states", "P9-99"),
        ("p1-02", "states", "must be spelled P1-02"),
        ("P3-06", "states", "answered with a level and can't be normalised by states"),
        ("P1-01", "levels", "answered with a state and can't be normalised by levels"),
        ("P1-11", "states", "answered with a number"),
        ("P4-01", "short", "has 4 levels, its normalisation 2 points"),
    ],
)
def test_an_indicator_that_does_not_exist_or_is_answered_otherwise_is_refused(code, rule, says):
    raw = deepcopy(RAW)
    raw["normalisations"]["short"] = {"by": "levels", "points": [0, 1]}
    raw["indicators"][code] = rule
    with pytest.raises(DataError, match="^methods/cop-2026.yaml: indicators ") as error:
        method_of(raw, file="methods/cop-2026.yaml", known=observatory().indicators)
    assert says in str(error.value)


def test_the_default_method_holds_every_scored_indicator_in_its_pillar():
    held = observatory()
    method = held.method("cop-2026")
    assert list(method.codes) == [indicator.code for indicator in held.indicators.scored]
    for indicator in held.indicators.scored:
        assert method.parents[indicator.code][0] == indicator.pillar
    assert [group.id for group in method.groups] == [*(term.key for term in held.ground.vocabulary.pillars), "total"]
    assert method.total.minimum == Fraction(3, 5)


def test_a_method_in_a_replacement_folder_must_bear_the_name_of_its_file(tmp_path):
    folder = tmp_path / "observatory" / "methods"
    folder.mkdir(parents=True)
    (folder / "cop-2026.yaml").write_text(yaml.safe_dump(RAW | {"id": "other"}), encoding="utf-8")
    with pytest.raises(DataError, match=r"methods/cop-2026.yaml: id is 'other'"):
        read_methods(Reference(tmp_path), observatory().indicators)


def test_the_id_of_a_state_of_data_depends_on_methods():
    assert {("observatory", "methods/cop-2026.yaml"), ("observatory", "method_examples.yaml")} <= set(Reference().files)


def test_a_method_is_told_row_by_row():
    rows = {row.code: row for row in method_rows(method_of(SMALL, file="small.yaml"))}
    assert list(rows) == ["a", "b", "c", "one", "d", "e", "two", "total"]
    assert [row.step for row in rows.values()][-2:] == ["group", "total"]
    assert rows["b"].rule % rows["b"].values == "Points of the levels: 0, 1/3, 2/3, 1."
    assert rows["c"].rule % rows["c"].values == "From 20, worst, to 85, best; what lies beyond counts as the end."
    assert rows["d"].rule % rows["d"].values == "On a logarithm from 100, worst, to 75000, best; what lies beyond is refused."
    assert rows["two"].rule == "Geometric mean; a zero makes it zero."
    assert (rows["e"].weight, rows["two"].weight, rows["total"].weight) == ("2/3", "", "")
    assert rows["total"].minimum == 0.6


def test_indicators_of_the_default_method_are_told_by_their_names():
    held = observatory()
    rows = {row.code: row.name for row in method_rows(held.method("cop-2026"), held.indicators)}
    assert rows["P4-01"] == "Online safety in the school curriculum"


def test_each_reason_has_words():
    assert set(REASON_WORDS) == set(Reason)
