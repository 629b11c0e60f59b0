"""One sample centre for all modules that read pages: making it takes longer than most of their tests."""

import os

import pytest

from cop.cli.dev.browser import chromium
from cop.cli.dev.sample import prepared


@pytest.fixture(scope="session")
def needs_chromium():
    """A newcomer without Chromium sees the tests skipped; in CI they fail."""
    if chromium() is None:
        if os.environ.get("CI"):
            pytest.fail("CI must have Chromium: install the package chromium")
        pytest.skip("Chromium is not installed: install the package chromium, or name it in COP_CHROMIUM")


@pytest.fixture(scope="session")
def sample(needs_chromium, tmp_path_factory):
    """The settings of the sample centre and its one-time links, which the desk's module uses up."""
    return prepared(tmp_path_factory.mktemp("sample"))
