"""What the five registries of networks say in WHOIS text (RFC 3912), where RDAP says nothing: abuse mail, network, country.

RIPE NCC, APNIC and AFRINIC say `% Abuse contact for` or `abuse-mailbox:`, ARIN `RAbuseEmail:` and `OrgAbuseEmail:`, LACNIC names a
handle in `abuse-c:`. The form of a line decides, not which registry it is. The most certain form alone is used: mails found by
guessing reach people who have nothing to do with it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from cop.hotline.core.hosts import read_host
from cop.hotline.core.parties import block_of, country_of, mail_of, name_of, size_of

LARGEST = 256_000  # bytes of an answer
MOST_LINES = 4000
MOST_CONTACTS = 8

_SAID = re.compile(r"%\s*Abuse contact for '[^']*' (?:is|are) '?([^\s']+)'?", re.IGNORECASE)
_FIELD = re.compile(r"([A-Za-z][A-Za-z0-9 _/-]{0,40}):\s*(.*)")
_NETWORKS = ("inetnum", "inet6num", "netrange", "cidr")
Block = list[tuple[str, str]]


@dataclass(frozen=True)
class WhoisAnswer:
    """What a text says; "" and () where it says nothing. `referral` is the host of the registry that knows more."""

    network: str = ""
    country: str = ""
    holder: str = ""
    abuse: tuple[str, ...] = ()
    referral: str = ""


def read_whois(raw: bytes) -> WhoisAnswer:
    """What an answer says. Never raises, whatever the bytes are."""
    lines = raw[:LARGEST].decode("utf-8", errors="replace").splitlines()[:MOST_LINES]
    blocks = _blocks(lines)
    place = _smallest(blocks)
    own = _up_to_next(blocks, place)
    countries = {country_of(value) for name, value in _first_with(own, "country") if name == "country"}
    return WhoisAnswer(
        network=_network(blocks[place]) if place >= 0 else "",
        country=countries.pop() if len(countries) == 1 else "",
        holder=next((name_of(value) for block in own for name, value in block if name in ("orgname", "owner", "netname")), ""),
        abuse=_abuse(lines, blocks),
        referral=_referral(blocks),
    )


def _blocks(lines: list[str]) -> list[Block]:
    """Objects: fields in a row, parted by empty lines and remarks."""
    blocks: list[Block] = [[]]
    for line in lines:
        field = _FIELD.match(line)
        if field:
            blocks[-1].append((field[1].strip().lower(), field[2].strip()))
        elif not line.strip() or line[0] in "%#":
            blocks.append([])
    return [block for block in blocks if block]


def _network(block: Block) -> str:
    found = [block_of(value) for name, value in block if name in _NETWORKS]
    return next((network for network in found if network), "")


def _smallest(blocks: list[Block]) -> int:
    """Where the object of the smallest network stands; -1 where there is none. Registries list larger networks around it."""
    sizes = [(size_of(_network(block)), place) for place, block in enumerate(blocks)]
    return min((one for one in sizes if one[0]), default=(0, -1))[1]


def _up_to_next(blocks: list[Block], place: int) -> list[Block]:
    """The object of a network and those that follow it, before the next network."""
    if place < 0:
        return []
    following = next((at for at in range(place + 1, len(blocks)) if _network(blocks[at])), len(blocks))
    return blocks[place:following]


def _first_with(blocks: list[Block], field: str) -> Block:
    return next((block for block in blocks if any(name == field for name, _ in block)), [])


def _abuse(lines: list[str], blocks: list[Block]) -> tuple[str, ...]:
    said = [found[1] for found in map(_SAID.match, lines) if found]
    fields: dict[str, list[str]] = {}
    for block in blocks:
        for name, value in block:
            fields.setdefault(name, []).append(value)
    handles = {value.lower() for value in fields.get("abuse-c", [])}
    named = [
        value
        for block in blocks
        if any(name.startswith("nic-hdl") and held.lower() in handles for name, held in block)
        for name, value in block
        if name == "e-mail"
    ]
    forms = (said, fields.get("rabuseemail", []), fields.get("orgabuseemail", []), fields.get("abuse-mailbox", []), named)
    for form in forms:
        mails = tuple(dict.fromkeys(mail for mail in map(mail_of, form) if mail))
        if mails:
            return mails[:MOST_CONTACTS]
    return ()


def _referral(blocks: list[Block]) -> str:
    """IANA says `refer: host`, ARIN `ReferralServer: whois://host`; other protocols are passed by."""
    for block in blocks:
        for name, value in block:
            if name == "refer" or (name == "referralserver" and value.startswith("whois://")):
                return read_host(value.removeprefix("whois://").partition(":")[0].strip("/"))
    return ""
