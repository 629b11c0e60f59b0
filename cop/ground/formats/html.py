"""Pages from templates, in one language at a time, with or without a web server."""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from cop.ground.core.phrases import AGES, CONFIDENCES, STATES, UNITS, WHYS, state_words
from cop.ground.core.tables import PACKAGE
from cop.ground.core.words import LANGUAGES, SPACED_NUMBER, Words, words
from cop.ground.formats.bars import five_bars


@lru_cache
def environment(code: str) -> Environment:
    """The template environment of one language: templates of every room under the room's own name."""
    folders = sorted(str(path) for path in PACKAGE.glob("*/templates"))
    built = Environment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.do"],
    )
    t = words(code)

    @lru_cache(maxsize=4096)
    def plain(message: str) -> Markup:
        return escape(t(message))

    def translate(message: str, **values: object) -> Markup:
        text = plain(message)
        return text % values if values else text

    def translate_count(one: str, many: str, number: int, **values: object) -> Markup:
        return escape(t.count(one, many, number, **values))

    built.globals |= {
        "t": translate,
        "tn": translate_count,
        "w": t,
        "lang": t.language,
        "languages": LANGUAGES,
        "stylesheet": stylesheet_address(),
        "STATES": STATES,
        "WHYS": WHYS,
        "UNITS": UNITS,
        "AGES": AGES,
        "CONFIDENCES": CONFIDENCES,
        "five_bars": lambda pillars, tiny: five_bars(pillars, t, tiny=tiny),
        "state_words": lambda reading: state_words(reading, t),
        "bdi": isolated,
        "prose": prose,
        "en": english,
        "out": outward,
    }
    built.filters |= {"number": t.number, "percent": t.percent, "day": t.date}
    return built


def isolated(text: object) -> Markup:
    """A number, address or code, kept left to right on pages of every direction."""
    return Markup(f'<bdi dir="ltr">{escape(text)}</bdi>')  # noqa: S704 escaped


def prose(text: str) -> Markup:
    """A text of guidance, with numbers that hold spaces (116 111) kept left to right."""
    return Markup(SPACED_NUMBER.sub(r'<bdi dir="ltr">\g<0></bdi>', str(escape(text))))  # noqa: S704 escaped before


def english(text: object) -> Markup:
    """Text that stands in English on pages of every language: titles of sources, licences."""
    return Markup(f'<bdi lang="en" dir="ltr">{escape(text)}</bdi>')  # noqa: S704 escaped


def outward(url: str) -> Markup:
    """A link to another site that does not tell it where the reader comes from."""
    shown = url.removeprefix("https://").rstrip("/")
    return Markup('<a href="{}" rel="noreferrer">{}</a>').format(url, isolated(shown))


def render(template: str, t: Words, **values: Any) -> str:
    """The page that `template` gives for `values` in the language of `t`."""
    return (
        environment(t.language.code)
        .get_template(template)
        .render(**{"demo": False, "trial": False, "exit_address": "", "more_tongues": ()} | values)
    )


@lru_cache
def stylesheet() -> bytes:
    """The one stylesheet: tokens first, then the rest, in file order, without comments and blank lines."""
    folder = PACKAGE / "ground" / "static" / "ground"
    lines: list[str] = []
    for name in ("tokens.css", "site.css"):
        for line in (folder / name).read_text(encoding="utf-8").splitlines():
            if (kept := line.strip()) and not (kept.startswith("/*") and kept.endswith("*/")):
                lines.append(kept)
    return "\n".join(lines).encode()


@lru_cache
def stylesheet_address() -> str:
    """Its address, which changes with its content so that it can be kept for a year."""
    digest = base64.urlsafe_b64encode(hashlib.sha256(stylesheet()).digest())[:10].decode()
    return f"/static/site.{digest}.css"
