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
    """What stands: ids of releases, the newest first, and the day of the newest; nothing may stand yet.

    `pending` says that an embargo ends later, so that pages may not be kept until then.
    """

    standing: tuple[str, ...] = ()
    day: date = date.min
    pending: bool = False


def released() -> Released:
    """The releases that stand, for links to them and to profiles; none without a data folder, as there is no centre then that
    could have published."""
    if settings.COP_DATA is None:
        return Released()
    try:
        shown = releases.shown()
    except DatabaseError:
        return Released()
    standing = shown.standing
    return Released(tuple(one.id for one in standing), standing[0].published_at.date() if standing else date.min, shown.pending)


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
