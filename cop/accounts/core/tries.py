"""Failed tries to sign in: how long a pair of account and network waits, and how both are blinded."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from datetime import timedelta

FREE_TRIES = 4
LONGEST = timedelta(minutes=15)


def delay(tries: int) -> timedelta:
    """How long a pair waits after its failed try number `tries` of a day.

    Not at all for the first four, then 2, 4, 8 ... seconds, at most 15 minutes.
    """
    if tries <= FREE_TRIES:
        return timedelta(0)
    return min(LONGEST, timedelta(seconds=2 ** min(tries - FREE_TRIES, 20)))


def network_of(address: str) -> str:
    """The network of an address: its first 24 bits (IPv4) or 56 bits (IPv6), so that one subscriber's many addresses are one.

    What is no address is one network of its own.
    """
    try:
        found = ipaddress.ip_address(address.strip().strip("[]"))
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return str(ipaddress.ip_network(f"{found}/{24 if found.version == 4 else 56}", strict=False))


def blinded(salt: bytes, text: str) -> str:
    """`text` as a keyed digest (HMAC-SHA-256, hexadecimal): the same all day, and nothing once the salt is deleted."""
    return hmac.new(salt, text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()
