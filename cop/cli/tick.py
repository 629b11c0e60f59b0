"""`cop tick`: do what is due now, once; `cop worker` does it each minute."""

from __future__ import annotations

import argparse
import traceback
from datetime import datetime
from importlib import import_module
from typing import Any

from cop.cli.centre import Say, with_centre
from cop.cli.dumps import no_core_dumps

HELP = "do what is due now, once: reminders, publications at the end of an embargo, heads of the audit trail"
ROOMS = ("ground", "accounts", "observatory", "hotline")


def add_options(_parser: argparse.ArgumentParser) -> None:
    """There are none."""


def run(_options: argparse.Namespace) -> int:
    no_core_dumps()
    return with_centre(lambda _folder: _once())


def _once() -> int:
    at = import_module("cop.ground.public").now()
    failed = tick(at, lambda text: print(text, flush=True))
    return 1 if failed else 0


def tick(at: datetime, say: Say) -> int:
    """Let each room do what is due at `at`, and tell it; answers how many rooms failed. One failing room stops no other."""
    failed = 0
    for room in ROOMS:
        due: Any = import_module(f"cop.{room}.public").tick
        try:
            for text in due(at):
                say(text)
        except Exception:
            failed += 1
            say(f"what is due in {room} failed; it is tried again with the next tick\n{traceback.format_exc()}")
    return failed
