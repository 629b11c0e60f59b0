"""Servers of the loopback internet that know names and networks: DNS with routes, RDAP, WHOIS, and the proxy."""

from __future__ import annotations

import contextlib
import ipaddress
import json
import select
import socket
import socketserver
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from typing import Any

import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

HERE = "127.0.0.1"
_V4_ONLY, _LONGEST = 4, 8192


@dataclass(frozen=True)
class Hoster:
    """Who has a network, and what registers say of it. `routes_country` is what the routes say, the same unless it is given."""

    holder: str
    network: str
    country: str
    asn: int
    abuse: tuple[str, ...]
    routes_country: str | None = None
    rdap: bool = True  # False: only WHOIS knows it
    rdap_abuse: bool = True  # False: RDAP knows it, and WHOIS alone says whom to write to


class Register:
    """What is known of names and networks; changes hold at once."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._hosters: dict[str, Hoster] = {}
        self._names: dict[str, tuple[str, ...]] = {}
        self._registrars: dict[str, str] = {}
        self._turns: dict[str, list[tuple[str, ...]]] = {}
        self.discover: Callable[[str], None] | None = None  # asked for a name that isn't there yet, may enter it

    def forget(self) -> None:
        """Know nothing."""
        with self._lock:
            for held in (self._hosters, self._names, self._registrars, self._turns):
                held.clear()

    def add(self, hoster: Hoster) -> None:
        """Enter a network."""
        with self._lock:
            self._hosters[hoster.network] = hoster

    def name(self, host: str, addresses: tuple[str, ...], registrar: str) -> None:
        """Enter a name; without addresses it is gone."""
        with self._lock:
            self._names.pop(host, None)
            if addresses:
                self._names[host] = addresses
            self._registrars[".".join(host.split(".")[-2:])] = registrar

    def rebind(self, host: str, *turns: tuple[str, ...]) -> None:
        """Let a name lead elsewhere at each question for IPv4, as somebody does who wants to slip through a check."""
        with self._lock:
            self._names[host] = turns[-1]
            self._turns[host] = list(turns[:-1])

    def addresses(self, host: str, version: int) -> tuple[str, ...] | None:
        """Where a name leads; None for a name that isn't there."""
        if self.discover is not None and host not in self._names:
            self.discover(host)
        with self._lock:
            turns = self._turns.get(host)
            found = turns.pop(0) if turns and version == _V4_ONLY else self._names.get(host)
        return None if found is None else tuple(one for one in found if ipaddress.ip_address(one).version == version)

    def hoster_of(self, ip: str) -> Hoster | None:
        """Who has the smallest network with this address."""
        with self._lock:
            found = [one for one in self._hosters.values() if ipaddress.ip_address(ip) in ipaddress.ip_network(one.network)]
        return max(found, key=lambda one: ipaddress.ip_network(one.network).prefixlen, default=None)

    def hosts_in(self, network: str) -> list[str]:
        """The names that lead into a network."""
        net = ipaddress.ip_network(network)
        with self._lock:
            return [host for host, found in self._names.items() if any(ipaddress.ip_address(one) in net for one in found)]

    def register_domains(self, registrars: dict[str, str]) -> None:
        """Know these domains and their registrars, and no others."""
        with self._lock:
            self._registrars = dict(registrars)

    def registrar_of(self, domain: str) -> str | None:
        """Through whom a name was registered."""
        with self._lock:
            return self._registrars.get(domain)


class _Threads(socketserver.ThreadingMixIn):
    daemon_threads = True
    allow_reuse_address = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Callers that hang up are part of the game."""


class DnsServer(_Threads, socketserver.UDPServer):
    """Answers A, AAAA and the texts of routes over UDP."""

    max_packet_size = 4096

    def __init__(self, register: Register, zones: tuple[str, str]) -> None:
        super().__init__((HERE, 0), _Dns)
        self.register, self.zones = register, zones
        self.questions: list[str] = []


class DnsByTcp(_Threads, socketserver.TCPServer):
    """The same over TCP at the same port, for answers that are too long for one packet. Raises OSError where the port is taken."""

    def __init__(self, udp: DnsServer) -> None:
        super().__init__((HERE, udp.server_address[1]), _DnsByTcp)
        self.udp = udp


def dns_servers(register: Register, zones: tuple[str, str]) -> tuple[DnsServer, DnsByTcp]:
    """Both, at one free port."""
    for _ in range(20):
        udp = DnsServer(register, zones)
        try:
            return udp, DnsByTcp(udp)
        except OSError:
            udp.server_close()
    raise OSError("no port is free for UDP and TCP alike")


class _Dns(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        """One packet; what doesn't fit into another is marked as cut."""
        packet, line = self.request
        with contextlib.suppress(dns.exception.DNSException):
            question = dns.message.from_wire(packet)
            answer = _dns_answer(question, self.server)
            line.sendto(answer.to_wire(max_size=question.payload or 512, prefer_truncation=True), self.client_address)


class _DnsByTcp(socketserver.StreamRequestHandler):
    server: DnsByTcp

    def handle(self) -> None:
        """One question with its length before it."""
        with contextlib.suppress(dns.exception.DNSException):
            packet = self.rfile.read(int.from_bytes(self.rfile.read(2), "big"))
            wire = _dns_answer(dns.message.from_wire(packet), self.server.udp).to_wire(max_size=65535)
            self.wfile.write(len(wire).to_bytes(2, "big") + wire)


def _dns_answer(question: dns.message.Message, server: Any) -> dns.message.Message:
    answer = dns.message.make_response(question, recursion_available=True)
    asked = question.question[0]
    name, kind = asked.name.to_text(omit_final_dot=True).lower(), asked.rdtype
    server.questions.append(f"{dns.rdatatype.to_text(kind)} {name}")
    rows: tuple[str, ...] | None
    if kind == dns.rdatatype.TXT:
        rows = _routes(name, server)
    elif kind in (dns.rdatatype.A, dns.rdatatype.AAAA):
        rows = server.register.addresses(name, 4 if kind == dns.rdatatype.A else 6)
    else:
        rows = ()
    if rows is None:
        answer.set_rcode(dns.rcode.NXDOMAIN)
    elif rows:
        answer.answer.append(dns.rrset.from_text_list(asked.name, 60, "IN", kind, list(rows)))
    return answer


def _routes(name: str, server: Any) -> tuple[str, ...] | None:
    """The text for an address that is asked for in reverse within one of the zones."""
    for zone, base in zip(server.zones, ("in-addr.arpa", "ip6.arpa"), strict=True):
        if name.endswith(f".{zone}"):
            labels = name.removesuffix(f".{zone}").split(".")[::-1]
            text = ".".join(labels) if base == "in-addr.arpa" else ":".join("".join(labels[at : at + 4]) for at in range(0, 32, 4))
            with contextlib.suppress(ValueError):
                hoster = server.register.hoster_of(text)
                if hoster is not None:
                    country = hoster.country if hoster.routes_country is None else hoster.routes_country
                    return (f'"{hoster.asn} | {hoster.network} | {country} | invented | 2020-01-01"',)
    return None


def _card(name: str, *mails: str) -> list[Any]:
    rows: list[Any] = [["version", {}, "text", "4.0"], ["fn", {}, "text", name]]
    return ["vcard", rows + [["email", {}, "text", mail] for mail in mails]]


def network_object(hoster: Hoster) -> dict[str, Any]:
    """A network as RDAP says it: the abuse contact stands within the holder's entity, as registers do it."""
    network = ipaddress.ip_network(hoster.network)
    abuse = {"objectClassName": "entity", "handle": "ABUSE", "roles": ["abuse"], "vcardArray": _card("Abuse desk", *hoster.abuse)}
    return {
        "rdapConformance": ["rdap_level_0"], "objectClassName": "ip network", "handle": hoster.network,
        "startAddress": str(network[0]), "endAddress": str(network[-1]), "ipVersion": f"v{network.version}",
        "name": hoster.holder, "country": hoster.country,
        "entities": [{
            "objectClassName": "entity", "handle": "HOLDER", "roles": ["registrant"], "vcardArray": _card(hoster.holder),
            "entities": [abuse] if hoster.rdap_abuse else [],
        }],
    }  # fmt: skip


def domain_object(domain: str, registrar: str) -> dict[str, Any]:
    """A name as RDAP says it, with the registrar and its nested abuse contact."""
    abuse = {"objectClassName": "entity", "roles": ["abuse"], "vcardArray": _card("Abuse desk", "abuse@names.example")}
    return {
        "rdapConformance": ["rdap_level_0"], "objectClassName": "domain", "ldhName": domain,
        "entities": [{"objectClassName": "entity", "roles": ["registrar"], "vcardArray": _card(registrar), "entities": [abuse]}],
    }  # fmt: skip


class RdapServer(_Threads, ThreadingHTTPServer):
    """Answers /ip/ADDRESS and /domain/NAME over HTTP."""

    def __init__(self, register: Register) -> None:
        super().__init__((HERE, 0), _Rdap)
        self.register = register


class _Rdap(BaseHTTPRequestHandler):
    server: RdapServer

    def do_GET(self) -> None:
        """One object, or an error in the form of RDAP."""
        held = self._object()
        body = json.dumps(held if held is not None else {"errorCode": 404, "title": "Not found"}).encode()
        self.send_response(200 if held is not None else 404)
        self.send_header("Content-Type", "application/rdap+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _object(self) -> dict[str, Any] | None:
        _, kind, name = [*self.path.split("/", 2), "", ""][:3]
        if kind == "ip":
            with contextlib.suppress(ValueError):
                hoster = self.server.register.hoster_of(name)
                return network_object(hoster) if hoster is not None and hoster.rdap else None
        registrar = self.server.register.registrar_of(name) if kind == "domain" else None
        return domain_object(name, registrar) if registrar is not None else None

    def log_message(self, *_words: object) -> None:
        """Nothing is written down."""


class WhoisServer(_Threads, socketserver.TCPServer):
    """Answers a network address with text in the form of RIPE NCC."""

    def __init__(self, register: Register) -> None:
        super().__init__((HERE, 0), _Whois)
        self.register = register


class _Whois(socketserver.StreamRequestHandler):
    server: WhoisServer

    def handle(self) -> None:
        """One line asks, text answers."""
        asked = self.rfile.readline(200).decode("ascii", "replace").strip()
        hoster = None
        with contextlib.suppress(ValueError):
            hoster = self.server.register.hoster_of(asked)
        self.wfile.write((_whois_text(hoster) if hoster else "% No match\n").encode())


def _whois_text(hoster: Hoster) -> str:
    network = ipaddress.ip_network(hoster.network)
    span = f"{network[0]} - {network[-1]}"
    said = [f"% Abuse contact for '{span}' is '{mail}'" for mail in hoster.abuse]
    kind = "inetnum" if network.version == _V4_ONLY else "inet6num"
    rows = [
        f"{kind}: {span if network.version == _V4_ONLY else network}",
        f"netname: {hoster.holder}",
        f"country: {hoster.country}",
    ]
    return "\n".join([*said, "", *rows, ""])


class ProxyServer(_Threads, socketserver.TCPServer):
    """Takes CONNECT: loopback is reached as it is, any other address at the server that stands for its port."""

    def __init__(self, ports: dict[int, int]) -> None:
        super().__init__((HERE, 0), _Proxy)
        self.ports = ports
        self.led: list[str] = []


class _Proxy(socketserver.StreamRequestHandler):
    server: ProxyServer

    def handle(self) -> None:
        """One tunnel."""
        words = self.rfile.readline(_LONGEST).split()
        while self.rfile.readline(_LONGEST).strip():
            pass
        place = words[1].decode("ascii") if len(words) == 3 and words[0] == b"CONNECT" else ""
        host, _, port = place.rpartition(":")
        self.server.led.append(place)
        target = int(port) if host == HERE and port.isdigit() else self.server.ports.get(int(port) if port.isdigit() else 0)
        if target is None:
            self.wfile.write(b"HTTP/1.1 403 Forbidden\r\n\r\n")
            return
        with socket.create_connection((HERE, target), timeout=10) as other:
            self.wfile.write(b"HTTP/1.1 200 Connected\r\n\r\n")
            _both_ways(self.connection, other)


def _both_ways(one: socket.socket, other: socket.socket) -> None:
    send: dict[socket.socket, Callable[[bytes], object]] = {one: other.sendall, other: one.sendall}
    while True:
        ready, _, _ = select.select([one, other], [], [], 30)
        for line in ready:
            held = line.recv(_LONGEST)
            if not held:
                return
            send[line](held)
        if not ready:
            return
