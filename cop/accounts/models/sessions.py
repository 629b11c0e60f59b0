"""Sessions in the database, each known to belong to a person, so that they can be listed and ended."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from cop.accounts.core.keys import digest_of


class DeskSession(AbstractBaseSession):
    """A session. `seen_at` is the minute of the last request; no network address and no browser name is kept."""

    person_id = models.BigIntegerField(null=True, db_index=True)
    started_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)

    @property
    def name(self) -> str:
        """What a list may show of a session: a digest, as the key itself is the session."""
        return digest_of(self.session_key)[:16]

    @classmethod
    def get_session_store_class(cls) -> type[SessionStore]:
        return SessionStore


class SessionStore(DatabaseStore):
    """Django's database sessions in our own table."""

    @classmethod
    def get_model_class(cls) -> type[DeskSession]:
        return DeskSession

    def create_model_instance(self, data: dict[str, Any]) -> DeskSession:
        row = super().create_model_instance(data)
        person = data.get(SESSION_KEY)
        row.person_id = int(person) if person else None
        row.started_at, row.seen_at = _moment(data.get("started")), _moment(data.get("seen"))
        return row


def _moment(stamp: object) -> datetime | None:
    return datetime.fromtimestamp(stamp, UTC) if isinstance(stamp, int) else None
