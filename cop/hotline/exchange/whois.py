"""Registries asked by WHOIS (RFC 3912, TCP port 43), where RDAP says nothing."""

from __future__ import annotations

import io

from cop.hotline.core.whois import LARGEST, WhoisAnswer, read_whois
from cop.hotline.exchange.dns import resolve
from cop.hotline.exchange.outside import NoAnswer, Outside, Service, Until, Watched, connected, sent

MOST_REFERRALS = 2
PORT = 43


def ask_whois(ip: str, *, outside: Outside, until: Until) -> WhoisAnswer:
    """What the registry says about a network address. Raises NoAnswer.

    The operator's service may refer to another one, twice; that must have a public address, which is resolved once.
    """
    if outside.whois is None:
        raise NoAnswer("not_set_up")
    service = outside.whois
    answer = _asked(ip, service, outside, until)
    for _ in range(MOST_REFERRALS):
        if answer.abuse or not answer.referral:
            break
        found = resolve(answer.referral, outside=outside, until=until)
        allowed = [place for place in found.addresses if outside.may_call(place)]
        if not allowed:
            break
        answer = _asked(ip, Service(allowed[0], service.port if outside.allow_loopback else PORT), outside, until)
    if not answer.network:
        raise NoAnswer("not_found")
    return answer


def _asked(ip: str, service: Service, outside: Outside, until: Until) -> WhoisAnswer:
    line = connected(service, outside, until)
    try:
        sent(line, f"{ip}\r\n".encode("ascii"), until)
        return read_whois(io.BufferedReader(Watched(line, until, LARGEST)).read())
    finally:
        line.close()
