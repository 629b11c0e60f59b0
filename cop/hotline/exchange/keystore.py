"""Keys in files, outside the database and every backup: one folder for each program that may read it.

`public/` holds what the public web process needs: the public half of each month's key, the month's thread key, the team's public
half and a secret for challenges. `desk/` holds the private half of each month's key. `worker/` holds the service key. Once a
month's files are deleted, no copy of that month's reports opens any more.
"""

from __future__ import annotations

import contextlib
import os
import re
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cop.ground.core.door import fingerprint, new_key, public_half
from cop.hotline.core.sealing import Keys
from cop.hotline.exchange.ledger import Erased, erased, sync

PUBLIC, DESK, WORKER = "public", "desk", "worker"
AHEAD = 2  # months that are prepared beyond the current one
STALE = 3600  # seconds after which a file that a program began to write was left behind by it
_MONTH = re.compile(r"^(\d{4}-\d{2})\.month\.pub$")
_HEX = re.compile(r"^[0-9a-f]{64}$")


class KeysMissing(Exception):
    """A key file that is needed is missing or holds no key; the message names it and the way out."""


@dataclass(frozen=True)
class Keystore:
    """The folder with the three folders of keys. A program reads only its own."""

    folder: Path

    def prepare(self, at: datetime) -> list[str]:
        """Make what is missing for the month of `at` and the two after it; answers what was made. Raises KeysMissing."""
        made = []
        for name in (PUBLIC, DESK, WORKER):
            (self.folder / name).mkdir(parents=True, exist_ok=True, mode=0o750)
        if self._make(PUBLIC, "flood.key", new_key()):
            made.append("secret of challenges")
        if self._make(WORKER, "service.key", new_key()):
            made.append("service key")
        service = self._read(WORKER, "service.key")
        self._make(DESK, "service.pub", public_half(service))
        self._sweep()
        gone = {one.month for one in self.ledger()}
        for month in months_from(at, AHEAD + 1):
            if month not in gone:
                made += self._prepare_month(month)
        return made

    def ledger(self) -> tuple[Erased, ...]:
        """The months that were erased, by the ledger beside the keys."""
        return erased(self.folder)

    def may_forget(self) -> bool:
        """May this process delete keys of months?"""
        return all(os.access(folder, os.W_OK) for folder in (self.folder, self.folder / PUBLIC, self.folder / DESK))

    def fingerprints(self, month: str) -> tuple[str, ...]:
        """The fingerprints of the public halves of a month's keys that are there, ordered: copies are known by them."""
        found = set()
        for role, name in _files(month):
            with contextlib.suppress(KeysMissing):
                held = self._read(role, name)
                found.add(fingerprint(held if name.endswith(".pub") else public_half(held)))
        return tuple(sorted(found))

    def forget(self, month: str, keys: tuple[str, ...] | None = None) -> int:
        """Delete the keys of a month, durably, and files of it that were half written; answers how many files are gone.

        With `keys`, only files whose public half has one of these fingerprints. Raises OSError where this process may not.
        """
        gone = 0
        for role, name in _files(month):
            path = self.folder / role / name
            for found in (path, *path.parent.glob(f".{name}-*")):
                if found.exists() and (keys is None or found != path or _fits(found, keys)):
                    found.unlink()
                    gone += 1
        for role in (DESK, PUBLIC):
            if (self.folder / role).is_dir():
                sync(self.folder / role)
        return gone

    def _sweep(self) -> None:
        """Files that a program left half written hold keys: away with those that are an hour old."""
        for role in (PUBLIC, DESK, WORKER):
            for path in (self.folder / role).glob(".*-*-*"):
                with contextlib.suppress(FileNotFoundError):
                    if time.time() - path.stat().st_mtime > STALE:
                        path.unlink()

    def _prepare_month(self, month: str) -> list[str]:
        """Both halves of a month, and its thread key. A half that lost its other one is never replaced."""
        public = self.folder / PUBLIC / f"{month}.month.pub"
        made = []
        if public.exists() and not (self.folder / DESK / f"{month}.month.key").exists():
            raise KeysMissing(f"{DESK}/{month}.month.key is missing while {public} is there; put the keys back from their own copy")
        if self._make(DESK, f"{month}.month.key", new_key()):
            made.append(f"month key {month}")
        self._make(PUBLIC, public.name, public_half(self._read(DESK, f"{month}.month.key")))
        if self._read(PUBLIC, public.name) != public_half(self._read(DESK, f"{month}.month.key")):
            raise KeysMissing(f"the two halves of the month {month} don't fit; put the keys back from their own copy")
        if self._make(PUBLIC, f"{month}.thread.key", new_key()):
            made.append(f"thread key {month}")
        return made

    def months(self) -> tuple[str, ...]:
        """The months whose public half is there, oldest first."""
        found = (_MONTH.match(path.name) for path in (self.folder / PUBLIC).glob("*.month.pub"))
        return tuple(sorted(match[1] for match in found if match))

    def keys(self, at: datetime) -> Keys:
        """What a report of this moment is sealed to. Raises KeysMissing."""
        month = month_of(at)
        team = self._read(PUBLIC, "team.pub")
        return Keys(
            team, fingerprint(team), self._read(PUBLIC, f"{month}.month.pub"), month,
            public_half(self._read(PUBLIC, f"{month}.thread.key")),
        )  # fmt: skip

    def thread_key(self, month: str) -> bytes:
        """A month's thread key, with which the public process opens the outside of messages to reporters. Raises KeysMissing."""
        return self._read(PUBLIC, f"{month}.thread.key")

    def month_key(self, month: str) -> bytes:
        """The private half of a month's key, for the desk. Raises KeysMissing."""
        return self._read(DESK, f"{month}.month.key")

    def service_public(self) -> bytes:
        """The public half of the service key, for the desk. Raises KeysMissing."""
        return self._read(DESK, "service.pub")

    def service_key(self) -> bytes:
        """The private half of the service key, for the worker. Raises KeysMissing."""
        return self._read(WORKER, "service.key")

    def flood_secret(self) -> bytes:
        """The secret that signs challenges. Raises KeysMissing."""
        return self._read(PUBLIC, "flood.key")

    def set_team(self, public: bytes) -> None:
        """Seal reports to this public half of the team from now on. Whole or not at all."""
        target = self.folder / PUBLIC / "team.pub"
        fresh = target.with_name(f".team.pub-{os.getpid()}-{os.urandom(4).hex()}")
        _write(fresh, public)
        fresh.replace(target)
        sync(target.parent)

    def team(self) -> str:
        """The id of the team key that reports are sealed to, or nothing where there is none."""
        try:
            return fingerprint(self._read(PUBLIC, "team.pub"))
        except KeysMissing:
            return ""

    def _make(self, role: str, name: str, key: bytes) -> bool:
        """Writes a key file if none is there; False where one is. Two programs at once end with one key."""
        target = self.folder / role / name
        if target.exists():
            return False
        fresh = target.with_name(f".{name}-{os.getpid()}-{os.urandom(4).hex()}")
        _write(fresh, key)
        try:
            with contextlib.suppress(FileExistsError):
                os.link(fresh, target)
        finally:
            fresh.unlink()
        sync(target.parent)
        return True

    def _read(self, role: str, name: str) -> bytes:
        path = self.folder / role / name
        try:
            text = path.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            text = ""
        if not _HEX.match(text):
            raise KeysMissing(
                f"{path} is missing or holds no key; run cop hotline set-up, or put the keys back from their own copy"
            )
        return bytes.fromhex(text)


def month_of(at: datetime) -> str:
    """The month of a moment in UTC, such as 2026-11."""
    return f"{at:%Y-%m}"


def months_from(at: datetime, count: int) -> list[str]:
    """`count` months, the one of `at` first."""
    start = at.year * 12 + at.month - 1
    return [f"{number // 12:04d}-{number % 12 + 1:02d}" for number in range(start, start + count)]


def _write(path: Path, key: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640), "w", encoding="ascii") as out:
        out.write(key.hex() + "\n")
        out.flush()
        os.fsync(out.fileno())


def _files(month: str) -> tuple[tuple[str, str], ...]:
    """Folder and name of each key of a month; the private one first."""
    return (DESK, f"{month}.month.key"), (PUBLIC, f"{month}.thread.key"), (PUBLIC, f"{month}.month.pub")


def _fits(path: Path, keys: tuple[str, ...]) -> bool:
    """Is this file one of the keys with these fingerprints? One that is damaged may have been one."""
    try:
        held = bytes.fromhex(path.read_text(encoding="ascii").strip())
        return fingerprint(held if path.name.endswith(".pub") else public_half(held)) in keys
    except ValueError:
        return True
