"""`cop people invite`: the first administrator of a real centre."""

import re
import subprocess
import sys
from datetime import date, timedelta

import pytest

from cop.ground.core.door import PACKAGE


def cop(folder, *arguments):
    import os

    environment = os.environ | {"COP_DATA": str(folder), "COP_HOSTS": "cop.example", "COP_HTTPS": "1"}
    return subprocess.run(
        [sys.executable, "-m", "cop", *arguments], cwd=PACKAGE.parent, env=environment, capture_output=True, text=True, check=False
    )


def test_the_first_administrator_gets_a_link_once_and_a_key_is_made_for_the_centre(tmp_path):
    assert cop(tmp_path, "people", "invite", "ada@centre.example", "--role", "administrator").returncode == 1
    assert cop(tmp_path, "migrate").returncode == 0
    done = cop(tmp_path, "people", "invite", "ada@centre.example", "--role", "administrator")
    assert done.returncode == 0, done.stderr
    assert re.match(r"https://cop\.example/desk/accounts/invitation/[\w-]{43}/\n", done.stdout)
    key = tmp_path / "secret.key"
    assert key.stat().st_mode & 0o777 == 0o600
    held = key.read_text()
    until = str(date.today() + timedelta(days=30))
    assert (
        cop(
            tmp_path, "people", "invite", "ben@centre.example", "--role", "reviewer", "--scope", "round/1", "--until", until
        ).returncode
        == 0
    )
    assert key.read_text() == held
    assert [path.name for path in tmp_path.glob("secret.key*")] == ["secret.key"]


def test_a_data_folder_is_made_for_its_owner_only(tmp_path):
    folder = tmp_path / "data"
    assert cop(folder, "migrate").returncode == 0
    assert folder.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "arguments",
    [("nobody", "--role", "administrator"), ("a@b.example", "--role", "king"), ("a@b.example", "--role", "reviewer", "--scope", "../x"),
     ("a@b.example",), ("a b@c.example", "--role", "reviewer"),
     ("a@b.example", "--role", "reviewer", "--until", "soon"), ("a@b.example", "--role", "reviewer", "--until", "2020-01-01")],
)  # fmt: skip
def test_a_wrong_question_is_told_in_one_line(tmp_path, arguments):
    done = cop(tmp_path, "people", "invite", *arguments)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_key_that_is_too_short_stops_the_start(tmp_path):
    (tmp_path / "secret.key").write_text("short")
    done = cop(tmp_path, "people", "invite", "ada@centre.example", "--role", "administrator")
    assert done.returncode == 1
    assert "too short" in done.stderr
