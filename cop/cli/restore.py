"""`cop restore FILE`: a backup into an empty centre, wholly or not at all."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import datetime
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from cop.cli.backup import KEYS
from cop.cli.centre import applied_migrations, with_centre
from cop.cli.failures import Failed

HELP = "put a backup into an empty, migrated centre: wholly, or nothing is changed"
MERGED = ("audit.pub", "audit.heads", "hotline.erased")  # lines of these are added to those that a new centre has already


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="a file that `cop backup` wrote")


def run(options: argparse.Namespace) -> int:
    return with_centre(lambda folder: _restore(folder, options.file))


def _restore(folder: Path, file: Path) -> int:
    archive: Any = import_module("cop.ground.exchange.archive")
    started = time.monotonic()
    try:
        with archive.opened(file) as held:
            _check(held)
            if label := import_module("cop.ground.queries.rows").empty():
                raise Failed(f"the database is not empty ({label} has rows); restore into a new one, after cop migrate")
            stage = folder / f".restore-{os.getpid()}"
            try:
                files = _staged(held, folder, stage)
                rows, gone = _load(held, folder, files)
            finally:
                shutil.rmtree(stage, ignore_errors=True)
    except archive.BadArchive as error:
        raise Failed(f"{file}: {error}; nothing was changed") from None
    import_module("cop.ground.core.door").advance(folder)
    _forget(gone)
    print(f"{rows} rows and {len(files)} files restored from {file}, {time.monotonic() - started:.1f} s")
    return 0


def _check(held: Any) -> None:
    """Raises BadArchive for a backup of another release or with a trail that is not whole."""
    archive, rows = (import_module(f"cop.ground.{name}") for name in ("exchange.archive", "queries.rows"))
    theirs, ours = held.about.get("migrations"), applied_migrations()
    if not isinstance(theirs, list):
        raise archive.BadArchive("the manifest of the backup lists no migrations")
    if newer := sorted(set(map(str, theirs)) - set(ours)):
        raise archive.BadArchive(f"the backup was made by a newer release ({newer[0]} is unknown here); install that release")
    if older := sorted(set(ours) - set(theirs)):
        raise archive.BadArchive(
            f"the backup was made by an older release (it lacks {older[0]}); restore it with that release, then run cop migrate"
        )
    wanted = {f"{archive.ROWS}{label}.jsonl" for label in rows.tables()}
    if wrong := sorted(wanted ^ set(held.named(archive.ROWS))):
        raise archive.BadArchive(f"the backup has not the tables of this release: {wrong[0]}")
    if finding := _trail(held):
        raise archive.BadArchive(f"the audit trail in the backup is not whole: {finding}")


def _trail(held: Any) -> Any:
    core, archive = import_module("cop.ground.core.trail"), import_module("cop.ground.exchange.archive")

    def entry(line: bytes) -> Any:
        row = json.loads(line)
        return core.Entry(**row | {"at": datetime.fromisoformat(row["at"])})

    try:
        heads = [json.loads(line) for line in held.lines("rows/ground.AuditHead.jsonl")]
        stored = core.Head(heads[0]["number"], heads[0]["digest"]) if heads else core.Head()
        number, digest, _ = str(held.about.get("audit_head")).split()
        with closing(held.lines("rows/ground.AuditEntry.jsonl")) as lines:
            return core.verify(map(entry, lines), stored, [core.Head(int(number), digest)])
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise archive.BadArchive(f"the audit trail in the backup can't be read: {error}") from None


def _staged(held: Any, folder: Path, stage: Path) -> dict[Path, Path]:
    """Files of the backup, written beside their places: place by staged file. Raises Failed where another file is in the way."""
    archive: Any = import_module("cop.ground.exchange.archive")
    files = {}
    for name in held.named(archive.DATA):
        place = folder / name.removeprefix(archive.DATA)
        known = place.parent == folder and place.name in (*MERGED, *KEYS)
        if place.is_symlink() or (place.exists() and not known and _digest(place) != held.members[name].sha256):
            raise Failed(f"{place} is in the way of the backup; restore into a new data folder. Nothing was changed")
        fresh = stage / name.removeprefix(archive.DATA)
        fresh.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            for block in held.blocks(name):
                out.write(block)
            out.flush()
            os.fsync(out.fileno())
        files[fresh] = place
    return files


def _load(held: Any, folder: Path, files: dict[Path, Path]) -> tuple[int, tuple[str, ...]]:
    """Rows and files into their places, in one transaction; answers how many rows, and the months that were erased again.

    The ledger of erasures is replayed before anybody can see the rows: what was erased since the backup does not come back.
    """
    archive, rows, actions, outbox = (
        import_module(f"cop.ground.{name}") for name in ("exchange.archive", "queries.rows", "actions.rows", "actions.outbox")
    )
    public, database, transaction = (import_module(name) for name in ("cop.ground.public", "django.db", "django.db.transaction"))
    undo: list[Callable[[], object]] = []
    try:
        with transaction.atomic():
            actions.clear_made()
            count: int = sum(actions.load_member(held, label) for label in rows.tables())
            actions.finish()
            outbox.doubt_all(at=public.now())
            public.record(actor="system", verb="restore", thing="centre", at=public.now(), rows=count, files=len(files))
            _move(files, folder, undo)
            gone: tuple[str, ...] = import_module("cop.hotline.public").restored(public.now())
    except BaseException as error:
        for step in reversed(undo):
            with suppress(OSError):  # the other steps are taken back in any case
                step()
        if isinstance(error, database.Error):
            raise archive.BadArchive(f"its rows do not fit the database: {str(error).strip().splitlines()[0]}") from None
        raise
    return count, gone


def _forget(months: tuple[str, ...]) -> None:
    """Keys of erased months that came back with an old copy go again; says what was erased anew."""
    public, erase = import_module("cop.hotline.public"), import_module("cop.hotline.actions.retention")
    keys = public.keystore()
    if months:
        print(f"erased again by the ledger of erasures: {', '.join(months)}")
    if keys is None or not keys.folder.exists():
        return
    try:
        for text in erase.finish_erasures(keystore=keys, folders=public.ledgers(), at=import_module("cop.ground.public").now()):
            print(text)
    except PermissionError:
        print("keys of erased months can't be deleted here; run cop hotline erase as the user whose keys they are")


def _move(files: dict[Path, Path], folder: Path, undo: list[Callable[[], object]]) -> None:
    """Each staged file to its place; `undo` gets what takes the step back.

    A new centre has made keys already; those of the backup open what its rows hold, so the made ones are set aside.
    """
    keys: Any = import_module("cop.ground.exchange.audit_key")
    for fresh, place in files.items():
        if place.parent == folder and place.name in MERGED:
            undo.append(partial(place.write_bytes, place.read_bytes()) if place.exists() else place.unlink)
            keys.keep_lines(place, list(keys.lines(fresh)))
        elif not place.exists() or (place.name in KEYS and _digest(place) != _digest(fresh)):
            place.parent.mkdir(parents=True, exist_ok=True)
            if place.exists():
                aside = place.with_name(f"{place.name}.before-{_digest(fresh)[:8]}")
                undo.append(partial(os.replace, aside, place))
                os.replace(place, aside)
            else:
                undo.append(place.unlink)
            os.replace(fresh, place)


def _digest(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()
