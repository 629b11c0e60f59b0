"""What waits to be sent, sealed: a mail with its files to the service key, and a page to a code that only its mail holds."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import timedelta

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from cop.ground.core.door import fingerprint, public_half, seal, unseal

PARCEL, PAGE = "notice to send", "page of notice"
STEP = 1024
CODE_SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # 32 signs, none that is read for another
CODE_LENGTH = 28  # 140 bits
PAGE_DAYS, PAGE_OPENINGS, SAME_OPENING = 14, 3, timedelta(hours=1)


class BadCode(ValueError):
    """Signs that are no code of a page."""


@dataclass(frozen=True)
class File:
    """A file of a mail: its name, its type such as text/plain, and its text."""

    name: str
    type: str
    text: str


@dataclass(frozen=True)
class Parcel:
    """A mail before it goes out, or a page before it is opened."""

    body: str
    files: tuple[File, ...] = ()


@dataclass(frozen=True)
class PageKey:
    """What follows from a code: the digest by which its page is found, and the key that opens it."""

    digest: str
    private: bytes


def seal_parcel(parcel: Parcel, service: bytes, name: str) -> bytes:
    """A mail sealed to the public half of the service key. `name` is the notice's own."""
    held = {"body": parcel.body, "files": [[one.name, one.type, one.text] for one in parcel.files]}
    return seal(service, _filled(json.dumps(held)), purpose=PARCEL, record=name, key=fingerprint(service))


def open_parcel(private: bytes, sealed: bytes, name: str) -> Parcel:
    """What `seal_parcel` sealed, opened by the worker. Raises NotOpened."""
    held = json.loads(unseal(private, sealed, purpose=PARCEL, record=name, key=fingerprint(public_half(private))))
    return Parcel(held["body"], tuple(File(*one) for one in held["files"]))


def new_code() -> str:
    """A fresh code of 28 signs."""
    return "".join(secrets.choice(CODE_SIGNS) for _ in range(CODE_LENGTH))


def grouped(code: str) -> str:
    """A code in groups of four, for a mail."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def page_key(text: str) -> PageKey:
    """What follows from a code as somebody pasted it. Raises BadCode."""
    code = "".join(sign for sign in text.upper() if not sign.isspace() and sign != "-")
    if len(code) != CODE_LENGTH or set(code) - set(CODE_SIGNS):
        raise BadCode("these signs are no code of a page")
    digest, private = (
        HKDF(SHA256(), 32, salt=None, info=f"cop-centre 1\n{part} of notice page".encode()).derive(code.encode())
        for part in ("digest", "key")
    )
    return PageKey(digest.hex(), private)


def seal_page(text: str, files: tuple[File, ...], code: str, name: str) -> bytes:
    """A page and the files that can be downloaded from it, sealed so that only the code opens them."""
    public = public_half(page_key(code).private)
    held = json.dumps({"body": text, "files": [[one.name, one.type, one.text] for one in files]})
    return seal(public, _filled(held), purpose=PAGE, record=name, key=fingerprint(public))


def open_page(sealed: bytes, key: PageKey, name: str) -> Parcel:
    """What `seal_page` sealed. Raises NotOpened."""
    held = json.loads(unseal(key.private, sealed, purpose=PAGE, record=name, key=fingerprint(public_half(key.private))))
    return Parcel(held["body"], tuple(File(*one) for one in held["files"]))


def _filled(text: str) -> bytes:
    """Filled up with spaces, so that the length tells little."""
    plain = text.encode()
    return plain.ljust(-(-len(plain) // STEP) * STEP)
