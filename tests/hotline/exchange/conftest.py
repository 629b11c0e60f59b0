"""An internet of invented names on loopback."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cop.cli.dev.loopback import Loopback


@pytest.fixture(scope="session")
def whole_internet() -> Iterator[Loopback]:
    with Loopback() as internet:
        yield internet


@pytest.fixture
def internet(whole_internet: Loopback) -> Iterator[Loopback]:
    """The same for all tests, with its invented names and networks as they were."""
    yield whole_internet
    whole_internet.reset()
