"""The right number for a child, now: what may be shown for an area, and the honest fallback.

Keeps S-10 and S-15 to S-18 of SAFEGUARDING.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from cop.ground.core.door import (
    EmergencyNumber,
    Ground,
    HelpArea,
    Provenance,
    Service,
    Words,
    mark,
    parse_date,
    provenance_of,
)

SERVICE_NAMES = {
    "all": mark("Police, ambulance and fire"),
    "police": mark("Police"),
    "ambulance": mark("Ambulance"),
    "fire": mark("Fire"),
}
KIND_NAMES = {
    "helpline": mark("Child helpline"),
    "missing_children": mark("Missing children"),
    "suicide": mark("Crisis and suicide line"),
    "hotline": mark("Hotline"),
    "portal": mark("Reporting portal"),
    "own_image_removal": mark("A picture of you"),
}
NUMBER_TYPES = {
    "short": mark("short number, works only inside the country"),
    "national": mark("national number, works inside the country"),
    "tollfree": mark("free number, works inside the country"),
    "international": mark("international number"),
    "none": mark("no telephone number"),
}


@dataclass(frozen=True)
class Directory:
    """An international service: `kind` is child_helplines, own_image_removal or hotlines."""

    kind: str
    name: str
    url: str
    provenance: Provenance


@dataclass(frozen=True)
class HelpAnswer:
    """What an area's help page shows on a day.

    `helplines` are the numbers that may be shown; empty means the fallback: emergency words, the directory of child
    helplines, a trusted adult. `reporting` are places to report a picture or site, own-image removal first; they are
    never a child's fallback.
    """

    area: HelpArea
    at: date
    emergency: tuple[EmergencyNumber, ...]
    helplines: tuple[Service, ...]
    other_lines: tuple[Service, ...]
    own_image: tuple[Service, ...]
    reporting: tuple[Service, ...]
    directories: tuple[Directory, ...]

    @property
    def is_fallback(self) -> bool:
        return not self.helplines

    def directory(self, kind: str) -> Directory:
        return next(directory for directory in self.directories if directory.kind == kind)


def read_directories(ground: Ground) -> tuple[Directory, ...]:
    """The international directories and services of the packaged list."""
    table = ground.reference.table("guidance", "directories")
    return tuple(
        Directory(
            row["kind"], row["name"], row["url"],
            provenance_of(table, number, ("name", "url"), source=row["source"], as_of=parse_date(row["as_of"])),
        )
        for number, row in table.numbered()
    )  # fmt: skip


def help_answer(ground: Ground, directories: tuple[Directory, ...], area: HelpArea, at: date) -> HelpAnswer:
    """The help answer of an area on a day. Pages of services are shown with an address only, never a number of low trust."""
    services = ground.services
    return HelpAnswer(
        area=area,
        at=at,
        emergency=tuple(services.emergency(area.iso2)),
        helplines=tuple(services.shown(area.iso2, at, "helpline")),
        other_lines=tuple(services.shown(area.iso2, at, "missing_children", "suicide")),
        own_image=tuple(s for s in services.of(area.iso2, "own_image_removal") if s.confidence == "high" and s.url),
        reporting=tuple(s for s in services.of(area.iso2, "hotline", "portal") if s.confidence != "low" and s.as_of),
        directories=directories,
    )


def number_origin(service: Service, t: Words) -> str:
    """The line that stands under every helpline number."""
    if service.as_of is None:
        return service.provenance.source
    return t(
        "as published by %(source)s on %(date)s, not test-called",
        source=t.isolate(service.provenance.source),
        date=t.date(service.as_of),
    )


def emergency_origin(number: EmergencyNumber, t: Words) -> str:
    """The line that stands under every emergency number."""
    return t("as listed on %(date)s", date=t.date(number.as_of))


def as_dict(answer: HelpAnswer) -> dict[str, Any]:
    """The help answer for machines."""

    def line(service: Service) -> dict[str, Any]:
        return {
            "kind": service.kind,
            "organisation": service.organisation,
            "number": service.number,
            "number_type": str(service.number_type),
            "hours": service.hours,
            "languages": service.languages,
            "ages": service.ages,
            "url": service.url,
            "source": service.provenance.source,
            "date": str(service.as_of) if service.as_of else None,
            "status": "as published, not test-called",
            "licence": service.provenance.licence,
            "row": service.provenance.cells[0].row,
            "file": service.provenance.cells[0].file,
        }

    return {
        "area": answer.area.iso2,
        "at": answer.at.isoformat(),
        "fallback": answer.is_fallback,
        "emergency": [
            {"service": n.service, "number": n.number, "source": n.provenance.source, "date": str(n.as_of),
             "file": n.provenance.cells[0].file, "row": n.provenance.cells[0].row}
            for n in answer.emergency
        ],
        "helplines": [line(service) for service in answer.helplines],
        "other_lines": [line(service) for service in answer.other_lines],
        "directories": [
            {"kind": d.kind, "name": d.name, "url": d.url, "source": d.provenance.source, "date": str(d.provenance.as_of)}
            for d in answer.directories
        ],
    }  # fmt: skip
