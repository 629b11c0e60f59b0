"""What is sent to the hotline, by people and programs alike: read, held against flood protection, and refused with a reason."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest

from cop.accounts.public import is_loopback
from cop.ground.core.door import seal
from cop.ground.public import address_of, now
from cop.hotline.core.body import BadBody, Body, Fault, pack, read_body
from cop.hotline.core.proof import BadProof, Limits, Spent, check_proof, check_ticket
from cop.hotline.core.receipt import BadSeed, receipt_of
from cop.hotline.core.sealing import SealedReport
from cop.hotline.exchange.keystore import Keystore

PER_HOUR = 60  # reports from one network
DIFFICULTY = 16  # zero bits: some 65,000 tries, about a second in a phone's browser
_SEALED, _MARK = re.compile(r"[A-Za-z0-9_-]{900,60000}"), re.compile(r"[0-9a-f]{64}")
_TEAM, _MONTH = re.compile(r"[0-9a-f]{16}"), re.compile(r"\d{4}-\d{2}", re.ASCII)
_ADDRESS = re.compile(r"(?:https?://)?(?:[a-z0-9-]+\.)*example(?::\d+)?(?:[/?#][^\s\\]*)?", re.IGNORECASE)
_HOST = re.compile(r"\b(?:[a-z0-9-]+\.)+([a-z]{2,24})\b", re.IGNORECASE)
_PUBLIC, _KEY, _OVERHEAD, _STEP = 32, 128, 48, 512
limits = Limits(PER_HOUR)
spent = Spent()


@dataclass(frozen=True)
class Sent:
    """A report that may be taken: its seed, and either what it says or what a browser sealed, with its mark."""

    seed: str
    body: Body
    sealed: SealedReport | None = None
    mark: str = ""
    team_id: str = ""
    month_id: str = ""

    @property
    def said(self) -> bytes:
        """What a proof is used for: the words, or the mark of what was sealed unseen."""
        return self.mark.encode() if self.sealed is not None else pack(self.body)


class TooSoon(Exception):
    """Something that may be sent again in `wait` seconds."""

    def __init__(self, wait: int) -> None:
        self.wait = wait
        super().__init__(f"send the same again in {wait} seconds")


def read_sent(given: Mapping[str, object], *, sealed: bool = False) -> Sent:
    """The report in fields of text or JSON. Raises BadBody that names each bad field.

    `sealed` allows what a browser sealed, in `sealed`, `mark`, `team_id` and `month_id`; a demonstration must see what comes in.
    """
    faults: list[Fault] = []
    seed = given.get("idempotency_key")
    seed = seed if isinstance(seed, str) else ""
    try:
        receipt_of(seed)
    except BadSeed as bad_seed:
        faults.append(Fault("idempotency_key", str(bad_seed)))
    if sealed and given.get("sealed") and not settings.COP_DEMO:
        made = _sealed(given, seed)
        if not faults:
            return made
        raise BadBody(tuple(faults))
    body = Body()
    try:
        body = read_body(given)
    except BadBody as bad:
        faults = [*bad.faults, *faults]
    if settings.COP_DEMO:
        faults += _real(body)
    if faults:
        raise BadBody(tuple(faults))
    return Sent(seed, body)


def _real(body: Body) -> list[Fault]:
    """What a demonstration does not take: anything that may be real."""
    why = "this is a demonstration and takes addresses under .example only"
    wrong = ["address"] if body.address and not invented(body.address) else []
    wrong += [name for name in ("place", "note") if names_a_real_host(getattr(body, name))]
    return [Fault(name, why) for name in wrong]


def _sealed(given: Mapping[str, object], seed: str) -> Sent:
    """What a browser sealed. Whether it opens is seen at the desk only. Raises BadBody where its shape is wrong."""
    wrong = BadBody((Fault("sealed", "what the browser sealed is not whole; send again"),))
    names = ("sealed", "mark", "team_id", "month_id", "language")
    text, mark, team, month, language = (str(given.get(name, "")) for name in names)
    shapes = ((_SEALED, text), (_MARK, mark), (_TEAM, team), (_MONTH, month))
    if not all(shape.fullmatch(value) for shape, value in shapes):
        raise wrong
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        seal(raw[:_PUBLIC], b"", purpose="trial", record="trial", key="trial")  # a public half that nothing can be sealed to
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
    """Is this one address under .example, where nothing real can be?"""
    return bool(_ADDRESS.fullmatch(address.strip()))


def names_a_real_host(text: str) -> bool:
    """Does a text name a host that does not lie under .example?"""
    return any(found[1].lower() != "example" for found in _HOST.finditer(text))


def check_work(request: HttpRequest, keys: Keystore, seed: str, *, proof: object = None, ticket: object = None) -> str:
    """Proof of work, or a ticket that is ripe: answers the one that holds, to be used. Raises BadProof, TooSoon.

    It is cheap and comes before anything else of a report is read. It can be switched off for measurements, on a loopback address
    only; the answer is empty then.
    """
    if is_loopback(request) and not settings.COP_HOTLINE_PROOF_OF_WORK:
        return ""
    at = now()
    try:
        text = proof if isinstance(proof, str) else ""
        check_proof(keys.flood_secret(), text, seed, at)
    except BadProof:
        if not ticket:
            raise
        text = str(ticket)
        if wait := check_ticket(keys.flood_secret(), text, seed, at):
            raise TooSoon(wait) from None
    return text


@contextmanager
def pass_flood(request: HttpRequest, work: str, said: bytes, *, danger: bool = False) -> Iterator[None]:
    """Around the storing of `said`: the proof or ticket is for this text alone, and the network is within its limit.

    Raises BadProof, TooSoon. The limit never holds up a report that says that a child is in danger (S-32). It can be switched off
    for measurements, on a loopback address only.
    """
    free = danger or (is_loopback(request) and not settings.COP_HOTLINE_RATE_LIMIT)
    with spent.use(work, said) if work else nullcontext():
        if not free and (wait := limits.wait(address_of(request), now())):
            raise TooSoon(wait)
        yield
