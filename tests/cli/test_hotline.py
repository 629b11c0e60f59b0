"""`cop hotline`: keys made once, the gate opened with a legal basis only, errors in one line with the way out."""

from datetime import date

import pytest

from cop.accounts.models import Person
from cop.cli.dev.invented import go_live
from cop.cli.main import main
from cop.ground.models import AuditEntry
from cop.hotline.core.golive import BadDeclaration, read_declaration, template
from cop.hotline.core.rings import from_paper
from cop.hotline.models import Member, Opening, TeamKey
from cop.hotline.queries.rings import recovered, unlocked_by
from tests.desk import a_person
from tests.hotline.conftest import cleared

PASSPHRASE = "five words are quite enough"


@pytest.fixture
def centre(own_data, monkeypatch, settings, db):
    """A data folder with somebody in it, and a file with a passphrase."""
    monkeypatch.setenv("COP_DATA", str(own_data))
    settings.COP_KEYS = own_data / "keys"
    (own_data / "passphrase").write_text(PASSPHRASE + "\n", encoding="utf-8")
    (own_data / "declaration.toml").write_text(go_live(date(2027, 6, 30)), encoding="utf-8")
    (own_data / "empty.toml").write_text(template(), encoding="utf-8")
    cleared(a_person("lead", email="lee@centre.example"))
    return own_data


def set_up(centre, member="lee@centre.example"):
    return main(["hotline", "set-up", "--member", member, "--passphrase-file", str(centre / "passphrase")])


def open_it(centre, until="2026-12-31", basis="declaration.toml", by="lee@centre.example"):
    return main(["hotline", "open", "--until", until, "--basis", str(centre / basis), "--by", by])


def test_keys_are_made_once_and_the_recovery_key_printed_opens_them(centre, capsys):
    assert set_up(centre) == 0
    said = capsys.readouterr().out
    paper = next(line for line in said.splitlines() if line.startswith("  "))
    assert recovered(from_paper(paper)) == unlocked_by(Member.objects.get().person_id, PASSPHRASE)
    assert set_up(centre) == 1
    assert "has a team key already" in capsys.readouterr().err
    assert TeamKey.objects.count() == 1


def test_a_weak_passphrase_or_an_unknown_person_makes_nothing(centre, capsys):
    assert set_up(centre, "nobody@centre.example") == 1
    (centre / "passphrase").write_text("short")
    assert set_up(centre) == 1
    said = capsys.readouterr().err.splitlines()
    assert "invite them first" in said[0]
    assert "at least 14" in said[1]
    assert not TeamKey.objects.exists()
    assert not (centre / "keys").exists()


def test_the_gate_opens_with_a_basis_and_closes_at_once(centre, capsys):
    """HOT-GATE."""
    assert set_up(centre) == 0
    assert open_it(centre) == 0
    assert main(["hotline", "status"]) == 0
    assert "open to the end of 2026-12-31" in capsys.readouterr().out
    assert main(["hotline", "close"]) == 0
    assert main(["hotline", "close"]) == 0
    assert main(["hotline", "status"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[:3] == ["closed", "it was not open", "closed"]
    assert [entry.verb for entry in AuditEntry.objects.order_by("number")][-2:] == ["open", "close"]


@pytest.mark.parametrize(
    ("until", "basis", "why"),
    [
        ("2026-11-21", "declaration.toml", "from today to a year"),
        ("2028-01-01", "declaration.toml", "from today to a year"),
        ("2027-07-01", "declaration.toml", "the legal basis ends on 2027-06-30"),
        ("2026-12-31", "no.toml", "No such file"),
        ("2026-12-31", "empty.toml", "hotline.controller is missing"),
        ("2026-12-31", "passphrase", "can't be read"),
    ],
)
def test_what_is_missing_keeps_the_gate_closed_and_is_named(centre, capsys, until, basis, why):
    """S-01, S-28."""
    assert set_up(centre) == 0
    capsys.readouterr()
    assert open_it(centre, until, basis) == 1
    assert why in capsys.readouterr().err
    assert not Opening.objects.exists()


def test_only_a_lead_whose_role_counts_opens_the_gate_and_stands_in_the_trail(centre, capsys):
    """GATE-01."""
    assert set_up(centre) == 0
    a_person("lead", email="uncleared@centre.example")
    cleared(a_person("analyst", email="analyst@centre.example"))
    for who in ("uncleared@centre.example", "analyst@centre.example", "nobody@centre.example"):
        assert open_it(centre, by=who) == 1
        assert "is no lead of the hotline" in capsys.readouterr().err
    assert open_it(centre, by="Lee@centre.example") == 0
    entry = AuditEntry.objects.filter(verb="open").get()
    assert (entry.actor, Opening.objects.get().declared_by) == (Person.objects.get(email="lee@centre.example").pseudonym,) * 2
    assert main(["hotline", "close", "--by", "lee@centre.example"]) == 0
    assert Opening.objects.get().closed_by == entry.actor


def test_the_template_is_printed_and_opens_nothing_as_it_is(capsys):
    assert main(["hotline", "template"]) == 0
    with pytest.raises(BadDeclaration):
        read_declaration(capsys.readouterr().out)


def test_without_keys_the_gate_stays_closed(centre, capsys):
    assert open_it(centre) == 1
    assert "run cop hotline set-up" in capsys.readouterr().err


def test_a_day_that_is_none_is_a_mistake_in_asking(centre, capsys):
    with pytest.raises(SystemExit) as stopped:
        open_it(centre, until="soon")
    assert stopped.value.code == 2
    assert "is no day" in capsys.readouterr().err
