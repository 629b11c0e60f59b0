"""Map, targets and indicators: pages and the same views as downloads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse

from cop.ground.core.door import GROUPS, STATES, UNITS, Country, State, UnknownCode, Words, mark, state_words
from cop.ground.public import BadParameter, NotThere, a_date, a_year, choice, download, language, page, reference, today
from cop.observatory.core.door import CLASS_NAMES, Coverage, Indicator, Inputs, MapLayer, Part, Place, line_chart
from cop.observatory.core.releases.reading import release_layer
from cop.observatory.public import drawing, goals, held
from cop.observatory.queries import releases as queries
from cop.observatory.views.release_choice import Chosen, by_parameter, kept_with_care
from cop.observatory.views.releases import about_a_release

FIRST_YEAR = 2000
DEFAULT_MAP = "P1-09/OPSC"


def _day_of_year(year: int) -> date:
    now = today()
    return now if year >= now.year else date(year, 12, 31)


def _released(request: HttpRequest) -> Chosen | None:
    """The release that `?release=` names; None where the address names none and registers of today are shown."""
    return by_parameter(request) if request.GET.get("release") else None


def _layer_of(chosen: Chosen | None, code: str, day: date) -> MapLayer:
    if chosen is None:
        return held().map_layer(code, day)
    derived = held().indicators.of(code)[0].derived
    code = derived.removeprefix("coverage ") if derived else code
    try:
        return release_layer(queries.content(chosen.one), code, reference().places, reference().world_map)
    except KeyError:
        raise BadParameter("indicator", code[:40], DEFAULT_MAP) from None


def _answered(response: HttpResponse, chosen: Chosen | None) -> HttpResponse:
    return kept_with_care(response, chosen.shown) if chosen else response


def _map_choice(request: HttpRequest) -> tuple[str, int, MapLayer, Chosen | None]:
    code = request.GET.get("indicator", "") or DEFAULT_MAP
    year = a_year(request, FIRST_YEAR, today().year)
    chosen = _released(request)
    try:
        code = held().indicators.resolve(code)
    except UnknownCode as error:
        raise BadParameter("indicator", code[:40], ", ".join(error.nearest) or DEFAULT_MAP) from None
    return code, year, _layer_of(chosen, code, _day_of_year(year)), chosen


def name_of(code: str) -> tuple[Indicator, Part | None, str]:
    """The indicator and part of a code and the English name to show."""
    indicator, part = held().indicators.of(code)
    return indicator, part, part.name if part else indicator.name


@about_a_release
def map_page(request: HttpRequest, lang: str) -> HttpResponse:
    """Any indicator and year as a map, a legend with counts and a table."""
    t = language(request, lang)
    code, year, layer, chosen = _map_choice(request)
    indicator, part, name = name_of(layer.code)
    rows = sorted((_row(place, t) for place in layer.places.values()), key=lambda row: t.sort_key(row[1]))
    found = page(
        request, "observatory/map.html", t, path="map/", code=code, year=year, layer=layer, indicator=indicator, part=part,
        name=name, rows=rows, options=_options(), years=range(today().year, FIRST_YEAR - 1, -1), class_names=CLASS_NAMES,
        legend_words=lambda css: legend_words(css, layer, t), drawing=drawing, of_release=chosen.one.id if chosen else "",
    )  # fmt: skip
    return _answered(found, chosen)


def _row(place: Place, t: Words) -> tuple[str, ...]:
    """A line of the table under the map: code, name, class, answer, since and as-of date, in words."""
    country, figure, reading = place.country, place.figure, place.reading
    if figure is not None:
        said = f"{t.number(figure.value, 0 if figure.unit == 'persons' else 1)} {t(UNITS[figure.unit])}"
        as_of = figure.provenance.as_of
        return country.iso3, country.name(t.language), "", said, str(figure.year), t.date(as_of) if as_of else ""
    said = state_words(reading, t) if reading else t(STATES[State.UNKNOWN])
    answer = reading.answer if reading else None
    since = t.date(answer.since) if answer and answer.since else ""
    css = "unknown" if place.css == "stale" else place.css
    return country.iso3, country.name(t.language), css, said, since, t.date(answer.as_of) if answer else ""


def legend_words(css: str, layer: MapLayer, t: Words) -> str:
    """A class of the legend in words."""
    if css in CLASS_NAMES:
        return t(CLASS_NAMES[css])
    place = int(css[1:]) - 1
    low = t.number(layer.bins[place])
    if place + 1 == len(layer.bins):
        return t("%(low)s and more", low=low)
    return t("%(low)s to under %(high)s", low=low, high=t.number(layer.bins[place + 1]))


def _options() -> list[tuple[str, str]]:
    found = []
    for indicator in held().indicators:
        found.append((indicator.code, indicator.name))
        found += [(f"{indicator.code}/{p.code}", p.name) for p in indicator.parts if p.kind == "state"]
    return found


COUNTRY_HEADINGS = (
    "iso3",
    "country",
    "state",
    "last_known",
    "in_force",
    "value",
    "unit",
    "date",
    "source",
    "licence",
    "file",
    "row",
)


def country_rows(layer: MapLayer, t: Words) -> list[Sequence[Any]]:
    """One row a country for the indicator or part of a layer."""
    return [_country_row(place.country, layer, t) for place in layer.places.values()]


def _country_row(country: Country, layer: MapLayer, t: Words) -> tuple[Any, ...]:
    place = layer.places[country.iso3]
    name = country.name(t.language)
    if place.figure is not None:
        origin = place.figure.provenance
        cell = origin.cells[0]
        return (country.iso3, name, "", "", "", place.figure.value, place.figure.unit, str(origin.as_of), origin.source,
                origin.licence, cell.file, cell.row)  # fmt: skip
    reading = place.reading
    answer = reading.answer if reading else None
    if reading is None or answer is None:
        return (country.iso3, name, "unknown", "", "", "", "", "", "", "", "", "")
    origin = answer.provenance
    cells = origin.cells
    return (
        country.iso3, name, str(reading.state), str(reading.last_known), str(answer.since or ""), answer.text, "",
        str(answer.as_of), origin.source, origin.licence, cells[0].file if cells else "", cells[0].row if cells else "",
    )  # fmt: skip


@about_a_release
def map_download(request: HttpRequest, form: str, lang: str | None = None) -> HttpResponse:
    t = language(request, lang)
    code, _, layer, chosen = _map_choice(request)
    _, _, name = name_of(layer.code)
    rows = country_rows(layer, t)
    title = f"{code} {t(name)}, {layer.at.isoformat()}"
    found = download(
        request, form, name="map", title=title, headings=COUNTRY_HEADINGS, rows=rows, source=_sources(rows),
        citation=chosen.header.citation if chosen else "",
    )  # fmt: skip
    return _answered(found, chosen)


def _sources(rows: list[Sequence[Any]]) -> str:
    return "; ".join(sorted({row[8] for row in rows if row[8]})) or "no source held"


def indicators_page(request: HttpRequest, lang: str) -> HttpResponse:
    """All indicators by pillar; searched by `q`, filtered by `pillar`."""
    t = language(request, lang)
    text = request.GET.get("q", "").strip()[:60]
    pillar = choice(request, "pillar", [*_pillar_keys()], "")
    found = [i for i in held().indicators if (not pillar or i.pillar == pillar) and _fits(i, text, t)]
    at = today()
    with_data = {i.code: sum(p.css not in ("unknown",) for p in held().map_layer(i.code, at).places.values()) for i in found}
    return page(
        request, "observatory/indicators.html", t, path="indicators/", indicators=found, text=text, pillar=pillar,
        with_data=with_data, pillars=reference().vocabulary.pillars, other=_OTHER,
    )  # fmt: skip


def _fits(indicator: Indicator, text: str, t: Words) -> bool:
    return text.casefold() in f"{indicator.code} {t(indicator.name)} {t(indicator.definition)}".casefold()


_OTHER = {"children": mark("What children say (surveys)"), "context": mark("Context")}


def _pillar_keys() -> list[str]:
    return [term.key for term in reference().vocabulary.pillars] + list(_OTHER)


def _code(code: str) -> str:
    try:
        resolved = held().indicators.resolve(code)
    except UnknownCode as error:
        near = [(c, f"indicators/{c}/") for c in error.nearest]
        raise NotThere(code[:60], near) from None
    if resolved != code:
        raise NotThere(code[:60], [(resolved, f"indicators/{resolved}/")])
    return resolved


@about_a_release
def indicator_page(request: HttpRequest, lang: str, code: str) -> HttpResponse:
    """Definition and metadata first, then the series, the regions and the countries."""
    t = language(request, lang)
    code, at = _code(code), a_date(request)
    indicator, part, name = name_of(code)
    shown = indicator.derived.removeprefix("coverage ") if indicator.derived else code
    chosen = _released(request)
    layer = _layer_of(chosen, shown, at)
    at = layer.at if chosen else at
    has_data = any(p.css != "unknown" for p in layer.places.values())
    kind = part.kind if part else indicator.kind
    counted = chosen is None and has_data and (kind in ("state", "level") or bool(indicator.derived))
    series = held().series(shown, FIRST_YEAR, min(at, today()).year, min(at, today())) if counted and at.year > FIRST_YEAR else []
    found = page(
        request, "observatory/indicator.html", t, path=f"indicators/{code}/", code=code, indicator=indicator, part=part,
        name=name, at=at, layer=layer, has_data=has_data, pillar=_pillar_name(indicator.pillar),
        series=series, chart=line_chart(series) if series else None,
        regions=_regions(shown, at) if counted else [], class_names=CLASS_NAMES,
        legend_words=lambda css: legend_words(css, layer, t),
        rows=sorted((p for p in layer.places.values() if _is_held(p)), key=lambda p: t.sort_key(p.country.name(t.language))),
        empty=sum(not _is_held(p) for p in layer.places.values()), of_release=chosen.one.id if chosen else "",
    )  # fmt: skip
    return _answered(found, chosen)


def _is_held(place: Place) -> bool:
    """Is anything held about a country, be it old?"""
    return place.figure is not None or (place.reading is not None and place.reading.answer is not None)


def _pillar_name(key: str) -> str:
    return _OTHER.get(key) or reference().vocabulary.pillar(key).name


def _regions(code: str, at: date) -> list[tuple[str, Coverage]]:
    groups = reference().vocabulary
    return [(groups.group(key).name, held().coverage(code, at, group=key)) for key in GROUPS]


def indicators_download(request: HttpRequest, form: str, lang: str | None = None) -> HttpResponse:
    t = language(request, lang)
    headings = ("code", "pillar", "name", "definition", "kind", "unit", "source_type", "shelf_life_months", "caution", "method",
                "limits", "comparability", "target", "covers")  # fmt: skip
    rows = [
        (i.code, i.pillar, t(i.name), t(i.definition), i.kind, i.unit, str(i.source_type), i.shelf_life_months, t(i.caution),
         i.method, i.limits, i.comparability, i.target, ", ".join(i.covers))
        for i in held().indicators
    ]  # fmt: skip
    return download(request, form, name="indicators", title=t("Indicators"), headings=headings, rows=rows, source="COP Centre")


@about_a_release
def indicator_download(request: HttpRequest, form: str, code: str, lang: str | None = None) -> HttpResponse:
    t = language(request, lang)
    code, at = _code(code), a_date(request)
    _, _, name = name_of(code)
    chosen = _released(request)
    layer = _layer_of(chosen, code, at)
    rows = country_rows(layer, t)
    found = download(
        request, form, name=code.replace("/", "-"), title=f"{code} {t(name)}, {layer.at.isoformat()}", headings=COUNTRY_HEADINGS,
        rows=rows, source=_sources(rows), citation=chosen.header.citation if chosen else "",
    )  # fmt: skip
    return _answered(found, chosen)


TARGET_PARTS = {"T1": "P1-01", "T2": "P2-02/inhope"}


def _marked(request: HttpRequest) -> frozenset[str]:
    known = reference().places.countries
    marks = request.GET.getlist("mark")[:200]
    for code in marks:
        if code not in known:
            raise BadParameter("mark", code[:20], "ISO alpha-3 codes such as IND")
    return frozenset(marks)


def targets_page(request: HttpRequest, lang: str) -> HttpResponse:
    """Goal, targets, contradictions, composites, and which countries would close the gap."""
    t = language(request, lang)
    close = choice(request, "close", ("T1", "T2"), "T2")
    methods = [method.key for method in held().composites]
    method = choice(request, "method", methods, next(m.key for m in held().composites if m.default))
    marked = _marked(request)
    at = date(2014, 12, 31)
    code = TARGET_PARTS[close]
    now = held().coverage(code, at)
    then = held().coverage(code, at, marked=marked)
    people = reference().populations()
    missing = [
        (c, people.people(c.iso3, 2014)) for c in reference().places.members(at)
        if held().reading(c.iso3, code, at).state is not State.YES
    ]  # fmt: skip
    missing.sort(key=lambda pair: -pair[1])
    published = Inputs(law=83, hotline=22)
    law = then.children.percent if close == "T1" else published.law
    hotline = then.children.percent if close == "T2" else published.hotline
    return page(
        request, "observatory/targets.html", t, path="targets/", targets=held().targets, aggregates=held().aggregates,
        composites=[(m, m.of(published)) for m in held().composites], contradictions=held().contradictions, method=method,
        close=close, marked=marked, now=now, then=then, missing=missing[:40], left_out=max(0, len(missing) - 40), code=code,
        chosen=next(m for m in held().composites if m.key == method),
        chosen_result=next(m for m in held().composites if m.key == method).of(Inputs(law=law, hotline=hotline)),
        pillars=reference().vocabulary.pillars, goals=goals(), total=now.children_total, group_goal={"T1": 90, "T2": 70}[close],
    )  # fmt: skip


def targets_download(request: HttpRequest, form: str, lang: str | None = None) -> HttpResponse:
    t = language(request, lang)
    headings = ("target", "pillar", "text", "measure", "unit", "baseline", "baseline_year", "value", "year", "distance", "pace",
                "source", "licence", "file", "row", "note")  # fmt: skip
    rows = [
        (x.id, x.pillar, x.text, x.measure, x.unit, x.baseline, x.baseline_year, x.value, x.year, x.distance, x.pace,
         x.provenance.source, x.provenance.licence, x.provenance.cells[0].file, x.provenance.cells[0].row, x.note)
        for x in held().targets
    ]  # fmt: skip
    return download(
        request, form, name="targets", title=t("Targets of the 2008-2020 framework, historic"), headings=headings, rows=rows,
        source="ITU Child Online Protection presentation, 2015",
    )  # fmt: skip
