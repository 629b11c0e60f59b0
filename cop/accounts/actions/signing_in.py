"""What happens around signing in: entries in the trail, sessions that are ended, second factors."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from cop.accounts.actions.refusals import Refused
from cop.accounts.models import DeskSession, Person
from cop.ground.core.door import BY_CODE, mark
from cop.ground.public import record


@transaction.atomic
def signed_in(*, person_id: int, at: datetime) -> None:
    """Somebody signed in."""
    person = Person.objects.get(pk=person_id)
    record(actor=person.pseudonym, verb="sign in", thing=f"person/{person.pseudonym}", at=at)


@transaction.atomic
def account_changed(*, person_id: int, verb: str, at: datetime) -> None:
    """Somebody changed what protects their own account."""
    person = Person.objects.get(pk=person_id)
    record(actor=person.pseudonym, verb=verb, thing=f"person/{person.pseudonym}", at=at)


@transaction.atomic
def second_factor_added(*, person_id: int, kind: str, keep: str, at: datetime) -> None:
    """A second factor was set up: every other session of the person ends, as none proved it. `keep` is this session's key."""
    person = Person.objects.get(pk=person_id)
    DeskSession.objects.filter(person_id=person_id).exclude(session_key=keep).delete()
    record(actor=person.pseudonym, verb="add second factor", thing=f"person/{person.pseudonym}", at=at, kind=kind)


@transaction.atomic
def second_factor_removed(*, person_id: int, kind: str, at: datetime) -> None:
    """A second factor was taken away by its person."""
    person = Person.objects.get(pk=person_id)
    record(actor=person.pseudonym, verb="remove second factor", thing=f"person/{person.pseudonym}", at=at, kind=kind)


@transaction.atomic
def end_session(*, person_id: int, name: str, at: datetime) -> None:
    """End the session of a person that the list shows as `name`. Raises Refused where it ended already."""
    person = Person.objects.get(pk=person_id)
    for row in DeskSession.objects.filter(person_id=person_id):
        if row.name == name:
            row.delete()
            record(actor=person.pseudonym, verb="end session", thing=f"person/{person.pseudonym}", at=at)
            return
    raise Refused(mark("This session has ended already."))


@transaction.atomic
def end_sessions(*, person_id: int, keep: str, at: datetime) -> None:
    """End every session of a person but the one with the key `keep`."""
    person = Person.objects.get(pk=person_id)
    ended, _ = DeskSession.objects.filter(person_id=person_id).exclude(session_key=keep).delete()
    record(actor=person.pseudonym, verb="end sessions", thing=f"person/{person.pseudonym}", at=at, sessions=ended)


@transaction.atomic
def set_language(*, person_id: int, language: str, at: datetime) -> None:
    """The language in which a person reads the desk and gets mails. Raises Refused for another than the six."""
    if language not in BY_CODE:
        raise Refused(mark("This is none of the six languages."))
    person = Person.objects.get(pk=person_id)
    person.language = language
    person.save(update_fields=["language"])
    record(actor=person.pseudonym, verb="set language", thing=f"person/{person.pseudonym}", at=at, language=language)
