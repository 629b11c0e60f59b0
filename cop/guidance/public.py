"""What other rooms may ask of `guidance` on the web."""

from __future__ import annotations

from cop.ground.public import data, root
from cop.guidance.core.door import Guidance, guidance

__all__ = ["held"]


def held() -> Guidance:
    """The guidance room over the data in use at this moment."""
    return guidance(root(), data())
