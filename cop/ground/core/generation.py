"""The generation of a centre's own data: a number in the data folder that every change moves on and every process reads.

Pages kept by a process carry it, so a number that an operator withdraws is gone from every page at once.
"""

from __future__ import annotations

import os
from pathlib import Path

FILE = "generation"


def generation(data: Path | None) -> str:
    """The generation of the data folder; `0` where there is none yet, or where it can't be read."""
    if data is None:
        return "0"
    try:
        return (data / FILE).read_text(encoding="ascii").strip()[:40] or "0"
    except (OSError, UnicodeDecodeError):
        return "0"


def advance(data: Path) -> str:
    """Move the generation on: whatever was kept from before is not shown any more. Returns the new one."""
    new = os.urandom(8).hex()
    fresh = data / f".{FILE}-{new}"
    fresh.write_text(new + "\n", encoding="ascii")
    os.replace(fresh, data / FILE)
    return new
