"""`cop coverage P1-09/OPSC`: the share of countries, and of their children, for which something holds."""

from __future__ import annotations

import argparse
import json

from cop.cli.places import a_date, reference_root, today
from cop.ground.core.door import CHILD_AGES, VINTAGES
from cop.observatory.core.door import Coverage, observatory

HELP = "share of countries and of children for which an indicator holds"


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("indicator", metavar="P1-09/OPSC", help="indicator or part")
    parser.add_argument("--at", type=a_date, default=None, metavar="DATE", help="day of the answer (default: today)")
    parser.add_argument("--group", default="world", metavar="Africa", help="region or group of countries")
    parser.add_argument("--ages", default="0-17", choices=CHILD_AGES)
    parser.add_argument("--vintage", default="2024", choices=VINTAGES, help="edition of World Population Prospects")
    parser.add_argument("--format", default="text", choices=("text", "json"))


def run(options: argparse.Namespace) -> int:
    held = observatory(reference_root())
    group = options.group.lower().replace(" ", "-")
    found = held.coverage(options.indicator, options.at or today(), group=group, ages=options.ages, vintage=options.vintage)
    print(json.dumps(found.as_dict()) if options.format == "json" else as_text(found))
    return 0


def as_text(found: Coverage) -> str:
    """The coverage in four lines; bounds only where something is unknown."""

    def share(percent: float, low: float, high: float) -> str:
        bounds = "" if round(low, 1) == round(high, 1) else f" (between {low:.1f} and {high:.1f})"
        return f"{percent:.1f} %{bounds}"

    countries, children = found.countries, found.children
    base = f"{found.children_total / 1e6:,.1f} million aged {found.ages}, WPP {found.vintage}"
    return (
        f"{found.indicator} at {found.at.isoformat()}, {found.group}\n"
        f"  countries: {found.n} of {found.of}, {share(countries.percent, countries.low, countries.high)}\n"
        f"  children:  {share(children.percent, children.low, children.high)} of {base}"
    )
