"""Home, countries, the open-data catalogue, methods and the pages about the centre."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from cop.front.core.sentences import EFFORTS
from cop.ground.core.door import ITU_REGIONS, SPECIAL_GROUPS, State, Words, region_key
from cop.ground.public import NotThere, choice, download, language, page, reference, today
from cop.observatory.core.door import CLASS_NAMES, REASON_WORDS, method_rows
from cop.observatory.public import drawing
from cop.observatory.public import held as observatory

GROUPS = (*ITU_REGIONS, *SPECIAL_GROUPS)


def home(request: HttpRequest, lang: str) -> HttpResponse:
    """What this is, help first, how far the world is, the map and a search."""
    t = language(request, lang)
    at = today()
    held = observatory()
    evident = {code: held.map_layer(code, at).counts["yes"] for code in ("P2-08", "P2-01")}
    return page(
        request, "front/home.html", t, path="", layer=held.map_layer("P1-09/OPSC", at), opsc=held.coverage("P1-09/OPSC", at),
        helpline=evident["P2-08"], reporting=evident["P2-01"], goal=held.targets[0], at=at,
        register=reference().passport("observatory/treaty_parties"),
        pillars=reference().vocabulary.pillars, legend_words=lambda css: _class_words(css, t), drawing=drawing,
        own=reference().places.countries.get(settings.COP_OWN_COUNTRY),
    )  # fmt: skip


def _class_words(css: str, t: Words) -> str:
    return t(CLASS_NAMES[css])


def countries(request: HttpRequest, lang: str) -> HttpResponse:
    """All countries with their five bars; searched by `q`, filtered by `group`."""
    t = language(request, lang)
    text = request.GET.get("q", "").strip()[:60]
    group = choice(request, "group", GROUPS, "")
    at = today()
    found = _selected(text, group, t)
    held = observatory()
    rows = []
    for country in found:
        standing = held.standing(country, at)
        known = [i.name for i in held.indicators.scored if standing.readings.state(i.code) is not State.UNKNOWN]
        rows.append((country, standing, held.pillar_counts(standing.readings), known))
    return page(
        request, "front/countries.html", t, path="countries/", rows=rows, text=text, group=group, at=at,
        groups=[reference().vocabulary.group(key) for key in GROUPS], pillars=reference().vocabulary.pillars,
    )  # fmt: skip


def _selected(text: str, group: str, t: Words) -> list[Any]:
    places, at = reference().places, today()
    if text:
        found = places.search(text, t.language)
    else:
        found = sorted(places.countries.values(), key=lambda c: t.sort_key(c.name(t.language)))
    if group:
        inside = {c.iso3 for c in places.members(at, group)}
        found = [c for c in found if c.iso3 in inside]
    return found


def countries_download(request: HttpRequest, form: str, lang: str | None = None) -> HttpResponse:
    t = language(request, lang)
    group = choice(request, "group", GROUPS, "")
    at, held = today(), observatory()
    headings = ("iso3", "country", "itu_region", "itu_member", "known", "asked", "band", "low", "high", "next_action", "at")
    rows: list[Sequence[Any]] = []
    for c in _selected(request.GET.get("q", "").strip()[:60], group, t):
        s = held.standing(c, at)
        score = s.band.score
        rows.append((c.iso3, c.name(t.language), region_key(c), c.is_member(at), score.known, score.applicable, s.band.number,
                     round(100 * score.low, 1), round(100 * score.high, 1), s.choice.steps[0].rule.id, at.isoformat()))  # fmt: skip
    return download(request, form, name="countries", title=t("Countries"), headings=headings, rows=rows, source="COP Centre")


def data_catalogue(request: HttpRequest, lang: str) -> HttpResponse:
    """Every data file with its passport."""
    t = language(request, lang)
    text = request.GET.get("q", "").strip()[:60]
    found = [p for p in reference().passports if text.casefold() in f"{p.title} {t(p.title)} {p.producer} {p.name}".casefold()]
    return page(request, "front/data.html", t, path="data/", passports=found, text=text)


def data_catalogue_download(request: HttpRequest, form: str, lang: str | None = None) -> HttpResponse:
    t = language(request, lang)
    headings = ("file", "title", "producer", "source", "published", "accessed", "as_of", "licence", "citation", "confidence",
                "check_by", "rows", "sha256", "note")  # fmt: skip
    rows = [
        (p.file, t(p.title), p.producer, p.source, p.published, p.accessed.isoformat(), str(p.as_of), p.licence, p.citation,
         p.confidence, p.check_by, p.rows, p.sha256, p.note)
        for p in reference().passports
    ]  # fmt: skip
    return download(request, form, name="data", title=t("Data and passports"), headings=headings, rows=rows, source="COP Centre")


def data_file(request: HttpRequest, slug: str, lang: str | None = None) -> HttpResponse:
    """A data file as it is."""
    for passport in reference().passports:
        if passport.slug == slug:
            room, _, name = passport.name.partition("/")
            reference().reference.table(room, name)  # raises where the file is damaged
            body = reference().reference.path(room, f"{name}.csv").read_bytes()
            response = HttpResponse(body, content_type="text/csv; charset=utf-8")
            response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
            return response
    raise NotThere(slug, [(p.slug, f"data/{p.slug}.csv") for p in reference().passports])


def methods(request: HttpRequest, lang: str) -> HttpResponse:
    """Formulas, the rule table with its counts, and the cross-walk."""
    t = language(request, lang)
    held = observatory()
    return page(
        request, "front/methods.html", t, path="methods/", rules=held.rules, counts=held.firing_counts(today()),
        composites=held.composites, crosswalk=held.crosswalk, scored=len(held.indicators.scored), efforts=EFFORTS, at=today(),
        pillars={term.key: term for term in reference().vocabulary.pillars}, examples=held.method_examples,
        reasons=REASON_WORDS, scorings=[(method, method_rows(method, held.indicators)) for method in held.methods.values()],
    )  # fmt: skip


def methods_download(request: HttpRequest, form: str, lang: str | None = None) -> HttpResponse:
    t = language(request, lang)
    held = observatory()
    counts = held.firing_counts(today())
    headings = ("rule", "when", "action", "reason", "owner", "source", "pillar", "kind", "needs", "effort", "countries")
    rows = [(r.id, r.when, t(r.action), t(r.reason), t(r.owner), t(r.source), r.pillar, r.kind, r.needs, r.effort, counts[r.id])
            for r in held.rules]  # fmt: skip
    return download(
        request, form, name="methods", title=t("Rules for the next actions"), headings=headings, rows=rows, source="COP Centre"
    )


def about(request: HttpRequest, lang: str) -> HttpResponse:
    t = language(request, lang)
    return page(request, "front/about.html", t, path="about/")
