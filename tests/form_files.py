"""Forms for tests: sources as YAML, built into .xlsx files, and random answers to them."""

from __future__ import annotations

import io
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import xlsxwriter
import yaml

from cop.observatory.core.questionnaire import Group, Kind, Question, Questionnaire

FOLDER = Path(__file__).parent / "observatory" / "forms"
FORMS = sorted(path.stem for path in FOLDER.glob("*.yaml"))
TRANSLATED = ("label", "hint", "constraint_message")
TEXTS = (
    "",
    "a",
    "az",
    "abc",
    "Anna",
    "12",
    "7.5",
    "x y",
    " two  spaces ",
    "لبنى",
    "北京",
    "OJ L 12",
    "n°5/BOE",
    "anna@mail.example",
    "a.b@c.example",
)


def form_source(name: str) -> dict[str, Any]:
    """The source of a form, ready to be changed."""
    found: dict[str, Any] = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    return found


def form_bytes(name: str) -> bytes:
    return built(form_source(name))


def built(source: Mapping[str, Any]) -> bytes:
    """A source as an .xlsx file. Texts in several languages stand beside each other with | between them."""
    languages = source.get("languages", [""])
    sheets = {name: [_spread(row, languages) for row in source.get(name, [])] for name in ("survey", "choices")}
    if "settings" in source:
        sheets["settings"] = [{key: str(value) for key, value in source["settings"].items()}]
    return workbook({name: table(rows) for name, rows in sheets.items() if rows})


def _spread(row: Mapping[str, Any], languages: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in row.items():
        if key in TRANSLATED:
            for language, text in zip(languages, str(value).split(" | "), strict=False):
                found[f"{key}::{language}" if language else key] = text
        else:
            found[key] = str(value)
    return found


def table(rows: list[dict[str, str]]) -> list[list[str]]:
    headings = list(dict.fromkeys(key for row in rows for key in row))
    return [headings, *([row.get(heading, "") for heading in headings] for row in rows)]


def workbook(sheets: Mapping[str, list[list[Any]]]) -> bytes:
    """An .xlsx file with these sheets, row by row. A text that begins with = becomes a formula."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    for name, rows in sheets.items():
        page = book.add_worksheet(name)
        for number, row in enumerate(rows):
            for place, value in enumerate(row):
                if isinstance(value, str) and value.startswith("="):
                    page.write_formula(number, place, value)
                elif isinstance(value, str):
                    page.write_string(number, place, value)
                elif value is not None:
                    page.write(number, place, value)
    book.close()
    return out.getvalue()


def random_answers(questionnaire: Questionnaire, seed: int) -> dict[str, Any]:
    """Answers that may or may not fit: some empty, some beyond their constraints, repeats with none to three rounds."""
    return _answers(questionnaire.items, random.Random(seed))


def _answers(items: tuple[Group | Question, ...], chance: random.Random) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for item in items:
        if isinstance(item, Group) and item.repeat:
            found[item.id] = [_answers(item.items, chance) for _ in range(chance.randrange(4))]
        elif isinstance(item, Group):
            found |= _answers(item.items, chance)
        elif item.kind not in (Kind.NOTE, Kind.CALCULATION) and chance.random() > 0.15:
            found[item.id] = _value(item, chance)
    return found


def _value(question: Question, chance: random.Random) -> Any:
    codes = [choice.code for choice in question.choices]
    if question.kind is Kind.ONE:
        return chance.choice(codes)
    if question.kind in (Kind.SEVERAL, Kind.RANKED):
        return chance.sample(codes, chance.randrange(len(codes) + 1))
    if question.kind is Kind.NUMBER:
        return chance.choice([chance.randrange(-5, 130), chance.randrange(0, 20), round(chance.uniform(-9, 160), 2), 0, 2.5])
    if question.kind is Kind.DATE:
        return f"{chance.randrange(2005, 2033)}-{chance.randrange(1, 13):02d}-{chance.randrange(1, 29):02d}"
    return chance.choice(TEXTS)
