"""The sample flow as what is published, in tests that ask for it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from cop.observatory.core.observations import Flow
from cop.observatory.queries import releases
from tests.observatory.sample_flow import sample_flow


@pytest.fixture(scope="session")
def flow() -> Flow:
    return sample_flow()


@pytest.fixture
def published(flow: Flow, monkeypatch: pytest.MonkeyPatch) -> Flow:
    monkeypatch.setattr(releases, "flow", lambda: flow)
    return flow


@pytest.fixture
def get(published: Flow) -> Callable[..., object]:
    """A function that asks for an address with an Accept header and gives the answer."""
    client = Client(SERVER_NAME="localhost")
    return lambda path, accept="*/*", **headers: client.get(path, headers={"accept": accept} | headers)
