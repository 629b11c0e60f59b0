"""Tests reach this machine and nothing else; the block itself is tested."""

import socket

import pytest

from tests.conftest import NetworkBlocked


@pytest.mark.parametrize("address", ["192.0.2.1", "example.org"])
def test_an_address_elsewhere_is_refused(address):
    with socket.socket() as probe, pytest.raises(NetworkBlocked, match=address):
        probe.connect((address, 80))


def test_loopback_is_reached():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as probe:
        probe.connect(server.getsockname())
        assert probe.getpeername() == server.getsockname()
