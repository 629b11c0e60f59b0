"""A mail server on this machine that takes every mail and keeps it in a folder, for the demonstration."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Callable
from pathlib import Path

HERE = "127.0.0.1"
MOST_BYTES = 5_000_000
_LINE = 4096


class MailServer(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """Speaks as much of SMTP (RFC 5321) as one sender needs. Each mail becomes a file; `told` hears who it was for."""

    daemon_threads = True
    allow_reuse_address = True
    block_on_close = False

    def __init__(self, folder: Path, told: Callable[[str], None]) -> None:
        super().__init__((HERE, 0), _Talk)
        self.folder, self.told = folder, told
        self._lock = threading.Lock()

    def keep(self, to: list[str], text: bytes) -> None:
        """Write one mail down, then tell of it."""
        with self._lock:
            self.folder.mkdir(parents=True, exist_ok=True)
            number = len(list(self.folder.glob("*.eml"))) + 1
            (self.folder / f"{number:04d}.eml").write_bytes(text)
        for one in to:
            self.told(one)


class _Talk(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self._say("220 demonstration")
        to: list[str] = []
        while line := self.rfile.readline(_LINE):
            words = line.decode("latin-1").strip()
            verb = words.upper()
            if verb.startswith("RCPT TO:"):
                to.append(words[8:].split(">")[0].strip(" <"))
                self._say("250 taken")
            elif verb == "DATA":
                self._say("354 go on")
                if (text := self._text()) is None:
                    return
                self.server.keep(to, text)
                to = []
                self._say("250 taken")
            elif verb == "QUIT":
                self._say("221 bye")
                return
            elif verb.startswith(("EHLO", "HELO", "MAIL", "RSET", "NOOP")):
                self._say("250 taken")
            else:
                self._say("502 not here")

    def _text(self) -> bytes | None:
        """The mail up to the line with a dot alone; None where it is too long or breaks off."""
        held = bytearray()
        while line := self.rfile.readline(_LINE):
            if line.rstrip(b"\r\n") == b".":
                return bytes(held)
            held += line[1:] if line.startswith(b"..") else line
            if len(held) > MOST_BYTES:
                return None
        return None

    def _say(self, words: str) -> None:
        self.wfile.write(words.encode("ascii") + b"\r\n")
