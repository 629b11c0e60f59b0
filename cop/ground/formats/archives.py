"""Archives that strangers send, such as workbooks: is one of modest size before anything reads it?"""

from __future__ import annotations

import io
import zipfile


def unpacks_modestly(raw: bytes, *, most_parts: int, most_bytes: int) -> bool:
    """Does the archive hold at most `most_parts` that unpack, truly and not only by its own word, to at most `most_bytes` together?

    False also where a part declares a document type, which a workbook never does. Raises what zipfile raises on a damaged archive.
    """
    room = most_bytes
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        if len(archive.infolist()) > most_parts:
            return False
        for item in archive.infolist():
            with archive.open(item) as part:
                content = part.read(room + 1)
            room -= len(content)
            if room < 0 or b"<!DOCTYPE" in content[:2000]:
                return False
    return True
