"""Examples in documents and docstrings run as tests; --database-only leaves the tests that touch the database; with -n 2
two processes share them.
"""

import os
from typing import Any

import pytest
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser, SkipParser
from xdist.scheduler import LoadScopeScheduling

pytest_collect_file = Sybil(
    parsers=[PythonCodeBlockParser(), SkipParser()], patterns=["*.md"], excludes=["tests/**", ".venv*/**", "bench/**"]
).pytest()

BROWSER = "tests/browser/"
DATABASE = {"db", "transactional_db", "live_server", "django_db_reset_sequences", "django_db_serialized_rollback"}


def pytest_addoption(parser: pytest.Parser) -> None:
    """For the second run, on another database."""
    parser.addoption("--database-only", action="store_true", help="only tests that touch the database; none with a browser")


class FilesTogether(LoadScopeScheduling):
    """Several processes: a file of tests or examples stays in one, and all that need a browser share one."""

    def _split_scope(self, nodeid: str) -> str:
        return BROWSER if nodeid.startswith(BROWSER) else nodeid.split("::", 1)[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> FilesTogether:
    """How tests are shared out with -n 2."""
    return FilesTogether(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the tests that touch the database; in several processes, begin with those that need a browser: they take longest."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        items.sort(key=lambda item: not item.nodeid.startswith(BROWSER))
    if config.getoption("--database-only"):
        _leave_database(config, items)


def _leave_database(config: pytest.Config, items: list[pytest.Item]) -> None:
    kept, left = [], []
    for item in items:
        touches = item.get_closest_marker("django_db") or DATABASE & set(getattr(item, "fixturenames", ()))
        (kept if touches and not item.get_closest_marker("browser") else left).append(item)
    items[:] = kept
    config.hook.pytest_deselected(items=left)
