"""A real mail server on loopback that refuses, is slow, hangs up, or offers no TLS, as a test tells it to."""

import socket
import ssl
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from cop.ground.exchange.mail import MailServer, Tls

AT = datetime(2026, 11, 22, 10, tzinfo=UTC)


class Counterpart:
    """What a mail server does with mails; `said` are its answers in turn, 250 afterwards."""

    def __init__(self, *said, at_data=None, extensions=()):
        self.said, self.at_data, self.taken, self.options, self.extensions = list(said), at_data, [], [], extensions

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        session.host_name = hostname
        return [*responses[:-1], *(f"250-{name}" for name in self.extensions), responses[-1]]

    async def handle_RCPT(self, server, session, envelope, address, options):
        said = self.said.pop(0) if self.said else "250 OK"
        if said.startswith("250"):
            envelope.rcpt_tos.append(address)
        return said

    async def handle_DATA(self, server, session, envelope):
        self.taken.append(message_from_bytes(envelope.original_content, policy=policy.default))
        if self.at_data:
            await self.at_data(server)
        return "250 taken"


class Knowing(SMTP):
    """Knows the extension REQUIRETLS, where the counterpart offers it, and remembers when it was asked for."""

    async def smtp_MAIL(self, arg):
        asked = " REQUIRETLS" in (arg or "")
        self.event_handler.options.append(asked)
        await super().smtp_MAIL(arg.replace(" REQUIRETLS", "") if "REQUIRETLS" in self.event_handler.extensions else arg)


class KnowingController(Controller):
    def factory(self):
        return Knowing(self.handler, **self.SMTP_kwargs)


@pytest.fixture
def counterpart():
    running = []

    def start(*said, at_data=None, extensions=(), **options):
        handler = Counterpart(*said, at_data=at_data, extensions=extensions)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        controller = KnowingController(handler, hostname="127.0.0.1", port=port, ready_timeout=20, **options)
        controller.start()
        running.append(controller)
        return handler, MailServer("127.0.0.1", port, "centre@cop.example", Tls.OFF, patience=2)

    yield start
    for controller in running:
        controller.stop(no_assert=True)


def self_signed(folder):
    """The TLS side of a server whose certificate nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, AT - timedelta(days=400), AT + timedelta(days=4000)).sign(
        key, SHA256()
    )
    (folder / "mail.pem").write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + made.public_bytes(Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "mail.pem")
    return context
