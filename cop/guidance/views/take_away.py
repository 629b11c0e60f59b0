"""Guidance to take away: files of one guide, archives of a language, and posters."""

from __future__ import annotations

from functools import lru_cache

from django.http import HttpRequest, HttpResponse

from cop.ground.core.door import words
from cop.ground.formats.fonts import FontMissing
from cop.ground.public import BadParameter, NotThere, current, not_available, reference, today
from cop.guidance.core.door import AUDIENCES, Shown, Tongue
from cop.guidance.formats.feed import atom
from cop.guidance.formats.offline import ALL, Copy, epub, single_html, zipped_site
from cop.guidance.formats.paper import Busy, guide_pdf, poster_pdf, share_png
from cop.guidance.public import held, own_area
from cop.guidance.views.guides import tongue_of

TYPES = {
    "pdf": "application/pdf", "html": "text/html; charset=utf-8", "epub": "application/epub+zip", "zip": "application/zip",
}  # fmt: skip
_WRITERS = {"pdf": guide_pdf, "html": single_html, "epub": epub, "zip": zipped_site}


@lru_cache(maxsize=48)
def _made(form: str, lang: str, guide: str, origin: str, own: str, _day: str, _generation: str) -> bytes:
    """A file, made once a day and generation."""
    room = held()
    return _WRITERS[form](Copy(room, room.library.tongues[lang], today(), guide, origin, own))


def _own() -> str:
    area = own_area()
    return area.iso2 if area else ""


def copy_of(request: HttpRequest, lang: str, form: str, name: str = ALL) -> HttpResponse:
    """A guide, or all of them, as one file."""
    tongue = tongue_of(lang)
    guides = held().library.guides
    if name != ALL and name not in guides:
        raise NotThere(name, [(g.name, f"guidance/{g.path.rstrip('/')}.{form}") for g in guides.values()])
    if not Copy(held(), tongue, today(), name).topics:
        raise NotThere(f"{name}.{form}", [(code, "") for code in held().library.tongues])
    origin = f"{request.scheme}://{request.get_host()}"
    try:
        body = _made(form, tongue.code, name, origin, _own(), today().isoformat(), current())
    except (FontMissing, Busy) as error:
        return not_available(request, words(tongue.interface), "guidance/", str(error))
    answer = HttpResponse(body, content_type=TYPES[form])
    answer["Content-Disposition"] = f'attachment; filename="cop-guidance-{name}-{tongue.code}-{today().isoformat()}.{form}"'
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _text_of(tongue: Tongue, audience: str, slug: str, file: str) -> Shown:
    """The text of a topic in this very language. Raises NotThere where there is none."""
    library = held().library
    topic = library.topics.get(slug)
    if topic is None or topic.audience != audience or not library.has(slug, tongue.code):
        raise NotThere(f"{slug}/{file}", [(g.name, f"guidance/{g.path}") for g in library.guides.values()])
    return library.show(slug, tongue.code)


def _pdf(body: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(body, content_type=TYPES["pdf"])
    answer["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return answer


def poster(request: HttpRequest, lang: str, audience: str, slug: str) -> HttpResponse:
    """A topic on one page, with the helpline of `country` (an area of the help finder) or of the operator's own."""
    tongue = tongue_of(lang)
    shown = _text_of(tongue, audience, slug, "poster.pdf")
    code = request.GET.get("country", "").upper() or _own()
    if code and code not in reference().places.help_areas:
        raise BadParameter("country", code[:40], "an ISO code of two letters such as CR")
    t = words(tongue.interface)
    address = f"{request.scheme}://{request.get_host()}/{tongue.code}/guidance/{audience}/{slug}/"
    parts = ["COP Centre", t.isolate(address), t("Offline copy of %(date)s.", date=t.date(today()))]
    parts += [
        t("Next review by %(date)s.", date=t.date(shown.pack.review_by)),
        "" if shown.text.reviewed_by else t("No national specialist has reviewed it yet."),
    ]
    try:
        body = poster_pdf(
            shown,
            held().help(code, today()) if code else None,
            t,
            address=address,
            footer=" · ".join(part for part in parts if part),
        )
    except (FontMissing, Busy) as error:
        return not_available(request, t, f"guidance/{audience}/{slug}/", str(error))
    return _pdf(body, f"cop-poster-{slug}-{tongue.code}")


def sheet(request: HttpRequest, lang: str, audience: str, slug: str) -> HttpResponse:
    """One topic to print; an educators' topic has its lesson on a page of its own."""
    tongue = tongue_of(lang)
    _text_of(tongue, audience, slug, "sheet.pdf")
    origin = f"{request.scheme}://{request.get_host()}"
    try:
        body = _made("pdf", tongue.code, slug, origin, _own(), today().isoformat(), current())
    except (FontMissing, Busy) as error:
        return not_available(request, words(tongue.interface), f"guidance/{audience}/{slug}/", str(error))
    return _pdf(body, f"cop-{slug}-{tongue.code}")


def feed(request: HttpRequest, lang: str, name: str) -> HttpResponse:
    """A guide, or all topics of an audience, as an Atom feed."""
    tongue = tongue_of(lang)
    library = held().library
    groups = [guide for guide in library.guides.values() if name in (guide.name, guide.audience)]
    if not groups:
        raise NotThere(name, [(g.name, f"guidance/{g.path.rstrip('/')}.atom") for g in library.guides.values()])
    topics = [
        library.show(topic.slug, tongue.code) for guide in groups for topic in guide.topics if library.has(topic.slug, tongue.code)
    ]
    if not topics:
        raise NotThere(f"{name}.atom", [(code, "") for code in library.tongues])
    t = words(tongue.interface)
    base = f"{request.scheme}://{request.get_host()}"
    title = f"{t('Guidance')}{t.colon}{t(AUDIENCES[name] if name in AUDIENCES else groups[0].label)}"
    body = atom(title, base + request.path_info, f"{base}/{tongue.code}/guidance/", topics, tongue)
    return HttpResponse(body, content_type="application/atom+xml; charset=utf-8")


def share_picture(request: HttpRequest, lang: str, name: str) -> HttpResponse:
    """The picture beside a link to a guide or a topic. A sensitive topic shows its guide alone."""
    tongue = tongue_of(lang)
    t = words(tongue.interface)
    library = held().library
    topic = library.topics.get(name)
    guide = library.guides.get(topic.group if topic else name)
    if guide is None:
        raise NotThere(f"{name}.png", [(g.name, f"guidance/{g.path}") for g in library.guides.values()])
    spoken = topic is not None and not topic.sensitive and library.has(topic.slug, tongue.code)
    title = library.show(topic.slug, tongue.code).text.title if topic and spoken else t(guide.label)
    drawing = topic.drawing if topic and spoken else next((other.drawing for other in guide.topics), "")
    try:
        body = share_png(title, t("Guidance"), drawing, t, tongue.dir, guide.audience == "children")
    except (FontMissing, Busy) as error:
        return not_available(request, t, "guidance/", str(error))
    return HttpResponse(body, content_type="image/png")
