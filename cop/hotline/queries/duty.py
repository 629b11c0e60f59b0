"""The duty desk's lane: dangers that wait, how each stands, and whether the way there was tested."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from cop.ground.public import mail_states
from cop.hotline.core.duty import OPEN, TEST_LASTS, DutyRules, Lane, Trial, is_tested, lane
from cop.hotline.models import DutyAlarm, DutyMessage, Report

PAGE, MOST = 50, 200


@dataclass(frozen=True)
class Sending:
    """One message to the duty desk. `state` is pending, sent, failed, or that of its mail in the outbox."""

    id: int
    report: int | None
    sent_at: datetime
    sent_by: str
    note: str
    channel: str
    state: str
    problem: str
    acknowledged_at: datetime | None
    acknowledged_by: str


@dataclass(frozen=True)
class Danger:
    """One report that says that a child is in danger; `rung` is how often the alarm rang."""

    report: int
    reference: str
    received_at: datetime
    lane: Lane
    rung: int
    rung_at: datetime | None
    ending: str
    aside_by: str
    sendings: tuple[Sending, ...]


def _dangers() -> QuerySet[Report]:
    messages = Prefetch("duty_messages", DutyMessage.objects.order_by("pk"))
    found = Report.objects.filter(danger=True).select_related("duty_alarm").prefetch_related(messages)
    return found.only("reference", "received_at", "danger", "duty_alarm")


def _open() -> QuerySet[Report]:
    answered = DutyMessage.objects.filter(report=OuterRef("pk")).exclude(acknowledged_at=None)
    return _dangers().filter(Q(duty_alarm=None) | Q(duty_alarm__aside_at=None)).exclude(Exists(answered))


def open_dangers(at: datetime) -> list[Danger]:
    """The oldest 200 dangers that nobody has dealt with: unsent first, then where the duty desk is silent. Three queries."""
    return sorted(_read(_open().order_by("pk")[:MOST], at), key=lambda one: (OPEN.index(one.lane), one.report))


def past_dangers(at: datetime) -> list[Danger]:
    """The newest dangers that were dealt with, at most 50. Three queries."""
    answered = DutyMessage.objects.filter(report=OuterRef("pk")).exclude(acknowledged_at=None)
    found = _dangers().filter(Exists(answered) | Q(duty_alarm__aside_at__isnull=False)).order_by("-pk")
    return _read(found[:PAGE], at)


def alarms(at: datetime) -> int:
    """How many dangers wait for somebody of the centre: unsent, or the duty desk is silent."""
    return sum(one.lane is not Lane.WAITING for one in open_dangers(at))


def _read(rows: QuerySet[Report], at: datetime) -> list[Danger]:
    found = list(rows)
    mails = mail_states([one.mail_key for row in found for one in row.duty_messages.all() if one.mail_key])
    return [_danger(row, mails, at) for row in found]


def _danger(row: Report, mails: dict[str, tuple[str, str]], at: datetime) -> Danger:
    alarm: DutyAlarm | None = getattr(row, "duty_alarm", None)
    sendings = tuple(_sending(one, mails) for one in row.duty_messages.all())
    standing = lane(
        sent=[one.sent_at for one in sendings if one.state not in ("failed", "refused")],
        answered=any(one.acknowledged_at for one in sendings), aside=alarm is not None and alarm.aside_at is not None, at=at,
    )  # fmt: skip
    return Danger(
        row.pk, row.reference, row.received_at, standing, alarm.rung if alarm else 0, alarm.rung_at if alarm else None,
        alarm.ending if alarm else "", alarm.aside_by if alarm else "", sendings,
    )  # fmt: skip


def _sending(row: DutyMessage, mails: dict[str, tuple[str, str]]) -> Sending:
    state, problem = mails.get(row.mail_key, (row.state, row.problem)) if row.mail_key else (row.state, row.problem)
    return Sending(
        row.pk, row.report_id, row.sent_at, row.sent_by, row.note, row.channel, state, problem, row.acknowledged_at,
        row.acknowledged_by,
    )  # fmt: skip


def trials_of(rules: DutyRules) -> list[Sending]:
    """The newest tests of the declared way, at most ten. Two queries."""
    rows = list(DutyMessage.objects.filter(report=None, target=rules.target).order_by("-pk")[:10])
    mails = mail_states([one.mail_key for one in rows if one.mail_key])
    return [_sending(one, mails) for one in rows]


def lane_tested(rules: DutyRules, at: datetime) -> bool:
    """Was the way to the declared duty desk tested within 30 days (DUTY-02)? One query, none without a way."""
    if not rules.channel:
        return False
    rows = DutyMessage.objects.filter(report=None, target=rules.target, sent_at__gt=at - TEST_LASTS).exclude(acknowledged_at=None)
    trials = (Trial(target, sent, told) for target, sent, told in rows.values_list("target", "sent_at", "acknowledged_at"))
    return is_tested(rules, trials, at)


def known_code(digest: str) -> tuple[bool, datetime | None] | None:
    """A message by the digest of its code: is it a test, and when was it acknowledged? None for an unknown one."""
    row = DutyMessage.objects.filter(digest=digest).values_list("report", "acknowledged_at").first()
    return (row[0] is None, row[1]) if row else None
