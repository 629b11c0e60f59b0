"""Files of evidence: what they are by their content, never by their name alone (RND-18). Nothing is rendered or run."""

from __future__ import annotations

import io
import unicodedata
import zipfile

from cop.ground.core.door import mark
from cop.observatory.core.rounds.refusals import Refused

MOST_BYTES = 20 * 1_048_576
MOST_UNPACKED = 200 * 1_048_576
MOST_RATIO = 200
MOST_PARTS = 4_000
KINDS = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpeg": "image/jpeg",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "txt": "text/plain; charset=utf-8",
}
_ENDINGS = {"pdf": "pdf", "png": "png", "jpg": "jpeg", "jpeg": "jpeg", "docx": "docx", "xlsx": "xlsx", "txt": "txt"}
_MAIN = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}


def kind_of(raw: bytes, name: str) -> str:
    """What a file is: one of KINDS. Raises Refused for another kind, a name that lies, more than 20 MB, or a bomb."""
    if not raw:
        raise Refused("RND-18", mark("The file is empty."))
    if len(raw) > MOST_BYTES:
        raise Refused("RND-18", mark("The file is larger than 20 MB."))
    said = _ENDINGS.get(name.rpartition(".")[2].casefold()) if "." in name else None
    if said is None:
        raise Refused("RND-18", mark("Files are pdf, png, jpeg, docx, xlsx or txt."))
    fits = _office(raw, said) if said in _MAIN else _plain(raw, said)
    if not fits:
        raise Refused("RND-18", mark("The content of the file is not what its name says: %(kind)s."), kind=said)
    return said


def _plain(raw: bytes, kind: str) -> bool:
    if kind == "pdf":
        return raw.startswith(b"%PDF-1.") or raw.startswith(b"%PDF-2.")
    if kind == "png":
        return raw.startswith(b"\x89PNG\r\n\x1a\n") and raw[12:16] == b"IHDR" and b"IEND" in raw[-32:]
    if kind == "jpeg":
        return raw.startswith(b"\xff\xd8\xff") and b"\xff\xd9" in raw[-64:]
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return not any(ord(sign) < 32 and sign not in "\t\n\r\f" for sign in text)


def _office(raw: bytes, kind: str) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            names = [item.filename for item in archive.infolist()]
            if len(names) > MOST_PARTS or len(set(names)) < len(names):
                raise Refused("RND-18", mark("The file holds more parts than a document does."))
            if "[Content_Types].xml" not in names or _MAIN[kind] not in names:
                return False
            if any(name.rpartition("/")[2].casefold().startswith("vbaproject") for name in names):
                raise Refused("RND-18", mark("The file holds macros. Save it as a document without them."))
            _check_unpacked(archive, len(raw))
    except (zipfile.BadZipFile, RuntimeError, EOFError, OSError, ValueError):
        return False
    return True


def _check_unpacked(archive: zipfile.ZipFile, packed: int) -> None:
    """Unpacks every part truly, by pieces, and refuses what grows beyond measure: an archive may lie about its sizes."""
    room = min(MOST_UNPACKED, max(packed, 4_096) * MOST_RATIO)
    for item in archive.infolist():
        with archive.open(item) as part:
            while piece := part.read(1_048_576):
                room -= len(piece)
                if room < 0:
                    raise Refused("RND-18", mark("The file unpacks to more than a document can hold."))


def safe_name(name: str, kind: str) -> str:
    """The name of a file as it is kept and offered: no folders, no hidden signs, the ending of its kind."""
    last = name.replace("\\", "/").rpartition("/")[2].rpartition(".")[0]
    kept = "".join(
        sign
        for sign in unicodedata.normalize("NFC", last)
        if unicodedata.category(sign)[0] in "LNPSZ" and sign not in '"/\\:*?<>|;%'
    )
    return f"{' '.join(kept.split())[:100] or 'evidence'}.{kind}"
