"""No core dumps: the memory of a process that holds keys or reports must not land in a file when it crashes."""

from __future__ import annotations

import resource


def no_core_dumps() -> None:
    """This process and those that it starts write no core file, and can't allow one again."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
