"""Key rings: the team's key for each of its members, under a passphrase of their own; and the recovery key on paper.

A member has a key pair; its private half is locked under the passphrase (Argon2id, AES-256-GCM), and the team's key is sealed to
its public half. So the team's key can change without anybody's passphrase but that of whoever changes it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from cop.ground.core.door import Sentence, fingerprint, mark, new_key, public_half, seal, unseal
from cop.hotline.core.receipt import check_digit

SHORTEST = 14  # signs of a passphrase
MEMBER, EARLIER, RECOVERY = "team key for member", "earlier team key", "team key for recovery"
_SALT, _NONCE = 16, 12
_TIME, _MEMORY, _LANES = 4, 131072, 2  # RFC 9106: more than the second recommended option; about half a second
_GROUP = 5
_PAPER = 80


class WrongPassphrase(Exception):
    """A passphrase that doesn't open a member's key."""


class WeakPassphrase(ValueError):
    """A passphrase that is too easily guessed."""


class BadPaper(ValueError):
    """Signs that are no recovery key."""


@dataclass(frozen=True)
class Locked:
    """A member's key pair as it is stored: the public half, and the private half locked under a passphrase."""

    public: bytes
    locked: bytes


def lock(passphrase: str, private: bytes | None = None) -> Locked:
    """A member's key pair (a fresh one, or one whose passphrase changes) locked under a passphrase. Raises WeakPassphrase."""
    if len(passphrase) < SHORTEST or len(set(passphrase)) < 6:
        raise WeakPassphrase(
            Sentence(
                "choose a passphrase of at least %(least)s signs that are not mostly the same, for instance five words",
                least=SHORTEST,
            )
        )
    private = private or new_key()
    salt, nonce = os.urandom(_SALT), os.urandom(_NONCE)
    public = public_half(private)
    return Locked(public, salt + nonce + AESGCM(_stretched(passphrase, salt)).encrypt(nonce, private, public))


def unlock(held: Locked, passphrase: str) -> bytes:
    """A member's private half. Raises WrongPassphrase. Takes about half a second and 128 MB on purpose."""
    salt, nonce, sealed = held.locked[:_SALT], held.locked[_SALT : _SALT + _NONCE], held.locked[_SALT + _NONCE :]
    try:
        return AESGCM(_stretched(passphrase, salt)).decrypt(nonce, sealed, held.public)
    except InvalidTag:
        raise WrongPassphrase(mark("this passphrase does not open the key")) from None


def _stretched(passphrase: str, salt: bytes) -> bytes:
    return hash_secret_raw(passphrase.encode(), salt, _TIME, _MEMORY, _LANES, 32, Type.ID)


def for_member(team: bytes, team_id: str, member: bytes, member_id: str) -> bytes:
    """The team's private key sealed to a member's public half."""
    return seal(member, team, purpose=MEMBER, record=member_id, key=team_id)


def by_member(sealed: bytes, private: bytes, team_id: str, member_id: str) -> bytes:
    """The team's private key, opened with a member's private half. Raises NotOpened."""
    return unseal(private, sealed, purpose=MEMBER, record=member_id, key=team_id)


def chained(earlier: bytes, earlier_id: str, current_public: bytes, current_id: str) -> bytes:
    """An earlier team key sealed to the next one, so that who holds the newest opens all."""
    return seal(current_public, earlier, purpose=EARLIER, record=earlier_id, key=current_id)


def unchained(sealed: bytes, current: bytes, earlier_id: str, current_id: str) -> bytes:
    """An earlier team key, opened with the next one. Raises NotOpened."""
    return unseal(current, sealed, purpose=EARLIER, record=earlier_id, key=current_id)


def for_recovery(team: bytes, team_id: str, recovery: bytes) -> bytes:
    """The team's private key sealed to the recovery key's public half."""
    return seal(recovery, team, purpose=RECOVERY, record=fingerprint(recovery), key=team_id)


def by_recovery(sealed: bytes, private: bytes, team_id: str) -> bytes:
    """The team's private key, opened with the recovery key. Raises NotOpened."""
    return unseal(private, sealed, purpose=RECOVERY, record=fingerprint(public_half(private)), key=team_id)


def on_paper(private: bytes) -> str:
    """A recovery key as it is printed: 16 groups of five digits, the last digit a check digit (ISO/IEC 7064, MOD 11,10)."""
    digits = f"{int.from_bytes(private, 'big'):0{_PAPER - 1}d}"
    digits += check_digit(digits)
    return " ".join(digits[start : start + _GROUP] for start in range(0, len(digits), _GROUP))


def from_paper(text: str) -> bytes:
    """The private key that was printed, from digits of any script, however they are grouped. Raises BadPaper."""
    digits = "".join(str(int(sign)) for sign in text if sign.isdecimal())
    if len(digits) != _PAPER or any(sign.isalpha() for sign in text):
        raise BadPaper(f"a recovery key has {_PAPER} digits; here are {len(digits)}")
    if check_digit(digits[:-1]) != digits[-1] or int(digits[:-1]) >= 2**256:
        raise BadPaper("a digit is wrong, or two have changed places")
    return int(digits[:-1]).to_bytes(32, "big")
