"""The five bars as markup: the sign of a country, made here and not in a template because lists have hundreds of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup, escape

from cop.ground.core.answers import State
from cop.ground.core.phrases import STATES
from cop.ground.core.words import Words


def five_bars(pillars: Sequence[tuple[str, Mapping[State, int]]], t: Words, *, tiny: bool = False) -> Markup:
    """Upright bars stacked by state. `pillars` are (name, counts by state); a name that isn't markup yet is escaped."""
    wide, high, full, step, bar = (54, 24, 24, 11, 9) if tiny else (110, 78, 66, 22, 18)
    said, drawn = [], ""
    for place, (name, counts) in enumerate(pillars):
        held = [(state, n) for state, n in counts.items() if n]
        said.append(f"{escape(name)}{t.colon}" + t.comma.join(f"{escape(t(STATES[state]))} {n}" for state, n in held))
        left, y, total = (4 - place if t.dir == "rtl" else place) * step, float(full), sum(counts.values())
        for state, n in held:
            height = round(full * n / total, 1)
            y = round(y - height, 1)
            drawn += f'<rect class="b-{state}" x="{left}" y="{y}" width="{bar}" height="{height}"/>'
        if not tiny:
            drawn += f'<text class="axis" x="{left + 9}" y="75" text-anchor="middle">P{place + 1}</text>'
    kind, label = ("bars tiny" if tiny else "bars"), t.semicolon.join(said)
    return Markup(f'<svg class="{kind}" viewBox="0 0 {wide} {high}" role="img" aria-label="{label}">{drawn}</svg>')  # noqa: S704 escaped
