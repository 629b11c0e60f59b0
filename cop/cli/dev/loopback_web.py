"""Web servers of the loopback internet, with a certificate authority of their own, and pages that can be taken down."""

from __future__ import annotations

import contextlib
import datetime
import ipaddress
import socket
import socketserver
import ssl
import threading
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HERE = "127.0.0.1"
_LONGEST = 16_384


class Running:
    """A server in a thread of its own."""

    def __init__(self, server: socketserver.TCPServer) -> None:
        self._server = server
        self._thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_address[1])

    def stop(self) -> None:
        """End it and give the port back."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)


class Pages:
    """Which pages are there: hosts that were named answer 200 unless something else is set; others 404."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._hosts: set[str] = set()
        self._answers: dict[tuple[str, str], int] = {}
        self._asked: list[str] = []

    def forget(self) -> None:
        """No page is there."""
        with self._lock:
            for held in (self._hosts, self._answers, self._asked):
                held.clear()

    def host(self, host: str) -> None:
        """Pages of this host are there from now on."""
        with self._lock:
            self._hosts.add(host)

    def close(self, host: str) -> None:
        """No page of this host is there any more."""
        with self._lock:
            self._hosts.discard(host)

    def answer(self, host: str, path: str, status: int) -> None:
        """Answer a page with this number from now on."""
        with self._lock:
            self._answers[host, path] = status

    def asked(self) -> tuple[str, ...]:
        """What was asked, in order."""
        with self._lock:
            return tuple(self._asked)

    def status(self, method: str, host: str, path: str) -> int:
        """The number for one request, which is taken down."""
        with self._lock:
            self._asked.append(f"{method} {host} {path}")
            return self._answers.get((host, path), 200 if host in self._hosts else 404)


class WebServer(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """Answers every request with a number and, to GET, one line; with TLS where it is given a context."""

    daemon_threads = True
    allow_reuse_address = True
    block_on_close = False

    def __init__(self, pages: Pages, context: ssl.SSLContext | None = None) -> None:
        super().__init__((HERE, 0), _Web)
        self.pages, self.context = pages, context

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Callers that hang up are part of the game."""


class _Web(socketserver.BaseRequestHandler):
    server: WebServer

    def handle(self) -> None:
        """One request."""
        line: socket.socket = self.request
        if self.server.context is not None:
            line = self.server.context.wrap_socket(line, server_side=True)
        with line:
            method, path, host = _request(line)
            status = self.server.pages.status(method, host, path)
            body = b"A page of the demonstration.\n" if status == 200 else b""
            onward = b"Location: http://elsewhere.example/\r\n" if 300 <= status < 400 else b""
            head = b"HTTP/1.1 %d Said\r\nContent-Length: %d\r\n%sConnection: close\r\n\r\n" % (status, len(body), onward)
            line.sendall(head + (body if method == "GET" else b""))
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_WR)


def _request(line: socket.socket) -> tuple[str, str, str]:
    held = b""
    while b"\r\n\r\n" not in held and len(held) < _LONGEST:
        more = line.recv(4096)
        if not more:
            break
        held += more
    rows = held.decode("latin-1").split("\r\n")
    method, path, *_ = [*rows[0].split(" "), "", ""]
    host = next((row[5:].strip() for row in rows if row.lower().startswith("host:")), "")
    return method, path, host.partition(":")[0]


class Authority:
    """Makes certificates for names of the loopback internet; `file` holds its own, which callers must be told to trust."""

    def __init__(self, folder: Path) -> None:
        self.file, self._chain = folder / "authority.pem", folder / "server.pem"
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Loopback authority (demonstration)")])
        made = self._sign(self._name, self._key, x509.BasicConstraints(ca=True, path_length=0), None)
        self.file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
        self._names: list[str] = []
        self._context: ssl.SSLContext | None = None

    def certify(self, host: str) -> None:
        """Let the servers prove that they are this host."""
        if host not in self._names:
            self._names.append(host)
        if self._context is not None:
            self._load(self._context)

    def context(self) -> ssl.SSLContext:
        """What a server with TLS needs."""
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._load(self._context)
        return self._context

    def _load(self, context: ssl.SSLContext) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(HERE)), *map(x509.DNSName, self._names)])
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "loopback")])
        made = self._sign(subject, key, x509.BasicConstraints(ca=False, path_length=None), names)
        private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        self._chain.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
        context.load_cert_chain(self._chain)

    def _sign(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        kind: x509.BasicConstraints,
        names: x509.SubjectAlternativeName | None,
    ) -> x509.Certificate:
        now = datetime.datetime.now(datetime.UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=30))
            .add_extension(kind, critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
        )
        if names is not None:
            made = made.add_extension(names, critical=False)
        else:
            unused = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement")
            usage = dict.fromkeys((*unused, "encipher_only", "decipher_only"), False)
            made = made.add_extension(x509.KeyUsage(key_cert_sign=True, crl_sign=True, **usage), critical=True)
        return made.sign(self._key, hashes.SHA256())
