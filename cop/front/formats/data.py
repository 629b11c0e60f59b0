"""The country answer as data: JSON and rows for tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cop.front.core.country_answer import CountryAnswer, Fact
from cop.front.core.sentences import EFFORTS, TARGET_NAMES, band_sentence, fact_value, headline
from cop.ground.core.door import LICENCE, Figure, Provenance, Words
from cop.guidance.core.door import as_dict as help_dict
from cop.observatory.core.door import NextStep


def _origin(origin: Provenance) -> dict[str, Any]:
    return {
        "source": origin.source,
        "date": str(origin.as_of) if origin.as_of else None,
        "licence": origin.licence,
        "citation": origin.citation,
        "confidence": origin.confidence,
        "method": origin.method,
        "stated_by_user": origin.stated_by_user,
        "cells": [{"file": cell.file, "row": cell.row, "column": cell.column} for cell in origin.cells],
        **({"place": origin.place} if origin.place else {}),
    }


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "value": round(figure.value, 4),
        "unit": figure.unit,
        "year": figure.year,
        "projection": figure.projection,
        **_origin(figure.provenance),
    }


def _fact(fact: Fact, t: Words) -> dict[str, Any]:
    answer = fact.answer
    number: Any = answer.number if answer.number is not None else answer.level
    return {
        "code": fact.code,
        "name": t(fact.name),
        "state": str(fact.reading.state),
        "value": number if number is not None else answer.text or None,
        "words": fact_value(fact, t),
        "unit": fact.part.unit if fact.part else fact.indicator.unit,
        "in_force": str(answer.since) if answer.since else None,
        **_origin(answer.provenance),
    }


def _step(step: NextStep, t: Words) -> dict[str, Any]:
    rule = step.rule
    return {
        "rule": rule.id,
        "action": t(step.action),
        "reason": t(step.reason),
        "why_this": t(rule.why_this),
        "why_not_that": t(rule.why_not),
        "source": t(rule.source),
        "owner": t(rule.owner),
        "effort": t(EFFORTS[rule.effort]),
        "pillar": rule.pillar,
        "concerns": rule.concerns,
        "ready": step.ready,
    }


def country_dict(answer: CountryAnswer, t: Words) -> dict[str, Any]:
    """The contract of `cop country --format json`: country, pillars, unknown, targets, actions, help, and what vouches for them."""
    country, standing = answer.country, answer.standing
    band = standing.band
    return {
        "country": country.iso3,
        "name": country.name(t.language),
        "language": t.language.code,
        "at": answer.at.isoformat(),
        "release": answer.release,
        "licence": LICENCE,
        "in_denominator": answer.in_denominator,
        "stated_by_user": answer.stated,
        "headline": headline(answer, t),
        "band": {"number": band.number, "words": band_sentence(answer, t), "low": round(100 * band.score.low, 1),
                 "high": round(100 * band.score.high, 1), "coverage": round(standing.coverage, 1),
                 "known": answer.known, "asked": answer.asked},
        "context": [
            {"code": item.indicator.code, "name": t(item.indicator.name), **_figure(item.figure)} for item in answer.context
        ],
        "children_weight": _figure(answer.weight) if answer.weight else None,
        "pillars": [
            {"key": p.term.key, "name": t(p.term.name), "counts": {str(s): n for s, n in p.counts.items()},
             "facts": [_fact(fact, t) for fact in p.facts]}
            for p in answer.pillars
        ],
        "gaps": [
            {"code": gap.code, "state": str(gap.state)} for gap in answer.gaps
        ],
        "unknown": [
            {"code": u.indicator.code, "name": t(u.indicator.name), "why": str(u.reading.why),
             "last_known": str(u.reading.last_known) if u.reading.stale else None,
             "date": str(u.reading.answer.as_of) if u.reading.stale and u.reading.answer else None}
            for u in answer.unknown
        ],
        "targets": [
            {"target": target.id, "name": t(TARGET_NAMES[target.id]), "indicator": target.indicator.code,
             "status": target.status, "framework": "2008-2020, historic",
             "rows": [{"id": row.id, "baseline": row.baseline, "baseline_year": row.baseline_year, "target": row.value,
                       "year": row.year, "unit": row.unit, **_origin(row.provenance)} for row in target.targets]}
            for target in answer.targets
        ],
        "goals": [{"indicator": g.indicator, "measure": g.measure, "value": g.value, "by": str(g.by), "set_by": g.set_by}
                  for g in answer.goals],
        "actions": [_step(step, t) for step in standing.choice.steps],
        "help": help_dict(answer.help),
    }  # fmt: skip


HEADINGS = ("section", "code", "name", "state", "value", "unit", "in_force", "date", "source", "licence", "file", "row", "column")


def country_rows(answer: CountryAnswer, t: Words) -> Iterator[tuple[Any, ...]]:
    """The same as rows under HEADINGS: figures, facts, what is unknown, actions and numbers to call."""
    data = country_dict(answer, t)
    for figure in data["context"]:
        yield _row("context", figure["code"], figure["name"], "", figure["value"], figure["unit"], None, figure)
    for pillar in data["pillars"]:
        for fact in pillar["facts"]:
            yield _row(pillar["key"], fact["code"], fact["name"], fact["state"], fact["words"], fact["unit"],
                       fact["in_force"], fact)  # fmt: skip
    for item in data["unknown"]:
        yield ("unknown", item["code"], item["name"], "unknown", item["last_known"], "", None, item["date"], item["why"], *[""] * 4)
    for item in data["targets"]:
        yield ("target", item["target"], item["name"], item["status"], "", "", None, None, item["framework"], *[""] * 4)
    for item in data["actions"]:
        yield ("action", item["rule"], item["action"], "", item["owner"], "", None, None, item["source"], *[""] * 4)
    for kind in ("emergency", "helplines"):
        for line in data["help"][kind]:
            yield (kind, line.get("service", line.get("kind")), line.get("organisation", ""), "", line["number"], "", None,
                   line["date"], line["source"], line.get("licence", ""), line["file"], line["row"], "number")  # fmt: skip


def _row(
    section: str, code: str, name: str, state: str, value: Any, unit: str, in_force: Any, origin: dict[str, Any]
) -> tuple[Any, ...]:
    cell = origin["cells"][0] if origin["cells"] else {"file": "", "row": "", "column": ""}
    return (section, code, name, state, value, unit, in_force, origin["date"], origin["source"], origin["licence"],
            cell["file"], cell["row"], cell["column"])  # fmt: skip
