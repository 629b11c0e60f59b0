"""A backup as a file: a zip whose manifest names every member, its size and checksum. Nothing is trusted before it is checked."""

from __future__ import annotations

import hashlib
import json
import os
import re
import zipfile
import zlib
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FORMAT = 1
MANIFEST = "manifest.json"
ROWS = "rows/"
DATA = "data/"
MOST_MANIFEST = 20_000_000
MOST_RATIO = 100  # rows of text shrink thirty times at most; a zip bomb a thousand times
SLACK = 10_000_000
BLOCK = 1 << 20
_PART = re.compile(r"[^/\\\x00-\x1f:]{1,255}")


class BadArchive(Exception):
    """A backup that is damaged, newer, or not one of ours; the message says where."""


@dataclass(frozen=True)
class Member:
    """One file in a backup: its name, bytes, SHA-256 in hex and, for rows, how many."""

    name: str
    size: int
    sha256: str
    rows: int = 0


class ArchiveWriter:
    """Writes a backup beside its final place and moves it there when it is whole."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.part = target.with_name(f"{target.name}.part")
        self.members: list[Member] = []
        self.part.unlink(missing_ok=True)  # one that was left behind may be readable by others, or lead elsewhere
        handle = os.open(self.part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self.file = os.fdopen(handle, "wb")
        self.zip = zipfile.ZipFile(self.file, "w", zipfile.ZIP_DEFLATED, allowZip64=True, compresslevel=6)

    def add(self, name: str, blocks: Iterable[bytes], *, rows: bool = False) -> Member:
        """Write one member from blocks; with `rows`, each block is one row."""
        digest, size, count = hashlib.sha256(), 0, 0
        with self.zip.open(name, "w", force_zip64=True) as out:
            for block in blocks:
                out.write(block)
                digest.update(block)
                size, count = size + len(block), count + 1
        member = Member(name, size, digest.hexdigest(), count if rows else 0)
        self.members.append(member)
        return member

    def add_file(self, name: str, path: Path) -> Member:
        """Write one file as a member."""
        with path.open("rb") as source:
            return self.add(name, iter(lambda: source.read(BLOCK), b""))

    def finish(self, about: dict[str, Any]) -> None:
        """Write the manifest, everything to the disk, and the file to its place."""
        held = about | {"format": FORMAT, "members": [vars(member) for member in self.members]}
        self.zip.writestr(MANIFEST, json.dumps(held, ensure_ascii=False, indent=1))
        self.zip.close()
        self.file.flush()
        os.fsync(self.file.fileno())
        self.file.close()
        os.replace(self.part, self.target)

    def give_up(self) -> None:
        """Leave nothing behind."""
        self.file.close()
        self.part.unlink(missing_ok=True)


@dataclass(frozen=True)
class Archive:
    """A backup that was checked: what its manifest says, and its members by name."""

    zip: zipfile.ZipFile
    about: dict[str, Any]
    members: dict[str, Member]

    def blocks(self, name: str) -> Generator[bytes, None, None]:
        """The content of a member in blocks, held against its size and checksum. Raises BadArchive at the end where it differs."""
        member = self.members[name]
        digest, size = hashlib.sha256(), 0
        try:
            with self.zip.open(name) as source:
                while block := source.read(BLOCK):
                    size += len(block)
                    if size > member.size:
                        raise BadArchive(f"{name} in the backup is longer than its manifest says")
                    digest.update(block)
                    yield block
        except (zipfile.BadZipFile, EOFError, ValueError, RuntimeError, OSError, zlib.error) as error:
            raise BadArchive(f"{name} in the backup is damaged: {error}") from None
        if size != member.size or digest.hexdigest() != member.sha256:
            raise BadArchive(f"{name} in the backup is damaged: its checksum differs")

    def lines(self, name: str) -> Generator[bytes, None, None]:
        """The lines of a member, without their ends. Who does not read to the end closes it."""
        left = b""
        with closing(self.blocks(name)) as blocks:
            for block in blocks:
                *whole, left = (left + block).split(b"\n")
                yield from whole
        if left:
            raise BadArchive(f"{name} in the backup ends within a line")

    def named(self, folder: str) -> list[str]:
        """The members under rows/ or data/, in the order of the manifest."""
        return [name for name in self.members if name.startswith(folder)]


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """A backup whose names, sizes and checksums were all checked. Raises BadArchive, OSError."""
    try:
        with zipfile.ZipFile(path) as held:
            archive = _checked(held, path.stat().st_size)
            for name in archive.members:
                for _ in archive.blocks(name):
                    pass
            yield archive
    except (zipfile.BadZipFile, UnicodeDecodeError, EOFError) as error:
        raise BadArchive(f"{path.name} is no whole backup: {error}") from None


def _checked(held: zipfile.ZipFile, size: int) -> Archive:
    infos = {info.filename: info for info in held.infolist()}
    if len(infos) != len(held.infolist()) or MANIFEST not in infos or infos[MANIFEST].file_size > MOST_MANIFEST:
        raise BadArchive("the file is no backup of a centre: it has no manifest, or a name twice")
    about = _manifest(held)
    members = {member.name: member for member in _members(about)}
    if set(infos) - {MANIFEST} != set(members):
        wrong = sorted(set(infos) - {MANIFEST} ^ set(members))[:1]
        raise BadArchive(f"the manifest of the backup and its members differ: {''.join(wrong)[:100]!r}")
    for name, member in members.items():
        if not safe(name):
            raise BadArchive(f"the backup holds a member with a name that leads elsewhere: {name[:100]!r}")
        if infos[name].file_size != member.size:
            raise BadArchive(f"{name} in the backup is not as long as its manifest says")
    if sum(member.size for member in members.values()) > size * MOST_RATIO + SLACK:
        raise BadArchive("the backup would unpack to more than 100 times its size; no backup of a centre does")
    return Archive(held, about, members)


def _manifest(held: zipfile.ZipFile) -> dict[str, Any]:
    try:
        about = json.loads(held.read(MANIFEST))
    except (ValueError, RuntimeError, zlib.error) as error:
        raise BadArchive(f"the manifest of the backup can't be read: {error}") from None
    if not isinstance(about, dict) or not isinstance(about.get("format"), int):
        raise BadArchive("the manifest of the backup says no format")
    if about["format"] > FORMAT:
        raise BadArchive(f"the backup has format {about['format']}, made by a newer release; this one reads {FORMAT}")
    return about


def _members(about: dict[str, Any]) -> Iterator[Member]:
    listed = about.get("members")
    for item in listed if isinstance(listed, list) else [None]:
        kinds = {"name": str, "size": int, "sha256": str, "rows": int}
        if not isinstance(item, dict) or {name: type(value) for name, value in item.items()} != kinds or item["size"] < 0:
            raise BadArchive("the manifest of the backup lists its members wrongly")
        yield Member(**item)


def safe(name: str) -> bool:
    """May a member have this name? rows/app.Model.jsonl, or data/ and a path that stays inside the data folder."""
    parts = name.split("/")
    if name.startswith(ROWS):
        return bool(re.fullmatch(r"rows/[a-z_]+\.[A-Za-z_]+\.jsonl", name))
    return name.startswith(DATA) and len(parts) > 1 and all(_PART.fullmatch(part) and not part.startswith(".") for part in parts)
