"""What was signed, as tagged PDF (PDF/UA-1) in six languages, made by typst."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import typst

from cop.ground.core.door import PACKAGE, Country, Words
from cop.ground.formats.fonts import all_families, missing_signs
from cop.observatory.core.questionnaire import Question, Questionnaire
from cop.observatory.core.rounds.proofs import SCOPES
from cop.observatory.core.rounds.snapshot import Given, Proof, Snapshot
from cop.observatory.core.rounds.wording import CONSENTS, WHYS, spoken, value_words

TEMPLATE = PACKAGE / "observatory" / "templates" / "observatory" / "signed.typ"


@dataclass(frozen=True)
class Signature:
    """Who signs, when, and as which number."""

    name: str
    title: str
    at: datetime
    number: int


def signed_document(
    snapshot: Snapshot, questionnaire: Questionnaire, round_title: str, country: Country | None, by: Signature, t: Words
) -> bytes:
    """The document. A sign that no installed font has is printed as its code. Raises FontMissing for a whole script."""
    values = document_values(snapshot, questionnaire, round_title, country, by, t)
    fonts = all_families(t)
    text = "".join(texts_of(values))
    codes = {ord(sign): f"[U+{ord(sign):04X}]" for sign in missing_signs(text, fonts)}
    payload = json.dumps(_without(values, codes) | {"fonts": fonts}, ensure_ascii=False)
    return bytes(typst.compile(TEMPLATE, format="pdf", pdf_standards="ua-1", sys_inputs={"data": payload}, root=TEMPLATE.parent))


def _without(value: Any, codes: dict[int, str]) -> Any:
    if isinstance(value, str):
        return value.translate(codes)
    if isinstance(value, dict):
        return {key: _without(item, codes) for key, item in value.items()}
    if isinstance(value, list):
        return [_without(item, codes) for item in value]
    return value


def document_values(
    snapshot: Snapshot, questionnaire: Questionnaire, round_title: str, country: Country | None, by: Signature, t: Words
) -> dict[str, Any]:  # fmt: skip
    """Every text of the document, ready to print."""
    name = country.name(t.language) if country else snapshot.country
    given = {answer.question_id: answer for answer in snapshot.answers}
    asked = [q for q in questionnaire.questions if q.id in given]
    return {
        "lang": t.language.locale.split("_")[0],
        "dir": t.dir,
        "title": f"{name} · {round_title}",
        "headline": t("%(country)s: answers signed in the round %(round)s", country=name, round=round_title),
        "intro": t(
            "Signed by %(name)s, %(title)s, on %(date)s. Signature number %(n)s.",
            name=by.name, title=by.title, date=t.date(by.at.date()), n=t.number(by.number),
        ),
        "consent": f"{t('Consent')}{t.colon}{t(CONSENTS[snapshot.consent])}",
        "hash_label": t("Fingerprint (SHA-256) of what was signed"),
        "hash": snapshot.sha256,
        "replaces": _replaces(snapshot, t),
        "questionnaire": t(
            "Questionnaire %(id)s, version %(version)s, fingerprint %(sha256)s.",
            id=t.isolate(snapshot.questionnaire), version=t.isolate(snapshot.questionnaire_version),
            sha256=t.isolate(snapshot.questionnaire_sha256[:16]),
        ),
        "sections": [
            {
                "title": f"{t.isolate(section.code)} {spoken(section.label, t.language.code)}",
                "answers": [
                    _answer(given[q.id], q, t)
                    for q in asked
                    if questionnaire.section_of(q.id).id == section.id
                ],
            }
            for section in questionnaire.sections
        ],
        "none": t("No question of this section was answered."),
        "footer": t("%(country)s · fingerprint %(sha256)s", country=name, sha256=t.isolate(snapshot.sha256[:16])),
    }  # fmt: skip


def _replaces(snapshot: Snapshot, t: Words) -> str:
    if not snapshot.replaces:
        return ""
    return t("It takes the place of the signature over %(sha256)s.", sha256=t.isolate(snapshot.replaces))


def _answer(given: Given, asked: Question, t: Words) -> dict[str, Any]:
    question = f"{t.isolate(asked.code)} {spoken(asked.label, t.language.code)}"
    value = value_words(asked, given.value, t)
    lines = []
    if given.why:
        lines.append(f"{t('Why it is unknown')}{t.colon}{t(WHYS.get(given.why, given.why))}")
    if given.note:
        lines.append(f"{t('Note')}{t.colon}{given.note}")
    if given.disagreement:
        lines.append(f"{t('The country disagrees')}{t.colon}{given.disagreement}")
    if given.source:
        lines.append(f"{t('Confirmed from')}{t.colon}{given.source}")
    lines += [_proof(proof, t) for proof in given.evidence]
    if not given.public:
        lines.append(t("Not public."))
    return {"question": question, "value": value or t("unknown"), "lines": lines}


_FACTS = ("enacted", "in_force", "amended", "repealed")


def _proof(proof: Proof, t: Words) -> str:
    words = {"enacted": t("enacted"), "in_force": t("in force"), "amended": t("amended"), "repealed": t("repealed")}
    facts = [f"{words[key]} {proof.facts[key]}" for key in _FACTS if proof.facts.get(key)]
    facts += [proof.facts[key] for key in ("gazette", "territories") if proof.facts.get(key)]
    facts += [t(SCOPES[proof.facts["scope"]])] if proof.facts.get("scope") else []
    where = proof.url or f"{proof.file_name}, SHA-256 {proof.sha256[:16]}"
    return f"{t('Evidence')}{t.colon}" + t.semicolon.join(
        part for part in (proof.title, proof.place, *facts, t.isolate(where)) if part
    )


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
