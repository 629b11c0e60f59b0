"""The help finder: the right number for a child, now, for every area; nothing about the reader is asked or kept."""

from __future__ import annotations

from typing import Any

from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.views.decorators.clickjacking import xframe_options_exempt

from cop.ground.core.door import Words
from cop.ground.public import NotThere, download, language, page, reference, today
from cop.guidance.core.door import (
    KIND_NAMES,
    NUMBER_TYPES,
    SERVICE_NAMES,
    HelpAnswer,
    emergency_origin,
    how_to_reach,
    number_origin,
    origin_rows,
)
from cop.guidance.public import held, own_area


def help_index(request: HttpRequest, lang: str) -> HttpResponse:
    """All areas, the operator's own country first; a search box that needs no script."""
    t = language(request, lang)
    text = request.GET.get("q", "").strip()[:60]
    areas = sorted(reference().places.help_areas.values(), key=lambda area: t.sort_key(area.name(t.language)))
    if text:
        wanted = text.casefold()
        areas = [
            area for area in areas
            if wanted in (area.iso2.casefold(), area.iso3.casefold()) or any(wanted in n.casefold() for n in area.names.values())
        ]  # fmt: skip
    own = own_area() if own_area() in areas else None
    return page(
        request,
        "guidance/help_index.html",
        t,
        path="help/",
        areas=areas,
        own=own,
        text=text,
        directory=next(d.url for d in held().directories if d.kind == "child_helplines"),
    )


def _area(code: str) -> HelpAnswer:
    areas = reference().places.help_areas
    if code not in areas:
        exists = [(a.iso2, f"{a.iso2}/") for a in areas.values() if code.upper() in (a.iso2, a.iso3)]
        raise NotThere(code, [(iso2, f"help/{iso2}/") for iso2, _ in exists])
    return held().help(code, today())


def help_area(request: HttpRequest, lang: str, code: str) -> HttpResponse:
    """What a child may do now in one area."""
    return _help(request, lang, code, "guidance/help_area.html", f"help/{code}/")


@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})
def help_card(request: HttpRequest, lang: str, code: str) -> HttpResponse:
    """The numbers alone, for a frame on another site: a school, a ministry, an app. It has no form and no cookie to misuse."""
    return _help(request, lang, code, "guidance/help_card.html", f"help/{code}/card/")


def _help(request: HttpRequest, lang: str, code: str, template: str, path: str) -> HttpResponse:
    t = language(request, lang)
    found = _area(code)
    return page(
        request, template, t, path=path, found=found, service_names=SERVICE_NAMES, kind_names=KIND_NAMES, number_types=NUMBER_TYPES,
        number_origin=lambda s: number_origin(s, t), emergency_origin=lambda n: emergency_origin(n, t),
        how_to_reach=lambda s: how_to_reach(s, t), name=found.area.name(t.language),
    )  # fmt: skip


HEADINGS = (
    "area", "kind", "organisation", "number", "number_type", "hours", "cost", "channels", "details", "languages", "ages", "source",
    "date", "status", "file", "row",
)  # fmt: skip


def help_download(request: HttpRequest, form: str, lang: str | None = None, code: str | None = None) -> HttpResponse:
    """The numbers that may be shown, of one area or of all."""
    t = language(request, lang)
    answers = [_area(code)] if code else [held().help(iso2, today()) for iso2 in reference().places.help_areas]
    rows = [row for answer in answers for row in _rows(answer, t)]
    name = f"help-{code}" if code else "help"
    return download(
        request, form, name=name, title=t("Help for a child"), headings=HEADINGS, rows=rows,
        source="helplines.csv and emergency_numbers.csv; each row names its source",
    )  # fmt: skip


def _rows(answer: HelpAnswer, t: Words) -> list[tuple[Any, ...]]:
    area = answer.area.iso2
    rows: list[tuple[Any, ...]] = [
        (area, f"emergency: {n.service}", "", n.number, "short", "", "", "phone", "", "", "", n.provenance.source, str(n.as_of),
         emergency_origin(n, t), *origin_rows(n.provenance).values())
        for n in answer.emergency
    ]  # fmt: skip
    rows += [
        (area, s.kind, s.organisation, s.number, str(s.number_type), s.hours, s.cost, " ".join(s.channels), s.details, s.languages,
         s.ages, s.provenance.source, str(s.as_of), number_origin(s, t), *origin_rows(s.provenance).values())
        for s in (*answer.helplines, *answer.other_lines)
    ]  # fmt: skip
    return rows
