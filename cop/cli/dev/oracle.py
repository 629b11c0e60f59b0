"""Fetch the evaluator that browsers use for forms, the oracle of our own: one pinned npm package, kept beside the project."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

PACKAGE = "openrosa-xpath-evaluator"
VERSION = "3.1.0"
INTEGRITY = "sha512-FK83cFV8pjuY8fNA8Fi/zzjsm1Y5U516+rutmw3Yal9X9ozVYYZjlooM+PTbh9kcyHocPwXLDnQ+PmldBqviUg=="
FOLDER = Path(__file__).resolve().parents[3] / ".cache" / "oracle" / f"{PACKAGE}-{VERSION}"
MOST_BYTES = 1_000_000
MOST_UNPACKED = 4_000_000


class OracleMissing(Exception):
    """The package can't be fetched, or is not the one that was pinned."""


def run(_: list[str]) -> int:
    """Fetch the package unless it is there."""
    if sources() is not None:
        print(f"{PACKAGE} {VERSION} is there")
        return 0
    try:
        count = unpack(fetched(), FOLDER)
    except OracleMissing as error:
        print(error)
        return 1
    print(f"{PACKAGE} {VERSION}: {count} files in {FOLDER.relative_to(FOLDER.parents[2])}")
    return 0


def sources(folder: Path = FOLDER) -> dict[str, str] | None:
    """The modules by their paths inside the package, such as `openrosa-xpath.js`; None where they were not fetched."""
    if not (folder / "complete").exists():
        return None
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.js"))}


def fetched() -> bytes:
    """The packed package from npm. Raises OracleMissing without npm, without a network, and for any other content."""
    npm = shutil.which("npm")
    if npm is None:
        raise OracleMissing("npm is missing; install nodejs and npm, or leave out the tests that need it")
    with tempfile.TemporaryDirectory() as folder:
        command = [npm, "pack", f"{PACKAGE}@{VERSION}", "--json", "--ignore-scripts", "--pack-destination", folder]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
        if done.returncode:
            raise OracleMissing(f"npm can't fetch {PACKAGE} {VERSION}: {done.stderr.strip()[-300:]}")
        packed: str = json.loads(done.stdout)[0]["filename"]
        raw = (Path(folder) / packed).read_bytes()
    if len(raw) > MOST_BYTES or f"sha512-{base64.b64encode(hashlib.sha512(raw).digest()).decode()}" != INTEGRITY:
        raise OracleMissing(f"{PACKAGE} {VERSION} is not the package that was pinned: its checksum differs")
    return raw


def unpack(raw: bytes, folder: Path) -> int:
    """Write the modules of a packed package into a folder; returns how many. Nothing else of it touches the disk."""
    count, size = 0, 0
    with tarfile.open(fileobj=io.BytesIO(raw), mode="r:gz") as archive:
        for member in archive:
            parts = Path(member.name).parts
            if not member.isfile() or parts[:2] != ("package", "src") or ".." in parts or not member.name.endswith(".js"):
                continue
            size += member.size
            content = archive.extractfile(member)
            if size > MOST_UNPACKED or content is None:
                raise OracleMissing(f"{PACKAGE} unpacks to more than it should")
            path = folder.joinpath(*parts[2:])
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.read())
            count += 1
    (folder / "complete").write_text(f"{VERSION}\n", encoding="utf-8")
    return count
