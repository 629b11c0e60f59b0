"""How each month of keys stands: its reports, when it must go, and the holds that keep it (S-30)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Max, Q

from cop.ground.core.door import Sentence
from cop.hotline.core.golive import Declaration
from cop.hotline.core.retention import Kept, Month, Thread, may_be_due, stand, term_of
from cop.hotline.exchange.keystore import Keystore
from cop.hotline.models import Case, CaseEvent, Erasure, Hold, Message, NoticeLine, Report
from cop.hotline.queries.opening import last_declaration, local_day

LOOKS = ("look", "take", "skip", "give back", "erase")  # who only looks at a case keeps nothing alive


@dataclass(frozen=True)
class HoldRow:
    """A hold that stands, as a list shows it; `overdue` where its day of review has passed."""

    id: int
    reference: str
    authority: str
    month: str
    report: int | None
    review_on: date
    placed_by: str
    placed_at: datetime
    overdue: bool


@dataclass(frozen=True)
class ErasureRow:
    """A month that was erased, or is being erased while `finished_at` is empty."""

    month: str
    erased_at: datetime
    by: str
    reports: int
    reason: str
    keys: tuple[str, ...]
    finished_at: datetime | None


def in_force(at: datetime) -> Declaration | None:
    """The declaration whose terms count at `at`; None where there is none, or its legal basis has ended: then nothing is due."""
    held = last_declaration()
    return held if held is not None and local_day(at, held) <= held.expires else None


def standing_months(keystore: Keystore, declaration: Declaration, only: Iterable[str] | None = None) -> tuple[Month, ...]:
    """How each month stands that has keys or records and is not erased, oldest first; `only` those of these. Seven queries."""
    months = set(only) if only is not None else _months(keystore)
    return stand(months, _threads(months, declaration), term_of(declaration.retention), _kept(declaration))


def due_months(keystore: Keystore, declaration: Declaration, at: datetime) -> tuple[Month, ...]:
    """The months that must go now, oldest first. Reads the reports of months alone that are old enough."""
    day, term = local_day(at, declaration), term_of(declaration.retention)
    old = [month for month in _months(keystore) if may_be_due(month, term, day)]
    return tuple(one for one in standing_months(keystore, declaration, old) if one.is_due(day)) if old else ()


def holds(day: date) -> list[HoldRow]:
    """The holds that stand, the one to be reviewed next first. One query."""
    rows = Hold.objects.filter(lifted_at=None).order_by("review_on", "pk")
    return [
        HoldRow(row.pk, row.reference, row.authority, row.month, row.report_id, row.review_on, row.placed_by, row.placed_at,
                Kept(row.reference, row.review_on).overdue(day))
        for row in rows
    ]  # fmt: skip


def erasures() -> list[ErasureRow]:
    """The ledger of erasures in the database, oldest month first. One query."""
    names = ("month", "erased_at", "by", "reports", "reason", "keys", "finished_at")
    return [
        ErasureRow(month, at, by, reports, reason, tuple(keys.split()), done)
        for month, at, by, reports, reason, keys, done in Erasure.objects.order_by("month").values_list(*names)
    ]


def is_erased(*months: str) -> bool:
    """Is one of these months erased, or being erased? One query."""
    found: bool = Erasure.objects.filter(month__in=[month for month in months if month]).exists()
    return found


def _months(keystore: Keystore) -> set[str]:
    found = {*keystore.months()}
    for model in (Report, Message):
        found.update(model.objects.order_by().exclude(month="").values_list("month", flat=True).distinct())
    return found - set(Erasure.objects.values_list("month", flat=True))


def _kept(declaration: Declaration) -> list[Kept]:
    """The legal holds, and the cases of which the police asked to wait: they keep what they name, too."""
    names = ("reference", "review_on", "month", "report_id")
    kept = [Kept(*row) for row in Hold.objects.filter(lifted_at=None).values_list(*names)]
    for number, until in Case.objects.filter(hold_until__isnull=False).values_list("pk", "hold_until"):
        kept.append(Kept(Sentence("police, case %(n)s", n=number), local_day(until, declaration), report=number))
    return kept


def _threads(months: set[str], declaration: Declaration) -> list[Thread]:
    """Every report that needs one of these months, with all months that it needs and the day of the last thing that happened."""
    touching = Q(month__in=months) | Q(pk__in=Message.objects.filter(month__in=months).values("report"))
    rows = list(Report.objects.filter(touching).values_list("pk", "month", "received_at", "case__closed_at"))
    some = Report.objects.filter(touching).values("pk")
    needs: dict[int, set[str]] = {}
    said = Message.objects.filter(report__in=some).order_by().values_list("report", "month").annotate(last=Max("at"))
    moments: dict[int, list[datetime]] = {}
    for number, month, last in said:
        moments.setdefault(number, []).append(last)
        if month:
            needs.setdefault(number, set()).add(month)
    done = CaseEvent.objects.filter(case__in=some).exclude(verb__in=LOOKS).order_by().values_list("case")
    sent = NoticeLine.objects.filter(address__case__in=some).order_by().values_list("address__case")
    for found in (
        done.annotate(last=Max("at")),
        *(sent.annotate(last=Max(F(f"notice__{name}"))) for name in ("prepared_at", "sent_at", "decided_at")),
    ):
        for number, last in found:
            moments.setdefault(number, []).append(last)
    return [
        Thread(
            number, (month, *sorted(needs.get(number, set()) - {month})),
            local_day(max(at for at in (received, closed, *moments.get(number, ())) if at is not None), declaration),
        )
        for number, month, received, closed in rows
    ]  # fmt: skip
