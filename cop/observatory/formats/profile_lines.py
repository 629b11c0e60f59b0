"""The lines of a profile as markup: one figure with what it says, who stands behind it, its source and its evidence.

Made here and not in the template, because a full profile has more than a hundred of them.
"""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup, escape

from cop.ground.core.door import Words
from cop.ground.formats.html import english, outward
from cop.observatory.core.release import Evidence
from cop.observatory.core.releases import sentences
from cop.observatory.core.releases.content import DESK, Header
from cop.observatory.core.releases.profile import Line


def line_html(line: Line, header: Header, levels: Mapping[str, tuple[str, ...]], t: Words) -> Markup:
    """One line of a list. `levels` are the labels of the levels of an indicator by its code."""
    known, figure = line.known, line.figure
    said = escape(sentences.figure_words(figure, known, header, levels.get(known.code, ()), t))
    colour = sentences.figure_class(figure, known)
    text = f"<li>{escape(t(known.name))}{t.colon}<b{f' class={chr(34)}{colour}{chr(34)}' if colour else ''}>{said}</b>"
    if figure.other is not None:
        text += f" · {escape(t('other source:'))} <b>{escape(sentences.other_words(figure.other.value, t))}</b>"
        text += f" ({english(figure.other.source)})" if figure.other.source else ""
        text += f' <span dir="auto">{escape(figure.other.reason)}</span>' if figure.other.reason else ""
    about = [
        f'<a href="/{t.language.code}/indicators/{known.code}/">{known.code}</a>',
        str(escape(t(sentences.ORIGINS[figure.origin]))),
    ]
    if figure.origin == DESK and figure.source:
        about.append(str(english(figure.source)))
    if figure.as_of:
        about.append(figure.as_of)
    about += [evidence_html(piece) for piece in figure.evidence]
    if figure.note and figure.place.startswith("question "):
        about.append(f'<span dir="auto">{escape(figure.note)}</span>')
    return Markup(f'{text}<span class="source">{" · ".join(about)}</span></li>\n')  # noqa: S704 escaped piece by piece


def evidence_html(piece: Evidence) -> str:
    """A piece of evidence: its title in its own language, its place, and a link where it has a plain web address."""
    text = f'<bdi lang="{escape(piece.language)}">' if piece.language else "<bdi>"
    text += f"{escape(piece.title)}</bdi>"
    if piece.place:
        text += f" <bdi>{escape(piece.place)}</bdi>"
    if piece.address.startswith(("https://", "http://")):
        text += f" {outward(piece.address)}"
    return text
