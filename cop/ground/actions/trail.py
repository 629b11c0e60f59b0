"""Append to the audit trail."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime

from django.db import connection
from django.db.backends.utils import CursorWrapper

from cop.ground.core.trail import Entry, Head, next_entry
from cop.ground.models import AuditEntry, AuditHead

_TABLE, _HEAD = AuditEntry._meta.db_table, AuditHead._meta.db_table  # names of our own tables, so nobody smuggles anything in
_PARTS = tuple(one.name for one in fields(Entry))
_INSERT = f"INSERT INTO {_TABLE} ({', '.join(_PARTS)}) VALUES ({', '.join(['%s'] * len(_PARTS))})"  # noqa: S608
_READ = f"SELECT number, digest FROM {_HEAD} WHERE id = 1"  # noqa: S608
_CHANGE = f"UPDATE {_HEAD} SET number = %s, digest = %s WHERE id = 1"  # noqa: S608
_BEGIN = f"INSERT INTO {_HEAD} (number, digest, id) VALUES (%s, %s, 1)"  # noqa: S608
LOCK = 0x434F5041  # one number for the whole database: who appends the first entry waits for who does, too


class NotInTransaction(RuntimeError):
    """An audit entry stands or falls with what it tells of: it needs the caller's transaction."""


def record(*, actor: str, verb: str, thing: str, at: datetime, **details: str | int) -> int:
    """Append one entry inside the caller's transaction and answer its number (1 and up, without gaps).

    actor: a pseudonym, or "system". thing: a path such as "round/cop-2026/CRI". details: text and whole numbers, never personal
    data. Raises ValueError (BadEntry) for what may not stand in the trail, NotInTransaction outside a transaction.
    """
    if not connection.in_atomic_block:
        raise NotInTransaction(f"{verb} {thing} was to be recorded outside a transaction")
    with connection.cursor() as cursor:  # by hand: half the time of a report's action went into building statements
        row = _head(cursor)
        entry = next_entry(Head(*row) if row else Head(), at=at, actor=actor, verb=verb, thing=thing, details=details)
        _append(cursor, entry, first=row is None)
    return entry.number


def _head(cursor: CursorWrapper) -> tuple[int, str] | None:
    """The head, held until the transaction ends: on PostgreSQL by its row, on SQLite because one transaction alone writes."""
    if connection.vendor != "postgresql":
        return _row(cursor, _READ)
    held = _row(cursor, _READ + " FOR UPDATE")
    if held is None:  # no row to wait for yet
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        held = _row(cursor, _READ + " FOR UPDATE")
    return held


def _row(cursor: CursorWrapper, statement: str) -> tuple[int, str] | None:
    cursor.execute(statement)
    found: tuple[int, str] | None = cursor.fetchone()
    return found


def _append(cursor: CursorWrapper, entry: Entry, *, first: bool) -> None:
    """The entry and the new head; on PostgreSQL in one statement, as everybody who appends waits meanwhile."""
    values = vars(entry) | {"at": connection.ops.adapt_datetimefield_value(entry.at)}
    insert, change = [values[name] for name in _PARTS], [entry.number, entry.digest]
    head = _BEGIN if first else _CHANGE
    if connection.vendor == "postgresql":
        cursor.execute(f"WITH head AS ({head}) {_INSERT}", [*change, *insert])
    else:
        cursor.execute(_INSERT, insert)
        cursor.execute(head, change)
