"""Personal tokens of machines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from cop.accounts.core.keys import digest_of, same
from cop.accounts.models import Token
from cop.accounts.queries.rights import Card, card


@dataclass(frozen=True)
class TokenCard:
    """A token as its person sees it; the key itself is kept nowhere."""

    id: int
    name: str
    permissions: tuple[str, ...]
    made_at: datetime
    expires_at: datetime
    used_on: date | None


def machine_of(key: str, at: datetime) -> tuple[Card, frozenset[str]] | None:
    """Whose token `key` is at `at`, and the permissions it is limited to; None for one that is unknown, ended or run out."""
    digest = digest_of(key)
    row = (
        Token.objects.filter(digest=digest, ended_at=None, expires_at__gt=at, person__is_active=True)
        .select_related("person")
        .first()
    )
    if row is None or not same(row.digest, digest):
        return None
    if row.used_on != at.date():
        Token.objects.filter(pk=row.pk).update(used_on=at.date())
    return card(row.person), frozenset(row.permissions)


def tokens_of(person_id: int, at: datetime) -> tuple[TokenCard, ...]:
    """The tokens of a person that work at `at`, the newest first."""
    rows = Token.objects.filter(person_id=person_id, ended_at=None, expires_at__gt=at).order_by("-made_at", "-pk")
    return tuple(TokenCard(row.pk, row.name, tuple(row.permissions), row.made_at, row.expires_at, row.used_on) for row in rows)
