"""`cop demo`: the whole centre on loopback, on real reference data: web server and worker, watched over."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from cop.cli.centre import check_settings, migrate, with_centre
from cop.cli.dumps import no_core_dumps
from cop.cli.failures import Failed
from cop.cli.outside import Outside
from cop.cli.places import data_folder
from cop.cli.serve import HOST, check_port, server_command

HELP = "the whole centre on loopback, on real reference data"
PATIENCE = 60.0
SIGN = "demonstration"  # a file in the data folder: what is in there was made by a demonstration
LONGEST_PAUSE = 30.0
REAL = ("centre.sqlite3", "secret.key", "audit.key")  # a centre on PostgreSQL has only its keys there

Links = Sequence[tuple[str, str]]


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=8000, help="of the public pages; the staff rooms are on the next one")
    parser.add_argument("--data", type=Path, default=None, metavar="DIR", help="data folder (default: a folder of the user)")


def run(options: argparse.Namespace) -> int:
    no_core_dumps()
    check_port(HOST, options.port)
    check_port(HOST, options.port + 1)
    folder = writable(options.data or data_folder())
    only_a_demonstration(folder)
    os.environ.pop("COP_DATABASE_URL", None)  # never the database of a real centre
    os.environ |= {
        "COP_DATA": str(folder), "COP_DEMO": "1", "PYTHONUNBUFFERED": "1", "COP_ADDRESS": f"http://localhost:{options.port}",
        "COP_DESK_ADDRESS": f"http://localhost:{options.port + 1}", "COP_ROLE": "", "COP_KEYS": str(folder / "keys"),
        "COP_HOSTS": "localhost,127.0.0.1,[::1]", "COP_HTTPS": "0", "COP_PROXY": "0",  # loopback, whatever a real centre has
    }  # fmt: skip
    check_settings()  # reads the environment, so only now
    print("Starting the centre ...", flush=True)
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    children: dict[str, subprocess.Popen[bytes]] = {}
    try:
        with Outside(folder) as outside:
            os.environ |= outside.environment()
            return with_centre(lambda folder: _run(folder, options.port, children), migrated=False)
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        _end(children)


def _stop(_number: int, _frame: object) -> NoReturn:
    raise SystemExit(0)


def _run(folder: Path, port: int, children: dict[str, subprocess.Popen[bytes]]) -> int:
    started = time.monotonic()
    migrate(lambda text: print(f"  {text}", flush=True))
    import_module("cop.ground.exchange.audit_key").own_key(folder)
    for name, role, where in (("public server", "public", port), ("desk server", "desk", port + 1)):
        children[name] = subprocess.Popen(server_command(HOST, where, 1), env=os.environ | {"COP_ROLE": role})
    links = prepare()  # while the servers read the program
    ready = _wait(children["public server"], port)
    if ready is None or _wait(children["desk server"], port + 1) is None:
        return 1
    children["worker"] = subprocess.Popen([sys.executable, "-m", "cop", "worker"])  # last: it would only hold the servers up
    _welcome(port, folder, time.monotonic() - started, ready, links)
    return _watch(children)


def prepare() -> Links:
    """The demonstration's people, round and hotline; answers one-time links by which the people sign in."""
    at = import_module("cop.ground.public").now()
    links: Links = import_module("cop.accounts.public").demonstration_links(at)
    import_module("cop.observatory.public").demonstration(at)
    import_module("cop.hotline.public").demonstration(at)
    import_module("django.db").connection.close()
    return links


def only_a_demonstration(folder: Path) -> None:
    """Marks a folder as a demonstration's. Raises Failed where a centre is in it that no demonstration made."""
    if any((folder / name).exists() for name in REAL) and not (folder / SIGN).exists():
        raise Failed(f"the data folder {folder} holds a centre that is no demonstration; choose another with --data")
    (folder / SIGN).touch()


def writable(folder: Path) -> Path:
    """The data folder, made where it is missing. Raises Failed when nothing can be written there."""
    probe = folder / ".write-probe"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe.write_bytes(b"x" * 4096)
        probe.unlink()
    except OSError as error:
        raise Failed(f"the data folder {folder} can't be written: {error.strerror}; choose another with --data") from None
    return folder


def _watch(children: dict[str, subprocess.Popen[bytes]]) -> int:
    """Wait for the servers; a worker that dies is started again, each time after a longer pause."""
    pause, begun = 1.0, time.monotonic()
    servers = [child for name, child in children.items() if name != "worker"]
    while all(server.poll() is None for server in servers):
        time.sleep(0.2)
        if children["worker"].poll() is None:
            continue
        pause = 1.0 if time.monotonic() - begun > 2 * LONGEST_PAUSE else min(pause * 2, LONGEST_PAUSE)
        print(f"The worker stopped with {children['worker'].returncode}; it is started again.", flush=True)
        time.sleep(pause / 2)
        begun = time.monotonic()
        children["worker"] = subprocess.Popen([sys.executable, "-m", "cop", "worker"])
    print("A web server stopped.", flush=True)
    return 1


def _end(children: dict[str, subprocess.Popen[bytes]]) -> None:
    for child in children.values():
        with contextlib.suppress(ProcessLookupError):
            child.terminate()
    for child in children.values():
        try:
            child.wait(timeout=15)
        except subprocess.TimeoutExpired:
            child.kill()


def _wait(server: subprocess.Popen[bytes], port: int) -> dict[str, object] | None:
    deadline = time.monotonic() + PATIENCE
    while server.poll() is None:
        try:
            with urllib.request.urlopen(f"http://{HOST}:{port}/healthz", timeout=10) as answer:
                ready: dict[str, object] = json.load(answer)
                return ready
        except (urllib.error.URLError, ConnectionError, TimeoutError, ValueError):
            if time.monotonic() > deadline:
                raise Failed(f"the centre was not ready within {PATIENCE:.0f} seconds") from None
            time.sleep(0.1)
    return None


def _welcome(port: int, folder: Path, seconds: float, ready: dict[str, object], links: Links) -> None:
    base, desk = f"http://localhost:{port}", f"http://localhost:{port + 1}"
    print(f"Ready after {seconds:.1f} s, {ready['countries']} countries, release {ready['release']}, data folder {folder}")
    for label, path in (
        ("the centre", "/en/"), ("a country", "/en/countries/CRI/"), ("in Arabic", "/ar/countries/SAU/"), ("the map", "/en/map/"),
        ("targets", "/en/targets/"), ("guidance", "/en/guidance/"), ("help for a child", "/en/help/"), ("report", "/en/report/"),
        ("data", "/en/data/"),
    ):  # fmt: skip
        print(f"  {label:<28} {base}{path}")
    print("Sign in without password and second factor, once each, from this machine only:")
    for label, path in links:
        print(f"  {label:<28} {desk}{path}")
    passphrase = import_module("cop.hotline.public").PASSPHRASE
    print(f"Staff rooms are at {desk}/desk/; the hotline's team opens its key with the passphrase: {passphrase}")
    print(
        "This is a demonstration on public reference data. It takes invented reports under .example only, and mails go no further "
        f"than {folder / 'mails'}. Stop it with Ctrl-C.",
        flush=True,
    )
