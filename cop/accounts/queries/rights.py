"""Who may do what, where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cop.accounts.core.clearance import Clearance, Requirement
from cop.accounts.core.matrix import Held, matrix
from cop.accounts.core.scopes import above
from cop.accounts.models import Grant, Person, RecordedClearance


@dataclass(frozen=True)
class Card:
    """What a room may know of a person."""

    id: int
    pseudonym: str
    name: str
    email: str
    language: str


def card(person: Person) -> Card:
    """The card of a person's row."""
    return Card(person.pk, person.pseudonym, person.name, person.email, person.language)


def card_of(person_id: int) -> Card | None:
    """The card of the person `person_id` who may sign in; None for nobody or somebody who was shut out."""
    found = Person.objects.filter(pk=person_id, is_active=True).first()
    return card(found) if found else None


def grants_that_count(person_id: int, at: datetime) -> tuple[Held, ...]:
    """The roles of a person that count at `at`, by time and clearance."""
    if not Person.objects.filter(pk=person_id, is_active=True).exists():
        return ()
    known = [role.code for role in matrix().roles]  # a role that a later matrix dropped gives nothing
    rows = Grant.objects.filter(person_id=person_id, role__in=known).values_list("role", "scope", "given_at", "ends_at")
    held = [Held(*row) for row in rows]
    sensitive = any(matrix().role(grant.role).sensitive for grant in held)
    return matrix().counting(held, clearances(person_id) if sensitive else (), at)


def clearances(person_id: int) -> tuple[Clearance, ...]:
    """Every recorded clearance of a person, the latest end first."""
    rows = RecordedClearance.objects.filter(person_id=person_id).order_by("-valid_until", "pk")
    return tuple(Clearance(Requirement(row.requirement), row.done_on, row.valid_until) for row in rows)


def people_holding(role: str, scope: str, at: datetime) -> tuple[Card, ...]:
    """The people whose grant of `role` counts at `at` in `scope`, given there or in a scope above; by name."""
    matrix().role(role)
    rows = Grant.objects.filter(role=role, scope__in=above(scope), person__is_active=True).select_related("person")
    held: dict[int, tuple[Person, list[Held]]] = {}
    for row in rows:
        held.setdefault(row.person_id, (row.person, []))[1].append(Held(row.role, row.scope, row.given_at, row.ends_at))
    cleared: dict[int, list[Clearance]] = {}
    if matrix().role(role).sensitive:
        for row in RecordedClearance.objects.filter(person_id__in=held):
            cleared.setdefault(row.person_id, []).append(Clearance(Requirement(row.requirement), row.done_on, row.valid_until))
    found = [card(person) for key, (person, grants) in held.items() if matrix().counting(grants, cleared.get(key, ()), at)]
    return tuple(sorted(found, key=lambda one: (one.name, one.id)))
