"""`cop people invite EMAIL --role ROLE`: the first administrator of a centre, or anybody else."""

from __future__ import annotations

import argparse
from datetime import date
from importlib import import_module

from cop.accounts.core.door import end_of, is_scope, matrix, wrong_term
from cop.cli.centre import with_centre
from cop.cli.failures import Failed, Misused
from cop.cli.places import today
from cop.ground.core.door import BY_CODE, words

HELP = "invite somebody to the desk: the first administrator, or anybody"


def add_options(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="invite", required=True)
    invite = actions.add_parser("invite", help="print a link that works once, for 14 days, and send it by mail")
    invite.add_argument("email", metavar="EMAIL")
    invite.add_argument("--role", required=True, choices=[role.code for role in matrix().roles], metavar="ROLE")
    invite.add_argument("--scope", default="", help="where the role holds, such as round/cop-2026/CRI (default: the whole centre)")
    invite.add_argument("--until", default="", metavar="DATE", help="last day of the role (default: until it is withdrawn)")
    invite.add_argument("--lang", default="en", choices=list(BY_CODE), help="language of the mail")


def run(options: argparse.Namespace) -> int:
    if not is_scope(options.scope):
        raise Misused(f"{options.scope!r} is no scope; write parts joined by strokes such as round/cop-2026/CRI")
    email = options.email.strip()
    name, _, host = email.partition("@")
    if not name or "." not in host or not email.isprintable() or " " in email or len(email) > 200:
        raise Misused(f"{options.email!r} is no address of mail")
    last = _last_day(options.until)
    return with_centre(lambda _folder: _invite(email, options.role, options.scope, options.lang, last))


def _last_day(text: str) -> date | None:
    """The day of --until, where it is given. Raises Misused for one that can't be the last day of a role."""
    if not text:
        return None
    try:
        last = date.fromisoformat(text)
    except ValueError:
        raise Misused(f"--until is {text!r}; write a day such as 2027-12-31") from None
    if wrong := wrong_term(last, today()):
        raise Misused(f"--until {text}: {words('en')(wrong)}")
    return last


def _invite(email: str, role: str, scope: str, language: str, last: date | None) -> int:
    accounts, ground, conf = (import_module(name) for name in ("cop.accounts.public", "cop.ground.public", "django.conf"))
    try:
        path = accounts.invite(
            email=email, role=role, scope=scope, at=ground.now(), actor="system", language=language,
            ends_at=end_of(last) if last is not None else None,
        )  # fmt: skip
    except accounts.Refused as refused:
        raise Failed(words("en")(refused.message)) from None
    print(f"{conf.settings.COP_DESK_ADDRESS}{path}")
    print(f"This link works once, for 14 days. It was posted to {email} too; cop worker sends it.")
    return 0
