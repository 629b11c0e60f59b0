"""The outside of a demonstration, all of it on this machine: names, registers, web servers that obey notices, a mail server."""

from __future__ import annotations

import hashlib
from pathlib import Path
from types import TracebackType

from cop.cli.dev.loopback import HERE, Loopback
from cop.cli.dev.loopback_mail import MailServer
from cop.cli.dev.loopback_registers import Hoster
from cop.cli.dev.loopback_web import Running

# Networks that are reserved for documentation, hosts that don't exist, and country codes that ISO 3166-1 leaves to its users.
HOSTERS = (
    Hoster("Alder Hosting (invented)", "192.0.2.0/24", "XA", 64496, ("abuse@alder.example",)),
    Hoster("Birch Servers (invented)", "198.51.100.0/25", "XB", 64497, ("abuse@birch.example",), rdap_abuse=False),
)
FIRST = ("192.0.2.", "198.51.100.")


class Outside:
    """An internet in which every name under `.example` leads to one of two hosts; one that gets a mail takes its pages down."""

    def __init__(self, folder: Path) -> None:
        self.internet = Loopback()
        self.mails = folder / "mails"
        self._mail = MailServer(self.mails, self._obey)
        self._running: Running | None = None

    def __enter__(self) -> Outside:
        self.internet.start()
        for hoster in HOSTERS:
            self.internet.hoster(hoster)
        self.internet.everywhere(_address_of)
        self._running = Running(self._mail)
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        if self._running is not None:
            self._running.stop()
        self.internet.stop()

    def environment(self) -> dict[str, str]:
        """The settings of a demonstration that lead here."""
        mail = {"COP_MAIL": f"smtp://{HERE}:{self._mail.server_address[1]}", "COP_MAIL_TLS": "off",
                "COP_MAIL_FROM": "hotline@centre.example"}  # fmt: skip
        return self.internet.environment() | mail

    def _obey(self, to: str) -> None:
        """A host that was written to takes down every page that it has."""
        for hoster in HOSTERS:
            if to in hoster.abuse:
                for host in self.internet.register.hosts_in(hoster.network):
                    self.internet.pages.close(host)


def _address_of(host: str) -> str:
    """The one network address of a name, always the same."""
    digest = hashlib.sha256(host.lower().encode()).digest()
    return f"{FIRST[digest[0] % len(FIRST)]}{digest[1] % 100 + 10}"
