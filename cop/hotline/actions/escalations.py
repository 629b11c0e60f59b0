"""What to do where a notice had no effect: the clock proposes, a person decides. Nothing here ever sends anything (S-07)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from cop.accounts.public import Card
from cop.ground.core.door import Sentence, mark
from cop.ground.public import record
from cop.hotline.actions.events import note
from cop.hotline.core.case import NotAllowed, Step
from cop.hotline.core.notice import ASSESSED, DECLINED, Standing, next_kind
from cop.hotline.models import Escalation, NoticeLine

_WENT_OUT = (Standing.SENT, Standing.FAILED, Standing.ACKNOWLEDGED, Standing.DECIDED)


@transaction.atomic
def propose_escalations(*, at: datetime, hours: int) -> int:
    """Propose the next step for each address that is still there `hours` after its newest notice; answers how many are new."""
    lines = NoticeLine.objects.filter(address__step=Step.NOTIFIED, address__case__reason="", notice__kind__in=ASSESSED)
    newest = {line.address_id: line for line in lines.select_related("notice", "address").order_by("notice__queued_at", "pk")
              if line.notice.queued_at is not None}  # fmt: skip
    known = set(Escalation.objects.values_list("address_id", "after_id"))
    made = 0
    for line in newest.values():
        since = line.notice.sent_at or line.notice.queued_at
        if (line.address_id, line.notice_id) in known or line.notice.state not in _WENT_OUT or at - since < timedelta(hours=hours):
            continue
        kind = next_kind(line.notice.kind)
        _, fresh = Escalation.objects.get_or_create(
            address=line.address, after=line.notice, defaults={"kind": kind, "proposed_at": at}
        )  # fmt: skip
        if fresh:
            made += 1
            note(line.address, by="system", at=at, verb="propose", kind=kind)
            where, name = f"hotline/case/{line.address.case_id}", line.address.name
            record(actor="system", verb="propose", thing=where, at=at, kind=kind, address=name)
    return made


@transaction.atomic
def decline_escalation(*, proposal: int, why: str, by: Card, at: datetime) -> None:
    """End a proposal without a notice, with a reason of DECLINED. Raises NotAllowed (NOTICE-09)."""
    if why not in DECLINED:
        raise NotAllowed("NOTICE-09", Sentence("declining needs a reason, one of %(codes)s", codes=", ".join(DECLINED)))
    row = Escalation.objects.select_for_update(of=("self",)).select_related("address", "notice").get(pk=proposal)
    if row.declined or (row.notice is not None and row.notice.state != Standing.DROPPED):
        raise NotAllowed("NOTICE-09", mark("this proposal was decided already"))
    row.declined, row.decided_by_id, row.decided_at = why, by.id, at
    row.save()
    note(row.address, by=by.pseudonym, at=at, verb="decline", kind=row.kind, why=why)
    record(actor=by.pseudonym, verb="decline", thing=f"hotline/case/{row.address.case_id}", at=at, kind=row.kind, why=why)
