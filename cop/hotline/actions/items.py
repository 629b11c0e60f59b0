"""Describe a content item at an address, in codes alone; and the way to an address, sealed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from cop.accounts.public import Card
from cop.ground.core.door import Sentence, mark
from cop.ground.public import record
from cop.hotline.actions.events import note
from cop.hotline.core.case import NotAllowed
from cop.hotline.core.facts import AGES, WORDS_OF_WAY, AccessFacts, ItemFacts, pack_facts
from cop.hotline.core.sealing import seal_access
from cop.hotline.models import Case, CaseAddress, Item
from cop.hotline.queries.cases import way_of

MOST_ITEMS = 500


@transaction.atomic
def describe(*, number: int, name: str, facts: ItemFacts, by: Card, at: datetime) -> int:
    """Add an item to an address of a case that one has; the case's age becomes that of the youngest. Answers the item's number.

    Raises NotAllowed for who has not taken the case, CaseAddress.DoesNotExist.
    """
    case = _taken(number, by, at)
    address = CaseAddress.objects.get(name=name, case=case)
    if address.items.count() >= MOST_ITEMS:
        raise NotAllowed("CASE-14", Sentence("an address holds at most %(most)s items", most=MOST_ITEMS))
    row = Item.objects.create(address=address, facts=pack_facts(facts), by_id=by.id, at=at)
    ages = {json.loads(item.facts)["age"] for item in Item.objects.filter(address__case=case)}
    case.age = next((age for age in AGES if age in ages and age != "unknown"), "unknown")
    case.save(update_fields=["age"])
    note(address, by=by.pseudonym, at=at, verb="add item", age=facts.age, sex=facts.sex, content=facts.content)
    record(actor=by.pseudonym, verb="add item", thing=f"hotline/case/{number}", at=at, address=name, item=row.pk)
    return row.pk


@transaction.atomic
def note_access(*, number: int, name: str, facts: AccessFacts, own: bytes, by: Card, at: datetime) -> None:
    """Note the way to an address of a case that one has, sealed to the report's own key `own`; a later note replaces it (CLASS-06).
    Words that a later note leaves out stay: no page shows them, so nobody can write them again.

    Raises NotAllowed for who has not taken the case, CaseAddress.DoesNotExist.
    """
    case = _taken(number, by, at)
    address = CaseAddress.objects.get(name=name, case=case)
    earlier = way_of(address, own)
    words = {word: earlier[word] for word in WORDS_OF_WAY if earlier.get(word) and not getattr(facts, word)}
    facts = replace(facts, **words)
    address.access = seal_access(pack_facts(facts), bytes(case.report.own_public), name)
    address.save(update_fields=["access"])
    note(address, by=by.pseudonym, at=at, verb="note access")
    record(actor=by.pseudonym, verb="note access", thing=f"hotline/case/{number}", at=at, address=name)


def _taken(number: int, by: Card, at: datetime) -> Case:
    """The case, locked, where this person has it. Raises NotAllowed."""
    case = Case.objects.select_for_update(of=("self",)).select_related("report").get(pk=number)
    if case.claimed_by_id != by.id or case.claimed_until is None or at >= case.claimed_until:
        raise NotAllowed("CASE-01", mark("take the case first; a lock ends after half an hour without a step"))
    return case
