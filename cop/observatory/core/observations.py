"""Observations: the figures of releases in the shape of open statistics, one value for an area, an indicator and a year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from msgspec import Struct

# OBS_STATUS of the SDMX code list
STATUSES = {
    "A": "normal value",
    "B": "break in the series",
    "E": "estimated value",
    "L": "not collected",
    "M": "can't exist",
    "O": "missing",
    "P": "provisional value",
    "Q": "suppressed",
    "U": "low reliability",
}


class Observation(Struct, frozen=True, gc=False):
    """One value of an indicator for an area in a year.

    `area` is an ISO 3166-1 alpha-3 code or a region's key; `indicator` an indicator or part code as the observatory writes it
    (P1-09/OPSC); `period` a year. `value` is None unless `status` is A, B, E, P or U: unknown is O, not applicable M,
    suppressed Q. A state's value is 1 yes, 0.5 partly, 0 no. `unit` is one unit an indicator. There are hundreds of thousands
    of them, so each is a bare row of fields: half as large as a dataclass, and made ten times as fast.
    """

    area: str
    indicator: str
    period: str
    value: float | None
    status: str
    unit: str
    source: str
    method: str
    sex: str = "_T"
    age: str = "_T"
    disagg: str = "_T"
    freq: str = "A"
    unit_mult: int = 0
    conf_status: str = "F"
    coverage: str = ""
    comment: str = ""
    as_of: str = ""


@dataclass(frozen=True)
class ReleaseData:
    """A published release: its observations, and the instant from which they count. Embargoed releases never become one."""

    id: str
    published: datetime
    observations: tuple[Observation, ...]


@dataclass(frozen=True)
class CodeLabel:
    """A code of a dimension with its name in the languages of the centre, for example areas and indicators."""

    code: str
    names: dict[str, str]


@dataclass(frozen=True)
class Flow:
    """Everything that statistics are served from: published releases, oldest first, and the names of areas and indicators."""

    releases: tuple[ReleaseData, ...]
    areas: tuple[CodeLabel, ...]
    indicators: tuple[CodeLabel, ...]
    prepared: date
