"""Pages a second: this project's server beside an untouched `wagtail start` project, by turns, from one client.

Both run on the same web server with the same command and one worker. Run: uv run --group bench python bench/pages.py
"""

from __future__ import annotations

import argparse
import http.client
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

HOST = "127.0.0.1"
MOST_REQUESTS, WARM = 300, 3
MOST_SECONDS, MOST_IN_ALL = 4.0, 240.0  # of one page in a round, and of the whole run
PAGES = {"home": "/en/", "map": "/en/map/", "country": "/en/countries/CRI/"}
TARGETS = {"home": 2.0, "map": 1.0, "country": 1.0}
CACHED_TARGET = 10.0
PEER, PEER_CACHED, UNCACHED, CACHED = "wagtail", "wagtail, page cache", "ours, uncached", "ours, cached"
PROJECT = "peer"
PRODUCTION = """
SECRET_KEY = "only-for-this-measurement-{secret}"
ALLOWED_HOSTS = ["{host}"]
"""
# Django's own page cache in memory, for a figure beside the untouched project.
WITH_CACHE = """
from .production import *
from .base import MIDDLEWARE as _PLAIN
MIDDLEWARE = [
    "django.middleware.cache.UpdateCacheMiddleware", *_PLAIN, "django.middleware.cache.FetchFromCacheMiddleware",
]
"""


@dataclass
class Asked:
    """One page of one server in one encoding, with what each round gave. `ratio` is to the peer, measured just before."""

    server: str
    page: str
    address: str
    encoding: str
    size: int = 0
    per_second: list[float] = field(default_factory=list)
    p50: list[float] = field(default_factory=list)
    ratio: list[float] = field(default_factory=list)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def environment(**more: str) -> dict[str, str]:
    """The environment without settings of this project or of Django, and with `more`."""
    plain = {k: v for k, v in os.environ.items() if not k.startswith(("COP_", "DJANGO_", "GRANIAN_"))}
    return plain | more


def run(command: list[str], folder: Path, env: dict[str, str]) -> None:
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command[1:4])} failed:\n{done.stdout}{done.stderr}")


def make_peer(folder: Path) -> None:
    """The project that `wagtail start` makes, migrated on SQLite, with production settings and collected static files."""
    run([sys.executable, "-m", "wagtail.bin.wagtail", "start", PROJECT, str(folder)], folder, environment())
    settings = folder / PROJECT / "settings"
    (settings / "local.py").write_text(PRODUCTION.format(secret=os.urandom(20).hex(), host=HOST), encoding="utf-8")
    (settings / "with_cache.py").write_text(WITH_CACHE, encoding="utf-8")
    env = environment(DJANGO_SETTINGS_MODULE=f"{PROJECT}.settings.production")
    for task in (["migrate", "-v0"], ["collectstatic", "--noinput", "-v0"]):
        run([sys.executable, "manage.py", *task], folder, env)


@contextmanager
def served(application: str, folder: Path, env: dict[str, str]) -> Iterator[int]:
    """A server on a free loopback port, ended in any case."""
    port = free_port()
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port), "--workers", "1",
        "--no-ws", "--log-level", "error", "--workers-kill-timeout", "5", application,
    ]  # fmt: skip
    process = subprocess.Popen(command, cwd=folder, env=env, start_new_session=True)
    try:
        wait_for(port, process)
        yield port
    finally:
        end(process)


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    last = time.monotonic() + 60
    while time.monotonic() < last:
        if process.poll() is not None:
            raise SystemExit("a server ended before it was ready")
        try:
            with socket.create_connection((HOST, port), timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("a server was not ready within 60 s")


def end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=10)


def ask(client: http.client.HTTPConnection, asked: Asked) -> int:
    """One request; the number of bytes of its body. Anything but the page in the wanted encoding ends the run."""
    client.request("GET", asked.address, headers={"Accept-Encoding": asked.encoding})
    answer = client.getresponse()
    body = answer.read()
    sent = answer.getheader("Content-Encoding", "identity")
    wanted = "identity" if asked.server.startswith(PEER) else asked.encoding
    if answer.status != 200 or sent != wanted or not body:
        raise SystemExit(f"{asked.server} {asked.address}: status {answer.status}, encoding {sent}, {len(body)} bytes")
    return len(body)


def measure(port: int, asked: Asked, requests: int) -> None:
    """One round: a few requests that are not counted, then up to `requests` on one kept connection."""
    client = http.client.HTTPConnection(HOST, port, timeout=30)
    for _ in range(WARM):
        asked.size = ask(client, asked)
    spent = []
    start = before = time.perf_counter()
    while len(spent) < requests and before - start < MOST_SECONDS:
        ask(client, asked)
        now = time.perf_counter()
        spent.append(now - before)
        before = now
    client.close()
    asked.per_second.append(len(spent) / (before - start))
    asked.p50.append(1000 * statistics.median(spent))


def plan() -> list[Asked]:
    """What is measured against the peer: its own page from Django's page cache, then our pages."""
    found = [Asked(PEER_CACHED, "home", "/", "identity")]
    for server in (UNCACHED, CACHED):
        found += [Asked(server, page, path, encoding) for page, path in PAGES.items() for encoding in ("identity", "br")]
    return found


def target_of(asked: Asked) -> float | None:
    """The ratio to keep. None where there is none: for the peer itself, and compressed, which the peer doesn't do."""
    if asked.server.startswith(PEER) or asked.encoding != "identity":
        return None
    return CACHED_TARGET if asked.server == CACHED else TARGETS[asked.page]


def verdicts(peer: Asked, found: list[Asked]) -> bool:
    """Prints the table; True when every target is kept."""
    middle = statistics.median
    print(f"\n{'server':<21}{'page':<9}{'encoding':<10}{'bytes':>8}{'per s':>8}{'p50 ms':>8}{'ratio':>8}{'target':>8}")
    kept = True
    for asked in (peer, *found):
        ratio = middle(asked.ratio) if asked.ratio else 1.0
        line = f"{asked.server:<21}{asked.page:<9}{asked.encoding:<10}{asked.size:>8}{middle(asked.per_second):>8.0f}"
        line += f"{middle(asked.p50):>8.2f}{ratio:>8.2f}"
        target = target_of(asked)
        if target is not None:
            kept &= ratio >= target
            line += f"{target:>8.1f}  {'kept' if ratio >= target else 'missed'}"
        print(line)
    print("\nratio: requests a second over those of the peer's home page just before, the median of the rounds")
    return kept


def stop(number: int, _: object) -> None:
    """An order to end, or the end of the time: the servers are ended on the way out."""
    raise SystemExit(f"stopped by signal {signal.Signals(number).name}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9, help="rounds in which the servers take turns (default 9)")
    parser.add_argument("--requests", type=int, default=40, help=f"requests a page and round, at most {MOST_REQUESTS} (default 40)")
    options = parser.parse_args()
    requests = min(options.requests, MOST_REQUESTS)
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, MOST_IN_ALL)
    names = ("django", "granian", "wagtail", "jinja2", "brotli")
    print(f"python {sys.version.split()[0]}, {', '.join(f'{n} {version(n)}' for n in names)}, {os.cpu_count()} processors")
    print(f"{options.rounds} rounds of {requests} requests a page, one client, one kept connection")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-pages-")))
        make_peer(folder)
        ours = {"DJANGO_SETTINGS_MODULE": "cop.config.settings"}
        servers = {
            PEER: (f"{PROJECT}.wsgi:application", {"DJANGO_SETTINGS_MODULE": f"{PROJECT}.settings.production"}),
            PEER_CACHED: (f"{PROJECT}.wsgi:application", {"DJANGO_SETTINGS_MODULE": f"{PROJECT}.settings.with_cache"}),
            UNCACHED: ("cop.config.wsgi:application", {**ours, "COP_CACHED_PAGES": "0"}),
            CACHED: ("cop.config.wsgi:application", ours),
        }
        ports = {name: stack.enter_context(served(app, folder, environment(**env))) for name, (app, env) in servers.items()}
        peer, found = Asked(PEER, "home", "/", "identity"), plan()
        for _ in range(options.rounds):
            for asked in found:
                measure(ports[PEER], peer, requests)
                measure(ports[asked.server], asked, requests)
                asked.ratio.append(asked.per_second[-1] / peer.per_second[-1])
        kept = verdicts(peer, found)
    return 0 if kept else 1


if __name__ == "__main__":
    raise SystemExit(main())
