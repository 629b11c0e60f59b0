"""The country answer as values for its template, and as one page in a file."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from cop.front.core.country_answer import CountryAnswer
from cop.front.core.sentences import (
    BAND_NAMES,
    EFFORTS,
    HISTORIC,
    STATED,
    TARGET_NAMES,
    TARGET_STATUS,
    band_sentence,
    fact_origin,
    fact_value,
    headline,
    weight_sentence,
)
from cop.ground.core.door import LANGUAGES, Words
from cop.ground.formats.html import render, stylesheet
from cop.guidance.core.door import KIND_NAMES, SERVICE_NAMES, emergency_origin, number_origin


def answer_values(answer: CountryAnswer, t: Words) -> dict[str, Any]:
    """What the template of the country answer shows."""
    return {
        "answer": answer,
        "headline": headline(answer, t),
        "band_sentence": band_sentence(answer, t),
        "weight_sentence": weight_sentence(answer, t),
        "fact_value": lambda fact: fact_value(fact, t),
        "fact_origin": lambda fact: fact_origin(fact, t),
        "number_origin": lambda service: number_origin(service, t),
        "emergency_origin": lambda number: emergency_origin(number, t),
        "service_names": SERVICE_NAMES,
        "kind_names": KIND_NAMES,
        "target_names": TARGET_NAMES,
        "target_status": TARGET_STATUS,
        "band_names": BAND_NAMES,
        "efforts": EFFORTS,
        "historic": HISTORIC,
        "stated": STATED,
        "problem": "",
    }


def country_page(answer: CountryAnswer, t: Words) -> str:
    """The country answer as one HTML file that needs nothing else."""
    style = Markup(stylesheet().decode())  # noqa: S704 our own stylesheet, which must not be escaped
    return render(
        "front/country.html", t, path=f"countries/{answer.country.iso3}/", query="", languages=LANGUAGES, release=answer.release,
        today=answer.at, peers=[], inline_style=style, alone=True, **answer_values(answer, t),
    )  # fmt: skip
