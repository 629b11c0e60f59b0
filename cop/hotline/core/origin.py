"""Which autonomous system announces an address, and where the registry says its network was given: a DNS service's TXT answers.

The form, which several services share: `ASN | prefix | country | registry | date`.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

from cop.hotline.core.hosts import IPAddress
from cop.hotline.core.parties import block_of, country_of, covers

_ASN = re.compile(r"(?:AS)?([0-9]{1,10})", re.IGNORECASE)


@dataclass(frozen=True)
class Origin:
    """One announcement: numbers of the systems, network, country ("" unknown), registry and its day as it is written."""

    asns: tuple[int, ...]
    network: str
    country: str
    registry: str
    given: str


def origin_name(ip: IPAddress, zone: str) -> str:
    """The name to ask for TXT: 1.2.0.192.ZONE for IPv4; each hexadecimal digit a label for IPv6."""
    return ip.reverse_pointer.removesuffix(".in-addr.arpa").removesuffix(".ip6.arpa") + f".{zone.strip('.')}"


def read_origin(texts: tuple[str, ...], ip: str) -> tuple[Origin, ...]:
    """The announcements that cover `ip`, the most precise first. What has another form, or is about others, is passed by."""
    found = [one for one in map(_row, texts) if one is not None and covers(one.network, ip)]
    return tuple(sorted(found, key=lambda one: (-ipaddress.ip_network(one.network).prefixlen, one.asns)))


def _row(text: str) -> Origin | None:
    cells = [cell.strip() for cell in text.strip().strip('"').split("|")]
    if len(cells) < 3:
        return None
    cells += ["", ""]
    asns = [_ASN.fullmatch(word) for word in cells[0].split()]
    network = block_of(cells[1])
    numbers = tuple(int(one[1]) for one in asns if one and 0 < int(one[1]) < 2**32)
    if not numbers or " - " in network or not network:
        return None
    return Origin(numbers, network, country_of(cells[2]), cells[3][:20], cells[4][:20])
