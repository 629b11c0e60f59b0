"""Mails to people of the centre, in their own language, through the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from cop.accounts.models import Person
from cop.ground.core.door import words
from cop.ground.public import post


@transaction.atomic
def mail(*, person_id: int, kind: str, subject: str, parts: Sequence[str], at: datetime, key: str) -> None:
    """A mail to a person: a subject and paragraphs, English messages that are translated or addresses that stay as they are."""
    person = Person.objects.get(pk=person_id)
    t = words(person.language)
    post(kind=kind, to=person.email, subject=t(subject), body="\n\n".join(t(part) for part in parts), at=at, key=key)
