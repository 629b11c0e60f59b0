"""The key that signs heads of the audit trail, its public halves, and the heads lodged in the data folder."""

from __future__ import annotations

import contextlib
import os
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

KEY = "audit.key"
PUBLIC = "audit.pub"
HEADS = "audit.heads"


class BadKey(ValueError):
    """A key file that can't be used; the message names it and the way out."""


def own_key(folder: Path) -> Ed25519PrivateKey:
    """The centre's own key, made at the first call and readable by its owner only. Raises BadKey for a file that holds none."""
    file = folder / KEY
    if not file.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = folder / f".{KEY}-{os.getpid()}-{os.urandom(4).hex()}"
        raw = Ed25519PrivateKey.generate().private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as out:
            out.write(raw.hex() + "\n")
            out.flush()
            os.fsync(out.fileno())
        with contextlib.suppress(FileExistsError):  # another process was first: its key is the centre's
            os.link(fresh, file)
        fresh.unlink()
    try:
        key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(file.read_text(encoding="ascii").strip()))
    except ValueError:
        raise BadKey(f"{file} holds no key; put the right file back, or move it away and a new key is made") from None
    keep_public(folder, [public_text(key)])
    return key


def public_text(key: Ed25519PrivateKey) -> str:
    """The public half in hex, 64 signs."""
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def public_keys(folder: Path) -> tuple[Ed25519PublicKey, ...]:
    """Every public half that this centre ever had. Raises BadKey for a line that is none."""
    try:
        return tuple(Ed25519PublicKey.from_public_bytes(bytes.fromhex(line)) for line in lines(folder / PUBLIC))
    except ValueError:
        raise BadKey(f"{folder / PUBLIC} holds a line that is no public key; delete the line") from None


def keep_public(folder: Path, keys: list[str]) -> None:
    """Note public halves that are not noted yet."""
    keep_lines(folder / PUBLIC, keys)


def lodge(folder: Path, head: str) -> bool:
    """Note a signed head line in the data folder, apart from the database. False where the last one says the same."""
    held = lines(folder / HEADS)
    if held and held[-1].split()[:2] == head.split()[:2]:
        return False
    keep_lines(folder / HEADS, [head])
    return True


def may_lodge(folder: Path, at: datetime) -> bool:
    """Did the last head go into the data folder at least an hour from `at`?"""
    file = folder / HEADS
    return not file.exists() or abs(at.timestamp() - file.stat().st_mtime) >= 3600


def lodged(folder: Path) -> tuple[str, ...]:
    """The head lines noted in the data folder, oldest first."""
    return lines(folder / HEADS)


def lines(file: Path) -> tuple[str, ...]:
    """The lines of a file that are not empty; none where there is no file."""
    try:
        return tuple(line.strip() for line in file.read_text(encoding="ascii", errors="replace").splitlines() if line.strip())
    except FileNotFoundError:
        return ()


def keep_lines(file: Path, new: list[str]) -> None:
    """Add lines that a file does not have yet."""
    held = lines(file)
    fresh = [line for line in new if line not in held]
    if fresh:
        with file.open("a", encoding="ascii") as out:
            out.write("".join(f"{line}\n" for line in fresh))
            out.flush()
            os.fsync(out.fileno())
