"""Are the rows of the hotline those that the audit trail tells of? What was changed or removed past the program is named."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from cop.ground.core.door import fingerprint
from cop.ground.public import entries_of
from cop.hotline.core.edition import digest_of
from cop.hotline.models import Member, Message, PublishedYear, Report, TeamKey

REPORTS = "hotline/report/"


def row_faults() -> Iterator[str]:
    """Reports and messages that are missing, changed, or told of by no entry, one sentence each."""
    entries = _entries("receive", "receive message", "write to reporter")
    told = {(entry.thing, details.get("message", "")): details["commitment"] for entry, details in entries}
    for row in Report.objects.order_by("pk").iterator(500):
        yield from _compared(told.pop((f"{REPORTS}{row.pk}", ""), None), row.commitment, f"report {row.pk}")
    for message in Message.objects.order_by("pk").iterator(500):
        held = told.pop((f"{REPORTS}{message.report_id}", message.name), None)
        yield from _compared(held, message.commitment, f"message {message.name} of report {message.report_id}")
    for thing, message in told:
        yield f"{'message ' + message + ' of ' if message else ''}report {thing.removeprefix(REPORTS)} is missing"


def _compared(told: str | None, held: str, what: str) -> Iterator[str]:
    if told is None:
        yield f"{what} is told of by no entry of the audit trail"
    elif told != held:
        yield f"{what} was changed"


def figure_faults() -> Iterator[str]:
    """Published figures that are missing, changed, or told of by no entry, one sentence each (FIG-07)."""
    told = {(entry.thing, details["edition"]): details["digest"] for entry, details in _entries("publish figures")}
    for row in PublishedYear.objects.order_by("year", "edition"):
        held = told.pop((f"hotline/figures/{row.year}", row.edition), None)
        yield from _compared(held, digest_of(row.body), f"edition {row.edition} of the figures of {row.year}")
    for thing, edition in told:
        yield f"edition {edition} of the figures of {thing.removeprefix('hotline/figures/')} is missing"


def ring_faults() -> list[str]:
    """Keys of the team, its members and the recovery that are not those that the audit trail tells of."""
    teams, members, recovery = set(), {}, ""
    for entry, details in _entries("set up keys", "change team key", "join team", thing="hotline"):
        if entry.verb in ("set up keys", "change team key"):
            teams.add(details["team"])
            recovery = details.get("recovery", recovery)
        elif entry.verb == "join team":
            members[details["member"]] = details["key"]
    faults = []
    for row in TeamKey.objects.all():
        if row.pk not in teams or fingerprint(bytes(row.public)) != row.pk:
            faults.append(f"the team key {row.pk} was put in or changed")
        if fingerprint(bytes(row.recovery)) != recovery:
            faults.append(f"the recovery key beside the team key {row.pk} was changed")
    for member in Member.objects.filter(left_at=None, keys__isnull=False).select_related("person").distinct():
        if members.get(member.person.pseudonym) != fingerprint(bytes(member.public)):
            faults.append(f"the key of the member {member.person.pseudonym} was changed")
    return faults


def asked_key(pseudonym: str) -> str:
    """The fingerprint of the key with which somebody last asked to join, by the audit trail; empty where nobody did."""
    found = ""
    for entry, details in _entries("ask to join", thing="hotline"):
        if entry.actor == pseudonym:
            found = details["key"]
    return found


def _entries(*verbs: str, thing: str = "") -> Iterator[tuple[Any, dict[str, Any]]]:
    for entry in entries_of(*verbs, thing=thing):
        yield entry, json.loads(entry.details)
