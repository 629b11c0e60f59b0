"""What must not come in with a report: embedded or encoded media, and addresses that carry content themselves (S-09).

This catches what is encoded plainly; somebody who takes pains can still write anything as words (RISK-09).
Nothing is decoded further than the first bytes, which tell what a run of signs is; nothing is kept of it.
"""

from __future__ import annotations

import base64
import binascii
import re
from urllib.parse import unquote

CUT = "[…]"  # stands where something was cut
LONGEST_RUN = 1000  # signs of an unbroken encoding that words and addresses don't have
_DECODED = 48

_CARRIER = re.compile(
    r"(?:data\s*:\s*(?:[a-z0-9.+-]+/[a-z0-9.+*-]+|;\s*base64|,)|blob\s*:\s*(?:https?:|null|file:|[0-9a-f-]{36})|file\s*:\s*/)[^\s\"'<>]*",
    re.IGNORECASE,
)
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{64,}={0,2}")
_WRAPPED = re.compile(r"(?<![A-Za-z0-9+/_-])(?:[A-Za-z0-9+/_-]{40,}={0,2}[ \t]*\r?\n[ \t]*){2,}[A-Za-z0-9+/_=-]+")
_HEX = re.compile(r"(?<![0-9A-Fa-f])(?:[0-9A-Fa-f]{2}[ :]?){32,}")
_UUENCODED = re.compile(r"\bbegin [0-7]{3,4} [^\n]{1,200}\r?\n(?:[ -`]{1,62}\r?\n)+(?:end\b)?")
_ENCODED_CARRIER = re.compile(r"(?:data|blob|file)%(?:25)*3a\S*", re.IGNORECASE)
_SIGNATURES = (
    b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"BM", b"II*\x00", b"MM\x00*", b"RIFF", b"\x1aE\xdf\xa3", b"OggS",
    b"ID3", b"\x00\x00\x01\xb3", b"\x00\x00\x01\xba", b"FLV\x01", b"PK\x03\x04", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b\x08", b"%PDF",
)  # fmt: skip


def media_in(text: str) -> bool:
    """Does `text` hold a `data:`, `blob:` or `file:` address, or encoded media? Percent-encoding is looked through."""
    return cut_media(text) != text


def cut_media(text: str) -> str:
    """`text` without embedded and encoded media, each replaced by a mark; text without any comes back as it is."""
    cut = _CARRIER.sub(CUT, text)
    cut = _ENCODED_CARRIER.sub(lambda found: CUT if _CARRIER.match(_unquoted(found[0])) else found[0], cut)
    cut = _UUENCODED.sub(CUT, cut)
    cut = _WRAPPED.sub(
        lambda found: CUT if _is_media(re.sub(r"\s", "", found[0])) or len(found[0]) > LONGEST_RUN else found[0], cut
    )
    cut = _BASE64.sub(lambda found: CUT if _is_media(found[0]) or len(found[0]) > LONGEST_RUN else found[0], cut)
    return _HEX.sub(lambda found: CUT if _is_hex_media(found[0]) or len(found[0]) > LONGEST_RUN else found[0], cut)


def _unquoted(text: str) -> str:
    for _ in range(4):
        plain = unquote(text, errors="replace")
        if plain == text:
            break
        text = plain
    return text


def _is_media(run: str) -> bool:
    start = run[:_DECODED].replace("-", "+").replace("_", "/").rstrip("=")
    start = start[: len(start) // 4 * 4]
    try:
        return _signed(base64.b64decode(start, validate=True))
    except binascii.Error:
        return False


def _is_hex_media(run: str) -> bool:
    return _signed(bytes.fromhex(re.sub(r"[ :]", "", run)[:_DECODED]))


def _signed(first: bytes) -> bool:
    if first.startswith(b"BM"):  # two letters alone are no proof: the header says how long it is
        return first[6:10] == bytes(4)
    return first.startswith(_SIGNATURES) or first[4:8] == b"ftyp"
