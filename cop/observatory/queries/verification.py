"""Is a release still what was published? Held against its checksum, its own rows, the audit trail, and what it was built from."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from msgspec import MsgspecError

from cop.ground.core.door import DataError
from cop.ground.public import entries_of, root
from cop.observatory.core.door import observatory
from cop.observatory.core.releases.build import build_release
from cop.observatory.core.releases.content import Header, checksum, country_of, digest, header_of
from cop.observatory.core.releases.counted import counted
from cop.observatory.core.releases.inputs import inputs_of
from cop.observatory.models.releases import Release, ReleaseCountry

PUBLISHED, WITHDRAWN = "release.publish", "release.withdraw"
_COLUMNS = ("id", "round_id", "number", "published_at", "embargo_until", "checksum", "withdrawn_at", "withdrawn_why", "header")


@dataclass(frozen=True)
class Verified:
    """What checking a release found: empty `problems` mean that it is whole."""

    id: str
    checksum: str
    problems: tuple[str, ...]


@dataclass(frozen=True)
class _Told:
    """What the audit trail tells of a release: numbers of entries (0: none), its checksum, the digest of the reason."""

    published: int = 0
    checksum: str = ""
    withdrawn: int = 0
    why_sha256: str = ""


def verify(id: str = "") -> tuple[Verified, ...]:
    """All releases, or one, held against what is kept of them and against the audit trail; embargoed and withdrawn ones too.

    The checksum beside a release can be rewritten together with it; the one in the trail can't without breaking its chain. So a
    release is found that was rewritten, removed, or put beside those that were published (REL-27).
    """
    told = _told(id)
    rows = {row[0]: dict(zip(_COLUMNS, row, strict=True)) for row in _rows(id)}
    found = [Verified(key, row["checksum"], (*_own(row), *_against(row, told.get(key, _Told())))) for key, row in rows.items()]
    for key, one in told.items():
        if key not in rows and one.published:
            found.append(Verified(key, one.checksum, (f"it is not kept any more, and {_entry(one.published)} published it",)))
    return tuple(found)


def _rows(id: str) -> list[tuple[Any, ...]]:
    rows = Release.objects.order_by("published_at", "number").values_list(*_COLUMNS)
    return list(rows.filter(id=id) if id else rows)


def _told(id: str) -> dict[str, _Told]:
    found: dict[str, _Told] = {}
    for entry in entries_of(PUBLISHED, WITHDRAWN, thing=f"release/{id}" if id else ""):
        key, details = entry.thing.removeprefix("release/"), json.loads(entry.details)
        known = found.get(key, _Told())
        if entry.verb == WITHDRAWN:
            found[key] = replace(known, withdrawn=entry.number, why_sha256=details.get("why_sha256", ""))
        elif not known.published:  # an id is published once; a second entry can't vouch for another content
            found[key] = replace(known, published=entry.number, checksum=details.get("checksum", ""))
    return found


def _entry(number: int) -> str:
    return f"entry {number} of the audit trail"


def _against(row: Mapping[str, Any], told: _Told) -> Iterator[str]:
    """Where a release differs from what the audit trail tells of it."""
    if not told.published:
        yield "the audit trail tells of no such publication"
    elif told.checksum != row["checksum"]:
        yield f"its checksum is another than in {_entry(told.published)}, which is {told.checksum}"
    if row["withdrawn_at"] is not None and not told.withdrawn:
        yield "it is marked as withdrawn, and the audit trail tells of no withdrawal"
    elif row["withdrawn_at"] is None and told.withdrawn:
        yield f"it stands, and {_entry(told.withdrawn)} withdrew it"
    elif told.why_sha256 and told.why_sha256 != digest(row["withdrawn_why"]):
        yield f"the reason of its withdrawal is another than in {_entry(told.withdrawn)}"


def _own(row: Mapping[str, Any]) -> Iterator[str]:
    """Where what is kept of a release differs from its own checksum and header."""
    held = dict(ReleaseCountry.objects.filter(release_id=row["id"]).order_by("iso3").values_list("iso3", "content"))
    if checksum(row["header"], held) != row["checksum"]:
        yield "the content is not what was published: its checksum differs"
    try:
        header = header_of(row["header"])
        if header.text != row["header"]:
            yield "the header can't be read back as it was written"
        for iso3, text in held.items():
            if country_of(text).text != text or counted(text).iso3 != iso3:
                yield f"{iso3} can't be read back as it was written"
        yield from _columns(row, header)
    except (ValueError, TypeError, KeyError, MsgspecError) as error:
        yield f"the content can't be read: {error}"


def _columns(row: Mapping[str, Any], header: Header) -> Iterator[str]:
    """The columns that lists and embargoes go by stand in the header too, which the checksum covers."""
    until = datetime.fromisoformat(header.embargo_until) if header.embargo_until else None
    said = {
        "id": header.id, "round_id": header.round, "number": header.number, "embargo_until": until,
        "published_at": datetime.fromisoformat(header.published),
    }  # fmt: skip
    for name, value in said.items():
        if row[name] != value:
            yield f"{name} is {row[name]} in its row and {value} in its header"


def rebuilt(id: str) -> tuple[str, ...]:
    """What differs when a release is built again from its kept inputs: nothing, or why that can't be, in sentences.

    Reference data or a method that have changed since don't make a release wrong: then it can't be built again here.
    """
    row = Release.objects.filter(id=id).values_list("header", "inputs", "checksum").first()
    if row is None:
        return (f"there is no release {id}",)
    kept, inputs, kept_checksum = header_of(row[0]), row[1], row[2]
    held = observatory(root())
    if kept.reference != held.ground.release:
        return (f"not built again: it rests on the reference data {kept.reference}, here are {held.ground.release}",)
    try:
        found = inputs_of(inputs, held.methods)
    except DataError as error:
        return (f"not built again: {error}",)
    made = build_release(held, found.plan, found.signed, found.replies, found.before)
    return () if made.checksum == kept_checksum else ("built again from its inputs it differs from what is kept",)
