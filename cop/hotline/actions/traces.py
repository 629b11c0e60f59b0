"""Keep where an address led."""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from cop.ground.core.door import mark
from cop.ground.public import record
from cop.hotline.actions.events import note
from cop.hotline.core.sealing import seal_trace
from cop.hotline.models import Case, CaseAddress, Trace

_COUNTRY = re.compile(r"^([A-Z]{2})?$")
_NETWORK = re.compile(r"^(AS[0-9]{1,10})?$")


@transaction.atomic
def keep_trace(
    *, address: str, country: str, network: str, evidence: str, contacts: Iterable[str], by: str, at: datetime
) -> str:  # fmt: skip
    """Keep one trace of the address of that name, sealed to its report's own key; answers the trace's name.

    country: two letters of ISO 3166-1, or nothing where it is unknown. network: such as AS64500, or nothing. `contacts` are the
    mail addresses for abuse that were found. `by` is a pseudonym or "system". Raises CaseAddress.DoesNotExist, ValueError.
    """
    if not _COUNTRY.match(country) or not _NETWORK.match(network):
        raise ValueError(mark("a trace has a country of two letters and a network such as AS64500, or neither"))
    row = CaseAddress.objects.select_for_update(of=("self",)).select_related("case__report").get(name=address)
    name = uuid.uuid4().hex
    digest = hashlib.sha256("\n".join(sorted({one.strip().lower() for one in contacts})).encode()).hexdigest()
    Trace.objects.create(
        name=name, address=row, at=at, by=by, country=country, network=network, contacts=digest,
        sealed=seal_trace(evidence, bytes(row.case.report.own_public), name),
    )  # fmt: skip
    row.country, row.network = country, network
    row.save(update_fields=["country", "network"])
    Case.objects.filter(pk=row.case_id).update(country=country)
    note(row, by=by, at=at, verb="traced", country=country or "unknown")
    record(
        actor=by, verb="traced", thing=f"hotline/case/{row.case_id}", at=at, address=row.name, trace=name,
        country=country or "unknown",
    )  # fmt: skip
    return name
