"""One edition of a year's figures as canonical JSON, so that what was published can be read and proved for ever (FIG-07)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from cop.ground.core.door import METHOD_VERSION, Figure, Provenance, from_day
from cop.hotline.core.transparency import NoticeReport
from cop.hotline.core.yearly import LEAST, YearlySet

LICENCE = "CC BY 4.0"
METHOD = f"yearly set of the hotline, rules FIG-01 to FIG-06, {METHOD_VERSION}"
OF_INDICATOR = {
    "P2-03": "reports/received",
    "P2-03/received": "reports/received",
    "P2-03/confirmed": "reports/confirmed",
    "P2-03/removed": "reports/removed",
}


@dataclass(frozen=True)
class Edition:
    """What was published of a year: the set, the report of notices, and their passport. `source` is who answers for the hotline."""

    figures: YearlySet
    notices: NoticeReport
    source: str
    licence: str = LICENCE
    method: str = METHOD

    @property
    def body(self) -> str:
        """Its canonical JSON."""
        return json.dumps(asdict(self), default=str, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(body: str) -> str:
    """The SHA-256 of a body in hexadecimal."""
    return hashlib.sha256(body.encode()).hexdigest()


def read_edition(body: str) -> Edition:
    """The edition in its JSON. Cells come in the order of their codes. Raises ValueError, KeyError, TypeError for what is none."""
    held: dict[str, Any] = json.loads(body)
    figures = held["figures"] | {"as_of": date.fromisoformat(held["figures"]["as_of"])}
    told = {name: tuple((code, value) for code, value in held["notices"][name]) for name in ("providers", "kinds", "actions")}
    return Edition(YearlySet(**figures), NoticeReport(**held["notices"] | told), held["source"], held["licence"], held["method"])


def indicators_of(edition: Edition) -> dict[str, Figure]:
    """P2-03 with its parts, and P2-04, where they are told: numbers by code with what vouches for them (FIG-09).

    P2-03 counts reports received in the year, P2-04 hours from the first notice to the removal, of what was removed in the year.
    """
    figures = edition.figures
    origin = Provenance(edition.source, from_day(figures.as_of), edition.licence, method=edition.method)
    found: dict[str, Figure] = {}
    for code, cell in OF_INDICATOR.items():
        value = figures.cells.get(cell)
        if value is not None:
            found[code] = Figure(value, "count", origin, year=figures.year)
    hours, over, held = figures.medians.get("removal"), figures.cells.get("removal/removed"), figures.cells.get("quality/held")
    if hours is not None:
        note = f"over {over if over is not None else f'at least {LEAST}'} addresses, none of whose hours were left out; "
        note += f"the police asked to wait for {held if held is not None else f'fewer than {figures.under}'} of them"
        found["P2-04"] = Figure(hours, "hours", replace(origin, note=note), year=figures.year)
    return found
