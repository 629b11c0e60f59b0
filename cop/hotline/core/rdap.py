"""What a register says in JSON (RDAP, RFC 9083): who takes word of abuse, which network, country and registrar.

Abuse contacts are entities with the role `abuse`, at any depth; their mails stand in a jCard (RFC 7095). Registers deviate from
the standard, and a register may be hostile, so each value is looked at for itself and what doesn't fit is left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cop.hotline.core.parties import country_of, mail_of, name_of, network_of

LARGEST = 1_000_000  # bytes of an answer; real ones have some ten thousand
MOST_ENTITIES = 1000
MOST_CONTACTS = 8


class RdapError(Exception):
    """An answer that is no RDAP object; the message says why, without quoting it."""


@dataclass(frozen=True)
class RdapAnswer:
    """What an answer says; "" and () where it says nothing. `kind` is the standard's name of the object, such as ip network."""

    kind: str = ""
    handle: str = ""
    name: str = ""
    network: str = ""
    country: str = ""
    registrar: str = ""
    abuse: tuple[str, ...] = ()


def read_rdap(raw: bytes) -> RdapAnswer:
    """What an answer says. Raises RdapError for anything that is no object of RDAP, and nothing else, whatever the bytes are."""
    if len(raw) > LARGEST:
        raise RdapError("the answer is too large")
    try:
        held = json.loads(raw)
    except RecursionError:
        raise RdapError("the answer is nested too deeply") from None
    except ValueError:
        raise RdapError("the answer is no JSON") from None
    if not isinstance(held, dict):
        raise RdapError("the answer is no object")
    if "errorCode" in held:
        raise RdapError("the register answers with an error")
    kind = held.get("objectClassName")
    if not isinstance(kind, str) or kind not in ("ip network", "domain", "entity", "autnum", "nameserver"):
        raise RdapError("the answer does not say what it is about")
    entities = list(_entities(held))
    is_network = kind == "ip network"
    return RdapAnswer(
        kind=kind,
        handle=name_of(held.get("handle")),
        name=name_of(held.get("ldhName") if kind == "domain" else held.get("name")),
        network=network_of(held.get("startAddress"), held.get("endAddress")) if is_network else "",
        country=country_of(held.get("country")) if is_network else "",
        registrar=_registrar(entities) if kind == "domain" else "",
        abuse=_abuse(entities),
    )


def _entities(held: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Entities at any depth, outer ones first; what is no entity is passed by."""
    level, seen = [held], 0
    while level:
        inner: list[dict[str, Any]] = []
        for one in level:
            found = one.get("entities")
            inner += [entity for entity in found if isinstance(entity, dict)] if isinstance(found, list) else []
        inner = inner[: MOST_ENTITIES - seen]
        seen += len(inner)
        yield from inner
        level = inner


def _roles(entity: dict[str, Any]) -> set[str]:
    roles = entity.get("roles")
    return {role.lower() for role in roles if isinstance(role, str)} if isinstance(roles, list) else set()


def _card(entity: dict[str, Any], field: str) -> Iterator[object]:
    """The values of one field of an entity's jCard: ["vcard", [[name, parameters, type, value, ...], ...]]."""
    card = entity.get("vcardArray")
    rows = card[1] if isinstance(card, list) and len(card) > 1 else None
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, list) and len(row) > 3 and isinstance(row[0], str) and row[0].lower() == field:
            for value in row[3:]:
                yield from value if isinstance(value, list) else [value]


def _abuse(entities: list[dict[str, Any]]) -> tuple[str, ...]:
    found = (mail_of(mail) for entity in entities if "abuse" in _roles(entity) for mail in _card(entity, "email"))
    return tuple(dict.fromkeys(mail for mail in found if mail))[:MOST_CONTACTS]


def _registrar(entities: list[dict[str, Any]]) -> str:
    """The name of the first entity with the role registrar, else its handle."""
    for entity in entities:
        if "registrar" in _roles(entity):
            names = [name_of(value) for field in ("fn", "org") for value in _card(entity, field)]
            return next((name for name in names if name), name_of(entity.get("handle")))
    return ""
