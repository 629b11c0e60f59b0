"""Sentences with values in them: English as they stand, and filled anew in each language."""

from __future__ import annotations

from datetime import date

import pytest

from cop.ground.core.door import LANGUAGES, Sentence, mark, words
from cop.hotline.core.care import read_care
from cop.hotline.core.golive import BadDeclaration, read_declaration

DAY = Sentence("the day of review %(day)s must be still to come", day=date(2027, 6, 30))


def test_a_sentence_is_english_as_it_stands_and_filled_anew_where_it_is_said():
    bare = Sentence("it costs 5 % more")
    assert (str(bare), words("fr")(bare)) == ("it costs 5 % more", "it costs 5 % more")
    assert str(DAY) == "the day of review 2027-06-30 must be still to come"
    assert "30 June 2027" in words("en")(DAY)
    for language in LANGUAGES[1:]:
        said = words(language.code)(DAY)
        assert "2027" in said
        assert "%(" not in said
        assert "day of review" not in said


def test_a_sentence_within_a_sentence_is_said_in_the_same_language():
    inner = Sentence(mark("Sent"))
    outer = Sentence("a notice that stands so can't take this step: %(state)s", state=inner)
    assert str(outer).endswith(": Sent")
    for language in LANGUAGES[1:]:
        t = words(language.code)
        assert t("Sent") in t(outer)
        assert "Sent" not in t(outer)


@pytest.mark.parametrize("error", [ValueError(DAY), KeyError(DAY), ValueError(), ValueError(7), OSError("gone")])
def test_an_exception_is_said_by_its_first_argument_or_as_python_writes_it(error):
    told = words("en").said(error)
    assert told == (words("en")(DAY) if error.args[:1] == (DAY,) else str(error))


def test_every_fault_of_a_declaration_is_said_in_every_language():
    with pytest.raises(BadDeclaration) as bad:
        read_declaration(
            '[care]\nday_minutes = 900\nmore = 1\n[work]\nzone = "Nowhere"\nweek = { sunday = "9" }\n[duty]\nphone = "x"\n'
        )
    care: list[str] = []
    read_care({"day_minutes": 900}, care)
    assert set(care) < set(bad.value.faults)
    assert len(bad.value.faults) > 20
    for language in LANGUAGES[1:]:
        t = words(language.code)
        assert [fault for fault in bad.value.faults if t(fault) == fault] == []
