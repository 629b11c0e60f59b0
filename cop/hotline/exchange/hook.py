"""Call a web hook: one POST of JSON over TLS, no redirect followed, nothing of the answer kept but its status."""

from __future__ import annotations

import http.client
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from cop.hotline.core.duty import is_hook

PATIENCE = 8.0  # seconds


@dataclass(frozen=True)
class Called:
    """What became of a call; `problem` is a sentence without address or content."""

    taken: bool
    problem: str = ""


def call_hook(address: str, held: Mapping[str, object], *, patience: float = PATIENCE) -> Called:
    """POST `held` to a web hook; taken where it answers 200 to 299. Never raises for what the other side does.

    Raises ValueError for an address that is neither over TLS nor on this machine. Certificates are checked against the
    authorities that the system knows.
    """
    if not is_hook(address):
        raise ValueError("a web hook is called over TLS, or on this machine")
    parts = urlsplit(address)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        connection = http.client.HTTPSConnection(
            parts.hostname or "", parts.port, timeout=patience, context=ssl.create_default_context()
        )
    else:
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=patience)
    headers = {"Content-Type": "application/json", "User-Agent": "cop-centre", "Connection": "close"}
    try:
        connection.request("POST", path, json.dumps(held).encode(), headers)
        status = connection.getresponse().status
    except ssl.SSLError as error:
        return Called(False, f"its certificate does not hold: {getattr(error, 'verify_message', '') or error.reason}"[:300])
    except (OSError, http.client.HTTPException) as error:
        return Called(False, f"it could not be reached: {type(error).__name__}")
    finally:
        connection.close()
    return Called(True) if 200 <= status < 300 else Called(False, f"it answered {status}")
