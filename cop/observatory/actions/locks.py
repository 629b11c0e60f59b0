"""Take, give back and hand over the lock of a section (RND-10)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from cop.ground.core.door import mark
from cop.ground.public import record
from cop.observatory.actions.rows import participation_row, thing_of
from cop.observatory.core.rounds.locks import HELD, Lock, holds, is_free
from cop.observatory.core.rounds.refusals import Refused
from cop.observatory.models import Participation, SectionLock


def lock_of(row: SectionLock | None) -> Lock | None:
    """The lock in a row."""
    return Lock(row.holder, row.ends_at, row.asked_by, row.asked_at) if row else None


def keep_lock(row: Participation, section: str, person: str, name: str, at: datetime) -> bool:
    """Take or renew the lock for a person where it is free, inside the caller's transaction. False where another holds it."""
    kept = row.locks.filter(section=section).first()
    lock = lock_of(kept)
    if not is_free(lock, person, at):
        return False
    if kept is None:
        kept = SectionLock(participation=row, section=section)
    if not holds(lock, person, at):
        kept.taken_at = at
        kept.asked_by, kept.asked_name, kept.asked_at = "", "", None
    kept.holder, kept.holder_name, kept.ends_at = person, name[:120] or kept.holder_name, at + HELD
    kept.save()
    return True


@transaction.atomic
def take_section(*, round_id: str, iso3: str, section: str, at: datetime, actor: str, name: str) -> None:
    """Take a section to write in. Raises Refused while another holds it; ask for it then."""
    row = participation_row(round_id, iso3)
    if not keep_lock(row, section, actor, name, at):
        raise Refused("RND-10", mark("Somebody else is writing in this section. Ask for it."))
    record(actor=actor, verb="take section", thing=thing_of(row, section), at=at)


@transaction.atomic
def ask_for_section(*, round_id: str, iso3: str, section: str, at: datetime, actor: str, name: str) -> None:
    """Ask the holder for a section. The holder sees it and may hand it over; after two minutes it may be taken."""
    row = participation_row(round_id, iso3)
    kept = row.locks.filter(section=section).first()
    if kept is None or is_free(lock_of(kept), actor, at):
        keep_lock(row, section, actor, name, at)
        record(actor=actor, verb="take section", thing=thing_of(row, section), at=at)
        return
    if kept.asked_by != actor:
        kept.asked_by, kept.asked_name, kept.asked_at = actor, name[:120], at
        kept.save()
    record(actor=actor, verb="ask for section", thing=thing_of(row, section), at=at)


@transaction.atomic
def release_section(*, round_id: str, iso3: str, section: str, at: datetime, actor: str) -> None:
    """Give a section back, or hand it over to who asked for it. Raises Refused for one that is held by another."""
    row = participation_row(round_id, iso3)
    kept = row.locks.filter(section=section).first()
    if kept is None or not holds(lock_of(kept), actor, at):
        raise Refused("RND-10", mark("You do not hold this section."))
    if kept.asked_by:
        kept.holder, kept.holder_name, kept.taken_at, kept.ends_at = kept.asked_by, kept.asked_name, at, at + HELD
        kept.asked_by, kept.asked_name, kept.asked_at = "", "", None
        kept.save()
    else:
        kept.delete()
    record(actor=actor, verb="release section", thing=thing_of(row, section), at=at)
