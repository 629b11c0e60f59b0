"""The pillar chart as SVG: inside a page with its classes, or alone with colours, title, source, licence and release inside."""

from __future__ import annotations

from collections.abc import Sequence

import typst
from markupsafe import Markup, escape

from cop.ground.core.door import Words
from cop.ground.formats.fonts import families, require_glyphs
from cop.observatory.core.releases.chart import BARS, LABELS, ROW, TOP, WIDTH, ChartRow, height_of, marks

_COLOURS = {
    "bar": "#0a5c63", "whisker": "#4a5768", "cap": "#4a5768", "value": "#16202e", "earlier": "#67b0ad", "grid": "#d9d6cd",
}  # fmt: skip


def inline_chart(rows: Sequence[ChartRow], t: Words, label: str) -> Markup:
    """The chart for a page: colours come from the stylesheet; a table with the same figures stands beside it."""
    height = TOP + len(rows) * ROW + 20 - 44
    body = "".join(_row(row, place, t, inline=True) for place, row in enumerate(rows))
    open_tag = f'<svg class="pillar-chart" viewBox="0 44 {WIDTH} {height}" role="img" aria-label="{escape(label)}">'
    return Markup(f"{open_tag}{_grid(rows, t, inline=True)}{body}</svg>")  # noqa: S704 escaped piece by piece


def chart_svg(rows: Sequence[ChartRow], t: Words, *, title: str, lines: Sequence[str], alt: str) -> bytes:
    """The chart as a file of its own: `title` above, `lines` (what it shows, source, licence, release) below."""
    height = height_of(rows)
    start, anchor = (WIDTH - 16, "end") if t.dir == "rtl" else (16, "start")
    font = ", ".join(f"'{name}'" for name in _families(t))
    text = [f'<text x="{start}" y="34" font-size="18" fill="#16202e" text-anchor="{anchor}">{escape(title)}</text>']
    for place, line in enumerate(lines):
        y = TOP + len(rows) * ROW + 34 + place * 16
        text.append(f'<text x="{start}" y="{y}" font-size="11" fill="#4a5768" text-anchor="{anchor}">{escape(line)}</text>')
    body = "".join(_row(row, place, t, inline=False) for place, row in enumerate(rows))
    found = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" '
        f'font-family="{escape(font)}" lang="{t.language.code}" role="img"><title>{escape(title)}</title><desc>{escape(alt)}</desc>'
        f'<path fill="#fbfaf7" d="M0 0h{WIDTH}v{height}H0z"/>{_grid(rows, t, inline=False)}{body}{"".join(text)}</svg>\n'
    )
    return found.encode()


def chart_png(svg: bytes, t: Words, texts: str) -> bytes:
    """The same drawing as PNG, made from the SVG. Raises FontMissing where the machine lacks a font or a sign in it."""
    require_glyphs(texts, families(t), t)
    source = (
        f'#set page(width: {WIDTH}pt, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.svg), format: "svg", width: {WIDTH}pt)'
    ).encode()
    made = typst.compile(source, format="png", ppi=144.0, sys_inputs={"svg": svg.decode()})
    return bytes(made[0] if isinstance(made, list) else made)


def _families(t: Words) -> list[str]:
    return [*_known(t), "Noto Serif", "Noto Sans", "serif"]


def _known(t: Words) -> list[str]:
    from cop.ground.formats.fonts import FontMissing  # noqa: PLC0415 slow: only beside typst

    try:
        return families(t)
    except FontMissing:
        return []


def _grid(rows: Sequence[ChartRow], t: Words, *, inline: bool) -> str:
    end = TOP + len(rows) * ROW - 8
    found = []
    for points in (0, 25, 50, 75, 100):
        x = LABELS + points / 100 * BARS
        x = WIDTH - x if t.dir == "rtl" else x
        found.append(f'<path {_paint("grid", inline, stroke=True)} d="M{x:.0f} {TOP - 10}V{end}"/>')
        found.append(f'<text {_axis(inline)} x="{x:.0f}" y="{end + 14}" text-anchor="middle">{points}</text>')
    return "".join(found)


def _row(row: ChartRow, place: int, t: Words, *, inline: bool) -> str:
    rtl = t.dir == "rtl"
    x = WIDTH - LABELS + 12 if rtl else LABELS - 12
    shapes = "".join(
        f'<rect {_paint(m.kind, inline)} x="{m.x}" y="{m.y}" width="{m.width}" height="{m.height}"/>'
        for m in marks(row, place, mirrored=rtl)
    )
    look = 'class="lab"' if inline else 'font-size="13" fill="#16202e"'
    y = TOP + place * ROW + 14
    anchor = "start" if rtl else "end"
    return f'<text {look} x="{x}" y="{y}" text-anchor="{anchor}">{escape(row.name)}</text>{shapes}'


def _paint(kind: str, inline: bool, *, stroke: bool = False) -> str:
    if inline:
        return f'class="c-{kind}"'
    return f'fill="none" stroke="{_COLOURS[kind]}"' if stroke else f'fill="{_COLOURS[kind]}"'


def _axis(inline: bool) -> str:
    return 'class="axis"' if inline else 'font-size="11" fill="#4a5768"'
