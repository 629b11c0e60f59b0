"""Whether something is still there, as far as a server's first line tells. A probe only proposes; a person decides (S-06)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cop.ground.core.door import mark

THERE, LOOKS_GONE, UNSURE = "there", "looks_gone", "unsure"
STATUSES: dict[str, str] = {
    THERE: mark("Still there"),
    LOOKS_GONE: mark("Looks gone"),
    UNSURE: mark("Can't be told"),
}
GONE = frozenset({404, 410, 451})
SAYS: dict[str, str] = {
    "answered": mark("The server answered, which proves nothing"),
    "redirect": mark("The server sends elsewhere; nobody followed"),
    "not_there": mark("The server says that nothing is there"),
    "no_such_host": mark("The name leads nowhere"),
    "no_answer": mark("No answer"),
    "unusable": mark("The answer can't be used"),
    "refused_address": mark("The name leads to a network address that is not public"),
    "refused_port": mark("No web server has this port"),
    "no_certificate": mark("The server can't prove that it is this host"),
    "not_traceable": mark("This kind of address is never called"),
    "not_set_up": mark("Calls to the outside are not set up"),
}
_OTHER_SERVICES = frozenset(
    {1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080}
)


@dataclass(frozen=True)
class Probe:
    """`status` is looks_gone or unsure (only a person says there); `seen` is the server's number or 0, `says` a code of SAYS."""

    status: str
    seen: int
    when: datetime
    says: str


def judged(seen: int, when: datetime) -> Probe:
    """What a server's number says: 404, 410 and 451 look gone; all others, 200 too, tell nothing."""
    if seen in GONE:
        return Probe(LOOKS_GONE, seen, when, "not_there")
    return Probe(UNSURE, seen, when, "redirect" if 300 <= seen < 400 else "answered")


def unanswered(says: str, when: datetime) -> Probe:
    """What silence says: a name that leads nowhere looks gone, all else tells nothing."""
    return Probe(LOOKS_GONE if says == "no_such_host" else UNSURE, 0, when, says)


def web_port(port: int) -> bool:
    """May a web server be expected at this port? Others belong to mail and the like, which an address could abuse us to disturb."""
    return port in (80, 443) or (1024 <= port < 65536 and port not in _OTHER_SERVICES)
