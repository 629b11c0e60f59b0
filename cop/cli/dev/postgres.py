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
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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


class Server:
    """A server in a folder of its own. `durable` keeps what was committed through a kill; without it, tests are faster."""

    def __init__(self, folder: Path, *, durable: bool) -> None:
        self.programs, self.folder, self.held = _programs(), folder, folder / "held"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.address = f"postgres://cop@127.0.0.1:{self.port}/postgres"
        self.loose = "" if durable else " -c fsync=off -c full_page_writes=off"
        if os.getuid() == 0:
            shutil.chown(folder, USER, USER)
        _do(self.programs / "initdb", "-D", self.held, "-A", "trust", "-U", "cop", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")

    def start(self, tries: int = 20) -> None:
        """Start it and wait until it answers. After a kill its processes may take a moment to notice that they are alone."""
        options = f"-h 127.0.0.1 -p {self.port} -k {self.folder}{self.loose}"
        try:
            _do(self.programs / "pg_ctl", "-D", self.held, "-l", self.folder / "log", "-w", "-o", options, "start")
        except NoServer:
            if tries <= 1:
                raise
            time.sleep(0.5)
            self.start(tries - 1)

    def stop(self) -> None:
        """Stop it at once."""
        _do(self.programs / "pg_ctl", "-D", self.held, "-m", "immediate", "stop")

    def kill(self) -> None:
        """Kill it with signal 9, with every process of its own."""
        pid = int((self.held / "postmaster.pid").read_text().splitlines()[0])
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for number in (pid, *map(int, children)):
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)


@contextmanager
def running(*, durable: bool = False) -> Iterator[str]:
    """The address of a fresh server, stopped and thrown away afterwards. Raises NoServer."""
    with serving(durable=durable) as server:
        yield server.address


@contextmanager
def serving(*, durable: bool) -> Iterator[Server]:
    """A fresh server that runs, stopped and thrown away afterwards. Raises NoServer."""
    folder = Path(tempfile.mkdtemp(prefix="cop-postgres-"))
    try:
        server = Server(folder, durable=durable)
        server.start()
        try:
            yield server
        finally:
            with suppress(NoServer):  # it may have been killed
                server.stop()
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
