"""Keys of series in an address: A.CRI.P1-01._T._T._T with wildcards, several codes in a place, and several keys."""

from __future__ import annotations

from cop.observatory.core.sdmx.errors import shown, syntax
from cop.observatory.core.sdmx.layout import SERIES, TIME, Key

Places = tuple[frozenset[str] | None, ...]
MOST_KEYS = 200
WILDCARDS = {"", "*", "all"}


def parse_keys(text: str) -> tuple[Places, ...]:
    """The keys in an address, each a set of codes or None (any) for each of the six dimensions; no keys mean all series.

    `*` or nothing is any code, `A+B` one of several, a comma parts keys; places left out at the end are any.
    Raises SdmxError 140 for more than six places, an empty key among several, or more than 200 keys.
    """
    if text in WILDCARDS:
        return ()
    keys = text.split(",")
    if len(keys) > MOST_KEYS:
        raise syntax(f"The address asks for {len(keys)} keys; ask for at most {MOST_KEYS} at once.")
    return tuple(_parse(key) for key in keys)


def _parse(text: str) -> Places:
    if text == "":
        raise syntax("A key between two commas is empty; leave the comma out or write the key.")
    places = text.split(".")
    if len(places) > len(SERIES):
        order = ".".join(SERIES)
        raise syntax(f"The key {shown(text)} has {len(places)} places; it may have {len(SERIES)}: {order}, and {TIME} as a filter.")
    found = [None if place in WILDCARDS else frozenset(place.split("+")) for place in places]
    return (*found, *[None] * (len(SERIES) - len(found)))


def exact(places: Places) -> Key | None:
    """The one key that is asked for, if each place has one code."""
    codes = [next(iter(codes)) for codes in places if codes is not None and len(codes) == 1]
    return (codes[0], codes[1], codes[2], codes[3], codes[4], codes[5]) if len(codes) == len(SERIES) else None


def fits(places: Places, key: Key) -> bool:
    """Is a series asked for?"""
    return all(codes is None or code in codes for codes, code in zip(places, key, strict=True))
