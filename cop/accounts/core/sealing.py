"""Secrets that must be read again, such as the seed of an authenticator app: sealed with the centre's key."""

from __future__ import annotations

import base64
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_PURPOSE = b"cop-centre second factor"
_SALT = 12


class NotOurs(Exception):
    """A sealed text that this key doesn't open."""


def sealed(key: str, text: str) -> str:
    """`text` sealed by AES-256-GCM under a key derived from `key`; another time it looks different."""
    nonce = os.urandom(_SALT)
    return base64.urlsafe_b64encode(nonce + _cipher(key).encrypt(nonce, text.encode(), _PURPOSE)).decode()


def unsealed(key: str, text: str) -> str:
    """The text that `sealed` sealed under the same key. Raises NotOurs for another key or a changed text."""
    try:
        raw = base64.urlsafe_b64decode(text.encode())
        return _cipher(key).decrypt(raw[:_SALT], raw[_SALT:], _PURPOSE).decode()
    except (ValueError, InvalidTag):
        raise NotOurs("this secret was sealed with another key; set COP_SECRET_KEY_FILE to the key of that time") from None


def _cipher(key: str) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt=None, info=_PURPOSE).derive(key.encode()))
