"""Code tables of the desk: numbers of the exchange mean one code each, and reasons fit outcomes."""

import pytest

from cop.hotline.core import case, codes
from cop.hotline.core import classification as table

TABLES = {
    "outcomes": (case.OUTCOMES, table.OUTCOME_NUMBERS), "ages": (table.AGES, table.AGE_NUMBERS), "sexes": (table.SEXES, table.SEX_NUMBERS),
    "commerce": (table.COMMERCE, table.COMMERCE_NUMBERS), "contents": (table.CONTENTS, table.CONTENT_NUMBERS),
    "sites": (codes.DESK_SITE_TYPES, codes.EXCHANGE_NUMBERS), "actions, 2": (table.ACTIONS, table.ACTION_NUMBERS_2),
    "actions, 3": (table.ACTIONS, table.ACTION_NUMBERS_3),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLES)
def test_a_number_of_the_exchange_means_one_code(name):
    """CLASS-07."""
    labels, numbers = TABLES[name]
    assert set(numbers) <= set(labels)
    assert len(set(numbers.values())) == len(numbers)


def test_the_numbers_are_those_that_other_hotlines_use():
    """CLASS-07: as read in open hotline software."""
    assert table.OUTCOME_NUMBERS == {"baseline": 1, "national": 2, "unable": 3, "not_illegal": 4}
    assert list(table.AGE_NUMBERS.values()) == list(table.SEX_NUMBERS.values()) == [1, 2, 3, 4]
    assert table.CONTENT_NUMBERS == {"image": 0, "video": 1, "link": 2, "container": 3, "other": 4, "text": 5}
    assert sorted(codes.EXCHANGE_NUMBERS.values()) == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 18, 20, 22, 23, 24]
    assert [table.ACTION_NUMBERS_2[code] for code in table.ACTIONS] == [1, 2, 3, 4, 5, 7]
    assert [table.ACTION_NUMBERS_3[code] for code in table.ACTIONS] == [1, 2, 3, 4, 0, 6]


def test_what_a_reporter_is_asked_did_not_grow():
    assert set(codes.SITE_TYPES) < set(codes.DESK_SITE_TYPES)
    assert "banner_site" not in codes.SITE_TYPES


@pytest.mark.parametrize("outcome", case.OUTCOMES)
def test_every_outcome_has_reasons_that_fit_it_alone(outcome):
    """CLASS-05."""
    fitting = table.reasons_for(outcome)
    assert "other" in fitting
    assert len(fitting) >= 4
    assert set(fitting) == {code for code, reason in table.CLOSING.items() if outcome in reason.fits}


def test_reasons_do_not_contradict_an_outcome():
    """CLASS-05: what is illegal is not closed as an adult, and what is not illegal not as removed after a notice."""
    assert not {"adult", "age_above", "below_threshold", "duplicate", "appeal_upheld"} & set(table.reasons_for("baseline"))
    assert not {"removed", "not_removed"} & set(table.reasons_for("not_illegal"))
    assert table.reasons_for("") == table.EXCEPTIONAL_REASONS
    assert set(table.EXCEPTIONAL_REASONS) == {"legally_barred", "not_removed", "referred_to_police", "handed_to_partner", "test"}


def test_the_reasons_that_hotlines_share_are_all_there():
    """CLASS-07."""
    assert sum(reason.exchanged for reason in table.CLOSING.values()) == 21
    assert all(len(code) <= 40 and reason.fits and set(reason.fits) <= set(case.OUTCOMES) for code, reason in table.CLOSING.items())
    assert len({reason.label for reason in table.CLOSING.values()}) == len(table.CLOSING)


def test_a_case_closes_with_a_reason_that_fits():
    """CLASS-05, CASE-09: the lists serve the machine of a case as they are."""
    done = case.Case(subjects=(case.Subject("a", outcome="not_illegal", first=1),))
    assert case.close(done, "adult", table.reasons_for(done.outcome), table.EXCEPTIONAL_REASONS).reason == "adult"
    with pytest.raises(case.NotAllowed):
        case.close(done, "removed", table.reasons_for(done.outcome), table.EXCEPTIONAL_REASONS)
