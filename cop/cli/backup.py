"""`cop backup FILE`: the whole centre in one file, for either database."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from cop.cli.centre import with_centre
from cop.cli.failures import Failed
from cop.cli.places import data_folder

HELP = "write the whole centre into one file: every row, uploaded files, own data"
KEYS = ("secret.key", "audit.key")
# Of the data folder itself: the embedded database, locks, and what belongs to this machine only.
LEFT_OUT = ("centre.sqlite3", "generation", "worker.lock")


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="the backup to be written; it must not exist yet")
    parser.add_argument("--with-keys", action="store_true", help="the centre's secret keys too; keep such a file under lock")


def run(options: argparse.Namespace) -> int:
    if options.file.exists():
        raise Failed(f"{options.file} exists already; name another file")
    if data_folder().resolve() in options.file.resolve().parents:
        raise Failed(f"{options.file} lies in the data folder itself and would be lost with it; name a file elsewhere")
    return with_centre(lambda folder: _backup(folder, options.file.resolve(), with_keys=options.with_keys))


def _backup(folder: Path, target: Path, *, with_keys: bool) -> int:
    archive, public, centre = (import_module(f"cop.{name}") for name in ("ground.exchange.archive", "ground.public", "cli.centre"))
    keys = import_module("django.conf").settings.COP_KEYS
    rows, trail, transaction = (
        import_module(n) for n in ("cop.ground.queries.rows", "cop.ground.queries.trail", "django.db.transaction")
    )
    started = time.monotonic()
    with transaction.atomic():
        public.record(actor="system", verb="back up", thing="centre", at=public.now(), keys=int(with_keys))
    writer = archive.ArchiveWriter(target)
    try:
        with rows.snapshot():
            for label, model in rows.tables().items():
                writer.add(f"{archive.ROWS}{label}.jsonl", rows.rows(model), rows=True)
            about: dict[str, Any] = {
                "release": public.reference().release, "made_at": public.now().isoformat(),
                "migrations": centre.applied_migrations(), "audit_head": trail.head_line(folder),
            }  # fmt: skip
        for path in own_files(folder, target, keys, with_keys=with_keys):
            writer.add_file(archive.DATA + path.relative_to(folder).as_posix(), path)
        writer.finish(about)
    except BaseException:
        writer.give_up()
        raise
    count = sum(member.rows for member in writer.members)
    files = sum(1 for member in writer.members if member.name.startswith(archive.DATA))
    print(f"{count} rows and {files} files in {target}, {target.stat().st_size:,} bytes, {time.monotonic() - started:.1f} s")
    print(f"audit head: {about['audit_head']}")
    if not with_keys:
        print(f"Secret keys are not inside; keep {' and '.join(str(folder / name) for name in KEYS)} apart, under lock.")
    return 0


def own_files(folder: Path, target: Path, months: Path | None, *, with_keys: bool) -> Iterator[Path]:
    """The files of the data folder that belong into a backup, in order; no links, nothing hidden, not the backup itself.

    The hotline's keys in `months` never: they have a copy of their own, and with them inside nothing could ever be erased.
    """
    apart = months.resolve() if months else None
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.is_symlink() or not path.is_file() or any(part.startswith(".") for part in parts):
            continue
        if apart is not None and apart in path.resolve().parents:
            continue
        own = len(parts) > 1 or not (parts[0].startswith(LEFT_OUT) or path.suffix in (".part", ".pid"))
        if own and path != target and (with_keys or not path.name.startswith(KEYS)):  # nor a key that was set aside
            yield path
