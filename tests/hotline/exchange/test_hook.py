"""Calling a web hook: TLS that holds, no redirect, and a clear word for each failure."""

import socket

import pytest

from cop.hotline.exchange.hook import call_hook
from tests.hotline.duty_desks import a_certificate, a_hook

HELD = {"kind": "test", "acknowledge": "https://desk.example/x/"}


def test_a_hook_over_tls_takes_json_when_its_certificate_holds(tmp_path, monkeypatch):
    """DUTY-03."""
    certificate = a_certificate(tmp_path)
    with a_hook(certificate) as hook:
        refused = call_hook(hook.address, HELD)
        assert not refused.taken
        assert "certificate does not hold" in refused.problem
        assert hook.got == []
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert call_hook(hook.address, HELD).taken
        assert hook.got == [("/duty?desk=7", HELD)]


@pytest.mark.parametrize("status", [301, 307, 400, 404, 500, 503])
def test_what_is_no_yes_is_a_no_and_no_redirect_is_followed(status):
    with a_hook() as hook:
        hook.status = status
        called = call_hook(hook.address, HELD)
        assert (called.taken, called.problem) == (False, f"it answered {status}")
        assert [path for path, _ in hook.got] == ["/duty?desk=7"]


def test_nobody_there_a_silent_one_and_one_that_talks_nonsense_are_problems():
    assert "could not be reached" in call_hook("http://127.0.0.1:1/", HELD).problem
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        assert "TimeoutError" in call_hook(address, HELD, patience=0.3).problem


def test_an_address_without_tls_is_never_called():
    with pytest.raises(ValueError, match="over TLS"):
        call_hook("http://police.example/", HELD)
