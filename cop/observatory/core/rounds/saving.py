"""Two people save one answer: neither loses a word (RND-09)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any


@dataclass(frozen=True)
class Content:
    """What an answer holds: the value, the reason beside it, why it is unknown, disagreement, and whether it may be public."""

    value: Any = None
    note: str = ""
    why: str = ""
    disagreement: str = ""
    public: bool = True

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def content_of(kept: Mapping[str, Any] | None) -> Content:
    """The content as it was kept in JSON; an empty one for None."""
    return Content(**kept) if kept else Content()


@dataclass(frozen=True)
class Merged:
    """What comes of a save: the content to keep now, and whether the given one must wait beside it."""

    content: Content
    conflict: bool


def merge(base: Content, current: Content, given: Content) -> Merged:
    """What to keep when somebody who saw `base` gives `given` while `current` is kept.

    A part that only one of them changed is taken from whoever changed it. A part that both changed differently is a conflict:
    the current content stays, and the given one waits, whole, until somebody chooses.
    """
    parts: dict[str, Any] = {}
    for field in fields(Content):
        was, now, new = (getattr(content, field.name) for content in (base, current, given))
        if new in (was, now):
            parts[field.name] = now
        elif now == was:
            parts[field.name] = new
        else:
            return Merged(current, conflict=True)
    return Merged(Content(**parts), conflict=False)
