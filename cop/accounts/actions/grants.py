"""Give and withdraw roles; record what a sensitive role needs."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from cop.accounts.actions.refusals import Refused
from cop.accounts.core.clearance import LONGEST_DAYS, Requirement
from cop.accounts.core.matrix import matrix
from cop.accounts.core.scopes import BAD_SCOPE, is_scope
from cop.accounts.models import Grant, Person, RecordedClearance
from cop.ground.core.door import mark
from cop.ground.public import record

ENDED = mark("The end of a role lies in the future.")


@transaction.atomic
def give(*, person_id: int, role: str, scope: str, at: datetime, actor: str, ends_at: datetime | None = None) -> bool:
    """Give the person `role` in `scope` from `at`, until `ends_at` where one is named.

    A role held there up to an earlier end is prolonged. False, and nothing changes, where it is held there at least as long.
    Raises UnknownCode for a role that doesn't exist, Refused for a bad scope or an unknown person.
    """
    matrix().role(role)
    if not is_scope(scope):
        raise Refused(BAD_SCOPE)
    person = Person.objects.select_for_update().filter(pk=person_id).first()
    if person is None:
        raise Refused(mark("There is no such person."))
    if ends_at is not None and ends_at <= at:
        raise Refused(ENDED)
    running = Grant.objects.filter(person=person, role=role, scope=scope).exclude(ends_at__lte=at)
    if any(grant.ends_at is None or (ends_at is not None and grant.ends_at >= ends_at) for grant in running):
        return False
    running.update(ends_at=at)
    Grant.objects.create(person=person, role=role, scope=scope, given_by=actor, given_at=at, ends_at=ends_at)
    until = {"until": ends_at.isoformat()} if ends_at is not None else {}
    record(actor=actor, verb="give role", thing=f"person/{person.pseudonym}", at=at, role=role, scope=scope or "/", **until)
    return True


@transaction.atomic
def withdraw(*, person_id: int, role: str, scope: str, at: datetime, actor: str) -> None:
    """End every grant of `role` in exactly `scope`.

    Raises UnknownCode for a role that doesn't exist, Refused where the person holds none there, or is the last administrator.
    """
    matrix().role(role)
    if not is_scope(scope):
        raise Refused(BAD_SCOPE)
    person = Person.objects.select_for_update().filter(pk=person_id).first()
    running = Grant.objects.filter(person_id=person_id, role=role, scope=scope).exclude(ends_at__lte=at)
    if person is None or not running.exists():
        raise Refused(mark("The person does not hold this role here."))
    if role == "administrator" and scope == "" and not another_administrator(person_id, at):
        raise Refused(mark("This is the last administrator. Give the role to somebody else first."))
    running.update(ends_at=at)
    record(actor=actor, verb="withdraw role", thing=f"person/{person.pseudonym}", at=at, role=role, scope=scope or "/")


def another_administrator(person_id: int, at: datetime) -> bool:
    """Is there an administrator of the whole centre, for more than a time, besides this person?

    Whoever asks holds every administrator's grant until the end of the transaction, so that two don't remove one another at once.
    """
    rows = Grant.objects.filter(role="administrator", scope="", ends_at=None)
    list(rows.select_for_update().order_by("pk"))  # asked anew below, after waiting
    return rows.filter(given_at__lte=at, person__is_active=True).exclude(person_id=person_id).exists()


@transaction.atomic
def record_clearance(
    *, person_id: int, requirement: str, done_on: date, valid_until: date, at: datetime, actor: str
) -> None:  # fmt: skip
    """Record vetting, training or conduct of a person with its day and its end (at most three years later).

    Raises Refused for a day in the future, an end before the day, or a person who vouches for herself.
    """
    person = Person.objects.select_for_update().filter(pk=person_id).first()
    if person is None or requirement not in set(Requirement):
        raise Refused(mark("There is no such person."))
    if person.pseudonym == actor:
        raise Refused(mark("Nobody records their own vetting, training or code of conduct. Ask another administrator."))
    if done_on > at.date():
        raise Refused(mark("The day lies in the future."))
    if not 0 <= (valid_until - done_on).days <= LONGEST_DAYS:
        raise Refused(mark("It ends on or after its day, and three years later at the latest."))
    RecordedClearance.objects.create(
        person=person, requirement=requirement, done_on=done_on, valid_until=valid_until, recorded_by=actor, recorded_at=at
    )
    record(
        actor=actor, verb="record clearance", thing=f"person/{person.pseudonym}", at=at,
        requirement=requirement, done_on=done_on.isoformat(), valid_until=valid_until.isoformat(),
    )  # fmt: skip
