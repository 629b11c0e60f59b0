"""The hotline of a demonstration: keys with a printed passphrase, an invented declaration, and thirty generated cases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from django.db import transaction

from cop.accounts.public import Card
from cop.ground.core.door import PACKAGE
from cop.hotline.actions import cases
from cop.hotline.actions.contacts import approve_contact, propose_contact
from cop.hotline.actions.figures import publish_year
from cop.hotline.actions.intake import receive
from cop.hotline.actions.items import describe
from cop.hotline.actions.keys import join, set_up
from cop.hotline.actions.opening import open_hotline
from cop.hotline.core.body import read_body
from cop.hotline.core.case import ILLEGAL, PoliceRules
from cop.hotline.core.facts import ItemFacts
from cop.hotline.core.reasons import reasons_for
from cop.hotline.core.receipt import new_seed, opened, receipt_of
from cop.hotline.exchange.keystore import Keystore
from cop.hotline.models import Case, CaseAddress, Report, TeamKey
from cop.hotline.queries.rings import Unlocked

PASSPHRASE = "five words for this demonstration"  # noqa: S105 printed by `cop demo`, and good there alone
DECLARATION = PACKAGE / "hotline" / "data" / "demonstration.toml"
CASES, RECENT = 30, 8
HOSTS = (("Alder Hosting (invented)", "abuse@alder.example", "XA"), ("Birch Servers (invented)", "abuse@birch.example", "XB"))
INDEPENDENCE = "Invented: an advisory board of an invented university looks at the assessments twice a year."
_OUTCOMES = ("baseline", "national", "not_illegal", "unable", "baseline", "national", "gone", "baseline")
_REASONS = {"not_illegal": "adult", "unable": "password", "gone": "removed_before"}
_CONCERNS = ("abuse_material", "abuse_material", "grooming", "sextortion", "live_abuse", "other")
_COUNTRIES = ("XA", "XB", "XC")  # of nobody
_AGES = ("infant", "pre_pubescent", "pubescent", "unknown")


def make_demonstration(*, keystore: Keystore, team: Sequence[Card], at: datetime) -> bool:
    """Set up the hotline for `team` (two analysts and a lead), open it to the end of next month, and generate 30 cases.

    False where it was set up already; then it is only opened anew. Every address is invented and lies under .example.
    """
    until = (at + timedelta(days=60)).date()
    declaration = DECLARATION.read_text(encoding="utf-8")
    if TeamKey.objects.exists():
        open_hotline(until=until, declaration=declaration, actor="system", at=at)
        return False
    begin = datetime(at.year - 1, 5, 1, 9, tzinfo=UTC)
    _, unlocked = set_up(keystore=keystore, person=team[0].id, passphrase=PASSPHRASE, at=begin)
    for person in team[1:]:
        join(person=person.id, passphrase=PASSPHRASE, unlocked=unlocked, actor="system", at=begin)
    for moment, last in ((begin, begin.date() + timedelta(days=300)), (at, until)):
        open_hotline(until=last, declaration=declaration, actor="system", at=moment)
    for name, mail, country in HOSTS:
        contact = propose_contact(name=name, mail=mail, country=country, kind="host", way="mail", by=team[0], at=at)
        approve_contact(contact=contact, by=team[2], at=at)
    police = propose_contact(
        name="Cybercrime unit (invented)", kind="police", mail="unit@police.example", country="XA", way="page", by=team[0], at=at
    )
    approve_contact(contact=police, by=team[2], at=at)
    chance = Random(CASES)  # noqa: S311 invented cases, the same in every demonstration
    with transaction.atomic():  # one commit instead of some three hundred
        for number in range(CASES):
            _generate(number, chance, unlocked, keystore, team, _moment(number, at))
    publish_year(year=at.year - 1, independence=INDEPENDENCE, note="", by=team[2], at=at)
    return True


def _moment(number: int, at: datetime) -> datetime:
    """When an invented report came in: most of them last year, so that a whole year can be published, the others of late."""
    if number < CASES - RECENT:
        return datetime(at.year - 1, 5, 4, 9, number, tzinfo=UTC) + timedelta(days=8 * number)
    return at - timedelta(days=2 * (CASES - number), hours=number % 7)


def _generate(
    number: int, chance: Random, unlocked: Unlocked, keystore: Keystore, team: Sequence[Card], at: datetime
) -> None:  # fmt: skip
    """One invented case, as far as it has come by now: the older, the further."""
    first, second = team[number % 2], team[1 - number % 2]
    keystore.prepare(at)
    body = read_body({
        "address": f"https://invented-{number}.example/{chance.randrange(10**6)}", "concern": chance.choice(_CONCERNS),
        "note": "An invented report of the demonstration.", "reporter": "adult", "language": "en",
    })  # fmt: skip
    seed = new_seed()
    receive(body=body, seed=seed, keys=keystore.keys(at), at=at)
    case = Report.objects.values_list("pk", flat=True).get(lookup=opened(receipt_of(seed)).lookup.hex())
    if number >= CASES - 3:
        return
    who: dict[str, Any] = {"number": case, "by": first}
    at += timedelta(hours=chance.randrange(1, 20))
    cases.take(**who, at=at)
    cases.first_open(**who, unlocked=unlocked, keystore=keystore, at=at)
    name = CaseAddress.objects.values_list("name", flat=True).get(case=case)
    outcome = chance.choice(_OUTCOMES)
    cases.assess(**who, name=name, outcome=outcome, at=at)
    if outcome in ILLEGAL:
        describe(**who, name=name, facts=ItemFacts(children=1, age=chance.choice(_AGES), content="image"), at=at)
    if number >= CASES - 6:
        cases.give_back(**who, at=at)
    elif outcome in ILLEGAL:
        cases.give_back(**who, at=at)
        _act(case, name, second, chance, at)
    else:
        cases.close(**who, reason=_REASONS[outcome], known=reasons_for(outcome), exceptional=(), at=at)


def _act(case: int, name: str, second: Card, chance: Random, at: datetime) -> None:
    """The second look, a notice, and in most cases the removal."""
    who: dict[str, Any] = {"number": case, "by": second}
    at += timedelta(hours=1)
    cases.take(**who, at=at)
    cases.second(**who, name=name, agrees=True, at=at)
    country = chance.choice(_COUNTRIES)
    CaseAddress.objects.filter(name=name).update(country=country)
    Case.objects.filter(pk=case).update(country=country)
    at += timedelta(hours=1)
    cases.notify(**who, name=name, rules=PoliceRules(), at=at)
    if chance.random() < 0.85:
        at += timedelta(hours=chance.randrange(2, 90))
        cases.confirm_gone(**who, name=name, how="removed", at=at)
        cases.close(**who, reason="removed", known=reasons_for("baseline"), exceptional=(), at=at)
