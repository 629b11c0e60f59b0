"""Addresses of reported content: read into one spelling, told apart, shown so that nobody can open them by a slip.

An address is hazardous, sealed like content: it is shown masked until it is revealed, and defanged after that.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import quote

from cop.ground.core.door import mark
from cop.hotline.core.hosts import host_ip, is_public_ip, read_host

__all__ = ["Address", "blind", "defang_in", "defanged", "is_public_ip", "mask_in", "masked", "read_address"]

WEB, ONION, HANDLE, OTHER = "web", "onion", "handle", "other"
HIDDEN = "…"  # stands where an address was masked

_PORTS = {"http": 80, "https": 443, "ftp": 21}
_UNSEEN = re.compile(
    r"[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):[/\\]{2,}", re.IGNORECASE)
_WEB_SCHEME = re.compile(r"(https?):[/\\]*", re.IGNORECASE)
_HANDLE_SCHEME = re.compile(r"(?!https?:)[a-z][a-z0-9+.-]{0,40}:(?![0-9]{1,5}(?:/|$))[^\s/]", re.IGNORECASE)
_ACCOUNT = re.compile(r"(?:.*[\s:])?@[\w.-]+|[^\s/@]+@[^\s/@]+")
_HOST_START = re.compile(r"(?:[^\s/?#@]+@)?(\[[0-9a-f:.%]+\]|[^\s/?#:@\[\]]+)(:[0-9]{0,5})?(?=[/?#]|$)", re.IGNORECASE)
_DOTS = "." + "\u3002\uff0e\uff61\u2024"
_SPELLED_DOT = re.compile(r"\s?[\[({]\s*dot\s*[\])}]\s?|[\[({][" + _DOTS + r"][\])}]", re.IGNORECASE)
_SPELLED_WEB = re.compile(r"\bh(?:xx|\*\*)p(s?)(?=:|\[:\])", re.IGNORECASE)
_ESCAPE = re.compile(r"%([0-9a-fA-F]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_SAFE = "%/:@!$&'()*+,;=-._~[]|"


@dataclass(frozen=True)
class Address:
    """Where something is: `kind` web, onion, handle (an account in an app) or other; `canonical` is its one spelling.

    `host` is "" where none is named, `port` 0 where none is known, `scheme` "" where none is.
    """

    kind: str
    canonical: str
    host: str = ""
    port: int = 0
    scheme: str = ""

    @property
    def traceable(self) -> bool:
        """Can somebody be found who hosts it? Hidden services and accounts in apps have nobody in any register."""
        return self.kind in (WEB, OTHER) and bool(self.host)

    @property
    def target(self) -> str:
        """Path and query as they are asked for of a web address; "" for others."""
        if self.kind not in (WEB, ONION):
            return ""
        return "/" + self.canonical.split("://", 1)[-1].partition("/")[2]


def read_address(text: str) -> Address:
    """What `text` points at. Never raises for any text that says something; ValueError for an empty one.

    Defanged spellings are read, too. Without a scheme a web address is taken to be https; fragments are left out, as no server
    ever sees them.
    """
    plain = _plain(text)
    if not plain:
        raise ValueError(mark("an address needs at least one sign"))
    web = _WEB_SCHEME.match(plain)
    if web:
        return _web(web[1].lower(), plain[web.end() :]) or Address(OTHER, plain)
    scheme = _SCHEME.match(plain)
    if scheme:
        return _named(scheme[1].lower(), plain, plain[scheme.end() :])
    if _ACCOUNT.fullmatch(plain) or _HANDLE_SCHEME.match(plain):
        return Address(HANDLE, _folded(plain))
    start = _HOST_START.match(plain)
    if start and (host_ip(start[1]) or re.search(f"[{_DOTS}]", start[1])) and " " not in plain:
        return _web("https", plain) or Address(OTHER, plain)
    return Address(OTHER, plain)


def defanged(address: Address | str) -> str:
    """An address that no program makes a link of, such as hxxps://name[.]example/page[.]html. Twice is as once."""
    if isinstance(address, Address):
        kind, text = address.kind, address.canonical
    else:
        kind, text = "", _plain(address)
    text = re.sub(f"[{_DOTS}]", ".", text)
    text = re.sub(r"http(s?)(?=\s*:)", r"hxxp\1", text, flags=re.IGNORECASE)
    text = re.sub(r"(?<!hxxp)(?<!hxxps):(?=[/\\]{2})", "[:]", text)
    if kind not in (WEB, ONION):
        text = re.sub(r"^([A-Za-z][A-Za-z0-9+.-]*):(?![/\\]{2})", r"\1[:]", text)
    return text.replace(".", "[.]")


def masked(text: str) -> str:
    """What is shown before a reveal: the kind, and the last label of a host that has more than one. "" for no address."""
    try:
        one = read_address(text)
    except ValueError:
        return ""
    name, dot, last = one.host.rpartition(".")
    shown = f"[.]{last}" if name and dot and not host_ip(one.host) else ""
    return f"{one.kind} {HIDDEN}{shown}"


_RUN = r"[^\s<>\"'“”„«»]"
_TAIL = r"(?::\d+)?(?:[/?#]" + _RUN + "*)?"
_BYTE = r"(?:0x[0-9a-f]+|\d{1,3})"
_DOT = r"(?:[.．｡․]|(?<=[a-z0-9])。(?=[a-z0-9])|\s?[\[({]\s?(?:dot|\.)\s?[\])}]\s?)"
_FORMS = (
    r"[a-z][a-z0-9+.*-]{1,40}(?:\[:\]|:)[/\\]{2}" + _RUN + "+",
    r"[a-z][a-z0-9+.-]{1,40}:\?" + _RUN + "+",  # magnet and its kin
    r"(?<![\w.+@-])[\w.+-]*@[\w.+@-]*\w(?:\[\.\][\w.-]+)*",
    r"\[[0-9a-f]*:[0-9a-f:.%]+\]" + _TAIL,
    r"(?<![\w.])(?:" + _BYTE + r"\.){3}" + _BYTE + r"(?!\.?\w)" + _TAIL,
    r"(?<![\w-])(?<![\w-][.．｡․])(?:[\w-]+" + _DOT + r")+(?:[^\W\d_][\w-]*\w)" + _TAIL,
    r"\b[a-z2-7]{56}\b",  # a hidden service without its ending
)
_TURNS = re.compile(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_IN_WORDS = re.compile("|".join(_FORMS), re.IGNORECASE)


def mask_in(note: str) -> str:
    """Free text with every address in it masked. Rather a word too many than an address too few: `page.html` goes, too."""
    return _IN_WORDS.sub(lambda found: masked(found[0]), note)


def defang_in(note: str) -> str:
    """Free text with every address in it defanged, and without signs that turn the direction of what follows."""
    return _IN_WORDS.sub(lambda found: defanged(found[0]), _TURNS.sub("", note))


def blind(key: bytes, canonical: str) -> str:
    """By what an address is found again without being read: HMAC-SHA256 of its one spelling, 64 hexadecimal signs."""
    return hmac.new(key, canonical.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def _plain(text: str) -> str:
    """Without signs that are not seen, with single spaces, and with defanging undone; the same when done twice."""
    while True:
        plain = " ".join(_UNSEEN.sub("", text).split()).strip("<>\"'“”„«» ")
        plain = _SPELLED_WEB.sub(r"http\1", plain).replace("[:]", ":").replace("[://]", "://")
        plain = _SPELLED_DOT.sub(".", plain)
        if plain == text:
            return plain
        text = plain


def _folded(text: str) -> str:
    """Accounts don't differ by case in the apps that we know of."""
    for _ in range(4):
        text = unicodedata.normalize("NFC", text.casefold())
    return _plain(text)


def _web(scheme: str, rest: str) -> Address | None:
    rest = rest.lstrip("/\\").replace("\\", "/")
    authority, path = _split(rest)
    who, at, place = authority.rpartition("@")
    parts = re.fullmatch(r"(\[[^\]]*\]|[^:]*)(?::([0-9]{0,5}))?", place)
    host = read_host(parts[1]) if parts else ""
    if not parts or not host:
        return None
    port = int(parts[2] or _PORTS[scheme])
    if not 0 < port < 65536:
        return None
    shown = host if port == _PORTS[scheme] else f"{host}:{port}"
    path = path.partition("#")[0]
    before, question, query = path.partition("?")
    canonical = f"{scheme}://{_escaped(who) + at if who else ''}{shown}{_walked(_escaped(before or '/'))}"
    canonical += f"?{_escaped(query)}" if question and query else ""
    return Address(ONION if _hidden(host) else WEB, canonical, host, port, scheme)


def _named(scheme: str, plain: str, rest: str) -> Address:
    """An address of another scheme: with a host where it names one that others can find, else the account of an app."""
    authority = _split(rest.replace("\\", "/"))[0].rpartition("@")[2]
    parts = re.fullmatch(r"(\[[^\]]*\]|[^:]*)(?::([0-9]{0,5}))?", authority)
    host = read_host(parts[1]) if parts else ""
    if not parts or not host or ("." not in host and not host_ip(host)):
        return Address(HANDLE, _folded(plain))
    kind = ONION if _hidden(host) else OTHER
    return Address(kind, plain, host, min(int(parts[2] or _PORTS.get(scheme, 0)), 65535), scheme)


def _hidden(host: str) -> bool:
    return host.endswith((".onion", ".i2p"))


def _split(rest: str) -> tuple[str, str]:
    """Authority, and what comes after it."""
    end = re.search(r"[/?#]", rest)
    return (rest[: end.start()], rest[end.start() :]) if end else (rest, "")


def _escaped(text: str) -> str:
    """RFC 3986: escapes in capitals, and none where none is needed; spaces and signs of other scripts escaped."""

    def one(found: re.Match[str]) -> str:
        sign = chr(int(found[1], 16))
        return sign if sign in _UNRESERVED else f"%{found[1].upper()}"

    return _ESCAPE.sub(one, quote(text, safe=_SAFE + "?", errors="replace"))


def _walked(path: str) -> str:
    """A path without `.` and `..` (RFC 3986, 5.2.4)."""
    path = path if path.startswith("/") else "/" + path
    kept: list[str] = []
    parts = path.split("/")[1:]
    for place, part in enumerate(parts):
        last = place == len(parts) - 1
        if part == "..":
            kept = kept[:-1]
        if part in (".", ".."):
            kept += [""] if last else []
        else:
            kept.append(part)
    return "/" + "/".join(kept)
