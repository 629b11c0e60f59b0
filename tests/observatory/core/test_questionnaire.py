"""The model of questionnaires (QST-01), packaged files, what a check finds, versions (QST-03), completeness."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from cop.ground.core.door import PACKAGE, DataError, Reference, UnknownCode
from cop.observatory.core.questionnaire import LOOSE, Choice, Group, Kind, Question, Questionnaire, from_json
from cop.observatory.core.questionnaires.check import faults
from cop.observatory.core.questionnaires.completeness import completeness
from cop.observatory.core.questionnaires.packaged import COP_NATIONAL, packaged, read_questionnaire
from cop.observatory.core.questionnaires.versions import carry_over, read_version_map, version_map


@pytest.fixture(scope="module")
def survey() -> Questionnaire:
    return packaged(Reference())


def question(id: str, kind: Kind = Kind.TEXT, **more: Any) -> Question:
    return Question(id, "", kind, {"en": id}, **more)


def form(*items: Group | Question) -> Questionnaire:
    return Questionnaire("f", "1", {"en": "F"}, ("en",), items)


def test_the_packaged_survey_is_read_whole_and_comes_back_from_json(survey: Questionnaire):
    assert len(survey.sections) == 9
    assert len(survey.questions) >= 120
    assert survey.section_of("law_csam").id == "law"
    again = from_json(survey.to_json())
    assert again == survey
    assert again.sha256 == survey.sha256
    assert len(survey.sha256) == 64


def test_any_change_of_words_changes_the_hash(survey: Questionnaire):
    assert replace(survey, title={"en": "Other"}).sha256 != survey.sha256


def test_questions_in_no_group_make_a_section_of_their_own():
    held = form(question("a"), Group("g", "1", {"en": "G"}, items=(question("b"),)))
    assert [section.id for section in held.sections] == [LOOSE, "g"]
    assert held.section_of("a").id == LOOSE
    with pytest.raises(UnknownCode):
        held.question("g")


@pytest.mark.parametrize(
    "data", [None, [], {}, {"id": 1}, {"id": "a", "items": [{"kind": "x"}]}, {"id": "a", "items": [{"id": "b", "kind": "odd"}]}]
)
def test_what_is_no_questionnaire_is_refused(data: Any):
    with pytest.raises(DataError, match="no questionnaire"):
        from_json(data)


FAULTY = {
    "id is no name": form(question("1a")),
    "id is used twice": form(question("a"), question("a")),
    "choices are missing": form(question("a", Kind.ONE)),
    "rows and columns of the table are missing": form(question("a", Kind.TABLE)),
    "calculation is missing": form(question("a", Kind.CALCULATION)),
    "evidence is 'often'": form(question("a", evidence="often")),
    "choices hold 'x' twice": form(question("a", Kind.ONE, choices=(Choice("x", {}), Choice("x", {})))),
    "choices hold the code 'x y'": form(question("a", Kind.ONE, choices=(Choice("x y", {}),))),
    "relevant names 'b', which is no question": form(question("a", relevant="${b} = 1")),
    "relevant names 'n', a note": form(question("n", Kind.NOTE), question("a", relevant="${n} = 1")),
    "relevant names the group 'g'": form(Group("g", "", {}, items=(question("b"),)), question("a", relevant="${g} = 1")),
    "relevant goes round in a circle: a -> a": form(question("a", relevant="${a} = 1")),
    "relevant goes round in a circle: ": form(question("a", relevant="${b} = 1"), question("b", relevant="${a} = 1")),
    "constraint uses position(..) outside a repeat": form(question("a", constraint="position(..) = 1")),
    "constraint gives regex() a pattern that is not written out": form(question("a", constraint="regex(., .)")),
    "constraint has a pattern with '(?'": form(question("a", constraint="regex(., '(?=x)')")),
    "calculation writes a date with %Q": form(question("a", calculation="format-date('2020-01-01', '%Q')")),
}  # fmt: skip


@pytest.mark.parametrize("why", FAULTY)
def test_the_check_names_item_part_and_reason(why: str):
    found = [f"{fault.part} {fault.why}" for fault in faults(FAULTY[why])]
    assert [text for text in found if text.startswith(why)], found


def test_a_group_and_a_question_inside_it_may_not_wait_for_each_other():
    held = form(Group("g", "", {}, relevant="${b} = 1", items=(question("b"),)))
    assert [fault.part for fault in faults(held)] == ["relevant"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    target = tmp_path / "survey"
    shutil.copytree(PACKAGE / "observatory" / "data" / "questionnaires" / COP_NATIONAL, target)
    return target


def edit(path: Path, change: Any) -> None:
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    change(data)
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")


def set_question(key: str, value: Any) -> Any:
    return lambda data: data["sections"][1]["questions"][0].update({key: value})


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (set_question("kind", "odd"), "law_csam.kind is 'odd'"),
        (set_question("colour", "red"), "question law_csam has the unknown key 'colour'"),
        (set_question("code", 1.1), "law_csam.code must be a text, not 1.1"),
        (set_question("label", ""), "key law_csam.label is missing"),
        (set_question("choices", "nowhere"), "law_csam.choices names the list 'nowhere'"),
        (set_question("relevant", "${nowhere} = 1"), "law_csam.relevant names 'nowhere'"),
        (set_question("feeds", "P1-01"), "law_csam.feeds must be a list"),
        (lambda data: data.pop("sections"), "sections must be a list"),
    ],
)
def test_a_fault_in_a_packaged_file_names_file_and_key(folder: Path, change: Any, why: str):
    edit(folder / "questionnaire.yaml", change)
    with pytest.raises(DataError) as refused:
        read_questionnaire(folder)
    assert str(refused.value).startswith("survey/questionnaire.yaml")
    assert why in str(refused.value)


def test_a_translation_of_nothing_is_refused(folder: Path):
    edit(folder / "fr.yaml", lambda data: data.update({"law_gone.label": "Parti"}))
    with pytest.raises(DataError, match=r"survey/fr\.yaml key law_gone\.label"):
        read_questionnaire(folder)


def test_the_completeness_of_a_language_lists_what_it_lacks(folder: Path):
    edit(folder / "fr.yaml", lambda data: (data.pop("law_csam.label"), data.pop("lists.bodies.ict")))
    found = {line.language: line for line in completeness(read_questionnaire(folder))}
    assert found["en"].translated == found["en"].all
    assert {"law_csam.label", "lists.bodies.ict"} <= set(found["fr"].lacking)
    assert found["fr"].translated + len(found["fr"].lacking) == found["fr"].all == found["en"].all


OLD = form(question("a"), question("b", Kind.NUMBER, unit="hours"), question("c"), question("d", Kind.STATE))
NEW = replace(
    form(
        question("a2"),
        question("b", Kind.NUMBER, unit="days"),
        question("e"),
        question("d", Kind.ONE, choices=(Choice("yes", {}),)),
    ),
    version="2",
)
LINES = [
    {"old": "a", "new": "a2", "comparability": "comparable"},
    {"old": "b", "new": "b", "comparability": "break", "note": "days instead of hours"},
    {"old": "c"},
    {"new": "e"},
    {"old": "d", "new": "d", "comparability": "break", "note": "fewer answers"},
]


def mapped(lines: list[Any]) -> dict[str, Any]:
    return {"from": "1", "to": "2", "questions": lines}


def test_answers_go_over_to_a_new_version_where_they_fit(tmp_path: Path):
    path = tmp_path / "1-2.yaml"
    path.write_text(yaml.safe_dump(mapped(LINES)), encoding="utf-8")
    versions = read_version_map(path, OLD, NEW)
    carried = carry_over(versions, OLD, NEW, {"a": "x", "b": 3, "c": "y", "d": "yes"})
    assert carried.answers == {"a2": "x", "d": "yes"}
    assert carried.breaks == {"d"}
    assert carried.left == {"b": "the unit changed from 'hours' to 'days'", "c": "the question was dropped"}
    assert carry_over(versions, OLD, NEW, {"d": "no"}).left == {"d": "the answer does not fit the new question"}
    link = versions.of("e")
    assert link is not None
    assert link.comparability == "new"


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (LINES[:-1], "does not say what becomes of question d"),
        ([*LINES, {"new": "e"}], "question e stands twice"),
        ([*LINES[:-1], {"old": "d", "new": "d", "comparability": "break"}], "a break needs a note"),
        ([*LINES[:-1], {"old": "d", "new": "d", "comparability": "alike"}], "comparability is 'alike'"),
        ([*LINES[:-1], {"old": "d", "new": "d", "comparability": "new"}], "new does not go with the ids"),
        ([*LINES, {"old": "z"}], "question z is not in version 1"),
        ([*LINES, "d"], "has the line 'd'"),
    ],
)
def test_a_version_map_accounts_for_every_question_of_both_versions(lines: list[Any], why: str):
    with pytest.raises(DataError, match=why):
        version_map(mapped(lines), "map.yaml", OLD, NEW)
