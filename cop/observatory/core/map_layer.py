"""What a map shows: each country with a class for its colour, the legend with counts, and the same as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from cop.ground.core.door import Country, Figure, MapShape, Reading, State, mark

STATE_CLASSES = ("yes", "stale", "partly", "no", "unknown", "na")
CLASS_NAMES = {
    "yes": mark("yes"),
    "stale": mark("yes, but the source is old"),
    "partly": mark("partly"),
    "no": mark("no"),
    "unknown": mark("unknown"),
    "na": mark("not applicable"),
}
# Fixed over time, so that two years can be compared. Lower edges of classes k1 to k5.
BINS: Mapping[str, tuple[float, ...]] = {
    "X-01": (0, 100_000, 1_000_000, 5_000_000, 20_000_000),
    "X-02": (0, 20, 40, 60, 80),
}


@dataclass(frozen=True)
class Place:
    """One country on the map: `css` is one of STATE_CLASSES or k1 to k5."""

    country: Country
    css: str
    reading: Reading | None
    figure: Figure | None


@dataclass(frozen=True)
class MapLayer:
    """A map of one indicator on one day. `shapes` are drawn in order; those of no country are neutral land."""

    code: str
    at: date
    places: Mapping[str, Place]
    shapes: tuple[MapShape, ...]
    counts: Mapping[str, int]
    bins: tuple[float, ...]

    def css(self, iso3: str) -> str:
        """The class of a country, or `out` for an area that is not in the list."""
        place = self.places.get(iso3)
        return place.css if place else "out"

    @property
    def legend(self) -> list[tuple[str, int]]:
        """The classes of the map with the count of countries, also those with none."""
        classes = [f"k{n}" for n in range(1, len(self.bins) + 1)] + ["unknown"] if self.bins else list(STATE_CLASSES)
        return [(css, self.counts.get(css, 0)) for css in classes]


def class_of(reading: Reading) -> str:
    """The map class of a reading: a stale yes has its own, a stale no or partly is unknown."""
    if reading.stale and reading.last_known is State.YES:
        return "stale"
    return str(reading.state)


def class_of_number(code: str, value: float) -> str:
    """The map class of a number by its fixed bins."""
    return f"k{sum(value >= edge for edge in BINS[code])}"


def layer(code: str, at: date, places: list[Place], shapes: tuple[MapShape, ...]) -> MapLayer:
    """A map of classified countries."""
    counts = Counter(place.css for place in places)
    return MapLayer(code, at, {p.country.iso3: p for p in places}, shapes, counts, BINS.get(code, ()))
