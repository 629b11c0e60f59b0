"""Registers asked over HTTPS (RDAP, RFC 7480). The operator's address may lead on to the register that knows."""

from __future__ import annotations

import io
from http.client import HTTPException, HTTPResponse
from urllib.parse import quote, urljoin, urlsplit

from cop.hotline.core.hosts import read_host
from cop.hotline.core.rdap import LARGEST, RdapAnswer, RdapError, read_rdap
from cop.hotline.exchange.dns import resolve
from cop.hotline.exchange.outside import LONGEST_HEAD, NoAnswer, Outside, Service, Until, Watched, connected, secured, sent

MOST_HOPS = 3
_ONWARD = (301, 302, 303, 307, 308)


def ask_rdap(kind: str, name: str, *, outside: Outside, until: Until) -> RdapAnswer:
    """What the register says about a network address (`kind` ip) or a name (`kind` domain). Raises NoAnswer.

    Up to three redirects are followed, to public addresses over HTTPS only, each resolved once.
    """
    if not outside.rdap:
        raise NoAnswer("not_set_up")
    url = f"{outside.rdap.rstrip('/')}/{kind}/{quote(name, safe=':')}"
    for hop in range(MOST_HOPS + 1):
        status, onward, body = _got(url, hop, outside, until)
        if status == 200:
            try:
                return read_rdap(body)
            except RdapError:
                raise NoAnswer("unusable") from None
        if status not in _ONWARD or not onward:
            raise NoAnswer("not_found" if status == 404 else "no_answer")
        try:
            url = urljoin(url, onward)
        except ValueError:
            raise NoAnswer("unusable") from None
    raise NoAnswer("no_answer")


def _got(url: str, hop: int, outside: Outside, until: Until) -> tuple[int, str, bytes]:
    """Number, where it leads on, and the body of a 200."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        head = f"GET {target} HTTP/1.1\r\nHost: {parts.netloc.rpartition('@')[2]}\r\nAccept: application/rdap+json\r\n"
        words = (head + "User-Agent: cop-centre\r\nConnection: close\r\n\r\n").encode("ascii")
    except ValueError:
        raise NoAnswer("unusable") from None
    if parts.scheme != "https" and not (parts.scheme == "http" and outside.allow_loopback):
        raise NoAnswer("unusable")
    line = connected(Service(host if hop == 0 else _checked(host, outside, until), port), outside, until)
    try:
        if parts.scheme == "https":
            line = secured(line, host, outside, until)
        sent(line, words, until)
        return _read(Watched(line, until, LARGEST + LONGEST_HEAD))
    finally:
        line.close()


def _checked(host: str, outside: Outside, until: Until) -> str:
    """The network address of a host that an answer named, if it may be called."""
    found = resolve(read_host(host), outside=outside, until=until)
    allowed = [ip for ip in found.addresses if outside.may_call(ip)]
    if not allowed:
        raise NoAnswer(found.says or "refused_address")
    return allowed[0]


class _Held:
    """What http.client reads an answer from."""

    def __init__(self, watched: Watched) -> None:
        self._watched = watched

    def makefile(self, _mode: str) -> io.BufferedIOBase:
        return io.BufferedReader(self._watched)


def _read(watched: Watched) -> tuple[int, str, bytes]:
    try:
        answer = HTTPResponse(_Held(watched), method="GET")  # type: ignore[arg-type]
        answer.begin()
        body = answer.read(LARGEST + 1) if answer.status == 200 else b""
    except (HTTPException, ValueError):
        raise NoAnswer("unusable") from None
    if len(body) > LARGEST:
        raise NoAnswer("unusable")
    return answer.status, answer.headers.get("Location", ""), body
