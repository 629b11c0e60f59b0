"""`cop export guidance`: guidance to take away, as one HTML file, a zip, a book, a document or a ZIM file."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from cop.cli.failures import Failed, Misused
from cop.cli.places import own_folder, reference_root, today
from cop.guidance.core.door import Guidance, guidance

if TYPE_CHECKING:
    from cop.guidance.formats.offline import Copy

HELP = "guidance to take away: zip, single HTML file, EPUB, PDF or ZIM"
FORMATS = ("zip", "html", "epub", "pdf", "zim")


def add_options(parser: argparse.ArgumentParser) -> None:
    things = parser.add_subparsers(dest="thing", metavar="guidance", required=True)
    command = things.add_parser("guidance", help=HELP)
    command.add_argument("--format", required=True, choices=FORMATS)
    command.add_argument("--lang", default="en", help="language of the texts, also one of an operator's pack")
    command.add_argument(
        "--guide", default="all", help="one guide: 5-8, 9-12, 13-17, parents, educators, policy or industry (default: all)"
    )
    command.add_argument(
        "--address", default="", help="the address of the centre, printed on each page, such as https://cop.example"
    )
    command.add_argument("--output", type=Path, required=True, metavar="FILE")


def run(options: argparse.Namespace) -> int:
    room = guidance(reference_root(), own_folder())
    copy = _copy(options, room)
    if options.format == "zim":
        from cop.guidance.formats.zim import ZimFailed, write_zim  # slow: one format of five

        try:
            write_zim(copy, options.output)
        except ZimFailed as error:
            raise Failed(str(error)) from None
    else:
        options.output.write_bytes(_written(options.format, copy))
    print(f"{options.output}: {len(copy.topics)} topics, {options.output.stat().st_size / 1024:.0f} KB, as of {copy.at}")
    return 0


def _copy(options: argparse.Namespace, room: Guidance) -> Copy:
    from cop.guidance.formats.offline import Copy  # slow: templates

    library = room.library
    if library.faults:
        print(f"left out: {library.faults[0]} (cop data verify names all)")
    if options.lang not in library.tongues:
        raise Misused(f"--lang {options.lang}: no guidance in this language; there is {', '.join(library.tongues)}")
    if options.guide not in ("all", *library.guides):
        raise Misused(f"--guide {options.guide} does not exist; there is all, {', '.join(library.guides)}")
    country = room.ground.places.countries.get(os.environ.get("COP_COUNTRY", "").upper())
    copy = Copy(
        room, library.tongues[options.lang], today(), options.guide, options.address.rstrip("/"), country.iso2 if country else ""
    )
    if not copy.topics:
        raise Failed(f"no topic of {options.guide} is written in {options.lang}")
    return copy


def _written(form: str, copy: Copy) -> bytes:
    from cop.guidance.formats import offline  # slow: templates

    if form == "pdf":
        from cop.ground.formats.fonts import FontMissing  # slow: one format of five
        from cop.guidance.formats.paper import guide_pdf  # slow

        try:
            return guide_pdf(copy)
        except FontMissing as error:
            raise Failed(str(error)) from None
    writers = {"zip": offline.zipped_site, "html": offline.single_html, "epub": offline.epub}
    return writers[form](copy)
