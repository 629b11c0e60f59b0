"""Names asked of the resolvers that the operator named: network addresses and texts."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Any

import dns.exception
import dns.message
import dns.query
import dns.rcode
import dns.rdatatype

from cop.hotline.core.hosts import host_ip
from cop.hotline.exchange.outside import NoAnswer, Outside, Until

MOST_ADDRESSES = 16
MOST_TEXTS = 16
_ROUNDS = 2
_LONGEST_TRY = 3.0


@dataclass(frozen=True)
class Resolved:
    """Network addresses of a host in order, IPv4 first; without any, `says` why: no_such_host, no_answer or not_set_up."""

    addresses: tuple[str, ...] = ()
    says: str = ""


def resolve(host: str, *, outside: Outside, until: Until) -> Resolved:
    """Where a host is, asked once for each family. A host that spells a network address is that address. Never raises."""
    spelled = host_ip(host)
    if spelled is not None:
        return Resolved((str(spelled),))
    if not host:
        return Resolved(says="no_such_host")
    if not outside.resolvers:
        return Resolved(says="not_set_up")
    found: list[str] = []
    failed = False
    for kind in (dns.rdatatype.A, dns.rdatatype.AAAA):
        try:
            rows = _asked(host, kind, outside, until)
        except NoAnswer:
            failed = True
            continue
        if rows is None:
            return Resolved(tuple(found), "" if found else "no_such_host")
        found += sorted((str(row.to_text()) for row in rows), key=lambda ip: int(ipaddress.ip_address(ip)))
    return Resolved(tuple(dict.fromkeys(found))[:MOST_ADDRESSES], "" if found else "no_answer" if failed else "no_such_host")


def texts(name: str, *, outside: Outside, until: Until) -> tuple[str, ...]:
    """The TXT texts of a name; () where it has none. Raises NoAnswer."""
    if not outside.resolvers:
        raise NoAnswer("not_set_up")
    rows = _asked(name, dns.rdatatype.TXT, outside, until)
    joined = (b"".join(row.strings).decode("utf-8", errors="replace") for row in rows or ())
    return tuple(sorted(joined))[:MOST_TEXTS]


def _asked(name: str, kind: dns.rdatatype.RdataType, outside: Outside, until: Until) -> tuple[Any, ...] | None:
    """The rows of an answer, () where the name has none of this kind, None where there is no such name. Raises NoAnswer."""
    try:
        question = dns.message.make_query(name, kind, use_edns=0, payload=1232)
    except (dns.exception.DNSException, ValueError):
        return None  # no name that DNS could hold
    for _ in range(_ROUNDS):
        for resolver in outside.resolvers:
            wait = min(_LONGEST_TRY, until.left())
            try:
                answer, _by_tcp = dns.query.udp_with_fallback(
                    question, resolver.host, timeout=wait, port=resolver.port, ignore_unexpected=True, ignore_errors=True
                )
                if answer.rcode() == dns.rcode.NXDOMAIN:
                    return None
                if answer.rcode() == dns.rcode.NOERROR and isinstance(answer, dns.message.QueryMessage):
                    return tuple(answer.resolve_chaining().answer or ())
            except (dns.exception.DNSException, OSError, ValueError, EOFError):
                continue
    raise NoAnswer("no_answer")
