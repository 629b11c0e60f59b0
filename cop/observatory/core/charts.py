"""Small line charts: a series as SVG path data, drawn by the template; the table beside it holds the same figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cop.observatory.core.coverage import Coverage

LEFT, WIDTH, BOTTOM, SCALE = 40.0, 570.0, 170.0, 1.5


@dataclass(frozen=True)
class LineChart:
    """`known` is the line of what is last known, `span` the area between the bounds; 0 to 100 per cent, first to last year."""

    first: int
    last: int
    known: str
    span: str


def line_chart(series: Sequence[Coverage]) -> LineChart:
    """The chart of the share of countries over time, one point a year. Raises ValueError for an empty series."""
    if not series:
        raise ValueError("a chart needs at least one point")
    step = WIDTH / max(1, len(series) - 1)

    def points(values: Sequence[float]) -> list[str]:
        return [f"{LEFT + step * place:.0f} {BOTTOM - SCALE * value:.1f}" for place, value in enumerate(values)]

    low, high = points([c.countries.low for c in series]), points([c.countries.high for c in series])
    known = "M" + "L".join(points([c.countries.percent for c in series]))
    return LineChart(series[0].at.year, series[-1].at.year, known, "M" + "L".join([*high, *reversed(low)]) + "z")
