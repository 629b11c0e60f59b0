"""One mail to one mail server by SMTP, and what became of it, as far as that can be known."""

from __future__ import annotations

import contextlib
import hashlib
import ipaddress
import smtplib
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP as LINES
from email.utils import format_datetime
from enum import StrEnum

PATIENCE = 30.0


class Tls(StrEnum):
    """How the way to the mail server is kept private. `off` is for a server on this very machine."""

    STARTTLS = "starttls"
    IMPLICIT = "implicit"
    OFF = "off"


class Fate(StrEnum):
    """What became of a try: delivered; later: surely not sent, try again; refused: for good; unknown: may have been sent;
    dropped: it must not go out any more.
    """

    DELIVERED = "delivered"
    LATER = "later"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    DROPPED = "dropped"


class NotNow(Exception):
    """What is sealed may not go out now; it is tried again. The sentence holds no address."""


class NotAnyMore(Exception):
    """What is sealed must not go out any more. The sentence holds no address."""


class NotReadable(Exception):
    """What is sealed can't be opened; a person has to look. The sentence holds no address."""


@dataclass(frozen=True)
class MailServer:
    """Where mails go out; `patience` in seconds for each answer of the server."""

    host: str
    port: int
    sender: str
    tls: Tls = Tls.STARTTLS
    user: str = ""
    password: str = ""
    patience: float = PATIENCE


@dataclass(frozen=True)
class Attachment:
    """A file of a mail; `type` such as application/json."""

    name: str
    type: str
    content: bytes


@dataclass(frozen=True)
class Outgoing:
    """A mail as it is claimed from the outbox. One that is `sealed` is opened before it is sent, and is `private` from then on."""

    id: int
    kind: str
    to: str
    subject: str
    body: str
    message_id: str
    posted_at: datetime
    key: str = ""
    sealed: bytes = b""
    attachments: tuple[Attachment, ...] = ()
    private: bool = False


Opener = Callable[[str, str, bytes], tuple[str, tuple[Attachment, ...]]]


@dataclass(frozen=True)
class Outcome:
    """A fate and, in one sentence, why; the sentence holds no address."""

    fate: Fate
    problem: str = ""


def message_bytes(mail: Outgoing, sender: str) -> bytes:
    """The mail as it goes over the wire, UTF-8 text; the same bytes and the same Message-ID at every try."""
    message = EmailMessage(policy=LINES)
    message["From"], message["To"], message["Subject"] = sender, mail.to, mail.subject
    message["Date"] = format_datetime(mail.posted_at)
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.body, cte="quoted-printable")
    for file in mail.attachments:
        main, _, sub = file.type.partition("/")
        signs = {"charset": "utf-8"} if main == "text" else {}
        message.add_attachment(file.content, maintype=main, subtype=sub, filename=file.name, params=signs)
    if message.is_multipart():
        message.set_boundary(hashlib.sha256(mail.message_id.encode()).hexdigest()[:40])
    return message.as_bytes()


def deliver(server: MailServer, mail: Outgoing, opener: Opener) -> Outcome:
    """Open a mail that is sealed with `opener` (kind, key and sealed bytes to body and attachments), and send it.

    `opener` raises NotNow, NotAnyMore or NotReadable for what it does not hand out.
    """
    if not mail.sealed:
        return send(server, mail)
    try:
        body, attachments = opener(mail.kind, mail.key, mail.sealed)
    except NotNow as error:
        return Outcome(Fate.LATER, str(error))
    except NotAnyMore as error:
        return Outcome(Fate.DROPPED, str(error))
    except NotReadable as error:
        return Outcome(Fate.REFUSED, str(error))
    return send(server, replace(mail, body=body, attachments=attachments, sealed=b"", private=True))


def send(server: MailServer, mail: Outgoing) -> Outcome:
    """Hand one mail to the server. Never raises for what the server or the network does.

    Before the text of the mail has gone out, a failure surely means not sent; afterwards, without the server's last word, unknown.
    """
    if not mail.to.isascii():
        return Outcome(Fate.REFUSED, "the address has letters that the mail server can't take")
    if mail.sealed:
        return Outcome(Fate.LATER, "the mail is still sealed")
    if mail.private and server.tls is Tls.OFF and not _is_here(server.host):
        return Outcome(Fate.LATER, "this mail goes over an encrypted connection only; see COP_MAIL_TLS")
    try:
        with _connected(server) as smtp:
            onward = ["REQUIRETLS"] if mail.private and smtp.has_extn("requiretls") else []  # RFC 8689: the whole way
            asked: tuple[Callable[[], tuple[int, bytes]], ...] = (
                lambda: smtp.mail(server.sender, onward), lambda: smtp.rcpt(mail.to),
            )  # fmt: skip
            for ask in asked:
                code, _ = ask()
                if code not in (250, 251):
                    return _answered(code)
            return _hand_over(smtp, message_bytes(mail, server.sender))
    except (smtplib.SMTPException, OSError) as error:
        return Outcome(Fate.LATER, _why(error))


def _hand_over(smtp: smtplib.SMTP, text: bytes) -> Outcome:
    try:
        code, _ = smtp.data(text)
    except smtplib.SMTPDataError as error:  # the server did not let the text begin
        return _answered(error.smtp_code)
    except (smtplib.SMTPException, OSError) as error:
        return Outcome(Fate.UNKNOWN, f"no last word from the mail server: {_why(error)}")
    return Outcome(Fate.DELIVERED) if code == 250 else _answered(code)


@contextlib.contextmanager
def _connected(server: MailServer) -> Iterator[smtplib.SMTP]:
    context = ssl.create_default_context()
    if server.tls is Tls.IMPLICIT:
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=server.patience, context=context)
    else:
        smtp = smtplib.SMTP(server.host, server.port, timeout=server.patience)
    try:
        if server.tls is Tls.STARTTLS:
            smtp.starttls(context=context)
        smtp.ehlo_or_helo_if_needed()
        if server.user:
            smtp.login(server.user, server.password)
        yield smtp
        with contextlib.suppress(smtplib.SMTPException, OSError):
            smtp.quit()
    finally:
        smtp.close()


def _is_here(host: str) -> bool:
    """Is this the very machine, by its name or number?"""
    try:
        return host == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _answered(code: int) -> Outcome:
    """4xx: later; 5xx and what no mail server should say: refused. The server's own words may hold an address: left out."""
    if 400 <= code < 500:
        return Outcome(Fate.LATER, f"the mail server answered {code}: later")
    return Outcome(Fate.REFUSED, f"the mail server refused with {code}")


def _why(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"the mail server answered {error.smtp_code}"
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "the mail server offers no STARTTLS, or no way to sign in; see COP_MAIL_TLS"
    if isinstance(error, TimeoutError | smtplib.SMTPServerDisconnected):
        return "the mail server hung up or was too slow"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate of the mail server is not trusted: {error.verify_message}"
    return f"the mail server can't be used: {getattr(error, 'strerror', None) or type(error).__name__}"
