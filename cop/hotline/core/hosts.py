"""Hosts of addresses: one spelling for each, and which network addresses are public.

Addresses that strangers chose lead anywhere, so what is not public is refused here, in every dress: the special-purpose registries
of IANA (RFC 6890 and after), and IPv4 wrapped in IPv6 (mapped, NAT64, 6to4, Teredo). Metadata services of clouds are named.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from urllib.parse import unquote

import idna

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
LONGEST_HOST = 253

_NUMBER = re.compile(r"0x[0-9a-f]*|[0-9]+")
_LABEL = re.compile(r"[a-z0-9_-]{1,63}")
_V4_CLOSED = tuple(
    ipaddress.IPv4Network(one)
    for one in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "168.63.129.16/32",  # a cloud's own service, on an address that looks public
    )
)  # fmt: skip
_V6_OPEN = ipaddress.IPv6Network("2000::/3")
_V6_CLOSED = tuple(
    ipaddress.IPv6Network(one) for one in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_DOCUMENTATION = tuple(
    ipaddress.ip_network(one) for one in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20")
)


def read_host(text: str) -> str:
    """A host in its one spelling: lower case, punycode, no trailing dot, network addresses in their usual form, IPv6 in brackets.

    "" for what is no host. Spellings of IPv4 that programs accept (decimal, octal, hexadecimal, short) come back dotted.
    """
    text = unquote(text.strip(), errors="replace")
    if text.startswith("[") or text.count(":") > 1:
        return _bracketed(text if text.startswith("[") else f"[{text}]")
    host = _ascii(unicodedata.normalize("NFKC", text).replace("。", ".")).removesuffix(".")
    labels = host.split(".")
    if _NUMBER.fullmatch(labels[-1]):
        return _dotted(labels)
    fits = len(host) <= LONGEST_HOST and all(_LABEL.fullmatch(label) for label in labels)
    return host if fits else ""


def host_ip(host: str) -> IPAddress | None:
    """The network address that a host spells, in any form; None for a name."""
    try:
        return ipaddress.ip_address(read_host(host).strip("[]"))
    except ValueError:
        return None


def is_public_ip(ip: str | IPAddress) -> bool:
    """Is this a network address that anybody can be reached at? False for private, loopback, link-local, multicast, reserved and
    documentation ranges, for metadata services, for IPv4 that is not public in an IPv6 dress, and for what is no network address.
    """
    try:
        one = ipaddress.ip_address(str(ip))
    except ValueError:
        return False
    if isinstance(one, ipaddress.IPv4Address):
        return not any(one in closed for closed in _V4_CLOSED)
    if one.ipv4_mapped is not None:
        return is_public_ip(one.ipv4_mapped)
    if one in _NAT64:
        return is_public_ip(ipaddress.IPv4Address(int(one) & 0xFFFFFFFF))
    return one.scope_id is None and one in _V6_OPEN and not any(one in closed for closed in _V6_CLOSED)


def is_own_ip(ip: str | IPAddress) -> bool:
    """Is this loopback, or an address kept for documentation? A demonstration and tests may reach these, nobody else."""
    try:
        one = ipaddress.ip_address(str(ip))
    except ValueError:
        return False
    return one.is_loopback or any(one in own for own in _DOCUMENTATION if own.version == one.version)


def _bracketed(text: str) -> str:
    try:
        return (
            f"[{ipaddress.IPv6Address(text.removeprefix('[').removesuffix(']').partition('%')[0])}]" if text.endswith("]") else ""
        )
    except ValueError:
        return ""


def _ascii(host: str) -> str:
    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        return ".".join(_label(label) for label in host.lower().split("."))


def _label(label: str) -> str:
    """A label that the rules of today refuse and browsers still open, such as one with a sign of the weather in it."""
    if label.isascii():
        return label
    try:
        return "xn--" + label.encode("punycode").decode("ascii")
    except UnicodeError:
        return ""


def _dotted(labels: list[str]) -> str:
    """IPv4 as old programs read it: one to four numbers, each decimal, octal or hexadecimal; the last fills what is left."""
    if len(labels) > 4 or not all(_NUMBER.fullmatch(label) for label in labels):
        return ""
    try:
        numbers = [_number(label) for label in labels]
    except ValueError:
        return ""
    if any(number > 255 for number in numbers[:-1]) or numbers[-1] >= 256 ** (5 - len(numbers)):
        return ""
    total = numbers[-1] + sum(number * 256 ** (3 - place) for place, number in enumerate(numbers[:-1]))
    return str(ipaddress.IPv4Address(total))


def _number(label: str) -> int:
    if len(label) > 40:
        raise ValueError("too long for a number of an address")
    if label.startswith("0x"):
        return int(label[2:] or "0", 16)
    return int(label, 8) if label.startswith("0") else int(label)
