"""What became of a notice: it arrived or bounced, was confirmed and decided; and the sealed page, which a code opens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from cop.accounts.public import Card
from cop.ground.core.door import NotOpened, Sentence, mark
from cop.ground.public import mails_by_key, record
from cop.hotline.actions import cases
from cop.hotline.actions.events import note
from cop.hotline.actions.passing_on import let_wait_again
from cop.hotline.core.case import NotAllowed
from cop.hotline.core.notice import ASSESSED, PASSING, REDRESS, Standing, decisions_of, step
from cop.hotline.core.parcel import PAGE_OPENINGS, SAME_OPENING, Parcel, open_page, page_key
from cop.hotline.models import Notice, NoticeLine

_OF_MAIL = {
    "delivered": "arrive", "refused": "fail", "failed": "fail", "dropped": "take back", "pending": "again", "sending": "again",
}  # fmt: skip
_TOLD = (Standing.QUEUED, Standing.FAILED, Standing.SENT, Standing.ACKNOWLEDGED, Standing.DECIDED)
_VERBS = {"arrive": "notice sent", "fail": "notice failed", "again": "notice tried again", "take back": "notice taken back"}


class PageGone(Exception):
    """No page opens with this code: it never did, its time is over, or it was opened as often as it may be."""


@dataclass(frozen=True)
class OpenedPage:
    """A notice's page, opened: how often it may be opened after this, and until when."""

    number: str
    kind: str
    parcel: Parcel
    left: int
    until: datetime
    acknowledged: bool


def follow_mails(*, at: datetime) -> int:
    """Bring notices in line with their mails in the outbox; answers how many changed. One that a person marked as bounced stays."""
    open_ones = Notice.objects.filter(state__in=(Standing.QUEUED, Standing.FAILED), bounced_at=None)
    states = {row.name: (row.key, row.state, row.kind) for row in open_ones.only("name", "state", "kind")}
    mails = mails_by_key(key for key, _, _ in states.values())
    changed = 0
    for name, (key, state, kind) in states.items():
        known = _OF_MAIL | {"refused": "take back"} if kind == PASSING else _OF_MAIL
        what = known.get(mails[key].state, "") if key in mails else ""
        if what and (what, state) not in (("fail", Standing.FAILED), ("again", Standing.QUEUED)):
            changed += _follow(name, what, mails[key].changed_at, at)
    return changed


@transaction.atomic
def _follow(name: str, what: str, moment: datetime, at: datetime) -> bool:
    row = _locked(name)
    try:
        row.state = step(Standing(row.state), what)
    except NotAllowed:  # somebody was faster
        return False
    if what == "arrive":
        row.sent_at = moment
    if what == "take back":
        row.page = b""
    row.save()
    if what == "take back" and row.kind == PASSING:
        let_wait_again(row, by="system", at=at)
    elif what == "take back":
        _act_again(row, at)
    _told(row, "system", at, _VERBS[what])
    return True


def _act_again(row: Notice, at: datetime) -> None:
    """Nobody was told by a notice that never left: its addresses are to be acted on, unless another notice tells of them."""
    told = NoticeLine.objects.filter(address=OuterRef("address"), notice__state__in=_TOLD, notice__kind__in=ASSESSED)
    for line in row.lines.filter(~Exists(told)).select_related("address").order_by("address__case", "pk"):
        cases.act_again(number=line.address.case_id, name=line.address.name, at=at)


@transaction.atomic
def mark_bounced(*, notice: str, by: Card, at: datetime) -> None:
    """Say that a mail came back after the mail server had taken it. Raises NotAllowed (NOTICE-04)."""
    row = _locked(notice)
    row.state, row.bounced_at = step(Standing(row.state), "bounce"), at
    if row.kind == PASSING:
        row.page = b""
    row.save()
    if row.kind == PASSING:
        let_wait_again(row, by=by.pseudonym, at=at)
    _told(row, by.pseudonym, at, "notice bounced")


@transaction.atomic
def acknowledge(*, notice: str, by: Card, at: datetime, receipt: str = "") -> None:
    """Note that the contact confirmed that it received a notice, with its own receipt number. Raises NotAllowed (NOTICE-04)."""
    _acknowledge(_locked(notice), by.pseudonym, at, receipt)


def _acknowledge(row: Notice, by: str, at: datetime, receipt: str) -> None:
    clean = " ".join(receipt.split())
    if len(clean) > 60 or not clean.isprintable():
        raise NotAllowed("NOTICE-04", mark("a receipt number has at most 60 signs"))
    row.state, row.acknowledged_at, row.receipt = step(Standing(row.state), "acknowledge"), at, clean
    row.save()
    _told(row, by, at, "notice acknowledged")


@transaction.atomic
def record_decision(*, notice: str, decision: str, by: Card, at: datetime, redress: str = "none") -> None:
    """Note what the contact decided: a code of DECISIONS with one of REDRESS, else one of POLICE_OUTCOMES. It confirms
    nothing: that something is gone, a person says after looking. Raises NotAllowed (NOTICE-04).
    """
    row = _locked(notice)
    known = decisions_of(row.kind)
    if decision not in known or redress not in REDRESS:
        raise NotAllowed(
            "NOTICE-04",
            Sentence(
                "a decision is one of %(codes)s, redress one of %(redress)s", codes=", ".join(known), redress=", ".join(REDRESS)
            ),
        )
    row.state, row.decision, row.redress, row.decided_at = step(Standing(row.state), "decide"), decision, redress, at
    row.save()
    _told(row, by.pseudonym, at, "notice decided", decision=decision, redress=redress)


@transaction.atomic
def open_notice_page(*, code: str, at: datetime, confirm: bool = False) -> OpenedPage:
    """Open the sealed page of a notice with its code, and with `confirm` note that its contact received it (NOTICE-12).

    A page opens three times within 14 days; what follows within an hour is the same opening. Each is logged.
    Raises BadCode, PageGone.
    """
    key = page_key(code)
    row = Notice.objects.select_for_update(of=("self",)).filter(page_digest=key.digest).first()
    if row is None or not row.page or row.page_until is None or at >= row.page_until:
        raise PageGone
    again = row.page_opened_at is not None and row.page_opened_at <= at < row.page_opened_at + SAME_OPENING
    if not again and row.page_openings >= PAGE_OPENINGS:
        raise PageGone
    try:
        parcel = open_page(bytes(row.page), key, row.name)
    except NotOpened as error:
        raise PageGone from error
    if not again:
        row.page_openings, row.page_opened_at = row.page_openings + 1, at
        row.save(update_fields=["page_openings", "page_opened_at"])
    _told(row, "contact", at, "notice page opened")
    if confirm and row.acknowledged_at is None and row.state in (Standing.QUEUED, Standing.FAILED, Standing.SENT):
        _acknowledge(row, "contact", at, "")
    return OpenedPage(
        row.number, row.kind, parcel, PAGE_OPENINGS - row.page_openings, row.page_until, row.acknowledged_at is not None
    )


@transaction.atomic
def forget_pages(*, at: datetime) -> int:
    """Empty the pages that nobody may open any more; answers how many."""
    over = Q(page_until__lte=at) | Q(page_openings__gte=PAGE_OPENINGS, page_opened_at__lte=at - SAME_OPENING)
    found: int = Notice.objects.filter(over).exclude(page=b"").update(page=b"")
    return found


def _locked(name: str) -> Notice:
    row: Notice = Notice.objects.select_for_update(of=("self",)).get(name=name)
    return row


def _told(row: Notice, by: str, at: datetime, verb: str, **details: str) -> None:
    for line in row.lines.select_related("address"):
        note(line.address, by=by, at=at, verb=verb, kind=row.kind, **details)
    actor = "system" if by == "contact" else by
    record(actor=actor, verb=verb, thing=f"hotline/notice/{row.name}", at=at, state=str(row.state), **details)
