"""Kills a process group in the moment in which it commits: between the commit and the answer there is a millisecond or less.

    python hotline_aim.py GROUP COMMITS DATABASE

Reads the newest report's number again and again, and once COMMITS more are seen sends signal 9. DATABASE is the path of a file or
the address of a PostgreSQL.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
from collections.abc import Callable

import psycopg

NEWEST = "SELECT COALESCE(MAX(id), 0) FROM hotline_report"


def _reader(database: str) -> Callable[[], int]:
    if database.startswith("postgres"):
        server = psycopg.connect(database, autocommit=True)
        return lambda: int(server.execute(NEWEST, prepare=True).fetchall()[0][0])
    file = sqlite3.connect(f"file:{database}?mode=ro", uri=True, isolation_level=None)
    return lambda: int(file.execute(NEWEST).fetchone()[0])


def main() -> None:
    group, commits, database = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    newest = _reader(database)
    wanted = newest() + commits
    print("aims", flush=True)
    while newest() < wanted:
        pass
    os.killpg(group, signal.SIGKILL)


if __name__ == "__main__":
    main()
