"""Figures of years: at the desk as they are, beside what the public would see, and in public as a lead published them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from cop.accounts.public import desk_language, desk_page, holds, require
from cop.ground.core.door import Words, mark, words
from cop.ground.public import NotThere, download, language, not_available, now, page, reference
from cop.hotline.actions.figures import NotPublished, publish_year
from cop.hotline.core.transparency import LONGEST_STATEMENT
from cop.hotline.formats.figures_tables import HEADINGS, FigureTable, explained, headline, rows_of, tables_of
from cop.hotline.queries.figures import Published, YearNow, YearRow, editions, first_year, published, today_at_hotline, year_now
from cop.hotline.views.unlocking import SCOPE

HERE = "/desk/hotline/figures/"
DONE = {"published": mark("It is published. The audit trail holds its digest.")}


def desk_figures_page(request: HttpRequest, year: str = "") -> HttpResponse:
    """A year's counts as they are beside what the public sees or would see; a lead publishes a year that is over (FIG-06)."""
    person = require(request, "figures.desk", SCOPE)
    t, at, wrong = words(desk_language(request)), now(), ""
    years, chosen = _years_of_desk(request, year)
    if request.method == "POST":
        require(request, "hotline.open", SCOPE)
        try:
            publish_year(year=chosen, independence=request.POST.get("independence", "").strip(), note=request.POST.get("note", ""),
                         by=person, at=at)  # fmt: skip
            return HttpResponseRedirect(f"{HERE}{chosen}/?done=published")
        except NotPublished as refused:
            wrong = t.said(refused)
    past = [row for row in editions() if row.year == chosen]
    stands = year_now(chosen, at)
    last = published(chosen) if past else None
    return desk_page(
        request, "hotline/desk/figures.html", status=400 if wrong else 200, wrong=wrong, years=years, year=chosen, past=past,
        said=t(DONE.get(request.GET.get("done", ""), "")), pairs=_beside(stands, t), over=chosen < today_at_hotline(at).year,
        may_publish=holds(request, "hotline.open", SCOPE), most=LONGEST_STATEMENT, explained=explained(stands.told, t),
        independence=request.POST.get("independence", last.edition.notices.independence if last else "")[:LONGEST_STATEMENT],
        note=request.POST.get("note", "")[:500],
    )  # fmt: skip


def desk_figures_download(request: HttpRequest, year: str, form: str) -> HttpResponse:
    """A year's counts as they are, for the desk and the authority that asks for the report of notices."""
    require(request, "figures.desk", SCOPE)
    _, chosen = _years_of_desk(request, year)
    whole, t = year_now(chosen, now()).whole, words(desk_language(request))
    title = t(mark("Figures of the hotline, %(year)s, for the desk alone"), year=str(chosen))
    rows = list(rows_of(whole, 0, tables_of(whole, t, _country(t))))
    return download(request, form, name=f"hotline-desk-{chosen}", title=title, headings=HEADINGS, rows=rows, source=whole.source)


def _years_of_desk(request: HttpRequest, year: str) -> tuple[list[int], int]:
    """The years from the first one of the hotline to this one, and the one that is asked for. Raises NotThere that names it."""
    this = today_at_hotline(now()).year
    years = list(range(this, (first_year() or this) - 1, -1))
    return years, _chosen(year, years, this, HERE)


def _chosen(year: str, years: list[int], default: int, where: str) -> int:
    if not year:
        return default
    if not (year.isascii() and year.isdigit() and len(year) == 4 and int(year) in years):
        raise NotThere(year[:40], [(f"{where}{one}/", str(one)) for one in years[:12]])
    return int(year)


def _beside(now_is: YearNow, t: Words) -> list[tuple[FigureTable, list[str]]]:
    """Each table as it is, with what the public would see of each line; firms and countries are known by their names."""
    country, among = _country(t), t(mark("among the others"))
    public = {table.name: {line.label: line.shown for line in table.lines} for table in tables_of(now_is.told, t, country)}
    return [
        (table, [public.get(table.name, {}).get(line.label, among) for line in table.lines])
        for table in tables_of(now_is.whole, t, country)
    ]


def _country(t: Words) -> Any:
    """Names a country of two letters."""

    def name(code: str) -> str:
        area = reference().places.help_area(code) if code else None
        return area.name(t.language) if area else code or t(mark("Not known where"))

    return name


def _published(year: str, lang: str) -> tuple[Published | None, list[YearRow]]:
    """What is published under `2025`, or as its first edition under `2025-1`, and the newest edition of every year.

    Raises NotThere that names the year, and where there never was a hotline here.
    """
    if first_year() is None:
        raise NotThere(f"/{lang}/report/figures/", [(f"/{lang}/report/", "report/")])
    rows = editions()
    newest = [row for row in rows if row.edition == max(one.edition for one in rows if one.year == row.year)]
    if not newest and not year:
        return None, []
    wanted, _, edition = year.partition("-")
    where = f"/{lang}/report/figures/"
    chosen = _chosen(wanted, [row.year for row in newest], newest[0].year if newest else 0, where)
    found = published(chosen, int(edition) if edition.isascii() and edition.isdigit() and len(edition) < 5 else None)
    if found is None or (year and year not in (str(chosen), f"{chosen}-{found.row.edition}")):
        raise NotThere(year[:40], [(f"{where}{chosen}/", str(chosen))])
    return found, newest


def figures_page(request: HttpRequest, lang: str, year: str = "") -> HttpResponse:
    """The figures of a published year, the newest where none is named (FIG-07)."""
    t = language(request, lang)
    found, years = _published(year, lang)
    path = f"report/figures/{year}/" if year else "report/figures/"
    if found is None:
        return page(request, "hotline/figures.html", t, path=path, found=None, years=years, noindex=True)
    return page(
        request, "hotline/figures.html", t, path=path, found=found, years=years, headline=headline(found.edition, t),
        tables=tables_of(found.edition, t, _country(t)), explained=explained(found.edition, t),
    )  # fmt: skip


def figures_download(request: HttpRequest, year: str, form: str, lang: str | None = None) -> HttpResponse:
    """A published year as table, JSON or PDF, with its passport in every row."""
    t = language(request, lang)
    found, _ = _published(year, t.language.code)
    if found is None:
        raise NotThere(year[:40])
    edition, number, chosen = found.edition, found.row.edition, found.row.year
    tables = tables_of(edition, t, _country(t))
    if form == "pdf":
        return _pdf(request, t, found, tables)
    title = t(mark("Figures of the hotline, %(year)s"), year=str(chosen))
    rows = list(rows_of(edition, number, tables))
    return download(
        request, form, name=f"hotline-{chosen}-{number}", title=title, headings=HEADINGS, rows=rows, source=edition.source
    )


def _pdf(request: HttpRequest, t: Words, found: Published, tables: list[FigureTable]) -> HttpResponse:
    from cop.ground.formats.fonts import FontMissing  # noqa: PLC0415 slow: typst only where a PDF is asked for
    from cop.hotline.formats.figures_pdf import figures_pdf  # noqa: PLC0415 slow: typst only where a PDF is asked for

    row = found.row
    try:
        body = figures_pdf(found.edition, row.edition, row.note, row.digest, tables, t)
    except FontMissing as error:
        return not_available(request, t, f"report/figures/{row.year}/", str(error))
    answer = HttpResponse(body, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="hotline-{row.year}-{t.language.code}.pdf"'
    return answer
