"""What a report says: its fields, what each may hold, and the bytes that are sealed."""

from __future__ import annotations

import hmac
import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass

from cop.ground.core.door import BY_CODE
from cop.hotline.core.codes import CONCERNS, PLACES, SITE_TYPES
from cop.hotline.core.media import cut_media, media_in

LONGEST = {"address": 4096, "place": 500, "note": 5000, "contact": 300}
REPORTERS, CONSENTS = ("child", "adult"), ("yes",)
STEP = 512  # sealed bodies are filled up to a multiple, so that their length tells little
_NAMES = (
    "address", "place", "place_kind", "concern", "site_type", "note", "contact", "may_contact", "may_pass_on", "reporter",
    "language",
)  # fmt: skip


KNOWN: dict[str, Collection[str]] = {
    "concern": CONCERNS, "site_type": SITE_TYPES, "place_kind": PLACES, "reporter": REPORTERS, "may_contact": CONSENTS,
    "may_pass_on": CONSENTS, "language": BY_CODE,
}  # fmt: skip


@dataclass(frozen=True)
class Body:
    """One report, or one further message of its reporter (then with `note` alone).

    `may_contact` and `may_pass_on` are two consents, each "yes" or nothing: to be written to, and to have the contact given to the
    police, or to the partner who assesses. `reporter` is "child" where somebody says that they are under 18.
    """

    address: str = ""
    place: str = ""
    place_kind: str = ""
    concern: str = ""
    site_type: str = ""
    note: str = ""
    contact: str = ""
    may_contact: str = ""
    may_pass_on: str = ""
    reporter: str = ""
    language: str = ""


@dataclass(frozen=True)
class Fault:
    """One field that can't be taken, and why, in a sentence."""

    field: str
    why: str


class BadBody(ValueError):
    """A report that can't be taken as it is; `faults` names each field."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__("; ".join(f"{fault.field}: {fault.why}" for fault in faults))


def read_body(given: Mapping[str, object]) -> Body:
    """The report that fields of text say; one that is absent or null is empty. Raises BadBody that names each bad field (S-09)."""
    faults: list[Fault] = []
    held = {name: _text(name, given.get(name), faults) for name in _NAMES}
    for name, known in KNOWN.items():
        if held[name] and held[name] not in known:
            faults.append(Fault(name, f"must be one of {', '.join(known)}"))
    if not faults and not any(held[name] for name in ("address", "place", "note")):
        faults.append(Fault("address", "one of address, place and note is needed"))
    if faults:
        raise BadBody(tuple(faults))
    return Body(**held)


def _text(name: str, value: object, faults: list[Fault]) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        faults.append(Fault(name, "must be text"))
        return ""
    if any(0xD800 <= ord(sign) <= 0xDFFF for sign in value):
        faults.append(Fault(name, "holds signs that are no text"))
        return ""
    text = _cleaned(value)
    longest = LONGEST.get(name, 60)
    if len(text) > longest:
        faults.append(Fault(name, f"has {len(text)} signs; {longest} are the most"))
    elif name in LONGEST and media_in(text):
        faults.append(
            Fault(
                name,
                "holds a picture, a file or another encoding; say where it is, never send the content itself",
            )
        )
    return text


def _is_control(sign: str) -> bool:
    return ord(sign) < 32 or 127 <= ord(sign) < 160


def pack(body: Body) -> bytes:
    """The bytes of a report to be sealed: JSON with sorted names, empty fields left out, spaces up to a multiple of 512."""
    held = {name: value for name, value in asdict(body).items() if value}
    text = json.dumps(held, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    return text.ljust(-(-len(text) // STEP) * STEP)


def unpack(packed: bytes) -> Body:
    """The report in opened bytes. Raises BadBody where it is none.

    What a browser sealed unseen is cleaned as if it came in now: media and too much text are cut, codes that are none left out.
    """
    try:
        held = json.loads(packed)
    except (ValueError, RecursionError):
        held = None
    if not isinstance(held, dict):
        raise BadBody((Fault("body", "is no report"),))
    texts = {name: _cleaned(str(held.get(name, "")))[: LONGEST.get(name, 60)] for name in _NAMES}
    return Body(**{name: text if text in KNOWN.get(name, (text,)) else "" for name, text in texts.items()} | {
        name: cut_media(texts[name]) for name in LONGEST
    })  # fmt: skip


def _cleaned(text: str) -> str:
    return "".join(sign for sign in text if (sign in "\n\t" or not _is_control(sign)) and not 0xD800 <= ord(sign) <= 0xDFFF).strip()


def mark_of(key: bytes, packed: bytes) -> bytes:
    """The HMAC-SHA256 of a packed report under a key that only its receipt gives: equal for a resend of the same report."""
    return hmac.digest(key, packed, "sha256")
