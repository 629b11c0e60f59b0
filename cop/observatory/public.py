"""What other rooms may ask of `observatory` on the web."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import DatabaseError

from cop.ground.core.door import DataError
from cop.ground.public import root
from cop.observatory.actions.calendar import bring_on
from cop.observatory.actions.demonstration import make_demonstration_round
from cop.observatory.core.door import Goal, Observatory, observatory
from cop.observatory.formats.drawing import drawing
from cop.observatory.formats.workbook import MOST_BYTES, BadWorkbook, read_facts, write_template
from cop.observatory.queries import releases

__all__ = [
    "MOST_BYTES", "BadWorkbook", "Released", "demonstration", "drawing", "goals", "held", "read_facts", "released", "tick",
    "write_template",
]  # fmt: skip


def goals() -> tuple[Goal, ...]:
    """The operator's goals from the data folder; a file that can't be used is said in the log and leaves the pages whole."""
    try:
        return held().goals(settings.COP_DATA / "goals.toml" if settings.COP_DATA else None)
    except DataError as error:
        logging.getLogger("cop").error("goals are left out: %s", error)  # noqa: TRY400 the sentence says it all
        return ()


@dataclass(frozen=True)
class Released:
    """The newest release that stands, its day, and whether an embargo ends later, so that pages may not be kept until then."""

    id: str
    day: date
    pending: bool


def released() -> Released | None:
    """The newest release, for a link to the profile of a country; None where nothing is published, and without a data folder:
    then there is no centre that could have published."""
    if settings.COP_DATA is None:
        return None
    try:
        shown = releases.shown()
    except DatabaseError:
        return None
    newest = shown.standing[0] if shown.standing else None
    if newest is None:
        return Released("", date.min, pending=True) if shown.pending else None
    return Released(newest.id, newest.published_at.date(), shown.pending)


def held() -> Observatory:
    """The observatory over the reference data in use."""
    return observatory(root())


def tick(at: datetime) -> Iterator[str]:
    """Does what is due in rounds at the moment `at`, and tells it: closing, end of preview, publication at the end of the embargo,
    reminders.
    """
    return bring_on(at=at)


def demonstration(at: datetime) -> None:
    """Makes the round of a demonstration, once: every real country, filled in with what the loaded sources say."""
    make_demonstration_round(at=at)
