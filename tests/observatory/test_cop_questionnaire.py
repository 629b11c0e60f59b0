"""The packaged national survey: every line that a country answers itself is asked once, fittingly, in plain words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

DATA = Path(__file__).parents[2] / "cop" / "observatory" / "data"
SURVEY: dict[str, Any] = yaml.safe_load(
    (DATA / "questionnaires" / "cop-national-2026" / "questionnaire.yaml").read_text(encoding="utf-8")
)
INDICATORS: list[dict[str, Any]] = [
    one for path in sorted((DATA / "indicators").glob("*.yaml")) for one in yaml.safe_load(path.read_text(encoding="utf-8"))
]
QUESTIONS: dict[str, dict[str, Any]] = {one["id"]: one for section in SURVEY["sections"] for one in section["questions"]}
SECTIONS = ["respondent", "law", "reporting", "institutions", "education", "cooperation", "needs", "statistics", "practices"]
KINDS = {"state", "one", "several", "ranked", "number", "date", "text", "table", "note", "calculation"}
FITS = {
    "state": {"state", "several"},
    "number": {"number", "table"},
    "level": {"one"},
    "text": {"text", "ranked"},
    "date": {"date"},
}
BANNED = re.compile(
    r"\bporn(o|\b)|child porn|kiddie|child prostitut|sex tourism|child abuser|paedophil|pedophil|\bblame your|\bfailed to\b"
    r"|\bbackward|third world|victimi[sz]ed|revenge|utili[sz]e|leverage|stakeholder",
    re.IGNORECASE,
)
NAMES_A_CASE = re.compile(r"name of the (child|victim)|case number|address of the (child|victim)", re.IGNORECASE)


def answered_lines() -> dict[str, dict[str, Any]]:
    """The rows that a country answers itself, as in the workbook of facts, by code."""
    found: dict[str, dict[str, Any]] = {}
    for indicator in INDICATORS:
        if indicator["code"].startswith("X") or indicator.get("derived") or indicator.get("criterion"):
            continue
        if indicator["whole"] == "own":
            found[indicator["code"]] = indicator
        found |= {f"{indicator['code']}/{part['code']}": part for part in indicator.get("parts", [])}
    return found


def choices(question: dict[str, Any]) -> list[dict[str, str]]:
    held = question.get("choices", [])
    return SURVEY["lists"][held] if isinstance(held, str) else held


def texts() -> Iterator[tuple[str, str]]:
    """Every text that is read by a person, with the key by which a translation names it."""
    yield "title", SURVEY["title"]
    for name, held in SURVEY["lists"].items():
        yield from ((f"lists.{name}.{one['code']}", one["label"]) for one in held)
    for section in SURVEY["sections"]:
        yield from ((f"{section['id']}.{part}", section[part]) for part in ("label", "hint"))
    for name, question in QUESTIONS.items():
        yield from ((f"{name}.{part}", question[part]) for part in ("label", "hint", "constraint_message") if part in question)
        for part in ("choices", "rows", "columns"):
            if not isinstance(question.get(part, []), str):
                yield from ((f"{name}.{part}.{one['code']}", one["label"]) for one in question.get(part, []))


FEEDS = [(code, question) for question in QUESTIONS.values() for code in question.get("feeds", [])]
TRANSLATIONS = sorted(
    path for path in (DATA / "questionnaires" / "cop-national-2026").glob("*.yaml") if path.stem != "questionnaire"
)


def test_every_line_that_a_country_answers_is_fed_by_exactly_one_question():
    counted = Counter(code for code, _ in FEEDS)
    assert set(counted) == set(answered_lines()) | {"X-01", "X-02"}
    assert {code for code, n in counted.items() if n > 1} == set()


@pytest.mark.parametrize(("code", "question"), FEEDS, ids=[code for code, _ in FEEDS])
def test_the_kind_and_unit_of_a_question_fit_the_line_it_feeds(code: str, question: dict[str, Any]):
    line = answered_lines().get(code) or next(one for one in INDICATORS if one["code"] == code)
    assert question["kind"] in FITS[line["kind"]]
    if line["kind"] == "number":
        assert question["unit"] == line["unit"]
    if line["kind"] == "level":
        assert [one["code"] for one in choices(question)] == ["0", "1", "2", "3"]
    part = code.partition("/")[2]
    if question["kind"] == "several":
        assert part in [one["code"] for one in choices(question)]
    if question["kind"] == "table":
        assert part in [one["code"] for one in question["rows"]]
        assert question["columns"][0]["code"] == "total"


def test_the_six_questions_and_the_list_of_needs_of_2009_are_covered_once():
    covered = Counter(code for question in QUESTIONS.values() for code in question.get("covers", []))
    assert covered == Counter([f"survey2009/Q{n}" for n in range(1, 7)] + ["survey2009/needs"])


def test_there_are_about_120_questions_in_nine_blocks():
    assert [section["id"] for section in SURVEY["sections"]] == SECTIONS
    assert [section["code"] for section in SURVEY["sections"]] == [str(n) for n in range(9)]
    assert 100 <= sum(question["kind"] not in ("note", "calculation") for question in QUESTIONS.values()) <= 140
    kinds = Counter(question["kind"] for question in QUESTIONS.values())
    assert set(kinds) == KINDS
    assert kinds["table"] >= 2


def test_ids_and_codes_are_unique_and_ids_are_valid_names():
    listed = [one for section in SURVEY["sections"] for one in section["questions"]]
    names = [one["id"] for one in listed] + SECTIONS
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in names)
    for section in SURVEY["sections"]:
        assert [one["code"] for one in section["questions"]] == [
            f"{section['code']}.{n + 1}" for n in range(len(section["questions"]))
        ]


def test_choice_row_and_column_codes_are_unique_within_their_list():
    lists = [*SURVEY["lists"].values()]
    for question in QUESTIONS.values():
        lists += [choices(question), question.get("rows", []), question.get("columns", [])]
    for held in lists:
        codes = [one["code"] for one in held]
        assert len(set(codes)) == len(codes)
        assert all(isinstance(code, str) and re.fullmatch(r"[A-Za-z0-9_]+", code) for code in codes)


def test_expressions_name_questions_that_stand_earlier_and_constraints_say_what_is_right():
    seen: set[str] = set()
    for name, question in QUESTIONS.items():
        for part in ("relevant", "constraint", "calculation"):
            assert set(re.findall(r"\$\{([^}]*)\}", question.get(part, ""))) <= seen, f"{name} {part}"
        assert "constraint_message" in question or "constraint" not in question, name
        assert question["kind"] != "number" or "constraint" in question, name
        assert (question["kind"] == "calculation") == ("calculation" in question), name
        seen.add(name)


def test_a_later_question_is_skipped_only_on_an_answer_that_makes_it_pointless():
    for name, question in QUESTIONS.items():
        assert "= 'unknown'" not in question.get("relevant", ""), name
        assert "= 'yes'" not in question.get("relevant", ""), name


def test_every_state_says_what_yes_or_partly_means_and_law_questions_want_evidence():
    for name, question in QUESTIONS.items():
        if question["kind"] == "state":
            assert re.search(r"\b(Yes|Partly):", question["hint"]) or "Partly" in question["hint"], name
        if question.get("law"):
            assert question["evidence"] == "required", name
        assert question.get("evidence", "none") in ("none", "optional", "required"), name


def test_labels_and_hints_are_short_and_plain():
    for key, text in texts():
        assert text, key
        assert text.strip() == text, key
        assert len(text.split()) <= (30 if key.endswith(".hint") else 35), key
        assert not NAMES_A_CASE.search(text), key
        if not (key.endswith(".hint") and "general ban on pornography" in text):
            assert not BANNED.search(text), key


@pytest.mark.parametrize("path", TRANSLATIONS, ids=lambda path: path.stem)
def test_a_translation_says_every_text_once_and_nothing_else(path: Path):
    held = yaml.safe_load(path.read_text(encoding="utf-8"))
    wanted = dict(texts())
    assert set(held) == set(wanted)
    assert all(isinstance(text, str) and text.strip() for text in held.values())
    for key, text in wanted.items():
        assert re.findall(r"https?://", held[key]) == re.findall(r"https?://", text), key
