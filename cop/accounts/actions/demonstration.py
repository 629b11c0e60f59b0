"""The cast of a demonstration and its one-time links."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from cop.accounts.actions.grants import give, record_clearance
from cop.accounts.actions.invitations import make_person
from cop.accounts.actions.refusals import Refused
from cop.accounts.core.clearance import Requirement
from cop.accounts.core.keys import digest_of, new_key
from cop.accounts.models import OneTimeLink, Person
from cop.accounts.queries.rights import Card, card
from cop.ground.core.door import mark
from cop.ground.public import record

HOTLINE = ("analyst@centre.example", "second.analyst@centre.example", "lead@centre.example")
# Label, address, name, role, scope.
CAST = (
    ("administrator", "administrator@centre.example", "Ada Min", "administrator", ""),
    ("programme officer", "officer@centre.example", "Petra Gram", "programme_officer", ""),
    ("reviewer", "reviewer@centre.example", "Rui Viewer", "reviewer", ""),
    ("focal point of Costa Rica", "focal.point@ministry.example", "Fausto Puente", "focal_point", "round/cop-2026/CRI"),
    ("contributor for Costa Rica", "contributor@police.example", "Constanza Tribu", "contributor", "round/cop-2026/CRI/law"),
    ("hotline analyst", HOTLINE[0], "Ana Lyst", "analyst", "hotline"),
    ("second hotline analyst", HOTLINE[1], "Sec Onda", "analyst", "hotline"),
    ("hotline lead", HOTLINE[2], "Lea Derr", "lead", "hotline"),
    ("superior in Costa Rica", "superior@ministry.example", "Sofía Perior", "superior", "round/cop-2026/CRI"),
)  # fmt: skip
LIFE = timedelta(days=7)


@transaction.atomic
def demonstration_links(at: datetime) -> list[tuple[str, str]]:
    """The cast of a demonstration, made where it is missing, each with a fresh one-time link: (label, address path).

    Earlier links end. The pages take a link only in a demonstration and from the same machine; it stands in for password
    and second factor.
    """
    OneTimeLink.objects.all().delete()
    links = []
    for label, email, name, role, scope in CAST:
        person = Person.objects.filter(email=email).first() or make_person(email=email, name=name, language="en", at=at)
        give(person_id=person.pk, role=role, scope=scope, at=at, actor="system")
        if email in HOTLINE:
            _clear(person.pk, at)
        key = new_key()
        OneTimeLink.objects.create(person=person, digest=digest_of(key), made_at=at, expires_at=at + LIFE)
        links.append((label, f"/desk/accounts/demonstration/{key}/"))
    record(actor="system", verb="print demonstration links", thing="accounts", at=at, links=len(links))
    return links


def _clear(person: int, at: datetime) -> None:
    """Vetting, training and code of conduct, without which the roles of the hotline give no right."""
    for requirement in Requirement:
        record_clearance(
            person_id=person, requirement=requirement, done_on=at.date(), valid_until=(at + LIFE * 50).date(), at=at, actor="system"
        )


def hotline_team() -> tuple[Card, ...]:
    """The demonstration's analysts and its lead, in this order."""
    rows = {person.email: card(person) for person in Person.objects.filter(email__in=HOTLINE)}
    return tuple(rows[email] for email in HOTLINE)


@transaction.atomic
def use_link(*, key: str, at: datetime) -> Person:
    """Use up a one-time link at `at`; returns whose it is. Raises Refused for one that was used or never existed."""
    rows = OneTimeLink.objects.filter(digest=digest_of(key), used_at=None, expires_at__gt=at)
    found = rows.select_related("person").first()
    if found is None or not rows.update(used_at=at):
        raise Refused(mark("This link was used already. Start the demonstration again for fresh ones."))
    record(actor=found.person.pseudonym, verb="sign in to demonstration", thing="accounts", at=at)
    person: Person = found.person
    return person
