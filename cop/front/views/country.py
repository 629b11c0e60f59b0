"""The country answer as a page, as data and PDF, and with the reader's own facts."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from cop.front.core.country_answer import CountryAnswer
from cop.front.core.door import country_answer, rooms
from cop.front.formats.data import HEADINGS, country_dict, country_rows
from cop.front.formats.html import answer_values
from cop.ground.core.door import Answer, Figure, UnknownCode, Words, mark
from cop.ground.public import (
    NotThere,
    a_date,
    canonical,
    data,
    download,
    language,
    not_available,
    page,
    reference,
    root,
    sent_from_here,
    today,
)
from cop.hotline.public import facts as hotline_facts
from cop.observatory.public import MOST_BYTES, BadWorkbook, goals, read_facts, released, write_template
from cop.observatory.public import held as observatory


def _answer(request: HttpRequest, code: str, stated: dict[str, Answer] | None = None) -> CountryAnswer:
    places = reference().places
    if code not in places.countries:
        try:
            exact = places.country(code)
        except UnknownCode as error:
            area = places.help_area(code)
            near = [(c, f"countries/{c}/") for c in error.nearest]
            raise NotThere(code[:40], [(f"/help/{area.iso2}/", f"help/{area.iso2}/")] if area else near) from None
        raise NotThere(code[:40], [(exact.iso3, f"countries/{exact.iso3}/")])
    return country_answer(
        rooms(root(), data()), places.countries[code], a_date(request), stated=stated, goals=goals(), today=today()
    )


def country(request: HttpRequest, lang: str, code: str) -> HttpResponse:
    """The country answer."""
    t = language(request, lang)
    answer = _answer(request, code)
    newest = released()
    found = page(
        request, "front/country.html", t, path=f"countries/{code}/", peers=_peers(answer),
        released=newest if newest.standing else None, own_figures=_own_figures(answer), **answer_values(answer, t),
    )  # fmt: skip
    if newest.pending:
        found["Cache-Control"] = "no-store"
    return found


def _own_figures(answer: CountryAnswer) -> list[tuple[str, str, Figure]]:
    """What the centre's own hotline published of its newest year: code, name and number; for the operator's own country alone."""
    here = answer.country
    if not settings.COP_OWN_COUNTRY or settings.COP_OWN_COUNTRY.upper() not in (here.iso2, here.iso3):
        return []
    found = []
    for code, figure in hotline_facts().items():
        indicator, part = observatory().indicators.of(code)
        if part is not None or not indicator.parts:
            found.append((indicator.code, (part or indicator).name, figure))
    return found


def _peers(answer: CountryAnswer) -> list[Any]:
    """Countries of the same M49 sub-region and ITU region, in order of code; bands, never ranks."""
    here = answer.country
    held = observatory()
    near = [
        c for c in reference().places.countries.values()
        if c.iso3 != here.iso3 and c.m49_subregion == here.m49_subregion and c.itu_region == here.itu_region
    ]  # fmt: skip
    return [(c, held.standing(c, answer.at)) for c in near[:12]]


FOREIGN = mark("This form was not sent from our own page, so the file was not read. Open the country page and send it there.")
TOO_LARGE = mark("The file is larger than 1 MB, so it was not read. A workbook of facts is far smaller.")
NO_FILE = mark("No workbook was sent. Choose the filled-in file first.")
REFUSED = mark("The workbook was not used: %(why)s.")


def country_with_facts(request: HttpRequest, lang: str, code: str) -> HttpResponse:
    """The answer with the reader's own facts: the workbook is read in memory and kept nowhere."""
    t = language(request, lang)
    plain = _answer(request, code)
    if request.method != "POST":
        return _with_facts(request, t, plain, code, problem=t(NO_FILE), status=400)
    if not sent_from_here(request):
        return _with_facts(request, t, plain, code, problem=t(FOREIGN), status=403)
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not (length.isascii() and length.isdigit()) or int(length) > MOST_BYTES:
        return _with_facts(request, t, plain, code, problem=t(TOO_LARGE), status=413)
    sent = request.FILES.get("workbook")
    if sent is None:
        return _with_facts(request, t, plain, code, problem=t(NO_FILE), status=400)
    try:
        stated = read_facts(sent.read(), (sent.name or "workbook")[:60], observatory().indicators, code, today())
    except BadWorkbook as error:
        return _with_facts(request, t, plain, code, problem=t(REFUSED, why=str(error)), status=400)
    return _with_facts(request, t, _answer(request, code, stated), code)


def _with_facts(
    request: HttpRequest, t: Words, answer: CountryAnswer, code: str, problem: str = "", status: int = 200
) -> HttpResponse:
    values = answer_values(answer, t) | {"problem": problem}
    response = page(
        request, "front/country.html", t, path=f"countries/{code}/", status=status, peers=_peers(answer), noindex=True, **values
    )
    response["Cache-Control"] = "no-store"
    return response


def facts_template(request: HttpRequest, code: str, lang: str | None = None) -> HttpResponse:
    """The workbook to fill in."""
    t = language(request, lang)
    answer = _answer(request, code)
    body = write_template(observatory().indicators, answer.country, t)
    response = HttpResponse(body, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    response["Content-Disposition"] = f'attachment; filename="facts-{code}-{t.language.code}.xlsx"'
    return response


def country_download(request: HttpRequest, form: str, code: str, lang: str | None = None) -> HttpResponse:
    """The country answer as table, JSON or PDF."""
    t = language(request, lang)
    answer = _answer(request, code)
    if form == "pdf":
        from cop.front.formats.pdf import country_pdf  # noqa: PLC0415 slow: typst only where a PDF is asked for
        from cop.ground.formats.fonts import FontMissing  # noqa: PLC0415 slow: typst only where a PDF is asked for

        try:
            response = HttpResponse(country_pdf(answer, t), content_type="application/pdf")
        except FontMissing as error:
            return not_available(request, t, f"countries/{code}/", str(error))
        response["Content-Disposition"] = f'inline; filename="{code}-{t.language.code}.pdf"'
        return response
    if form == "json":
        body = country_dict(answer, t) | {"query": canonical(request)}
        return HttpResponse(json.dumps(body, ensure_ascii=False), content_type="application/json")
    rows = list(country_rows(answer, t))
    sources = "; ".join(sorted({str(row[8]) for row in rows if row[8]}))
    title = f"{answer.country.name(t.language)}, {answer.at.isoformat()}"
    return download(request, form, name=code, title=title, headings=HEADINGS, rows=rows, source=sources)
