"""Open and close the hotline: only a whole go-live declaration, with a last day, opens it (S-02)."""

from __future__ import annotations

import hashlib
from datetime import date, datetime

from django.db import transaction

from cop.ground.core.door import Sentence
from cop.ground.public import record
from cop.hotline.core.golive import read_declaration
from cop.hotline.models import Opening
from cop.hotline.queries.opening import local_day

LONGEST_DAYS = 366


class NotOpened(ValueError):
    """A last day to which the hotline can't be opened; the message says why."""


@transaction.atomic
def open_hotline(*, until: date, declaration: str, actor: str, at: datetime) -> str:
    """Open the hotline to the end of `until`, under the declaration in a text; an earlier one ends. Answers the text's SHA-256.

    `actor` is the pseudonym of the lead who answers for it (GATE-01); days are those of the hotline's zone (GATE-02).
    Raises BadDeclaration for a text in which a part lacks, NotOpened for a day that is past, a year off or after the legal basis.
    """
    read = read_declaration(declaration)
    day = local_day(at, read)
    if not day <= until or (until - day).days > LONGEST_DAYS:
        raise NotOpened(Sentence("the last day %(day)s must be from today to a year from now", day=until))
    if until > read.expires:
        raise NotOpened(Sentence("the legal basis ends on %(end)s, before %(day)s", end=read.expires, day=until))
    digest = hashlib.sha256(declaration.encode()).hexdigest()
    Opening.objects.filter(closed_at=None).update(closed_at=at, closed_by=actor)
    Opening.objects.create(
        declared_at=at, declared_by=actor, until=until, hours=read.texts["hotline.hours"], declaration=declaration, digest=digest,
    )  # fmt: skip
    record(actor=actor, verb="open", thing="hotline", at=at, until=until.isoformat(), declaration=digest)
    return digest


@transaction.atomic
def close_hotline(*, actor: str, at: datetime) -> bool:
    """Close the hotline at once; False where it was not open."""
    closed = Opening.objects.filter(closed_at=None).update(closed_at=at, closed_by=actor)
    if closed:
        record(actor=actor, verb="close", thing="hotline", at=at)
    return bool(closed)
