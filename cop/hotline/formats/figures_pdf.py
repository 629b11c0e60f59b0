"""The figures of a year as tagged PDF (PDF/UA-1) in six languages, made by typst."""

from __future__ import annotations

import json

import typst

from cop.ground.core.door import PACKAGE, Words, mark
from cop.ground.formats.fonts import all_families, require_glyphs
from cop.hotline.core.edition import Edition
from cop.hotline.formats.figures_tables import FigureTable, explained, headline

TEMPLATE = PACKAGE / "hotline" / "templates" / "hotline" / "figures.typ"


def figures_pdf(edition: Edition, number: int, note: str, digest: str, tables: list[FigureTable], t: Words) -> bytes:
    """The document of edition `number` of a year. Raises FontMissing where the machine lacks a font or a sign in it."""
    figures = edition.figures
    values = {
        "lang": t.language.locale.split("_")[0],
        "dir": t.dir,
        "title": t(mark("Figures of the hotline, %(year)s"), year=str(figures.year)),
        "headline": headline(edition, t),
        "explained": explained(edition, t),
        "correction": f"{t(mark('Corrected:'))} {t.isolate(note)}" if note else "",
        "tables": [
            {"title": one.title, "unit": one.unit, "lines": [
                {"label": line.label, "shown": line.shown, "depth": line.depth, "share": line.share} for line in one.lines
            ]} for one in tables
        ],
        "independence_title": t(mark("How the hotline keeps its independence")),
        "independence": edition.notices.independence,
        "source": t(mark("Source: %(source)s, as of %(date)s, edition %(n)s."), source=t.isolate(edition.source),
                    date=t.date(figures.as_of), n=t.number(number)),
        "licence": f"{t.isolate(edition.licence)} · {t.isolate(edition.method)}",
        "digest": f"SHA-256 {digest}",
        "footer": t(mark("Figures of the hotline, %(year)s"), year=str(figures.year)),
    }  # fmt: skip
    fonts = all_families(t)
    require_glyphs(json.dumps(values, ensure_ascii=False), fonts, t)
    payload = json.dumps(values | {"fonts": fonts}, ensure_ascii=False)
    made = typst.compile(TEMPLATE, format="pdf", pdf_standards="ua-1", sys_inputs={"data": payload}, root=TEMPLATE.parent)
    return bytes(made)
