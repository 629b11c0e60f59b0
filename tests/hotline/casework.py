"""Cases that two people worked on, contacts and notices, for tests of what comes after."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import datetime

from cop.accounts.public import Card, card_of
from cop.hotline.actions import cases
from cop.hotline.actions.contacts import approve_contact, propose_contact
from cop.hotline.actions.intake import receive
from cop.hotline.actions.notices import Desk, Wanted, prepare_notices
from cop.hotline.actions.traces import keep_trace
from cop.hotline.core.body import read_body
from cop.hotline.core.case import PoliceRules
from cop.hotline.core.notice import Sender
from cop.hotline.models import CaseAddress, Report
from tests.desk import a_person

AFTER = PoliceRules("after")
SENDER = Sender("Invented Authority", "notices@hotline.example")
PAGE = "https://centre.example/{lang}/notice/"


def somebody(name: str) -> Card:
    """The card of an analyst or lead of that name; the same name is the same person."""
    found = card_of(a_person(email=f"{name}@centre.example", name=name).pk)
    assert found is not None
    return found


def desk_of(centre: object, **more: object) -> Desk:
    return Desk(centre.unlocked, centre.keystore, SENDER, PAGE, **more)  # type: ignore[attr-defined, arg-type]


def a_report(centre: object, fields: Mapping[str, str], at: datetime, *, danger: bool = False) -> int:
    """A report with these fields, received; answers its number."""
    seed = secrets.token_urlsafe(24)
    receive(body=read_body(fields), seed=seed, keys=centre.keystore.keys(at), at=at, danger=danger)  # type: ignore[attr-defined]
    return int(Report.objects.latest("pk").pk)


def an_address(
    centre: object, fields: Mapping[str, str], at: datetime, *, outcome: str = "baseline", danger: bool = False
) -> CaseAddress:  # fmt: skip
    """The one address of a case that a first person assessed and a second confirmed."""
    number = a_report(centre, fields, at, danger=danger)
    first, second = somebody("first"), somebody("second")
    held = {"number": number, "at": at}
    cases.take(by=first, **held)  # type: ignore[arg-type]
    cases.first_open(unlocked=centre.unlocked, keystore=centre.keystore, by=first, **held)  # type: ignore[attr-defined, arg-type]
    name = CaseAddress.objects.get(case=number).name
    cases.assess(name=name, outcome=outcome, by=first, **held)  # type: ignore[arg-type]
    cases.give_back(by=first, **held)  # type: ignore[arg-type]
    cases.take(by=second, **held)  # type: ignore[arg-type]
    if outcome in ("baseline", "national"):
        cases.second(name=name, agrees=True, by=second, **held)  # type: ignore[arg-type]
    cases.give_back(by=second, **held)  # type: ignore[arg-type]
    return CaseAddress.objects.get(name=name)


def a_contact(at: datetime, *, approved: bool = True, **named: str) -> int:
    """A contact, approved by another person than who proposed it."""
    parts = {"name": "Host of Arvandia", "kind": "host", "mail": "abuse@host.example", "country": "XA", "way": "mail"} | named
    row = propose_contact(by=somebody("first"), at=at, **parts)
    if approved:
        approve_contact(contact=row, by=somebody("lead"), at=at)
    return row


def traced(address: CaseAddress, at: datetime, country: str = "XA") -> None:
    keep_trace(
        address=address.name, country=country, network="AS64500", evidence=json.dumps({"a": "192.0.2.1"}),
        contacts=["abuse@host.example"], by="system", at=at,
    )  # fmt: skip


def a_notice(centre: object, address: CaseAddress, contact: int, at: datetime, kind: str = "first", **more: str) -> str:
    """One notice of one address, prepared."""
    wanted = [Wanted(address.case_id, address.name, contact, **more)]
    (name,) = prepare_notices(wanted=wanted, kind=kind, desk=desk_of(centre), by=somebody("second"), at=at)
    return name
