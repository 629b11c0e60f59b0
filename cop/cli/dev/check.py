"""Everything that CI checks, in order, until something fails."""

from __future__ import annotations

import subprocess
import sys
import time

from cop.cli.dev import messages, tables

_CONTRACTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"
STEPS: tuple[tuple[str, list[str]], ...] = (
    ("format", ["-m", "ruff", "format", "--check", "."]),
    ("lint", ["-m", "ruff", "check", "."]),
    ("types", ["-m", "mypy"]),
    ("contracts", ["-c", _CONTRACTS]),
    ("data", ["-m", "cop", "data", "verify"]),
)

TOGETHER = ("-n", "2")  # two processes; all tests that need a browser share one of them


def run(arguments: list[str]) -> int:
    """Run every step; further arguments go to pytest."""
    for name, command in STEPS:
        if _step(name, [sys.executable, *command]):
            return 1
    print("== catalogues and generated documents", flush=True)
    if stale := [*messages.stale(), *tables.stale()]:
        print("\n".join(stale))
        return 1
    return _step("tests", [sys.executable, "-m", "pytest", *TOGETHER, *arguments])


def _step(name: str, command: list[str]) -> int:
    print(f"== {name}", flush=True)
    started = time.monotonic()
    code = subprocess.run(command, check=False).returncode
    print(f"-- {name}: {'in order' if code == 0 else 'FAILED'} after {time.monotonic() - started:.1f} s", flush=True)
    return code
