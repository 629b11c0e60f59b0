"""A questionnaire as Word and PDF: headings, cells to fill in, direction, tags, and rules in words."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from docx import Document
from pypdf import PdfReader

from cop.ground.core.door import LANGUAGES, Reference, words
from cop.observatory.core.questionnaire import Choice, Group, Kind, Question, Questionnaire
from cop.observatory.core.questionnaires.packaged import packaged
from cop.observatory.formats.questionnaire_paper import condition, paper
from cop.observatory.formats.questionnaire_pdf import write_pdf
from cop.observatory.formats.questionnaire_word import write_word

CODES = [language.code for language in LANGUAGES]
YES = tuple(Choice(code, {"en": label}) for code, label in (("y", "Yes, always"), ("n", "No, never")))
SMALL = Questionnaire(
    "small", "3", {"en": "A small survey", "ar": "استبيان صغير"}, ("en", "ar"),
    (
        Group("s", "1", {"en": "The section", "ar": "القسم"}, {"en": "Its hint"}, (
            Question("a", "1.1", Kind.STATE, {"en": "The state?", "ar": "الحالة؟"}, evidence="required", law=True),
            Question("b", "1.2", Kind.ONE, {"en": "One?"}, relevant="${a} = 'yes'", choices=YES),
            Question("c", "1.3", Kind.TABLE, {"en": "Table?"}, rows=YES, columns=YES),
            Question("d", "1.4", Kind.NUMBER, {"en": "Number?"}, relevant="${a} != 'no' and ${a} != 'na'", unit="per cent"),
            Question("e", "1.5", Kind.TEXT, {"en": "Text?"}, relevant="${d} > 5 or ${b} = 'y'"),
        )),
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def survey() -> Questionnaire:
    return packaged(Reference())


def part(raw: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return archive.read(name).decode("utf-8")


def test_a_word_document_has_headings_and_cells_for_every_question(survey: Questionnaire):
    document = Document(io.BytesIO(write_word(survey, words("en"))))
    headings = [line.text for line in document.paragraphs if line.style.name.startswith("Heading")]
    asked = [question for question in survey.questions if question.kind not in (Kind.NOTE, Kind.CALCULATION)]
    for question in survey.questions:
        assert any(heading.startswith(f"{question.code} {question.label['en']}") for heading in headings), question.id
    assert len(document.tables) >= len(asked)
    assert document.core_properties.title == survey.title["en"]


def test_a_word_document_in_arabic_runs_right_to_left():
    text = part(write_word(SMALL, words("ar")), "word/document.xml")
    assert text.count("<w:bidi/>") == len(re.findall(r"<w:p[ >]", text))
    assert text.count("<w:bidiVisual/>") == len(re.findall(r"<w:tbl[ >]", text))
    assert "<w:bidi/>" not in part(write_word(SMALL, words("en")), "word/document.xml")


def test_the_same_questionnaire_gives_the_same_document():
    assert part(write_word(SMALL, words("en")), "word/document.xml") == part(write_word(SMALL, words("en")), "word/document.xml")


@pytest.mark.parametrize("code", CODES)
def test_the_printed_survey_is_tagged_in_every_language(survey: Questionnaire, code: str):
    reader = PdfReader(io.BytesIO(write_pdf(survey, words(code))))
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"] is True
    assert reader.trailer["/Root"]["/Lang"].startswith(code[:2])
    assert len(reader.pages) > 10


def test_a_printed_question_shows_choices_fields_and_its_table():
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(write_pdf(SMALL, words("en")))).pages)
    for wanted in ("A small survey", "Version 3", "1.2 One?", "Yes, always", "Original title of the law", "Number? (per cent)"):
        assert wanted in text


def test_rules_of_relevance_are_said_in_words_where_they_are_simple():
    t = words("en")
    said = {question.id: condition(SMALL, question, t) for question in SMALL.questions}
    assert said == {
        "a": "",
        "b": "Answer only if the answer to question 1.1 is: yes.",
        "c": "",
        "d": "Answer only if the answer to question 1.1 is none of these: no, not applicable.",
        "e": "Answer only if it applies to your earlier answers.",
    }


def test_a_text_that_lacks_the_language_is_printed_in_english():
    assert paper(SMALL, words("fr")).sections[0].questions[0].label == "The state?"
