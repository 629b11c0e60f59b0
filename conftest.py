"""Examples in documents and docstrings run as tests; --database-only leaves the tests that touch the database."""

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


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the tests that touch the database."""
    if not config.getoption("--database-only"):
        return
    kept, left = [], []
    for item in items:
        touches = item.get_closest_marker("django_db") or DATABASE & set(getattr(item, "fixturenames", ()))
        (kept if touches and not item.get_closest_marker("browser") else left).append(item)
    items[:] = kept
    config.hook.pytest_deselected(items=left)
