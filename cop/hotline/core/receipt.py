"""The receipt: 32 digits in eight groups, from a seed that the form carries; the server keeps neither (S-13).

Digits, because they can be read aloud, written and typed in every script. 31 of them are secret, about 103 bits; the last is the
check digit of ISO/IEC 7064, MOD 11,10. Everything that opens the thread is derived from the receipt by HKDF (RFC 5869): a number
that finds it, a key that opens messages, a key that tells a resend from a second message. The six-sign reference opens nothing.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from cop.ground.core.door import public_half

SECRET_DIGITS = 31
DIGITS = SECRET_DIGITS + 1
GROUP = 4
SEED_SHORTEST, SEED_LONGEST = 22, 64
SEED_SIGNS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
FEWEST_DIFFERENT = 8  # of 22 random signs, fewer different ones come once in 10 ** 9 or less
REFERENCE_SIGNS = "23456789CDFGHJKMNPQRTVWX"  # no vowels, so no words; nothing that looks like another


class BadSeed(ValueError):
    """A seed that a receipt can't be made from."""


class BadReceipt(ValueError):
    """Not the digits of a receipt; the message says what is wrong with them."""


@dataclass(frozen=True)
class Opened:
    """What a receipt gives: `lookup` finds the thread (32 bytes), `reply_key` opens messages to the reporter (a private key),
    `body_key` tells whether a resend is the same (32 bytes), `reference` is six signs to speak about."""

    lookup: bytes
    reply_key: bytes
    body_key: bytes
    reference: str

    @property
    def reply_to(self) -> bytes:
        """The public half to which messages for the reporter are sealed."""
        return public_half(self.reply_key)


def new_seed() -> str:
    """A fresh seed: 43 signs of base64url, 256 bits."""
    return secrets.token_urlsafe(32)


def receipt_of(seed: str) -> str:
    """The receipt, 32 digits, that a seed of 22 to 64 base64url signs gives. Raises BadSeed."""
    if not SEED_SHORTEST <= len(seed) <= SEED_LONGEST or not set(seed) <= SEED_SIGNS:
        raise BadSeed(f"it needs {SEED_SHORTEST} to {SEED_LONGEST} signs of base64url")
    if len(set(seed)) < FEWEST_DIFFERENT:
        raise BadSeed("its signs must be drawn at random; too many of them are the same")
    number = int.from_bytes(_derive(seed.encode("ascii"), "receipt"), "big") % 10**SECRET_DIGITS
    secret = f"{number:0{SECRET_DIGITS}d}"
    return secret + check_digit(secret)


def check_digit(digits: str) -> str:
    """The check digit over decimal digits (ISO/IEC 7064, MOD 11,10)."""
    product = 10
    for digit in digits:
        total = (product + int(digit)) % 10 or 10
        product = total * 2 % 11
    return str((11 - product) % 10)


def read_receipt(text: str) -> str:
    """The 32 digits that somebody typed, in any script, with spaces, hyphens or line ends between them. Raises BadReceipt."""
    digits = []
    for sign in text[:400]:
        if sign.isdecimal():
            digits.append(str(int(sign)))
        elif sign.isalnum():
            raise BadReceipt("a receipt has digits only")
    if len(digits) != DIGITS or len(text) > 400:
        raise BadReceipt(f"a receipt has {DIGITS} digits in groups of {GROUP}; here are {len(digits)}")
    found = "".join(digits)
    if check_digit(found[:-1]) != found[-1]:
        raise BadReceipt("a digit is wrong, or two have changed places")
    return found


def grouped(receipt: str) -> str:
    """A receipt as people read it: eight groups of four digits."""
    return " ".join(receipt[start : start + GROUP] for start in range(0, len(receipt), GROUP))


def opened(receipt: str) -> Opened:
    """What a receipt of 32 digits opens."""
    root = receipt.encode("ascii")
    number = int.from_bytes(_derive(root, "reference"), "big")
    signs = []
    for _ in range(6):
        number, place = divmod(number, len(REFERENCE_SIGNS))
        signs.append(REFERENCE_SIGNS[place])
    return Opened(_derive(root, "thread"), _derive(root, "reply"), _derive(root, "body"), "".join(signs))


def _derive(root: bytes, purpose: str) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=f"cop-centre 1\nreceipt\n{purpose}".encode("ascii")).derive(root)
