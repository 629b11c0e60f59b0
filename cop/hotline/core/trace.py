"""Who hosts an address, in which country, and how they are written to: what several sources said, each with its moment.

Nothing here is guessed. Sources that contradict each other give no country, and without a country no notice leaves.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from cop.ground.core.door import mark

VERSION = 1
HOST, PROXY = "host", "proxy"
PARTIES: dict[str, str] = {
    HOST: mark("Who runs the server"),
    PROXY: mark("Somebody who only stands before the server"),
}
ADDRESS, NETWORK, HOLDER, ASN, COUNTRY, ABUSE = "address", "network", "holder", "asn", "country", "abuse"
REGISTRAR, REGISTRAR_ABUSE, FAULT = "registrar", "registrar_abuse", "fault"
ABOUT: dict[str, str] = {
    ADDRESS: mark("Network address"),
    NETWORK: mark("Network"),
    HOLDER: mark("Holder of the network"),
    ASN: mark("Autonomous system"),
    COUNTRY: mark("Country"),
    ABUSE: mark("Abuse contact"),
    REGISTRAR: mark("Registrar of the name"),
    REGISTRAR_ABUSE: mark("Abuse contact of the registrar"),
    FAULT: mark("Not found out"),
}
SOURCES: dict[str, str] = {
    "dns": mark("Domain name system"),
    "rdap": mark("Register (RDAP)"),
    "whois": mark("Register (WHOIS)"),
    "origin": mark("Table of routes"),
}
FAULTS: dict[str, str] = {
    "not_traceable": mark("Nobody can be found for this kind of address"),
    "not_set_up": mark("This source is not set up"),
    "no_such_host": mark("The name leads nowhere"),
    "no_answer": mark("No answer"),
    "refused_address": mark("The name leads to a network address that is not public"),
    "not_found": mark("The source knows nothing about it"),
    "unusable": mark("The answer can't be used"),
    "other_network": mark("The answer is about another network"),
}


class TraceError(Exception):
    """Bytes that hold no trace."""


@dataclass(frozen=True)
class Finding:
    """What one source said about one thing at one moment; `ip` is the network address that it holds for, "" for the name."""

    about: str
    says: str
    source: str
    at: datetime
    ip: str = ""


@dataclass(frozen=True)
class Contact:
    """Where a party takes word of abuse: mail, the party (host, proxy, registrar), and who says so."""

    mail: str
    party: str
    source: str
    at: datetime


@dataclass(frozen=True)
class Traced:
    """One trace of a host. `party` is what the contacts reach: the host, or a proxy before it."""

    host: str
    at: datetime
    party: str = HOST
    findings: tuple[Finding, ...] = ()

    @property
    def addresses(self) -> tuple[str, ...]:
        """The network addresses that the host resolved to."""
        return self._said(ADDRESS)

    @property
    def network(self) -> str:
        """The network that registers name, "" unknown; several are parted by commas."""
        return ", ".join(self._said(NETWORK, "rdap") or self._said(NETWORK, "whois") or self._said(NETWORK))

    @property
    def asns(self) -> tuple[int, ...]:
        """Numbers of the autonomous systems that announce the addresses."""
        return tuple(int(number) for number in self._said(ASN))

    @property
    def asn(self) -> str:
        """The same as text, such as 64496, 64497; "" unknown."""
        return ", ".join(map(str, self.asns))

    @property
    def system(self) -> str:
        """The autonomous system as it is kept beside a trace, such as AS64496; "" unknown, or where there are several."""
        return f"AS{self.asn}" if len(self.asns) == 1 else ""

    @property
    def holder(self) -> str:
        """Who the registers say holds the network."""
        return ", ".join(self._said(HOLDER))

    @property
    def registrar(self) -> str:
        """Through whom the name was registered."""
        return ", ".join(self._said(REGISTRAR))

    @property
    def abuse(self) -> tuple[Contact, ...]:
        """Abuse contacts of the party, with source and moment; each mail once."""
        return self._contacts(ABUSE, self.party)

    @property
    def registrar_abuse(self) -> tuple[Contact, ...]:
        """Abuse contacts of the registrar. Nobody writes there by a timer (S-07)."""
        return self._contacts(REGISTRAR_ABUSE, "registrar")

    @property
    def country(self) -> str:
        """What `agree` says."""
        return self.agree()

    @property
    def faults(self) -> tuple[Finding, ...]:
        """What could not be found out, and from whom."""
        return tuple(one for one in self.findings if one.about == FAULT)

    def agree(self) -> str:
        """The country of hosting as two letters, where every address has one and no source contradicts another; else ""."""
        if not self.addresses:
            return ""
        countries = {one.says for one in self.findings if one.about == COUNTRY}
        placed = {one.ip for one in self.findings if one.about == COUNTRY}
        return countries.pop() if len(countries) == 1 and placed >= set(self.addresses) else ""

    def _said(self, about: str, source: str = "") -> tuple[str, ...]:
        found = (one.says for one in self.findings if one.about == about and source in ("", one.source))
        return tuple(dict.fromkeys(found))

    def _contacts(self, about: str, party: str) -> tuple[Contact, ...]:
        first: dict[str, Contact] = {}
        for one in self.findings:
            if one.about == about:
                first.setdefault(one.says.lower(), Contact(one.says, party, one.source, one.at))
        return tuple(first.values())


def changed(before: Traced, after: Traced) -> tuple[str, ...]:
    """What a second trace says otherwise: of address, network, asn, country, abuse, party, in this order; () for the same."""
    pairs = (
        (ADDRESS, set(before.addresses), set(after.addresses)),
        (NETWORK, set(before.network.split(", ")), set(after.network.split(", "))),
        (ASN, set(before.asns), set(after.asns)),
        (COUNTRY, before.country, after.country),
        (ABUSE, {one.mail.lower() for one in before.abuse}, {one.mail.lower() for one in after.abuse}),
        ("party", before.party, after.party),
    )
    return tuple(about for about, old, new in pairs if old != new)


def kept(traced: Traced) -> bytes:
    """A trace as evidence: JSON in UTF-8, the same bytes for the same trace."""
    held = {"version": VERSION, **asdict(traced)}
    return json.dumps(held, default=datetime.isoformat, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def read_kept(raw: bytes) -> Traced:
    """The trace that `kept` wrote. Raises TraceError for other bytes."""
    try:
        held = json.loads(raw)
        if held["version"] != VERSION:
            raise TraceError("the trace is of a version that this program doesn't know")
        return Traced(_text(held["host"]), _moment(held["at"]), _text(held["party"]), tuple(map(_finding, held["findings"])))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise TraceError("these bytes hold no trace") from None


def _finding(row: dict[str, Any]) -> Finding:
    if row["about"] == ASN:
        int(row["says"])
    return Finding(_text(row["about"]), _text(row["says"]), _text(row["source"]), _moment(row["at"]), _text(row["ip"]))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("a text is needed")
    return value


def _moment(value: object) -> datetime:
    moment = datetime.fromisoformat(_text(value))
    if moment.tzinfo is None:
        raise ValueError("a moment needs its zone")
    return moment
