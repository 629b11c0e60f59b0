"""Append to the audit trail."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from cop.ground.core.trail import Head, next_entry
from cop.ground.models import AuditEntry, AuditHead

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
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    row = AuditHead.objects.filter(pk=1).first()
    head = Head(row.number, row.digest) if row is not None else Head()
    entry = next_entry(head, at=at, actor=actor, verb=verb, thing=thing, details=details)
    AuditEntry.objects.create(**vars(entry))
    AuditHead(pk=1, number=entry.number, digest=entry.digest).save(force_insert=row is None, force_update=row is not None)
    return entry.number
