"""The right number for a child, now: what may be shown for an area, and the honest fallback.

Keeps S-10 and S-15 to S-18 of SAFEGUARDING.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from cop.ground.core.door import (
    Directory,
    EmergencyNumber,
    Ground,
    HelpArea,
    Provenance,
    Service,
    Words,
    mark,
    one_a_service,
)
from cop.guidance.core.own_word import OwnWord

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
CHANNEL_NAMES = {
    "phone": mark("telephone"),
    "chat": mark("chat"),
    "text": mark("text message"),
    "email": mark("e-mail"),
    "app": mark("app"),
    "whatsapp": "WhatsApp",
}


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


def help_answer(
    ground: Ground, directories: tuple[Directory, ...], area: HelpArea, at: date, own: OwnWord | None = None
) -> HelpAnswer:
    """The help answer of an area on a day, with the operator's own word over the packaged list.

    Pages of services are shown with an address only, never a number of low trust.
    """
    services, own = ground.services, own or OwnWord()

    def lines(*kinds: str) -> tuple[Service, ...]:
        return tuple(own.lines(services.of(area.iso2, *kinds), area.iso2, at, *kinds))

    return HelpAnswer(
        area=area,
        at=at,
        emergency=tuple(one_a_service(own.emergency(services.emergency_listed(area.iso2), area.iso2, at))),
        helplines=lines("helpline"),
        other_lines=lines("missing_children", "suicide"),
        own_image=tuple(s for s in services.of(area.iso2, "own_image_removal") if s.confidence == "high" and s.url),
        reporting=tuple(s for s in services.of(area.iso2, "hotline", "portal") if s.confidence != "low" and s.as_of),
        directories=directories,
    )


def number_origin(service: Service, t: Words) -> str:
    """The line that stands under every helpline number."""
    if service.confirmed_until is not None and service.as_of is not None:
        return t(
            "confirmed by this centre on %(date)s, from %(source)s; to be checked again by %(until)s",
            source=t.isolate(service.provenance.source), date=t.date(service.as_of), until=t.date(service.confirmed_until),
        )  # fmt: skip
    if service.as_of is None:
        return service.provenance.source
    return t(
        "as published by %(source)s on %(date)s, not test-called",
        source=t.isolate(service.provenance.source),
        date=t.date(service.as_of),
    )


def full_origin(service: Service, t: Words) -> str:
    """Where a number works and who vouches for it, for copies that leave the page (S-17)."""
    return f"{t(NUMBER_TYPES[service.number_type.value])}{t.semicolon}{number_origin(service, t)}"


def emergency_origin(number: EmergencyNumber, t: Words) -> str:
    """The line that stands under every emergency number."""
    if number.confirmed_until is not None:
        return t("confirmed by this centre on %(date)s", date=t.date(number.as_of))
    return t("as listed on %(date)s", date=t.date(number.as_of))


def how_to_reach(service: Service, t: Words) -> str:
    """Cost, channels and hours in words; what the source does not say is left out. Hours other than 24/7 are as printed."""
    said = [t("free") if service.cost == "free" else ""]
    said += [t.list([t(CHANNEL_NAMES[c]) for c in service.channels]) if len(service.channels) > 1 else ""]
    said += [t("day and night, every day") if service.hours == "24/7" else t.isolate(service.hours) if service.hours else ""]
    return " · ".join(part for part in said if part)


def origin_rows(provenance: Provenance) -> dict[str, Any]:
    """The file and row that a number comes from, for machines."""
    cells = provenance.cells
    return {"file": cells[0].file if cells else provenance.place, "row": cells[0].row if cells else None}


def as_dict(answer: HelpAnswer) -> dict[str, Any]:
    """The help answer for machines."""

    def line(service: Service) -> dict[str, Any]:
        return {
            "kind": service.kind,
            "organisation": service.organisation,
            "number": service.number,
            "number_type": str(service.number_type),
            "hours": service.hours,
            "cost": service.cost,
            "channels": list(service.channels),
            "details": service.details,
            "languages": service.languages,
            "ages": service.ages,
            "url": service.url,
            "source": service.provenance.source,
            "date": str(service.as_of) if service.as_of else None,
            "status": "confirmed by the centre" if service.confirmed_until else "as published, not test-called",
            "check_again": str(service.confirmed_until) if service.confirmed_until else None,
            "licence": service.provenance.licence,
            **origin_rows(service.provenance),
        }

    return {
        "area": answer.area.iso2,
        "at": answer.at.isoformat(),
        "fallback": answer.is_fallback,
        "emergency": [
            {"service": n.service, "number": n.number, "source": n.provenance.source, "date": str(n.as_of),
             **origin_rows(n.provenance)}
            for n in answer.emergency
        ],
        "helplines": [line(service) for service in answer.helplines],
        "other_lines": [line(service) for service in answer.other_lines],
        "directories": [
            {"kind": d.kind, "name": d.name, "url": d.url, "source": d.provenance.source, "date": str(d.provenance.as_of)}
            for d in answer.directories
        ],
    }  # fmt: skip
