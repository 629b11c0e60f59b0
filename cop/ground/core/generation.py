"""The generation of a centre's own data: a number in the data folder that every change moves on and every process reads.

Pages kept by a process carry it, so a number that an operator withdraws is gone from every page at once.
"""

from __future__ import annotations

import os
from pathlib import Path

FILE = "generation"


def generation(data: Path | None) -> str:
    """The generation of the data folder: its number, and when and how large its own files are, so that a file changed by hand
    counts too. `0` where there is no folder."""
    if data is None:
        return "0"
    try:
        number = (data / FILE).read_text(encoding="ascii").strip()[:40]
    except (OSError, UnicodeDecodeError):
        number = "0"
    try:
        with os.scandir(data) as entries:
            kept = sorted(_age(entry) for entry in entries if entry.name.endswith((".csv", ".toml")))
    except OSError:
        kept = []
    return f"{number} {hash(tuple(kept)) if kept else ''}".strip()


def _age(entry: os.DirEntry[str]) -> tuple[str, int, int]:
    try:
        held = entry.stat()
    except OSError:  # a link that leads nowhere
        return entry.name, 0, -1
    return entry.name, held.st_mtime_ns, held.st_size


def advance(data: Path) -> None:
    """Move the generation on: whatever was kept from before is not shown any more."""
    new = os.urandom(8).hex()
    data.mkdir(parents=True, exist_ok=True)
    fresh = data / f".{FILE}-{new}"
    fresh.write_text(new + "\n", encoding="ascii")
    os.replace(fresh, data / FILE)
