"""Tell the duty desk of a child in danger, test the way there, take its word that it has it, and ring while nobody does (S-03)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from cop.accounts.public import Card, people_with
from cop.ground.core.door import mark, words
from cop.ground.public import post, record
from cop.hotline.core.duty import ENDINGS, NOTES, DutyRules, Lane, digest_of, must_ring, new_code, payload
from cop.hotline.exchange.hook import call_hook
from cop.hotline.models import CaseEvent, DutyAlarm, DutyMessage, Report
from cop.hotline.queries.duty import Danger, open_dangers

SCOPE = "hotline"
ROLES = ("analyst", "lead")
ACKNOWLEDGE = "/desk/hotline/acknowledge/"
CODE_LASTS = timedelta(days=30)
LONGEST_WAIT = timedelta(minutes=15)
MOST_AT_ONCE = 20
_SILENT = mark("The duty desk was told and has not answered. Call it.")
_UNSENT = mark("Nobody has told the duty desk yet, or the message did not get there.")


class DutyRefused(ValueError):
    """A step of the duty desk's lane that can't be taken; `text` says why."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(text)


@transaction.atomic
def send_to_duty(*, report: int, by: Card, note: str, rules: DutyRules, at: datetime) -> int:
    """Tell the duty desk that a report says a child is in danger; answers the message's id, for `deliver` (DUTY-03).

    `note` is a code of NOTES. Raises DutyRefused where nothing says that a child is in danger, for an unknown note, or where no way
    to the desk is declared; Report.DoesNotExist.
    """
    row = Report.objects.select_for_update().get(pk=report)
    if not row.danger:
        raise DutyRefused(mark("This report does not say that a child is in danger."))
    if note not in NOTES:
        raise DutyRefused(mark("Choose one of the list."))
    made = _message(row, by.pseudonym, note, rules, at)
    record(actor=by.pseudonym, verb="send to duty desk", thing=f"hotline/report/{report}", at=at, message=made, note=note)
    return made


@transaction.atomic
def send_test(*, by: Card, rules: DutyRules, at: datetime) -> int:
    """Send a test message to the duty desk; answers its id, for `deliver`. Raises DutyRefused where no way there is declared."""
    made = _message(None, by.pseudonym, "", rules, at)
    record(actor=by.pseudonym, verb="test duty desk", thing="hotline/duty", at=at, message=made)
    return made


def _message(report: Report | None, by: str, note: str, rules: DutyRules, at: datetime) -> int:
    if not rules.channel:
        raise DutyRefused(mark("No duty desk is declared. Call the police yourself, and note it here."))
    code = new_code()
    row = DutyMessage.objects.create(
        report=report, sent_at=at, sent_by=by, note=note, channel=rules.channel, target=rules.target, digest=digest_of(code),
        code=code if rules.channel == "hook" else "", next_at=at,
    )  # fmt: skip
    if rules.channel == "mail":
        row.state, row.mail_key, row.next_at = "posted", f"duty/{row.pk}", None
        row.save(update_fields=["state", "mail_key", "next_at"])
        subject, body = _mail(report, code, rules)
        post(kind="duty", to=rules.mail, subject=subject, body=body, at=at, key=row.mail_key)
    return int(row.pk)


def _mail(report: Report | None, code: str, rules: DutyRules) -> tuple[str, str]:
    """Subject and body: whitelisted fields alone, never what a report says (DUTY-03)."""
    t = words(rules.language)
    link = settings.COP_DESK_ADDRESS + ACKNOWLEDGE + code + "/"
    if report is None:
        subject = t("Test of the way to the duty desk")
        parts = [t("This is a test. No child is in danger. Please open this address and press the button, or tell us the code:")]
    else:
        subject = t("A child is said to be in danger: %(reference)s", reference=report.reference)
        when = f"{report.received_at:%Y-%m-%d %H:%M} UTC"
        parts = [
            t("A report to the hotline says that a child is in danger now."),
            t("Reference: %(reference)s. Received: %(when)s.", reference=report.reference, when=when),
            t("Call the hotline to hear what it says. Open this address to say that you have it, or tell us the code:"),
        ]  # fmt: skip
    return subject, "\n\n".join([*parts, link, code, t("This address works once.")])


def deliver(*, message: int, rules: DutyRules, at: datetime) -> str:
    """Call the web hook of a message that waits, outside any transaction; answers its new state.

    What fails is tried anew by `tick`. The code is wiped once the other side has it, or where another desk is declared by now.
    """
    with transaction.atomic():
        row = DutyMessage.objects.select_for_update(of=("self",)).select_related("report").get(pk=message)
        if row.state != "pending" or not row.code:
            return str(row.state)
        row.tries, row.next_at = row.tries + 1, at + min(timedelta(minutes=2 ** min(row.tries, 8)), LONGEST_WAIT)
        row.save(update_fields=["tries", "next_at"])
    if row.target != rules.target:
        return _settled(message, "failed", "another duty desk is declared now; send it again")
    report = row.report
    held = payload(
        kind="danger" if report else "test", reference=report.reference if report else "",
        received_at=report.received_at if report else None, link=settings.COP_DESK_ADDRESS + ACKNOWLEDGE + row.code + "/",
    )  # fmt: skip
    called = call_hook(rules.hook, held)
    return _settled(message, "sent" if called.taken else "pending", called.problem)


@transaction.atomic
def _settled(message: int, state: str, problem: str) -> str:
    row = DutyMessage.objects.select_for_update().get(pk=message)
    row.state, row.problem = state, problem
    if state != "pending":
        row.code, row.next_at = "", None
    row.save(update_fields=["state", "problem", "code", "next_at"])
    return state


def deliver_due(*, rules: DutyRules, at: datetime) -> int:
    """Call the web hook for what waits and is due; answers how many were taken."""
    due = DutyMessage.objects.filter(state="pending", channel="hook").filter(Q(next_at=None) | Q(next_at__lte=at))
    waiting = due.order_by(F("report").asc(nulls_last=True), "pk").values_list("pk", flat=True)[:MOST_AT_ONCE]
    return sum(deliver(message=one, rules=rules, at=at) == "sent" for one in list(waiting))


@transaction.atomic
def acknowledge(*, code: str, by: str, at: datetime) -> bool:
    """The duty desk says that it has a message, by its link (`by` is "duty") or by the code that it read out; once (DUTY-06).

    False for a code that is unknown, used or older than 30 days.
    """
    row = DutyMessage.objects.select_for_update().filter(digest=digest_of(code), acknowledged_at=None).first()
    if row is None or at - row.sent_at > CODE_LASTS:
        return False
    row.acknowledged_at, row.acknowledged_by = at, by
    row.state, row.code, row.next_at = "sent" if row.state == "pending" else row.state, "", None
    row.save(update_fields=["acknowledged_at", "acknowledged_by", "state", "code", "next_at"])
    thing = f"hotline/report/{row.report_id}" if row.report_id else "hotline/duty"
    record(actor=by, verb="acknowledge at duty desk", thing=thing, at=at, message=row.pk)
    return True


@transaction.atomic
def set_aside(*, report: int, by: Card, ending: str, at: datetime) -> None:
    """Say why a danger is not sent, by a code of ENDINGS; the alarm is silent then, and the trail keeps who said it (DUTY-07).

    Raises DutyRefused, Report.DoesNotExist.
    """
    if ending not in ENDINGS:
        raise DutyRefused(mark("Choose one of the list."))
    row = Report.objects.select_for_update().get(pk=report)
    if not row.danger:
        raise DutyRefused(mark("This report does not say that a child is in danger."))
    if ending == "no_danger" and not CaseEvent.objects.filter(case=report, verb="look", by=by.pseudonym).exists():
        raise DutyRefused(mark("Read the report before you say that nobody is in danger."))
    DutyAlarm.objects.update_or_create(report=row, defaults={"aside_at": at, "aside_by": by.pseudonym, "ending": ending})
    record(actor=by.pseudonym, verb="set danger aside", thing=f"hotline/report/{report}", at=at, ending=ending)


def ring(*, at: datetime) -> int:
    """Ring for each danger that nobody sent within five minutes, or that the duty desk is silent about; answers for how many.

    One mail a ring goes to every analyst and lead, however many dangers there are; the ring is in the audit trail (DUTY-04).
    """
    due = [
        one for one in open_dangers(at)
        if must_ring(standing=one.lane, received_at=one.received_at, rung=one.rung, rung_at=one.rung_at, at=at)
    ]  # fmt: skip
    return _ring(due, at) if due else 0


@transaction.atomic
def _ring(dangers: list[Danger], at: datetime) -> int:
    rung = [one for one in dangers if _counted(one, at)]
    if not rung:
        return 0
    people = {person.id: person for role in ROLES for person in people_with(role, SCOPE)}
    for person in people.values():
        t = words(person.language)
        silent = all(one.lane is Lane.SILENT for one in rung)
        why = _SILENT if silent else _UNSENT
        count = t.count("%(n)s report says that a child is in danger.", "%(n)s reports say that a child is in danger.", len(rung))
        named = t("References: %(list)s.", list=", ".join(one.reference for one in rung[:MOST_AT_ONCE]))
        body = "\n\n".join((count, t(why), named, settings.COP_DESK_ADDRESS + "/desk/hotline/danger/"))
        key = f"duty-alarm/{rung[0].report}/{rung[0].rung + 1}/{person.id}"
        post(kind="duty", to=person.email, subject=t("Alarm: a child is said to be in danger"), body=body, at=at, key=key)
    record(
        actor="system", verb="ring for danger", thing="hotline/duty", at=at, dangers=len(rung), first=rung[0].report,
        people=len(people),
    )  # fmt: skip
    return len(rung)


def _counted(danger: Danger, at: datetime) -> bool:
    """One more ring in the danger's row; False where another process rang just now."""
    Report.objects.select_for_update().get(pk=danger.report)
    row, _ = DutyAlarm.objects.get_or_create(report_id=danger.report)
    if row.rung != danger.rung or row.aside_at is not None:
        return False
    row.rung, row.rung_at, row.raised_at = row.rung + 1, at, row.raised_at or at
    row.save(update_fields=["rung", "rung_at", "raised_at"])
    return True
