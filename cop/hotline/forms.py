"""What is sent to the hotline, by people and programs alike: read, held against flood protection, and refused with a reason."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest

from cop.accounts.public import is_loopback
from cop.ground.public import address_of, now
from cop.hotline.core.body import BadBody, Body, Fault, read_body
from cop.hotline.core.proof import BadProof, Limits, check_proof, check_ticket
from cop.hotline.core.receipt import BadSeed, receipt_of
from cop.hotline.core.sealing import SealedReport
from cop.hotline.exchange.keystore import Keystore

PER_HOUR = 60  # reports from one network
DIFFICULTY = 16  # zero bits: some 65,000 tries, about a second in a phone's browser
MOST_SEALED = 60_000
_PUBLIC, _KEY, _OVERHEAD, _STEP = 32, 128, 48, 512
limits = Limits(PER_HOUR)


@dataclass(frozen=True)
class Sent:
    """A report that may be taken: its seed, and either what it says or what a browser sealed, with its mark."""

    seed: str
    body: Body
    sealed: SealedReport | None = None
    mark: str = ""
    team_id: str = ""
    month_id: str = ""


class TooSoon(Exception):
    """Something that may be sent again in `wait` seconds."""

    def __init__(self, wait: int) -> None:
        self.wait = wait
        super().__init__(f"send the same again in {wait} seconds")


def read_sent(given: Mapping[str, object], *, sealed: bool = False) -> Sent:
    """The report in fields of text or JSON. Raises BadBody that names each bad field.

    `sealed` allows what a browser sealed, in `sealed`, `mark`, `team_id` and `month_id`.
    """
    faults: list[Fault] = []
    seed = given.get("idempotency_key")
    seed = seed if isinstance(seed, str) else ""
    try:
        receipt_of(seed)
    except BadSeed as bad_seed:
        faults.append(Fault("idempotency_key", str(bad_seed)))
    if sealed and given.get("sealed"):
        made = _sealed(given, seed)
        if not faults:
            return made
        raise BadBody(tuple(faults))
    body = Body()
    try:
        body = read_body(given)
    except BadBody as bad:
        faults = [*bad.faults, *faults]
    if settings.COP_DEMO and body.address and not invented(body.address):
        faults.append(Fault("address", "this is a demonstration and takes addresses under .example only"))
    if faults:
        raise BadBody(tuple(faults))
    return Sent(seed, body)


def _sealed(given: Mapping[str, object], seed: str) -> Sent:
    """What a browser sealed. Whether it opens is seen at the desk only. Raises BadBody where its shape is wrong."""
    wrong = BadBody((Fault("sealed", "what the browser sealed is not whole; send again"),))
    names = ("sealed", "mark", "team_id", "month_id", "language")
    text, mark, team, month, language = (str(given.get(name, "")) for name in names)
    if len(text) > MOST_SEALED or len(mark) != 64 or len(team) != 16 or len(month) != 7:
        raise wrong
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        bytes.fromhex(mark)
    except (ValueError, binascii.Error):
        raise wrong from None
    own, key, body = raw[:_PUBLIC], raw[_PUBLIC : _PUBLIC + _KEY], raw[_PUBLIC + _KEY :]
    if len(body) < _STEP + _OVERHEAD or (len(body) - _OVERHEAD) % _STEP:
        raise wrong
    return Sent(seed, read_language(language), SealedReport(own, key, body), mark, team, month)


def read_language(text: str) -> Body:
    """A body that says nothing but its language."""
    return Body(language=read_body({"note": "-", "language": text}).language)


def invented(address: str) -> bool:
    """Does an address lie under .example, where nothing real can be?"""
    host = address.split("://", 1)[-1].split("/", 1)[0].split("?", 1)[0].rsplit("@", 1)[-1].split(":", 1)[0]
    return host.lower().rstrip(".").endswith(".example")


def pass_flood(request: HttpRequest, keys: Keystore, seed: str, *, proof: object = None, ticket: object = None) -> None:
    """Proof of work, or a ticket that is ripe, and the limit of the network. Raises BadProof, TooSoon.

    Both can be switched off for measurements, on a loopback address only.
    """
    local, at = is_loopback(request), now()
    if not (local and not settings.COP_HOTLINE_PROOF_OF_WORK):
        if ticket and not proof:
            if wait := check_ticket(keys.flood_secret(), str(ticket), seed, at):
                raise TooSoon(wait)
        elif isinstance(proof, str):
            check_proof(keys.flood_secret(), proof, seed, at)
        else:
            raise BadProof("it is needed; fetch a challenge and solve it")
    if not (local and not settings.COP_HOTLINE_RATE_LIMIT) and (wait := limits.wait(address_of(request), at)):
        raise TooSoon(wait)
