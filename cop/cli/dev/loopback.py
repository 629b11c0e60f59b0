"""An internet of invented names on this machine: DNS, registers (RDAP and WHOIS), routes, web servers, and a proxy to all of them.

A demonstration and tests trace and probe against it. Names end in `.example`; hosts have documentation addresses, which nobody
has elsewhere, and are reached through the proxy. Whether a page is there can be switched while it runs.

    with Loopback() as internet:
        internet.name("pictures.example", "192.0.2.10")
        internet.take_down("pictures.example", "/a")
        trace(read_address("http://pictures.example/a"), outside=internet.outside(), at=now)
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Any

from cop.cli.dev.loopback_registers import DnsServer, Hoster, ProxyServer, RdapServer, Register, WhoisServer, dns_servers
from cop.cli.dev.loopback_web import Authority, Pages, Running, WebServer
from cop.hotline.exchange.outside import Outside, Service

HERE = "127.0.0.1"
ORIGIN, ORIGIN_SIX = "origin.routes.example", "origin6.routes.example"


HOSTERS = (
    Hoster("Alder Hosting", "192.0.2.0/24", "CR", 64496, ("abuse@alder.example",)),
    Hoster("Birch Servers", "198.51.100.0/25", "NL", 64497, ("abuse@birch.example", "noc@birch.example"), rdap_abuse=False),
    Hoster("Cedar Clouds", "198.51.100.128/25", "PA", 64498, ("abuse@cedar.example",), routes_country="US"),
    Hoster("Dogwood Front", "203.0.113.0/24", "CR", 64499, ("abuse@dogwood.example",)),
)
NAMES = {
    "pictures.example": ("192.0.2.10",),
    "forum.example": ("198.51.100.10",),
    "clouds.example": ("198.51.100.200",),
    "fronted.example": ("203.0.113.10",),
}
FRONTS = frozenset({64499})


@dataclass
class Loopback:
    """All servers; `start` takes free ports on loopback, `stop` gives them back. Usable with `with`."""

    register: Register = field(default_factory=Register)
    pages: Pages = field(default_factory=Pages)

    def __post_init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="loopback-")
        self._authority = Authority(Path(self._folder.name))
        self._running: dict[str, Running] = {}
        self._dns: DnsServer | None = None
        self._proxy: ProxyServer | None = None
        self.reset()

    def reset(self) -> None:
        """Names, networks and pages as at the start; what was asked is forgotten."""
        self.register.forget()
        self.pages.forget()
        for hoster in HOSTERS:
            self.hoster(hoster)
        for host, addresses in NAMES.items():
            self.name(host, *addresses)
        for asked in (self._dns.questions if self._dns else [], self._proxy.led if self._proxy else []):
            asked.clear()

    def start(self) -> Loopback:
        """Serve. Answers itself."""
        web, secure = WebServer(self.pages), WebServer(self.pages, self._authority.context())
        dns, by_tcp = dns_servers(self.register, (ORIGIN, ORIGIN_SIX))
        servers: dict[str, Any] = {
            "dns": dns,
            "dns by tcp": by_tcp,
            "rdap": RdapServer(self.register),
            "whois": WhoisServer(self.register),
            "web": web,
            "secure": secure,
            "proxy": ProxyServer({80: web.server_address[1], 443: secure.server_address[1]}),
        }
        self._dns, self._proxy = servers["dns"], servers["proxy"]
        self._running = {name: Running(server) for name, server in servers.items()}
        return self

    def stop(self) -> None:
        """End every server and give its port back."""
        for one in self._running.values():
            one.stop()
        self._running = {}
        self._folder.cleanup()

    def __enter__(self) -> Loopback:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def port(self, server: str) -> int:
        """The port of dns, rdap, whois, web, secure (web with TLS) or proxy, while it runs."""
        return self._running[server].port

    def outside(self, **changes: Any) -> Outside:
        """Settings that lead here; `changes` are fields of Outside."""
        here = Outside(
            resolvers=(Service(HERE, self.port("dns")),),
            rdap=f"http://{HERE}:{self.port('rdap')}",
            whois=Service(HERE, self.port("whois")),
            origin=ORIGIN,
            origin_six=ORIGIN_SIX,
            proxy=Service(HERE, self.port("proxy")),
            fronts=FRONTS,
            authorities=str(self._authority.file),
            patience=5.0,
            allow_loopback=True,
        )
        return replace(here, **changes)

    def environment(self) -> dict[str, str]:
        """The same as settings of a centre; it must run with COP_DEMO=1."""
        return {
            "COP_TRACE_RESOLVERS": f"{HERE}:{self.port('dns')}",
            "COP_TRACE_RDAP": f"http://{HERE}:{self.port('rdap')}",
            "COP_TRACE_WHOIS": f"{HERE}:{self.port('whois')}",
            "COP_TRACE_ORIGIN": f"{ORIGIN},{ORIGIN_SIX}",
            "COP_TRACE_PROXY": f"{HERE}:{self.port('proxy')}",
            "COP_TRACE_FRONTS": ",".join(map(str, sorted(FRONTS))),
            "COP_TRACE_AUTHORITIES": str(self._authority.file),
        }

    def hoster(self, hoster: Hoster) -> None:
        """Enter a network and its holder into the registers and the routes; a network that is there is replaced."""
        self.register.add(hoster)

    def name(self, host: str, *addresses: str, registrar: str = "Names of Example") -> None:
        """Let a name lead to these network addresses, with pages that are there; without addresses the name is gone."""
        self.register.name(host, addresses, registrar)
        self._authority.certify(host)
        self.pages.host(host)

    def everywhere(self, address_of: Callable[[str], str]) -> None:
        """Let every name under `.example` lead somewhere, from the first time that somebody asks for it."""

        def discover(host: str) -> None:
            if host.endswith(".example"):
                self.name(host, address_of(host))

        self.register.discover = discover

    def take_down(self, host: str, path: str = "/", status: int = 404) -> None:
        """From now on the page is answered with this number."""
        self.pages.answer(host, path, status)

    def put_back(self, host: str, path: str = "/") -> None:
        """The page is there again."""
        self.pages.answer(host, path, 200)

    def questions(self) -> tuple[str, ...]:
        """What DNS was asked, in order, as `A name.example`."""
        return tuple(self._dns.questions) if self._dns else ()

    def led(self) -> tuple[str, ...]:
        """Where the proxy was asked to lead, in order, as `192.0.2.10:80`."""
        return tuple(self._proxy.led) if self._proxy else ()

    def asked(self) -> tuple[str, ...]:
        """What the web servers were asked, in order, as `HEAD name.example /path`."""
        return self.pages.asked()
