"""People signed in to the desk, for tests of every room."""

from __future__ import annotations

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.test import Client

from cop.accounts.actions.invitations import make_person
from cop.accounts.models import Person
from cop.accounts.public import SECOND, give
from cop.ground.public import now

HERE = {"origin": "http://testserver"}


def a_person(role: str = "", scope: str = "", email: str = "", name: str = "Kim Example", language: str = "en") -> Person:
    """A person, holding `role` in `scope` where one is named. Each role has one address; the same address is the same person."""
    address = email or f"{(role or 'nobody').replace('_', '.')}@centre.example"
    person = Person.objects.filter(email=address).first() or make_person(email=address, name=name, language=language, at=now())
    if role:
        give(person_id=person.pk, role=role, scope=scope, at=now(), actor="system")
    return person


def signed_in(role: str = "", scope: str = "", person: Person | None = None, **named: str) -> Client:
    """A client signed in with password and second factor; its forms are sent from our own pages. `client.person` is who."""
    who = person or a_person(role, scope, **named)
    app = {"data": {"secret": get_adapter().encrypt("JBSWY3DPEHPK3PXP")}}
    Authenticator.objects.get_or_create(user=who, type=Authenticator.Type.TOTP, defaults=app)
    client = Client(headers=HERE)
    client.force_login(who, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session[SECOND] = True
    session.save()
    client.person = who  # type: ignore[attr-defined]
    return client
