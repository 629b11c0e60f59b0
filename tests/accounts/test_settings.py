"""Settings of signing in: cookies over https, one key a centre, whatever the number of processes that start at once."""

import logging
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from cop.config.env import BadSetting, a_kept_key, a_long_secret
from cop.config.log_lines import WithoutKeys
from cop.ground.core.door import PACKAGE

SHOW = "from cop.config import settings as s; print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SESSION_COOKIE_PATH, s.COP_ADDRESS, s.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN)"


def shown(**settings):
    environment = os.environ | settings
    return subprocess.run(
        [sys.executable, "-c", SHOW], cwd=PACKAGE.parent, env=environment, capture_output=True, text=True, check=True
    ).stdout.strip()


def test_over_https_cookies_are_secure_and_passkeys_want_the_true_origin():
    assert shown(COP_HTTPS="1", COP_HOSTS="cop.example,www.cop.example") == "True True /desk/ https://cop.example False"
    assert shown(COP_ADDRESS="https://child.example/") == "False False /desk/ https://child.example True"


def test_a_centre_has_one_key_however_many_processes_start_at_once(tmp_path):
    with ThreadPoolExecutor(8) as threads:
        keys = set(threads.map(lambda _: a_kept_key(tmp_path / "data"), range(24)))
    assert len(keys) == 1
    assert a_kept_key(None) != a_kept_key(None)


def test_a_key_that_cannot_be_made_or_read_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(BadSetting, match="COP_SECRET_KEY_FILE"):
        a_kept_key(tmp_path / "file" / "data")


@pytest.mark.parametrize(("held", "told"), [(b"", "is empty"), (b"short", "at least 40"), (b"\xff" * 60, "no text")])
def test_a_secret_key_that_is_none_stops_the_start_and_no_other_takes_its_place(tmp_path, monkeypatch, held, told):
    file = tmp_path / "key"
    file.write_bytes(held)
    monkeypatch.setenv("COP_SECRET_KEY_FILE", str(file))
    with pytest.raises(BadSetting, match=told):
        a_long_secret("COP_SECRET_KEY")


@pytest.mark.parametrize("path", ["invitation/SECRET-key_1/", "demonstration/SECRET/", "password/reset/key/2-SECRET/"])
def test_no_log_line_holds_a_key_that_stands_in_an_address(path, settings):
    assert all("without keys" in handler["filters"] for handler in settings.LOGGING["handlers"].values())
    line = logging.LogRecord("x", logging.ERROR, "", 0, "Forbidden (%s): %s", ("why", f"/desk/accounts/{path}"), None)
    assert WithoutKeys().filter(line)
    assert "SECRET" not in line.getMessage()
    assert line.getMessage().startswith("Forbidden (why): /desk/accounts/")
