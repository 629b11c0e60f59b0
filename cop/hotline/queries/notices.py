"""Contacts and notices as the desk sees them, without their text, and whether a notice in the outbox may still go out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Q

from cop.ground.public import MailRow, NotAnyMore, NotNow, NotReadable, mails_by_key
from cop.hotline.core.case import NotAllowed
from cop.hotline.core.golive import BadDeclaration, read_declaration
from cop.hotline.core.notice import ASSESSED, PASSING, Recipient, Sender, Standing, Traced, check_traces
from cop.hotline.core.passing import TO
from cop.hotline.models import CaseAddress, Contact, Escalation, Notice, Opening, Trace
from cop.hotline.queries.cases import standing
from cop.hotline.queries.opening import rules
from cop.hotline.queries.verification import is_as_approved, is_as_prepared

PAGE = 50
OPEN = (Standing.DRAFT, Standing.READY, Standing.QUEUED, Standing.FAILED)


@dataclass(frozen=True)
class ContactRow:
    """A contact. `standing` is proposed, approved or withdrawn."""

    id: int
    name: str
    kind: str
    mail: str
    language: str
    country: str
    answers_for: str
    way: str
    fingerprint: str
    key_expires_at: datetime | None
    standing: str
    proposed_by: str
    approved_by: str


@dataclass(frozen=True)
class NoticeRow:
    """One notice: codes, people and moments. `mail` is what stands in the outbox, None before."""

    name: str
    number: str
    kind: str
    state: str
    to: str
    to_kind: str
    way: str
    lines: int
    prepared_by: str
    prepared_at: datetime
    sent_by: str
    queued_at: datetime | None
    sent_at: datetime | None
    bounced_at: datetime | None
    page_openings: int
    page_opened_at: datetime | None
    acknowledged_at: datetime | None
    receipt: str
    decision: str
    redress: str
    mail: MailRow | None


@dataclass(frozen=True)
class ProposalRow:
    """What the clock proposes for an address. `under_way` is the notice that answers it and did not arrive yet, if any."""

    id: int
    number: int
    address: str
    after: str
    kind: str
    proposed_at: datetime
    under_way: str


@dataclass(frozen=True)
class TraceRow:
    """One trace of an address, without its evidence."""

    name: str
    at: datetime
    by: str
    country: str
    network: str


def contacts(*, kind: str = "", country: str = "", counting: bool = False) -> list[ContactRow]:
    """Contacts by name; with `counting` those alone that a notice may go to. One query."""
    found = Contact.objects.select_related("proposed_by", "approved_by").order_by("name", "pk")
    if kind:
        found = found.filter(kind=kind)
    if country:
        found = found.filter(country=country)
    if counting:
        found = found.exclude(approved_at=None).filter(withdrawn_at=None)
    return [_contact(row) for row in found]


def _contact(row: Contact) -> ContactRow:
    how = "withdrawn" if row.withdrawn_at else "approved" if row.approved_at else "proposed"
    return ContactRow(
        row.pk, row.name, row.kind, row.mail, row.language, row.country, row.answers_for, row.way, row.fingerprint,
        row.key_expires_at, how, row.proposed_by.pseudonym, row.approved_by.pseudonym if row.approved_by else "",
    )  # fmt: skip


def notices(*, state: str = "", number: int | None = None, before: int = 0, most: int = PAGE, kind: str = "") -> list[NoticeRow]:
    """Notices, newest first, in `state`, of case `number`, of `kind`; at most `most`. Three queries."""
    found = Notice.objects.select_related("contact", "prepared_by", "sent_by").prefetch_related("lines").order_by("-pk")
    found = found.defer("sealed", "page")
    if state:
        found = found.filter(state=state)
    if kind:
        found = found.filter(kind=kind)
    if number is not None:
        found = found.filter(lines__address__case=number).distinct()
    if before:
        found = found.filter(pk__lt=before)
    rows = list(found[:most])
    mails = mails_by_key(row.key for row in rows)
    return [_notice(row, mails.get(row.key)) for row in rows]


def _notice(row: Notice, mail: MailRow | None) -> NoticeRow:
    return NoticeRow(
        row.name, row.number, row.kind, row.state, row.contact.name, row.contact.kind, row.way, len(row.lines.all()),
        row.prepared_by.pseudonym, row.prepared_at, row.sent_by.pseudonym if row.sent_by else "", row.queued_at, row.sent_at,
        row.bounced_at, row.page_openings, row.page_opened_at, row.acknowledged_at, row.receipt, row.decision, row.redress, mail,
    )  # fmt: skip


def proposals() -> list[ProposalRow]:
    """What the clock proposed and nobody ended: not declined, and not answered by a notice that arrived (NOTICE-09). One query."""
    waits = Q(notice=None) | Q(notice__state__in=(*OPEN, Standing.DROPPED))
    rows = Escalation.objects.filter(waits, declined="").select_related("address", "after", "notice").order_by("pk")
    return [
        ProposalRow(
            row.pk, row.address.case_id, row.address.name, row.after.number, row.kind, row.proposed_at,
            row.notice.number if row.notice and row.notice.state != Standing.DROPPED else "",
        )
        for row in rows
    ]  # fmt: skip


def traces(address: str) -> list[TraceRow]:
    """The traces of the address of that name, newest first. One query."""
    found = Trace.objects.filter(address__name=address).order_by("-pk")
    return [TraceRow(row.name, row.at, row.by, row.country, row.network) for row in found.defer("sealed")]


def last_traces(number: int) -> dict[str, TraceRow]:
    """The newest trace of each address of a case, by the address's name. One query."""
    found = Trace.objects.filter(address__case=number).order_by("pk").select_related("address").defer("sealed")
    return {row.address.name: TraceRow(row.name, row.at, row.by, row.country, row.network) for row in found}


def newest_traces(addresses: Iterable[CaseAddress]) -> list[Traced | None]:
    """The newest trace of each address, or None: the one kept last, as a clock may have been ahead before."""
    found: dict[int, Traced] = {}
    rows = list(addresses)
    for trace in Trace.objects.filter(address__in=rows).order_by("pk"):
        found[trace.address_id] = Traced(trace.at, trace.country)
    return [found.get(one.pk) for one in rows]


def recipient(row: Contact) -> Recipient:
    """What counts of a contact when a notice is to go out."""
    return Recipient(row.kind, row.country, row.approved_at is not None, row.withdrawn_at is not None)


def check_may_go_out(name: str, at: datetime, sealed: bytes) -> None:
    """Looks once more at a notice in the outbox just before it leaves (NOTICE-01 to NOTICE-03, NOTICE-07). `sealed` is its mail.

    Raises NotNow while a police hold stands or a trace is older than a day, NotAnyMore where it must not go out, and
    NotReadable where somebody changed it past the program: a person has to look.
    """
    row = Notice.objects.select_related("contact").filter(name=name).first()
    if row is None or row.contact.withdrawn_at is not None:
        raise NotAnyMore("the contact was withdrawn")
    if row.kind == PASSING:
        _check_passing(row, at)
    mail = mails_by_key([row.key]).get(row.key)
    if not is_as_approved(row.contact) or (mail is not None and mail.to != row.contact.mail):
        raise NotReadable("who it goes to was changed past the program")
    if not is_as_prepared(row, sealed):
        raise NotReadable("what it says was changed past the program, or its page is gone")
    if row.kind not in ASSESSED:
        return
    lines = list(row.lines.select_related("address__case__report"))
    for line in lines:
        held = standing(line.address.case)
        if held.hold is not None:
            raise NotNow("a police hold stands")
        if held.reason:
            raise NotAnyMore("a case that it tells of is closed")
        if not held.subject(line.address.name).confirmed:
            raise NotAnyMore("what it tells of is not confirmed any more")
    try:
        check_traces(recipient(row.contact), newest_traces(line.address for line in lines), at)
    except NotAllowed as error:
        if error.code == "NOTICE-03":
            raise NotAnyMore("it is hosted in another country now") from error
        raise NotNow("its addresses must be traced again first") from error


def _check_passing(row: Notice, at: datetime) -> None:
    """Raises NotAnyMore for what was taken back or goes elsewhere now, and NotNow without a legal basis (PORTAL-04, PORTAL-08)."""
    if row.state == Standing.DROPPED or row.bounced_at is not None:
        raise NotAnyMore("it was taken back, and its reports wait again")
    held = rules(at)
    if not held.portal.passes_on or TO[held.portal.mode].kind != row.contact.kind:
        raise NotAnyMore("reports go elsewhere now")
    if not held.may_pass_on:
        raise NotNow("no legal basis that is in force lets reports be passed on")


def sender() -> Sender | None:
    """Who signs notices: the controller of the newest declaration and the address that mails come from; None without both."""
    mail = settings.COP_MAIL.sender if settings.COP_MAIL else settings.COP_CONTACT
    row = Opening.objects.order_by("-pk").values("declaration").first()
    if not mail or row is None:
        return None
    try:
        return Sender(read_declaration(row["declaration"]).texts["hotline.controller"][:200], mail)
    except BadDeclaration:
        return None
