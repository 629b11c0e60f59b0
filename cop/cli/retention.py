"""`cop hotline hold|lift|erase|retention`: legal holds, and months whose term has ended."""

from __future__ import annotations

import argparse
from datetime import date
from importlib import import_module
from typing import Any

from cop.cli.failures import Failed


def add_options(actions: Any) -> None:
    """The four actions, beside the others of `cop hotline`."""
    hold = actions.add_parser("hold", help="keep a month or a report beyond its term: a legal hold")
    what = hold.add_mutually_exclusive_group(required=True)
    what.add_argument("--month", default="", metavar="MONTH", help="such as 2026-11")
    what.add_argument(
        "--report", type=int, metavar="NUMBER", help="one case number; its whole month stays, and those of its messages"
    )
    hold.add_argument("--reference", required=True, help="of the order or request")
    hold.add_argument("--authority", required=True, help="who asks for it")
    hold.add_argument("--review", required=True, type=_day, metavar="DATE", help="when somebody looks whether it is still needed")
    lift = actions.add_parser("lift", help="end the legal holds of a reference")
    lift.add_argument("--reference", required=True)
    erase = actions.add_parser("erase", help="erase the months whose term has ended, and finish what was begun")
    erase.add_argument("--month", metavar="MONTH", help="this one, also before its longest term, but never before its shortest")
    erase.add_argument("--dry-run", action="store_true", help="say what would be erased, and change nothing")
    actions.add_parser("retention", help="each month: its reports, when it goes, and what holds it")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; write one such as 2027-06-30") from None


def _hold(options: argparse.Namespace) -> int:
    actions, public = import_module("cop.hotline.actions.retention"), import_module("cop.ground.public")
    try:
        number = actions.place_hold(
            reference=options.reference, authority=options.authority, review_on=options.review, month=options.month,
            report=options.report, actor="system", at=public.now(),
        )  # fmt: skip
    except actions.HoldRefused as refused:
        raise Failed(str(refused)) from None
    print(f"hold {number} stands until somebody lifts it; it is to be reviewed by {options.review}")
    return 0


def _lift(options: argparse.Namespace) -> int:
    actions, queries, public = _modules()
    found = [row for row in queries.holds(public.today()) if row.reference == options.reference]
    if not found:
        raise Failed(f"no hold with the reference {options.reference} stands")
    for row in found:
        actions.lift_hold(hold=row.id, actor="system", at=public.now())
    print(f"{len(found)} holds lifted")
    return 0


def _erase(options: argparse.Namespace) -> int:
    actions, queries, public = _modules()
    room = import_module("cop.hotline.public")
    keys, declaration, at = _keystore(), queries.in_force(public.now()), public.now()
    if options.dry_run:
        months = queries.due_months(keys, declaration, at) if declaration else ()
        print("\n".join(f"month {one.month} would be erased: {one.reports} reports" for one in months) or "no month is due")
        return 0
    said = list(actions.finish_erasures(keystore=keys, folders=room.ledgers(), at=at))
    if declaration is None:
        raise Failed("no declaration is in force that says how long what is kept; nothing is due")
    months = [options.month] if options.month else [one.month for one in queries.due_months(keys, declaration, at)]
    if not keys.may_forget():
        raise Failed(f"keys in {keys.folder} can't be deleted by this user; run it as the one whose keys they are")
    try:
        for month in months:
            count = actions.erase_month(
                keystore=keys, folders=room.ledgers(), month=month, actor="system", at=at, early=bool(options.month)
            )
            said.append(f"month {month} erased: {count} reports")
    except actions.NotErased as stays:
        raise Failed(str(stays)) from None
    print("\n".join(said) or "no month is due")
    return 0


def _retention(_options: argparse.Namespace) -> int:
    _, queries, public = _modules()
    declaration = queries.in_force(public.now())
    if declaration is None:
        print("no declaration is in force that says how long what is kept; nothing is due")
    else:
        print(f"{'month':9}{'reports':>9}  {'may go':12}{'goes':12}held by")
        for one in queries.standing_months(_keystore(), declaration):
            print(f"{one.month:9}{one.reports:>9}  {one.may_on!s:12}{one.due_on!s:12}{', '.join(one.holds)}".rstrip())
    for row in queries.holds(public.today()):
        what = f"month {row.month}" if row.month else f"report {row.report}"
        late = "; its day of review has passed" if row.overdue else ""
        print(f"hold {row.id} on {what}: {row.reference}, {row.authority}, to be reviewed by {row.review_on}{late}")
    for row in queries.erasures():
        print(
            f"{row.month} erased on {row.erased_at:%Y-%m-%d}: {row.reports} reports" + ("" if row.finished_at else "; not finished")
        )
    return 0


def _keystore() -> Any:
    found = import_module("cop.hotline.public").keystore()
    if found is None:
        raise Failed("no folder for keys is set; name one in COP_KEYS")
    return found


def _modules() -> tuple[Any, Any, Any]:
    names = ("hotline.actions.retention", "hotline.queries.retention", "ground.public")
    found = [import_module(f"cop.{name}") for name in names]
    return found[0], found[1], found[2]


WORK = {"hold": _hold, "lift": _lift, "erase": _erase, "retention": _retention}
