"""Guidance as a ZIM file for Kiwix and for servers in schools, packed by the program zimwriterfs where it is installed."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

import typst

from cop.guidance.formats.offline import Copy, site

PROGRAM = "zimwriterfs"
# ISO 639-3, which ZIM asks for.
ISO_639_3 = {"en": "eng", "fr": "fra", "es": "spa", "ar": "ara", "zh-hans": "zho", "ru": "rus"}
_ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-2 -3 24 24" fill="#0a5c63"><path fill="#fbfaf7" d="M-2-3h24v24H-2z"/>'
    '<path d="M0 8h3v10H0zm4-5h3v15H4zm4 7h3v8H8zm4-10h3v18h-3zm4 6h3v12h-3z"/></svg>'
)


class ZimFailed(Exception):
    """zimwriterfs is not installed, or it failed; the message says what to do."""


def icon_png() -> bytes:
    """The sign of the centre as a PNG of 48 by 48 points, which ZIM asks for."""
    source = '#set page(width: 48pt, height: 48pt, margin: 0pt)\n#image(bytes(sys.inputs.icon), format: "svg", width: 100%)'
    made: bytes = typst.compile(source.encode(), format="png", ppi=72, sys_inputs={"icon": _ICON})
    return made


def write_zim(copy: Copy, target: Path) -> None:
    """Pack the copy as a ZIM file. Raises ZimFailed where zimwriterfs is not installed or fails."""
    program = shutil.which(PROGRAM)
    if program is None:
        raise ZimFailed(f"the program {PROGRAM} is not installed; install the package zim-tools, or export a zip instead")
    with tempfile.TemporaryDirectory() as folder:
        inside = Path(folder) / "site"
        inside.mkdir()
        for name, body in site(copy).items():
            (inside / name).write_bytes(body)
        (inside / "icon.png").write_bytes(icon_png())
        made = Path(folder) / "guidance.zim"
        command = [
            program, "--welcome=index.html", "--illustration=icon.png",
            f"--language={ISO_639_3.get(copy.tongue.code, copy.tongue.code)}", f"--title={copy.t('Guidance')} COP",
            f"--description={copy.title}"[:90], "--creator=COP Centre", "--publisher=COP Centre",
            f"--name=cop-centre_{copy.tongue.code}", str(inside), str(made),
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 our own files, no shell
        if done.returncode or not made.exists():
            raise ZimFailed(f"{PROGRAM} failed: {(done.stderr or done.stdout).strip()[-300:]}")
        shutil.copyfile(made, target)
