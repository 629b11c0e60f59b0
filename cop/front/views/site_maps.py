"""The site map for readers, and the site maps for search engines with every language of every page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from django.http import HttpRequest, HttpResponse

from cop.ground.core.door import ITU_REGIONS, LANGUAGES, SPECIAL_GROUPS
from cop.ground.public import NotThere, language, page, reference
from cop.guidance.public import held as guidance
from cop.observatory.public import Released, released
from cop.observatory.public import held as observatory

STATIC_PAGES = (
    "",
    "countries/",
    "map/",
    "targets/",
    "indicators/",
    "rounds/",
    "releases/",
    "help/",
    "help/keep/",
    "data/",
    "methods/",
    "about/",
    "site-map/",
)
REGIONS = ("world", *ITU_REGIONS, *SPECIAL_GROUPS)
ALL_LANGUAGES = tuple(language.code for language in LANGUAGES)


def site_map(request: HttpRequest, lang: str) -> HttpResponse:
    """Every kind of page, the guides and the indicators."""
    t = language(request, lang)
    newest = released()
    answer = page(
        request,
        "front/site_map.html",
        t,
        path="site-map/",
        indicators=observatory().indicators,
        guides=guidance().library.guides.values(),
        released=bool(newest.standing),
    )
    return _with_care(answer, newest)


def _with_care(answer: HttpResponse, newest: Released) -> HttpResponse:
    """What tells of releases is not kept while an embargo is about to end."""
    if newest.pending:
        answer["Cache-Control"] = "no-store"
    return answer


def _guidance() -> Iterator[tuple[str, tuple[str, ...]]]:
    library = guidance().library
    yield "guidance/", tuple(library.tongues)
    yield "guidance/children/", tuple(library.tongues)
    yield from ((f"guidance/{guide.path}", tuple(library.tongues)) for guide in library.guides.values())
    for topic in library.topics.values():
        yield f"guidance/{topic.audience}/{topic.slug}/", tuple(code for code in library.tongues if library.has(topic.slug, code))


def _releases() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each release that stands, and what compares countries and regions in the newest."""
    standing = released().standing
    if standing:
        yield from ((path, ALL_LANGUAGES) for path in ("compare/", "regions/", *(f"regions/{key}/" for key in REGIONS)))
    yield from ((f"releases/{id}/", ALL_LANGUAGES) for id in standing)


def _profiles() -> Iterator[tuple[str, tuple[str, ...]]]:
    """The profile of each country in the newest release."""
    if released().standing:
        yield from ((f"profiles/{code}/", ALL_LANGUAGES) for code in reference().places.countries)


# What each part of the site map lists: paths after the language, with the languages that they exist in.
_PARTS: dict[str, Callable[[], Iterable[tuple[str, tuple[str, ...]]]]] = {
    "pages": lambda: ((path, ALL_LANGUAGES) for path in STATIC_PAGES),
    "guidance": _guidance,
    "help": lambda: ((f"help/{area}/", ALL_LANGUAGES) for area in reference().places.help_areas),
    "countries": lambda: ((f"countries/{code}/", ALL_LANGUAGES) for code in reference().places.countries),
    "indicators": lambda: ((f"indicators/{i.code}/", ALL_LANGUAGES) for i in observatory().indicators),
    "releases": _releases,
    "profiles": _profiles,
}
_OF_RELEASES = frozenset({"releases", "profiles"})  # parts that are there once something is published


def _parts(newest: Released) -> list[str]:
    return [name for name in _PARTS if newest.standing or name not in _OF_RELEASES]


def sitemap_index(request: HttpRequest) -> HttpResponse:
    """The parts of the site map, for search engines."""
    base, newest = f"{request.scheme}://{request.get_host()}", released()
    parts = "".join(f"<sitemap><loc>{base}/sitemap-{name}.xml</loc></sitemap>" for name in _parts(newest))
    return _with_care(_xml(f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{parts}</sitemapindex>'), newest)


def sitemap_part(request: HttpRequest, name: str) -> HttpResponse:
    """Every page of one part in each of its languages, with links to the others."""
    newest = released()
    if name not in _parts(newest):
        raise NotThere(f"sitemap-{name}.xml", [(f"sitemap-{part}.xml", "") for part in _parts(newest)])
    base = f"{request.scheme}://{request.get_host()}"
    urls = []
    for path, codes in _PARTS[name]():
        others = "".join(f'<xhtml:link rel="alternate" hreflang="{code}" href="{base}/{code}/{path}"/>' for code in codes)
        urls += [f"<url><loc>{base}/{code}/{path}</loc>{others}</url>" for code in codes]
    spaces = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml"'
    answer = _xml(f"<urlset {spaces}>{''.join(urls)}</urlset>")
    return _with_care(answer, newest) if name in _OF_RELEASES else answer


def _xml(body: str) -> HttpResponse:
    return HttpResponse(f'<?xml version="1.0" encoding="UTF-8"?>{body}', content_type="application/xml")


def robots(request: HttpRequest) -> HttpResponse:
    """Everything may be indexed; where the site map is."""
    return HttpResponse(
        f"User-agent: *\nAllow: /\nSitemap: {request.scheme}://{request.get_host()}/sitemap.xml\n", content_type="text/plain"
    )
