"""Reveal an address, and book the minutes that somebody looked: each reveal is logged before anything is shown."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from cop.accounts.models import Person
from cop.accounts.public import Card
from cop.ground.core.door import Sentence, mark
from cop.ground.public import record
from cop.hotline.actions.events import note
from cop.hotline.core import care
from cop.hotline.core.addresses import defanged
from cop.hotline.core.sealing import open_address
from cop.hotline.models import Case, CaseAddress, Exposure
from cop.hotline.queries.care import exposures_of
from cop.hotline.queries.opening import Rules

MOST_MINUTES = 240


class RevealRefused(Exception):
    """Why an address is not revealed now: the code of the rule, and a sentence."""

    def __init__(self, code: str, text: str) -> None:
        self.code, self.text = code, text
        super().__init__(f"{text} ({code})")


@transaction.atomic
def reveal(
    *, number: int, name: str, own: bytes, at_station: bool, colleagues: int, rules: Rules, by: Card, at: datetime
) -> str:  # fmt: skip
    """One address in full, defanged: to who has the case, on a viewing station, within their caps; `own` is the report's own key.

    The entry stands in the trail before the words leave. Raises RevealRefused (REVEAL-01 to 03, CARE-nn), CaseAddress.DoesNotExist.
    """
    Person.objects.select_for_update().get(pk=by.id)  # two reveals at once would each see the cap of before
    case = Case.objects.get(pk=number)
    if case.claimed_by_id != by.id or case.claimed_until is None or at >= case.claimed_until:
        raise RevealRefused("REVEAL-01", mark("take the case first; an address is revealed to who works on it"))
    row = CaseAddress.objects.get(name=name, case=case)
    if not rules.may_reveal:
        raise RevealRefused("REVEAL-03", mark("no legal basis is recorded, or it has ended; nothing is revealed"))
    if not at_station:
        raise RevealRefused("REVEAL-02", mark("an address is revealed on a registered viewing station only"))
    found = care.standing(exposures_of(by.id, at), at, rules.care, colleagues, rules.work.zone)
    if found.refused:
        code, text = care.REFUSALS[found.refused]
        raise RevealRefused(code, text)
    text = open_address(own, bytes(row.sealed), row.name)
    Exposure.objects.create(person_id=by.id, address=row, at=at)
    note(row, by=by.pseudonym, at=at, verb="reveal")
    record(actor=by.pseudonym, verb="reveal", thing=f"hotline/case/{number}", at=at, address=name)
    return defanged(text)


@transaction.atomic
def book(*, exposure: int, minutes: int, by: Card, at: datetime) -> bool:
    """Book how many minutes somebody looked after a reveal, 1 to 240; False where it was booked already.

    Raises ValueError for other numbers, Exposure.DoesNotExist for a reveal of somebody else.
    """
    if not 1 <= minutes <= MOST_MINUTES:
        raise ValueError(Sentence("book from 1 to %(most)s minutes", most=MOST_MINUTES))
    row = Exposure.objects.select_for_update().get(pk=exposure, person_id=by.id)
    if row.booked_at is not None:
        return False
    row.minutes, row.booked_at = minutes, at
    row.save()
    record(actor=by.pseudonym, verb="book minutes", thing=f"hotline/exposure/{row.pk}", at=at, minutes=minutes)
    return True
