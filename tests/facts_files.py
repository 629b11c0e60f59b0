"""The twelve invented countries XAA to XAL: their facts as filled-in workbooks, read back as any workbook is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path

import yaml

from cop.ground.core.door import Answer, Country, ground, words
from cop.observatory.core.bands import band
from cop.observatory.core.door import Standing, observatory
from cop.observatory.core.next_steps import choose
from cop.observatory.core.readings import readings
from cop.observatory.core.rules import Situation
from cop.observatory.formats.workbook import read_facts, write_template

FOLDER = Path(__file__).parent / "facts"
ALL = [f"XA{letter}" for letter in "ABCDEFGHIJKL"]
AT = date(2026, 11, 22)
_COLUMN = {"answer": "D", "value": "E", "evidence": "G", "article": "H", "since": "I", "as_of": "J", "note": "K"}


def invented(code: str) -> Country:
    """An invented country: a copy of a real row with a user-assigned code, which the site refuses."""
    return replace(ground().places.country("TUV"), iso3=code, iso2="XA")


@lru_cache
def workbook_of(code: str, lang: str = "en") -> bytes:
    """The filled-in workbook of an invented country."""
    facts = yaml.safe_load((FOLDER / f"{code}.yaml").read_text(encoding="utf-8"))["facts"]
    stated = {key: {_COLUMN[name]: str(text) for name, text in cells.items()} for key, cells in facts.items()}
    return write_template(observatory().indicators, invented(code), words(lang), stated)


@lru_cache
def answers_of(code: str) -> dict[str, Answer]:
    return read_facts(workbook_of(code), f"{code}.xlsx", observatory().indicators, code, AT)


@lru_cache
def standing_of(code: str) -> Standing:
    """Where an invented country stands on its own facts alone."""
    held = observatory()
    read = readings(held.indicators, answers_of(code), AT)
    found = band([read.state(indicator.code) for indicator in held.indicators.scored])
    children = tuple(i.code for i in held.indicators if i.group == "H")
    coverage = 100 * found.score.coverage
    return Standing(invented(code), AT, read, found, coverage, choose(held.rules, Situation(read, coverage, children)))
