"""Where actions of `accounts` reach the audit trail and the outbox."""

from __future__ import annotations

from datetime import datetime


def record(*, actor: str, verb: str, thing: str, at: datetime, **details: str | int) -> int:
    """An entry of the audit trail."""
    return 0


def post(*, kind: str, to: str, subject: str, body: str, at: datetime, key: str) -> int:
    """A mail into the outbox."""
    return 0
