"""The lists of a profile as markup: figures with what they say, who stands behind them, their sources and evidence, and changes.

Made here and not in the template, because a full profile has more than a hundred lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from markupsafe import Markup, escape

from cop.ground.core.door import Words
from cop.ground.formats.html import english, isolated, outward
from cop.observatory.core.release import Evidence
from cop.observatory.core.releases import sentences
from cop.observatory.core.releases.content import DESK, Header
from cop.observatory.core.releases.difference import Change
from cop.observatory.core.releases.profile import Line


def lines_html(lines: Iterable[Line], header: Header, levels: Mapping[str, tuple[str, ...]], t: Words) -> Markup:
    """The entries of a list of figures. `levels` are the labels of the levels of an indicator by its code."""
    found = [_line(line, header, levels.get(line.known.code, ()), t) for line in lines]
    return Markup("".join(found))  # noqa: S704 escaped piece by piece


def _line(line: Line, header: Header, levels: tuple[str, ...], t: Words) -> str:
    known, figure = line.known, line.figure
    said = escape(sentences.figure_words(figure, known, header, levels, t))
    colour = sentences.figure_class(figure, known)
    text = f"<li>{escape(t(known.name))}{t.colon}<b{f' class={chr(34)}{colour}{chr(34)}' if colour else ''}>{said}</b>"
    if figure.other is not None:
        text += f" · {escape(t('other source:'))} <b>{escape(sentences.other_words(figure.other.value, t))}</b>"
        text += f" ({english(figure.other.source)})" if figure.other.source else ""
        text += f' <span dir="auto">{escape(figure.other.reason)}</span>' if figure.other.reason else ""
    about = (
        f'<a href="/{t.language.code}/indicators/{known.code}/">{known.code}</a> · {escape(t(sentences.ORIGINS[figure.origin]))}'
    )
    if figure.origin == DESK and figure.source:
        about += f" · {english(figure.source)}"
    if figure.as_of:
        about += f" · {figure.as_of}"
    for piece in figure.evidence:
        about += f" · {evidence_html(piece)}"
    if figure.note and figure.place.startswith("question "):
        about += f' · <span dir="auto">{escape(figure.note)}</span>'
    return f'{text}<span class="source">{about}</span></li>\n'


def unknown_html(lines: Iterable[Line], t: Words) -> Markup:
    """The entries of the list of indicators of which nothing is known."""
    address = f"/{t.language.code}/indicators"
    found = [f'<li><a href="{address}/{line.known.code}/">{escape(t(line.known.name))}</a></li>' for line in lines]
    return Markup("".join(found))  # noqa: S704 escaped piece by piece


def changes_html(changes: Iterable[Change], t: Words) -> Markup:
    """The entries of the list of what changed since another release."""
    arrow, found = "←" if t.dir == "rtl" else "→", []
    for one in changes:
        before, after = escape(sentences.change_words(one.before, t)), escape(sentences.change_words(one.after, t))
        found.append(f"<li>{isolated(one.code or one.kind)}{t.colon}{before} {arrow} <b>{after}</b></li>")
    return Markup("".join(found))  # noqa: S704 escaped piece by piece


def evidence_html(piece: Evidence) -> str:
    """A piece of evidence: its title in its own language, its place, and a link where it has a plain web address."""
    text = f'<bdi lang="{escape(piece.language)}">' if piece.language else "<bdi>"
    text += f"{escape(piece.title)}</bdi>"
    if piece.place:
        text += f" <bdi>{escape(piece.place)}</bdi>"
    if piece.address.startswith(("https://", "http://")):
        text += f" {outward(piece.address)}"
    return text
