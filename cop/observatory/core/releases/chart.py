"""The shape of the pillar chart: a bar from nothing to what is certain, and a whisker to what unknown answers leave open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cop.observatory.core.releases.content import ReleaseStep

WIDTH, ROW, TOP, LABELS, BARS = 640, 46, 64, 220, 380


@dataclass(frozen=True)
class ChartRow:
    """One bar: its name, points of 100 from `low` to `high`, the value over what is known, and the earlier bounds if any."""

    name: str
    low: float | None
    high: float | None
    value: float | None
    earlier: tuple[float, float] | None = None


@dataclass(frozen=True)
class Mark:
    """A line or box in whole units of the drawing: `kind` is bar, whisker, cap, value or earlier."""

    kind: str
    x: float
    y: float
    width: float
    height: float


def row_of(name: str, step: ReleaseStep | None, before: ReleaseStep | None = None) -> ChartRow:
    """The row of a step of the method; without bounds where nothing could be computed."""
    if step is None:
        return ChartRow(name, None, None, None)
    earlier = (before.low, before.high) if before and before.low is not None and before.high is not None else None
    return ChartRow(name, step.low, step.high, step.value, earlier)


def marks(row: ChartRow, place: int, *, mirrored: bool) -> tuple[Mark, ...]:
    """What is drawn for the row at `place`, mirrored for languages that run from right to left."""
    y = TOP + place * ROW
    found: list[Mark] = []
    if row.earlier is not None:
        low, high = row.earlier
        found.append(_box("earlier", low, high, y + 22, 4, mirrored))
    if row.low is None or row.high is None:
        return tuple(found)
    found.append(_box("bar", 0, row.low, y, 18, mirrored))
    if row.high > row.low:
        found += [_box("whisker", row.low, row.high, y + 8, 2, mirrored), _box("cap", row.high, row.high, y + 2, 14, mirrored)]
    if row.value is not None:
        found.append(_box("value", row.value, row.value, y - 3, 24, mirrored))
    return tuple(found)


def _box(kind: str, low: float, high: float, y: float, height: float, mirrored: bool) -> Mark:
    width = max((high - low) / 100 * BARS, 2)
    x = LABELS + low / 100 * BARS
    return Mark(kind, round(WIDTH - x - width if mirrored else x, 1), y, round(width, 1), height)


def height_of(rows: Sequence[ChartRow]) -> int:
    """The height of the whole drawing with its axis and three lines of source."""
    return TOP + len(rows) * ROW + 92
