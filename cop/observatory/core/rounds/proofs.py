"""Evidence as it is typed: a link or a file, and the facts of a law (RND-19)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from cop.ground.core.door import mark
from cop.observatory.core.rounds.entries import a_day, clean, short
from cop.observatory.core.rounds.refusals import Refused

SCOPES = {
    "": mark("not stated"),
    "national": mark("the whole country"),
    "federal": mark("federal"),
    "subnational": mark("sub-national"),
}
DATES = ("enacted", "in_force", "amended", "repealed")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")


@dataclass(frozen=True)
class Particulars:
    """What is said about a piece of evidence. Dates are partial or empty; `scope` is one of SCOPES."""

    title: str
    original_title: str = ""
    language: str = ""
    place: str = ""
    enacted: str = ""
    in_force: str = ""
    amended: str = ""
    repealed: str = ""
    gazette: str = ""
    scope: str = ""
    territories: str = ""
    public: bool = False
    consent: bool = False


def read_particulars(given: Mapping[str, str], *, public: bool, consent: bool) -> Particulars:
    """The particulars typed in a form. Raises Refused for a missing title, a date that is none, or a language that is no tag."""
    title = short(given.get("title", ""), 300, "RND-19")
    if not title:
        raise Refused("RND-19", mark("Give the evidence a title."))
    language = clean(given.get("language", ""))
    if language and not _LANGUAGE.fullmatch(language):
        raise Refused("RND-19", mark("Write the language as a tag such as es or pt-BR."))
    scope = given.get("scope", "")
    if scope not in SCOPES:
        raise Refused("RND-19", mark("Choose one of the scopes in the list."))
    days = {name: a_day(clean(given[name])) if clean(given.get(name, "")) else "" for name in DATES}
    if days["enacted"] and days["repealed"] and days["repealed"] < days["enacted"]:
        raise Refused("RND-19", mark("A law is repealed after it is enacted."))
    if public and not consent:
        raise Refused("RND-19", mark("Evidence that is public needs your consent to publish it."))
    texts = {name: short(given.get(name, ""), most, "RND-19") for name, most in _TEXTS.items()}
    return Particulars(title=title, language=language, scope=scope, public=public, consent=consent, **days, **texts)


_TEXTS = {"original_title": 300, "place": 120, "gazette": 200, "territories": 300}


def a_link(text: str) -> str:
    """The address of evidence as it is kept; it is never fetched. Raises Refused for anything but http and https."""
    found = short(text, 1_000, "RND-19")
    try:
        parts = urlsplit(found)
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.username and not parts.password
    except ValueError:
        fits = False
    if not fits or re.search(r"[\s<>\"'`\\]", found):
        raise Refused("RND-19", mark("Write an address that begins with https:// or http://, without spaces."))
    return found
