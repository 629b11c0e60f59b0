"""`cop data verify`: reference data held against their passports, guidance packs and the operator's own word read strictly."""

from __future__ import annotations

import argparse

from cop.cli.places import data_folder, own_folder, reference_root
from cop.ground.core.door import Reference, advance, verify
from cop.guidance.core.door import guidance, read_library

HELP = "reference data and their passports, guidance packs, the operator's own numbers"
MOST_SHOWN = 20


def add_options(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="verify", required=True)
    actions.add_parser("verify", help="hold every data file against its passport, and read every pack; a whole pack is then in use")


def run(_options: argparse.Namespace) -> int:
    report = verify(Reference(reference_root()))
    library = read_library(data_folder())
    for pack in (*library.packs, *library.refused):
        report[f"pack {pack.name} ({len(pack.topics)} topics, {len(pack.texts)} texts)"] = [str(fault) for fault in pack.faults]
    room = guidance(reference_root(), own_folder())
    if room.own_word.words or room.own_word.problems:
        report[str(data_folder() / "help.csv")] = list(room.own_word.problems)
    for file, problems in report.items():
        print(f"{'damaged' if problems else 'whole  '}  {file}")
        for problem in problems[:MOST_SHOWN]:
            print(f"         {problem}")
        if len(problems) > MOST_SHOWN:
            print(f"         and {len(problems) - MOST_SHOWN} more")
    damaged = sum(1 for problems in report.values() if problems)
    print(f"{len(report)} files and packs, {damaged} damaged")
    if not damaged and data_folder().is_dir():
        advance(data_folder())  # a running centre takes up what was changed or taken away
    return 1 if damaged else 0
