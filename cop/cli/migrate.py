"""`cop migrate`: bring the database to this release."""

from __future__ import annotations

import argparse
from importlib import import_module
from pathlib import Path

from cop.cli.centre import migrate, with_centre

HELP = "bring the database to this release; tells each step"


def add_options(_parser: argparse.ArgumentParser) -> None:
    """There are none."""


def run(_options: argparse.Namespace) -> int:
    return with_centre(_migrate, migrated=False)


def _migrate(folder: Path) -> int:
    done = migrate(lambda text: print(text, flush=True))
    import_module("cop.ground.exchange.audit_key").own_key(folder)  # made at the first start
    print("the database is at this release" + (f" after {done} migrations" if done else "; there was nothing to do"))
    return 0
