"""`cop facts --template CRI`: a workbook of the country's indicators to fill in."""

from __future__ import annotations

import argparse
from pathlib import Path

from cop.cli.country import country_of
from cop.cli.places import reference_root
from cop.front.core.door import rooms
from cop.ground.core.door import BY_CODE, words

HELP = "a workbook of a country's indicators to fill in"


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--template", required=True, metavar="CRI", help="ISO alpha-3 code of the country")
    parser.add_argument("--lang", default="en", choices=BY_CODE, help="language of the workbook")
    parser.add_argument("--output", type=Path, metavar="FILE", help="default: facts-CRI.xlsx")


def run(options: argparse.Namespace) -> int:
    from cop.observatory.formats.workbook import write_template  # slow: spreadsheet libraries

    held = rooms(reference_root())
    country = country_of(held, options.template)
    output = options.output or Path(f"facts-{country.iso3}.xlsx")
    output.write_bytes(write_template(held.observatory.indicators, country, words(options.lang)))
    print(output)
    return 0
