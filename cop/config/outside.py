"""The settings of the way to the outside: whom traces ask, and through what."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from cop.config import env
from cop.hotline.core.hosts import host_ip, read_host
from cop.hotline.exchange.outside import Outside, Service

LONGEST_PATIENCE = 120


def outside(*, demo: bool) -> Outside:
    """What the operator set up. Loopback is open in a demonstration only. Raises BadSetting."""
    origin, origin_six = _zones("COP_TRACE_ORIGIN")
    return Outside(
        resolvers=_resolvers("COP_TRACE_RESOLVERS"),
        rdap=_register("COP_TRACE_RDAP", demo),
        whois=_service("COP_TRACE_WHOIS", 43),
        origin=origin,
        origin_six=origin_six,
        proxy=_service("COP_TRACE_PROXY", 0),
        fronts=_systems("COP_TRACE_FRONTS"),
        authorities=_file("COP_TRACE_AUTHORITIES"),
        patience=_seconds("COP_TRACE_PATIENCE"),
        allow_loopback=demo,
    )


def _resolvers(name: str) -> tuple[Service, ...]:
    found = []
    for word in env.a_list(name):
        one = _placed(word, 53)
        if one is None or host_ip(one.host) is None:
            raise env.BadSetting(f"{name} holds {word!r}; write network addresses such as 192.0.2.53 or [2001:db8::53]:5353")
        found.append(one)
    return tuple(found)


def _register(name: str, demo: bool) -> str:
    text = env.a_text(name).strip().rstrip("/")
    schemes = ("https", "http") if demo else ("https",)
    try:
        parts = urlsplit(text)
        fits = not text or (parts.scheme in schemes and bool(parts.hostname) and parts.port != 0)
    except ValueError:
        fits = False
    if not fits or parts.username or parts.query or parts.fragment or not text.isascii():
        raise env.BadSetting(f"{name} is {text!r}; write an address such as https://rdap.registry.example")
    return text


def _service(name: str, usual: int) -> Service | None:
    text = env.a_text(name).strip()
    found = _placed(text, usual) if text else None
    if text and found is None:
        raise env.BadSetting(f"{name} is {text!r}; write host{'' if usual else ' and port, as host'}:port")
    return found


def _placed(text: str, usual: int) -> Service | None:
    """Host and port; IPv6 in brackets or alone."""
    if text.count(":") > 1 and not text.startswith("["):
        text = f"[{text}]"
    host, colon, port = text.rpartition(":") if not text.endswith("]") else (text, "", "")
    if not colon:
        host, port = text, str(usual)
    named = read_host(host).strip("[]")
    return Service(named, int(port)) if named and port.isascii() and port.isdigit() and 0 < int(port) < 65536 else None


def _zones(name: str) -> tuple[str, str]:
    zones = env.a_list(name)
    if len(zones) > 2 or any(not read_host(zone) or "." not in zone for zone in zones):
        raise env.BadSetting(f"{name} is {', '.join(zones)!r}; write the zone for IPv4 and, after a comma, that for IPv6")
    first, second = [*(read_host(zone) for zone in zones), "", ""][:2]
    return first, second


def _systems(name: str) -> frozenset[int]:
    words = [word.upper().removeprefix("AS") for word in env.a_list(name)]
    if not all(word.isascii() and word.isdigit() and 0 < int(word) < 2**32 for word in words):
        raise env.BadSetting(f"{name} is {', '.join(words)!r}; write numbers of autonomous systems, parted by commas")
    return frozenset(map(int, words))


def _file(name: str) -> str:
    text = env.a_text(name)
    if text and not Path(text).is_file():
        raise env.BadSetting(f"{name} is {text!r}, which is no file")
    return text


def _seconds(name: str) -> float:
    seconds = env.a_number(name, 10)
    if not 0 < seconds <= LONGEST_PATIENCE:
        raise env.BadSetting(f"{name} is {seconds}; write 1 to {LONGEST_PATIENCE} seconds")
    return float(seconds)
