"""OpenPGP for outsiders: is a key good to encrypt to, and a text encrypted to it. Sequoia does the work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pysequoia import Cert, Tsk, encrypt

from cop.ground.core.door import Sentence, mark

LONGEST_KEY = 100_000


class BadKey(ValueError):
    """A key that nothing can be encrypted to; the message says why."""


@dataclass(frozen=True)
class Key:
    """A public key that can be encrypted to: its fingerprint, when it ends (None: never), and itself, armoured anew."""

    fingerprint: str
    expires: datetime | None
    public: str


def read_key(text: str, at: datetime) -> Key:
    """The public key in an armoured text. Raises BadKey for one that is secret, ended at `at`, withdrawn, or can't encrypt."""
    cert = _cert(text)
    if _is_secret(text):
        raise BadKey(mark("this is a secret key; never hand it to anybody, and ask for the public one"))
    if cert.is_revoked:
        raise BadKey(mark("this key was withdrawn by its owner"))
    if cert.expiration is not None and cert.expiration <= at:
        raise BadKey(Sentence("this key ended on %(day)s", day=cert.expiration.date()))
    locked("a try", text)
    return Key(cert.fingerprint.upper(), cert.expiration, str(cert))


def locked(plain: str, key: str) -> str:
    """A text encrypted to a public key, armoured. Raises BadKey."""
    try:
        return encrypt(plain.encode(), recipients=[_cert(key)], armor=True).decode()
    except BadKey:
        raise
    except Exception as error:  # the library has no class of its own for this
        raise BadKey(mark("nothing can be encrypted to this key")) from error


def _is_secret(text: str) -> bool:
    if "PRIVATE KEY BLOCK" in text:
        return True
    try:
        Tsk.from_bytes(text.encode()).decryptor()
    except Exception:
        return False
    return True


def _cert(text: str) -> Cert:
    if len(text) > LONGEST_KEY:
        raise BadKey(Sentence("a key has at most %(most)s signs", most=LONGEST_KEY))
    try:
        return Cert.from_bytes(text.encode())
    except Exception as error:
        raise BadKey(mark("this is no OpenPGP key")) from error
