"""Servers on loopback that behave as badly as a test asks for."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field


@dataclass
class Bad:
    """A server: its port, what was asked of it, how many bytes it could send in all."""

    port: int
    asked: list[bytes] = field(default_factory=list)
    given: int = 0

    def give(self, line: socket.socket, words: bytes) -> None:
        line.sendall(words)
        self.given += len(words)


@contextlib.contextmanager
def serving(behave: Callable[[Bad, socket.socket], None], *, listen: bool = True) -> Iterator[Bad]:
    """Serve on loopback: each connection's first words are kept, then it behaves. Ends with the block."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        bad, over = Bad(server.getsockname()[1]), threading.Event()
        lines: list[threading.Thread] = []

        def one(line: socket.socket) -> None:
            line.settimeout(5)
            with contextlib.suppress(OSError), line:
                if listen:
                    bad.asked.append(line.recv(65536))
                behave(bad, line)

        def run() -> None:
            while not over.is_set():
                with contextlib.suppress(OSError):
                    line, _ = server.accept()
                    lines.append(threading.Thread(target=one, args=(line,), daemon=True))
                    lines[-1].start()

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        try:
            yield bad
        finally:
            over.set()
            thread.join(5)
            for line in lines:
                line.join(6)


def saying(words: bytes) -> Callable[[Bad, socket.socket], None]:
    """Behaviour: say this and hang up."""
    return lambda bad, line: bad.give(line, words)
