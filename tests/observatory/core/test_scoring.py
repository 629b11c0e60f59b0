"""IND-SCORE: a method gives what the specification says, and what a second implementation gives that shares no code with it."""

import ast
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from cop.ground.core.door import PACKAGE, State, UnknownCode
from cop.ground.core.tables import Reference
from cop.observatory.core.bands import band
from cop.observatory.core.door import observatory
from cop.observatory.core.method import method_of
from cop.observatory.core.method_examples import read_examples
from cop.observatory.core.observations import Observation
from cop.observatory.core.scores import REASONS, Reason
from cop.observatory.core.scoring import score_countries
from cop.observatory.core.scoring_inputs import ScoringInputs, inputs_of_observations
from tests.oracle import scoring as oracle

EXAMPLES = read_examples(Reference())
RAW = yaml.safe_load((PACKAGE / "observatory" / "data" / "method_examples.yaml").read_text(encoding="utf-8"))
WORDS = {"yes": 1.0, "partly": 0.5, "no": 0.0, "unknown": np.nan, "na": np.nan}
DAY = date(2026, 11, 22)


def printed(number, like):
    return "" if number is None else f"{number:.{len(like.partition('.')[2]) or 3}f}"


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.case)
def test_a_method_gives_what_the_specification_says(example):
    scores = score_countries(example.method, example.inputs)
    found = scores.of(example.case)
    assert printed(found.low, example.low) == example.low
    assert printed(found.high, example.high) == example.high
    assert printed(found.value, example.value) == example.value
    assert printed(found.coverage, example.coverage) == example.coverage
    assert (found.band, found.reason or "", found.where) == (example.band, example.reason, example.where)
    rows = {row.code: row for row in scores.rows(example.case)}
    for code, figure in example.steps.items():
        assert printed(rows[code].value, figure) == figure


@pytest.mark.parametrize("case", RAW["cases"], ids=lambda case: case["case"])
def test_the_second_implementation_gives_what_the_specification_says(case):
    method = next(method for method in RAW["methods"] if method["id"] == case["method"])
    found = oracle.score(method, case["answers"])
    for name in ("low", "high", "value"):
        number = getattr(found, name)
        assert printed(None if number is None else float(number), case.get(name, "")) == case.get(name, "")
    assert (found.band, found.reason, found.where) == (case.get("band"), case.get("reason"), case.get("where", ""))


def test_the_second_implementation_imports_nothing_of_the_program():
    for path in (PACKAGE.parent / "tests" / "oracle").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or "."] if isinstance(node, ast.ImportFrom) else []
            assert not [name for name in names if name.partition(".")[0] in ("cop", "", "tests", "importlib")], path


# Methods and answers made at random

NUMBERS = st.sampled_from([0, 1, 5, 10, 20, 37.5, 50, 99, 100, 250])
RULES = st.one_of(
    st.just({"by": "states", "points": {"yes": 1, "partly": "1/2", "no": 0}}),
    st.just({"by": "states", "points": {"yes": 1, "partly": 0.7, "no": 0}}),
    st.just({"by": "levels", "points": [0, "1/3", "2/3", 1]}),
    st.just({"by": "levels", "points": [0, 0.1, 0.6, 1]}),
    st.builds(
        lambda ends, outside: {"by": "min_max", "worst": ends[0], "best": ends[1], "outside": outside},
        st.sampled_from([(0, 100), (100, 0), (20, 85), (-5, 37.5)]), st.sampled_from(["clip", "refuse"]),
    ),
    st.builds(
        lambda ends, outside: {"by": "log", "worst": ends[0], "best": ends[1], "outside": outside},
        st.sampled_from([(1, 100), (10, 250), (100, 1)]), st.sampled_from(["clip", "refuse"]),
    ),
    st.builds(lambda target, outside: {"by": "target", "target": target, "outside": outside}, st.sampled_from([80, 37.5]),
              st.sampled_from(["clip", "refuse"])),
)  # fmt: skip


def answers_of(rule):
    always = st.sampled_from(["unknown", "unknown", "na"])
    if rule["by"] == "states":
        return st.one_of(st.sampled_from(["yes", "partly", "no", "yes", "no"]), always)
    if rule["by"] == "levels":
        return st.one_of(
            st.sampled_from([0, 1, 2, 3, 3]), st.sampled_from([1.5, 4, -1]) if rule["points"][1] == 0.1 else always, always
        )
    return st.one_of(NUMBERS, always)


@st.composite
def methods(draw):
    """Up to three groups under a total, one of them perhaps inside another; indicators may stand in the total as well."""
    codes = [f"i{number}" for number in range(draw(st.integers(1, 7)))]
    rules = {code: draw(RULES) for code in codes}
    homes = {code: draw(st.sampled_from(["total", "a", "b", "c"])) for code in codes}
    inside = draw(st.sampled_from(["total", "a"]))
    members = {id: [code for code in codes if homes[code] == id] for id in ("a", "b", "c", "total")}
    if members["b"]:
        members[inside].append("b")
    members["total"] += [id for id in ("a", "c") if members[id]]
    groups = []
    for id, held in members.items():
        if not held:
            continue
        kind = draw(st.sampled_from(["arithmetic", "geometric", "min"]))
        group = {"id": id, "name": id.upper(), "aggregation": kind, "members": held,
                 "minimum_coverage": draw(st.sampled_from([0, 0, 0.5, "2/3", 1]))}  # fmt: skip
        if kind == "geometric":
            group["zero"] = draw(st.sampled_from(["zero", "refuse"]))
        if kind != "min":
            parts = [draw(st.integers(1, 5)) for _ in held]
            group["weights"] = draw(st.sampled_from(["equal", [f"{part}/{sum(parts)}" for part in parts]]))
        groups.append(group)
    return {
        "id": "drawn", "version": "1", "name": "Drawn", "summary": "Drawn.", "missing": "interval", "total": "total",
        "bands": draw(st.sampled_from([[], [20, 40, 60, 80], [50]])), "groups": groups, "indicators": {c: c for c in codes},
        "normalisations": rules,
    }  # fmt: skip


@st.composite
def worlds(draw):
    raw = draw(methods())
    return raw, [{code: draw(answers_of(rule)) for code, rule in raw["normalisations"].items()} for _ in range(4)]


def inputs(method, countries, years=2):
    values = np.full((len(method.codes), len(countries) // years, years), np.nan)
    na = np.zeros(values.shape, dtype=bool)
    for at, answers in enumerate(countries):
        for row, code in enumerate(method.codes):
            said = answers[code]
            values[row, at // years, at % years] = WORDS[said] if isinstance(said, str) else said
            na[row, at // years, at % years] = said == "na"
    areas = tuple(f"X{at:02}" for at in range(len(countries) // years))
    return ScoringInputs(method.codes, areas, tuple(range(2020, 2020 + years)), values, na)


def same(ours, theirs):
    assert (ours is None) == (theirs is None), (ours, theirs)
    assert ours is None or abs(ours - float(theirs)) < 1e-12, (ours, float(theirs))


@settings(max_examples=300, deadline=None)
@given(worlds())
def test_scores_are_those_of_the_second_implementation(world):
    raw, countries = world
    method = method_of(raw, file="drawn")
    scores = score_countries(method, inputs(method, countries))
    for at, answers in enumerate(countries):
        area, year = f"X{at // 2:02}", 2020 + at % 2
        ours, theirs = scores.of(area, year), oracle.score(raw, answers)
        for name in ("low", "high", "value"):
            same(getattr(ours, name), getattr(theirs, name))
        assert (ours.known, ours.applicable) == (theirs.known, theirs.applicable)
        assert (ours.band, ours.reason) == (theirs.band, theirs.reason)
        if ours.reason is Reason.VALUE_OUTSIDE_GOALPOSTS:
            assert ours.where in {c for c, said in answers.items() if said != "na"}
        else:
            assert ours.where == theirs.where
        for row in scores.rows(area, year):
            if row.step == "indicator":
                same(row.value, theirs.points.get(row.code))
            elif row.step == "group":
                low, high, value, known, applicable = theirs.groups[row.code]
                same(row.low, low)
                same(row.high, high)
                same(row.value, value)
                assert (row.known, row.applicable) == (known, applicable)


@settings(max_examples=100, deadline=None)
@given(worlds(), st.data())
def test_an_answer_to_what_was_unknown_stays_within_the_bounds(world, data):
    raw, countries = world
    answers = countries[0]
    method = method_of(raw, file="drawn")
    before = score_countries(method, inputs(method, [answers], 1)).of("X00")
    open_codes = [code for code, said in answers.items() if said == "unknown"]
    if before.low is None or not open_codes:
        return
    code = data.draw(st.sampled_from(open_codes))
    said = data.draw(answers_of(raw["normalisations"][code]).filter(lambda said: said not in ("na", "unknown")))
    after = score_countries(method, inputs(method, [answers | {code: said}], 1)).of("X00")
    if after.low is not None:
        assert before.low - 1e-12 <= after.low <= after.high <= before.high + 1e-12


@given(st.lists(st.sampled_from(list(State)), min_size=1, max_size=30))
def test_one_group_of_states_gives_the_band_of_the_bars(states):
    codes = [f"i{at}" for at in range(len(states))]
    raw = RAW["methods"][0] | {
        "indicators": dict.fromkeys(codes, "states"),
        "groups": [RAW["methods"][0]["groups"][2] | {"members": codes}],
    }
    method = method_of(raw, file="drawn")
    found = score_countries(method, inputs(method, [dict(zip(codes, map(str, states), strict=True))], 1)).of("X00")
    assert found.band == band(states).number
    if found.applicable:
        assert found.low == pytest.approx(band(states).score.low)
        assert found.high == pytest.approx(band(states).score.high)


def test_where_everything_is_known_low_high_and_value_are_one():
    example = next(e for e in EXAMPLES if e.case == "weights and less is better")
    scores = score_countries(example.method, example.inputs)
    assert scores.low == scores.high == scores.value


def test_weights_in_effect_sum_to_one_over_what_applies():
    example = next(e for e in EXAMPLES if e.case == "weights of what applies")
    rows = score_countries(example.method, example.inputs).rows(example.case)
    effects = {row.code: row.weight_in_effect for row in rows}
    assert effects["level"] == 0
    assert effects["hours"] == pytest.approx(0.6)
    assert effects["share"] == pytest.approx(0.4)
    assert [row.state for row in rows] == ["na", "known", "known", "computed"]


def test_every_step_of_a_country_can_be_read_off():
    held = observatory()
    method = held.method("cop-2026")
    scores = held.scores(method, DAY)
    rows = scores.rows("CRI")
    assert [row.code for row in rows if row.step != "indicator"] == [group.id for group in method.groups]
    assert {row.code for row in rows if row.step == "indicator"} == {indicator.code for indicator in held.indicators.scored}
    assert sum(row.weight_in_effect for row in rows if row.step == "indicator") == pytest.approx(1)
    for row in rows:
        assert row.state in ("known", "unknown", "na", "refused", "computed")
        assert row.value is None or row.low - 1e-12 <= row.value <= row.high + 1e-12


def test_the_default_method_knows_as_much_as_the_bars():
    held = observatory()
    scores = held.scores(held.method("cop-2026"), DAY)
    assert scores.inputs.areas == tuple(held.ground.places.countries)
    for iso3 in ("CRI", "DEU", "TUV"):
        stand = held.standing(held.ground.places.country(iso3), DAY)
        found = scores.of(iso3)
        assert (found.known, found.applicable) == (stand.band.score.known, stand.band.score.applicable)
        assert found.reason in REASONS


def test_a_country_year_or_method_that_is_not_there_is_named():
    held = observatory()
    scores = held.scores(held.method("cop-2026"), DAY)
    with pytest.raises(UnknownCode, match="XXX"):
        scores.of("XXX")
    with pytest.raises(UnknownCode, match="1999"):
        scores.rows("CRI", 1999)
    with pytest.raises(UnknownCode, match="nothing"):
        held.method("nothing")


def test_published_figures_give_the_same_score_again():
    example = next(e for e in EXAMPLES if e.case == "a group that does not apply leaves the base")
    figures = [
        Observation("XAA", "a", "2025", 0.5, "A", "state", "s", "m"),
        Observation("XAA", "b", "2025", 0.0, "A", "state", "s", "m"),
        Observation("XAA", "b", "2025", 1.0, "A", "state", "s", "m", sex="F"),
        Observation("XAA", "c", "2025", None, "M", "state", "s", "m"),
        Observation("XAA", "d", "2025", None, "M", "state", "s", "m"),
        Observation("XAB", "d", "2024", None, "O", "state", "s", "m"),
        Observation("XAB", "other", "2023", 4, "A", "state", "s", "m"),
    ]
    scores = score_countries(example.method, inputs_of_observations(example.method, figures))
    assert (scores.inputs.areas, scores.inputs.years) == (("XAA", "XAB"), (2024, 2025))
    assert scores.of("XAA", 2025).value == 0.25
    assert scores.of("XAB").reason is Reason.TOO_FEW_KNOWN


def test_inputs_of_another_method_or_shape_are_refused():
    example = EXAMPLES[0]
    with pytest.raises(ValueError, match="not those of strict"):
        score_countries(next(e.method for e in EXAMPLES if e.method.id == "strict"), example.inputs)
    values = example.inputs.values
    with pytest.raises(ValueError, match="shape"):
        ScoringInputs(example.method.codes, ("XAA",), (1, 2), values, values > 0)
    with pytest.raises(ValueError, match="not applicable and has a value"):
        ScoringInputs(example.method.codes, ("XAA",), (1,), values, values >= 0)


# United Nations Development Programme, Human Development Report 2015, table 1 (figures for 2014), as kept on 15 May 2016:
# printed index, life expectancy, expected schooling, mean schooling, income a person.
HDR_2015 = """
Norway 0.944 81.6 17.5 12.6 64992
Australia 0.935 82.4 20.2 13.0 42261
Switzerland 0.930 83.0 15.8 12.8 56431
Denmark 0.923 80.2 18.7 12.7 44025
Netherlands 0.922 81.6 17.9 11.9 45435
Germany 0.916 80.9 16.5 13.1 43919
Ireland 0.916 80.9 18.6 12.2 39568
United-States 0.915 79.1 16.5 12.9 52947
Canada 0.913 82.0 15.9 13.0 42155
New-Zealand 0.913 81.8 19.2 12.5 32689
Singapore 0.912 83.0 15.4 10.6 76628
Hong-Kong 0.910 84.0 15.6 11.2 53959
Liechtenstein 0.908 80.0 15.0 11.8 79851
Sweden 0.907 82.2 15.8 12.1 45636
United-Kingdom 0.907 80.7 16.2 13.1 39267
Iceland 0.899 82.6 19.0 10.6 35182
Korea 0.898 81.9 16.9 11.9 33890
Israel 0.894 82.4 16.0 12.5 30676
Luxembourg 0.892 81.7 13.9 11.7 58711
Japan 0.891 83.5 15.3 11.5 36927
Belgium 0.890 80.8 16.3 11.3 41187
France 0.888 82.2 16.0 11.1 38056
Austria 0.885 81.4 15.7 10.8 43869
Finland 0.883 80.8 17.1 10.3 38695
"""


def test_a_published_index_is_reproduced_for_every_country_read():
    """17 of 24 to the printed digits; the others once their inputs, printed with one decimal, may lie half a unit off."""
    method = next(e.method for e in EXAMPLES if e.method.id == "hdi-2015")
    lines = [line.split() for line in HDR_2015.strip().splitlines()]
    printed_index = np.array([float(line[1]) for line in lines])
    figures = np.array([[float(cell) for cell in line[2:]] for line in lines]).T
    order = ["life_expectancy", "expected_schooling", "mean_schooling", "income"]
    halves = np.array([0.05, 0.05, 0.05, 0.5])[:, None]

    def index(table):
        values = np.stack([table[order.index(code)] for code in method.codes])[:, :, None]
        held = ScoringInputs(method.codes, tuple(line[0] for line in lines), (2014,), values, np.zeros(values.shape, dtype=bool))
        return score_countries(method, held).value[:, 0]

    assert sum(f"{ours:.3f}" == line[1] for ours, line in zip(index(figures), lines, strict=True)) == 17
    assert np.all(index(figures - halves) - 0.0005 <= printed_index)
    assert np.all(index(figures + halves) + 0.0005 >= printed_index)


def test_the_specification_names_a_source_for_each_published_example():
    assert [e.case for e in EXAMPLES if e.method.source and not e.source] == ["Norway 2014 if its income were unknown"]
    assert Path(PACKAGE / "observatory" / "data" / "method_examples.yaml").exists()
