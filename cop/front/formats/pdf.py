"""The country answer as tagged PDF (PDF/UA-1) in six languages, made by typst."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import typst

from cop.front.core.country_answer import Context, CountryAnswer, Pillar
from cop.front.core.sentences import (
    EFFORTS,
    HISTORIC,
    STATED,
    band_sentence,
    counts_in_words,
    fact_origin,
    fact_value,
    headline,
    help_lines,
    target_sentence,
    weight_sentence,
)
from cop.ground.core.door import PACKAGE, Words, state_words
from cop.ground.formats.fonts import families, require_glyphs

TEMPLATE = PACKAGE / "front" / "templates" / "front" / "country.typ"


def country_pdf(answer: CountryAnswer, t: Words) -> bytes:
    """The document. Raises FontMissing when the machine lacks a font for the language or a sign in it."""
    values = document_values(answer, t)
    fonts = families(t)
    require_glyphs("".join(texts_of(values)), fonts, t)
    payload = json.dumps(values | {"fonts": fonts}, ensure_ascii=False)
    return typst.compile(TEMPLATE, format="pdf", pdf_standards="ua-1", sys_inputs={"data": payload}, root=TEMPLATE.parent)


def document_values(answer: CountryAnswer, t: Words) -> dict[str, Any]:
    """Every text of the document, ready to print."""
    name = answer.country.name(t.language)
    return {
        "lang": t.language.locale.split("_")[0],
        "dir": t.dir,
        "title": f"{name} · COP Centre",
        "headline": headline(answer, t),
        "intro": f"{band_sentence(answer, t)} {weight_sentence(answer, t)}",
        "stated": t(STATED) if answer.stated else "",
        "bars": [_bar(number, pillar) for number, pillar in enumerate(answer.pillars, start=1)],
        "bars_alt": "; ".join(f"{t(p.term.name)}: {counts_in_words(dict(p.counts), t)}" for p in answer.pillars),
        "next_title": t("What to do next"),
        "steps": [_step(step, t) for step in answer.standing.choice.steps],
        "pillars": [_pillar(pillar, t) for pillar in answer.pillars],
        "targets_title": f"{t('Targets')} ({t(HISTORIC)})",
        "targets": [target_sentence(target, t) for target in answer.targets],
        "help_title": t("Help for a child"),
        "help": list(help_lines(answer, t)),
        "reply_title": t("Corrections and right of reply"),
        "reply": t(
            "Is something wrong or missing? The country may reply in any of the six languages; the reply is printed here at "
            "the same size as the statement it answers."
        ),
        "context_title": t("Context"),
        "context": [_context(item, t) for item in answer.context],
        "licence": t("Content licensed CC BY 4.0; third-party data keep their own licence."),
        "translated": ""
        if t.language.code == "en"
        else t("This translation is ours and has not yet been reviewed by a national specialist."),
        "footer": t("As of %(date)s. Release %(release)s.", date=t.date(answer.at), release=t.isolate(answer.release)),
    }


def texts_of(value: Any) -> Iterator[str]:
    """Every text inside the values of a document."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from texts_of(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts_of(item)


def _bar(number: int, pillar: Pillar) -> dict[str, Any]:
    total = sum(pillar.counts.values()) or 1
    parts = [{"state": str(state), "share": count / total} for state, count in pillar.counts.items() if count]
    return {"label": f"P{number}", "parts": list(reversed(parts))}


def _context(item: Context, t: Words) -> dict[str, str]:
    figure = item.figure
    value = t.number(figure.value) if figure.unit == "persons" else t.percent(figure.value)
    origin = figure.provenance
    return {
        "text": f"{t(item.indicator.name)}{t.colon}{value} ({figure.year}{t.comma + t('projection') if figure.projection else ''})",
        "source": f"{t.isolate(origin.source)} · {t.isolate(origin.licence)}",
    }


def _step(step: Any, t: Words) -> dict[str, str]:
    rule = step.rule
    return {
        "action": f"{t(step.action)} ({t.isolate(rule.id)})",
        "reason": f"{t(step.reason)}{t.space}{t(rule.why_this)}",
        "detail": f"{t('Why this, why not that:')} {t(rule.why_not)} · {t('Owner')}{t.colon}{t(rule.owner)} · "
        f"{t('Effort')}{t.colon}{t(EFFORTS[rule.effort])} · {t('Source')}{t.colon}{t(rule.source)}",
    }


def _pillar(pillar: Pillar, t: Words) -> dict[str, Any]:
    by_reason: dict[str, list[str]] = {}
    for item in pillar.unknown:
        by_reason.setdefault(state_words(item.reading, t), []).append(t(item.indicator.name))
    return {
        "name": t(pillar.term.name),
        "counts": counts_in_words(dict(pillar.counts), t),
        "facts": [
            {
                "text": f"{t.isolate(fact.code)} {t(fact.name)}{t.colon}{fact_value(fact, t)}"
                + (f" ({t(STATED)})" if fact.answer.provenance.stated_by_user else ""),
                "source": f"{fact_origin(fact, t)} · {t.isolate(fact.answer.provenance.licence)}",
            }
            for fact in pillar.facts
        ],
        "unknown": [f"{reason}{t.colon}{t.semicolon.join(names)}" for reason, names in by_reason.items()],
    }
