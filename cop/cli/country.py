"""`cop country CRI`: where a country stands, and what next."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from cop.cli.failures import Failed, Misused
from cop.cli.places import a_date, goals, own_folder, reference_root, today
from cop.front.core.door import CountryAnswer, Rooms, country_answer, rooms
from cop.ground.core.door import BY_CODE, Country, UnknownCode, Words, words

if TYPE_CHECKING:
    from cop.observatory.core.door import Answers

HELP = "where a country stands in protecting children online, and what to do next"
FORMATS = ("text", "json", "html", "pdf")


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("code", metavar="CRI", help="ISO alpha-3 code of the country")
    parser.add_argument("--lang", default="en", choices=BY_CODE, help="language of the answer")
    parser.add_argument("--at", type=a_date, default=None, metavar="DATE", help="day of the answer (default: today)")
    parser.add_argument("--format", default="text", choices=FORMATS)
    parser.add_argument("--output", type=Path, metavar="FILE", help="write to this file")
    parser.add_argument("--facts", type=Path, metavar="mine.xlsx", help="a workbook with the country's own facts")


def run(options: argparse.Namespace) -> int:
    root = reference_root()
    held = rooms(root, own_folder())
    country = country_of(held, options.code)
    t = words(options.lang)
    stated = _stated(held, options.facts, country) if options.facts else None
    answer = country_answer(held, country, options.at or today(), stated=stated, goals=goals(), today=today())
    if options.format == "pdf" and options.output is None:
        raise Misused("a PDF needs --output FILE")
    written = _written(answer, t, options.format)
    if options.output:
        options.output.write_bytes(written)
    else:
        sys.stdout.buffer.write(written)
    return 0


def country_of(held: Rooms, code: str) -> Country:
    """The country of a code. An area that is no country is sent to the help finder."""
    places = held.ground.places
    try:
        return places.country(code)
    except UnknownCode:
        area = places.help_area(code)
        if area is not None:
            raise Misused(f"{code.upper()} has no country page; help for it is at /help/{area.iso2}/") from None
        raise


def _stated(held: Rooms, path: Path, country: Country) -> Answers:
    from cop.observatory.formats.workbook import read_facts  # slow: only with --facts

    try:
        raw = path.read_bytes()
    except OSError as error:
        raise Misused(f"{path}: {error.strerror}") from None
    return read_facts(raw, path.name, held.observatory.indicators, country.iso3, today())


def _written(answer: CountryAnswer, t: Words, form: str) -> bytes:
    if form == "json":
        from cop.front.formats.data import country_dict  # slow: one format of four

        return (json.dumps(country_dict(answer, t), ensure_ascii=False, indent=2) + "\n").encode()
    if form == "html":
        from cop.front.formats.html import country_page  # slow: one format of four

        return country_page(answer, t).encode()
    if form == "pdf":
        from cop.front.formats.pdf import country_pdf  # slow: one format of four
        from cop.ground.formats.fonts import FontMissing  # slow: one format of four

        try:
            return country_pdf(answer, t)
        except FontMissing as error:
            raise Failed(str(error)) from None
    from cop.front.formats.text import country_text  # slow: one format of four

    return country_text(answer, t).encode()
