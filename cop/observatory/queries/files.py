"""Where stored files lie, and their bytes, checked against their digest."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path

from cop.ground.public import data

_WITHOUT_FOLDER = Path(tempfile.gettempdir()) / "cop-centre-files"


class FileDamaged(Exception):
    """A stored file that is missing or is no longer what was stored."""


def folder_of_files() -> Path:
    """The folder under which files lie. Without a data folder the database is in memory too, and files are passing."""
    return data() or _WITHOUT_FOLDER


def path_of(sha256: str) -> Path:
    """Where the file with this digest lies."""
    return folder_of_files() / "files" / sha256[:2] / sha256


def stored_bytes(sha256: str) -> bytes:
    """The bytes of a stored file. Raises FileDamaged where they are missing or not those of the digest."""
    try:
        raw = path_of(sha256).read_bytes()
    except OSError as error:
        raise FileDamaged(f"the file {sha256[:12]} can't be read: {error.strerror}; restore it from a backup") from None
    if hashlib.sha256(raw).hexdigest() != sha256:
        raise FileDamaged(f"the file {sha256[:12]} is not what was stored; restore it from a backup")
    return raw
