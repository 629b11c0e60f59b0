"""Keep files under their digest in the data folder. A file is whole and on disk before any row names it."""

from __future__ import annotations

import hashlib
import os
import tempfile
from datetime import datetime
from pathlib import Path

from cop.observatory.models import StoredFile
from cop.observatory.queries.files import path_of


def keep_file(raw: bytes, kind: str, at: datetime) -> StoredFile:
    """Write a file durably, then its row, inside the caller's transaction. The same content is kept once.

    A file whose transaction fails stays on disk without a row; it is found again by its digest.
    """
    sha256 = hashlib.sha256(raw).hexdigest()
    place = path_of(sha256)
    if not place.exists():
        write_durably(place, raw)
    row, _ = StoredFile.objects.get_or_create(sha256=sha256, defaults={"kind": kind, "size": len(raw), "stored_at": at})
    return row


def write_durably(place: Path, raw: bytes) -> None:
    """Write a file in one step, in place of one that may stand there: it is whole and on disk, or as it was."""
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, fresh = tempfile.mkstemp(dir=place.parent, prefix=".fresh-")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(raw)
            out.flush()
            os.fsync(out.fileno())
        Path(fresh).replace(place)
    except BaseException:
        Path(fresh).unlink(missing_ok=True)
        raise
    folder = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
