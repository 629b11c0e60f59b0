"""What is known of one content item, and of the way to it: codes and short texts, each may be unknown (CLASS-04, CLASS-06).

A page holds many items, and hotlines count and exchange items. Unknown is not no: what nobody found out stays unknown.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import Any

from cop.hotline.core.body import Fault
from cop.hotline.core.classification import AGES, AI, COMMERCE, CONTENTS, NOVELTY, SELF_MADE, SEXES, YES_NO
from cop.hotline.core.media import media_in
from cop.hotline.core.schemes import Scheme, category_of, is_line

MOST_CHILDREN, LONGEST_ADDRESS, LONGEST_NAME, MOST_COUNTRIES = 99, 4096, 300, 50


class BadFacts(ValueError):
    """Facts that can't be taken; `faults` names each field."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{fault.field}: {fault.why}" for fault in self.faults))


def _coded(codes: dict[str, str]) -> Any:
    return field(default="unknown", metadata={"codes": codes})


@dataclass(frozen=True)
class ItemFacts:
    """One content item. `children` is how many it shows, None where nobody knows; `age` is that of the youngest.

    `severity` names a category of a loaded scheme as `name@version:code`, or is empty; `live_stream`: was it captured from one;
    `virtual`: drawn or rendered, no real child; `modelling`: posed, in a series made to be sold or shared.
    """

    children: int | None = None
    age: str = _coded(AGES)
    sex: str = _coded(SEXES)
    severity: str = ""
    novelty: str = _coded(NOVELTY)
    ai: str = _coded(AI)
    self_generated: str = _coded(SELF_MADE)
    live_stream: str = _coded(YES_NO)
    content: str = _coded(CONTENTS)
    commerce: str = _coded(COMMERCE)
    virtual: str = _coded(YES_NO)
    modelling: str = _coded(YES_NO)


@dataclass(frozen=True)
class AccessFacts:
    """The way to a content item. It holds addresses and handles: seal it as an address is sealed, and never log it.

    `referrer` is the page that has to come before; `seen_from` the countries (two letters) from which it can be seen, where
    `geo_limit` is yes; `seen_at` the moment at which it was there, with its offset. Passwords themselves are never kept.
    """

    referrer: str = field(default="", metadata={"longest": LONGEST_ADDRESS})
    password: str = _coded(YES_NO)
    premium: str = _coded(YES_NO)
    geo_limit: str = _coded(YES_NO)
    seen_from: tuple[str, ...] = ()
    onion: str = _coded(YES_NO)
    app: str = field(default="", metadata={"longest": LONGEST_NAME})
    handle: str = field(default="", metadata={"longest": LONGEST_NAME})
    group: str = field(default="", metadata={"longest": LONGEST_NAME})
    post: str = field(default="", metadata={"longest": LONGEST_NAME})
    seen_at: datetime | None = None


def codes_of(kind: Any) -> dict[str, dict[str, str]]:
    """The codes with labels that each field of ItemFacts or AccessFacts takes, for fields that take codes."""
    return {one.name: one.metadata["codes"] for one in fields(kind) if "codes" in one.metadata}


def read_item(given: Mapping[str, object], schemes: Iterable[Scheme] = ()) -> ItemFacts:
    """The facts that fields say; what is absent, null or empty is unknown. Raises BadFacts with each bad field (CLASS-04)."""
    faults: list[Fault] = []
    held = _read(ItemFacts, given, faults, {"children": _children, "severity": lambda value: _severity(value, schemes)})
    if held["children"] == 0 and any(held[name] != "unknown" for name in ("age", "sex", "self_generated")):
        faults.append(Fault("children", "is 0, but something is said of a child"))
    if faults:
        raise BadFacts(faults)
    return ItemFacts(**held)


def read_access(given: Mapping[str, object]) -> AccessFacts:
    """The conditions that fields say; what is absent, null or empty is unknown. Raises BadFacts with each bad field (CLASS-06)."""
    faults: list[Fault] = []
    held = _read(AccessFacts, given, faults, {"seen_from": _countries, "seen_at": _moment})
    if held["seen_from"] and held["geo_limit"] != "yes":
        faults.append(Fault("geo_limit", "must be yes where seen_from names countries"))
    if faults:
        raise BadFacts(faults)
    return AccessFacts(**held)


def pack_facts(facts: ItemFacts | AccessFacts) -> str:
    """The facts as JSON with sorted names; read_item or read_access takes it back, once json has read it."""
    return json.dumps(asdict(facts), ensure_ascii=False, sort_keys=True, default=lambda value: value.isoformat())


def _read(
    kind: Any, given: Mapping[str, object], faults: list[Fault], readers: Mapping[str, Callable[[Any], Any]]
) -> dict[str, Any]:
    known = {one.name: one for one in fields(kind)}
    faults += [Fault(str(name), "is no fact that is known here") for name in given if name not in known]
    held: dict[str, Any] = {}
    for name, one in known.items():
        value = given.get(name)
        held[name] = one.default
        if value is None or value == "":
            continue
        try:
            if name in readers:
                held[name] = readers[name](value)
            elif "codes" in one.metadata:
                held[name] = _code(value, one.metadata["codes"])
            else:
                held[name] = _text(value, one.metadata["longest"])
        except ValueError as error:
            faults.append(Fault(name, str(error)))
    return held


def _code(value: object, codes: dict[str, str]) -> str:
    if not isinstance(value, str) or value not in codes:
        raise ValueError(f"must be one of {', '.join(codes)}")
    return value


def _text(value: object, longest: int) -> str:
    text = value.strip() if isinstance(value, str) else "\n"
    if not is_line(text, longest):
        raise ValueError(f"must be one line of at most {longest} signs")
    if media_in(text):
        raise ValueError("holds a picture, a file or another encoding; say where it is, never keep the content itself")
    return text


def _children(value: object) -> int | None:
    if value == "unknown":
        return None
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,3}", value):
        value = int(value)
    if type(value) is not int or not 0 <= value <= MOST_CHILDREN:
        raise ValueError(f"must be a whole number from 0 to {MOST_CHILDREN}, or unknown")
    return value


def _severity(value: object, schemes: Iterable[Scheme]) -> str:
    text = _text(value, 120)
    try:
        category_of(text, schemes)
    except KeyError:
        raise ValueError("must be a category of a loaded scheme, as name@version:code") from None
    return text


def _countries(value: object) -> tuple[str, ...]:
    codes = value.replace(",", " ").split() if isinstance(value, str) else value
    if (
        not isinstance(codes, list | tuple)
        or len(codes) > MOST_COUNTRIES
        or any(not isinstance(code, str) or not re.fullmatch("[A-Za-z]{2}", code) for code in codes)
    ):
        raise ValueError(f"must be at most {MOST_COUNTRIES} countries, each with its two letters")
    return tuple(sorted({code.upper() for code in codes}))


def _moment(value: object) -> datetime:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        moment = None
    if not isinstance(moment, datetime) or moment.utcoffset() is None:
        raise ValueError("must be a moment with its offset, such as 2026-11-22T14:05+01:00")
    return moment
