"""Guidance on paper: a guide as tagged PDF (PDF/UA-1), a topic as a one-page poster with number and
QR code, and the pictures shown beside links. Made by typst."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from threading import Lock
from typing import Any

import segno
import typst

from cop.ground.core.door import PACKAGE, Words
from cop.ground.formats.fonts import families, require_glyphs
from cop.ground.formats.html import environment
from cop.guidance.core.door import HelpAnswer, Shown, full_origin, status
from cop.guidance.core.texts import Block
from cop.guidance.formats.offline import Copy

PATIENCE = 1.0  # seconds that a document waits for the one before it: pages of help must not wait behind documents
_ONE = Lock()
FOLDER = PACKAGE / "guidance" / "templates" / "guidance"
_COLOURS = {
    "warm": 'fill="#f7c873"',
    "ink": 'fill="none" stroke="#16202e" stroke-width="2.4" stroke-linecap="round" stroke-linejoin="round"',
}


class Busy(Exception):
    """Another document is being made: only one at a time, so that pages stay quick."""


def guide_pdf(copy: Copy) -> bytes:
    """The copy as a document. Raises FontMissing when the machine lacks a font for the language or a sign in it."""
    t = copy.t
    values: dict[str, Any] = {
        "title": copy.title, "large": any(guide.name in ("5-8", "9-12") for guide, _ in copy.guides) and len(copy.guides) == 1,
        "single": len(copy.topics) == 1, "help_title": t("Help for a child, now"), "help": list(_help_lines(copy)),
        "topics": [_topic(shown, copy) for shown in copy.topics],
        "footer": " · ".join((
            t.isolate(copy.origin) if copy.origin else "COP Centre", t("Offline copy of %(date)s.", date=t.date(copy.at)),
            t("Next review by %(date)s.", date=t.date(min(s.pack.review_by for s in copy.topics))),
        )),
    }  # fmt: skip
    return _compile("guide.typ", values, t, copy.tongue.code, copy.tongue.dir)


def _help_lines(copy: Copy) -> Iterator[str]:
    t = copy.t
    directories = {d.kind: d.url for d in copy.room.directories}
    yield t("In danger now: call your local emergency number.")
    yield t("Talk to an adult you trust, or find a helpline at %(url)s.", url=t.isolate(directories["child_helplines"]))
    for area, service, origin in copy.numbers if copy.own else ():
        if copy.room.area(copy.own).name(t.language) == area:
            yield f"{area}{t.colon}{t.isolate(service.organisation)}{t.colon}{t.isolate(service.number)} ({origin})"


def _topic(shown: Shown, copy: Copy) -> dict[str, Any]:
    t = copy.t
    parts: list[dict[str, Any]] = [
        {"heading": t(name), "blocks": _blocks(shown.text.parts[key], t)} for key, name in shown.topic.part_names.items()
    ]
    if shown.text.lesson:
        parts.append({"heading": t("A lesson of 20 minutes"), "blocks": _blocks(shown.text.lesson, t), "own_page": True})
    return {
        "title": shown.text.title, "answer": shown.text.answer, "parts": parts, "status": status(shown, t),
        "sources_heading": t("Sources"),
        "sources": [t.isolate(f"{s.title} ({s.producer}, {s.year}), {s.url}") for s in copy.room.library.sources_of(shown.topic)],
    }  # fmt: skip


def _blocks(blocks: tuple[Block, ...], t: Words) -> list[dict[str, Any]]:
    def written(block: Block) -> list[str]:
        items = [t.with_numbers_kept("".join(span.words for span in item)) for item in block.items]
        if block.kind != "minutes":
            return items
        return [
            f"{t.count('%(n)s minute', '%(n)s minutes', n)}{t.colon}{item}" for n, item in zip(block.minutes, items, strict=True)
        ]

    return [{"kind": block.kind, "items": written(block)} for block in blocks]


def poster_pdf(shown: Shown, help_here: HelpAnswer | None, t: Words, *, address: str, footer: str) -> bytes:
    """A topic on one page. `address` is where the page stands, for the QR code; empty leaves the code out.

    Raises FontMissing when the machine lacks a font.
    """
    line = help_here.helplines[0] if help_here and help_here.helplines else None
    steps = {name: _steps(shown.text.parts[name]) for name in ("first", "now")}
    directory = t("Talk to an adult you trust, or find a helpline at %(url)s.", url=t.isolate("childhelplineinternational.org"))
    values = {
        "title": shown.text.title, "answer": shown.text.answer,
        "neutral": t("Guidance") if shown.topic.sensitive else shown.text.title,
        "first_heading": t(shown.topic.part_names["first"]), "first": steps["first"],
        "now_heading": t(shown.topic.part_names["now"]), "now": steps["now"],
        "danger": t("In danger now: call your local emergency number."),
        "organisation": f"{help_here.area.name(t.language)}{t.colon}{t.isolate(line.organisation)}" if help_here and line else "",
        "number": t.isolate(line.number) if line else "", "origin": full_origin(line, t) if line else directory,
        "drawing": drawing_svg(shown.topic.drawing), "qr": qr_svg(address) if address else "",
        "qr_alt": t("Code that opens %(address)s", address=address), "footer": footer,
    }  # fmt: skip
    return _compile("poster.typ", values, t, shown.tongue.code, shown.tongue.dir)


def _steps(blocks: tuple[Block, ...]) -> list[str]:
    return ["".join(span.words for span in item) for block in blocks if block.kind == "steps" for item in block.items]


def share_png(title: str, label: str, drawing: str, t: Words, way: str, warm: bool) -> bytes:
    """The picture that is shown beside a link: 1200 by 630 points. Raises FontMissing when the machine lacks a font."""
    values = {
        "title": title, "label": label, "drawing": drawing_svg(drawing), "paper": "#fff8ec" if warm else "#fbfaf7",
        "long": len(title) > 44,
    }  # fmt: skip
    return _compile("share.typ", values, t, t.language.code, way, picture=True)


def qr_svg(address: str) -> str:
    """A QR code (ISO/IEC 18004, error level M) as SVG."""
    buffer = io.BytesIO()
    segno.make(address, error="m", micro=False).save(buffer, kind="svg", border=2, scale=4, dark="#16202e", light="#ffffff")
    return buffer.getvalue().decode()


def drawing_svg(name: str) -> str:
    """One of the drawings of children's pages as a file of its own, with its colours in it."""
    if not name:
        return ""
    module = environment("en").get_template("guidance/drawings.html").module
    svg = str(module.drawing(name))  # type: ignore[attr-defined]
    svg = svg.replace('class="ink thick"', _COLOURS["ink"].replace("2.4", "5"))
    for css, style in _COLOURS.items():
        svg = svg.replace(f'class="{css}"', style)
    return svg.replace('class="drawing"', 'xmlns="http://www.w3.org/2000/svg"')


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            if key not in ("qr", "drawing"):
                yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def _compile(template: str, values: dict[str, Any], t: Words, code: str, way: str, picture: bool = False) -> bytes:
    fonts = families(t)
    require_glyphs("".join(_texts(values)), fonts, t)
    payload = json.dumps(values | {"fonts": fonts, "lang": code.split("-")[0], "dir": way}, ensure_ascii=False)
    if not _ONE.acquire(timeout=PATIENCE):
        raise Busy("another document is being made; try again in a few seconds")
    try:
        return _typeset(template, payload, picture)
    finally:
        _ONE.release()


def _typeset(template: str, payload: str, picture: bool) -> bytes:
    form: dict[str, Any] = {"format": "png", "ppi": 72} if picture else {"format": "pdf", "pdf_standards": "ua-1"}
    made: bytes = typst.compile(FOLDER / template, sys_inputs={"data": payload}, root=FOLDER, **form)
    return made
