"""Append to the audit trail."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from cop.ground.core.trail import Head, next_entry
from cop.ground.models import AuditEntry, AuditHead

_HEAD = AuditHead._meta.db_table
LOCK = 0x434F5041  # one number for the whole database: who appends waits for the one before


class NotInTransaction(RuntimeError):
    """An audit entry stands or falls with what it tells of: it needs the caller's transaction."""


def record(*, actor: str, verb: str, thing: str, at: datetime, **details: str | int) -> int:
    """Append one entry inside the caller's transaction and answer its number (1 and up, without gaps).

    actor: a pseudonym, or "system". thing: a path such as "round/cop-2026/CRI". details: text and whole numbers, never personal
    data. Raises ValueError (BadEntry) for what may not stand in the trail, NotInTransaction outside a transaction.
    """
    if not connection.in_atomic_block:
        raise NotInTransaction(f"{verb} {thing} was to be recorded outside a transaction")
    with connection.cursor() as cursor:  # three statements by hand: half the time of a report's action went into building them
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute(f"SELECT number, digest FROM {_HEAD} WHERE id = 1")  # noqa: S608 the name of our own table
        row = cursor.fetchone()
        entry = next_entry(Head(*row) if row else Head(), at=at, actor=actor, verb=verb, thing=thing, details=details)
        AuditEntry.objects.create(**vars(entry))
        change = (
            "UPDATE {} SET number = %s, digest = %s WHERE id = 1"
            if row
            else "INSERT INTO {} (number, digest, id) VALUES (%s, %s, 1)"
        )
        cursor.execute(change.format(_HEAD), [entry.number, entry.digest])
    return entry.number
