"""What registers say, in one spelling: a mail address, a country, a network. What can't be used reads as "", which is unknown."""

from __future__ import annotations

import ipaddress
import re

from cop.hotline.core.hosts import IPAddress, host_ip, read_host

LONGEST_NAME = 200

_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_COUNTRY = re.compile(r"\s*([A-Za-z]{2})(?![A-Za-z])")
_NO_COUNTRY = frozenset({"EU", "AP", "ZZ", "XX", "UN", "AA"})  # registers write these for "many" and for "nobody knows"
_NOBODY = frozenset({"unread@ripe.net"})  # stands for networks that the register doesn't keep


def mail_of(text: object) -> str:
    """A mail address that a notice could go to, its host in one spelling; "" for anything else."""
    if not isinstance(text, str) or len(text) > 320:
        return ""
    local, at, domain = text.strip().removeprefix("mailto:").rpartition("@")
    host = read_host(domain) if domain.isprintable() else ""
    if not at or not host or "." not in host or host_ip(host) or len(local) > 64 or not _LOCAL.fullmatch(local):
        return ""
    mail = f"{local}@{host}"
    return "" if mail.lower() in _NOBODY else mail


def country_of(text: object) -> str:
    """The two letters of a country, in capitals; "" for what is none, also for EU and AP, which name no country."""
    found = _COUNTRY.match(text) if isinstance(text, str) else None
    code = found[1].upper() if found else ""
    return "" if code in _NO_COUNTRY else code


def name_of(text: object) -> str:
    """A name as one line of signs that can be printed, cut where it is too long."""
    if not isinstance(text, str):
        return ""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:LONGEST_NAME]


def network_of(first: object, last: object) -> str:
    """The network from one address to another, as 192.0.2.0/24, or as first - last where it is no block; "" where it is none."""
    try:
        start, end = ipaddress.ip_address(str(first).strip()), ipaddress.ip_address(str(last).strip())
        blocks = list(ipaddress.summarize_address_range(start, end))
    except (ValueError, TypeError):
        return ""
    return str(blocks[0]) if len(blocks) == 1 else f"{start} - {end}"


def block_of(text: object) -> str:
    """A network written as 192.0.2.0/24 or as first - last, in one spelling; "" where it is none."""
    first, dash, last = str(text).partition("-")
    if dash:
        return network_of(first, last)
    try:
        return str(ipaddress.ip_network(first.strip(), strict=False))
    except ValueError:
        return ""


def covers(network: str, ip: str | IPAddress) -> bool:
    """Does this network, as `network_of` spells it, hold that address?"""
    try:
        one = ipaddress.ip_address(str(ip))
        first, dash, last = network.partition(" - ")
        if dash:
            start, end = ipaddress.ip_address(first), ipaddress.ip_address(last)
            return start.version == one.version and int(start) <= int(one) <= int(end)
        return one in ipaddress.ip_network(network)
    except ValueError:
        return False


def size_of(network: str) -> int:
    """How many addresses a network has; 0 for what is none."""
    try:
        first, dash, last = network.partition(" - ")
        if dash:
            return int(ipaddress.ip_address(last)) - int(ipaddress.ip_address(first)) + 1
        return ipaddress.ip_network(network).num_addresses
    except ValueError:
        return 0
