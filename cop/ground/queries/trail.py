"""What the audit trail says: its entries, its head, whether it is whole, and pages of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.db import DatabaseError
from django.db.models import Q

from cop.ground.core.trail import Entry, Fault, Finding, Head, read_head, signed, verify
from cop.ground.exchange.audit_key import lodged, own_key, public_keys
from cop.ground.models import AuditEntry, AuditHead

_PARTS = ("number", "at", "actor", "verb", "thing", "details", "previous", "digest")
_UNREADABLE = (ValueError, TypeError, AttributeError, OverflowError, DatabaseError)
CHUNK = 2000


def entries(first: int = 1) -> Iterator[Entry]:
    """Every entry from number `first` on, in order, read in chunks."""
    for row in AuditEntry.objects.filter(number__gte=first).order_by("number").values_list(*_PARTS).iterator(CHUNK):
        yield Entry(*row)


def stored_head() -> Head:
    """The head kept beside the trail; number 0 for an empty one."""
    row = AuditHead.objects.filter(pk=1).first()
    return Head(row.number, row.digest) if row is not None else Head()


def head_line(folder: Path) -> str:
    """The head of the trail, signed with the centre's own key in `folder`: one line to be written down."""
    return signed(stored_head(), own_key(folder))


def verify_trail(folder: Path, heads: Sequence[str] = ()) -> Finding | None:
    """The first fault of the trail, or None: held against its own head, against heads lodged in `folder` and against `heads`.

    Raises BadHead for a line in `heads` that no key of this centre signed.
    """
    keys = public_keys(folder)
    known = [read_head(line, keys) for line in (*heads, *lodged(folder))]
    read = 0

    def counted() -> Iterator[Entry]:
        nonlocal read
        for entry in entries():
            read += 1
            yield entry

    try:
        return verify(counted(), stored_head(), known)
    except _UNREADABLE:
        number = _first_unreadable(max(read, 1))
        return Finding(Fault.ALTERED, number, f"entry {number} was altered: it can't be read any more")


def _first_unreadable(number: int) -> int:
    """From `number` on, the first entry that can't be read by itself; entries of one chunk fail together."""
    last = stored_head().number
    while number <= last:
        try:
            Entry(*AuditEntry.objects.filter(number=number).values_list(*_PARTS).get()).right_digest  # noqa: B018
        except (*_UNREADABLE, AuditEntry.DoesNotExist):
            return number
        number += 1
    return number


def count() -> int:
    """How many entries there are."""
    found: int = AuditEntry.objects.count()
    return found


def entries_of(*verbs: str, thing: str = "") -> tuple[Entry, ...]:
    """Entries with one of `verbs`, in order; those about one `thing` where it is given."""
    rows = AuditEntry.objects.filter(verb__in=verbs).order_by("number")
    return tuple(Entry(*row) for row in (rows.filter(thing=thing) if thing else rows).values_list(*_PARTS))


def found_entries(*, q: str = "", actor: str = "", before: int = 0, most: int = 100) -> tuple[Entry, ...]:
    """Entries that hold `q` in actor, verb, thing or details, newest first: at most `most`, older than number `before`."""
    rows: Any = AuditEntry.objects.order_by("-number")
    if q:
        rows = rows.filter(Q(actor__icontains=q) | Q(verb__icontains=q) | Q(thing__icontains=q) | Q(details__icontains=q))
    if actor:
        rows = rows.filter(actor=actor)
    if before:
        rows = rows.filter(number__lt=before)
    return tuple(Entry(*row) for row in rows.values_list(*_PARTS)[:most])
