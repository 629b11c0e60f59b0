"""One look whether a web address still answers: HEAD to the network address that was checked, the first line read, nothing else.

No body is ever read, no redirect followed, no cookie kept (S-06). Hidden services and accounts in apps are never called.
"""

from __future__ import annotations

import contextlib
from datetime import datetime

from cop.hotline.core.addresses import WEB, Address
from cop.hotline.core.probing import Probe, judged, unanswered, web_port
from cop.hotline.exchange.dns import resolve
from cop.hotline.exchange.outside import NoAnswer, Outside, Service, Until, connected, secured, sent, status_of

MOST_TRIES = 3  # network addresses that a connection is tried to
LONGEST_TARGET = 8192


def probe(address: Address, *, outside: Outside, at: datetime) -> Probe:
    """What the server of a web address says to HEAD. Never raises for what the outside does."""
    if address.kind != WEB or not address.host:
        return unanswered("not_traceable", at)
    if not outside.resolvers:
        return unanswered("not_set_up", at)
    if not web_port(address.port):
        return unanswered("refused_port", at)
    try:
        return judged(_seen(address, outside, Until(outside.patience)), at)
    except NoAnswer as silence:
        return unanswered(silence.says, at)


def _seen(address: Address, outside: Outside, until: Until) -> int:
    found = resolve(address.host, outside=outside, until=until)
    allowed = [ip for ip in found.addresses if outside.may_call(ip)]
    if not allowed:
        raise NoAnswer(found.says or "refused_address")
    line = None
    for ip in allowed[:MOST_TRIES]:
        with contextlib.suppress(NoAnswer):
            line = connected(Service(ip, address.port), outside, until, small=True)
            break
    if line is None:
        raise NoAnswer("no_answer")
    try:
        if address.scheme == "https":
            line = secured(line, address.host, outside, until)
        sent(line, _words(address), until)
        return status_of(line, until)
    finally:
        line.close()


def _words(address: Address) -> bytes:
    """The request. `canonical` escapes what is no sign of an address, so no line can be added by one."""
    target = address.target
    if len(target) > LONGEST_TARGET or not target.isascii() or not target.isprintable() or " " in target:
        raise NoAnswer("unusable")
    usual = address.port == {"http": 80, "https": 443}[address.scheme]
    host = address.host if usual else f"{address.host}:{address.port}"
    return (
        f"HEAD {target} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: Mozilla/5.0\r\nAccept: */*\r\nConnection: close\r\n\r\n"
    ).encode("ascii")
