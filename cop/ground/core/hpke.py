"""Sealing to a public key: HPKE base mode (RFC 9180), one suite for every sealed thing inside the program.

X25519, HKDF-SHA256, AES-256-GCM. What a sealed thing is for stands in `info`, so that a thing moved to another place does not open.
"""

from __future__ import annotations

import hashlib

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

KEY_BYTES = 32
OVERHEAD = 48  # bytes that sealing adds: the sender's one-time public key and the tag
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_START = "cop-centre 1"


class NotOpened(Exception):
    """A sealed thing that this key does not open here: another key, another place, or changed bytes."""


def new_key() -> bytes:
    """A fresh private key, 32 bytes."""
    return X25519PrivateKey.generate().private_bytes_raw()


def public_half(private: bytes) -> bytes:
    """The public half, 32 bytes, of a private key of 32 bytes."""
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def fingerprint(public: bytes) -> str:
    """A key's name: the first 16 hexadecimal signs of SHA-256 over its public half."""
    return hashlib.sha256(public).hexdigest()[:16]


def context(purpose: str, record: str, key: str) -> bytes:
    """What goes into `info`: purpose, record and key id, each on a line.

    Raises ValueError for a part that is empty or has signs other than printable ASCII.
    """
    for part in (purpose, record, key):
        if not part or not part.isascii() or not part.isprintable():
            raise ValueError(f"{part!r} can't name what is sealed")
    return "\n".join((_START, purpose, record, key)).encode("ascii")


def seal(public: bytes, plain: bytes, *, purpose: str, record: str, key: str) -> bytes:
    """`plain` sealed to a public half: the one-time key (32 bytes), then ciphertext and tag; 48 bytes longer than `plain`.

    Raises ValueError for a public half that is none.
    """
    return _SUITE.encrypt(plain, X25519PublicKey.from_public_bytes(public), info=context(purpose, record, key))


def unseal(private: bytes, sealed: bytes, *, purpose: str, record: str, key: str) -> bytes:
    """What `seal` sealed to the public half of `private` for the same purpose, record and key id. Raises NotOpened."""
    try:
        return _SUITE.decrypt(sealed, X25519PrivateKey.from_private_bytes(private), info=context(purpose, record, key))
    except (InvalidTag, ValueError) as error:
        raise NotOpened(f"this {purpose} of {record} does not open with the key {key}") from error
