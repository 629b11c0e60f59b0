"""Schemes of classification are read whole or refused, lead to outcomes, and never change under one version."""

import re
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cop.hotline.core import case
from cop.hotline.core.schemes import (
    BadScheme,
    Category,
    added,
    category_of,
    law_template,
    outcomes_scheme,
    read_scheme,
)

WHOLE = """
name = "penal-code-xaa"
version = "2026-1"
source = "Invented Gazette of 1 January 2026"
[[category]]
code = "12.1"
label = "Depiction of abuse"
outcome = "baseline"
[[category]]
code = "12.2"
label = "Depiction that only this law forbids"
outcome = "national"
law = "Invented Act, art. 12 (2)"
"""


def test_the_shipped_scheme_is_the_six_outcomes():
    """CLASS-02."""
    held = outcomes_scheme()
    assert held.key == "cop-outcomes@1"
    assert {one.code: one.label for one in held.categories} == case.OUTCOMES
    assert all(one.code == one.outcome for one in held.categories)
    assert list(case.OUTCOMES) == ["baseline", "national", "not_illegal", "unable", "duplicate", "gone"]


def test_a_law_is_read_with_its_articles():
    """CLASS-02."""
    held = read_scheme(WHOLE)
    assert held.category("12.2") == Category(
        "12.2", "Depiction that only this law forbids", "national", "Invented Act, art. 12 (2)"
    )
    assert held.reference("12.1") == "penal-code-xaa@2026-1:12.1"
    assert category_of("penal-code-xaa@2026-1:12.1", [outcomes_scheme(), held]).outcome == "baseline"
    for wrong in ("penal-code-xaa@2026-2:12.1", "penal-code-xaa@2026-1:12.3", "12.1", ""):
        with pytest.raises(KeyError):
            category_of(wrong, [held])


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('name = "penal-code-xaa"', "", "name is missing"),
        ('"penal-code-xaa"', '"Penal Code"', "name must be small letters"),
        ('version = "2026-1"', 'version = ""', "version is missing"),
        ('version = "2026-1"', "version = 2026", "version must be text"),
        ('"2026-1"', '"2026:1"', "version must be letters"),
        ("source = ", "sauce = ", "the scheme has no sauce"),
        ("source = ", "sauce = ", "source is missing"),
        ('"Depiction of abuse"', '"' + "x" * 201 + '"', "category 1: label must be one line of at most 200"),
        ('"Depiction of abuse"', '"two\\nlines"', "category 1: label must be one line"),
        ('outcome = "baseline"', 'outcome = "illegal"', "category 1: outcome must be one of baseline, national"),
        ('outcome = "baseline"', "", "category 1: outcome is missing"),
        ('law = "Invented Act, art. 12 (2)"', "", "category 2: law must name the article"),
        ('law = "Invented Act, art. 12 (2)"', "law = 12", "category 2: law must be text"),
        ('code = "12.2"', 'code = "12.1"', "more than one category has the code 12.1"),
        ('code = "12.2"', 'code = "12 2"', "category 2: code must be letters"),
        ('code = "12.2"', 'code = "12.2"\ncolour = "red"', "category 2 has no colour"),
    ],
)
def test_each_fault_is_named(old, new, why):
    """CLASS-01."""
    with pytest.raises(BadScheme, match=re.escape(why)):
        read_scheme(WHOLE.replace(old, new, 1))


@pytest.mark.parametrize(
    "text", ["", "[", "category = 5", "category = [5]", "\0", "x = " + "[" * 5000, "#" * 300_000, law_template()]
)
def test_what_is_no_scheme_is_refused(text):
    """CLASS-01: also the empty template."""
    with pytest.raises(BadScheme):
        read_scheme(text)


def test_every_fault_is_named_at_once():
    """CLASS-01."""
    with pytest.raises(BadScheme) as caught:
        read_scheme('name = ""\n[[category]]\ncode = ""\noutcome = "x"')
    assert len(caught.value.faults) == 6


def test_a_label_may_hold_the_joiners_that_its_script_needs():
    assert read_scheme(WHOLE.replace("Depiction of abuse", "می\u200cشود")).categories[0].label == "می\u200cشود"


def test_the_template_names_every_outcome_and_its_example_can_be_loaded():
    """CLASS-02."""
    text = law_template()
    assert all(outcome in text for outcome in case.OUTCOMES)
    example = re.sub(r"^# ", "", text[text.index("# [[category]]") :], flags=re.MULTILINE)
    assert read_scheme('name = "a"\nversion = "1"\nsource = "b"\n' + example).categories[0].outcome == "baseline"


def test_a_version_never_says_something_else():
    """CLASS-03."""
    held = added([outcomes_scheme()], read_scheme(WHOLE))
    reordered = "# a comment\n" + WHOLE.replace(
        'code = "12.1"\nlabel = "Depiction of abuse"', 'label = "Depiction of abuse"\ncode = "12.1"'
    )
    assert added(held, read_scheme(reordered)) == held
    changed = read_scheme(WHOLE.replace("Depiction of abuse", "Another label"))
    with pytest.raises(BadScheme, match="another version"):
        added(held, changed)
    newer = read_scheme(WHOLE.replace("Depiction of abuse", "Another label").replace("2026-1", "2026-2"))
    assert [one.key for one in added(held, newer)] == ["cop-outcomes@1", "penal-code-xaa@2026-1", "penal-code-xaa@2026-2"]


@given(st.text(max_size=300) | st.text(alphabet='[]{}="\n#abceglmnorstuv1.,', max_size=200))
def test_any_text_is_a_scheme_or_refused(text):
    """CLASS-01."""
    try:
        held, faults = read_scheme(text).categories, ()
    except BadScheme as bad:
        held, faults = (), bad.faults
    assert bool(held) != bool(faults)


@given(st.recursive(st.booleans() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3), max_leaves=5))
def test_any_value_of_a_category_is_taken_or_named(value):
    """CLASS-01."""
    if isinstance(value, str | bool):
        return
    with pytest.raises(BadScheme):
        read_scheme(
            WHOLE.replace('"Depiction of abuse"', str(value).replace("False", "false").replace("True", "true").replace("'", '"'))
        )


def test_data_files_are_toml():
    assert tomllib.loads(law_template())["name"] == ""
