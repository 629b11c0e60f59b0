"""The profile as a tagged PDF (PDF/UA-1) of exactly two pages in six languages, made by typst from one template."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import typst

from cop.ground.core.door import PACKAGE, Words
from cop.ground.formats.fonts import families, require_glyphs
from cop.observatory.core.releases import sentences
from cop.observatory.core.releases.profile import Line, Profile

TEMPLATE = PACKAGE / "observatory" / "templates" / "observatory" / "profile.typ"
SIZES = (9.0, 8.4, 7.8, 7.2, 6.6, 6.0)  # tried until everything stands on two pages
_PAGE = re.compile(rb"/Type\s*/Page\b")
MOST_REPLY = 2600


class TooLong(Exception):
    """A profile that doesn't fit on two pages even in the smallest size."""


def profile_pdf(profile: Profile, named: Mapping[str, Any], t: Words) -> bytes:
    """The document. `named` holds the names of pillars, chart rows and the words of figures, as the page gets them.

    Raises FontMissing when the machine lacks a font for the language or a sign in it, TooLong where nothing fits.
    """
    values = document_values(profile, named, t)
    fonts = families(t)
    require_glyphs("".join(texts_of(values)), fonts, t)
    for size in SIZES:
        payload = json.dumps(values | {"fonts": fonts, "size": size}, ensure_ascii=False)
        given = {"data": payload}
        made = typst.compile(TEMPLATE, format="pdf", pdf_standards="ua-1", sys_inputs=given, root=TEMPLATE.parent)
        if len(_PAGE.findall(made)) == 2:
            return bytes(made)
    raise TooLong(f"the profile of {profile.country.iso3} doesn't fit on two pages")


def document_values(profile: Profile, named: Mapping[str, Any], t: Words) -> dict[str, Any]:
    """Every text of the document, ready to print."""
    name, header, content = profile.country.name(t.language), profile.header, profile.content
    return {
        "lang": t.language.locale.split("_")[0], "dir": t.dir, "title": f"{name} · {header.id}",
        "headline": sentences.headline(profile, t),
        "intro": sentences.standing(profile, t),
        "release": f"{header.name(t.language.code)} · {t.isolate(header.id)} · {t.date(header.day)}",
        "bars": [_bar(number, p.counts) for number, p in enumerate(profile.pillars, start=1)],
        "bars_alt": t.semicolon.join(
            f"{named['names'][p.key]}{t.colon}{sentences.counts_words(p.counts, t)}" for p in profile.pillars
        ),
        "points_title": t("Points of each pillar"),
        "points": f"{t('All pillars')}{t.colon}{sentences.score_words(content.score, t)}",
        "chart": [{"name": row.name, "low": row.low, "high": row.high, "value": row.value} for row in named["rows"]],
        "chart_note": t("Bar: what is certain. Line: what open answers could add. Thin bar: the release before."),
        "pillars": [
            {
                "name": named["names"][p.key],
                "counts": sentences.counts_words(p.counts, t),
                "lines": [_line(line, named, t) for line in p.lines if not line.is_part],
                "unknown": t.semicolon.join(t(line.known.name) for line in p.unknown if line.known.scored),
            }
            for p in profile.pillars
        ],
        "unknown_title": t("Unknown here:"),
        "changes_title": t("What changed since %(id)s", id=t.isolate(profile.before.id)) if profile.before else "",
        "changes": _changes(profile, t),
        "reply_title": t("Reply of the country"),
        "reply": _reply(profile, t),
        "reply_lang": content.reply.language.split("-")[0] if content.reply else "",
        "key": t("C: confirmed by the country. D: desk research."),
        "citation": t.isolate(header.citation),
        "versions": f"{t('Questionnaire')}{t.colon}{t.isolate(header.questionnaire)} · "
        f"{t('Method')}{t.colon}{t.isolate(header.method)}",
        "translated": ""
        if t.language.code == "en"
        else t("This translation is ours and has not yet been reviewed by a national specialist."),
        "footer": t("Release %(id)s of %(date)s", id=t.isolate(header.id), date=t.date(header.day)),
    }  # fmt: skip


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


def _bar(number: int, counts: Mapping[Any, int]) -> dict[str, Any]:
    total = sum(counts.values()) or 1
    parts = [{"state": str(state), "share": count / total} for state, count in counts.items() if count]
    return {"label": f"P{number}", "parts": list(reversed(parts))}


_SIGN = {"confirmed": "C", "desk": "D", "none": ""}


def _line(line: Line, named: Mapping[str, Any], t: Words) -> dict[str, str]:
    figure = line.figure
    other = ""
    if figure.other is not None:
        source = f" ({t.isolate(figure.other.source)})" if figure.other.source else ""
        other = f"{t('other source:')} {sentences.other_words(figure.other.value, t)}{source}"
    return {
        "code": line.known.code,
        "name": t(line.known.name),
        "said": str(named["figure_words"](figure, line.known)),
        "state": sentences.figure_class(figure, line.known) or "plain",
        "other": other,
        "origin": _SIGN[figure.origin],
        "as_of": figure.as_of,
    }


def _changes(profile: Profile, t: Words) -> list[str]:
    found = [c for c in profile.changes if c.kind == "figure" and "/" not in c.code]
    arrow = "‹" if t.dir == "rtl" else "›"
    said = [
        f"{t.isolate(c.code)}{t.colon}{sentences.change_words(c.before, t)} {arrow} {sentences.change_words(c.after, t)}"
        for c in found[:6]
    ]
    if profile.before and not found:
        said.append(t("Nothing."))
    return said


def _reply(profile: Profile, t: Words) -> str:
    reply = profile.content.reply
    if reply is None:
        return t("The country has not replied.")
    return reply.text if len(reply.text) <= MOST_REPLY else reply.text[:MOST_REPLY].rsplit(" ", 1)[0] + " …"
