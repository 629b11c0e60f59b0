"""Pages a second: this project's server beside a `wagtail start` project, by turns, from one client.

Home, map and country stand beside the peer's untouched home page; guidance and help beside a plain Wagtail page with the
same text. All run on the same web server with the same command and one worker. A second table tells the seconds for a first
visit over a slow line. Run: uv run --group bench python bench/pages.py
"""

from __future__ import annotations

import argparse
import gzip
import html
import http.client
import json
import os
import re
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
from html.parser import HTMLParser
from importlib.metadata import version
from pathlib import Path

HOST = "127.0.0.1"
MOST_REQUESTS, WARM = 300, 3
MOST_SECONDS, MOST_IN_ALL = 4.0, 240.0  # of one page in a round, and of the whole run
PAGES = {
    "home": "/en/",
    "map": "/en/map/",
    "country": "/en/countries/CRI/",
    "guidance": "/en/guidance/children/saying-no/",
    "help": "/en/help/SE/",
}
BESIDE = {"guidance": "/topic/", "help": "/help/"}  # the peer's page with the same text; the others stand beside its home page
TARGETS = {"home": 2.0, "map": 1.0, "country": 1.0, "guidance": 2.0, "help": 2.0}
CACHED_TARGET = 10.0
ROUND_TRIP, BITS_A_SECOND = 0.6, 50_000  # seconds, and the line of a first visit
LEAST_TRIPS, WITH_THEM = 3, 2  # to connect, for the page and for its stylesheet; each further file is one more
# Bytes of others, measured elsewhere, November 2026; a KB taken as 1000 bytes.
ELSEWHERE = {
    "bakerydemo, home, first view": 181_000,
    "Internet of Good Things v1": 272_000,
    "Internet of Good Things v2": 552_000,
    "guidelines of 2009, smallest PDF": 500_000,
    "guidelines of 2009, largest PDF": 3_810_000,
}
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
# The plain Wagtail page: a rich text and the simplest template over the project's own base.html.
TEXT_PAGE = """

from wagtail.fields import RichTextField  # noqa: E402


class TextPage(Page):
    body = RichTextField()
"""
TEXT_TEMPLATE = """{% extends "base.html" %}
{% load wagtailcore_tags %}
{% block content %}<main><h1>{{ page.title }}</h1>
{{ page.body|richtext }}</main>{% endblock %}
"""
PUBLISH = """
import json
from pathlib import Path
from home.models import HomePage, TextPage
for page in json.loads(Path("texts.json").read_text(encoding="utf-8")):
    HomePage.objects.get().add_child(instance=TextPage(**page)).save_revision().publish()
"""
KEPT_TAGS = {"h2", "h3", "h4", "p", "ul", "ol", "li", "a", "b", "br"}
WITHIN_LINES = {"a", "b", "bdi", "br", "span"}
OWN_LINES = {"h2", "h3", "h4", "p", "li"}


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


class Text(HTMLParser):
    """The text of a page's <main> as plain rich text: its h1 as the title, then paragraphs, headings, lists and links."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.title, self.body, self.words = "", "", ""
        self.inside = self.drawing = self.heading = self.loose = False
        self.lines = 0
        self.feed(page)
        self.close()
        self.title, self.words = " ".join(self.title.split()), " ".join(self.words.split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside |= tag == "main"
        self.drawing |= tag == "svg"
        self.heading |= tag == "h1"
        if not self.inside or self.drawing:
            return
        if tag == "span":
            self.handle_data(" ")
        if tag not in WITHIN_LINES:
            self.end_loose()
        self.lines += tag in OWN_LINES
        if tag in KEPT_TAGS:
            if tag in WITHIN_LINES:
                self.begin_loose()
            address = dict(attrs).get("href") if tag == "a" else None
            self.body += f'<a href="{html.escape(address)}">' if address else f"<{tag}>"

    def handle_endtag(self, tag: str) -> None:
        if self.inside and not self.drawing:
            if tag not in WITHIN_LINES:
                self.end_loose()
            self.lines -= tag in OWN_LINES
            if tag in KEPT_TAGS and tag != "br":
                self.body += f"</{tag}>"
        self.inside &= tag != "main"
        self.drawing &= tag != "svg"
        self.heading &= tag != "h1"

    def handle_data(self, data: str) -> None:
        if not self.inside or self.drawing:
            return
        if self.heading:
            self.title += data
            return
        if data.strip():
            self.begin_loose()
        self.body += html.escape(data, quote=False)
        self.words += data

    def begin_loose(self) -> None:
        """Text outside of a paragraph, heading or entry gets a paragraph of its own."""
        if not self.lines and not self.loose:
            self.body += "<p>"
            self.loose = True

    def end_loose(self) -> None:
        self.words += " "
        if self.loose:
            self.body += "</p>"
            self.loose = False


class Needed(HTMLParser):
    """The addresses of the files that a browser asks for to show a page: stylesheets, scripts and pictures."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.files: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        rel = (found.get("rel") or "").split()
        named = found.get("src") if tag in ("script", "img") else found.get("href") if {"stylesheet", "icon"} & set(rel) else None
        if named and not named.startswith("data:") and named not in self.files:
            self.files.append(named)


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


def make_peer(folder: Path, texts: dict[str, Text]) -> None:
    """The project that `wagtail start` makes, with a page type for plain text and a published page for each of `texts`.

    Migrated on SQLite, with production settings and collected static files. Its home page is untouched.
    """
    run([sys.executable, "-m", "wagtail.bin.wagtail", "start", PROJECT, str(folder)], folder, environment())
    settings = folder / PROJECT / "settings"
    (settings / "local.py").write_text(PRODUCTION.format(secret=os.urandom(20).hex(), host=HOST), encoding="utf-8")
    (settings / "with_cache.py").write_text(WITH_CACHE, encoding="utf-8")
    with (folder / "home" / "models.py").open("a", encoding="utf-8") as models:
        models.write(TEXT_PAGE)
    (folder / "home" / "templates" / "home" / "text_page.html").write_text(TEXT_TEMPLATE, encoding="utf-8")
    pages = [{"title": text.title, "slug": BESIDE[page].strip("/"), "body": text.body} for page, text in texts.items()]
    (folder / "texts.json").write_text(json.dumps(pages), encoding="utf-8")
    env = environment(DJANGO_SETTINGS_MODULE=f"{PROJECT}.settings.production")
    collect = ["collectstatic", "--noinput", "-v0"]
    for task in (["makemigrations", "home", "-v0"], ["migrate", "-v0"], collect, ["shell", "-v0", "-c", PUBLISH]):
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


def fetch(client: http.client.HTTPConnection, address: str, accepted: str, wanted: str) -> bytes:
    """One request; the body as sent. Anything but an answer in the wanted encoding ends the run."""
    client.request("GET", address, headers={"Accept-Encoding": accepted})
    answer = client.getresponse()
    body = answer.read()
    sent = answer.getheader("Content-Encoding", "identity")
    if answer.status != 200 or sent != wanted or not body:
        raise SystemExit(f"port {client.port}, {address}: status {answer.status}, encoding {sent}, {len(body)} bytes")
    return body


def fetched(port: int, address: str, accepted: str = "identity", wanted: str = "identity") -> bytes:
    """The same on a connection of its own."""
    client = http.client.HTTPConnection(HOST, port, timeout=30)
    try:
        return fetch(client, address, accepted, wanted)
    finally:
        client.close()


def ask(client: http.client.HTTPConnection, asked: Asked) -> int:
    """One request; the number of bytes of its body."""
    wanted = "identity" if asked.server.startswith(PEER) else asked.encoding
    return len(fetch(client, asked.address, asked.encoding, wanted))


def text_of(port: int, address: str) -> Text:
    return Text(fetched(port, address).decode())


def same_text(port: int, texts: dict[str, Text]) -> None:
    """Ends the run unless the peer's pages have the words and links of ours."""
    for page, ours in texts.items():
        peers = text_of(port, BESIDE[page])
        links = [re.findall(r'href="([^"]*)"', text.body) for text in (ours, peers)]
        if not ours.words or (ours.title, ours.words) != (peers.title, peers.words) or links[0] != links[1]:
            raise SystemExit(f"the peer's {BESIDE[page]} has another text than our {PAGES[page]}")
        print(f"{BESIDE[page]} of the peer has the text of our {page}: {len(ours.words.split())} words, {len(links[0])} links")


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


def peers() -> dict[str, Asked]:
    """The peer's page beside each of ours."""
    home = Asked(PEER, "home", "/", "identity")
    return {page: Asked(PEER, page, BESIDE[page], "identity") if page in BESIDE else home for page in PAGES}


def plan() -> list[Asked]:
    """What is measured against the peer: its own pages from Django's page cache, then our pages."""
    found = [Asked(PEER_CACHED, page, address, "identity") for page, address in {"home": "/", **BESIDE}.items()]
    for server in (UNCACHED, CACHED):
        found += [Asked(server, page, path, encoding) for page, path in PAGES.items() for encoding in ("identity", "br")]
    return found


def target_of(asked: Asked) -> float | None:
    """The ratio to keep. None where there is none: for the peer itself, and compressed, which the peer doesn't do."""
    if asked.server.startswith(PEER) or asked.encoding != "identity":
        return None
    return CACHED_TARGET if asked.server == CACHED else TARGETS[asked.page]


def verdicts(beside: dict[str, Asked], found: list[Asked]) -> bool:
    """Prints the table; True when every target is kept."""
    middle = statistics.median
    print(f"\n{'server':<21}{'page':<9}{'encoding':<10}{'bytes':>8}{'per s':>8}{'p50 ms':>8}{'ratio':>8}{'target':>8}")
    kept = True
    for asked in (beside["home"], *(beside[page] for page in BESIDE), *found):
        ratio = middle(asked.ratio) if asked.ratio else 1.0
        line = f"{asked.server:<21}{asked.page:<9}{asked.encoding:<10}{asked.size:>8}{middle(asked.per_second):>8.0f}"
        line += f"{middle(asked.p50):>8.2f}{ratio:>8.2f}"
        target = target_of(asked)
        if target is not None:
            kept &= ratio >= target
            line += f"{target:>8.1f}  {'kept' if ratio >= target else 'missed'}"
        print(line)
    print("\nratio: requests a second over those of the peer just before, the median of the rounds;")
    print("guidance and help: over its plain page with the same text, the others: over its untouched home page")
    return kept


def trips(sizes: list[int]) -> int:
    """Round trips of a first visit that fetches files of these sizes, the page among them."""
    return LEAST_TRIPS + max(0, len(sizes) - WITH_THEM)


def seconds(sizes: list[int]) -> float:
    """The time of such a visit over the slow line."""
    return trips(sizes) * ROUND_TRIP + sum(sizes) * 8 / BITS_A_SECOND


def our_visit(port: int, page: str) -> list[int]:
    """Bytes as sent with gzip: of the page, then of each file that it asks for."""
    sent = fetched(port, PAGES[page], "gzip", "gzip")
    files = [fetched(port, file, "gzip", "gzip") for file in Needed(gzip.decompress(sent).decode()).files]
    if any(re.search(rb"@import|url\(\s*['\"]?(?!data:|#)", gzip.decompress(file)) for file in files):
        raise SystemExit("our stylesheet asks for further files, which aren't counted")
    return [len(sent), *map(len, files)]


def peer_visit(port: int, folder: Path, page: str) -> tuple[list[int], list[int]]:
    """Bytes of the peer's page and of its files as they are, and as they were if a server before it made gzip of them.

    The project doesn't serve its files in production: they are read where it collects them for another server.
    """
    sent = fetched(port, BESIDE[page], "gzip", "identity")
    all_of_it = [sent, *((folder / file.lstrip("/")).read_bytes() for file in Needed(sent.decode()).files)]
    return [len(b) for b in all_of_it], [min(len(b), len(gzip.compress(b, 6))) for b in all_of_it]


def visits(ours: int, peer: int, folder: Path) -> None:
    """Prints the seconds for a first visit: of ours and the peer's from the bytes of this run, then of others."""
    print(f"\n{'seconds for a first visit':<34}{'page':>9}{'its files':>12}{'bytes':>10}{'trips':>7}{'seconds':>9}")
    for page in BESIDE:
        plain, small = peer_visit(peer, folder, page)
        named = {f"ours, {page}, gzip": our_visit(ours, page), f"{PEER}, {page}, as sent": plain, f"{PEER}, {page}, if gzip": small}
        for name, sizes in named.items():
            line = f"{name:<34}{sizes[0]:>9}{f'{len(sizes) - 1}: {sum(sizes[1:])}':>12}{sum(sizes):>10}"
            print(f"{line}{trips(sizes):>7}{seconds(sizes):>9.1f}")
    for name, size in ELSEWHERE.items():
        print(f"{name:<34}{'':>21}{size:>10}{trips([size]):>7}{seconds([size]):>9.1f}")
    line = f"{BITS_A_SECOND // 1000} kbit/s"
    print(f"\nseconds: round trips of {ROUND_TRIP} s, and bytes over {line}. Three trips: to connect, for the page, for its")
    print("stylesheet; each further file is taken as one more (of the peer an empty script, which a browser may fetch beside")
    print(f"the stylesheet: then {ROUND_TRIP} s less). Bodies only: no headers, encryption, name look-up or slow start.")
    print("The last five were measured elsewhere, November 2026; how many files they are isn't known, so three trips for each.")


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
        ports: dict[str, int] = {}

        def serve(name: str, application: str, **env: str) -> None:
            ports[name] = stack.enter_context(served(application, folder, environment(**env)))

        ours, wagtail = "cop.config.wsgi:application", f"{PROJECT}.wsgi:application"
        serve(UNCACHED, ours, DJANGO_SETTINGS_MODULE="cop.config.settings", COP_CACHED_PAGES="0")
        serve(CACHED, ours, DJANGO_SETTINGS_MODULE="cop.config.settings")
        texts = {page: text_of(ports[UNCACHED], PAGES[page]) for page in BESIDE}
        make_peer(folder, texts)
        serve(PEER, wagtail, DJANGO_SETTINGS_MODULE=f"{PROJECT}.settings.production")
        serve(PEER_CACHED, wagtail, DJANGO_SETTINGS_MODULE=f"{PROJECT}.settings.with_cache")
        same_text(ports[PEER], texts)
        beside, found = peers(), plan()
        for _ in range(options.rounds):
            for asked in found:
                peer = beside[asked.page]
                measure(ports[PEER], peer, requests)
                measure(ports[asked.server], asked, requests)
                asked.ratio.append(asked.per_second[-1] / peer.per_second[-1])
        kept = verdicts(beside, found)
        visits(ports[CACHED], ports[PEER], folder)
    return 0 if kept else 1


if __name__ == "__main__":
    raise SystemExit(main())
