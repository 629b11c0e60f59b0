"""Keys that are shown once and kept only as a digest: invitations, tokens of machines, sign-in links of a demonstration."""

from __future__ import annotations

import hashlib
import hmac
import secrets

# No letters that are taken for one another when read aloud or copied by hand.
_SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_key() -> str:
    """A fresh key of 256 bits, safe in an address."""
    return secrets.token_urlsafe(32)


def digest_of(key: str) -> str:
    """What is kept of a key: SHA-256 in hexadecimal. A key is random and long, so it needs no salt and no slow hash."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def same(one: str, other: str) -> bool:
    """Are two digests equal? Takes as long whether the first or the last sign differs."""
    return hmac.compare_digest(one.encode(), other.encode())


def new_pseudonym() -> str:
    """A name for the audit trail that says nothing about the person, such as staff-7QK2M9."""
    return "staff-" + "".join(secrets.choice(_SIGNS) for _ in range(6))
