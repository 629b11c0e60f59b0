"""One line of a notice as an XARF 4.2 report, category content, type csam: for programs of hosts and platforms.

Written from the public schemas of the format (https://xarf.org, MIT). It never has the field `evidence`, in which others
put what they saw (S-08), nor anything of who reported it.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, time

from cop.hotline.core.addresses import ONION, WEB, Address, read_address
from cop.hotline.core.notice import Line, Sender

VERSION = "4.2.0"
_NAMES = uuid.UUID("6f2b8f0e-5f3c-4b52-9d0c-0d7b5d1b2c11")  # reports of one line have one id, however often they are sent
CLASSES = {"baseline": "baseline"}  # what is illegal under national law alone has no class in the format
FIELDS = (
    "xarf_version", "report_id", "timestamp", "reporter", "sender", "source_identifier", "category", "type", "evidence_source",
    "url", "verified_at", "verification_method", "country_code", "asn", "classification", "detection_method", "tags",
)  # fmt: skip


def can_tell(line: Line) -> bool:
    """Can the format tell of this line: an address of the web, of a class that the format has?"""
    return line.outcome in CLASSES and _web(line) is not None


def report_of(line: Line, sender: Sender, *, at: datetime, test: bool = False) -> Mapping[str, object]:
    """The report as JSON values. `test` marks one that tells of nothing real. Raises ValueError where `can_tell` is False."""
    where = _web(line)
    if where is None or line.outcome not in CLASSES:
        raise ValueError("the format has no words for this line")
    who = {"org": sender.name[:200], "contact": sender.mail, "domain": sender.domain}
    found: dict[str, object] = {
        "xarf_version": VERSION, "report_id": str(uuid.uuid5(_NAMES, f"{sender.domain}/{line.reference}")),
        "timestamp": _moment(at), "reporter": who, "sender": who, "source_identifier": where.host, "category": "content",
        "type": "csam", "evidence_source": "analyst_review", "url": where.canonical,
        "verified_at": _moment(datetime.combine(line.assessed_on, time(tzinfo=UTC))),
        "verification_method": "manual", "classification": CLASSES[line.outcome], "detection_method": "manual_review",
    }  # fmt: skip
    if len(line.country) == 2:
        found["country_code"] = line.country.upper()
    number = line.network.upper().removeprefix("AS")
    if number.isascii() and number.isdigit() and 0 < int(number[:12]) < 2**32:
        found["asn"] = int(number)
    if test:
        found["tags"] = ["lifecycle:test"]
    return found


def write(line: Line, sender: Sender, *, at: datetime, test: bool = False) -> str:
    """The report as a JSON text."""
    return json.dumps(report_of(line, sender, at=at, test=test), ensure_ascii=False, indent=1) + "\n"


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _web(line: Line) -> Address | None:
    """The address in its one spelling, where it is one of the web."""
    found = read_address(line.address) if line.address.strip() else None
    return found if found and found.kind in (WEB, ONION) else None
