"""Shared fixtures: the rooms over packaged data, a client, and a network that is blocked but for loopback."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings

os.environ["COP_TODAY"] = "2026-11-22"  # for the programs that tests start; the settings are read before this file

from cop.front.core.door import Rooms, rooms
from cop.ground.core.door import PACKAGE
from tests.mail_server import counterpart  # noqa: F401 a fixture of every room

AT = date(2026, 11, 22)
settings.COP_TODAY = AT
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class NetworkBlocked(Exception):
    """A test tried to reach something that is not this machine."""


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Where tests run in several processes, a file stays in one of them, and all that need a browser share one, from the start."""
    several = "PYTEST_XDIST_WORKER" in os.environ
    for item in items if several else ():
        group = "browser" if item.get_closest_marker("browser") else item.path.as_posix()
        item.add_marker(pytest.mark.xdist_group(group))
    yield
    if several:
        items.sort(key=lambda item: item.get_closest_marker("browser") is None)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A newcomer without Chromium or fonts sees tests skipped with the reason; in CI a skip fails."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and reporter is not None and reporter.stats.get("skipped"):
        print("\nin CI nothing may be skipped")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(autouse=True, scope="session")
def _only_loopback() -> Iterator[None]:
    real = socket.socket.connect

    def connect(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and address[0] not in LOOPBACK:
            raise NetworkBlocked(f"tests may not reach {address[0]}")
        real(self, address)  # type: ignore[arg-type]

    socket.socket.connect = connect  # type: ignore[method-assign, assignment]
    yield
    socket.socket.connect = real  # type: ignore[method-assign]


@pytest.fixture(autouse=True, scope="session")
def _flush_past_triggers() -> Iterator[None]:
    """Tests with real transactions empty every table afterwards; on SQLite the audit trail's own triggers would refuse it."""
    from django.db.backends.sqlite3.base import DatabaseOperations  # through base: operations alone imports in a circle

    real = DatabaseOperations.execute_sql_flush

    def flush(self: DatabaseOperations, statements: list[str]) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            for name, _ in triggers:
                cursor.execute(f"DROP TRIGGER {name}")
        real(self, statements)
        with self.connection.cursor() as cursor:
            for _, made in triggers:
                cursor.execute(made)

    DatabaseOperations.execute_sql_flush = flush
    yield
    DatabaseOperations.execute_sql_flush = real


@pytest.fixture
def own_data(tmp_path: Path, settings) -> Path:
    """An empty data folder of the centre."""
    settings.COP_DATA = tmp_path / "data"
    settings.COP_DATA.mkdir()
    return settings.COP_DATA


@pytest.fixture(scope="session")
def held() -> Rooms:
    """The rooms over the packaged reference data."""
    return rooms(None)


@pytest.fixture
def changed(tmp_path: Path):
    """A function that copies data files, changes one cell, seals the file again and returns the folder."""

    def change(file: str, row: int, column: str, value: str) -> Path:
        room, name = file.split("/")
        target = tmp_path / "reference" / room
        target.mkdir(parents=True, exist_ok=True)
        source = PACKAGE / room / "data" / name
        passport = source.with_suffix(".passport.toml")
        for path in (source, passport):
            if not (target / path.name).exists():
                shutil.copy(path, target / path.name)
        change_cell(target / name, row, column, value)
        return tmp_path / "reference"

    return change


def change_cell(path: Path, row: int, column: str, value: str) -> None:
    """Write one cell of a data file and seal its passport again."""
    import csv

    from cop.ground.core.tables import seal

    with path.open(encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))
    lines[row - 1][lines[0].index(column)] = value
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(lines)
    seal(path)
