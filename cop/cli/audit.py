"""`cop audit head|verify`: the signed head of the audit trail, and whether the trail is whole."""

from __future__ import annotations

import argparse
import time
from importlib import import_module
from pathlib import Path

from cop.cli.centre import with_centre
from cop.cli.failures import Misused

HELP = "the signed head of the audit trail; is the trail whole?"


def add_options(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="head|verify", required=True)
    actions.add_parser("head", help="print number, digest and signature in one line; write it down or lodge it elsewhere")
    verify = actions.add_parser("verify", help="name the first entry that is altered, missing, moved, cut off or rolled back")
    verify.add_argument(
        "--head", nargs="+", action="append", default=[], metavar="LINE", help="a line that `cop audit head` printed"
    )


def run(options: argparse.Namespace) -> int:
    if options.action == "head":
        return with_centre(_head)
    return with_centre(lambda folder: _verify(folder, [" ".join(parts) for parts in options.head]))


def _head(folder: Path) -> int:
    print(import_module("cop.ground.queries.trail").head_line(folder))
    return 0


def _verify(folder: Path, heads: list[str]) -> int:
    trail, core, keys = (
        import_module(f"cop.ground.{name}") for name in ("queries.trail", "core.trail", "exchange.audit_key")
    )  # fmt: skip
    started = time.monotonic()
    try:
        finding = trail.verify_trail(folder, heads)
    except core.BadHead as error:
        raise Misused(str(error)) from None
    if finding is not None:
        print(f"{finding.fault}: {finding}")
        return 1
    held = f"{trail.count()} entries, held against {len(heads)} given and {len(keys.lodged(folder))} lodged heads"
    print(f"intact: {held}, {time.monotonic() - started:.1f} s")
    return 0
