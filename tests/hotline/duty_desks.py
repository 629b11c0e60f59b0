"""Duty desks on loopback: a web hook over HTTP or TLS that says what it is told to, and a mail server that keeps what comes."""

from __future__ import annotations

import datetime as dt
import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from threading import Thread
from typing import Any

from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from cop.ground.actions.outbox import claim, settle
from cop.ground.exchange.mail import MailServer, Tls, send


@dataclass
class Hook:
    """A web hook: its address, what it answers, and what it was sent."""

    address: str = ""
    status: int = 204
    got: list[tuple[str, dict[str, Any]]] = field(default_factory=list)


@contextmanager
def a_hook(certificate: Path | None = None) -> Iterator[Hook]:
    """A hook on a free port; over TLS with the certificate of `a_certificate`."""
    hook = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            hook.got.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
            self.send_response(hook.status)
            if 300 <= hook.status < 400:
                self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    hook.address = f"http{'s' if certificate else ''}://127.0.0.1:{server.server_port}/duty?desk=7"
    Thread(target=server.serve_forever, daemon=True).start()
    yield hook
    server.shutdown()
    server.server_close()


def a_certificate(folder: Path) -> Path:
    """Key and certificate for 127.0.0.1 in one file, which is its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    begin = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 7, begin, begin + dt.timedelta(days=9000))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, SHA256())
    )
    path = folder / "hook.pem"
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + made.public_bytes(Encoding.PEM))
    return path


class Kept:
    """A mail server's memory; a mail to somebody in `refuses` is refused."""

    def __init__(self) -> None:
        self.taken: list[Any] = []
        self.refuses: set[str] = set()
        self.server = MailServer("127.0.0.1", 0, "centre@cop.example", Tls.OFF, patience=2)

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        if address in self.refuses:
            return "550 no such desk"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.taken.append(message_from_bytes(envelope.original_content, policy=policy.default))
        return "250 taken"

    def work(self, at: dt.datetime) -> list[str]:
        """What a worker does with everything that is due; answers the states."""
        states = []
        while (mail := claim(at=at)) is not None:
            states.append(settle(mail=mail.id, outcome=send(self.server, mail), at=at))
        return states


@contextmanager
def a_mail_server(port: int) -> Iterator[Kept]:
    """A mail server on `port`."""
    kept = Kept()
    controller = Controller(kept, hostname="127.0.0.1", port=port, ready_timeout=20)
    controller.start()
    kept.server = MailServer("127.0.0.1", port, "centre@cop.example", Tls.OFF, patience=2)
    yield kept
    controller.stop(no_assert=True)
