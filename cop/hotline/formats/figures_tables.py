"""The figures of a year as tables of ready words, for the page, the document and the files alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from cop.ground.core.door import Words, mark
from cop.hotline.core.edition import Edition
from cop.hotline.core.transparency import ACTED, KINDS, NoticeReport
from cop.hotline.core.yearly import LABELS, LEAST, MEDIANS

TITLES: dict[str, tuple[str, str]] = {
    "reports": (mark("What became of the reports of the year"), mark("Reports")),
    "kind": (mark("What the reports were about"), mark("Reports")),
    "addresses": (mark("Addresses assessed and confirmed in the year"), mark("Addresses")),
    "country": (mark("Countries in which confirmed addresses were hosted"), mark("Addresses")),
    "age": (mark("Age of the youngest child at confirmed addresses"), mark("Addresses")),
    "removal": (mark("Addresses removed in the year"), mark("Addresses")),
    "quality": (mark("Second looks, appeals and police"), mark("Addresses")),
}
HOURS = (mark("Median hours"), mark("Hours"))
NOTICES = {
    "providers": mark("Notices by provider"),
    "kinds": mark("Notices by kind of illegal content"),
    "actions": mark("Notices by what the provider did"),
}
OTHER_PROVIDERS = mark("Other providers, and owners of sites")
HIDDEN = mark("hidden")
TOO_FEW = mark("too few")
_DEPTHS = {
    "reports/received": 0, "reports/confirmed": 1, "reports/removed": 2, "reports/not_removed": 2, "reports/not_confirmed": 1,
    "reports/not_illegal": 2, "reports/not_judged": 2, "kind/material": 0, "kind/contact": 0, "kind/rest": 0,
    "addresses/home": 1, "addresses/elsewhere": 1, "removal/home": 1, "removal/elsewhere": 1,
}  # fmt: skip
_DEEPEST = {"reports": 3, "kind": 1}


@dataclass(frozen=True)
class Line:
    """One line of a table: its code, label, number (None where it is hidden), how deep it stands, and its share of the largest."""

    code: str
    label: str
    value: float | None
    shown: str
    depth: int = 0
    share: float = 0.0


@dataclass(frozen=True)
class FigureTable:
    """A table with its title, the unit of its numbers and its lines."""

    name: str
    title: str
    unit: str
    lines: tuple[Line, ...]


def tables_of(edition: Edition, t: Words, country: Callable[[str], str]) -> list[FigureTable]:
    """The tables of an edition: counts, median hours, then notices. `country` names a country of two letters in the language."""
    found = [_counts(name, edition, t, country) for name in TITLES if edition.figures.table(name)]
    return [*found, _hours(edition.figures.medians, t), *_notices(edition.notices, t)]


def _counts(name: str, edition: Edition, t: Words, country: Callable[[str], str]) -> FigureTable:
    title, unit = TITLES[name]
    cells = edition.figures.table(name)
    rows = [(code, t(LABELS[code]) if code in LABELS else country(code.split("/")[1]), value) for code, value in cells]
    return FigureTable(name, t(title), t(unit), _lines(rows, t, HIDDEN))


def _hours(medians: Mapping[str, float | None], t: Words) -> FigureTable:
    rows = [(f"hours/{code}", t(words), medians.get(code)) for code, words in MEDIANS.items()]
    return FigureTable("hours", t(HOURS[0]), t(HOURS[1]), _lines(rows, t, TOO_FEW))


def _notices(report: NoticeReport, t: Words) -> list[FigureTable]:
    unit = t(mark("Addresses in notices"))
    firms = [(f"provider/{number}", name, count) for number, (name, count) in enumerate(report.providers, start=1)]
    tables = {
        "providers": [
            ("notices/total", t(mark("All")), report.total),
            *firms,
            ("provider/others", t(OTHER_PROVIDERS), report.others),
        ],
        "kinds": [(f"notice-kind/{code}", t(KINDS[code]), value) for code, value in report.kinds],
        "actions": [(f"notice-action/{code}", t(ACTED[code]), value) for code, value in report.actions],
    }
    return [FigureTable(name, t(NOTICES[name]), unit, _lines(rows, t, HIDDEN)) for name, rows in tables.items()]


def _lines(rows: Sequence[tuple[str, str, float | None]], t: Words, instead: str) -> tuple[Line, ...]:
    most = max((value for _, _, value in rows if value), default=0) or 1
    return tuple(
        Line(
            code, label, value, t(instead) if value is None else t.number(value), _depth(code), round(100 * (value or 0) / most, 1)
        )
        for code, label, value in rows
    )


def _depth(code: str) -> int:
    return _DEPTHS.get(code, _DEEPEST.get(code.split("/")[0], 0))


HEADINGS = (
    "year", "edition", "table", "code", "label", "value", "unit", "hidden", "source", "as_of", "licence", "method",
)  # fmt: skip


def rows_of(edition: Edition, number: int, tables: list[FigureTable]) -> Iterator[tuple[object, ...]]:
    """Every line with its passport, under HEADINGS. `hidden` is "small" for a small count or its neighbour, "few" for a median over
    fewer than ten, else empty.
    """
    figures = edition.figures
    passport = (edition.source, figures.as_of.isoformat(), edition.licence, edition.method)
    for table in tables:
        why, unit = ("few", "hours") if table.name == "hours" else ("small", "count")
        for one in table.lines:
            yield (
                figures.year, number, table.name, one.code, one.label, one.value, unit, why if one.value is None else "", *passport,
            )  # fmt: skip


def headline(edition: Edition, t: Words) -> str:
    """The one sentence that answers: how much came in, and what of it was confirmed, where both may be told."""
    figures = edition.figures
    came, sure = figures.cells.get("reports/received"), figures.cells.get("reports/confirmed")
    if came is None or sure is None:
        return t(mark("The figures of the hotline for %(year)s."), year=str(figures.year))
    said = mark("In %(year)s, %(n)s reports came in; two people confirmed that %(m)s of them are illegal.")
    return t(said, year=str(figures.year), n=t.number(came), m=t.number(sure))


def explained(edition: Edition, t: Words) -> list[str]:
    """How the figures are counted, for who reads them: what is hidden, which clock, which year."""
    return [
        t(mark("Counts from 1 to %(n)s are hidden, and with them whatever would tell them. Zero is told."),
          n=t.number(edition.figures.under - 1)),
        t(mark("Reports count in the year in which they came in, addresses in the year of their assessment, confirmation or "
               "removal. One report can hold many addresses.")),
        t(mark("Hours run by the clock on the wall; time for which the police asked to wait is in them. A median is told over "
               "%(n)s addresses or more, and leaves out what was never removed."), n=t.number(LEAST)),
    ]  # fmt: skip
