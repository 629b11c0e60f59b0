"""The worker's calls to the outside: traces that somebody asked for or a notice needs, and looks whether something is still there.

The worker opens the one address with the service key. What the outside says is kept before the next address is asked about.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from cop.accounts.public import Card
from cop.ground.core.door import NotOpened, mark
from cop.ground.public import record
from cop.hotline.actions.events import note
from cop.hotline.actions.traces import keep_trace
from cop.hotline.core.addresses import read_address
from cop.hotline.core.case import NotAllowed, Step
from cop.hotline.core.notice import FRESH, SKEW, Standing
from cop.hotline.core.probing import LOOKS_GONE
from cop.hotline.core.sealing import open_address, open_for_service, seal_for_service
from cop.hotline.core.trace import kept
from cop.hotline.exchange.keystore import Keystore
from cop.hotline.exchange.outside import Outside
from cop.hotline.exchange.probe import probe
from cop.hotline.exchange.tracing import trace
from cop.hotline.models import Case, CaseAddress, NoticeLine, Trace
from cop.hotline.queries.cases import standing

MOST_AT_ONCE = 10
MOST_SECONDS = 20.0  # of one round, so that silent servers hold up no alarm and no mail of the same worker
TRACEABLE = ("web",)
RENEW_BEFORE = timedelta(hours=1)  # a trace that is about to be too old for a notice in the outbox is made anew
ANSWERED = ("answered", "redirect")  # what tells that a server is there again; silence tells nothing
log = logging.getLogger("cop")


@transaction.atomic
def ask_trace(*, number: int, name: str, own: bytes, keystore: Keystore, by: Card, at: datetime) -> None:
    """Let the worker trace one address, and watch it later: it alone is sealed to the worker's key. `own` is the report's own key.

    Only what two people call illegal is traced (CASE-05), and only web addresses can be. Raises NotAllowed, KeysMissing, NotOpened,
    CaseAddress.DoesNotExist.
    """
    case = Case.objects.select_for_update(of=("self",)).select_related("report").get(pk=number)
    row = CaseAddress.objects.get(name=name, case=case)
    held = standing(case)
    if held.reason:
        raise NotAllowed("CASE-09", mark("the case is closed; reopen it first"))
    if not held.subject(name).confirmed:
        raise NotAllowed("CASE-05", mark("only what two people call illegal is acted on"))
    if row.kind not in TRACEABLE:
        raise NotAllowed("TRACE-15", mark("nobody can be found for this kind of address by a trace"))
    text = open_address(own, bytes(row.sealed), name)
    row.for_service, row.trace_asked_at = seal_for_service(text, keystore.service_public(), name), at
    row.save(update_fields=["for_service", "trace_asked_at"])
    note(row, by=by.pseudonym, at=at, verb="ask trace")
    record(actor=by.pseudonym, verb="ask trace", thing=f"hotline/case/{number}", at=at, address=name)


def trace_due(*, keystore: Keystore, outside: Outside, at: datetime) -> int:
    """Trace what somebody asked for, and what a notice in the outbox needs fresh; answers how many. Raises KeysMissing."""
    old = at - FRESH + RENEW_BEFORE
    queued = NoticeLine.objects.filter(address=OuterRef("pk"), notice__state__in=(Standing.QUEUED, Standing.FAILED))
    fresh = Trace.objects.filter(address=OuterRef("pk"), at__gt=old, at__lte=at + SKEW)  # none of a clock that was ahead
    wanted = Q(trace_asked_at__isnull=False) | (Exists(queued) & ~Exists(fresh))
    rows = CaseAddress.objects.filter(wanted, case__reason="").exclude(for_service=b"")
    oldest = rows.order_by(F("trace_asked_at").asc(nulls_last=True), F("probed_at").asc(nulls_first=True), "pk")
    return sum(_trace(row, keystore, outside, at) for row in _some(oldest))


def _some(rows: QuerySet[CaseAddress]) -> Iterator[CaseAddress]:
    """The first of these rows, as many as one round has time for."""
    begun = time.monotonic()
    for row in list(rows[:MOST_AT_ONCE]):
        yield row
        if time.monotonic() - begun > MOST_SECONDS:
            return


def _trace(row: CaseAddress, keystore: Keystore, outside: Outside, at: datetime) -> bool:
    """One trace. An address that fails goes behind all others, so that it holds none of them up."""
    text, here = _opened(row, keystore), CaseAddress.objects.filter(pk=row.pk)
    if text is None:
        here.update(trace_asked_at=None, probed_at=at)
        return False
    here.exclude(trace_asked_at=None).update(trace_asked_at=at)
    found = trace(read_address(text), outside=outside, at=at)
    with transaction.atomic():
        network = found.system
        contacts = [one.mail for one in found.abuse]
        keep_trace(
            address=row.name, country=found.country, network=network, evidence=kept(found).decode(), contacts=contacts, by="system",
            at=at,
        )  # fmt: skip
        CaseAddress.objects.filter(pk=row.pk).update(trace_asked_at=None)
    return True


def probe_due(*, keystore: Keystore, outside: Outside, every: timedelta, at: datetime) -> int:
    """Ask whether what was notified is still there, where the last time is `every` ago; answers how many look gone now.

    A look only proposes (S-06): a person says what is gone. Nothing is asked while a police hold stands. Raises KeysMissing.
    """
    due = Q(probed_at=None) | Q(probed_at__lte=at - every) | Q(probed_at__gt=at + every)  # the last of a clock that was ahead
    rows = CaseAddress.objects.filter(due, step=Step.NOTIFIED, case__reason="", case__hold_until=None, kind__in=TRACEABLE)
    longest_ago = rows.exclude(for_service=b"").order_by(F("probed_at").asc(nulls_first=True), "pk")
    return sum(_probe(row, keystore, outside, at) for row in _some(longest_ago))


def _probe(row: CaseAddress, keystore: Keystore, outside: Outside, at: datetime) -> bool:
    text = _opened(row, keystore)
    CaseAddress.objects.filter(pk=row.pk).update(probed_at=at)
    if text is None:
        return False
    found = probe(read_address(text), outside=outside, at=at)
    gone = found.status == LOOKS_GONE
    with transaction.atomic():
        if gone == (row.looks_gone_at is not None) or (not gone and found.says not in ANSWERED):
            return False
        CaseAddress.objects.filter(pk=row.pk).update(looks_gone_at=at if gone else None)
        verb = "looks gone" if gone else "looks there"
        note(row, by="system", at=at, verb=verb, says=found.says)
        record(actor="system", verb=verb, thing=f"hotline/case/{row.case_id}", at=at, address=row.name, says=found.says)
    return gone


def _opened(row: CaseAddress, keystore: Keystore) -> str | None:
    """The address, opened by the worker; None where it does not open, which is logged without it."""
    try:
        return open_for_service(keystore.service_key(), bytes(row.for_service), row.name)
    except NotOpened:
        log.warning("an address of case %s does not open with the service key; have it traced again", row.case_id)
        return None
