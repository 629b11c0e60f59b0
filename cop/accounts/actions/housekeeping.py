"""What is due in `accounts`: what ended is forgotten, and who is about to lose rights is told."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from cop.accounts.actions.mails import mail
from cop.accounts.core.clearance import REQUIREMENTS
from cop.accounts.core.matrix import matrix
from cop.accounts.models import DaySalt, DeskSession, FailedTries, Grant, Invitation, OneTimeLink, UsedCode
from cop.accounts.queries.rights import clearances
from cop.ground.core.door import mark
from cop.ground.public import record

NOTICE = timedelta(days=30)
KEPT = timedelta(days=90)
SUBJECT = mark("Something you need for your role is about to end")
ENDS = mark("It ends within 30 days. Without it your role gives no rights from the next day on. Ask your administrator in time.")


@transaction.atomic
def forget_what_ended(at: datetime) -> int:
    """Deletes sessions, codes, links and salts that ended before `at`, and invitations 90 days after their end.

    Answers how many rows went.
    """
    rows = (
        DeskSession.objects.filter(expire_date__lt=at),
        UsedCode.objects.filter(used_at__lt=at - timedelta(hours=1)),
        OneTimeLink.objects.filter(expires_at__lt=at),
        FailedTries.objects.filter(day__lt=at.date()),
        DaySalt.objects.filter(day__lt=at.date()),
        Invitation.objects.filter(expires_at__lt=at - KEPT),
    )
    gone = sum(found.delete()[0] for found in rows)
    if gone:
        record(actor="system", verb="forget what ended", thing="accounts", at=at, rows=gone)
    return gone


@transaction.atomic
def warn_of_ends(at: datetime) -> int:
    """Tells holders of sensitive roles, once, of each clearance that ends within 30 days and has no successor (S-27).

    Answers how many clearances that were.
    """
    sensitive = [role.code for role in matrix().roles if role.sensitive]
    running = Grant.objects.filter(role__in=sensitive, given_at__lte=at, person__is_active=True).exclude(ends_at__lte=at)
    told = 0
    for person_id, pseudonym in running.values_list("person_id", "person__pseudonym").distinct():
        latest = {}
        for one in reversed(clearances(person_id)):
            latest[one.requirement] = one
        for requirement, one in latest.items():
            if at.date() <= one.valid_until <= (at + NOTICE).date():
                key = f"clearance/{pseudonym}/{requirement}/{one.valid_until}"
                mail(
                    person_id=person_id, kind="clearance", subject=SUBJECT, parts=(REQUIREMENTS[requirement], ENDS), at=at, key=key
                )
                told += 1
    return told
