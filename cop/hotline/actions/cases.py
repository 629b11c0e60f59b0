"""Work on a case: take it, open it, assess, second, hold, refer, close. Each verb is one transaction with one audit entry."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max, Q

from cop.accounts.public import Card
from cop.ground.core.door import Sentence, mark, public_half
from cop.ground.public import record
from cop.hotline.core import case as machine
from cop.hotline.core.addresses import blind, mask_in, read_address
from cop.hotline.core.body import Body
from cop.hotline.core.case import ILLEGAL, Appeal, Hold, NotAllowed, State, Subject
from cop.hotline.core.codes import CONCERNS
from cop.hotline.core.deadlines import ENDS, HOLDS, Moments, due_at, pauses_of
from cop.hotline.core.sealing import seal_address
from cop.hotline.exchange.keystore import Keystore
from cop.hotline.models import Case, CaseAddress, CaseEvent, DutyMessage, Report, Skip
from cop.hotline.queries.cases import RECEIVED, standing
from cop.hotline.queries.opening import rules
from cop.hotline.queries.reports import OpenReport, open_report
from cop.hotline.queries.rings import Unlocked, index_key
from cop.hotline.queries.schemes import outcome_and_category

WORDS = "words"
MOST_ADDRESSES = 200
PULLS = 5  # cases that one pull tries, where others pull at the same moment
Change = Callable[[machine.Case], machine.Case]


class NothingWaits(Exception):
    """No case waits for this person."""


@transaction.atomic
def pull(*, by: Card, at: datetime, settles: bool = False) -> int:
    """Take the case that should come next for this person; answers its number. Raises NothingWaits.

    A child in danger comes first, then, for who `settles`, a dispute, then what waits for a second person, then the oldest. What
    somebody skipped is not offered to them again (CASE-13), nor a second look to who looked first.
    """
    for _ in range(PULLS):
        number = _next(by.id, at, settles=settles)
        if number is None:
            break
        _made(number)
        with suppress(NotAllowed):  # somebody took it in this very moment; there may be another
            _change(number, by, at, "take", lambda case: machine.claim(case, by.id, at))
            return number
    raise NothingWaits


def _next(by: int, at: datetime, *, settles: bool) -> int | None:
    free = Q(claimed_until=None) | Q(claimed_until__lte=at) | Q(claimed_by=by)
    cases = Case.objects.filter(free).exclude(skips__person=by)
    fresh = Report.objects.filter(case=None, state=RECEIVED).order_by("pk").values_list("pk", flat=True)
    if connection.vendor == "postgresql":
        cases = cases.select_for_update(skip_locked=True, of=("self",))
    waiting = cases.filter(state__in=(State.NEW, State.WORKING))
    seconds = cases.filter(state=State.SECOND).exclude(addresses__first=by)
    disputes = cases.filter(state=State.DISPUTED).exclude(addresses__first=by).exclude(addresses__second=by)
    tries: list[Callable[[], int | None]] = [
        lambda: fresh.filter(danger=True).first(),
        lambda: waiting.filter(report__danger=True).order_by("pk").values_list("pk", flat=True).first(),
        lambda: disputes.order_by("due_at", "pk").values_list("pk", flat=True).first() if settles else None,
        lambda: seconds.order_by("-report__danger", "due_at", "pk").values_list("pk", flat=True).first(),
        lambda: waiting.order_by("due_at", "pk").values_list("pk", flat=True).first(),
        lambda: fresh.first(),
    ]
    return next((found for found in (attempt() for attempt in tries) if found is not None), None)


@transaction.atomic
def take(*, number: int, by: Card, at: datetime) -> None:
    """Take one case of the list. Raises NotAllowed while somebody else has it, Report.DoesNotExist."""
    _made(number)
    _change(number, by, at, "take", lambda case: machine.claim(case, by.id, at))


def _made(number: int) -> None:
    """The case of a report, made when somebody first takes it."""
    report = Report.objects.get(pk=number)
    Case.objects.get_or_create(report=report, defaults={"state": State.NEW})


@transaction.atomic
def give_back(*, number: int, by: Card, at: datetime, skip: bool = False) -> None:
    """Give a case back; with `skip` it is never offered to this person again (CASE-13)."""
    _change(number, by, at, "skip" if skip else "give back", lambda case: machine.release(case, by.id))
    if skip:
        Skip.objects.get_or_create(case_id=number, person_id=by.id, defaults={"at": at})


@transaction.atomic
def first_open(*, number: int, unlocked: Unlocked, keystore: Keystore, by: Card, at: datetime) -> None:
    """Log that somebody looks at a case, and at the first time find its addresses and what is known of them.

    Every look leaves a line before anything is shown (CASE-15). Raises what `open_report` raises, and NotAllowed
    for who has not taken it.
    """
    row = Case.objects.select_for_update().get(pk=number)
    if row.claimed_by_id != by.id or row.claimed_until is None or at >= row.claimed_until:
        raise NotAllowed("CASE-01", mark("take the case first; a lock ends after half an hour without a step"))
    if row.opened_at is None:
        first = found_in(row, open_report(number, unlocked, keystore), index_key(unlocked), at)
        _event(row, None, by, at, "look", concern=row.concern)
        _event(row, first, by, at, "add address", kind=first.kind)
    else:
        _event(row, None, by, at, "look")
    record(actor=by.pseudonym, verb="look at case", thing=f"hotline/case/{number}", at=at)


def found_in(row: Case, report: OpenReport, index: bytes, at: datetime) -> CaseAddress:
    """What a report is about, kept at its first opening, with what is known of the report, inside the caller's transaction."""
    kind, text = _subject_of(report.body)
    first = _add(row, kind, text, report.own, index, at)
    row.opened_at, row.may_be_child = at, report.body.reporter != "adult"
    row.concern = report.body.concern if report.body.concern in CONCERNS else ""
    row.save(update_fields=["opened_at", "may_be_child", "concern"])
    return first


def _subject_of(body: Body) -> tuple[str, str]:
    """What a report is about: its address, else its place, else its words."""
    if body.address.strip():
        return read_address(body.address).kind, body.address
    return WORDS, body.place or body.note


def _add(row: Case, kind: str, text: str, own: bytes, index: bytes, at: datetime) -> CaseAddress:
    name = uuid.uuid4().hex
    digest = blind(index, read_address(text).canonical) if kind != WORDS else ""
    return CaseAddress.objects.create(
        name=name, case=row, kind=kind, blind=digest, sealed=seal_address(text, public_half(own), name), added_at=at
    )


@transaction.atomic
def add_address(
    *, number: int, text: str, unlocked: Unlocked, keystore: Keystore, by: Card, at: datetime, moved_from: str = ""
) -> str:  # fmt: skip
    """Add an address that stands in the words of a report, or to which content moved; answers its name. Raises NotAllowed."""
    report = open_report(number, unlocked, keystore)
    row = _locked(number)
    found = read_address(text)
    digest = blind(index_key(unlocked), found.canonical)
    if row.addresses.filter(blind=digest).exists():
        raise NotAllowed("CASE-01", mark("this address is in the case already"))
    before = standing(row)
    if len(before.subjects) >= MOST_ADDRESSES:
        raise NotAllowed("CASE-14", Sentence("a case holds at most %(most)s addresses", most=MOST_ADDRESSES))
    address = _add(row, found.kind, text, report.own, index_key(unlocked), at)
    after = machine.add_subject(before, address.name, by.id, at)
    if moved_from:
        row.addresses.filter(name=moved_from).update(moved_to=address)
    _save(row, before, after, at)
    _event(row, address, by, at, "add address", kind=found.kind)
    record(actor=by.pseudonym, verb="add address", thing=f"hotline/case/{number}", at=at, address=address.name)
    return address.name


@transaction.atomic
def assess(*, number: int, name: str, outcome: str, by: Card, at: datetime) -> None:
    """Say as the first person what an address is: an outcome, or a category `name@version:code` of a loaded scheme, whose outcome
    counts. Raises NotAllowed (CASE-01, CASE-02)."""
    try:
        code, category = outcome_and_category(outcome)
    except KeyError:
        raise NotAllowed("CASE-02", mark("this category is in no scheme that is loaded")) from None
    more = {"category": category.replace("@", "/")} if category else {}  # the trail takes nothing that looks like a mail address
    _change(number, by, at, "assess", lambda case: machine.assess(case, name, code, by.id, at), address=name, outcome=code, **more)
    CaseAddress.objects.filter(name=name, case=number).update(category=category)


def second(*, number: int, name: str, agrees: bool, by: Card, at: datetime) -> None:
    """Confirm "illegal" as the second person, or not. Raises NotAllowed (CASE-03)."""
    verb = "confirm" if agrees else "disagree"
    _step(number, name, by, at, verb, lambda case: machine.second_look(case, name, agrees, by.id, at))


def settle(*, number: int, name: str, outcome: str, by: Card, at: datetime) -> None:
    """End a dispute as a third person. Raises NotAllowed (CASE-04)."""
    _step(number, name, by, at, "settle", lambda case: machine.settle(case, name, outcome, by.id, at), outcome=outcome)


def notify(*, number: int, name: str, rules: machine.PoliceRules, by: Card, at: datetime) -> None:
    """An address is in a notice that goes out. Raises NotAllowed (CASE-05, CASE-06)."""
    _step(number, name, by, at, "notify", lambda case: machine.notified(case, name, rules))


def act_again(*, number: int, name: str, at: datetime) -> None:
    """A notice was taken back before it left, inside the caller's transaction, which writes the line: the address is to be acted on
    anew.
    """
    row = _locked(number)
    before = standing(row)
    after = machine.not_notified(before, name)
    if after != before:
        _save(row, before, after, at)
        row.addresses.filter(name=name).update(notified_at=None)
        _set_due(row, after, at)


def pass_on(*, report: OpenReport, reason: str, notice: str, index: bytes, by: Card, at: datetime) -> CaseAddress:
    """Close the case of a report that is passed on by `notice`, a number, inside the caller's transaction; answers its subject.

    Nobody looks at it: the desk keeps what it is about as at a first opening. Raises NotAllowed (CASE-01, CASE-06, PORTAL-05).
    """
    _made(report.number)
    row = _locked(report.number)
    subject = row.addresses.order_by("pk").first()
    if row.opened_at is None or subject is None:
        subject = found_in(row, report, index, at)
        _event(row, subject, by, at, "add address", kind=subject.kind)

    def passed_on(case: machine.Case) -> machine.Case:
        if case.locked_for(by.id, at):
            raise NotAllowed("CASE-01", machine.TAKEN)
        return machine.pass_on(case, reason)

    _change(report.number, by, at, "pass on", passed_on, reason=reason, notice=notice, concern=row.concern)
    Case.objects.filter(pk=row.pk).update(closed_at=at)  # also where it was closed by that before
    CaseAddress.objects.filter(case=row).update(for_service=b"", trace_asked_at=None)
    return subject


def wait_again(*, number: int, by: str, at: datetime) -> bool:
    """What passed a report on never arrived, inside the caller's transaction, which writes the entry: where its case was closed
    by that, it waits again. `by` is a pseudonym or "system". False where it was not.
    """
    row = _locked(number)
    before = standing(row)
    after = machine.wait_again(before)
    if after == before:
        return False
    _save(row, before, after, at)
    CaseEvent.objects.create(case=row, at=at, by=by, verb="wait again")
    _set_due(row, after, at)
    return True


@transaction.atomic
def hand_over(*, number: int, name: str, to: str, by: Card, at: datetime, partner_number: str = "") -> None:
    """An address was handed to a partner hotline or the police (`to`: a code), under their own number. Raises NotAllowed."""
    _no_address(partner_number, "CASE-05")
    _change(number, by, at, "hand over", lambda case: machine.handed(case, name), address=name, to=to)
    if partner_number.strip():
        Case.objects.filter(pk=number).update(partner_number=partner_number.strip()[:60])


def confirm_gone(*, number: int, name: str, how: str, by: Card, at: datetime) -> None:
    """A person says that an address is gone, and how. Raises NotAllowed (CASE-08)."""
    _step(number, name, by, at, "gone", lambda case: machine.gone(case, name, how), how=how)


def there_again(*, number: int, name: str, by: Card, at: datetime) -> None:
    """What was gone is there again. Raises NotAllowed."""
    _step(number, name, by, at, "there again", lambda case: machine.there_again(case, name))


def _step(number: int, name: str, by: Card, at: datetime, verb: str, change: Change, **details: str) -> None:
    with transaction.atomic():
        _change(number, by, at, verb, change, address=name, **details)


@transaction.atomic
def place_hold(*, number: int, officer: str, reason: str, until: datetime, by: Card, at: datetime) -> None:
    """Note that the police ask to wait; the reason is kept as it is, and names no address. Raises NotAllowed (CASE-07)."""
    _no_address(reason, "CASE-07")
    hold = Hold(officer.strip()[:200], reason.strip()[:300], at, until)
    _change(number, by, at, "hold", lambda case: machine.place_hold(case, hold))


@transaction.atomic
def lift_hold(*, number: int, agreed: bool, by: Card, at: datetime) -> None:
    """End a hold; `agreed` where the police say that a notice may go out. Raises NotAllowed."""
    _change(number, by, at, "agree" if agreed else "lift hold", lambda case: machine.lift_hold(case, agreed=agreed))


@transaction.atomic
def police_agree(*, number: int, by: Card, at: datetime) -> None:
    """Note that the police say that a notice may go out. Raises NotAllowed."""
    _change(number, by, at, "agree", machine.agree)


@transaction.atomic
def note_referral(*, number: int, by: Card, at: datetime, receipt: str = "") -> None:
    """Note that the police were told, with their receipt number. Raises NotAllowed (CASE-05)."""
    _change(number, by, at, "refer", machine.refer, receipt=receipt[:60])


@transaction.atomic
def close(
    *, number: int, reason: str, known: tuple[str, ...], exceptional: tuple[str, ...], by: Card, at: datetime
) -> None:  # fmt: skip
    """Close a case that nobody else works on, with a reason. The worker's copies of its addresses go. Raises NotAllowed (CASE-01,
    CASE-09, and CASE-17 where the reason says that others were told, and nobody was).
    """

    def closed(case: machine.Case) -> machine.Case:
        if case.locked_for(by.id, at):
            raise NotAllowed(
                "CASE-01", mark("somebody else works on this case; it is free again after half an hour without a step")
            )
        done = machine.close(case, reason, known, exceptional)
        if reason in _SHOWN and not _is_shown(number, reason):
            raise NotAllowed("CASE-17", mark("the case does not show that this was done; do it first, or choose another reason"))
        return done

    _change(number, by, at, "close", closed, reason=reason)
    CaseAddress.objects.filter(case_id=number).update(for_service=b"", trace_asked_at=None)


# What a case must show before it is closed with a reason that says that somebody was told, or that somebody was right.
_SHOWN = {
    "removed": Q(verb="notify"),
    "not_removed": Q(verb__in=("notify", "refer", "hand over", "traced")),
    "referred_to_police": Q(verb="refer") | Q(verb="hand over", details__contains='"to": "police"'),
    "handed_to_partner": Q(verb="hand over", details__contains='"to": "partner"'),
    "appeal_upheld": Q(verb="uphold appeal"),
}


def _is_shown(number: int, reason: str) -> bool:
    if CaseEvent.objects.filter(_SHOWN[reason], case=number).exists():
        return True
    return reason == "referred_to_police" and DutyMessage.objects.filter(report=number).exists()


@transaction.atomic
def reopen(*, number: int, by: Card, at: datetime) -> None:
    """Work on a closed case again. Raises NotAllowed (CASE-10)."""
    _change(number, by, at, "reopen", machine.reopen)


@transaction.atomic
def raise_appeal(*, number: int, source: str, by: Card, at: datetime) -> None:
    """Note that somebody says that the assessment is wrong. Raises NotAllowed (CASE-11)."""
    _change(number, by, at, "appeal", lambda case: machine.raise_appeal(case, source, at), source=source)


@transaction.atomic
def decide_appeal(*, number: int, upheld: bool, outcome: str, by: Card, at: datetime) -> None:
    """Decide an appeal as somebody who assessed none of it and did not note it down. Raises NotAllowed (CASE-11)."""
    noted = CaseEvent.objects.filter(case=number, verb="appeal").order_by("-pk").values_list("by", flat=True).first()
    if noted == by.pseudonym:  # else one person alone could undo what two people said
        raise NotAllowed("CASE-11", mark("an appeal is decided by another person than who noted it"))
    decided = {"outcome": outcome} if upheld else {}
    _change(number, by, at, "uphold appeal" if upheld else "dismiss appeal",
            lambda case: machine.decide_appeal(case, by.id, upheld=upheld, outcome=outcome), **decided)  # fmt: skip


def _no_address(text: str, code: str) -> None:
    """Raises NotAllowed for words with an address: what is kept beside a case lies open in the database."""
    if mask_in(text) != text:
        raise NotAllowed(code, mark("this names an address, which stands sealed in the case and nowhere else; leave it out"))


def _locked(number: int) -> Case:
    row: Case = Case.objects.select_for_update(of=("self",)).select_related("report").get(pk=number)
    return row


def _change(number: int, by: Card, at: datetime, verb: str, change: Change, *, address: str = "", **details: str) -> None:
    """One step of a case inside the caller's transaction: the machine decides, rows, event and audit entry follow."""
    row = _locked(number)
    before = standing(row)
    after = change(before)
    _save(row, before, after, at)
    where = row.addresses.filter(name=address).first() if address else None
    _event(row, where, by, at, verb, **details)
    _set_due(row, after, at)
    more = {"address": address} if address else {}
    record(actor=by.pseudonym, verb=verb, thing=f"hotline/case/{number}", at=at, state=str(after.state), **details, **more)


def _set_due(row: Case, after: machine.Case, at: datetime) -> None:
    """The case's next deadline, by the clocks of the declaration in force."""
    events = list(row.events.filter(verb__in=("reopen", HOLDS, *ENDS)).order_by("pk").values_list("verb", "at"))
    seen = row.addresses.aggregate(assessed=Max("assessed_at"), confirmed=Max("confirmed_at"))
    begun = max((moment for verb, moment in events if verb == "reopen"), default=row.report.received_at)
    moments = Moments(begun, seen["assessed"], seen["confirmed"], pauses_of(events))
    row.due_at = due_at(after, moments, rules(at).work)
    row.save(update_fields=["due_at"])


def _event(row: Case, address: CaseAddress | None, by: Card, at: datetime, verb: str, **details: str) -> None:
    CaseEvent.objects.create(
        case=row, address=address, at=at, by=by.pseudonym, verb=verb, details=json.dumps(details, sort_keys=True)
    )


def _save(row: Case, before: machine.Case, after: machine.Case, at: datetime) -> None:
    for one in after.subjects:
        if one not in before.subjects:
            _save_subject(row, one, at)
    row.state, row.outcome = after.state, after.outcome
    row.claimed_by_id, row.claimed_until = after.claimed_by, after.claimed_until
    hold = after.hold
    row.hold_officer, row.hold_reason = (hold.officer, hold.reason) if hold else ("", "")
    row.hold_placed_at, row.hold_until = (hold.placed_at, hold.until) if hold else (None, None)
    row.police_agreed, row.referred = after.police_agreed, after.referred
    if after.reason != before.reason:
        row.reason, row.closed_at = after.reason, at if after.reason else None
    _save_appeal(row, after.appeal)
    row.save()
    _tell_reporter(row, after)


def _tell_reporter(row: Case, after: machine.Case) -> None:
    """What the receipt shows follows the case."""
    public = "closed" if after.state is State.CLOSED else RECEIVED if after.state is State.NEW else "in_work"
    if row.report.state != public:
        row.report.state = public
        row.report.save(update_fields=["state"])


def _save_appeal(row: Case, appeal: Appeal | None) -> None:
    if appeal is not None:
        row.appeal_source, row.appeal_at = appeal.source, appeal.raised_at
        row.appeal_upheld, row.appeal_by_id = appeal.upheld, appeal.decided_by


def _save_subject(row: Case, one: Subject, at: datetime) -> None:
    held = row.addresses.get(name=one.name)
    if held.outcome != one.outcome:
        held.assessed_at = at
    if one.confirmed and held.confirmed_at is None:
        held.confirmed_at = at
    if one.step != held.step:
        held.notified_at = at if one.step == "notified" and held.notified_at is None else held.notified_at
        held.gone_at = at if one.step == "gone" else None
    held.outcome, held.first_id, held.second_id = one.outcome, one.first, one.second
    held.agreed, held.settled_by_id, held.step, held.how = one.agreed, one.settled_by, one.step, one.how
    if one.outcome not in ILLEGAL:
        held.confirmed_at = None
    held.save()
