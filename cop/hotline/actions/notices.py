"""Notices: prepared at the desk and sealed, sent by a person, and taken back while they can be."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from cop.accounts.public import Card
from cop.ground.core.door import Sentence, mark
from cop.ground.public import post, record
from cop.hotline.actions import cases
from cop.hotline.actions.events import note
from cop.hotline.core import notice as rules_of
from cop.hotline.core.case import NotAllowed, PoliceRules
from cop.hotline.core.letters import covering, leading_to, listed, subject, write
from cop.hotline.core.notice import (
    MOST_LINES,
    PASSING,
    Letter,
    Line,
    Recipient,
    Sender,
    Standing,
    check_extra,
    line_of,
    step,
)
from cop.hotline.core.parcel import PAGE_DAYS, File, Parcel, grouped, new_code, page_key, seal_page, seal_parcel
from cop.hotline.core.passing import exact
from cop.hotline.core.sealing import open_address
from cop.hotline.exchange.keystore import Keystore
from cop.hotline.formats import openpgp, xarf
from cop.hotline.models import Case, CaseAddress, Contact, Escalation, Notice, NoticeLine
from cop.hotline.queries.cases import standing
from cop.hotline.queries.notices import newest_traces, recipient
from cop.hotline.queries.reports import OpenReport, open_report
from cop.hotline.queries.rings import Unlocked
from cop.hotline.queries.verification import is_as_approved

OWN_MAILS = ("referral", PASSING)  # kinds of notices whose mails go by their own name


@dataclass(frozen=True)
class Desk:
    """What the desk holds while it prepares: the team's key, the keys in files, who signs, and where sealed pages are.

    `test` marks what machines read as telling of nothing real, in a demonstration.
    """

    unlocked: Unlocked
    keystore: Keystore
    sender: Sender
    page: str
    test: bool = False


@dataclass(frozen=True)
class Wanted:
    """One address that a contact is to be told of: its case and name, and what helps to find it."""

    number: int
    name: str
    contact: int
    law: str = ""
    extra: str = ""


@transaction.atomic
def prepare_notices(*, wanted: Sequence[Wanted], kind: str, desk: Desk, by: Card, at: datetime) -> list[str]:
    """Write one notice for each contact, of at most 50 lines each, sealed to the service key; answers their names.

    `kind` is first, reminder or escalation. A notice to a contact that waits for its approval is a draft. Raises NotAllowed,
    BadKey, and what `open_report` raises.
    """
    if kind not in ("first", "reminder", "escalation"):
        raise NotAllowed("NOTICE-04", mark("a notice is a first one, a reminder or an escalation"))
    opened = {number: open_report(number, desk.unlocked, desk.keystore) for number in {one.number for one in wanted}}
    made = []
    for contact in dict.fromkeys(one.contact for one in wanted):
        to = Contact.objects.get(pk=contact)
        if to.kind == "police":
            raise NotAllowed("NOTICE-13", mark("the police get a referral, not a notice"))
        mine = [one for one in dict.fromkeys(wanted) if one.contact == contact]
        for start in range(0, len(mine), MOST_LINES):
            rows = [_confirmed(one) for one in mine[start : start + MOST_LINES]]
            held = [_held(row, opened[row.case_id], one.law, one.extra) for row, one in zip(rows, mine[start:], strict=False)]
            made.append(make(to, kind, rows, held, desk, by, at))
    return made


def _confirmed(one: Wanted) -> CaseAddress:
    row: CaseAddress = CaseAddress.objects.select_related("case__report").get(name=one.name, case_id=one.number)
    if not _is_confirmed(row):
        raise NotAllowed("CASE-05", mark("only what two people call illegal is acted on"))
    return row


def _is_confirmed(row: CaseAddress) -> bool:
    return standing(row.case).subject(row.name).confirmed


def _held(row: CaseAddress, report: OpenReport, law: str, extra: str) -> dict[str, object]:
    """What is known of an address; `line_of` takes of it what may stand in a notice."""
    theirs = {"note": f"{report.body.note} {report.body.place}", "contact": report.body.contact}
    return {
        "address": open_address(report.own, bytes(row.sealed), row.name), "kind": row.kind,
        "outcome": row.outcome if _is_confirmed(row) else "",
        "assessed_on": (row.confirmed_at or row.assessed_at or row.added_at).date(), "law": check_extra(law, **theirs),
        "extra": check_extra(extra, **theirs), "network": row.network, "country": row.country,
    }  # fmt: skip


def make(
    to: Contact, kind: str, rows: Sequence[CaseAddress], held: Sequence[dict[str, object]], desk: Desk, by: Card, at: datetime, *,
    danger: bool = False, contact_of_reporter: str = "",
) -> str:  # fmt: skip
    """Write, seal and keep one notice or referral inside the caller's transaction; answers its name. Raises NotAllowed, BadKey."""
    name, number = new_name()
    police = kind == "referral"
    lines = tuple(line_of({**one, "reference": f"{number}-{place}"}, words=police) for place, one in enumerate(held, start=1))
    if to.withdrawn_at is not None:
        raise NotAllowed("NOTICE-01", mark("the contact was withdrawn"))
    if not police:
        rules_of.check_lines(line.outcome for line in lines)
    letter = Letter(number, kind, desk.sender, to.kind, lines, at.date(), danger, contact_of_reporter)
    keep(letter, name, to, list(zip((line.reference for line in lines), rows, strict=True)), desk, by, at)
    return name


def new_name() -> tuple[str, str]:
    """A name for a notice and the number that follows from it."""
    name = uuid.uuid4().hex
    return name, f"N-{name[:8].upper()}"


def keep(
    letter: Letter, name: str, to: Contact, addresses: Sequence[tuple[str, CaseAddress]], desk: Desk, by: Card, at: datetime
) -> Notice:  # fmt: skip
    """Seal a letter to a contact and keep it as a notice inside the caller's transaction. Each address comes with its reference."""
    row = Notice(
        name=name, number=letter.number, contact=to, kind=letter.kind, way=to.way, subject=subject(letter), prepared_by_id=by.id,
        prepared_at=at, state=Standing.READY if to.approved_at else Standing.DRAFT,
    )  # fmt: skip
    parcel = _parcel(row, letter, desk, at)
    row.sealed = seal_parcel(parcel, desk.keystore.service_public(), name)
    row.commitment = row.committed()
    row.save()
    for reference, address in addresses:
        NoticeLine.objects.create(notice=row, address=address, reference=reference)
        note(address, by=by.pseudonym, at=at, verb="prepare notice", kind=letter.kind, to=to.kind, notice=letter.number)
    record(
        actor=by.pseudonym, verb="prepare notice", thing=f"hotline/notice/{name}", at=at, kind=letter.kind, contact=to.pk,
        lines=len(addresses), commitment=row.commitment,
    )  # fmt: skip
    return row


def _parcel(row: Notice, letter: Letter, desk: Desk, at: datetime) -> Parcel:
    """What goes out by mail, in the way of the contact; the page, where there is one, is kept in `row`."""
    to = row.contact
    text, files = write(letter, to.language), _files(letter, desk, at)
    if row.way == "mail":
        return Parcel(text, files)
    if row.way == "openpgp":
        key = openpgp.read_key(to.openpgp, at)
        plain = (File(f"{letter.number}.txt", "text/plain", text), *files)
        locked = tuple(File(f"{one.name}.asc", "application/pgp-encrypted", openpgp.locked(one.text, to.openpgp)) for one in plain)
        return Parcel(covering(letter, key.fingerprint, to.language), locked)
    code = new_code()
    row.page, row.page_digest = seal_page(text, files, code, row.name), page_key(code).digest
    return Parcel(leading_to(letter, desk.page.format(lang=to.language), grouped(code), to.language))


def _files(letter: Letter, desk: Desk, at: datetime) -> tuple[File, ...]:
    if letter.kind == PASSING:
        text = exact(letter.number, letter.sender.name, letter.sender.mail, at, letter.reports)
        return (File(f"{letter.number}.json", "application/json", text),)
    found = [File(f"{letter.number}-locations.txt", "text/plain", listed(letter))]
    if letter.kind != "referral":
        found += [_machine_read(line, desk, at) for line in letter.lines if xarf.can_tell(line)]
    return tuple(found)


def _machine_read(line: Line, desk: Desk, at: datetime) -> File:
    return File(f"{line.reference}.json", "application/json", xarf.write(line, desk.sender, at=at, test=desk.test))


@transaction.atomic
def send_notice(*, notice: str, rules: PoliceRules, by: Card, at: datetime, complicit: bool | None = None) -> None:
    """Put a notice into the outbox, after every check was made anew. `complicit` is a lead's answer whether the contact may be
    part of it, needed for an escalation, a registrar and the owner of a site.

    Raises NotAllowed (NOTICE-01 to NOTICE-05, CASE-05 to CASE-09), Notice.DoesNotExist.
    """
    row = Notice.objects.select_for_update(of=("self",)).select_related("contact").get(name=notice)
    lines = row.lines.select_related("address").order_by("address__case", "pk")  # cases are locked in one order
    addresses = [line.address for line in lines]
    to = check_contact(row.contact)
    step(Standing(row.state), "send")
    if not row.sealed:
        raise NotAllowed("NOTICE-04", mark("what it says was erased; prepare it anew"))
    if row.kind == "referral":
        for number in dict.fromkeys(one.case_id for one in addresses):
            cases.note_referral(number=number, by=by, at=at)
    else:
        rules_of.check_complicity(row.kind, to, complicit)
        rules_of.check_traces(to, newest_traces(addresses), at)
        for one in addresses:
            cases.notify(number=one.case_id, name=one.name, rules=rules, by=by, at=at)
    row.complicit = complicit
    put_into_outbox(row, by, at)
    unanswered = Escalation.objects.filter(Q(notice=None) | Q(notice__state=Standing.DROPPED), address__in=addresses, declined="")
    unanswered.update(notice=row, decided_by=by.id, decided_at=at)
    for one in addresses:
        note(one, by=by.pseudonym, at=at, verb="send notice", kind=row.kind, to=row.contact.kind, notice=row.number)
    record(actor=by.pseudonym, verb="send notice", thing=f"hotline/notice/{notice}", at=at, kind=row.kind, lines=len(addresses))


def check_contact(contact: Contact) -> Recipient:
    """What counts of a contact. Raises NotAllowed unless it is approved, counts, and is the one that was approved (NOTICE-01)."""
    to = recipient(contact)
    rules_of.check_recipient(to)
    if not is_as_approved(contact):
        raise NotAllowed("NOTICE-01", mark("the contact is not the one that was approved; withdraw it and propose it anew"))
    return to


def put_into_outbox(row: Notice, by: Card, at: datetime) -> None:
    """Give the sealed mail of a notice to the outbox inside the caller's transaction. Raises NotAllowed (NOTICE-04)."""
    row.state = step(Standing(row.state), "send")
    kind = row.kind if row.kind in OWN_MAILS else "notice"
    post(kind=kind, to=row.contact.mail, subject=row.subject, body="", at=at, key=row.key, sealed=bytes(row.sealed))
    row.sealed, row.sent_by_id, row.queued_at = b"", by.id, at
    row.page_until = at + timedelta(days=PAGE_DAYS) if row.page else None
    row.save()


@transaction.atomic
def drop_notice(*, notice: str, why: str, by: Card, at: datetime) -> None:
    """Take back a notice that was not sent, with a reason of DECLINED; its sealed text goes. Raises NotAllowed (NOTICE-04)."""
    if why not in rules_of.DECLINED:
        raise NotAllowed(
            "NOTICE-04", Sentence("dropping a notice needs a reason, one of %(codes)s", codes=", ".join(rules_of.DECLINED))
        )
    row = Notice.objects.select_for_update(of=("self",)).get(name=notice)
    row.state = step(Standing(row.state), "drop")
    row.sealed = row.page = b""
    row.save()
    for line in row.lines.select_related("address"):
        note(line.address, by=by.pseudonym, at=at, verb="drop notice", why=why)
    record(actor=by.pseudonym, verb="drop notice", thing=f"hotline/notice/{notice}", at=at, why=why)


@transaction.atomic
def refer_to_police(
    *, number: int, names: Sequence[str], contact: int, rules: PoliceRules, desk: Desk, by: Card, at: datetime
) -> str:  # fmt: skip
    """Refer addresses of a case to the police: written from whitelisted fields, sealed, and put into the outbox; answers its name.

    The reporter's contact is in it only where the reporter agreed. Words stand in it only where they are the subject itself. Raises
    NotAllowed (CASE-05, NOTICE-01, NOTICE-13), BadKey, and what `open_report` raises.
    """
    to = Contact.objects.get(pk=contact)
    if to.kind != "police":
        raise NotAllowed("NOTICE-13", mark("a referral goes to the police"))
    if to.way == "mail":
        raise NotAllowed("NOTICE-13", mark("a referral goes encrypted to a key, or on a sealed page"))
    row = Case.objects.select_related("report").get(pk=number)
    rows = list(row.addresses.filter(name__in=names).order_by("pk"))
    if not rows or len(rows) != len(set(names)) or len(rows) > MOST_LINES:
        raise NotAllowed("CASE-01", Sentence("choose 1 to %(most)s addresses of the case", most=MOST_LINES))
    if not row.report.danger and not all(_is_confirmed(one) for one in rows):
        raise NotAllowed("CASE-05", mark("only what two people call illegal is referred, unless a child is in danger"))
    report = open_report(number, desk.unlocked, desk.keystore)
    held = [_held(one, report, "", "") for one in rows]
    agreed = report.body.may_pass_on
    reach = report.body.contact if agreed == "yes" else ""
    name = make(to, "referral", rows, held, desk, by, at, danger=row.report.danger, contact_of_reporter=reach)
    send_notice(notice=name, rules=rules, by=by, at=at)
    return name
