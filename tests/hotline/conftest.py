"""A hotline that was set up: keys in files, a team key, one member; open to the end of the year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from importlib import import_module
from pathlib import Path

import pytest

import cop.config.urls  # noqa: F401 read before a test says which role its process has
from cop.accounts.actions.grants import record_clearance
from cop.accounts.core.clearance import Requirement
from cop.accounts.models import Person
from cop.accounts.public import Card, card_of
from cop.cli.dev.invented import go_live
from cop.ground.public import now, today
from cop.hotline.actions.intake import receive
from cop.hotline.actions.keys import join, set_up
from cop.hotline.actions.opening import open_hotline
from cop.hotline.core import rings
from cop.hotline.core.body import read_body
from cop.hotline.core.receipt import new_seed
from cop.hotline.exchange.keystore import Keystore
from cop.hotline.models import Report
from cop.hotline.queries.rings import Unlocked
from tests.desk import a_person

UNTIL = date(2026, 12, 31)
PASSPHRASE = "five words are quite enough"


@dataclass(frozen=True)
class Centre:
    """What tests of the hotline hold in their hands."""

    keystore: Keystore
    paper: str
    unlocked: Unlocked
    member: int


@pytest.fixture(autouse=True, scope="session")
def _addresses_of_every_role():
    """Addresses are chosen by the role when they are first read; a test that plays the desk must not be the first to read them."""
    import_module("cop.config.urls")


@pytest.fixture(autouse=True)
def _cheap_passphrases(request, monkeypatch):
    """Half a second a passphrase is right for people and too long for tests that are about something else."""
    if "core" not in request.path.parts:
        monkeypatch.setattr(rings, "_MEMORY", 64)
        monkeypatch.setattr(rings, "_TIME", 1)


@pytest.fixture
def centre(db, tmp_path: Path, settings) -> Centre:
    """A hotline that was set up and is closed."""
    settings.COP_KEYS = tmp_path / "keys"
    store = Keystore(settings.COP_KEYS)
    member = a_person("analyst").pk
    paper, unlocked = set_up(keystore=store, person=member, passphrase=PASSPHRASE, at=now())
    return Centre(store, paper, unlocked, member)


@pytest.fixture
def open_centre(centre: Centre) -> Centre:
    """The same, open."""
    open_hotline(until=UNTIL, declaration=go_live(UNTIL), actor="system", at=now())
    return centre


@dataclass(frozen=True)
class Cast:
    """The hotline's people, each a member of the team: two analysts and a lead."""

    first: Card
    second: Card
    lead: Card


def cleared(person: Person) -> Person:
    """Vetting, training and code of conduct, without which a sensitive role gives no right."""
    for requirement in Requirement:
        record_clearance(person_id=person.pk, requirement=requirement, done_on=today(), valid_until=UNTIL, at=now(), actor="system")
    return person


@pytest.fixture
def cast(open_centre: Centre) -> Cast:
    """Two analysts and a lead, cleared and in the team; the hotline is open."""
    first = cleared(Person.objects.get(pk=open_centre.member))
    second = cleared(a_person("analyst", email="second@centre.example", name="Sam Second"))
    lead = cleared(a_person("lead", name="Lee Lead"))
    for person in (second, lead):
        join(person=person.pk, passphrase=PASSPHRASE, unlocked=open_centre.unlocked, actor="system", at=now())
    return Cast(*(card_of(person.pk) for person in (first, second, lead)))


def reported(centre: Centre, *, danger: bool = False, **fields: str) -> int:
    """A report from the public; answers its case number."""
    body = read_body({"address": "https://site.example/bad/page", "note": "seen today", **fields})
    at = now()
    accepted = receive(body=body, seed=new_seed(), keys=centre.keystore.keys(at), at=at, danger=danger)
    assert accepted.what == "new"
    return Report.objects.latest("pk").pk
