"""Close and reopen accounts; reset what protects them."""

from __future__ import annotations

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction

from cop.accounts.actions.grants import another_administrator
from cop.accounts.actions.refusals import Refused
from cop.accounts.models import DeskSession, Grant, Person, Token
from cop.ground.core.door import mark
from cop.ground.public import record

LAST = mark("This is the last administrator. Give the role to somebody else first.")


@transaction.atomic
def close_account(*, person_id: int, at: datetime, actor: str) -> None:
    """Shut a person out at once: sessions and tokens end, roles give no right.

    Raises Refused for oneself or the last administrator.
    """
    person = Person.objects.select_for_update().get(pk=person_id)
    if person.pseudonym == actor:
        raise Refused(mark("Nobody closes their own account."))
    administrates = Grant.objects.filter(person=person, role="administrator", scope="").exclude(ends_at__lte=at).exists()
    if administrates and not another_administrator(person_id, at):
        raise Refused(LAST)
    person.is_active = False
    person.save(update_fields=["is_active"])
    DeskSession.objects.filter(person_id=person_id).delete()
    Token.objects.filter(person=person, ended_at=None).update(ended_at=at)
    record(actor=actor, verb="close account", thing=f"person/{person.pseudonym}", at=at)


@transaction.atomic
def reopen_account(*, person_id: int, at: datetime, actor: str) -> None:
    """Let a person in again; roles that have not ended count again."""
    person = Person.objects.select_for_update().get(pk=person_id)
    person.is_active = True
    person.save(update_fields=["is_active"])
    record(actor=actor, verb="reopen account", thing=f"person/{person.pseudonym}", at=at)


@transaction.atomic
def reset_second_factor(*, person_id: int, at: datetime, actor: str) -> None:
    """For somebody who lost phone and codes: every second factor and session ends; the next sign-in sets one up.

    Raises Refused for oneself.
    """
    person = Person.objects.select_for_update().get(pk=person_id)
    if person.pseudonym == actor:
        raise Refused(mark("Ask another administrator."))
    Authenticator.objects.filter(user=person).delete()
    DeskSession.objects.filter(person_id=person_id).delete()
    record(actor=actor, verb="reset second factor", thing=f"person/{person.pseudonym}", at=at)
