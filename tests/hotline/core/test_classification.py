"""Schemes of classification are read whole or refused, lead to outcomes, and never change under one version; reasons fit outcomes."""

import re
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cop.hotline.core import case, codes, facts, reasons
from cop.hotline.core.classification import (
    OUTCOME_NUMBERS,
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


def test_the_edges_of_what_a_scheme_may_hold():
    """CLASS-01: one category is enough, 500 are the most, a label has 200 signs at most."""
    head = 'name = "a"\nversion = "1"\nsource = "b"\n'
    rows = [f'[[category]]\ncode = "{number}"\nlabel = "{"x" * 200}"\noutcome = "unable"\n' for number in range(501)]
    assert len(read_scheme(head + rows[0]).categories) == 1
    assert len(read_scheme(head + "".join(rows[:500])).categories) == 500
    with pytest.raises(BadScheme, match="from 1 to 500"):
        read_scheme(head + "".join(rows))


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


TABLES = {
    "outcomes": (case.OUTCOMES, OUTCOME_NUMBERS), "ages": (facts.AGES, facts.AGE_NUMBERS), "sexes": (facts.SEXES, facts.SEX_NUMBERS),
    "commerce": (facts.COMMERCE, facts.COMMERCE_NUMBERS), "contents": (facts.CONTENTS, facts.CONTENT_NUMBERS),
    "sites": (codes.DESK_SITE_TYPES, codes.EXCHANGE_NUMBERS), "actions, 2": (reasons.ACTIONS, reasons.ACTION_NUMBERS_2),
    "actions, 3": (reasons.ACTIONS, reasons.ACTION_NUMBERS_3),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLES)
def test_a_number_of_the_exchange_means_one_code(name):
    """CLASS-07."""
    labels, numbers = TABLES[name]
    assert set(numbers) <= set(labels)
    assert len(set(numbers.values())) == len(numbers)


def test_the_numbers_are_those_that_other_hotlines_use():
    """CLASS-07: as read in open hotline software."""
    assert OUTCOME_NUMBERS == {"baseline": 1, "national": 2, "unable": 3, "not_illegal": 4}
    assert list(facts.AGE_NUMBERS.values()) == list(facts.SEX_NUMBERS.values()) == [1, 2, 3, 4]
    assert facts.CONTENT_NUMBERS == {"image": 0, "video": 1, "link": 2, "container": 3, "other": 4, "text": 5}
    assert sorted(codes.EXCHANGE_NUMBERS.values()) == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 18, 20, 22, 23, 24]
    assert [reasons.ACTION_NUMBERS_2[code] for code in reasons.ACTIONS] == [1, 2, 3, 4, 5, 7]
    assert [reasons.ACTION_NUMBERS_3[code] for code in reasons.ACTIONS] == [1, 2, 3, 4, 0, 6]


def test_what_a_reporter_is_asked_did_not_grow():
    assert set(codes.SITE_TYPES) < set(codes.DESK_SITE_TYPES)
    assert "banner_site" not in codes.SITE_TYPES


@pytest.mark.parametrize("outcome", case.OUTCOMES)
def test_every_outcome_has_reasons_that_fit_it_alone(outcome):
    """CLASS-05."""
    fitting = reasons.reasons_for(outcome)
    assert "other" in fitting
    assert len(fitting) >= 4
    assert set(fitting) == {code for code, reason in reasons.REASONS.items() if outcome in reason.fits}


def test_reasons_do_not_contradict_an_outcome():
    """CLASS-05: what is illegal is not closed as an adult, and what is not illegal not as removed after a notice."""
    assert not {"adult", "age_above", "below_threshold", "duplicate", "appeal_upheld"} & set(reasons.reasons_for("baseline"))
    assert not {"removed", "not_removed"} & set(reasons.reasons_for("not_illegal"))
    assert reasons.reasons_for("") == reasons.EXCEPTIONAL
    assert set(reasons.EXCEPTIONAL) == {"legally_barred", "not_removed", "referred_to_police", "handed_to_partner", "test"}


def test_the_reasons_that_hotlines_share_are_all_there():
    """CLASS-07."""
    assert sum(reason.exchanged for reason in reasons.REASONS.values()) == 21
    assert all(
        len(code) <= 40 and reason.fits and set(reason.fits) <= set(case.OUTCOMES) for code, reason in reasons.REASONS.items()
    )
    assert len({reason.label for reason in reasons.REASONS.values()}) == len(reasons.REASONS)


def test_a_case_closes_with_a_reason_that_fits():
    """CLASS-05, CASE-09: the lists serve the machine of a case as they are."""
    done = case.Case(subjects=(case.Subject("a", outcome="not_illegal", first=1),))
    assert case.close(done, "adult", reasons.reasons_for(done.outcome), reasons.EXCEPTIONAL).reason == "adult"
    with pytest.raises(case.NotAllowed):
        case.close(done, "removed", reasons.reasons_for(done.outcome), reasons.EXCEPTIONAL)


def test_data_files_are_toml():
    assert tomllib.loads(law_template())["name"] == ""
