"""Legal holds, and the erasure of a month: the decision first, then its keys, then what its rows held (S-30).

Each step is durable before the next begins, and whatever was begun is finished by the next tick. What stays of a report is its
number, minute, state and codes; the audit trail keeps the commitments.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from django.db import IntegrityError, transaction
from django.db.models import Q

from cop.ground.core.door import Sentence, mark
from cop.ground.public import record
from cop.hotline.core.case import ERASED, State
from cop.hotline.core.notice import Standing
from cop.hotline.exchange.keystore import Keystore
from cop.hotline.exchange.ledger import Erased, enter, erased
from cop.hotline.models import Case, CaseAddress, CaseEvent, Draft, Erasure, Hold, Message, Notice, Report, Trace
from cop.hotline.queries.opening import last_declaration, local_day
from cop.hotline.queries.retention import in_force, is_erased, standing_months

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_REFERENCE, _AUTHORITY = Sentence("the reference"), Sentence("the authority")
TERM, EARLY, LEDGER = "term ended", "before its term", "ledger"


class HoldRefused(ValueError):
    """A hold that can't be placed or lifted; the message says why."""


class NotErased(ValueError):
    """A month that is not to be erased now; the message says why."""


@transaction.atomic
def place_hold(
    *, reference: str, authority: str, review_on: date, actor: str, at: datetime, month: str = "", report: int | None = None
) -> int:
    """Keep a month or one report beyond its term; answers the number of the hold. Raises HoldRefused."""
    _check_hold(reference, authority, review_on, at, month, report)
    row = Hold.objects.create(
        month=month, report_id=report, reference=reference.strip(), authority=authority.strip(), review_on=review_on,
        placed_by=actor, placed_at=at,
    )  # fmt: skip
    thing = f"hotline/month/{month}" if month else f"hotline/report/{report}"
    record(actor=actor, verb="place hold", thing=thing, at=at, hold=row.pk, review=review_on.isoformat())
    if is_erased(month or Report.objects.get(pk=report).month):  # read once nobody else can write before us
        raise HoldRefused(mark("it is too late: this month is erased"))
    return int(row.pk)


def _check_hold(reference: str, authority: str, review_on: date, at: datetime, month: str, report: int | None) -> None:
    for name, text, most in ((_REFERENCE, reference, 120), (_AUTHORITY, authority, 200)):
        if not 0 < len(text.strip()) <= most:
            raise HoldRefused(Sentence("%(name)s must have from 1 to %(most)s signs", name=name, most=most))
    if bool(month) == (report is not None):
        raise HoldRefused(mark("a hold names a month or a report, and not both"))
    if month and not _MONTH.fullmatch(month):
        raise HoldRefused(Sentence("%(month)s is no month; write one such as 2026-11", month=repr(month[:20])))
    if report is not None and not Report.objects.filter(pk=report).exists():
        raise HoldRefused(Sentence("there is no report %(n)s", n=report))
    held = last_declaration()
    if review_on <= (local_day(at, held) if held else at.date()):
        raise HoldRefused(Sentence("the day of review %(day)s must be still to come", day=review_on))


@transaction.atomic
def lift_hold(*, hold: int, actor: str, at: datetime) -> None:
    """End a hold; what it kept goes when its term ends. Raises HoldRefused where it does not stand."""
    row = Hold.objects.select_for_update().filter(pk=hold, lifted_at=None).first()
    if row is None:
        raise HoldRefused(Sentence("no hold %(n)s stands", n=hold))
    row.lifted_at, row.lifted_by = at, actor
    row.save(update_fields=["lifted_at", "lifted_by"])
    thing = f"hotline/month/{row.month}" if row.month else f"hotline/report/{row.report_id}"
    record(actor=actor, verb="lift hold", thing=thing, at=at, hold=hold)


@transaction.atomic
def ring_holds(*, day: date, at: datetime) -> int:
    """Once a day, the holds whose day of review has passed; they stand all the same. Answers how many."""
    overdue = Hold.objects.filter(lifted_at=None, review_on__lt=day).filter(Q(rung_on=None) | Q(rung_on__lt=day))
    count: int = overdue.update(rung_on=day)
    if count:
        record(actor="system", verb="review holds", thing="hotline", at=at, overdue=count)
    return count


def erase_month(*, keystore: Keystore, folders: Sequence[Path], month: str, actor: str, at: datetime, early: bool = False) -> int:
    """Erase a month for good: keys, then what its rows held; answers how many reports it had.

    With `early` from the last minimum on, else once the last maximum has passed; `folders` hold further copies of the ledger.
    Raises NotErased, and OSError where this process may not delete keys: the next one that may goes on.
    """
    try:
        reports = _decide(keystore, month, actor, at, early=early)
    except IntegrityError:  # another process decided it at the same moment
        raise NotErased(Sentence("the month %(month)s is being erased already", month=month)) from None
    finish_erasures(keystore=keystore, folders=folders, at=at)
    return reports


@transaction.atomic
def _decide(keystore: Keystore, month: str, actor: str, at: datetime, *, early: bool) -> int:
    declaration = in_force(at)
    if declaration is None:
        raise NotErased(mark("no declaration is in force that says how long what is kept"))
    if is_erased(month):
        raise NotErased(Sentence("the month %(month)s is erased already", month=month))
    day = local_day(at, declaration)

    def reports() -> int:
        (stands,) = standing_months(keystore, declaration, [month])
        if why := stands.why_not(day, early=early):
            raise NotErased(Sentence("the month %(month)s stays: %(why)s", month=month, why=why))
        return stands.reports

    _enter(month, at, actor, keystore.fingerprints(month), reports(), EARLY if early else TERM)
    return reports()  # again, now that nobody else can write: a hold or a message may have come in


def _enter(month: str, at: datetime, by: str, keys: tuple[str, ...], reports: int, reason: str) -> None:
    Erasure.objects.create(month=month, erased_at=at, by=by, keys="\n".join(keys), reports=reports, reason=reason)
    record(actor=by, verb="erase month", thing=f"hotline/month/{month}", at=at, reports=reports, keys=" ".join(keys), reason=reason)


def finish_erasures(*, keystore: Keystore, folders: Sequence[Path], at: datetime) -> tuple[str, ...]:
    """Go on with what was begun, and delete keys of erased months that came back; answers a sentence for each. Raises OSError."""
    done = []
    for row in Erasure.objects.order_by("month"):
        keys = tuple(row.keys.split())
        if row.finished_at is None:
            one = Erased(row.month, row.erased_at.isoformat(), keys)
            for folder in (keystore.folder, *folders):
                enter(folder, one)
            keystore.forget(row.month, keys)
            _finish(row.pk, at)
            done.append(f"month {row.month} erased: {row.reports} reports")
        elif back := set(keystore.fingerprints(row.month)) & set(keys):
            keystore.forget(row.month, keys)
            done.append(f"month {row.month} was erased and {len(back)} of its keys came back: they are deleted again")
    return tuple(done)


@transaction.atomic
def _finish(erasure: int, at: datetime) -> None:
    row = Erasure.objects.select_for_update().get(pk=erasure)
    if row.finished_at is not None:
        return
    _empty(row.month, at)
    row.finished_at = at
    row.save(update_fields=["finished_at"])
    record(actor="system", verb="finish erasure", thing=f"hotline/month/{row.month}", at=at, reports=row.reports)


def _empty(month: str, at: datetime) -> None:
    """Nothing sealed stays in the rows of a month, nor what finds an address or a sender; a case that was open is closed."""
    Message.objects.filter(Q(report__month=month) | Q(month=month)).update(
        for_reporter=b"", for_desk=b"", own_key=b"", mark=None
    )  # fmt: skip
    Report.objects.filter(month=month).update(own_public=b"", own_key=b"", body=b"", reply_to=b"", mark="", state="closed")
    Draft.objects.filter(report__month=month).update(sealed=b"")
    Trace.objects.filter(address__case__report__month=month).update(sealed=b"", contacts="")
    lines = Notice.objects.filter(lines__address__case__report__month=month)
    notices = Notice.objects.filter(pk__in=list(lines.values_list("pk", flat=True)))
    notices.filter(state__in=(Standing.DRAFT, Standing.READY)).update(state=Standing.DROPPED)
    notices.update(sealed=b"", page=b"", page_digest="")
    CaseAddress.objects.filter(case__report__month=month).update(
        sealed=b"", access=b"", for_service=b"", blind="", trace_asked_at=None
    )  # fmt: skip
    for number in Report.objects.filter(month=month, case=None).values_list("pk", flat=True):
        Case.objects.create(report_id=number, state=State.NEW)
    cases = Case.objects.filter(report__month=month)
    open_ones = list(cases.exclude(state=State.CLOSED).values_list("pk", flat=True))
    CaseEvent.objects.bulk_create(CaseEvent(case_id=number, at=at, by="system", verb="erase") for number in open_ones)
    cases.filter(pk__in=open_ones).update(
        state=State.CLOSED, reason=ERASED, closed_at=at, due_at=None, claimed_by=None, claimed_until=None
    )
    cases.update(hold_officer="", hold_reason="", partner_number="")


def replay(*, folders: Sequence[Path], at: datetime) -> tuple[str, ...]:
    """Erase again, in the caller's transaction, each month of the ledgers in these folders of which rows came back; answers which.

    Their keys follow with `finish_erasures`, before anything can open them.
    """
    again = []
    for one in erased(*folders):
        row = Erasure.objects.filter(month=one.month).first()
        if row is not None and row.finished_at is not None:
            continue
        if row is None:
            count = Report.objects.filter(month=one.month).count()
            _enter(one.month, datetime.fromisoformat(one.at), "system", one.keys, count, LEDGER)
        _empty(one.month, at)
        again.append(one.month)
    return tuple(again)
