"""The site map for readers, and the site maps for search engines with every language of every page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from django.http import HttpRequest, HttpResponse

from cop.ground.core.door import LANGUAGES
from cop.ground.public import NotThere, language, page, reference
from cop.guidance.public import held as guidance
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
ALL_LANGUAGES = tuple(language.code for language in LANGUAGES)


def site_map(request: HttpRequest, lang: str) -> HttpResponse:
    """Every kind of page, the guides and the indicators."""
    t = language(request, lang)
    return page(
        request,
        "front/site_map.html",
        t,
        path="site-map/",
        indicators=observatory().indicators,
        guides=guidance().library.guides.values(),
    )


def _guidance() -> Iterator[tuple[str, tuple[str, ...]]]:
    library = guidance().library
    yield "guidance/", tuple(library.tongues)
    yield "guidance/children/", tuple(library.tongues)
    yield from ((f"guidance/{guide.path}", tuple(library.tongues)) for guide in library.guides.values())
    for topic in library.topics.values():
        yield f"guidance/{topic.audience}/{topic.slug}/", tuple(code for code in library.tongues if library.has(topic.slug, code))


# What each part of the site map lists: paths after the language, with the languages that they exist in.
_PARTS: dict[str, Callable[[], Iterable[tuple[str, tuple[str, ...]]]]] = {
    "pages": lambda: ((path, ALL_LANGUAGES) for path in STATIC_PAGES),
    "guidance": _guidance,
    "help": lambda: ((f"help/{area}/", ALL_LANGUAGES) for area in reference().places.help_areas),
    "countries": lambda: ((f"countries/{code}/", ALL_LANGUAGES) for code in reference().places.countries),
    "indicators": lambda: ((f"indicators/{i.code}/", ALL_LANGUAGES) for i in observatory().indicators),
}


def sitemap_index(request: HttpRequest) -> HttpResponse:
    """The parts of the site map, for search engines."""
    base = f"{request.scheme}://{request.get_host()}"
    parts = "".join(f"<sitemap><loc>{base}/sitemap-{name}.xml</loc></sitemap>" for name in _PARTS)
    return _xml(f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{parts}</sitemapindex>')


def sitemap_part(request: HttpRequest, name: str) -> HttpResponse:
    """Every page of one part in each of its languages, with links to the others."""
    if name not in _PARTS:
        raise NotThere(f"sitemap-{name}.xml", [(f"sitemap-{part}.xml", "") for part in _PARTS])
    base = f"{request.scheme}://{request.get_host()}"
    urls = []
    for path, codes in _PARTS[name]():
        others = "".join(f'<xhtml:link rel="alternate" hreflang="{code}" href="{base}/{code}/{path}"/>' for code in codes)
        urls += [f"<url><loc>{base}/{code}/{path}</loc>{others}</url>" for code in codes]
    spaces = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml"'
    return _xml(f"<urlset {spaces}>{''.join(urls)}</urlset>")


def _xml(body: str) -> HttpResponse:
    return HttpResponse(f'<?xml version="1.0" encoding="UTF-8"?>{body}', content_type="application/xml")


def robots(request: HttpRequest) -> HttpResponse:
    """Everything may be indexed; where the site map is."""
    return HttpResponse(
        f"User-agent: *\nAllow: /\nSitemap: {request.scheme}://{request.get_host()}/sitemap.xml\n", content_type="text/plain"
    )
