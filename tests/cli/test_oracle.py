"""The package that tests hold our evaluator against: only its modules reach the disk, and only once it is the pinned one."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from cop.cli.dev.oracle import OracleMissing, sources, unpack


def packed(files: dict[str, bytes], link: str = "") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
        if link:
            member = tarfile.TarInfo("package/src/link.js")
            member.type, member.linkname = tarfile.SYMTYPE, link
            archive.addfile(member)
    return out.getvalue()


def test_only_modules_inside_the_package_are_written(tmp_path: Path):
    raw = packed(
        {"package/src/a.js": b"1", "package/src/utils/b.js": b"2", "package/src/../../out.js": b"3", "package/readme.md": b"4"},
        link="/etc/passwd",
    )
    folder = tmp_path / "oracle"
    assert sources(folder) is None
    assert unpack(raw, folder) == 2
    assert sources(folder) == {"a.js": "1", "utils/b.js": "2"}
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == ["a.js", "b.js", "complete"]


def test_a_package_that_unpacks_to_too_much_is_refused(tmp_path: Path):
    with pytest.raises(OracleMissing, match="unpacks to more"):
        unpack(packed({"package/src/a.js": b"0" * 4_000_001}), tmp_path)
    assert sources(tmp_path) is None
