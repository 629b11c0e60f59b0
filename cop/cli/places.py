"""Where the commands look: the data folder, replaced reference data, the operator's goals, and today's date."""

from __future__ import annotations

import argparse
import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from cop.cli.failures import Failed
from cop.ground.core.door import parse_date

if TYPE_CHECKING:
    from cop.observatory.core.door import Goal


def data_folder() -> Path:
    """The data folder of every command: COP_DATA, else the user's own data folder."""
    named = os.environ.get("COP_DATA")
    if named:
        return Path(named)
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "cop-centre"


def own_folder() -> Path | None:
    """The data folder where it is there, or was named; None where a person never made one."""
    return data_folder() if os.environ.get("COP_DATA") or data_folder().is_dir() else None


def reference_root() -> Path | None:
    """A folder with reference data in place of the packaged ones: COP_REFERENCE, where it is set."""
    named = os.environ.get("COP_REFERENCE")
    if named and not Path(named).is_dir():
        raise Failed(f"COP_REFERENCE is {named!r}, which is no folder")
    return Path(named) if named else None


def goals() -> tuple[Goal, ...]:
    """The goals that the operator wrote into goals.toml of the data folder."""
    from cop.observatory.core.door import observatory  # slow, and most commands need no goals

    return observatory(reference_root()).goals(data_folder() / "goals.toml")


def a_date(text: str) -> date:
    """An option that takes a date; a year counts from 31 December."""
    try:
        found = parse_date(text).counts_from
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    if not 1990 <= found.year <= 2030:
        raise argparse.ArgumentTypeError(f"{text} lies outside the years 1990 to 2030")
    return found


def today() -> date:
    """Today, or the day in COP_TODAY, so that a demonstration or a test can be repeated."""
    named = os.environ.get("COP_TODAY")
    try:
        return date.fromisoformat(named) if named else date.today()
    except ValueError:
        raise Failed(f"COP_TODAY is {named!r}; write a day such as 2026-11-22") from None
