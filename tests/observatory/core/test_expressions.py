"""Expressions (QST-02) by table and by property; what follows from answers to a whole form."""

from __future__ import annotations

import contextlib
import math
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cop.observatory.core.expressions import calculated, offered, problems, relevant_ids, unanswered, value_problem
from cop.observatory.core.questionnaire import Choice, Group, Kind, Question, Questionnaire
from cop.observatory.core.xpath.evaluation import Surroundings, evaluate
from cop.observatory.core.xpath.functions import FUNCTIONS, REFUSED
from cop.observatory.core.xpath.numbers import number_of, number_text, rounded
from cop.observatory.core.xpath.patterns import matches
from cop.observatory.core.xpath.syntax import BadExpression, parse
from cop.observatory.core.xpath.values import Nodes, as_text

SPEC: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parents[2] / "specs" / "expressions.yaml").read_text(encoding="utf-8"))


def text(source: str, own: str = "", **answers: str) -> str:
    return as_text(evaluate(source, Surroundings(own, lambda name: Nodes((answers.get(name, ""),)))))


@pytest.mark.parametrize("spec", SPEC, ids=lambda spec: spec["case"])
def test_an_expression_gives_what_the_specification_says(spec: dict[str, Any]):
    answers = {"n": spec["n"]} if "n" in spec else {}
    if "refused" in spec:
        with pytest.raises(BadExpression, match=re.escape(spec["refused"])):
            text(spec["expression"], spec.get("own", ""), **answers)
    else:
        assert text(spec["expression"], spec.get("own", ""), **answers) == str(spec["gives"])


def test_no_function_is_both_known_and_refused():
    assert not set(FUNCTIONS) & set(REFUSED)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_written_is_the_same_number_read(number: float):
    assert number_of(number_text(number)) == number


@given(st.integers(-(10**15), 10**15))
def test_whole_numbers_are_written_without_a_point(number: int):
    assert number_text(float(number)) == str(number)


@given(st.floats(-1e9, 1e9))
def test_rounding_moves_by_at_most_a_half_and_has_no_side(number: float):
    assert abs(rounded(number) - number) <= 0.5
    assert rounded(-number) == -rounded(number)


@given(st.integers(-99, 99), st.integers(-99, 99), st.integers(1, 99))
def test_arithmetic_is_that_of_whole_numbers(a: int, b: int, c: int):
    assert text("${a} + ${b} * ${c} - ${a} mod ${c}", a=str(a), b=str(b), c=str(c)) == number_text(a + b * c - math.fmod(a, c))


@given(st.text(max_size=40))
def test_any_text_is_parsed_or_refused(source: str):
    with contextlib.suppress(BadExpression):
        parse(source)


@given(
    st.lists(
        st.sampled_from(["1", ".", "'a'", "${n}", "+", "-", "*", "(", ")", ",", "=", "and", "not(", "if(", "div", " "]), max_size=14
    )
)
def test_any_tokens_give_a_value_or_a_refusal(tokens: list[str]):
    with contextlib.suppress(BadExpression):
        assert isinstance(text(" ".join(tokens), n="2"), str)


@given(
    st.lists(
        st.sampled_from(["a", "b", "[ab]", "(a|b)", ".", "a*", "b+", "(ab)?", "a{1,2}", "^", "$", "[^a]", "(?:a|bb)*"]), max_size=5
    ),
    st.text("abc", max_size=8),
)
def test_patterns_match_as_regular_expressions_do(parts: list[str], sample: str):
    pattern = "".join(parts)
    assert matches(pattern, sample) is bool(re.search(pattern.replace("$", r"\Z"), sample))


def test_a_pattern_made_to_hang_does_not():
    assert not matches("^(a+)+$", "a" * 3000 + "b")


def question(id: str, kind: Kind = Kind.NUMBER, **more: Any) -> Question:
    return Question(id, id, kind, {"en": id}, **more)


YES = tuple(Choice(code, {"en": code}) for code in ("yes", "no"))
FORM = Questionnaire(
    "f", "1", {"en": "F"}, ("en",),
    (
        Group("s", "1", {"en": "S"}, items=(
            question("any", Kind.STATE),
            question("n", relevant="${any} != 'no'", constraint=". <= 10", constraint_message={"en": "Ten at most.", "fr": "Dix au plus."}),
            question("twice", Kind.CALCULATION, calculation="if(${n} != '', ${n} * 2, '')"),
            question("four", Kind.CALCULATION, calculation="${twice} * 2"),
        )),
        Group("r", "2", {"en": "R"}, repeat=True, relevant="${n} > 0", items=(
            question("x", constraint=". > ${n}", required=True),
            question("y", Kind.ONE, choices=YES, relevant="${x} > 5"),
            question("z", Kind.CALCULATION, calculation="concat(position(..), '/', count(${r}))"),
        )),
        Group("t", "3", {"en": "T"}, relevant="sum(${x}) > 10", items=(question("last", Kind.TEXT, required=True),)),
    ),
)  # fmt: skip


def test_a_question_that_does_not_arise_counts_as_empty():
    assert calculated(FORM, {"any": "yes", "n": 4}) == {"twice": 8, "four": 16}
    assert calculated(FORM, {"any": "no", "n": 4}) == {}
    assert "n" not in relevant_ids(FORM, {"any": "no", "n": 4})
    assert problems(FORM, {"any": "no", "n": 40}) == ()


def test_a_constraint_is_held_against_an_answer_only():
    assert problems(FORM, {}) == ()
    (found,) = problems(FORM, {"n": 40})
    assert (found.question_id, found.message, found.texts["fr"]) == ("n", "Ten at most.", "Dix au plus.")


def test_groups_hand_down_what_does_not_arise_and_rounds_are_told_apart():
    answers = {"n": 3, "r": [{"x": 2}, {"x": 9, "y": "yes"}]}
    assert {"x", "y", "last"} <= relevant_ids(FORM, answers)
    assert "last" not in relevant_ids(FORM, {"n": 3, "r": [{"x": 9}]})
    assert [(found.question_id, found.rounds) for found in problems(FORM, answers)] == [("x", (1,))]
    assert calculated(FORM, answers)["z"] == ["1/2", "2/2"]
    assert "x" in relevant_ids(FORM, {"n": 1})


def test_required_questions_that_arise_and_lack_an_answer_are_named():
    assert unanswered(FORM, {"n": 3, "r": [{"x": 11}, {}]}) == ("x",)
    assert unanswered(FORM, {"n": 3, "r": [{"x": 11}]}) == ("last",)
    assert unanswered(FORM, {}) == ()


def test_choices_are_filtered_by_their_columns():
    places = tuple(Choice(code, {"en": code}, {"region": region}) for code, region in (("a", "n"), ("b", "n"), ("c", "s")))
    form = Questionnaire(
        "f", "1", {"en": "F"}, ("en",),
        (question("region", Kind.TEXT), question("place", Kind.ONE, choices=places, choice_filter="region = ${region}")),
    )  # fmt: skip
    assert [choice.code for choice in offered(form, "place", {"region": "n"})] == ["a", "b"]
    assert [found.question_id for found in problems(form, {"region": "s", "place": "a"})] == ["place"]


CHOOSING = {"choices": YES}
TABLE = {"rows": YES, "columns": YES}


@pytest.mark.parametrize(
    ("asked", "fitting", "unfitting"),
    [
        (question("q", Kind.STATE), ["yes", "na", "unknown"], ["maybe", 1, ["yes"]]),
        (question("q", Kind.ONE, **CHOOSING), ["yes"], ["maybe", ["yes"], True]),
        (question("q", Kind.SEVERAL, **CHOOSING), [[], ["yes"], ["no", "yes"]], ["yes", ["yes", "yes"], ["x"], [1]]),
        (question("q", Kind.RANKED, **CHOOSING), [["no", "yes"]], [{"yes": 1}]),
        (question("q"), [0, -1, 2.5], ["2", True, math.nan, math.inf, 1e16]),
        (question("q", Kind.DATE), ["2014", "2014-12", "2014-12-31"], ["2014-13", "31.12.2014", 2014]),
        (question("q", Kind.TEXT), ["", "x"], [1, "x" * 20_001]),
        (
            question("q", Kind.TABLE, **TABLE),
            [{}, {"yes": {"no": 1, "yes": None}}],
            [[], {"x": {}}, {"yes": {"x": 1}}, {"yes": {"no": "1"}}],
        ),
        (question("q", Kind.NOTE), [None], ["x"]),
    ],
    ids=lambda value: value.kind if isinstance(value, Question) else "",
)
def test_a_value_fits_its_question_or_the_problem_is_named(asked: Question, fitting: list[Any], unfitting: list[Any]):
    assert value_problem(asked, None) is None
    assert [value for value in fitting if value_problem(asked, value)] == []
    assert [value for value in unfitting if not value_problem(asked, value)] == []
