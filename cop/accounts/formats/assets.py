"""The stylesheet and the script of the desk: named after their content, so that a browser keeps them for a year."""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache

from cop.ground.core.door import PACKAGE

KINDS = {"desk.css": "text/css; charset=utf-8", "passkeys.js": "text/javascript; charset=utf-8"}


@lru_cache
def asset(name: str) -> bytes:
    """The content of `desk.css` or `passkeys.js`. Raises KeyError for another name."""
    if name not in KINDS:
        raise KeyError(name)
    return (PACKAGE / "accounts" / "static" / "accounts" / name).read_bytes()


@lru_cache
def asset_address(name: str) -> str:
    """Where it is served: an address that changes with its content, such as /static/desk.9rAbc12_xY.css."""
    stem, _, ending = name.partition(".")
    digest = base64.urlsafe_b64encode(hashlib.sha256(asset(name)).digest())[:10].decode()
    return f"/static/{stem}.{digest}.{ending}"
