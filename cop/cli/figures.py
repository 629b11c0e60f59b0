"""`cop figures list|show|verify`: what was published, and whether it is still what was published."""

from __future__ import annotations

import argparse
from importlib import import_module
from pathlib import Path
from typing import Any

from cop.cli.centre import with_centre
from cop.cli.failures import Failed

HELP = "published releases: list them, show one, verify their checksums"


def add_options(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="list|show|verify", required=True)
    actions.add_parser("list", help="every release, the newest first")
    show = actions.add_parser("show", help="what a release holds, and how to cite it")
    show.add_argument("release", metavar="cop-2026.1")
    verify = actions.add_parser(
        "verify", help="hold every release against its checksum and the audit trail, and build it again from what it was made of"
    )
    verify.add_argument("--release", default="", metavar="cop-2026.1", help="this one only")


def run(options: argparse.Namespace) -> int:
    work = {
        "list": lambda _: _list(),
        "show": lambda _: _show(options.release),
        "verify": lambda folder: _verify(folder, options.release),
    }
    return with_centre(work[options.action])


def _queries() -> Any:
    return import_module("cop.observatory.queries.releases")


def _list() -> int:
    found = _queries().every()
    for one in found:
        state = "withdrawn" if one.withdrawn_at else f"embargoed until {one.embargo_until:%Y-%m-%d %H:%M}" if one.embargoed else ""
        print(f"{one.id}  {one.published_at:%Y-%m-%d}  {one.checksum}  {state}".rstrip())
    if not found:
        print("nothing is published yet")
    return 0


def _one(id: str) -> Any:
    found = _queries().every()
    one = next((each for each in found if each.id == id), None)
    if one is None:
        raise Failed(f"there is no release {id!r}; there are {', '.join(each.id for each in found) or 'none'}")
    return one


def _show(id: str) -> int:
    one = _one(id)
    header = _queries().header(one)
    print(f"{header.citation}\nchecksum  {one.checksum}\nmethod    {header.method}\nquestions {header.questionnaire}")
    print(f"data      {header.reference}\nsigned    {len(header.signed)} countries\nwithheld  {header.withheld} counts")
    if one.withdrawn_at:
        print(f"withdrawn {one.withdrawn_at:%Y-%m-%d}: {one.withdrawn_why}")
    return 0


def _verify(folder: Path, id: str) -> int:
    verification, trail = import_module("cop.observatory.queries.verification"), import_module("cop.ground.queries.trail")
    found, failed = verification.verify(id), 0
    if id and not found:
        _one(id)
    for one in found:
        again = verification.rebuilt(one.id) if not one.problems else ()
        wrong = [*one.problems, *(said for said in again if not said.startswith("not built again"))]
        failed += bool(wrong)
        note = "; ".join(wrong) if wrong else "; ".join(again) or "built again from its inputs: equal"
        print(f"{one.id}  {one.checksum}  {'WRONG' if wrong else 'whole'}  {note}")
    print(f"{len(found)} releases, {failed} wrong" if found else "nothing is published yet")
    fault = trail.verify_trail(folder)
    if fault is not None:
        print(f"the audit trail, which the checksums are held against, is not whole: {fault}")
    return 1 if failed or fault is not None else 0
