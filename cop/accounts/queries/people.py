"""People as lists and pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from allauth.mfa.models import Authenticator

from cop.accounts.core.clearance import Clearance, Requirement
from cop.accounts.core.matrix import lacking_for, matrix
from cop.accounts.core.terms import last_day
from cop.accounts.models import DeskSession, Grant, Person, RecordedClearance
from cop.accounts.queries.rights import Card, card, clearances


class Standing(StrEnum):
    """Whether a grant gives rights, and why not."""

    COUNTS = "counts"
    LACKS = "lacks"
    ENDED = "ended"
    CLOSED = "closed"


@dataclass(frozen=True)
class GrantRow:
    """A role that a person holds or held: `lacking` are the clearances without which it gives no right."""

    role: str
    label: str
    scope: str
    given_by: str
    given_at: datetime
    ends_at: datetime | None
    standing: Standing
    lacking: tuple[str, ...]

    @property
    def last_day(self) -> date | None:
        """The last day on which the role holds or held, where it has one."""
        return last_day(self.ends_at) if self.ends_at is not None else None


@dataclass(frozen=True)
class PersonRow:
    """A person with the roles that count, for a list."""

    card: Card
    active: bool
    second_factor: bool
    grants: tuple[GrantRow, ...]


@dataclass(frozen=True)
class SessionRow:
    """A session as its person sees it. `name` stands for its key, which is shown nowhere."""

    name: str
    started_at: datetime | None
    seen_at: datetime | None
    this: bool


def _grant_row(grant: Grant, held: tuple[Clearance, ...] | list[Clearance], active: bool, at: datetime) -> GrantRow:
    role = matrix().role(grant.role)
    missing = lacking_for(role, held, at.date())
    if grant.ends_at is not None and grant.ends_at <= at:
        standing = Standing.ENDED
    elif not active:
        standing = Standing.CLOSED
    else:
        standing = Standing.LACKS if missing else Standing.COUNTS
    return GrantRow(grant.role, role.label, grant.scope, grant.given_by, grant.given_at, grant.ends_at, standing, missing)


def _known() -> list[str]:
    return [role.code for role in matrix().roles]


def people(at: datetime, q: str = "", role: str = "") -> tuple[PersonRow, ...]:
    """Everybody, or those whose name, address or pseudonym holds `q` and who hold `role`; ordered by name.

    Four queries at any length.
    """
    everybody = list(Person.objects.order_by("name", "pk"))
    grants: dict[int, list[Grant]] = {}
    for grant in Grant.objects.filter(role__in=_known()).exclude(ends_at__lte=at).order_by("role", "scope"):
        grants.setdefault(grant.person_id, []).append(grant)
    cleared: dict[int, list[Clearance]] = {}
    for row in RecordedClearance.objects.all():
        cleared.setdefault(row.person_id, []).append(Clearance(Requirement(row.requirement), row.done_on, row.valid_until))
    types = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    protected = set(Authenticator.objects.filter(type__in=types).values_list("user_id", flat=True))
    wanted = q.casefold().strip()
    found = []
    for person in everybody:
        if wanted and wanted not in f"{person.name}\n{person.email}\n{person.pseudonym}".casefold():
            continue
        held = tuple(_grant_row(grant, cleared.get(person.pk, []), person.is_active, at) for grant in grants.get(person.pk, []))
        if role and role not in {grant.role for grant in held}:
            continue
        found.append(PersonRow(card(person), person.is_active, person.pk in protected, held))
    return tuple(found)


def person_page(pseudonym: str, at: datetime) -> tuple[PersonRow, tuple[Clearance, ...], tuple[GrantRow, ...]] | None:
    """A person with running grants, every clearance, and grants that ended; None for a pseudonym that nobody has."""
    person = Person.objects.filter(pseudonym=pseudonym).first()
    if person is None:
        return None
    held = clearances(person.pk)
    rows = [
        _grant_row(grant, held, person.is_active, at)
        for grant in Grant.objects.filter(person=person, role__in=_known()).order_by("-given_at", "-pk")
    ]
    types = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    protected = Authenticator.objects.filter(user=person, type__in=types).exists()
    running = tuple(row for row in rows if row.standing is not Standing.ENDED)
    ended = tuple(row for row in rows if row.standing is Standing.ENDED)
    return PersonRow(card(person), person.is_active, protected, running), held, ended


def sessions_of(person_id: int, key: str | None, at: datetime) -> tuple[SessionRow, ...]:
    """The sessions of a person that still run at `at`, the latest first; `key` is the session that asks."""
    rows = DeskSession.objects.filter(person_id=person_id, expire_date__gt=at).order_by("-seen_at", "session_key")
    return tuple(SessionRow(row.name, row.started_at, row.seen_at, row.session_key == key) for row in rows)


def clearance_rows(held: tuple[Clearance, ...], at: date) -> tuple[tuple[Clearance, bool], ...]:
    """Each clearance with whether it is valid on the day `at`."""
    return tuple((one, one.holds(at)) for one in held)
