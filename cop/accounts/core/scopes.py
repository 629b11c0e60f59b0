"""Scopes: paths that say where a role holds. The empty scope is the whole centre."""

from __future__ import annotations

import re

from cop.ground.core.door import mark

_PART = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
MOST_PARTS = 6

BAD_SCOPE = mark("A scope is empty for the whole centre, or parts joined by strokes such as round/cop-2026/CRI.")


def is_scope(text: str) -> bool:
    """Is `text` a scope: empty, or one to six parts of letters, digits, dots, dashes and underscores, joined by strokes?"""
    parts = text.split("/")
    return text == "" or (len(parts) <= MOST_PARTS and all(_PART.fullmatch(part) for part in parts))


def covers(held: str, asked: str) -> bool:
    """Does what holds in `held` hold in `asked`?

    It does in its own scope and everything below: round/1 covers round/1/CRI, not round/10.
    """
    return held == "" or asked == held or asked.startswith(held + "/")


def above(scope: str) -> tuple[str, ...]:
    """Every scope that covers `scope`, the whole centre first and `scope` itself last."""
    parts = scope.split("/") if scope else []
    return ("", *("/".join(parts[: n + 1]) for n in range(len(parts))))
