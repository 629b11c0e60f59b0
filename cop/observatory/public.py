"""What other rooms may ask of `observatory` on the web."""

from __future__ import annotations

from cop.ground.public import root
from cop.observatory.core.door import Observatory, observatory
from cop.observatory.formats.workbook import MOST_BYTES, BadWorkbook, read_facts, write_template

__all__ = ["MOST_BYTES", "BadWorkbook", "held", "read_facts", "write_template"]


def held() -> Observatory:
    """The observatory over the reference data in use."""
    return observatory(root())
