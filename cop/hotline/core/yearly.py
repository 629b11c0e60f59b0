"""What a hotline publishes of a year: counts and medians, small ones hidden by the one table (FIG-03 to FIG-06).

Counts that add up stand in sums of fixed levels, so that one small count hides its neighbours and not the whole year. What would
follow by subtraction is a count too, and is guarded alike.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from statistics import median

from cop.ground.core.door import SumOfParts, hidden, mark, pooled
from cop.hotline.core.case import ILLEGAL, OUTCOMES
from cop.hotline.core.codes import CONCERNS
from cop.hotline.core.facts import AGES
from cop.hotline.core.figures import REMOVED, Fact, by_case

LEAST = 10  # a median is told over at least so many
WAITING, PASSED_ON, UNKNOWN = "waiting", "passed_on", "unknown"
MATERIAL, CONTACT = ("abuse_material", "own_picture"), ("grooming", "sextortion", "live_abuse", "travel")
_OTHER_OUTCOMES = ("unable", "duplicate", "gone", PASSED_ON, WAITING)
SUMS: tuple[SumOfParts, ...] = (
    SumOfParts("reports/received", ("reports/confirmed", "reports/not_confirmed")),
    SumOfParts("reports/confirmed", ("reports/removed", "reports/not_removed")),
    SumOfParts("reports/not_confirmed", ("reports/not_illegal", "reports/not_judged")),
    SumOfParts("reports/not_judged", tuple(f"reports/{code}" for code in _OTHER_OUTCOMES)),
    SumOfParts("reports/received", ("kind/material", "kind/contact", "kind/rest")),
    SumOfParts("kind/material", tuple(f"kind/{code}" for code in MATERIAL)),
    SumOfParts("kind/contact", tuple(f"kind/{code}" for code in CONTACT)),
    SumOfParts("kind/rest", ("kind/other", f"kind/{UNKNOWN}")),
    SumOfParts("addresses/confirmed", ("addresses/home", "addresses/elsewhere")),
    SumOfParts("addresses/confirmed", tuple(f"age/{code}" for code in AGES)),
    SumOfParts("removal/removed", ("removal/home", "removal/elsewhere")),
)
# What two printed counts would tell together: the difference, and the count that goes with it where that is small.
GAPS: tuple[tuple[str, str], ...] = (
    ("addresses/confirmed", "addresses/assessed"),
    ("addresses/confirmed", "removal/removed"),
    ("addresses/home", "removal/home"),
    ("addresses/elsewhere", "removal/elsewhere"),
)
REST = "country/others"
LABELS: dict[str, str] = {
    "reports/received": mark("Reports received"),
    "reports/confirmed": mark("Confirmed as illegal by two people"),
    "reports/removed": mark("Of these: content removed"),
    "reports/not_removed": mark("Of these: not removed so far"),
    "reports/not_confirmed": mark("Not confirmed as illegal"),
    "reports/not_illegal": mark("Not illegal"),
    "reports/not_judged": mark("Not judged"),
    "reports/unable": OUTCOMES["unable"],
    "reports/duplicate": OUTCOMES["duplicate"],
    "reports/gone": OUTCOMES["gone"],
    "reports/passed_on": mark("Passed on to others, who assess them"),
    "reports/waiting": mark("Still being assessed"),
    "kind/material": mark("Pictures and videos"),
    **{f"kind/{code}": CONCERNS[code] for code in MATERIAL},
    "kind/contact": mark("What somebody does to a child online"),
    **{f"kind/{code}": CONCERNS[code] for code in CONTACT},
    "kind/rest": mark("Other kinds"),
    "kind/other": CONCERNS["other"],
    "kind/unknown": mark("The report does not say"),
    "addresses/assessed": mark("Addresses assessed"),
    "addresses/confirmed": mark("Addresses confirmed as illegal"),
    "addresses/home": mark("Hosted in this country"),
    "addresses/elsewhere": mark("Hosted abroad, or not known where"),
    REST: mark("Other countries, or not known where"),
    **{f"age/{code}": words for code, words in AGES.items()},
    "removal/removed": mark("Addresses removed after a notice"),
    "removal/home": mark("Hosted in this country"),
    "removal/elsewhere": mark("Hosted abroad, or not known where"),
    "quality/disputed": mark("Addresses of which two people judged differently"),
    "quality/overturned": mark("Addresses whose assessment an appeal changed"),
    "quality/held": mark("Addresses removed after the police asked to wait"),
}
MEDIANS: dict[str, str] = {
    "assessment": mark("From the report to its first assessment"),
    "notice": mark("From the confirmation to the notice"),
    "removal": mark("From the notice to the removal"),
    "removal_home": mark("From the notice to the removal, hosted in this country"),
    "removal_elsewhere": mark("From the notice to the removal, hosted abroad or not known where"),
}


@dataclass(frozen=True)
class YearlySet:
    """The figures of a year as they stood at the end of `as_of`. `cells` are counts by code, None for one that is hidden; `medians`
    are hours, None over fewer than ten. own_country: two letters, or nothing.
    """

    year: int
    as_of: date
    own_country: str
    under: int
    cells: Mapping[str, int | None]
    medians: Mapping[str, float | None]

    def table(self, name: str) -> list[tuple[str, int | None]]:
        """The cells of one table, in the order of LABELS; countries with most addresses first, all others last."""
        held = [code for code in self.cells if code.startswith(f"{name}/")]
        place = {code: number for number, code in enumerate(LABELS)}
        held.sort(key=lambda code: (code == REST, place.get(code, -1), -(self.cells[code] or 0), code))
        return [(code, self.cells[code]) for code in held]


def counts_of(facts: Iterable[Fact], year: int) -> dict[str, int]:
    """Every count of a year as it is, for the desk alone, by code; countries as `country/NL`, unknown ones as `country/`.

    Reports are those received in the year; addresses those assessed or confirmed, and removals those that took place, in it.
    """
    rows = list(facts)
    found = {code: 0 for code in LABELS if code != REST}
    for case in by_case(one for one in rows if one.received_on.year == year):
        for code in _codes_of_report(case):
            found[code] += 1
    countries: Counter[str] = Counter()
    for one in rows:
        for code in _codes_of_address(one, year):
            found[code] += 1
        if _in(one.confirmed_on, year) and not one.at_home:
            countries[f"country/{one.country}"] += 1
    return found | dict(sorted(countries.items(), key=lambda item: (-item[1], item[0])))


def _codes_of_report(case: tuple[Fact, ...]) -> list[str]:
    """The cells in which a report counts: its kind, and what became of it."""
    concern = case[0].concern or UNKNOWN
    group = "material" if concern in MATERIAL else "contact" if concern in CONTACT else "rest"
    codes = ["reports/received", f"kind/{group}", f"kind/{concern}"]
    if any(one.confirmed for one in case):
        ended = any(one.confirmed and one.ended == REMOVED for one in case)
        return [*codes, "reports/confirmed", "reports/removed" if ended else "reports/not_removed"]
    said = {one.outcome for one in case}
    open_ones = "" in said or not said.isdisjoint(ILLEGAL)
    waits = PASSED_ON if said == {""} and case[0].passed_on else WAITING
    outcome = waits if open_ones else next(code for code in OUTCOMES if code in said)
    between = [] if outcome == "not_illegal" else ["reports/not_judged"]
    return [*codes, "reports/not_confirmed", *between, f"reports/{outcome}"]


def _codes_of_address(one: Fact, year: int) -> list[str]:
    """The cells of the year in which an address counts."""
    codes, where = [], "home" if one.at_home else "elsewhere"
    if _in(one.assessed_on, year):
        codes.append("addresses/assessed")
        codes += [f"quality/{name}" for name, so in (("disputed", one.disputed), ("overturned", one.overturned)) if so]
    if _in(one.confirmed_on, year):
        codes += ["addresses/confirmed", f"addresses/{where}", f"age/{one.age}"]
    if one.to_removal is not None and one.confirmed and _in(one.ended_on, year):
        codes += ["removal/removed", f"removal/{where}", *(["quality/held"] if one.held else [])]
    return codes


def yearly(
    facts: Iterable[Fact], year: int, own_country: str, *, under: int, as_of: date, least: int = LEAST
) -> YearlySet:  # fmt: skip
    """The set of a year that may be published: counts under `under` are hidden with what would tell them (FIG-04, FIG-05).

    With 1 for `under` and for `least` it is the set as it is, for the desk alone.
    """
    rows = list(facts)
    return YearlySet(year, as_of, own_country, under, suppressed(counts_of(rows, year), under), medians_of(rows, year, least))


def suppressed(counts: Mapping[str, int], under: int) -> dict[str, int | None]:
    """The counts with small ones hidden, and countries with few addresses put together."""
    named = {code: value for code, value in counts.items() if not code.startswith("country/")}
    gaps = {f"{one}-{other}": abs(counts[one] - counts[other]) for one, other in GAPS}
    guards = tuple(SumOfParts(f"{one}-{other}", (f"{one}-{other}", other)) for one, other in GAPS)
    every = {**named, **gaps}
    gone = hidden(every, dict.fromkeys(every, under), (*SUMS, *guards))
    found: dict[str, int | None] = {code: None if code in gone else value for code, value in named.items()}
    if "addresses/elsewhere" in gone:
        return found
    known = {code: value for code, value in counts.items() if code.startswith("country/") and code != "country/"}
    countries, rest = pooled({**known, "": counts.get("country/", 0)}, under)
    rest += countries.pop("", 0)
    return {**found, **countries, REST: rest}


def medians_of(facts: Iterable[Fact], year: int, least: int = LEAST) -> dict[str, float | None]:
    """Median hours of a year, each over at least `least` addresses, rounded to tenths; None over fewer (FIG-05)."""
    rows = list(facts)
    gone = [one for one in rows if one.confirmed and one.to_removal is not None and _in(one.ended_on, year)]
    hours = {
        "assessment": [one.to_assessment for one in rows if _in(one.assessed_on, year)],
        "notice": [one.to_notice for one in rows if _in(one.confirmed_on, year)],
        "removal": [one.to_removal for one in gone],
        "removal_home": [one.to_removal for one in gone if one.at_home],
        "removal_elsewhere": [one.to_removal for one in gone if not one.at_home],
    }
    return {code: _median(values, least) for code, values in hours.items()}


def _median(values: Iterable[float | None], least: int) -> float | None:
    known = [value for value in values if value is not None]
    return round(median(known), 1) if len(known) >= least else None


def _in(day: date | None, year: int) -> bool:
    return day is not None and day.year == year
