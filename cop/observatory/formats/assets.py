"""The stylesheet and the script of rounds on the desk: named after their content, so that a browser keeps them for a year."""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache

from cop.ground.core.door import PACKAGE

KINDS = {"rounds.css": "text/css; charset=utf-8", "answers.js": "text/javascript; charset=utf-8"}


@lru_cache
def asset(name: str) -> bytes:
    """The content of a file of KINDS. Raises KeyError for another name."""
    if name not in KINDS:
        raise KeyError(name)
    return (PACKAGE / "observatory" / "static" / "observatory" / name).read_bytes()


@lru_cache
def asset_address(name: str) -> str:
    """Where it is served: an address that changes with its content, such as /static/rounds.9rAbc12_xY.css."""
    stem, _, ending = name.partition(".")
    digest = base64.urlsafe_b64encode(hashlib.sha256(asset(name)).digest())[:10].decode()
    return f"/static/{stem}.{digest}.{ending}"
