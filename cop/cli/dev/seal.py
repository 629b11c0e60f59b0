"""Seal changed data files: row count and checksum go into the passport; the file must be whole otherwise."""

from __future__ import annotations

from pathlib import Path

from cop.ground.core.tables import PACKAGE, Reference, seal, verify


def run(arguments: list[str]) -> int:
    """Seal the files named, or all packaged ones; say what is wrong with them."""
    for path in [Path(name) for name in arguments] or sorted(PACKAGE.glob("*/data/*.csv")):
        seal(path)
        print(f"sealed {path}")
    problems = [problem for found in verify(Reference()).values() for problem in found]
    print("\n".join(problems) or "all files are whole")
    return 1 if problems else 0
