"""Guidance without a network: a single HTML file, a zip for a memory stick, an EPUB 3 book, and a folder for ZIM."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from xml.sax.saxutils import escape

from cop.ground.core.door import PACKAGE, Words, words
from cop.ground.formats.html import render
from cop.guidance.core.door import Guidance, Guide, Shown, Tongue, full_origin, status

TEMPLATE = "guidance/offline.html"
STYLE = PACKAGE / "guidance" / "static" / "guidance" / "book.css"
ALL = "all"
# Books and archives carry a fixed time inside, so that the same guidance on the same day gives the same bytes.
FIRST_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Copy:
    """What an offline copy holds: guidance of one language as it stands on the day `at`: all of it, one guide, or one topic.

    `origin` is the address of the centre, printed on each page where it is known; `own` is the operator's country (ISO alpha-2).
    """

    room: Guidance
    tongue: Tongue
    at: date
    guide: str = ALL
    origin: str = ""
    own: str = ""

    @property
    def t(self) -> Words:
        return words(self.tongue.interface)

    @cached_property
    def guides(self) -> list[tuple[Guide, list[Shown]]]:
        """The guides with their texts in this language; topics that are missing in it are left out, never shown in another."""
        library = self.room.library
        pairs = [
            (guide, [library.show(topic.slug, self.tongue.code) for topic in guide.topics if self._holds(guide, topic.slug)])
            for guide in library.guides.values()
        ]
        return [(guide, topics) for guide, topics in pairs if topics]

    def _holds(self, guide: Guide, slug: str) -> bool:
        return self.guide in (ALL, guide.name, slug) and self.room.library.has(slug, self.tongue.code)

    @property
    def topics(self) -> list[Shown]:
        return [shown for _, topics in self.guides for shown in topics]

    @property
    def title(self) -> str:
        """What the copy is called, in its own language."""
        if self.guide == ALL:
            return self.t("Guidance on child online protection")
        if self.guide in self.room.library.topics:
            return self.topics[0].text.title
        return f"{self.t('Guidance')}{self.t.colon}{self.t(self.room.library.guides[self.guide].label)}"

    @cached_property
    def numbers(self) -> list[tuple[str, Any, str]]:
        """Every helpline number that may be shown on the day, the operator's own country first."""
        areas = sorted(
            self.room.ground.places.help_areas.values(),
            key=lambda a: (a.iso2 != self.own, self.t.sort_key(a.name(self.t.language))),
        )
        return [
            (area.name(self.t.language), service, full_origin(service, self.t))
            for area in areas for service in self.room.help(area.iso2, self.at).helplines
        ]  # fmt: skip

    def page(self, kind: str, title: str, addresses: Mapping[str, str], *, topic: Shown | None = None, inline: bool = False) -> str:
        """One page. `kind` is index, help, topic or whole; `addresses` says where topics, help and the index stand."""
        return render(
            TEMPLATE, self.t, kind=kind, title=title, addresses=addresses, topic=topic, guides=self.guides, at=self.at,
            origin=self.origin,
            sources=self.room.library.sources_of, status_line=status, numbers=self.numbers,
            directories={d.kind: d.url for d in self.room.directories},
            inline_style=STYLE.read_text(encoding="utf-8") if inline else "", kid=self._is_kid(topic),
        ).strip()  # fmt: skip

    def _is_kid(self, topic: Shown | None) -> bool:
        return (
            (topic.topic.audience == "children")
            if topic
            else self.guide in [g.name for g, _ in self.guides if g.audience == "children"]
        )


def single_html(copy: Copy) -> bytes:
    """The whole copy as one file that needs nothing besides itself."""
    addresses = {shown.topic.slug: f"#{shown.topic.slug}" for shown in copy.topics} | {"help": "#help"}
    return ("<!doctype html>\n" + copy.page("whole", copy.title, addresses, inline=True) + "\n").encode()


def site(copy: Copy) -> dict[str, bytes]:
    """The copy as a small site with relative links: index.html, help.html, a page a topic, and the stylesheet."""
    addresses = {shown.topic.slug: f"{shown.topic.slug}.html" for shown in copy.topics}
    addresses |= {"help": "help.html", "index": "index.html"}
    files = {
        "index.html": copy.page("index", copy.title, addresses),
        "help.html": copy.page("help", copy.t("Help for a child, now"), addresses),
    }
    for shown in copy.topics:
        files[addresses[shown.topic.slug]] = copy.page("topic", shown.text.title, addresses, topic=shown)
    return {name: f"<!doctype html>\n{page}\n".encode() for name, page in files.items()} | {"style.css": STYLE.read_bytes()}


def archive(files: Mapping[str, bytes], stored: Iterable[str] = ()) -> bytes:
    """A zip of files in their order; those in `stored` are not compressed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, body in files.items():
            info = zipfile.ZipInfo(name, FIRST_ZIP_TIME)
            info.compress_type = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            zipped.writestr(info, body)
    return buffer.getvalue()


def zipped_site(copy: Copy) -> bytes:
    """The small site as a zip: unpack it on a memory stick and open index.html."""
    return archive({f"cop-{copy.tongue.code}/{name}": body for name, body in site(copy).items()})


_CONTAINER = """<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="EPUB/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>
"""


def epub(copy: Copy) -> bytes:
    """The copy as an EPUB 3 book (EPUB 3.3): help first, then a chapter a topic, with a table of contents by guide."""
    addresses = {shown.topic.slug: f"{shown.topic.slug}.xhtml" for shown in copy.topics} | {
        "help": "help.xhtml",
        "index": "nav.xhtml",
    }
    chapters = [("help", copy.t("Help for a child, now"), copy.page("help", copy.t("Help for a child, now"), addresses))]
    chapters += [
        (s.topic.slug, s.text.title, copy.page("topic", s.text.title, addresses, topic=s)) for s in copy.topics
    ]  # fmt: skip
    files = {"mimetype": b"application/epub+zip", "META-INF/container.xml": _CONTAINER.encode()}
    files["EPUB/book.opf"] = _package(copy, [slug for slug, _, _ in chapters]).encode()
    files["EPUB/nav.xhtml"] = _contents(copy, addresses).encode()
    files["EPUB/style.css"] = STYLE.read_bytes()
    for slug, _, page in chapters:
        files[f"EPUB/{slug}.xhtml"] = ('<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html>\n' + page + "\n").encode()
    return archive(files, stored=("mimetype",))


def _package(copy: Copy, slugs: list[str]) -> str:
    items = "".join(f'<item id="t-{slug}" href="{slug}.xhtml" media-type="application/xhtml+xml"/>' for slug in slugs)
    spine = "".join(f'<itemref idref="t-{slug}"/>' for slug in slugs)
    producers, licences = ("; ".join(sorted({getattr(s.pack, field) for s in copy.topics})) for field in ("producer", "licence"))
    way = f' page-progression-direction="{copy.tongue.dir}"'
    code = copy.tongue.code
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="{code}" dir="{copy.tongue.dir}">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="id">urn:cop-centre:guidance:{code}:{copy.guide}:{copy.at.isoformat()}</dc:identifier>
<dc:title>{escape(copy.title)}</dc:title><dc:language>{code}</dc:language><dc:creator>{escape(producers)}</dc:creator>
<dc:date>{copy.at.isoformat()}</dc:date><dc:rights>{escape(licences)}</dc:rights>
<meta property="dcterms:modified">{copy.at.isoformat()}T00:00:00Z</meta>
<meta property="schema:accessMode">textual</meta><meta property="schema:accessModeSufficient">textual</meta>
<meta property="schema:accessibilityFeature">structuralNavigation</meta>
<meta property="schema:accessibilityFeature">tableOfContents</meta>
<meta property="schema:accessibilityHazard">none</meta>
</metadata>
<manifest><item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="css" href="style.css" media-type="text/css"/>{items}</manifest>
<spine{way}><itemref idref="t-help"/><itemref idref="nav"/>{spine.replace('<itemref idref="t-help"/>', "")}</spine>
</package>
"""


def _contents(copy: Copy, addresses: Mapping[str, str]) -> str:
    parts = []
    for guide, topics in copy.guides:
        inner = "".join(f'<li><a href="{addresses[s.topic.slug]}">{escape(s.text.title)}</a></li>' for s in topics)
        parts.append(f"<li><span>{escape(copy.t(guide.label))}</span><ol>{inner}</ol></li>")
    help_title, code = escape(copy.t("Help for a child, now")), copy.tongue.code
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"
 lang="{code}" xml:lang="{code}" dir="{copy.tongue.dir}">
<head><title>{escape(copy.title)}</title><link rel="stylesheet" href="style.css" type="text/css"/></head>
<body><nav epub:type="toc" id="toc"><h1>{escape(copy.title)}</h1>
<ol><li><a href="help.xhtml">{help_title}</a></li>{"".join(parts)}</ol></nav></body>
</html>
"""
