"""The drawing of a world map as SVG for one language: all that does not depend on the layer is made once."""

from __future__ import annotations

from functools import lru_cache

from markupsafe import Markup, escape

from cop.ground.core.door import Language, MapShape
from cop.observatory.core.map_layer import MapLayer

Piece = tuple[str, str, str]


def drawing(layer: MapLayer, language: Language) -> Markup:
    """The map of a layer; countries in the order of their shapes, those too small to be drawn as points on top."""
    names = tuple((iso3, place.country.name(language)) for iso3, place in layer.places.items())
    pieces = _pieces(layer.shapes, names, language.code)
    places = layer.places
    inside = "".join([before + places[iso3].css + after if iso3 else before for before, iso3, after in pieces])
    return Markup(f'<svg class="map" viewBox="0 0 960 415" aria-hidden="true">{inside}</svg>\n')  # noqa: S704 escaped piece by piece


@lru_cache(maxsize=16)
def _pieces(shapes: tuple[MapShape, ...], names: tuple[tuple[str, str], ...], code: str) -> tuple[Piece, ...]:
    named = dict(names)
    drawn = sorted(shapes, key=lambda shape: shape.is_point)
    return tuple(_piece(shape, named.get(shape.iso3), code) for shape in drawn)


def _piece(shape: MapShape, name: str | None, code: str) -> Piece:
    """What stands before and after the class of a shape; land of no country has none."""
    if name is None:
        return f'<path d="{escape(shape.path)}"/>', "", ""
    where = f' cx="{shape.x}" cy="{shape.y}" r="4.5"' if shape.is_point else f' d="{escape(shape.path)}"'
    tag = "circle" if shape.is_point else "path"
    before = f'<a href="/{code}/countries/{shape.iso3}/" tabindex="-1"><{tag} class="'
    return before, shape.iso3, f'"{where}><title>{escape(name)}</title></{tag}></a>'
