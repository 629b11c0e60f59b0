"""Versions as an address asks for them: 1.0, + (latest stable), ~ (latest), * (all), and parts of these."""

from __future__ import annotations

import re
from collections.abc import Iterable

from cop.observatory.core.sdmx.errors import shown, syntax

_ANY = {"", "*", "+", "~", "all", "latest"}
_PART = re.compile(r"([0-9]{1,9})?([+~*])?")
MOST_PARTS = 50


def fits_version(asked: str, held: str) -> bool:
    """Is a version asked for? A comma parts alternatives. Raises SdmxError 140 for a text that is no version.

    There is one version of everything here, so the latest, the latest stable and all mean the same.
    """
    return any(_fits(one, held) for one in asked.split(",")[:MOST_PARTS])


def _fits(asked: str, held: str) -> bool:
    if asked in _ANY:
        return True
    parts = [_PART.fullmatch(part) for part in asked.split("-")[0].split(".")]
    if len(parts) > 3 or not all(parts) or sum(bool(part and part[2]) for part in parts) > 1 or "" in asked.split("."):
        raise syntax(f"{shown(asked)} is not a version; write 1.0, + for the latest or * for all.")
    numbers = [int(number) for number in held.split(".")]
    for place, part in enumerate(parts):
        assert part is not None  # noqa: S101 all() above
        number, sign = part[1], part[2]
        at = numbers[place] if place < len(numbers) else None
        if sign:
            rest = [int(each[1] or 0) for each in parts[place:] if each]
            here = numbers[place:] + [0] * (len(rest) - len(numbers[place:]))
            return number is None or here >= rest
        if at is None or int(number) != at:
            return False
    return len(parts) == len(numbers)


def fits_one(asked: str, held: Iterable[str]) -> bool:
    """Is one of `held` among the ids that are asked for, parted by commas or pluses? `*` and `all` are any."""
    return any(one in ("", "*", "all") or one in held for one in re.split("[,+]", asked))
