"""A questionnaire as tagged PDF (PDF/UA-1) to print and fill in by hand, in six languages, made by typst."""

from __future__ import annotations

import json
from dataclasses import asdict

import typst

from cop.ground.core.door import PACKAGE, Words
from cop.ground.formats.fonts import families, require_glyphs
from cop.observatory.core.questionnaire import Questionnaire
from cop.observatory.formats.questionnaire_paper import paper

TEMPLATE = PACKAGE / "observatory" / "templates" / "observatory" / "questionnaire.typ"


def write_pdf(questionnaire: Questionnaire, t: Words) -> bytes:
    """The document in the language of `t`. Raises FontMissing when the machine lacks a font for the language or a sign in it."""
    printed = paper(questionnaire, t)
    values = asdict(printed) | {
        "lang": t.language.locale.split("_")[0],
        "dir": t.dir,
        "footer": t("The answers are given online or in the workbook of the round; this paper helps to prepare them."),
    }
    fonts = families(t)
    require_glyphs(json.dumps(values, ensure_ascii=False), fonts, t)
    payload = json.dumps(values | {"fonts": fonts}, ensure_ascii=False)
    return typst.compile(TEMPLATE, format="pdf", pdf_standards="ua-1", sys_inputs={"data": payload}, root=TEMPLATE.parent)
