"""Pass on what waits where others assess: opened in memory, written into one sealed notice, taken back if it never arrives.

Nobody at the desk sees what the reports say. Rules: PORTAL-04 to PORTAL-09 in docs/hotline.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from cop.accounts.public import Card
from cop.ground.core.door import NotOpened, mark
from cop.ground.public import record
from cop.hotline.actions import cases
from cop.hotline.actions.drafts import DraftRefused, decide, propose
from cop.hotline.actions.events import note
from cop.hotline.actions.notices import Desk, check_contact, keep, new_name, put_into_outbox
from cop.hotline.core.body import BadBody
from cop.hotline.core.case import NotAllowed
from cop.hotline.core.notice import PASSING, Letter, Standing
from cop.hotline.core.passing import PHRASES, TO, WAYS, Passed, fitting, has_agreed, passed
from cop.hotline.core.passing import Recipient as Whom
from cop.hotline.core.portal import PortalRules
from cop.hotline.exchange.keystore import KeysMissing, Keystore
from cop.hotline.models import CaseAddress, Contact, Draft, Notice, NoticeLine, Opening
from cop.hotline.queries.drafts import phrases_of
from cop.hotline.queries.opening import rules
from cop.hotline.queries.passing_on import declared_when, messages, next_waiting
from cop.hotline.queries.reports import OpenReport, open_report
from cop.hotline.queries.retention import is_erased
from cop.hotline.queries.rings import RingRefused, index_key

MOST_TRIED = 200  # reports that one press tries to open, where some do not
MOST_MESSAGES = 50  # that a second person lets go at once
TOLD = (Standing.QUEUED, Standing.FAILED, Standing.SENT, Standing.ACKNOWLEDGED, Standing.DECIDED)


@dataclass(frozen=True)
class PassedOn:
    """What was passed on: the notice's name, how many reports, and how many before them do not open and still wait."""

    notice: str
    reports: int
    unopened: int


@dataclass(frozen=True)
class _Opened:
    """A report that may be passed on, in the memory of the desk."""

    report: OpenReport
    leaves: Passed


@transaction.atomic
def pass_on(*, contact: int, desk: Desk, by: Card, at: datetime) -> PassedOn:
    """Pass the reports that wait on to a contact in one notice, which goes into the outbox: at most 50, danger first, then oldest.

    Their cases are closed, and their reporters are told, where one may be a child once a second person lets it.
    Raises NotAllowed (PORTAL-04, PORTAL-05, NOTICE-01, NOTICE-13), BadKey, KeysMissing, RingRefused, Contact.DoesNotExist.
    """
    Opening.objects.select_for_update().order_by("-pk").first()  # one press after the other, and the mode stays as it is
    portal = _portal(at)
    whom, to = TO[portal.mode], Contact.objects.get(pk=contact)
    _check_contact(to, whom)
    opened, unopened = _opened(desk, portal, at)
    name, number = new_name()
    taken = _taken(opened, whom, number, desk, by, at)
    if not taken:
        raise NotAllowed("PORTAL-05", mark("no report waits that can be opened and passed on"))
    leaves = tuple(
        replace(one.leaves, reference=f"{number}-{place}") for place, (one, _) in enumerate(taken, start=1)
    )  # fmt: skip
    letter = Letter(number, PASSING, desk.sender, to.kind, (), at.date(), reports=leaves)
    lines = [(left.reference, subject) for left, (_, subject) in zip(leaves, taken, strict=True)]
    row = keep(letter, name, to, lines, desk, by, at)
    put_into_outbox(row, by, at)
    for _, subject in lines:
        note(subject, by=by.pseudonym, at=at, verb="send notice", kind=PASSING, to=to.kind, notice=number)
    _tell([one.report.number for one, _ in taken], whom.phrase, desk.keystore, by, at)
    record(actor=by.pseudonym, verb="send notice", thing=f"hotline/notice/{name}", at=at, kind=PASSING, lines=len(lines))
    return PassedOn(name, len(taken), unopened)


def _portal(at: datetime) -> PortalRules:
    held = rules(at)
    if not held.portal.passes_on:
        raise NotAllowed("PORTAL-04", mark("reports are assessed here, and not passed on"))
    if not held.may_pass_on:
        raise NotAllowed("PORTAL-04", mark("no declaration is in force whose legal basis lets reports be passed on"))
    return held.portal


def _check_contact(to: Contact, whom: Whom) -> None:
    if to.kind != whom.kind:
        raise NotAllowed("PORTAL-04", mark("reports go to a contact of the kind that the declaration names"))
    if to.way not in WAYS:
        raise NotAllowed("NOTICE-13", mark("reports go encrypted to a key, or on a sealed page"))
    check_contact(to)


def _opened(desk: Desk, portal: PortalRules, at: datetime) -> tuple[list[_Opened], int]:
    """The reports that go into one notice, and how many before them do not open."""
    found: list[_Opened] = []
    unopened, reports = 0, next_waiting(at, MOST_TRIED)
    declared = declared_when(reports)
    for one in reports:
        try:
            report = open_report(one.number, desk.unlocked, desk.keystore)
        except (KeysMissing, NotOpened, BadBody, RingRefused):
            unopened += 1
            continue
        leaves = passed(
            report.body, reference="", received_at=one.received_at, danger=one.danger,
            agreed=has_agreed(declared[one.number], portal), added=[line.text for line in report.thread if line.of_reporter],
        )  # fmt: skip
        if fitting([*(other.leaves.size for other in found), leaves.size]) <= len(found):
            break
        found.append(_Opened(report, leaves))
    return found, unopened


def _taken(
    opened: list[_Opened], whom: Whom, notice: str, desk: Desk, by: Card, at: datetime
) -> list[tuple[_Opened, CaseAddress]]:  # fmt: skip
    """The cases of these reports, closed in the order in which all others lock cases; what somebody took meanwhile is left out."""
    index = index_key(desk.unlocked)
    subjects: dict[int, CaseAddress] = {}
    for one in sorted(opened, key=lambda one: one.report.number):
        try:
            with transaction.atomic():
                subjects[one.report.number] = cases.pass_on(
                    report=one.report, reason=whom.reason, notice=notice, index=index, by=by, at=at
                )
        except NotAllowed:
            continue
    return [(one, subjects[one.report.number]) for one in opened if one.report.number in subjects]


def _tell(numbers: Iterable[int], phrase: str, keystore: Keystore, by: Card, at: datetime) -> None:
    """Tell each reporter once, with an approved phrase that leads to help, too (PORTAL-09)."""
    for number in numbers:
        if phrase not in phrases_of(number):
            propose(report=number, phrase=phrase, text="", keystore=keystore, by=by, at=at)


def let_wait_again(row: Notice, *, by: str, at: datetime) -> None:
    """What this notice passed on never arrived: its reports wait again, unless a later notice tells of them, and messages to their
    reporters that nobody let go yet are dropped. Inside the caller's transaction, which writes the entry (PORTAL-08).
    """
    told = NoticeLine.objects.filter(
        address=OuterRef("address"), notice__kind=PASSING, notice__state__in=TOLD, notice__bounced_at=None, notice__gt=row.pk
    )
    lines = row.lines.filter(~Exists(told)).select_related("address__case__report").order_by("address__case", "pk")
    for line in lines:
        number = line.address.case_id
        if is_erased(line.address.case.report.month) or not cases.wait_again(number=number, by=by, at=at):
            continue
        Draft.objects.filter(report=number, phrase__in=PHRASES, sent=None).update(sent=False, decided_at=at)


@transaction.atomic
def let_messages_go(*, keystore: Keystore, by: Card, at: datetime) -> int:
    """Let messages that a report was passed on go out, as another person than who pressed; answers how many, at most 50."""
    done = 0
    for draft in list(messages().exclude(proposed_by=by.id).values_list("pk", flat=True)[:MOST_MESSAGES]):
        with suppress(DraftRefused), transaction.atomic():  # somebody else decided it at this very moment
            decide(draft=draft, send=True, own=b"", keystore=keystore, by=by, at=at)
            done += 1
    return done
