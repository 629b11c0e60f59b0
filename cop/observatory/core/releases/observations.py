"""The figures of a release as observations of open statistics: countries, years of registers, scores, and groups."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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

SHARE_OF_COUNTRIES, SHARE_OF_CHILDREN, SCORE = "/countries", "/children", "SCORE"
_STATE_VALUES = {"yes": 1.0, "partly": 0.5, "no": 0.0}
_COUNTED = ("state", "level", "number")


def release_data(content: ReleaseContent) -> ReleaseData:
    """A release as open statistics. It counts from its publication, or from the end of its embargo."""
    header = content.header
    since = max(filter(None, (header.published, header.embargo_until)), key=datetime.fromisoformat)
    return ReleaseData(header.id, datetime.fromisoformat(since), tuple(observations(content)))


def observations(content: ReleaseContent) -> Iterator[Observation]:
    """Every observation: for each country its figures and scores, then coverage of groups. Texts have no observation."""
    for country in content.countries.values():
        for figure in country.figures:
            known = content.header.by_code.get(figure.code)
            if known is not None and known.kind in _COUNTED:
                yield from _of_figure(country.iso3, figure, known, content.header)
        for known in content.header.indicators:
            if known.scored and known.code not in country.by_code:
                yield from _of_figure(country.iso3, nothing(known.code), known, content.header)
        yield from _of_scores(country, content.header)
    for aggregate in content.header.aggregates:
        yield from _of_aggregate(aggregate, content.header)


def _of_figure(iso3: str, figure: ReleaseFigure, known: ReleaseIndicator, header: Header) -> Iterator[Observation]:
    unit = "level" if known.kind == "level" else "0 to 1" if known.kind == "state" else known.unit
    period = str(header.day.year) if known.kind != "number" else figure.period or str(header.day.year)
    comment = " ".join(part for part in (_ORIGIN[figure.origin], figure.note) if part)
    value = figure.value if figure.status in ("A", "P", "U") else None
    status = figure.status if value is not None or figure.status in ("M", "Q") else "O"

    def one(when: str, shown: float | None, state: str, as_of: str = "", sex: str = "_T") -> Observation:
        return Observation(
            iso3, known.code, when, shown, state, unit, figure.source, header.method, sex=sex, comment=comment, as_of=as_of
        )

    if known.kind == "state":
        for when, state in _years(figure, header.day.year):
            yield one(str(when), _STATE_VALUES[state], "A")
    yield one(period, value, status, as_of=figure.as_of)
    for sex, share in figure.by_sex.items():
        if share is not None and status in ("A", "P", "U"):
            yield one(period, share, status, sex=sex, as_of=figure.as_of)


_ORIGIN = {"confirmed": "Confirmed by the country.", "desk": "Desk research.", "none": ""}


def _years(figure: ReleaseFigure, until: int) -> Iterator[tuple[int, str]]:
    """Each year before the release with the state that a register gives for its end."""
    for place, (year, state) in enumerate(figure.history):
        end = figure.history[place + 1][0] if place + 1 < len(figure.history) else until
        for when in range(year, end):
            yield when, state


def _of_scores(country: CountryContent, header: Header) -> Iterator[Observation]:
    year = str(header.day.year)
    for code, step in score_steps(country):
        value, reason = step.value, step.state
        if not step.parent:
            value, reason = country.score.value, country.score.reason
        comment = f"Between {step.low} and {step.high}, as unknown answers leave open." if step.low is not None else reason
        status = "A" if value is not None else "M" if step.state == "na" else "O"
        coverage = f"{step.known} of {step.applicable} indicators known"
        yield Observation(country.iso3, code, year, value, status, "points", "COP Centre", header.method, coverage=coverage,
                          comment=comment)  # fmt: skip


def score_steps(country: CountryContent) -> Iterator[tuple[str, ReleaseStep]]:
    """The total and the groups of the method with the codes that open statistics give them."""
    for step in country.steps:
        if step.step == "total":
            yield SCORE, step
        elif step.step == "group":
            yield f"{SCORE}/{step.code}", step


def _of_aggregate(found: Aggregate, header: Header) -> Iterator[Observation]:
    shares = ((SHARE_OF_COUNTRIES, found.percent, found.low, found.high),
              (SHARE_OF_CHILDREN, found.children, found.children_low, found.children_high))  # fmt: skip
    for suffix, percent, low, high in shares:
        if percent is not None:
            comment = f"Between {low} and {high}, as unknown answers leave open."
            yield Observation(found.group, found.code + suffix, str(header.day.year), percent, "A", "per cent", "COP Centre",
                              header.method, coverage=f"{found.n} of {found.of} countries", comment=comment)  # fmt: skip


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
