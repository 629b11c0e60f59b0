"""Are the rows of the hotline those that the audit trail tells of? What was changed or removed past the program is named."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from cop.ground.core.door import fingerprint
from cop.ground.public import entries_of
from cop.hotline.core.edition import digest_of
from cop.hotline.core.notice import Standing
from cop.hotline.core.sealing import commitment
from cop.hotline.models import Contact, Erasure, Member, Message, Notice, PublishedYear, Report, TeamKey

REPORTS, MONTHS = "hotline/report/", "hotline/month/"


def row_faults() -> Iterator[str]:
    """Reports and messages that are missing, changed, or told of by no entry, one sentence each.

    Those of a month that the trail says is erased must be there, and hold nothing any more.
    """
    entries = _entries("receive", "receive message", "write to reporter")
    told = {(entry.thing, details.get("message", "")): details["commitment"] for entry, details in entries}
    gone = erased_months()
    for row in Report.objects.order_by("pk").iterator(500):
        held, what = told.pop((f"{REPORTS}{row.pk}", ""), None), f"report {row.pk}"
        full = any((row.own_public, row.own_key, row.body, row.reply_to, row.mark))
        yield from _left(held, what, full=full) if row.month in gone else _compared(held, row.commitment, what)
    for message in Message.objects.order_by("pk").select_related("report").iterator(500):
        held = told.pop((f"{REPORTS}{message.report_id}", message.name), None)
        what, full = (
            f"message {message.name} of report {message.report_id}",
            any((message.for_reporter, message.for_desk, message.own_key, message.mark)),
        )
        ended = message.month in gone or message.report.month in gone
        yield from _left(held, what, full=full) if ended else _compared(held, message.commitment, what)
    for thing, message in told:
        yield f"{'message ' + message + ' of ' if message else ''}report {thing.removeprefix(REPORTS)} is missing"
    for month in Erasure.objects.exclude(month__in=gone).values_list("month", flat=True):
        yield f"the erasure of {month} is told of by no entry of the audit trail"


def erased_months() -> frozenset[str]:
    """The months of which the audit trail says that they are erased."""
    return frozenset(entry.thing.removeprefix(MONTHS) for entry, _ in _entries("erase month"))


def _left(told: str | None, what: str, *, full: bool) -> Iterator[str]:
    if told is None:
        yield f"{what} is told of by no entry of the audit trail"
    elif full:
        yield f"{what} is of a month that is erased and still holds something; run cop hotline erase"


def _compared(told: str | None, held: str, what: str) -> Iterator[str]:
    if told is None:
        yield f"{what} is told of by no entry of the audit trail"
    elif told != held:
        yield f"{what} was changed"


def notice_faults() -> Iterator[str]:
    """Notices and contacts that are missing, changed, or not those that the audit trail tells of, one sentence each."""
    told = {entry.thing: details["commitment"] for entry, details in _entries("prepare notice")}
    for row in Notice.objects.order_by("pk").iterator(500):
        whole = row.state not in (Standing.DRAFT, Standing.READY) or not row.sealed or row.committed() == row.commitment
        yield from _compared(told.pop(f"hotline/notice/{row.name}", None), row.commitment if whole else "", f"notice {row.number}")
    for thing in told:
        yield f"notice {thing.removeprefix('hotline/notice/')} is missing"
    for contact in Contact.objects.order_by("pk"):
        if contact.approved_at is not None and contact.withdrawn_at is None and not is_as_approved(contact):
            yield f"contact {contact.pk} is not the one that was approved"


def is_as_approved(contact: Contact) -> bool:
    """Does the audit trail tell that this very contact was approved, and of no withdrawal after it?"""
    entries = list(_entries("approve contact", "withdraw contact", thing=f"hotline/contact/{contact.pk}"))
    return [details.get("commitment", "") for _, details in entries] == [contact.commitment]


def is_as_prepared(notice: Notice, sealed: bytes) -> bool:
    """Does the audit trail tell that this very notice was prepared, with these sealed bytes as its mail?"""
    where = (str(notice.contact_id), sealed, bytes(notice.page))
    entries = list(_entries("prepare notice", thing=f"hotline/notice/{notice.name}"))
    return [details["commitment"] for _, details in entries] == [commitment(notice.name, notice.number, notice.kind, *where)]


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
