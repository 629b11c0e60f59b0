"""`cop hotline set-up|template|open|close|prepare|verify|status|hold|lift|erase|retention`: keys, the gate, and terms."""

from __future__ import annotations

import argparse
import getpass
import sys
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

from cop.cli import retention
from cop.cli.centre import with_centre
from cop.cli.dumps import no_core_dumps
from cop.cli.failures import Failed, Misused

HELP = "the hotline: make its keys, open it to a day, close it, show how it stands"
MOST_BASIS = 200_000


def add_options(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(
        dest="action", metavar="set-up|template|open|close|prepare|verify|status|hold|lift|erase|retention", required=True
    )
    first = actions.add_parser("set-up", help="make the keys and the first member; prints the recovery key once")
    first.add_argument("--member", required=True, metavar="EMAIL", help="somebody of the centre, who chooses a passphrase")
    first.add_argument("--passphrase-file", type=Path, metavar="FILE", help="holds the passphrase (default: it is asked for)")
    actions.add_parser("template", help="print the go-live declaration to fill in")
    opening = actions.add_parser("open", help="take reports, to the end of a day")
    opening.add_argument("--until", required=True, type=_day, metavar="DATE")
    opening.add_argument(
        "--basis", required=True, type=Path, metavar="FILE", help="the go-live declaration, filled in (see template)"
    )
    opening.add_argument("--by", required=True, metavar="EMAIL", help="the lead who answers for it")
    actions.add_parser("prepare", help="make the keys of the months ahead, as a user who may write them; the worker does it too")
    actions.add_parser("verify", help="compare every report, message and key of the ring with the audit trail")
    closing = actions.add_parser("close", help="take no more reports, at once")
    closing.add_argument("--by", default="", metavar="EMAIL", help="the lead who closes it (default: the machine's own operator)")
    actions.add_parser("status", help="open or closed, and whether the keys are there")
    retention.add_options(actions)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; write one such as 2027-06-30") from None


def run(options: argparse.Namespace) -> int:
    no_core_dumps()
    if options.action == "template":
        return _template(options)
    own = {"set-up": _set_up, "open": _open, "close": _close, "prepare": _prepare, "verify": _verify, "status": _status}
    work = {**own, **retention.WORK}[options.action]
    return with_centre(lambda _folder: work(options))


def _keystore() -> Any:
    found = import_module("cop.hotline.public").keystore()
    if found is None:
        raise Failed("no folder for keys is set; name one in COP_KEYS")
    return found


def _set_up(options: argparse.Namespace) -> int:
    models, actions, refusals, rings = (
        import_module(f"cop.{name}")
        for name in ("accounts.models", "hotline.actions.keys", "hotline.queries.rings", "hotline.core.rings")
    )
    at = import_module("cop.ground.public").now()
    person = models.Person.objects.filter(email=options.member.strip().lower(), is_active=True).first()
    if person is None:
        raise Failed(f"nobody at this centre has the address {options.member}; invite them first, with cop people invite")
    passphrase = _passphrase(options.passphrase_file)
    try:
        paper, _ = actions.set_up(keystore=_keystore(), person=person.pk, passphrase=passphrase, at=at)
    except (refusals.RingRefused, rings.WeakPassphrase) as refused:
        raise Failed(str(refused)) from None
    print(f"The recovery key, shown this once. Write it down or print it, and lock it away from this machine:\n\n  {paper}\n")
    print(
        f"Without it and without every member's passphrase no report opens. Keys lie in {_keystore().folder}; no backup holds them."
    )
    return 0


def _passphrase(file: Path | None) -> str:
    if file is not None:
        return file.read_text(encoding="utf-8").strip("\r\n")
    if not sys.stdin.isatty():
        raise Misused("there is nobody to ask for a passphrase; name a file in --passphrase-file")
    first = getpass.getpass("Passphrase: ")
    if getpass.getpass("The same again: ") != first:
        raise Failed("the two passphrases differ; nothing was made")
    return first


def _template(_options: argparse.Namespace) -> int:
    print(import_module("cop.hotline.core.golive").template(), end="")
    return 0


def _open(options: argparse.Namespace) -> int:
    opening, golive, public = (
        import_module(f"cop.{name}") for name in ("hotline.actions.opening", "hotline.core.golive", "ground.public")
    )
    if not _keystore().team():
        raise Failed("the hotline has no keys yet; run cop hotline set-up")
    try:
        text = options.basis.read_text(encoding="utf-8") if options.basis.stat().st_size <= MOST_BASIS else ""
        digest = opening.open_hotline(until=options.until, declaration=text, actor=_lead(options.by), at=public.now())
    except golive.BadDeclaration as bad:
        raise Failed(f"{options.basis} opens nothing yet: {bad}") from None
    except (opening.NotOpened, UnicodeDecodeError) as refused:
        raise Failed(str(refused)) from None
    print(f"open to the end of {options.until}; declaration {options.basis.name}, SHA-256 {digest}")
    return 0


def _lead(email: str) -> str:
    """The pseudonym of the lead with this address, whose role counts now. Raises Failed for anybody else."""
    people, models = import_module("cop.accounts.public"), import_module("cop.accounts.models")
    person = models.Person.objects.filter(email=email.strip().lower(), is_active=True).first()
    if person is None or not people.may(person.pk, "hotline.open", "hotline"):
        raise Failed(f"{email} is no lead of the hotline whose vetting, training and code of conduct are recorded and valid")
    return str(person.pseudonym)


def _close(options: argparse.Namespace) -> int:
    opening, public = import_module("cop.hotline.actions.opening"), import_module("cop.ground.public")
    actor = _lead(options.by) if options.by else "system"
    print("closed" if opening.close_hotline(actor=actor, at=public.now()) else "it was not open")
    return 0


def _prepare(_options: argparse.Namespace) -> int:
    public = import_module("cop.ground.public")
    made = _keystore().prepare(public.now())
    print("\n".join(f"{name} made" for name in made) or "the keys of the months ahead are there")
    return 0


def _verify(_options: argparse.Namespace) -> int:
    """The trail itself is checked by `cop audit verify`."""
    found = import_module("cop.hotline.queries.verification")
    faults = [*found.ring_faults(), *found.row_faults(), *found.notice_faults(), *found.figure_faults()]
    if gone := sorted(found.erased_months()):
        print(f"erased: {', '.join(gone)}")
    print("\n".join(faults) or "every report, message and key is the one that the audit trail tells of")
    return 1 if faults else 0


def _status(_options: argparse.Namespace) -> int:
    public, opening = import_module("cop.ground.public"), import_module("cop.hotline.queries.opening")
    found, keys = opening.open_until(public.now()), _keystore()
    print(f"open to the end of {found.until}, hours {found.hours}" if found else "closed")
    print(f"team key {keys.team() or 'missing'}; months with keys: {', '.join(keys.months()) or 'none'}")
    return 0
