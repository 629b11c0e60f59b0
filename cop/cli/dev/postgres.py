"""A PostgreSQL that lives as long as one command, on loopback, in a folder that is then thrown away."""

from __future__ import annotations

import glob
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

USER = "postgres"  # the server refuses to run as root


class NoServer(Exception):
    """PostgreSQL is not installed here, or does not start."""


def run(arguments: list[str]) -> int:
    """Run a command with COP_DATABASE_URL set; without one, print the address and wait for Ctrl-C."""
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(1))  # so that the server is stopped on the way out
    try:
        with running() as address:
            if arguments:
                return subprocess.run(arguments, check=False, env=os.environ | {"COP_DATABASE_URL": address}).returncode
            print(f"export COP_DATABASE_URL={address}\nStop it with Ctrl-C.", flush=True)
            signal.pause()
    except NoServer as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


@contextmanager
def running() -> Iterator[str]:
    """The address of a fresh server, stopped and thrown away afterwards. Raises NoServer."""
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="cop-postgres-"))
    try:
        if os.getuid() == 0:
            shutil.chown(folder, USER, USER)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        held = folder / "held"
        _do(programs / "initdb", "-D", held, "-A", "trust", "-U", "cop", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        options = f"-h 127.0.0.1 -p {port} -k {folder} -c fsync=off -c full_page_writes=off"
        _do(programs / "pg_ctl", "-D", held, "-l", folder / "log", "-w", "-o", options, "start")
        try:
            yield f"postgres://cop@127.0.0.1:{port}/postgres"
        finally:
            _do(programs / "pg_ctl", "-D", held, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/pg_ctl"))
    ours = found[-1] if found else shutil.which("pg_ctl")
    if ours is None:
        raise NoServer("PostgreSQL is not installed; install the package postgresql")
    return Path(ours).parent


def _do(*command: object) -> None:
    words = [str(word) for word in command]
    if os.getuid() == 0:
        words = ["runuser", "-u", USER, "--", *words]
    done = subprocess.run(words, check=False, capture_output=True, text=True, cwd=tempfile.gettempdir(), stdin=subprocess.DEVNULL)
    if done.returncode:
        raise NoServer(f"{words[-1]}: PostgreSQL does not work here: {done.stderr.strip()[-300:] or done.stdout.strip()[-300:]}")
