"""Fonts for documents: found for every script, or a clear failure that names the package to install."""

from __future__ import annotations

from functools import lru_cache

import typst
from fontTools.ttLib import TTFont

from cop.ground.core.words import Words

# Families in order of preference, and the Debian package that brings the first of them.
_FAMILIES = {
    "ar": (("Noto Naskh Arabic", "Amiri"), "fonts-noto-core"),
    "zh": (("Noto Serif CJK SC", "Source Han Serif SC", "Noto Sans CJK SC"), "fonts-noto-cjk"),
}
_LATIN = ("Noto Serif", "Libertinus Serif")
_CONTROLS = {chr(code) for code in (*range(0x2066, 0x206A), *range(0x200B, 0x2010), 0x00A0, 0x202F, 0x0A, 0x0D)}


class FontMissing(Exception):
    """No font for a script, or no glyph for a sign. The message names the package that helps."""


@lru_cache
def _fonts() -> typst.Fonts:
    return typst.Fonts()


def families(t: Words) -> list[str]:
    """The font families for documents in the language of `t`. Raises FontMissing that names the package."""
    known = set(_fonts().families())
    latin = [name for name in _LATIN if name in known]
    wanted, package = _FAMILIES.get(t.language.suffix, ((), ""))
    found = [name for name in wanted if name in known][:1]
    if wanted and not found:
        raise FontMissing(f"no font for {t.language.name} is installed; install the package {package}")
    return found + latin


@lru_cache
def _signs(family: str) -> frozenset[int]:
    found: set[int] = set()
    for info in _fonts().fonts():
        if info.family == family and info.style == "normal" and info.weight == 400 and info.path:
            with TTFont(info.path, fontNumber=info.index, lazy=True) as font:
                found |= set(font["cmap"].getBestCmap())
            break
    return frozenset(found)


def all_families(t: Words) -> list[str]:
    """The families of `families`, then the installed ones of other scripts: for texts that people wrote. Raises FontMissing."""
    first = families(t)
    known = set(_fonts().families())
    others = [name for names, _ in _FAMILIES.values() for name in names if name in known]
    return list(dict.fromkeys([*first, *others]))


def missing_signs(texts: str, chosen: list[str]) -> list[str]:
    """The signs of `texts` that none of the chosen families has, in order."""
    held = frozenset().union(*(_signs(family) for family in chosen))
    if not held:  # only the fonts inside typst, which cover Latin, Greek and Cyrillic
        held = frozenset((*range(0x20, 0x530), *range(0x2000, 0x2070), 0x2022, 0x2026, 0x20AC, 0x2212))
    return sorted({sign for sign in texts if ord(sign) not in held and sign not in _CONTROLS})


def require_glyphs(texts: str, chosen: list[str], t: Words) -> None:
    """Raises FontMissing when a sign of `texts` is in none of the chosen families: a document never prints boxes."""
    if missing := missing_signs(texts, chosen):
        package = _FAMILIES.get(t.language.suffix, ((), "fonts-noto-core"))[1]
        shown = ", ".join(f"{sign} (U+{ord(sign):04X})" for sign in missing[:5])
        raise FontMissing(f"no installed font has {shown}; install the package {package}")
