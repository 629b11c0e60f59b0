"""XLSForm: what is read is written back to the same form, and what can't be used is refused with sheet, row and column."""

from __future__ import annotations

import contextlib
import io
import zipfile
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cop.ground.core.door import Reference
from cop.observatory.core.questionnaire import Kind, Questionnaire, from_json
from cop.observatory.core.questionnaires.packaged import packaged
from cop.observatory.formats.xlsform import BadForm, read_xlsform, write_xlsform
from cop.observatory.formats.xlsform.conversion import canonical, converted
from tests.form_files import FORMS, built, form_bytes, form_source, table, workbook

SURVEY = [["type", "name", "label"], ["text", "a", "A"]]


def read(**sheets: list[list[Any]]) -> Questionnaire:
    return read_xlsform(workbook(sheets), "form.xlsx").questionnaire


@pytest.mark.parametrize("name", FORMS)
def test_a_form_written_back_renders_to_the_same_form(name: str):
    raw = form_bytes(name)
    imported = read_xlsform(raw, f"{name}.xlsx")
    again = write_xlsform(imported.questionnaire)
    assert canonical(converted(again, name)) == canonical(converted(raw, name))
    assert read_xlsform(again, f"{name}.xlsx").questionnaire == imported.questionnaire
    assert from_json(imported.questionnaire.to_json()) == imported.questionnaire
    kept = from_json(imported.questionnaire.to_json())
    assert canonical(converted(write_xlsform(kept), name)) == canonical(converted(raw, name))


def test_nine_of_the_ten_forms_have_four_languages_and_all_features_occur():
    found = [read_xlsform(form_bytes(name), "f.xlsx").questionnaire for name in FORMS]
    assert [len(one.languages) for one in found].count(4) == 9
    items = [place.item for one in found for place in one.places.values()]
    assert any(getattr(item, "repeat", False) for item in items)
    assert any(getattr(item, "choice_filter", "") for item in items)
    assert {getattr(item, "kind", None) for item in items} >= set(Kind) - {Kind.STATE, Kind.TABLE}


def test_the_packaged_survey_is_written_and_read_back_whole(own: Questionnaire):
    raw = write_xlsform(own)
    imported = read_xlsform(raw, "cop.xlsx")
    assert imported.questionnaire == own
    assert imported.not_carried == ()


@pytest.fixture(scope="module")
def own() -> Questionnaire:
    return packaged(Reference())


def changed(form: str, part: str, place: int, **values: str) -> bytes:
    source = form_source(form)
    source[part][place] |= values
    return built(source)


def broken() -> dict[str, tuple[bytes, str]]:
    """Ten broken forms, each with sheet, row and column of its fault and a word of the reason."""
    circle = form_source("scoring")
    circle["survey"][3]["calculation"] = "${bracketed} + 1"
    circle["survey"][4]["calculation"] = "${sum_all} + 1"
    twice = form_source("places")
    twice["survey"][1]["name"] = "region"
    open_group = form_source("household")
    open_group["survey"] = [row for row in open_group["survey"] if row["type"] != "end_group"]
    crossed = form_source("household")
    crossed["survey"][3]["type"] = "end_repeat"
    no_label = form_source("dates")
    no_label["survey"][1].pop("label")
    return {
        "circle": (built(circle), "sheet survey row 5 column calculation (H) goes round in a circle: sum_all -> bracketed -> sum_all"),
        "function": (changed("wording", "survey", 3, calculation="shout(${first})"), "sheet survey row 5 column calculation (H) uses the unknown function shout()"),
        "refused function": (changed("wording", "survey", 3, calculation="pulldata('f', 'a', 'b', ${first})"), "row 5 column calculation (H) uses pulldata(), which reads a file"),
        "reference": (changed("dates", "survey", 1, constraint=". > ${nowhere}"), "sheet survey row 3 column constraint (G) names 'nowhere', which is no question"),
        "twice": (built(twice), "sheet survey row 3 column name (B) is 'region', which row 2 has already"),
        "list": (changed("hotline", "survey", 0, type="select_one other"), "sheet survey row 2 column type (A) names the list 'other'"),
        "open group": (built(open_group), "sheet survey row 2 column type (A) has begin_group without an end"),
        "crossed": (built(crossed), "sheet survey row 5 column type (A) has end_repeat, and row 2 has begin_group"),
        "choice twice": (changed("hotline", "choices", 2, name="yes"), "sheet choices row 4 column name (B) has 'yes' a second time"),
        "no label": (built(no_label), "sheet survey row 3 column label::English (en) (C) is empty; the question in_force needs a label"),
        "syntax": (changed("scoring", "survey", 0, constraint=". >= (1 + 2"), "sheet survey row 2 column constraint (G) ends too early"),
        "type": (changed("scoring", "survey", 0, type="decimel"), "sheet survey row 2 column type (A) is 'decimel', which is no type"),
        "filter": (changed("places", "survey", 1, choice_filter="shire = ${region}"), "row 3 column choice_filter (G) names the column 'shire'"),
    }  # fmt: skip


BROKEN = broken()


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_form_is_refused_with_sheet_row_and_column(case: str):
    raw, why = BROKEN[case]
    with pytest.raises(BadForm) as refused:
        read_xlsform(raw, "form.xlsx")
    assert str(refused.value).startswith("form.xlsx: sheet ")
    assert why in str(refused.value)


def refusal(raw: bytes) -> str:
    with pytest.raises(BadForm) as refused:
        read_xlsform(raw, "form.xlsx")
    return str(refused.value)


def test_formulas_hidden_signs_and_long_texts_are_refused_with_their_cell():
    for text, why in (("=1+1", "holds a formula"), ("a\u202eb", "not shown"), ("x" * 5001, "longer than 5000 signs")):
        message = refusal(workbook({"survey": [SURVEY[0], ["text", "a", text]]}))
        assert "sheet survey row 2 column label (C)" in message
        assert why in message


def test_other_faults_of_a_form_are_refused_with_their_place():
    head = SURVEY[0]
    cases: dict[str, list[list[Any]]] = {
        "row 2 column type (A) is empty": [head, [None, "a", "A"]],
        "row 2 column name (B) is empty": [head, ["text", None, "A"]],
        "row 2 column name (B) is 'a b'": [head, ["text", "a b", "A"]],
        "row 2 column name (B) is 'meta'": [head, ["text", "meta", "A"]],
        "row 2 column type (A) has end_group without a beginning": [head, ["end_group", "a", "A"], ["text", "b", "B"]],
        "row 2 column type (A) begins a group with nothing in it": [head, ["begin_group", "a", "A"], ["end_group"], ["text", "b", "B"]],
        "row 1 column label::Klingon (C) names the language 'Klingon'": [["type", "name", "label::Klingon"], ["text", "a", "A"]],
        "row 1 column bind::relevant (D) sets a bind": [[*head, "bind::relevant"], ["text", "a", "A", "1"]],
        "row 1 column label stands twice, in C and D": [[*head, "label"], ["text", "a", "A", "A"]],
        "row 1 column label::English (en) (D) says the same as the column label": [[*head, "label::English (en)"], ["text", "a", "A", "A"]],
        "row 2 column D holds a text": [head, ["text", "a", "A", "B"]],
        "row 2 column type (A) is 'select_one_from_file x.csv'": [head, ["select_one_from_file x.csv", "a", "A"]],
        "row 2 column type (A) is 'select_one x or_other'": [head, ["select_one x or_other", "a", "A"]],
        "row 2 column calculation is empty": [head, ["calculate", "a", None]],
        "row 3 column relevant (D) names 'p', a question of row 2": [
            [*head, "relevant"], ["geopoint", "p", "P"], ["text", "a", "A", "${p} = 1"],
        ],
        "row 2 column relevant (D) holds a path": [[*head, "relevant"], ["text", "a", "A", "/data/b = 1"]],
        "row 2 column relevant (D) has the bare word 'b'": [[*head, "relevant"], ["text", "a", "A", "b = 1"]],
    }  # fmt: skip
    for why, rows in cases.items():
        assert why.removeprefix("row") in refusal(
            workbook({"survey": rows, "choices": [["list_name", "name", "label"], ["x", "1", "X"]]})
        ), why


def test_what_is_not_carried_is_listed_with_its_place():
    rows = [[*SURVEY[0], "media::image"], ["start", "begun"], ["text", "a", "A", "a.png"], ["geopoint", "where", "Where"]]
    found = read_xlsform(workbook({"survey": rows, "notes": [["for", "us"]]}), "form.xlsx")
    assert found.not_carried == (
        "sheet notes: not read",
        "sheet survey column media::image: kept for export, not used here",
        "sheet survey row 2 column type: start is not asked here",
        "sheet survey row 4 column type: a question of type geopoint can't be asked here",
    )
    assert found.questionnaire.question("a").extras["media::image"] == "a.png"


def test_a_missing_translation_names_the_column():
    rows = [["type", "name", "label::English (en)", "label::French (fr)"], ["text", "a", "A"], ["text", "b", "B", "B"]]
    assert read_xlsform(workbook({"survey": rows}), "f.xlsx").untranslated == (
        "sheet survey row 2 column label::French (fr) is empty",
    )


def test_files_that_are_no_forms_are_refused():
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 20_000_000)
    assert "unpacks to more" in refusal(bomb.getvalue())
    assert "larger than 1 MB" in refusal(b"0" * 1_048_577)
    assert "can't be read as a form" in refusal(b"PK\x03\x04 not a form")
    assert "no sheet named survey" in refusal(workbook({"other": [["a"]]}))


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_give_anything_but_a_refusal(raw: bytes):
    with pytest.raises(BadForm):
        read_xlsform(raw, "form.xlsx")


CELLS = st.one_of(
    st.none(), st.integers(), st.booleans(), st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12),
    st.sampled_from(["text", "a", "select_one x", "begin_group", "end_group", "begin_repeat", "calculate", "${a} + 1", ". > 0", "note", "x"]),
)  # fmt: skip
HEADINGS = [
    "type",
    "name",
    "label",
    "relevant",
    "calculation",
    "constraint",
    "choice_filter",
    "required",
    "hint::Foo (fo)",
    "default",
]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(CELLS, min_size=10, max_size=10), max_size=6), st.permutations(HEADINGS))
def test_any_cells_give_a_questionnaire_or_a_refusal(rows: list[list[Any]], headings: list[str]):
    safe = [
        [str(v).replace("\x00", "") if isinstance(v, str) else v if not isinstance(v, int) or abs(v) < 1e15 else 7 for v in row]
        for row in rows
    ]
    raw = workbook({"survey": [headings, *safe], "choices": table([{"list_name": "x", "name": "1", "label": "One"}])})
    try:
        found = read_xlsform(raw, "form.xlsx").questionnaire
    except BadForm:
        return
    assert read_xlsform(write_xlsform(found), "form.xlsx").questionnaire == found


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 5000), st.integers(0, 255))
def test_a_form_with_one_byte_changed_is_read_or_refused(place: int, byte: int):
    raw = bytearray(form_bytes("plain"))
    raw[place % len(raw)] = byte
    with contextlib.suppress(BadForm):
        read_xlsform(bytes(raw), "form.xlsx")
