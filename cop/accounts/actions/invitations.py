"""Invite people, and let them in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction

from cop.accounts.actions.grants import ENDED, give
from cop.accounts.actions.refusals import Refused
from cop.accounts.core.keys import digest_of, new_key, new_pseudonym
from cop.accounts.core.matrix import matrix
from cop.accounts.core.scopes import BAD_SCOPE, is_scope
from cop.accounts.core.terms import last_day
from cop.accounts.models import Invitation, Person
from cop.accounts.queries.invitations import open_invitation
from cop.ground.core.door import BY_CODE, mark, words
from cop.ground.public import post, record

DAYS = 14


@transaction.atomic
def invite(
    *, email: str, role: str, scope: str, at: datetime, actor: str, language: str, ends_at: datetime | None = None
) -> str:  # fmt: skip
    """Invite `email` to `role` in `scope`; returns the address path of the invitation, which is shown here and in the mail only.

    The role ends at `ends_at`, where one is named, and the invitation no later.
    Raises UnknownCode for a role that doesn't exist, Refused for a bad scope or language, or for an end that has passed.
    """
    found = matrix().role(role)
    if not is_scope(scope):
        raise Refused(BAD_SCOPE)
    if language not in BY_CODE:
        raise Refused(mark("This is none of the six languages."))
    if ends_at is not None and ends_at <= at:
        raise Refused(ENDED)
    key = new_key()
    row = Invitation.objects.create(
        email=email.lower(), role=role, scope=scope, language=language, digest=digest_of(key), invited_by=actor,
        invited_at=at, expires_at=min(at + timedelta(days=DAYS), ends_at or datetime.max.replace(tzinfo=UTC)), ends_at=ends_at,
    )  # fmt: skip
    path = f"/desk/accounts/invitation/{key}/"
    t = words(language)
    body = "\n\n".join((
        t("You are invited to work in the COP Centre as: %(role)s.", role=t(found.label)),
        t("Open this address to accept. It works once, until %(date)s.", date=t.date(last_day(row.expires_at))),
        settings.COP_DESK_ADDRESS + path,
        t("If you did not expect this, do nothing. Nobody can use the invitation without this mail."),
    ))  # fmt: skip
    post(kind="invitation", to=row.email, subject=t("Invitation to the COP Centre"), body=body, at=at, key=f"invitation/{row.pk}")
    until = {"until": ends_at.isoformat()} if ends_at is not None else {}
    record(actor=actor, verb="invite", thing=f"invitation/{row.pk}", at=at, role=role, scope=scope or "/", **until)
    return path


@transaction.atomic
def accept(*, key: str, name: str, language: str, password: str, at: datetime) -> int:
    """Accept an invitation: makes the person with this name, language and password, and gives the role. Returns the person's id.

    Where the address belongs to a person already, only the role is given, and name, language and password are left as they are.
    Raises Refused for an invitation that was used, has run out, was withdrawn or never existed.
    """
    row = open_invitation(key, at)
    if row is None:
        raise Refused(mark("This invitation was used, has run out or never existed. Ask for a new one."))
    Invitation.objects.select_for_update().filter(pk=row.id).first()
    if not Invitation.objects.filter(pk=row.id, accepted_at=None, withdrawn_at=None).update(accepted_at=at):
        raise Refused(mark("This invitation was used, has run out or never existed. Ask for a new one."))
    person = Person.objects.filter(email=row.email).first()
    if person is None:
        person = make_person(email=row.email, name=name, language=language, at=at)
        person.set_password(password)
        person.save()
    give(person_id=person.pk, role=row.role, scope=row.scope, at=at, actor=row.invited_by, ends_at=row.ends_at)
    record(actor=person.pseudonym, verb="accept invitation", thing=f"invitation/{row.id}", at=at)
    return int(person.pk)


@transaction.atomic
def withdraw_invitation(*, invitation_id: int, at: datetime, actor: str) -> None:
    """Make an open invitation worthless. Raises Refused where it is not open."""
    rows = Invitation.objects.filter(pk=invitation_id, accepted_at=None, withdrawn_at=None)
    if not rows.update(withdrawn_at=at):
        raise Refused(mark("This invitation is not open."))
    record(actor=actor, verb="withdraw invitation", thing=f"invitation/{invitation_id}", at=at)


def make_person(*, email: str, name: str, language: str, at: datetime) -> Person:
    """A new row of a person without a password, with a fresh pseudonym and an address that counts as confirmed."""
    pseudonym = new_pseudonym()
    while Person.objects.filter(pseudonym=pseudonym).exists():
        pseudonym = new_pseudonym()
    person = Person(email=email.lower(), name=name, language=language, pseudonym=pseudonym, joined_at=at)
    person.set_unusable_password()
    person.save()
    EmailAddress.objects.create(user=person, email=person.email, primary=True, verified=True)
    return person
