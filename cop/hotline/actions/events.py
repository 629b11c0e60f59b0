"""One line in the history of a case, of codes alone."""

from __future__ import annotations

import json
from datetime import datetime

from cop.hotline.models import CaseAddress, CaseEvent


def note(address: CaseAddress, *, by: str, at: datetime, verb: str, **details: str) -> None:
    """Write what happened to an address into the history of its case. `by` is a pseudonym, "system" or "contact"."""
    text = json.dumps(details, sort_keys=True)
    CaseEvent.objects.create(case_id=address.case_id, address=address, at=at, by=by, verb=verb, details=text)
