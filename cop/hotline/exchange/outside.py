"""The way to the outside: which services are asked, and connections to exactly the network address that was checked.

Addresses that strangers chose are resolved once; what is not public is refused, and the connection goes to the address that was
resolved, so that a second answer of the name changes nothing. Each question has one limit of time for all of it, and one of bytes.
"""

from __future__ import annotations

import io
import ipaddress
import socket
import ssl
import time
from dataclasses import dataclass
from typing import Any

from cop.hotline.core.hosts import is_own_ip, is_public_ip

LONGEST_HEAD = 16_384
SMALL_BUFFER = 4096  # what a server sends unasked stays at the server


class NoAnswer(Exception):
    """A question without a usable answer; `says` is a code of core/trace FAULTS or core/probing SAYS."""

    def __init__(self, says: str) -> None:
        super().__init__(says)
        self.says = says


@dataclass(frozen=True)
class Service:
    """Host and port of a service that the operator named."""

    host: str
    port: int


@dataclass(frozen=True)
class Outside:
    """What the operator set up. Without `resolvers` nothing is traced and nothing is probed.

    `rdap` is the address that /ip/ and /domain/ are added to; `origin` and `origin_six` the zones that say who announces an IPv4
    and an IPv6 address; `proxy` takes CONNECT; `fronts` are autonomous systems that only stand before others' servers;
    `authorities` a file of certificates in place of the system's; `patience` the seconds of one question. `allow_loopback` opens
    loopback and documentation addresses, for a demonstration and tests.
    """

    resolvers: tuple[Service, ...] = ()
    rdap: str = ""
    whois: Service | None = None
    origin: str = ""
    origin_six: str = ""
    proxy: Service | None = None
    fronts: frozenset[int] = frozenset()
    authorities: str = ""
    patience: float = 10.0
    allow_loopback: bool = False

    def may_name(self, ip: str) -> bool:
        """May this network address be asked about?"""
        return is_public_ip(ip) or (self.allow_loopback and is_own_ip(ip))

    def may_call(self, ip: str) -> bool:
        """May this network address be connected to? A documentation address leads somewhere through a proxy only."""
        reached = ipaddress.ip_address(ip).is_loopback or self.proxy is not None
        return self.may_name(ip) and (is_public_ip(ip) or reached)


class Until:
    """A moment that one question must be over by."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds that are left. Raises NoAnswer when there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise NoAnswer("no_answer")
        return left

    def within(self, seconds: float) -> Until:
        """A limit of these seconds that ends no later than this one. Raises NoAnswer when nothing is left."""
        return Until(min(seconds, self.left()))


def connected(service: Service, outside: Outside, until: Until, *, small: bool = False) -> socket.socket:
    """A connection to a service, through the proxy where there is one; `small` takes next to nothing in unread. Raises NoAnswer."""
    first = outside.proxy or service
    try:
        line = socket.create_connection((first.host, first.port), timeout=until.left())
        if small:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER)
    except (OSError, UnicodeError):
        raise NoAnswer("no_answer") from None
    if outside.proxy is None:
        return line
    try:
        status = _led_through(line, service, until)
    except BaseException:
        line.close()
        raise
    if not 200 <= status < 300:
        line.close()
        raise NoAnswer("no_answer")
    return line


def _led_through(line: socket.socket, service: Service, until: Until) -> int:
    place = f"[{service.host}]:{service.port}" if ":" in service.host else f"{service.host}:{service.port}"
    sent(line, f"CONNECT {place} HTTP/1.1\r\nHost: {place}\r\n\r\n".encode("ascii"), until)
    return status_of(line, until, whole_head=True)


def secured(line: socket.socket, host: str, outside: Outside, until: Until) -> socket.socket:
    """TLS over a connection, with `host` as the name that the server must prove. Raises NoAnswer."""
    try:
        context = ssl.create_default_context(cafile=outside.authorities or None)
        line.settimeout(until.left())
        return context.wrap_socket(line, server_hostname=host.strip("[]"))
    except ssl.SSLCertVerificationError:
        line.close()
        raise NoAnswer("no_certificate") from None
    except (OSError, ValueError):
        line.close()
        raise NoAnswer("no_answer") from None


def sent(line: socket.socket, words: bytes, until: Until) -> None:
    """Send all of it. Raises NoAnswer."""
    try:
        line.settimeout(until.left())
        line.sendall(words)
    except OSError:
        raise NoAnswer("no_answer") from None


def status_of(line: socket.socket, until: Until, *, whole_head: bool = False) -> int:
    """The number in the first line of an HTTP answer, read sign by sign: nothing after it is read, never a body. Raises NoAnswer.

    Interim answers (1xx) are passed by. With `whole_head` the rest of the head is read, too, up to 16 KB.
    """
    budget = [LONGEST_HEAD]
    while True:
        words = _line_of(line, until, budget).split(b" ", 2)
        number = words[1] if len(words) > 1 and words[0].startswith(b"HTTP/1.") else b""
        if len(number) != 3 or not number.isdigit():
            raise NoAnswer("unusable")
        interim = number.startswith(b"1")
        while (interim or whole_head) and _line_of(line, until, budget):
            pass
        if not interim:
            return int(number)


def _line_of(line: socket.socket, until: Until, budget: list[int]) -> bytes:
    held = bytearray()
    while not held.endswith(b"\n"):
        try:
            line.settimeout(until.left())
            sign = line.recv(1)
        except OSError:
            raise NoAnswer("no_answer") from None
        budget[0] -= 1
        if not sign or budget[0] < 0:
            raise NoAnswer("unusable")
        held += sign
    return bytes(held).rstrip(b"\r\n")


class Watched(io.RawIOBase):
    """What a connection gives, as a file that ends with NoAnswer when time or bytes run out."""

    def __init__(self, line: socket.socket, until: Until, most: int) -> None:
        super().__init__()
        self._line, self._until, self._left = line, until, most

    def readable(self) -> bool:
        """It is read from."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill `buffer` with what has come. Raises NoAnswer."""
        if self._left <= 0:
            raise NoAnswer("unusable")
        try:
            self._line.settimeout(self._until.left())
            size = self._line.recv_into(memoryview(buffer)[: self._left])
        except OSError:
            raise NoAnswer("no_answer") from None
        self._left -= size
        return size
