"""A hotline that was set up: keys in files, a team key, one member; open to the end of the year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from cop.cli.dev.invented import go_live
from cop.ground.public import now
from cop.hotline.actions.keys import set_up
from cop.hotline.actions.opening import open_hotline
from cop.hotline.core import rings
from cop.hotline.exchange.keystore import Keystore
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
