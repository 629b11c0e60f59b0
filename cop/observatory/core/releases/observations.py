"""The figures of a release as observations of open statistics: countries, years of registers, scores, and groups."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from cop.observatory.core.observations import CodeLabel, Observation, ReleaseData
from cop.observatory.core.releases.content import (
    Aggregate,
    CountryContent,
    Header,
    ReleaseContent,
    ReleaseFigure,
    ReleaseIndicator,
    ReleaseStep,
    nothing,
)
from cop.observatory.core.releases.counted import CountedCountry, CountedFigure, CountedStep

SHARE_OF_COUNTRIES, SHARE_OF_CHILDREN, SCORE = "/countries", "/children", "SCORE"
Country = CountryContent | CountedCountry
Figure = ReleaseFigure | CountedFigure
Step = ReleaseStep | CountedStep
_STATE_VALUES = {"yes": 1.0, "partly": 0.5, "no": 0.0}
_COUNTED = ("state", "level", "number")
_WITH_VALUE = ("A", "P", "U")


def release_data(content: ReleaseContent) -> ReleaseData:
    """A release as open statistics."""
    return data_of(content.header, content.countries.values())


def data_of(header: Header, countries: Iterable[Country]) -> ReleaseData:
    """The same from a header and countries, which are read one after the other.

    It counts from its publication, or from the end of its embargo.
    """
    since = max(filter(None, (header.published, header.embargo_until)), key=datetime.fromisoformat)
    return ReleaseData(header.id, datetime.fromisoformat(since), tuple(observations(header, countries)))


def observations(header: Header, countries: Iterable[Country]) -> Iterator[Observation]:
    """Every observation: for each country its figures and scores, then coverage of groups. Texts have no observation."""
    pool: dict[str, str] = {}  # a text that many observations share is kept once
    scored = [known for known in header.indicators if known.scored]
    for country in countries:
        held = set()
        for figure in country.figures:
            held.add(figure.code)
            known = header.by_code.get(figure.code)
            if known is not None and known.kind in _COUNTED:
                yield from _of_figure(country.iso3, figure, known, header, pool)
        for known in scored:
            if known.code not in held:
                yield from _of_figure(country.iso3, nothing(known.code), known, header, pool)
        yield from _of_scores(country, header, pool)
    for aggregate in header.aggregates:
        yield from _of_aggregate(aggregate, header, pool)


def _of_figure(
    iso3: str, figure: Figure, known: ReleaseIndicator, header: Header, pool: dict[str, str]
) -> Iterator[Observation]:  # fmt: skip
    unit = "level" if known.kind == "level" else "0 to 1" if known.kind == "state" else known.unit
    year = str(header.day.year)
    period = _once(year if known.kind != "number" else figure.period or year, pool)
    comment = _once(" ".join(part for part in (_ORIGIN[figure.origin], figure.note) if part), pool)
    value = figure.value if figure.status in _WITH_VALUE else None
    status = _once(figure.status, pool) if value is not None or figure.status in ("M", "Q") else "O"
    source, as_of, method = _once(figure.source, pool), _once(figure.as_of, pool), header.method
    if known.kind == "state":
        for when, state in _years(figure, header.day.year):
            before = _once(str(when), pool)
            yield Observation(iso3, known.code, before, _STATE_VALUES[state], "A", unit, source, method, comment=comment)
    yield Observation(iso3, known.code, period, value, status, unit, source, method, comment=comment, as_of=as_of)
    if status not in _WITH_VALUE:
        return
    for sex, share in figure.by_sex.items():
        if share is not None:
            yield Observation(
                iso3, known.code, period, share, status, unit, source, method, sex=_once(sex, pool), comment=comment, as_of=as_of
            )


def _once(text: str, pool: dict[str, str]) -> str:
    return pool.setdefault(text, text)


_ORIGIN = {"confirmed": "Confirmed by the country.", "desk": "Desk research.", "none": ""}


def _years(figure: Figure, until: int) -> Iterator[tuple[int, str]]:
    """Each year before the release with the state that a register gives for its end."""
    for place, (year, state) in enumerate(figure.history):
        end = figure.history[place + 1][0] if place + 1 < len(figure.history) else until
        for when in range(year, end):
            yield when, state


def _of_scores(country: Country, header: Header, pool: dict[str, str]) -> Iterator[Observation]:
    year = _once(str(header.day.year), pool)
    for code, step in score_steps(country):
        value, reason = step.value, step.state
        if not step.parent:
            value, reason = country.score.value, country.score.reason
        comment = f"Between {step.low} and {step.high}, as unknown answers leave open." if step.low is not None else reason
        status = "A" if value is not None else "M" if step.state == "na" else "O"
        coverage = _once(f"{step.known} of {step.applicable} indicators known", pool)
        yield Observation(
            country.iso3, _once(code, pool), year, value, status, "points", "COP Centre", header.method, coverage=coverage,
            comment=_once(comment, pool),
        )  # fmt: skip


def score_steps(country: Country) -> Iterator[tuple[str, Step]]:
    """The total and the groups of the method with the codes that open statistics give them."""
    for step in country.steps:
        if step.step == "total":
            yield SCORE, step
        elif step.step == "group":
            yield f"{SCORE}/{step.code}", step


def _of_aggregate(found: Aggregate, header: Header, pool: dict[str, str]) -> Iterator[Observation]:
    year, coverage = _once(str(header.day.year), pool), _once(f"{found.n} of {found.of} countries", pool)
    shares = ((SHARE_OF_COUNTRIES, found.percent, found.low, found.high),
              (SHARE_OF_CHILDREN, found.children, found.children_low, found.children_high))  # fmt: skip
    for suffix, percent, low, high in shares:
        if percent is not None:
            comment = _once(f"Between {low} and {high}, as unknown answers leave open.", pool)
            yield Observation(
                found.group, _once(found.code + suffix, pool), year, percent, "A", "per cent", "COP Centre", header.method,
                coverage=coverage, comment=comment,
            )  # fmt: skip


def indicator_names(
    headers: Sequence[Header], names: dict[str, dict[str, str]], words: dict[str, dict[str, str]]
) -> tuple[CodeLabel, ...]:
    """The indicators of open statistics with their names by language: `names` of indicators, `words` of what is added to them.

    `words` has patterns for "countries" and "children" that hold %(name)s, and names for "SCORE" and each group of the method.
    Every code of any of the releases is named.
    """
    kinds = {i.code: i.kind for header in headers for i in header.indicators}
    found = [CodeLabel(code, names[code]) for code, kind in kinds.items() if kind in _COUNTED]
    counted = dict.fromkeys(a.code for header in headers for a in header.aggregates)
    for suffix, key in ((SHARE_OF_COUNTRIES, "countries"), (SHARE_OF_CHILDREN, "children")):
        for code in counted:
            found.append(CodeLabel(code + suffix, {lang: words[key][lang] % {"name": name} for lang, name in names[code].items()}))
    found += [CodeLabel(key, labels) for key, labels in words.items() if key.startswith(SCORE)]
    return tuple(found)
