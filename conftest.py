"""Examples in documents and docstrings run as tests; --database-only leaves the tests that touch the database; with several
processes (-n 2 --dist loadgroup) a file stays in one of them.
"""

import os
from collections.abc import Iterator

import pytest
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser, SkipParser

pytest_collect_file = Sybil(
    parsers=[PythonCodeBlockParser(), SkipParser()], patterns=["*.md"], excludes=["tests/**", ".venv*/**", "bench/**"]
).pytest()

DATABASE = {"db", "transactional_db", "live_server", "django_db_reset_sequences", "django_db_serialized_rollback"}


def pytest_addoption(parser: pytest.Parser) -> None:
    """For the second run, on another database."""
    parser.addoption("--database-only", action="store_true", help="only tests that touch the database; none with a browser")


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Iterator[None]:
    """Leave the tests that touch the database, and group tests for several processes: all that need a browser share one, first."""
    several = "PYTEST_XDIST_WORKER" in os.environ
    for item in items if several else ():
        item.add_marker(pytest.mark.xdist_group("browser" if item.get_closest_marker("browser") else item.path.as_posix()))
    yield
    if several:
        items.sort(key=lambda item: item.get_closest_marker("browser") is None)
    if config.getoption("--database-only"):
        _leave_database(config, items)


def _leave_database(config: pytest.Config, items: list[pytest.Item]) -> None:
    kept, left = [], []
    for item in items:
        touches = item.get_closest_marker("django_db") or DATABASE & set(getattr(item, "fixturenames", ()))
        (kept if touches and not item.get_closest_marker("browser") else left).append(item)
    items[:] = kept
    config.hook.pytest_deselected(items=left)
