"""Figures of a release as readings, so that maps, tables and words are those of every other answer."""

from __future__ import annotations

from datetime import date

from cop.ground.core.door import NOTHING_HELD, Answer, MapShape, PartialDate, Places, Provenance, Reading, State, Why, parse_date
from cop.observatory.core.map_layer import MapLayer, Place, class_of, layer
from cop.observatory.core.releases.content import CONFIRMED, ReleaseContent, ReleaseFigure


def reading_of(figure: ReleaseFigure) -> Reading:
    """What a figure says on the day of its release, with its source. A suppressed figure is known and has no number."""
    state = State(figure.state)
    why = Why(figure.why) if figure.why else None
    if not figure.as_of:
        return NOTHING_HELD if why in (None, Why.NOT_HELD) else Reading(State.UNKNOWN, State.UNKNOWN, False, why, None)
    as_of = parse_date(figure.as_of)
    last = State(figure.last_known) if figure.last_known else state
    origin = Provenance(figure.source, as_of, figure.licence, place=figure.place, note=figure.note,
                        confidence="high" if figure.origin == CONFIRMED else "medium")  # fmt: skip
    level = int(figure.value) if figure.value is not None and figure.state == "partly" and figure.value > 0.5 else None
    since: PartialDate | None = parse_date(figure.since) if figure.since else None
    answer = Answer(last, origin, as_of, since=since, text=figure.text, number=figure.value, level=level)
    return Reading(state, last, bool(figure.last_known), why, answer)


def release_layer(content: ReleaseContent, code: str, places: Places, shapes: tuple[MapShape, ...]) -> MapLayer:
    """The map of an indicator or part as a release has it. Raises KeyError for a code that the release doesn't have or
    that isn't answered with a state or level."""
    if content.header.by_code[code].kind not in ("state", "level"):
        raise KeyError(code)
    at: date = content.header.day
    held = []
    for iso3, country in places.countries.items():
        found = content.countries.get(iso3)
        reading = reading_of(found.of(code)) if found else NOTHING_HELD
        held.append(Place(country, class_of(reading), reading, None))
    return layer(code, at, held, shapes)
