"""Profiles of countries in a release, side by side, and by region: pages, tables, documents and charts."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse

from cop.ground.core.door import ITU_REGIONS, SPECIAL_GROUPS, STATES, Country, State, Words, fewest_in_totals, in_group
from cop.ground.public import BadParameter, NotThere, canonical, download, language, not_available, page, reference
from cop.observatory.core.releases import sentences
from cop.observatory.core.releases.chart import ChartRow, row_of
from cop.observatory.core.releases.content import CountryContent, Header, ReleaseContent, plain
from cop.observatory.core.releases.profile import Profile, counts_of
from cop.observatory.formats import release_files as files
from cop.observatory.formats.profile_lines import changes_html, lines_html, unknown_html
from cop.observatory.formats.release_chart import chart_svg, inline_chart
from cop.observatory.public import held
from cop.observatory.queries import releases as queries
from cop.observatory.views.release_choice import Chosen, a_country, by_parameter, kept_with_care
from cop.observatory.views.releases import about_a_release

MOST_COMPARED = 6
MOST_CHANGES = 20
REGIONS = ("world", *ITU_REGIONS, *SPECIAL_GROUPS)


def _profile(request: HttpRequest, code: str) -> tuple[Chosen, Profile]:
    chosen = by_parameter(request)
    country = a_country(code, "profiles")
    found = queries.profile(country, chosen.one, chosen.shown.standing)
    if found is None:
        raise NotThere(code, [(chosen.one.id, f"releases/{chosen.one.id}/")])
    return chosen, found


def words_of(profile_header: Header, t: Words) -> dict[str, Any]:
    """The functions and words that every template about a release needs."""
    levels = {code: indicator.levels for code, indicator in held().indicators.all.items()}
    return {
        "lines": lambda lines: lines_html(lines, profile_header, levels, t),
        "unknown_lines": lambda lines: unknown_html(lines, t),
        "change_lines": lambda changes: changes_html(changes, t),
        "figure_words": lambda figure, known: sentences.figure_words(figure, known, profile_header, levels.get(known.code, ()), t),
        "figure_class": sentences.figure_class,
        "origins": sentences.ORIGINS,
        "other_words": lambda value: sentences.other_words(value, t),
        "change_words": lambda text: sentences.change_words(text, t),
        "score_words": lambda score: sentences.score_words(score, t),
        "pillar_terms": {term.key: term for term in reference().vocabulary.pillars},
        "groups": queries.group_names(),
    }


def chart_rows(profile: Profile, t: Words) -> list[ChartRow]:
    """The rows of the pillar chart, with the bounds of the release before where there is one."""
    names = {term.key: term.short or term.name for term in reference().vocabulary.pillars}
    return [row_of(t(names[p.key]), p.step, p.step_before) for p in profile.pillars]


@about_a_release
def profile_page(request: HttpRequest, lang: str, code: str) -> HttpResponse:
    """One country in one release: the sentence, the bars, every figure with who stands behind it, and what changed."""
    t = language(request, lang)
    chosen, profile = _profile(request, code)
    found = page(
        request, "observatory/profile.html", t, path=f"profiles/{code}/", profile=profile, header=profile.header,
        headline=sentences.headline(profile, t), standing=sentences.standing(profile, t), query_release=chosen.query,
        chart=inline_chart(chart_rows(profile, t), t, t("Points of each pillar; the same figures stand in the table.")),
        peers=[(c.iso3, c.name(t.language)) for c in peers(profile.country)], most=MOST_CHANGES,
        releases=chosen.shown.standing, one=chosen.one, **words_of(profile.header, t),
    )  # fmt: skip
    return kept_with_care(found, chosen.shown)


def peers(country: Country) -> list[Country]:
    """Up to five countries to compare with, in order of code: small islands with small islands, else of the same part."""
    every = [c for c in reference().places.countries.values() if c.iso3 != country.iso3]
    if country.sids:
        near = [c for c in every if c.sids and c.itu_region == country.itu_region] or [c for c in every if c.sids]
    else:
        near = [c for c in every if c.m49_subregion == country.m49_subregion and c.itu_region == country.itu_region]
    return near[: MOST_COMPARED - 1]


@about_a_release
def profile_download(request: HttpRequest, form: str, code: str, lang: str | None = None) -> HttpResponse:
    """A profile as table, JSON or two-page document."""
    t = language(request, lang)
    chosen, profile = _profile(request, code)
    if form == "pdf":
        return kept_with_care(_pdf(request, t, chosen, profile), chosen.shown)
    if form == "json":
        about = {"release": chosen.one.id, "checksum": chosen.one.checksum, "citation": profile.header.citation,
                 "licence": profile.header.licence, "query": canonical(request)}  # fmt: skip
        body = json.dumps({"about": about, "country": plain(profile.content)}, ensure_ascii=False)
        return kept_with_care(HttpResponse(body, content_type="application/json"), chosen.shown)
    return kept_with_care(_figures(request, form, chosen, [profile.country], code, t), chosen.shown)


def _pdf(request: HttpRequest, t: Words, chosen: Chosen, profile: Profile) -> HttpResponse:
    from cop.ground.formats.fonts import FontMissing  # noqa: PLC0415 slow: typst only where a PDF is asked for
    from cop.observatory.formats.profile_pdf import profile_pdf  # noqa: PLC0415 slow: typst only where a PDF is asked for

    try:
        body = profile_pdf(profile, _document(profile, t), t)
    except FontMissing as error:
        return not_available(request, t, f"profiles/{profile.country.iso3}/", str(error))
    response = HttpResponse(body, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{profile.country.iso3}-{chosen.one.id}-{t.language.code}.pdf"'
    return response


def _document(profile: Profile, t: Words) -> dict[str, Any]:
    found = words_of(profile.header, t)
    return found | {"names": {term.key: t(term.name) for term in reference().vocabulary.pillars}, "rows": chart_rows(profile, t)}


@about_a_release
def profile_chart(request: HttpRequest, form: str, code: str, lang: str | None = None) -> HttpResponse:
    """The pillar chart of a profile as SVG or PNG, with title, source, licence and release inside."""
    t = language(request, lang)
    chosen, profile = _profile(request, code)
    header, rows = profile.header, chart_rows(profile, t)
    title = f"{profile.country.name(t.language)}{t.colon}{t('points of each pillar')}"
    lines = [
        t("Bar: what is certain. Line: what open answers could add. Thin bar: the release before."),
        t("Source: %(source)s, release %(release)s, %(date)s.", source=f"COP Centre, {header.name(t.language.code)}",
          release=t.isolate(header.id), date=t.date(header.day)),
        t("Licence: %(licence)s.", licence=t.isolate(header.licence)),
    ]  # fmt: skip
    svg = chart_svg(rows, t, title=title, lines=lines, alt=chart_alt(rows, t))
    if form == "svg":
        return kept_with_care(HttpResponse(svg, content_type="image/svg+xml"), chosen.shown)
    from cop.ground.formats.fonts import FontMissing  # noqa: PLC0415 slow: typst only where a picture is asked for
    from cop.observatory.formats.release_chart import chart_png  # noqa: PLC0415 slow: typst only where a picture is asked for

    try:
        body = chart_png(svg, t, "".join([title, *lines, *(row.name for row in rows)]))
    except FontMissing as error:
        return not_available(request, t, f"profiles/{code}/", str(error))
    return kept_with_care(HttpResponse(body, content_type="image/png"), chosen.shown)


def chart_alt(rows: list[ChartRow], t: Words) -> str:
    """The chart in words: each pillar with its bounds."""
    said = [
        f"{row.name}{t.colon}{t.number(row.low)}–{t.number(row.high)}"
        for row in rows
        if row.low is not None and row.high is not None
    ]
    return t.semicolon.join(said)


def _figures(request: HttpRequest, form: str, chosen: Chosen, countries: list[Country], name: str, t: Words) -> HttpResponse:
    header = chosen.header
    held_here = {one.iso3: one for one in queries.countries(chosen.one, tuple(c.iso3 for c in countries))}
    names = {c.iso3: c.name(t.language) for c in countries}
    rows = list(files.figure_rows(ReleaseContent(header, held_here), names))
    return download(
        request, form, name=name, title=f"{header.title}, {header.id}", headings=files.FIGURE_HEADINGS, rows=rows,
        source=f"COP Centre, {header.id}", citation=header.citation,
    )  # fmt: skip


def _compared(request: HttpRequest) -> list[Country]:
    places = reference().places.countries
    asked = list(dict.fromkeys(code for code in request.GET.getlist("country")[:50] if code))
    for code in asked:
        if code not in places:
            raise BadParameter("country", code[:20], "ISO alpha-3 codes such as CRI")
    if len(asked) > MOST_COMPARED:
        raise BadParameter("country", ", ".join(asked)[:60], f"at most {MOST_COMPARED} countries")
    return [places[code] for code in asked]


@about_a_release
def compare_page(request: HttpRequest, lang: str) -> HttpResponse:
    """Up to six countries beside each other, in the order in which they were asked for; never a rank."""
    t = language(request, lang)
    chosen = by_parameter(request)
    countries = _compared(request)
    contents = {one.iso3: one for one in queries.countries(chosen.one, tuple(c.iso3 for c in countries))}
    header = chosen.header
    every = sorted(reference().places.countries.values(), key=lambda c: t.sort_key(c.name(t.language)))
    found = page(
        request, "observatory/compare.html", t, path="compare/", header=header, one=chosen.one, most=MOST_COMPARED,
        countries=[(c, contents[c.iso3], bars_of(header, contents[c.iso3])) for c in countries if c.iso3 in contents],
        every=[(c.iso3, c.name(t.language)) for c in every],
        suggestions=[c for c in peers(countries[0]) if c not in countries][: MOST_COMPARED - len(countries)] if countries else [],
        codes=[c.iso3 for c in countries],
        names=[c.name(t.language) for c in countries], query_release=chosen.query, **words_of(header, t),
    )  # fmt: skip
    return kept_with_care(found, chosen.shown)


def bars_of(header: Header, content: CountryContent) -> list[tuple[str, dict[State, int]]]:
    """The five bars of a country: the short name of each pillar with its counts by state."""
    terms = reference().vocabulary.pillars
    return [(term.short or term.name, dict(counts_of(header, content, term.key))) for term in terms]


@about_a_release
def compare_download(request: HttpRequest, form: str, lang: str | None = None) -> HttpResponse:
    """The same countries as a table of all their figures."""
    t = language(request, lang)
    chosen = by_parameter(request)
    return kept_with_care(_figures(request, form, chosen, _compared(request), "compare", t), chosen.shown)


@about_a_release
def regions_page(request: HttpRequest, lang: str) -> HttpResponse:
    """Every group of countries with its five bars."""
    t = language(request, lang)
    chosen = by_parameter(request)
    header = chosen.header
    rows = [(key, name, group_bars(header, key)) for key, name in queries.group_names().items()]
    found = page(request, "observatory/regions.html", t, path="regions/", header=header, rows=rows, query_release=chosen.query)
    return kept_with_care(found, chosen.shown)


def group_bars(header: Header, group: str) -> list[tuple[str, dict[State, int]]]:
    """The five bars of a group."""
    raw = header.bars.get(group, {})
    return [
        (term.short or term.name, {state: raw.get(term.key, {}).get(str(state), 0) for state in STATES})
        for term in reference().vocabulary.pillars
    ]


def _group(key: str) -> str:
    if key not in REGIONS:
        raise NotThere(key[:40], [(known, f"regions/{known}/") for known in REGIONS])
    return key


@about_a_release
def region_page(request: HttpRequest, lang: str, key: str) -> HttpResponse:
    """One group: its bars, the share of its countries for each indicator with bounds, and its countries by name."""
    t = language(request, lang)
    chosen = by_parameter(request)
    header, key = chosen.header, _group(key)
    members = [c for c in reference().places.members(header.day) if in_group(c, key, header.day)]
    named = ((c.iso3, c.name(t.language), header.answered.get(c.iso3)) for c in members)
    rows = sorted(named, key=lambda row: t.sort_key(row[1]))
    found = page(
        request, "observatory/region.html", t, path=f"regions/{key}/", key=key, header=header, bars=group_bars(header, key),
        shares=[a for a in header.aggregates if a.group == key], rows=rows, name=queries.group_names()[key],
        signed=sum(c.iso3 in header.signed for c in members), query_release=chosen.query,
        fewest=fewest_in_totals(reference().reference), **words_of(header, t),
    )  # fmt: skip
    return kept_with_care(found, chosen.shown)


@about_a_release
def region_download(request: HttpRequest, form: str, key: str, lang: str | None = None) -> HttpResponse:
    """The shares of one group as a table."""
    language(request, lang)
    chosen = by_parameter(request)
    header, key = chosen.header, _group(key)
    rows = [row for row in files.group_rows(ReleaseContent(header, {})) if row[1] == key]
    found = download(
        request, form, name=f"{header.id}-{key}", title=f"{header.title}, {header.id}, {key}", headings=files.GROUP_HEADINGS,
        rows=rows, source=f"COP Centre, {header.id}", citation=header.citation,
    )  # fmt: skip
    return kept_with_care(found, chosen.shown)
