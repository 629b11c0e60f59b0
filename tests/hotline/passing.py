"""A centre that does not assess, its partner and the police, and what a contact reads, for tests of passing on."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from cop.cli.dev.invented import go_live
from cop.ground.models import Mail
from cop.hotline.actions.opening import open_hotline
from cop.hotline.core.parcel import Parcel, open_page, page_key
from cop.hotline.models import Notice
from cop.hotline.public import open_outgoing
from tests.hotline.casework import a_contact

UNTIL = date(2026, 12, 31)
KIND = {"portal": "partner", "police": "police"}


def declared(mode: str, partner: str = "Partner Hotline", until: date = UNTIL) -> str:
    """A declaration under which reports are passed on; in mode hotline one under which they are assessed."""
    text = go_live(until)
    if mode == "hotline":
        return text
    text = text.replace('allows = ["assess", "reveal"]', "allows = []")
    return text + f'[portal]\nmode = "{mode}"\npartner = "{partner}"\ncontact = "desk@partner.example"\n'


def declare(mode: str, at: datetime, partner: str = "Partner Hotline", until: date = UNTIL) -> None:
    """Open the hotline in that mode."""
    open_hotline(until=until, declaration=declared(mode, partner, until), actor="p-lead", at=at)


def a_recipient(mode: str, at: datetime, **more: str) -> int:
    """An approved contact of the kind that a mode needs."""
    return a_contact(at, **{"name": "Partner", "kind": KIND[mode], "mail": "desk@partner.example", "way": "page"} | more)


def read_page(name: str) -> Parcel:
    """What stands on the page of a notice, opened with the code of its mail."""
    mail, row = Mail.objects.get(key=f"notice/{name}"), Notice.objects.get(name=name)
    body, files = open_outgoing(mail.kind, mail.key, bytes(mail.sealed))
    assert files == ()
    code = next(line for line in body.splitlines() if line.startswith("Code: "))
    return open_page(bytes(row.page), page_key(code[6:]), name)


def long_ago(at: datetime) -> datetime:
    return at - timedelta(hours=3)
