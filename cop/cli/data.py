"""`cop data verify`: reference data held against their passports."""

from __future__ import annotations

import argparse

from cop.cli.places import reference_root
from cop.ground.core.door import Reference, verify

HELP = "reference data and their passports"


def add_options(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="verify", required=True)
    actions.add_parser("verify", help="hold every data file against its passport")


def run(_options: argparse.Namespace) -> int:
    report = verify(Reference(reference_root()))
    for file, problems in report.items():
        print(f"{'damaged' if problems else 'whole  '}  {file}")
        for problem in problems[:20]:
            print(f"         {problem}")
    damaged = sum(1 for problems in report.values() if problems)
    print(f"{len(report)} files, {damaged} damaged")
    return 1 if damaged else 0
