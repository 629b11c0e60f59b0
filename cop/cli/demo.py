"""`cop demo`: the whole centre on loopback, on real reference data."""

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
from pathlib import Path
from types import FrameType

from cop.cli.failures import Failed
from cop.cli.places import data_folder
from cop.cli.serve import HOST, check_port, check_settings, server_command

HELP = "the whole centre on loopback, on real reference data"
PATIENCE = 60.0


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--data", type=Path, default=None, metavar="DIR", help="data folder (default: a folder of the user)")


def run(options: argparse.Namespace) -> int:
    check_port(HOST, options.port)
    check_settings()
    folder = writable(options.data or data_folder())
    environment = os.environ | {"COP_DATA": str(folder), "COP_DEMO": "1", "PYTHONUNBUFFERED": "1"}
    print("Starting the centre ...", flush=True)
    started = time.monotonic()
    server = subprocess.Popen(server_command(HOST, options.port, 1), env=environment)

    def stop(_signum: int, _frame: FrameType | None) -> None:
        server.terminate()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    try:
        ready = _wait(server, options.port)
        if ready is not None:
            _welcome(options.port, folder, time.monotonic() - started, ready)
        code = server.wait()
    finally:
        with contextlib.suppress(ProcessLookupError):
            server.kill()
    return 0 if code in (0, -signal.SIGTERM, -signal.SIGINT) else 1


def writable(folder: Path) -> Path:
    """The data folder, made where it is missing. Raises Failed when nothing can be written there."""
    probe = folder / ".write-probe"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"x" * 4096)
        probe.unlink()
    except OSError as error:
        raise Failed(f"the data folder {folder} can't be written: {error.strerror}; choose another with --data") from None
    return folder


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


def _welcome(port: int, folder: Path, seconds: float, ready: dict[str, object]) -> None:
    base = f"http://localhost:{port}"
    print(f"Ready after {seconds:.1f} s, {ready['countries']} countries, release {ready['release']}, data folder {folder}")
    for label, path in (
        ("the centre", "/en/"), ("a country", "/en/countries/CRI/"), ("in Arabic", "/ar/countries/SAU/"), ("the map", "/en/map/"),
        ("targets", "/en/targets/"), ("guidance", "/en/guidance/"), ("help for a child", "/en/help/"), ("data", "/en/data/"),
    ):  # fmt: skip
        print(f"  {label:<18} {base}{path}")
    print("This is a demonstration on public reference data. It takes no reports. Stop it with Ctrl-C.", flush=True)
    sys.stdout.flush()
