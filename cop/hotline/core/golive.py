"""The go-live declaration: who answers for the hotline, on what legal basis, and how long what is kept (S-01, S-02, S-28).

A file that a lead fills in, `data/go_live.toml` being its template. It is read whole or refused with every part that lacks.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from cop.ground.core.door import PACKAGE, Sentence, mark
from cop.hotline.core.care import CareRules, read_care
from cop.hotline.core.case import PoliceRules, read_police
from cop.hotline.core.duty import DutyRules, read_duty
from cop.hotline.core.portal import PortalRules, read_portal
from cop.hotline.core.work import WorkRules, read_work

TEMPLATE = PACKAGE / "hotline" / "data" / "go_live.toml"
LONGEST = 2000
CLASSES = ("report", "message", "case", "notice", "referral")
LONGEST_KEPT = 3650  # days
_TEXTS = {
    "hotline": ("controller", "rights_contact", "hours", "cover"),
    "basis": ("authority", "instrument", "article", "scope", "roles"),
    "impact": ("assessment", "by"),
}
_DAYS = {"basis": ("signed_on", "expires"), "impact": ("on",)}


@dataclass(frozen=True)
class Retention:
    """How long one class of records is kept: the law, and days at least and at most."""

    kind: str
    law: str
    minimum: int
    maximum: int


@dataclass(frozen=True)
class Declaration:
    """A declaration that lacks nothing: texts by `part.name`, days by `part.name`, and the table of retention."""

    texts: dict[str, str]
    days: dict[str, date]
    retention: tuple[Retention, ...]
    work: WorkRules = field(default_factory=WorkRules)
    care: CareRules = field(default_factory=CareRules)
    police: PoliceRules = field(default_factory=PoliceRules)
    duty: DutyRules = field(default_factory=DutyRules)
    portal: PortalRules = field(default_factory=PortalRules)

    @property
    def expires(self) -> date:
        """The last day of the legal basis; no hotline is open beyond it."""
        return self.days["basis.expires"]


class BadDeclaration(ValueError):
    """A declaration that opens nothing; `faults` says what lacks, one sentence each."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(faults))


def template() -> str:
    """The declaration to fill in, with what each part means."""
    return TEMPLATE.read_text(encoding="utf-8")


def read_declaration(text: str) -> Declaration:
    """The declaration in a TOML text. Raises BadDeclaration that names every part that is missing or can't be used."""
    try:
        held = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadDeclaration([Sentence("the declaration can't be read: %(why)s", why=str(error))]) from None
    faults: list[str] = []
    texts = {f"{part}.{name}": _text(held, part, name, faults) for part, names in _TEXTS.items() for name in names}
    days = {f"{part}.{name}": _day(held, part, name, faults) for part, names in _DAYS.items() for name in names}
    retention = _retention(held.get("retention"), faults)
    work, care = read_work(held.get("work"), faults), read_care(held.get("care"), faults)
    police, duty = read_police(held.get("police"), faults), read_duty(held.get("duty"), faults)
    portal = read_portal(held.get("portal"), _part(held, "basis").get("allows"), faults)
    if not faults and days["basis.expires"] <= days["basis.signed_on"]:
        faults.append(mark("basis.expires must come after basis.signed_on"))
    if faults:
        raise BadDeclaration(faults)
    return Declaration(texts, days, retention, work, care, police, duty, portal)


def _part(held: dict[str, Any], part: str) -> dict[str, Any]:
    found = held.get(part)
    return found if isinstance(found, dict) else {}


def _text(held: dict[str, Any], part: str, name: str, faults: list[str]) -> str:
    value = _part(held, part).get(name)
    if not isinstance(value, str) or not value.strip():
        faults.append(Sentence("%(name)s is missing", name=f"{part}.{name}"))
        return ""
    if len(value) > LONGEST:
        faults.append(Sentence("%(name)s has more than %(most)s signs", name=f"{part}.{name}", most=LONGEST))
    return value.strip()


def _day(held: dict[str, Any], part: str, name: str, faults: list[str]) -> date:
    value = _part(held, part).get(name)
    if type(value) is not date:
        faults.append(Sentence("%(name)s is missing or no day; write it as 2027-06-30, without quotes", name=f"{part}.{name}"))
        return date.min
    return value


def _retention(rows: Any, faults: list[str]) -> tuple[Retention, ...]:
    found = []
    for number, row in enumerate(rows if isinstance(rows, list) else [], start=1):
        kind, law, least, most = (
            row.get(name) if isinstance(row, dict) else None for name in ("class", "law", "minimum", "maximum")
        )
        if kind not in CLASSES or not isinstance(law, str) or not law.strip():
            faults.append(Sentence("retention %(n)s needs class (%(codes)s) and law", n=number, codes=", ".join(CLASSES)))
        elif type(least) is not int or type(most) is not int or not 0 <= least <= most <= LONGEST_KEPT:
            faults.append(
                Sentence(
                    "retention %(n)s needs minimum and maximum in days, from 0 to %(most)s, the first not above the second",
                    n=number,
                    most=LONGEST_KEPT,
                )
            )
        else:
            found.append(Retention(kind, law.strip(), least, most))
    if missing := [kind for kind in CLASSES if kind not in {row.kind for row in found}]:
        faults.append(Sentence("retention lacks %(codes)s", codes=", ".join(missing)))
    return tuple(found)
