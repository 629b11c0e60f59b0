"""A trace: the host's network addresses, then for each of them routes, register and, where the register is silent, WHOIS."""

from __future__ import annotations

import ipaddress
from datetime import datetime

from cop.hotline.core import trace as told
from cop.hotline.core.addresses import Address
from cop.hotline.core.hosts import host_ip
from cop.hotline.core.origin import origin_name, read_origin
from cop.hotline.core.parties import covers
from cop.hotline.core.rdap import RdapAnswer
from cop.hotline.core.trace import Finding, Traced
from cop.hotline.exchange.dns import resolve, texts
from cop.hotline.exchange.outside import NoAnswer, Outside, Until
from cop.hotline.exchange.rdap import ask_rdap
from cop.hotline.exchange.whois import ask_whois

MOST_ADDRESSES = 8  # network addresses that are asked about
PATIENCES = 6  # a whole trace takes no longer than this many questions that time out


def trace(address: Address, *, outside: Outside, at: datetime) -> Traced:
    """Who hosts `address`, as the sources of `outside` say it at this moment. Never raises for what the outside does.

    Every network address stands in the answer; more than eight are not asked about, so that no country is agreed on.
    """
    book = _Book(address.host, outside, at)
    if not address.traceable:
        book.note(told.FAULT, "not_traceable", "dns")
        return book.closed()
    found = resolve(address.host, outside=outside, until=Until(outside.patience))
    allowed = [ip for ip in found.addresses if outside.may_name(ip)]
    if len(allowed) < max(len(found.addresses), 1):
        book.note(told.FAULT, found.says or "refused_address", "dns")
    for place, ip in enumerate(allowed):
        book.note(told.ADDRESS, ip, "dns", ip)
        if place < MOST_ADDRESSES:
            book.ask_about(ip)
    if allowed and host_ip(address.host) is None:
        book.ask_registrar()
    return book.closed()


class _Book:
    """Findings of one trace while it is made."""

    def __init__(self, host: str, outside: Outside, at: datetime) -> None:
        self._host, self._outside, self._at = host, outside, at
        self._until = Until(outside.patience * PATIENCES)
        self._findings: list[Finding] = []
        self._networks: list[RdapAnswer] = []

    def note(self, about: str, says: str, source: str, ip: str = "") -> None:
        """Take down what a source said, unless it said nothing."""
        if says:
            self._findings.append(Finding(about, says, source, self._at, ip))

    def closed(self) -> Traced:
        """The trace. Systems that only stand before others' servers make the party a proxy."""
        fronts = {str(number) for number in self._outside.fronts}
        before = any(one.about == told.ASN and one.says in fronts for one in self._findings)
        return Traced(self._host, self._at, told.PROXY if before else told.HOST, tuple(self._findings))

    def ask_about(self, ip: str) -> None:
        """Routes and register; WHOIS only where the register names nobody to write to."""
        for source, ask in (("origin", self._routes), ("rdap", self._register), ("whois", self._whois)):
            try:
                if ask(ip):
                    return
            except NoAnswer as silence:
                self.note(told.FAULT, silence.says, source, ip)

    def _routes(self, ip: str) -> bool:
        """Who announces the address. Answers False: others are asked all the same."""
        one = ipaddress.ip_address(ip)
        zone = self._outside.origin if one.version == 4 else self._outside.origin_six
        if not zone:
            raise NoAnswer("not_set_up")
        rows = read_origin(texts(origin_name(one, zone), outside=self._outside, until=self._limit()), ip)
        if not rows:
            raise NoAnswer("not_found")
        best = [row for row in rows if row.network == rows[0].network]
        self.note(told.NETWORK, rows[0].network, "origin", ip)
        for number in sorted({number for row in best for number in row.asns}):
            self.note(told.ASN, str(number), "origin", ip)
        for country in sorted({row.country for row in best}):
            self.note(told.COUNTRY, country, "origin", ip)
        return False

    def _register(self, ip: str) -> bool:
        """What RDAP says of the address; True where it names whom to write to. A network is asked about once."""
        answer = next((one for one in self._networks if covers(one.network, ip)), None)
        if answer is None:
            answer = ask_rdap("ip", ip, outside=self._outside, until=self._limit())
            if answer.kind != "ip network" or not answer.network:
                raise NoAnswer("unusable")
            if not covers(answer.network, ip):
                raise NoAnswer("other_network")
            self._networks.append(answer)
        self._note_network(ip, "rdap", answer.network, answer.name, answer.country, answer.abuse)
        return bool(answer.abuse)

    def _whois(self, ip: str) -> bool:
        """What WHOIS says of the address; True where it names whom to write to."""
        answer = ask_whois(ip, outside=self._outside, until=self._limit())
        if not covers(answer.network, ip):
            raise NoAnswer("other_network")
        self._note_network(ip, "whois", answer.network, answer.holder, answer.country, answer.abuse)
        return bool(answer.abuse)

    def _note_network(self, ip: str, source: str, network: str, holder: str, country: str, abuse: tuple[str, ...]) -> None:
        self.note(told.NETWORK, network, source, ip)
        self.note(told.HOLDER, holder, source, ip)
        self.note(told.COUNTRY, country, source, ip)
        for mail in abuse:
            self.note(told.ABUSE, mail, source, ip)

    def ask_registrar(self) -> None:
        """Through whom the name was registered: asked for its last two labels, then for three, as some countries have it."""
        try:
            answer = self._domain()
        except NoAnswer as silence:
            self.note(told.FAULT, silence.says, "rdap")
            return
        self.note(told.REGISTRAR, answer.registrar, "rdap")
        for mail in answer.abuse:
            self.note(told.REGISTRAR_ABUSE, mail, "rdap")

    def _domain(self) -> RdapAnswer:
        labels = self._host.split(".")
        for count in range(2, min(len(labels), 3) + 1):
            name = ".".join(labels[-count:])
            try:
                answer = ask_rdap("domain", name, outside=self._outside, until=self._limit())
            except NoAnswer as silence:
                if silence.says != "not_found":
                    raise
                continue
            if answer.kind != "domain" or answer.name.lower().rstrip(".") not in ("", name):
                raise NoAnswer("unusable")
            return answer
        raise NoAnswer("not_found")

    def _limit(self) -> Until:
        return self._until.within(self._outside.patience)
