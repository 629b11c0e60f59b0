"""Readers of the environment that fail loudly."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path


class BadSetting(Exception):
    """A setting that can't be used; the message names it and says what is accepted."""


def a_text(name: str, default: str = "") -> str:
    return os.environ.get(name, default)


def a_list(name: str, default: str = "") -> list[str]:
    """Words parted by commas."""
    return [word.strip() for word in a_text(name, default).split(",") if word.strip()]


def a_flag(name: str, default: bool = False) -> bool:
    text = a_text(name, "1" if default else "0")
    if text not in ("0", "1"):
        raise BadSetting(f"{name} is {text!r}; write 0 or 1")
    return text == "1"


def a_number(name: str, default: int) -> int:
    text = a_text(name, str(default))
    if not text.isdigit():
        raise BadSetting(f"{name} is {text!r}; write a whole number")
    return int(text)


def a_day(name: str) -> date | None:
    text = a_text(name)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadSetting(f"{name} is {text!r}; write a day such as 2026-11-22") from None


def a_folder(name: str) -> Path | None:
    """A folder that must exist when it is named."""
    text = a_text(name)
    if text and not Path(text).is_dir():
        raise BadSetting(f"{name} is {text!r}, which is no folder")
    return Path(text) if text else None


def a_secret(name: str) -> str:
    """A secret in the file that NAME_FILE names; empty when none is named. Secrets never stand in the environment itself."""
    named = a_text(f"{name}_FILE")
    if not named:
        return ""
    try:
        return Path(named).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise BadSetting(f"{name}_FILE is {named!r}: {error.strerror}") from None
