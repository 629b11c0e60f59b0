"""The ledger of erasures in files: it lies beside the keys and in the data folder, so that no restore makes it forget.

One line of JSON for each erased month, only ever added to. A line names the fingerprints of the public halves, and only keys that
fit one of them are ever deleted because of it: the ledger of another centre deletes nothing here.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

NAME = "hotline.erased"
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_KEY = re.compile(r"[0-9a-f]{16,64}")


@dataclass(frozen=True)
class Erased:
    """One month that is erased for good: when that was decided (ISO 8601), and the fingerprints of its public halves."""

    month: str
    at: str
    keys: tuple[str, ...]


def erased(*folders: Path) -> tuple[Erased, ...]:
    """Every month in the ledgers of these folders, oldest first; a line that was cut off or says something else is left out."""
    found: dict[str, Erased] = {}
    for folder in folders:
        for line in _lines(folder / NAME):
            if (one := _read(line)) is not None:
                known = found.get(one.month, one)
                found[one.month] = Erased(one.month, min(known.at, one.at), tuple(sorted({*known.keys, *one.keys})))
    return tuple(found[month] for month in sorted(found))


def enter(folder: Path, one: Erased) -> bool:
    """Add a month to the ledger of a folder, durably; False where it stands there already. Raises OSError."""
    path = folder / NAME
    if one in (_read(line) for line in _lines(path)):
        return False
    line = json.dumps(asdict(one), sort_keys=True) + "\n"
    fresh = not path.exists()
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o640), "r+b") as out:
        if out.seek(0, os.SEEK_END) and (out.seek(-1, os.SEEK_END), out.read(1))[1] != b"\n":
            line = "\n" + line  # the line before was cut off
        out.write(line.encode("ascii"))
        out.flush()
        os.fsync(out.fileno())
    if fresh:
        sync(folder)
    return True


def sync(folder: Path) -> None:
    """The names in a folder are on the disk, too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _lines(path: Path) -> Iterable[str]:
    try:
        return path.read_text(encoding="ascii", errors="replace").splitlines()
    except FileNotFoundError:
        return ()


def _read(line: str) -> Erased | None:
    try:
        held = json.loads(line)
        one = Erased(held["month"], held["at"], tuple(held["keys"]))
        whole = _MONTH.fullmatch(one.month) and isinstance(one.at, str) and all(_KEY.fullmatch(key) for key in one.keys)
    except (ValueError, TypeError, KeyError):
        return None
    return one if whole else None
