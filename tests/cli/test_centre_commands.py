"""Commands on the database: migrate, tick, audit, serve; each in one line where it can't go on."""

import os
import sqlite3
import stat
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from cop.cli import tick as command
from cop.cli.main import main

AT = datetime(2026, 11, 22, 10, tzinfo=UTC)


def cop(folder, *arguments, **environment):
    named = os.environ | {"COP_DATA": str(folder), "COP_DATABASE_URL": "", "COP_TODAY": "2026-11-22"} | environment
    done = subprocess.run([sys.executable, "-m", "cop", *arguments], env=named, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout + done.stderr


def test_migrate_tells_each_step_makes_the_key_and_does_nothing_twice(tmp_path):
    code, said = cop(tmp_path, "audit", "head")
    assert (code, said) == (1, "cop audit: the database is not migrated to this release; run cop migrate\n")
    code, said = cop(tmp_path, "migrate")
    assert code == 0
    assert "migrated ground 0001_initial" in said
    assert (tmp_path / "audit.key").exists()
    assert stat.S_IMODE((tmp_path / "centre.sqlite3").stat().st_mode) == 0o600
    assert cop(tmp_path, "migrate") == (0, "the database is at this release; there was nothing to do\n")
    with sqlite3.connect(tmp_path / "centre.sqlite3") as base:
        base.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('ground', '0099_later', '2027-01-01')")
    for arguments in (["migrate"], ["tick"], ["serve", "--port", "8997"]):
        code, said = cop(tmp_path, *arguments)
        assert code == 1
        assert "newer release (ground.0099_later" in said
        assert len(said.splitlines()) == 1


def test_a_database_that_is_away_or_no_database_is_told_in_one_line(tmp_path):
    code, said = cop(tmp_path, "tick", COP_DATABASE_URL="postgres://cop@127.0.0.1:1/cop")
    assert (code, len(said.splitlines()), "the database can't be used" in said) == (1, 1, True)
    (tmp_path / "centre.sqlite3").write_text("no database at all" * 100)
    code, said = cop(tmp_path, "migrate")
    assert (code, len(said.splitlines()), "the database can't be used" in said) == (1, 1, True)


def test_serve_does_not_migrate_a_database_that_is_not_its_own(tmp_path):
    other = f"sqlite:///{tmp_path}/other.sqlite3"
    assert cop(tmp_path, "serve", "--port", "8997", COP_DATABASE_URL=other) == (
        1, "cop serve: the database is not migrated to this release; run cop migrate\n",
    )  # fmt: skip


def test_a_key_that_is_none_is_named(tmp_path):
    cop(tmp_path, "migrate")
    (tmp_path / "audit.key").write_text("nothing")
    code, said = cop(tmp_path, "audit", "head")
    assert (code, len(said.splitlines()), "audit.key" in said) == (1, 1, True)


@pytest.mark.parametrize(("settings", "said"), [
    ({"COP_MAIL": "mail.example:25"}, "COP_MAIL can't be read"),
    ({"COP_MAIL": "smtp://mail.example:x"}, "COP_MAIL can't be read"),
    ({"COP_MAIL": "smtp://u:secret@mail.example"}, "COP_MAIL_PASSWORD_FILE"),
    ({"COP_MAIL": "smtp://mail.example", "COP_MAIL_TLS": "off", "COP_MAIL_FROM": "a@b.example"}, "COP_MAIL_TLS is off"),
    ({"COP_MAIL": "smtp://mail.example", "COP_MAIL_TLS": "maybe"}, "write starttls, implicit or off"),
    ({"COP_MAIL": "smtp://mail.example"}, "COP_MAIL_FROM"),
    ({"COP_MAIL": "smtp://mail.example", "COP_MAIL_FROM": "a@b.example\nX: y"}, "COP_MAIL_FROM"),
])  # fmt: skip
def test_a_mail_server_that_can_t_be_used_stops_the_start_in_one_line(settings, said, tmp_path):
    code, text = cop(tmp_path, "tick", **settings)
    assert code == 1
    assert said in text
    assert "secret" not in text
    assert len(text.strip().splitlines()) == 1


def test_tick_lodges_a_head_once_an_hour(tmp_path):
    cop(tmp_path, "migrate")
    code, said = cop(tmp_path, "tick")
    assert (code, "a head of the audit trail was lodged" in said) == (0, True)
    assert "lodged" not in cop(tmp_path, "tick")[1]
    code, said = cop(tmp_path, "audit", "verify")
    assert (code, said.startswith("intact")) == (0, True)


@pytest.mark.django_db
def test_one_room_that_fails_in_its_tick_stops_no_other(own_data, settings):
    (own_data / "audit.key").write_text("nothing")  # ground can't sign
    told = []
    assert command.tick(AT, told.append) == 1
    assert "what is due in ground failed" in told[0]


@pytest.mark.django_db
def test_verify_says_what_is_wrong_with_a_given_head_and_ends_with_2(own_data, monkeypatch, capsys):
    monkeypatch.setenv("COP_DATA", str(own_data))
    assert main(["audit", "verify", "--head", "1", "2", "3"]) == 2
    assert "as `cop audit head` prints them" in capsys.readouterr().err
    assert main(["audit", "head"]) == 0
    line = capsys.readouterr().out.split()
    assert main(["audit", "verify", "--head", *line, "--head", " ".join(line)]) == 0
    assert "2 given" in capsys.readouterr().out
