"""What other rooms may ask of `observatory` on the web."""

from __future__ import annotations

import logging

from django.conf import settings

from cop.ground.core.door import DataError
from cop.ground.public import root
from cop.observatory.core.door import Goal, Observatory, observatory
from cop.observatory.formats.drawing import drawing
from cop.observatory.formats.workbook import MOST_BYTES, BadWorkbook, read_facts, write_template

__all__ = ["MOST_BYTES", "BadWorkbook", "drawing", "goals", "held", "read_facts", "write_template"]


def goals() -> tuple[Goal, ...]:
    """The operator's goals from the data folder; a file that can't be used is said in the log and leaves the pages whole."""
    try:
        return held().goals(settings.COP_DATA / "goals.toml" if settings.COP_DATA else None)
    except DataError as error:
        logging.getLogger("cop").error("goals are left out: %s", error)  # noqa: TRY400 the sentence says it all
        return ()


def held() -> Observatory:
    """The observatory over the reference data in use."""
    return observatory(root())
