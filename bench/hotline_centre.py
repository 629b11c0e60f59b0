"""A centre in a folder of its own for the benches of the hotline, and a client that does as little as can be."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from cop.cli.dev.invented import go_live
from cop.cli.dev.postgres import Server, serving
from cop.cli.serve import server_command

HOST = "127.0.0.1"
REPORTS, FOLLOW_UP = "/api/v1/reports", "/api/v1/reports/follow-up"
PASSPHRASE = "five words are quite enough"  # noqa: S105 of a centre that is thrown away
SET_UP = """
from cop.cli.centre import set_up
set_up()
from cop.cli.dev.staff import make_lead
make_lead()
"""


@dataclass
class Centre:
    """A centre in a folder of its own; its server can be started, killed and started again."""

    folder: Path
    database: Server | None = None
    environment: dict[str, str] = field(default_factory=dict)
    port: int = 0
    server: subprocess.Popen[bytes] | None = None

    def prepare(self) -> None:
        """Database, keys, and the gate open."""
        self.environment = os.environ | {
            "COP_DATA": str(self.folder / "data"), "COP_DATABASE_URL": self.database.address if self.database else "",
            "COP_HOTLINE_PROOF_OF_WORK": "off", "COP_HOTLINE_RATE_LIMIT": "off",
        }  # fmt: skip
        (self.folder / "passphrase").write_text(PASSPHRASE, encoding="ascii")
        until = date.today() + timedelta(days=30)
        (self.folder / "declaration").write_text(go_live(until), encoding="ascii")
        self.cop("migrate")
        subprocess.run([sys.executable, "-c", SET_UP], env=self.environment, check=True)
        self.cop("hotline", "set-up", "--member", "lee@centre.example", "--passphrase-file", str(self.folder / "passphrase"))
        self.cop("hotline", "open", "--until", until.isoformat(), "--basis", str(self.folder / "declaration"),
                 "--by", "lee@centre.example")  # fmt: skip

    def cop(self, *arguments: str) -> str:
        """What a command prints."""
        done = subprocess.run(
            [sys.executable, "-m", "cop", *arguments], env=self.environment, check=True, capture_output=True, text=True
        )
        return done.stdout

    def start(self) -> None:
        """Start the web server and wait until it is ready."""
        with socket.socket() as probe:
            probe.bind((HOST, 0))
            self.port = probe.getsockname()[1]
        self.server = subprocess.Popen(
            server_command(HOST, self.port, 1), env=self.environment | {"COP_ROLE": "public"}, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=(self.folder / "log").open("ab"),
        )  # fmt: skip
        for _ in range(600):
            with contextlib.suppress(OSError), urllib.request.urlopen(f"http://{HOST}:{self.port}/healthz", timeout=5):
                return
            time.sleep(0.05)
        raise SystemExit("the server did not become ready")

    def kill(self) -> None:
        """Kill the web server and its workers with signal 9."""
        if self.server is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.server.pid, signal.SIGKILL)
            self.server.wait()
            self.server = None


@contextlib.contextmanager
def centre(database: str) -> Iterator[Centre]:
    """A prepared centre on SQLite or on a PostgreSQL that keeps what it committed."""
    folder = Path(tempfile.mkdtemp(prefix="cop-hotline-"))
    try:
        with contextlib.ExitStack() as stack:
            held = Centre(folder, stack.enter_context(serving(durable=True)) if database == "postgresql" else None)
            try:
                held.prepare()
                yield held
            finally:
                held.kill()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Lost(Exception):
    """The other side went away before it answered."""


class Client:
    """One keep-alive connection, with as little work as can be."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def post(self, path: str, held: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Status and JSON of an answer. Raises Lost."""
        body = json.dumps(held).encode()
        status, answer = await self.send(
            b"POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
            % (path.encode(), len(body))
            + body
        )
        return status, json.loads(answer)

    async def send(self, raw: bytes) -> tuple[int, bytes]:
        """Status and body of the answer to raw bytes. Raises Lost."""
        try:
            if self.reader is None or self.writer is None:
                self.reader, self.writer = await asyncio.open_connection(HOST, self.port)
            self.writer.write(raw)
            status = 100
            while status == 100:  # go on, said before the answer
                head = await self.reader.readuntil(b"\r\n\r\n")
                status = int(head.split(None, 2)[1])
            names = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:] if b": " in line)
            if raw.startswith(b"HEAD "):
                body = b""
            elif b"content-length" in names:
                body = await self.reader.readexactly(int(names[b"content-length"]))
            elif names.get(b"transfer-encoding") == b"chunked":
                body = await self.chunks()
            else:
                body = b""
            if names.get(b"connection") == b"close":
                self.close()
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError, IndexError) as error:
            self.close()
            raise Lost(str(error)) from error
        return status, body

    async def chunks(self) -> bytes:
        """A body that is sent in chunks."""
        assert self.reader is not None
        parts = []
        while size := int(await self.reader.readline(), 16):
            parts.append(await self.reader.readexactly(size))
            await self.reader.readline()
        await self.reader.readline()
        return b"".join(parts)

    def close(self) -> None:
        """The next request opens a new connection."""
        if self.writer is not None:
            self.writer.close()
        self.reader = self.writer = None


def a_report() -> dict[str, Any]:
    """A generated report with an invented address."""
    return {
        "address": f"https://site{secrets.randbelow(10**6)}.example/{secrets.token_hex(8)}", "concern": "abuse_material",
        "note": "I came upon this page.", "language": "en", "idempotency_key": secrets.token_urlsafe(32),
    }  # fmt: skip


COUNT = """
from cop.cli.centre import set_up
set_up()
import json
from cop.hotline.models import Message, Report
from cop.ground.models import AuditEntry
numbers = list(Report.objects.values_list("pk", flat=True))
print(json.dumps({"reports": len(numbers), "numbers": len(set(numbers)), "messages": Message.objects.count(),
                  "entries": AuditEntry.objects.filter(verb="receive").count()}))
"""


def count(held: Centre) -> dict[str, int]:
    done = subprocess.run([sys.executable, "-c", COUNT], env=held.environment, check=True, capture_output=True, text=True)
    found: dict[str, int] = json.loads(done.stdout)
    return found


async def one_report(port: int) -> tuple[int, dict[str, Any]]:
    client = Client(port)
    answer = await client.post(REPORTS, a_report())
    client.close()
    return answer
