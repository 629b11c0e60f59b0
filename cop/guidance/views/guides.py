"""Guidance pages: the guides, their topics, a guide as a whole, and search. Nothing about the reader is asked or kept."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from cop.ground.core.door import BY_CODE, Service, Words, words
from cop.ground.public import NotThere, choice, download, page, today
from cop.guidance.core.door import AUDIENCES, BANDS, RISK_MEANINGS, RISKS, Guide, Shown, Tongue, Topic, minutes_to_read, status
from cop.guidance.public import held, own_area


def tongue_of(lang: str) -> Tongue:
    """The language of an address: one of the six, or one that an operator's pack brings."""
    found = held().library.tongues.get(lang)
    if found is None:
        raise NotThere(lang, [(f"/{code}/guidance/", "") for code in held().library.tongues])
    return found


def guides(request: HttpRequest, lang: str) -> HttpResponse:
    """All guides, or the topics that fit a search (`q`) and filters (`audience`, `age`, `risk`)."""
    tongue = tongue_of(lang)
    t = words(tongue.interface)
    text = request.GET.get("q", "").strip()
    chosen = {name: choice(request, name, tuple(known), "") for name, known in _FILTERS.items()}
    asked = bool(text or any(chosen.values()))
    found, guessed, understood = _selected(text, chosen, tongue) if asked else ((), (), True)
    first = found[:MOST_FOUND] if text else found
    return _page(
        request, "guidance/guides.html", t, tongue, path="guidance/", typed=text[:200], chosen=chosen, asked=asked,
        found=first, count=len(found), guessed=guessed, understood=understood, guides=held().library.guides,
        audiences=AUDIENCES, bands=BANDS, risks=RISKS, risk_meanings=RISK_MEANINGS, guide_of=guide_of,
    )  # fmt: skip


MOST_FOUND = 20  # of a search, on one page
_FILTERS = {"audience": AUDIENCES, "age": BANDS, "risk": RISKS}


def _selected(text: str, chosen: dict[str, str], tongue: Tongue) -> tuple[tuple[Shown, ...], tuple[tuple[str, str], ...], bool]:
    here = held()
    finding = here.search(text, tongue.code) if text else None
    slugs = [found.slug for found in finding.found] if finding else list(here.library.topics)
    fits = [here.library.topics[slug] for slug in slugs if _fits(here.library.topics[slug], chosen)]
    shown = tuple(here.library.show(topic.slug, tongue.code) for topic in fits)
    return shown, finding.guessed if finding else (), finding.understood if finding else True


def _fits(topic: Topic, chosen: dict[str, str]) -> bool:
    held = {"audience": topic.audience, "age": topic.band, "risk": topic.risk}
    return all(wanted in ("", held[name]) for name, wanted in chosen.items())


def guide_of(topic: Topic) -> Guide:
    """The guide that a topic belongs to."""
    return held().library.guides[topic.group]


def children(request: HttpRequest, lang: str) -> HttpResponse:
    """Three doors, one an age band: a child chooses, nobody asks for a birthday."""
    tongue = tongue_of(lang)
    doors = [guide for guide in held().library.guides.values() if guide.audience == "children"]
    return _page(
        request, "guidance/children.html", words(tongue.interface), tongue, path="guidance/children/", doors=doors, child=True
    )


def guide(request: HttpRequest, lang: str, name: str, whole: bool = False) -> HttpResponse:
    """The topics of one guide, or the whole guide on one page."""
    tongue = tongue_of(lang)
    t = words(tongue.interface)
    found = held().library.guides.get(name)
    if found is None:
        raise NotThere(name, [(g.name, f"guidance/{g.path}") for g in held().library.guides.values()])
    topics = [held().library.show(topic.slug, tongue.code) for topic in found.topics]
    template = "guidance/whole.html" if whole else "guidance/guide.html"
    path = f"guidance/{found.path}{'whole/' if whole else ''}"
    missing = any(shown.missing for shown in topics)
    extra: dict[str, Any] = {"noindex": True} if whole or missing else {}
    return _page(
        request, template, t, tongue, path=path, guide=found, topics=topics, child=found.audience == "children",
        minutes=_minutes, has_files=not all(shown.missing for shown in topics), sources=held().library.sources_of, **extra,
    )  # fmt: skip


def _minutes(shown: Shown) -> int:
    return minutes_to_read(shown.text, shown.topic, shown.tongue.code)


def topic(request: HttpRequest, lang: str, audience: str, slug: str) -> HttpResponse:
    """One topic. Where its text is missing in the reader's language another language stands in, and says so."""
    tongue = tongue_of(lang)
    t = words(tongue.interface)
    library = held().library
    found = library.topics.get(slug)
    if found is None or found.audience != audience:
        raise NotThere(slug, _nearby(audience, slug, tongue))
    shown = library.show(slug, tongue.code)
    group = guide_of(found)
    written_in = [code for code in library.tongues if library.has(slug, code)]
    extra: dict[str, Any] = {"noindex": True} if shown.missing else {}
    return _page(
        request, "guidance/topic.html", t, tongue, path=f"guidance/{audience}/{slug}/", shown=shown, guide=group,
        child=audience == "children", minutes=_minutes(shown), sources=library.sources_of(found),
        has_files=any(library.has(other.slug, tongue.code) for other in group.topics),
        related=[library.show(other, tongue.code) for other in found.related], risks=RISKS, place=group.topics.index(found) + 1,
        alternates=[code for code in written_in if code in BY_CODE], **extra,
    )  # fmt: skip


def _nearby(audience: str, slug: str, tongue: Tongue) -> list[tuple[str, str]]:
    """What exists instead: the same topic for another audience, else the guides of the audience, else all; and help."""
    library = held().library
    if slug in library.topics:
        found = library.topics[slug]
        exists = [(library.show(slug, tongue.code).text.title, f"guidance/{found.audience}/{slug}/")]
    else:
        exists = [
            (words(tongue.interface)(g.label), f"guidance/{g.path}")
            for g in library.guides.values()
            if audience in (g.audience, "")
        ]
    exists = exists or [(words(tongue.interface)(g.label), f"guidance/{g.path}") for g in library.guides.values()]
    return [*exists, (words(tongue.interface)("Help for a child, now"), "help/")]


def own_helpline() -> tuple[str, Service] | None:
    """The area code and the first helpline that may be shown of the operator's own country."""
    area = own_area()
    answer = held().help(area.iso2, today()) if area else None
    return (answer.area.iso2, answer.helplines[0]) if answer and answer.helplines else None


def _page(request: HttpRequest, template: str, t: Words, tongue: Tongue, *, path: str, **values: Any) -> HttpResponse:
    """A guidance page: with the language of its texts, the view asked for, and the helpline of the operator's own country."""
    view = choice(request, "view", ("text",), "")
    base: dict[str, Any] = {
        "tongue": tongue,
        "plain": view == "text",
        "keep": "?view=text" if view else "",
        "own": own_helpline(),
        "status_line": status,
        "child": False,
    }
    base["more_tongues"] = [other for other in held().library.tongues.values() if other.code not in BY_CODE]
    return page(request, template, t, path=path, **(base | values))


HEADINGS = ("slug", "audience", "age", "risk", "pillar", "language", "title", "answer", "minutes", "written", "address")


def guidance_download(request: HttpRequest, form: str, lang: str | None = None) -> HttpResponse:
    """The topics that fit the filters, with titles in one language."""
    tongue = tongue_of(lang or request.GET.get("lang", "en"))
    chosen = {name: choice(request, name, tuple(known), "") for name, known in _FILTERS.items()}
    text = request.GET.get("q", "").strip()
    found, _, _ = _selected(text, chosen, tongue)
    rows = [
        (s.topic.slug, s.topic.audience, s.topic.band, s.topic.risk, s.topic.pillar, s.tongue.code, s.text.title, s.text.answer,
         _minutes(s), s.text.written.isoformat(), f"/{tongue.code}/guidance/{s.topic.audience}/{s.topic.slug}/")
        for s in found
    ]  # fmt: skip
    return download(
        request, form, name="guidance", title=words(tongue.interface)("Guidance"), headings=HEADINGS, rows=rows, source="COP Centre"
    )
