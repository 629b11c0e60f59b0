"""Invitations that are open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from cop.accounts.core.keys import digest_of, same
from cop.accounts.core.terms import last_day
from cop.accounts.models import Invitation, Person


@dataclass(frozen=True)
class InvitationCard:
    """An invitation: whom it invites to what, and when it ends. `known` says that the address belongs to a person already."""

    id: int
    email: str
    role: str
    scope: str
    language: str
    invited_by: str
    invited_at: datetime
    expires_at: datetime
    ends_at: datetime | None = None
    known: bool = False

    @property
    def last_day(self) -> date | None:
        """The last day on which the role holds, where it has one."""
        return last_day(self.ends_at) if self.ends_at is not None else None

    @property
    def open_until(self) -> date:
        """The last day on which the invitation can be accepted."""
        return last_day(self.expires_at)


def _card(row: Invitation, known: bool = False) -> InvitationCard:
    return InvitationCard(
        row.pk, row.email, row.role, row.scope, row.language, row.invited_by, row.invited_at, row.expires_at,
        row.ends_at, known,
    )  # fmt: skip


def open_invitation(key: str, at: datetime) -> InvitationCard | None:
    """The invitation of `key` if it can still be accepted at `at`, else None."""
    digest = digest_of(key)
    row = Invitation.objects.filter(digest=digest, accepted_at=None, withdrawn_at=None, expires_at__gt=at).first()
    if row is None or not same(row.digest, digest):
        return None
    return _card(row, Person.objects.filter(email=row.email).exists())


def open_invitations(at: datetime, scope: str = "") -> tuple[InvitationCard, ...]:
    """Invitations that can still be accepted at `at`, in `scope` and below, the newest first."""
    rows = Invitation.objects.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=at).order_by("-invited_at", "-pk")
    if scope:
        rows = rows.filter(scope=scope) | rows.filter(scope__startswith=scope + "/")
    return tuple(_card(row) for row in rows)
