"""`cop hotline`: keys made once, the gate opened with a legal basis only, errors in one line with the way out."""

import pytest

from cop.cli.main import main
from cop.ground.models import AuditEntry
from cop.hotline.core.rings import from_paper
from cop.hotline.models import Member, Opening, TeamKey
from cop.hotline.queries.rings import recovered, unlocked_by
from tests.desk import a_person

PASSPHRASE = "five words are quite enough"


@pytest.fixture
def centre(own_data, monkeypatch, settings, db):
    """A data folder with somebody in it, and a file with a passphrase."""
    monkeypatch.setenv("COP_DATA", str(own_data))
    settings.COP_KEYS = own_data / "keys"
    (own_data / "passphrase").write_text(PASSPHRASE + "\n", encoding="utf-8")
    (own_data / "act.pdf").write_bytes(b"%PDF-1.7 a statute that was invented")
    a_person("lead", email="lee@centre.example")
    return own_data


def set_up(centre, member="lee@centre.example"):
    return main(["hotline", "set-up", "--member", member, "--passphrase-file", str(centre / "passphrase")])


def open_it(centre, until="2026-12-31", basis="act.pdf", hours="always"):
    return main(["hotline", "open", "--until", until, "--basis", str(centre / basis), "--hours", hours, "--cover", "police"])


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
    ("until", "basis", "hours", "why"),
    [
        ("2026-11-21", "act.pdf", "always", "from today to a year"),
        ("2028-01-01", "act.pdf", "always", "from today to a year"),
        ("2026-12-31", "no.pdf", "always", "is no file"),
        ("2026-12-31", "act.pdf", " ", "the hours must be declared"),
    ],
)
def test_what_is_missing_keeps_the_gate_closed_and_is_named(centre, capsys, until, basis, hours, why):
    assert set_up(centre) == 0
    capsys.readouterr()
    assert open_it(centre, until, basis, hours) == 1
    assert why in capsys.readouterr().err
    assert not Opening.objects.exists()


def test_without_keys_the_gate_stays_closed(centre, capsys):
    assert open_it(centre) == 1
    assert "run cop hotline set-up" in capsys.readouterr().err


def test_a_day_that_is_none_is_a_mistake_in_asking(centre, capsys):
    with pytest.raises(SystemExit) as stopped:
        open_it(centre, until="soon")
    assert stopped.value.code == 2
    assert "is no day" in capsys.readouterr().err
