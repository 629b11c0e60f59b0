"""Personal tokens of machines, and codes that work once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from cop.accounts.actions.refusals import Refused
from cop.accounts.core.keys import digest_of, new_key
from cop.accounts.core.matrix import matrix
from cop.accounts.models import Person, Token, UsedCode
from cop.ground.core.door import mark
from cop.ground.public import record

LONGEST_DAYS = 366
MOST = 20
CODE_LIFE = timedelta(minutes=10)
PREFIX = "cop_"


@transaction.atomic
def make_token(*, person_id: int, name: str, permissions: Sequence[str], days: int, at: datetime) -> str:
    """A new personal token, limited to `permissions` and to `days` (1 to 366). The key is returned here and kept nowhere.

    Raises UnknownCode for a permission that doesn't exist, Refused for none, too many tokens, or a term out of range.
    """
    for permission in permissions:
        matrix().permission(permission)
    if not permissions:
        raise Refused(mark("Choose at least one permission."))
    if not 1 <= days <= LONGEST_DAYS:
        raise Refused(mark("A token lasts from one day to one year."))
    person = Person.objects.select_for_update().get(pk=person_id)
    if Token.objects.filter(person=person, ended_at=None, expires_at__gt=at).count() >= MOST:
        raise Refused(mark("You have twenty tokens already. End one first."))
    key = PREFIX + new_key()
    row = Token.objects.create(
        person=person,
        name=name,
        permissions=sorted(set(permissions)),
        digest=digest_of(key),
        made_at=at,
        expires_at=at + timedelta(days=days),
    )
    record(
        actor=person.pseudonym, verb="make token", thing=f"token/{row.pk}", at=at, permissions=" ".join(row.permissions), days=days
    )
    return key


@transaction.atomic
def end_token(*, person_id: int, token_id: int, at: datetime) -> None:
    """End a person's own token. Raises Refused where it ended already or is another's."""
    if not Token.objects.filter(pk=token_id, person_id=person_id, ended_at=None).update(ended_at=at):
        raise Refused(mark("This token has ended already."))
    person = Person.objects.get(pk=person_id)
    record(actor=person.pseudonym, verb="end token", thing=f"token/{token_id}", at=at)


@transaction.atomic
def take_code(*, person_id: int, code: str, at: datetime) -> bool:
    """Uses up a code of an authenticator app. False where the same person used it within ten minutes."""
    UsedCode.objects.filter(used_at__lt=at - CODE_LIFE).delete()
    _, fresh = UsedCode.objects.get_or_create(
        person_id=person_id, digest=digest_of(f"{person_id} {code}"), defaults={"used_at": at}
    )
    return fresh
