"""Releases: the list, one release with all that vouches for it, what changed, and its files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse

from cop.ground.public import BadParameter, NotThere, download, language, page, reference
from cop.observatory.core.releases.content import ReleaseContent
from cop.observatory.core.releases.difference import Change
from cop.observatory.core.releases.sentences import CHANGE_KINDS, change_counts, change_words
from cop.observatory.formats import release_files as files
from cop.observatory.formats.dataset import dataset_description
from cop.observatory.queries import releases as queries
from cop.observatory.queries.releases import Listed
from cop.observatory.views.release_choice import Chosen, Gone, by_address, gone, kept_with_care

MOST_CHANGES = 200
View = Callable[..., HttpResponse]


def about_a_release(view: View) -> View:
    """A view that answers with the reason where its release was withdrawn."""

    def answer(request: HttpRequest, *args: Any, **values: Any) -> HttpResponse:
        try:
            return view(request, *args, **values)
        except Gone as found:
            return gone(request, language(request, values.get("lang")), found.one)

    return answer


def releases_page(request: HttpRequest, lang: str) -> HttpResponse:
    """Every release that was ever published, the newest first; a search by id and title."""
    t = language(request, lang)
    shown = queries.shown()
    text = request.GET.get("q", "")[:60]
    titles = queries.titles(shown.releases, t.language.code)
    rows = [(one, titles[one.id]) for one in shown.releases if text.casefold() in f"{one.id} {titles[one.id]}".casefold()]
    found = page(request, "observatory/releases.html", t, path="releases/", rows=rows, text=text, any=bool(shown.releases))
    return kept_with_care(found, shown)


def releases_download(request: HttpRequest, form: str, lang: str | None = None) -> HttpResponse:
    """The list of releases as a table."""
    t = language(request, lang)
    shown = queries.shown()
    titles = queries.titles(shown.releases, t.language.code)
    headings = ("release", "title", "round", "number", "published", "checksum", "withdrawn", "why_withdrawn")
    rows = [
        (one.id, titles[one.id], one.round, one.number, one.published_at.isoformat(), one.checksum,
         one.withdrawn_at.isoformat() if one.withdrawn_at else "", one.withdrawn_why)
        for one in shown.releases
    ]  # fmt: skip
    found = download(request, form, name="releases", title=t("Releases"), headings=headings, rows=rows, source="COP Centre")
    return kept_with_care(found, shown)


@about_a_release
def release_page(request: HttpRequest, lang: str, id: str) -> HttpResponse:
    """One release: what it holds, how to cite it, its checksum, files, method and what changed."""
    t = language(request, lang)
    chosen = by_address(id)
    one, header = chosen.one, chosen.header
    origin = f"{request.scheme}://{request.get_host()}"
    old = queries.corrected(one, chosen.shown.standing)
    names = {c.iso3: c.name(t.language) for c in reference().places.countries.values()}
    found = page(
        request, "observatory/release.html", t, path=f"releases/{id}/", one=one, header=header, corrected=old,
        later=[other for other in chosen.shown.standing if other.round == one.round and other.number > one.number],
        before=queries.earlier(one, chosen.shown.standing), counts=change_counts(queries.changes(old, one)) if old else {},
        signed=sorted(((iso3, names[iso3]) for iso3 in header.signed if iso3 in names), key=lambda pair: t.sort_key(pair[1])),
        unsigned=len(names) - len(header.signed), kinds=CHANGE_KINDS, query_release=chosen.query, groups=queries.group_names(),
        description=dataset_description(header, one.checksum, origin, t),
    )  # fmt: skip
    return kept_with_care(found, chosen.shown)


def _pair(request: HttpRequest, id: str) -> tuple[Chosen, Listed]:
    """The release of the address and the one that it is compared with: `?with=`, else the one before it."""
    chosen = by_address(id)
    asked = request.GET.get("with", "")
    if asked:
        found = chosen.shown.of(asked)
        if found is None or found.withdrawn_at is not None or found.id == id:
            raise BadParameter("with", asked[:60], ", ".join(o.id for o in chosen.shown.standing if o.id != id) or "–")
        return chosen, found
    standing = chosen.shown.standing
    before = queries.corrected(chosen.one, standing) or queries.earlier(chosen.one, standing)
    if before is None:
        raise NotThere(f"{id}/difference"[:80], [(id, f"releases/{id}/")])
    return chosen, before


@about_a_release
def difference_page(request: HttpRequest, lang: str, id: str) -> HttpResponse:
    """Every figure, score, reply and share that differs between two releases."""
    t = language(request, lang)
    chosen, before = _pair(request, id)
    changes = queries.changes(before, chosen.one)
    names = {c.iso3: c.name(t.language) for c in reference().places.countries.values()}
    names |= {key: t(name) for key, name in queries.group_names().items()}
    found = page(
        request, "observatory/difference.html", t, path=f"releases/{id}/difference/", one=chosen.one, before=before,
        counts=change_counts(changes), kinds=CHANGE_KINDS, total=len(changes), most=MOST_CHANGES, names=names,
        changes=[(c, change_words(c.before, t), change_words(c.after, t)) for c in changes[:MOST_CHANGES]],
        labels={i.code: t(i.name) for i in (*queries.header(before).indicators, *chosen.header.indicators)},
        others=[other for other in chosen.shown.standing if other.id != id],
    )  # fmt: skip
    return kept_with_care(found, chosen.shown)


@about_a_release
def difference_download(request: HttpRequest, form: str, id: str, lang: str | None = None) -> HttpResponse:
    """The same difference as a table, whole."""
    t = language(request, lang)
    chosen, before = _pair(request, id)
    rows = [_change_row(change) for change in queries.changes(before, chosen.one)]
    title = t("Differences from %(old)s to %(new)s", old=before.id, new=id)
    found = download(
        request, form, name=f"{id}-difference", title=title, headings=files.CHANGE_HEADINGS, rows=rows, source="COP Centre"
    )
    return kept_with_care(found, chosen.shown)


def _change_row(change: Change) -> tuple[str, ...]:
    return change.kind, change.area, change.code, change.before, change.after


Rows = Callable[[ReleaseContent], Iterator[tuple[Any, ...]]]
TABLES: dict[str, tuple[Sequence[str], Rows]] = {
    "method": (files.METHOD_HEADINGS, files.method_rows),
    "groups": (files.GROUP_HEADINGS, files.group_rows),
}


@about_a_release
def release_download(request: HttpRequest, form: str, id: str, lang: str | None = None) -> HttpResponse:
    """All figures of a release as CSV or workbook, or the release whole as JSON."""
    t = language(request, lang)
    chosen = by_address(id)
    content = queries.content(chosen.one)
    if form == "json":
        return kept_with_care(HttpResponse(files.release_json(content), content_type="application/json"), chosen.shown)
    names = {c.iso3: c.name(t.language) for c in reference().places.countries.values()}
    found = _table(request, form, chosen, id, files.FIGURE_HEADINGS, list(files.figure_rows(content, names)))
    return kept_with_care(found, chosen.shown)


@about_a_release
def release_table(request: HttpRequest, form: str, id: str, table: str, lang: str | None = None) -> HttpResponse:
    """The method's steps or the shares of groups of a release as a table."""
    language(request, lang)
    chosen = by_address(id)
    headings, rows = TABLES[table]
    found = _table(request, form, chosen, f"{id}-{table}", headings, list(rows(queries.content(chosen.one))))
    return kept_with_care(found, chosen.shown)


def _table(
    request: HttpRequest, form: str, chosen: Chosen, name: str, headings: Sequence[str], rows: Sequence[Sequence[Any]]
) -> HttpResponse:
    header = chosen.header
    return download(
        request, form, name=name, title=f"{header.title}, {header.id}", headings=headings, rows=rows,
        source=f"COP Centre, {header.id}", citation=header.citation,
    )  # fmt: skip


@about_a_release
def release_package(request: HttpRequest, id: str, lang: str | None = None) -> HttpResponse:
    """The Frictionless data package of a release."""
    language(request, lang)
    chosen = by_address(id)
    names = {c.iso3: c.names["en"] for c in reference().places.countries.values()}
    address = f"{request.scheme}://{request.get_host()}/releases/{id}/"
    response = HttpResponse(files.package(queries.content(chosen.one), names, address), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{id}.zip"'
    return kept_with_care(response, chosen.shown)
