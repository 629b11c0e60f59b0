"""A guide as an Atom feed (RFC 4287): one entry a topic, twenty at most, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from cop.guidance.core.door import Shown, Tongue

MOST = 20


def atom(title: str, address: str, base: str, topics: Sequence[Shown], tongue: Tongue) -> bytes:
    """The feed. `address` is its own, `base` the address that topics' audience and slug follow; there is at least one topic."""
    newest = sorted(topics, key=lambda shown: shown.text.written, reverse=True)[:MOST]
    entries = "".join(_entry(shown, f"{base}{shown.topic.audience}/{shown.topic.slug}/") for shown in newest)
    updated = newest[0].text.written.isoformat()
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{tongue.code}">'
        f'<id>{escape(address)}</id><title>{escape(title)}</title><link rel="self" href={quoteattr(address)}/>'
        f"<author><name>COP Centre</name></author><updated>{updated}T00:00:00Z</updated>{entries}</feed>\n"
    ).encode()


def _entry(shown: Shown, address: str) -> str:
    return (
        f"<entry><id>{escape(address)}</id><title>{escape(shown.text.title)}</title><link href={quoteattr(address)}/>"
        f"<updated>{shown.text.written.isoformat()}T00:00:00Z</updated>"
        f"<author><name>{escape(shown.pack.producer)}</name></author><rights>{escape(shown.pack.licence)}</rights>"
        f"<summary>{escape(shown.text.answer)}</summary></entry>"
    )
