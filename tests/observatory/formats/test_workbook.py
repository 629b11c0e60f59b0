"""The workbook of facts: what is written is read back; what was tampered with is refused with the cell named."""

import io
import zipfile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cop.ground.core.door import LANGUAGES, State, Why, words
from cop.observatory.core.door import observatory
from cop.observatory.formats.workbook import FIRST_ROW, BadWorkbook, lines, read_facts, write_template
from tests.facts_files import ALL, AT, invented, workbook_of

INDICATORS = observatory().indicators
ROWS = {line.code: number for number, line in enumerate(lines(INDICATORS), start=FIRST_ROW)}


def template(stated=None, lang="en"):
    return write_template(INDICATORS, invented("XAA"), words(lang), stated)


def read(raw, country="XAA"):
    return read_facts(raw, "mine.xlsx", INDICATORS, country, AT)


def edited(change):
    book = openpyxl.load_workbook(io.BytesIO(template({"P1-01": {"D": "yes", "G": "Act (invented)"}})))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.code)
def test_the_words_of_every_language_are_read_back(language):
    t = words(language.code)
    found = read(
        template({"P1-01": {"D": t("partly"), "G": "Act (invented)"}, "P1-02": {"D": t("chose not to answer")}}, language.code)
    )
    assert found["P1-01"].state is State.PARTLY
    assert (found["P1-02"].state, found["P1-02"].why) == (State.UNKNOWN, Why.REFUSED)


def test_an_empty_workbook_states_nothing():
    assert read(template()) == {}


def test_each_part_named_in_the_contract_has_a_row():
    assert {
        "P1-07/grooming",
        "P1-07/livestream",
        "P2-08/116111",
        "P3-01/budget",
        "P3-01/until",
        "P3-02/lead",
        "P4-01",
    } <= ROWS.keys()


def test_values_keep_their_kind_and_say_who_stated_them():
    stated = {
        "P1-01": {"D": "yes", "G": "Act (invented)", "H": "art. 3", "I": "2019", "J": "2026-03"},
        "P3-01/until": {"E": "2030-12-31"},
        "P4-01": {"E": "2", "G": "Curriculum (invented)"},
        "P4-02": {"E": "37,5", "G": "Ministry (invented)"},
    }
    found = read(template(stated))
    assert str(found["P1-01"].since) == "2019"
    assert found["P1-01"].provenance.stated_by_user
    assert found["P1-01"].provenance.source == "Act (invented) art. 3"
    assert found["P3-01/until"].text == "2030-12-31"
    assert (found["P4-01"].level, found["P4-01"].state) == (2, State.PARTLY)
    assert found["P4-02"].number == 37.5


@pytest.mark.parametrize("code", ALL)
def test_the_invented_countries_are_whole_workbooks(code):
    assert len(read(workbook_of(code), code)) > 3


def set_cell(where, value):
    return lambda book: book["facts"].__setitem__(where, value)


def swap(book):
    page = book["facts"]
    page["A6"], page["A7"] = page["A7"].value, page["A6"].value


HOSTILE = {
    "another sheet": (lambda book: setattr(book["facts"], "title", "other"), "no sheet"),
    "another maker": (set_cell("A1", "Someone"), "cell A1"),
    "another version": (set_cell("A2", "facts-0"), "cell A1 or A2"),
    "another country": (set_cell("B2", "XAB"), "cell B2 says XAB"),
    "rows swapped": (swap, "cell A6"),
    "a code changed": (set_cell("A9", "P9-99"), "cell A9"),
    "a row deleted": (lambda book: book["facts"].delete_rows(10), "cell A10"),
    "rows cut off": (lambda book: book["facts"].delete_rows(30, 500), "cell A30"),
    "a row added below": (lambda book: book["facts"].cell(FIRST_ROW + len(ROWS) + 3, 1, "P1-01"), "below the last row"),
    "a formula": (set_cell("E8", "=1+1"), "cell E8 holds a formula"),
    "a formula in evidence": (set_cell("G6", '=HYPERLINK("http://x.example")'), "cell G6 holds a formula"),
    "a state of ours": (set_cell("D6", "perhaps"), "cell D6"),
    "no evidence": (set_cell("G6", None), "cell G6"),
    "a date that is none": (set_cell("I6", "soon"), "cell I6"),
    "a date of another age": (set_cell("I6", "0001-01-01"), "cell I6"),
    "evidence from the future": (set_cell("J6", "2040"), "cell J6"),
    "a very long text": (set_cell("K6", "x" * 501), "cell K6"),
    "a percentage over 100": (set_cell(f"E{ROWS['P4-02']}", 250), f"cell E{ROWS['P4-02']}"),
    "a level that is none": (set_cell(f"E{ROWS['P4-01']}", 7), f"cell E{ROWS['P4-01']}"),
    "a number that is none": (set_cell(f"E{ROWS['P4-02']}", "many"), f"cell E{ROWS['P4-02']}"),
    "not a number": (set_cell(f"E{ROWS['P4-02']}", "nan"), f"cell E{ROWS['P4-02']}"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_tampered_workbook_is_refused_with_the_cell_named(name):
    change, said = HOSTILE[name]
    with pytest.raises(BadWorkbook, match=said.replace("(", r"\(")) as caught:
        read(edited(change))
    assert "\n" not in str(caught.value)


def test_a_truncated_file_is_refused():
    raw = template()
    for length in (0, 1, 100, len(raw) // 2, len(raw) - 1):
        with pytest.raises(BadWorkbook, match="mine.xlsx"):
            read(raw[:length])


def test_a_zip_bomb_is_refused_before_it_is_read():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * 30_000_000)
    with pytest.raises(BadWorkbook, match="unpacks to more"):
        read(out.getvalue())


def test_a_file_of_more_than_a_megabyte_is_refused_unread():
    with pytest.raises(BadWorkbook, match="larger than 1 MB"):
        read(b"PK" + b"\0" * 1_048_576)


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=400))
def test_any_other_bytes_are_refused_in_one_sentence(raw):
    with pytest.raises(BadWorkbook):
        read(raw)
