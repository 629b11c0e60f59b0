"""What a centre holds after a kill, compared with itself: cases, history, audit trail, notices and outbox; as JSON."""

from __future__ import annotations

import json
import sys
from collections import Counter
from typing import Any

from cop.cli.centre import set_up

FOLDER = set_up()

from django.db import connection  # noqa: E402 Django is set up now

from cop.ground.models import AuditEntry, Mail  # noqa: E402
from cop.ground.queries.trail import verify_trail  # noqa: E402
from cop.hotline.models import Case, CaseEvent, Message, Notice, Report  # noqa: E402
from cop.hotline.queries.cases import standing  # noqa: E402
from cop.hotline.queries.verification import notice_faults, ring_faults, row_faults  # noqa: E402

STEPS = ("take", "look", "assess", "give back", "confirm", "close", "gone")  # each leaves one event and one entry of a case
AUDITED = {"look at case": "look"}


def held() -> dict[str, Any]:
    """Counts of what there is, and steps of each case by the history."""
    numbers = list(Report.objects.values_list("pk", flat=True))
    steps = Counter(CaseEvent.objects.values_list("case_id", "verb"))
    return {
        "reports": len(numbers), "numbers": len(set(numbers)), "messages": Message.objects.count(),
        "entries": AuditEntry.objects.filter(verb="receive").count(),
        "steps": [[case, verb, count] for (case, verb), count in sorted(steps.items())],
        "mails": [[row.message_id, row.state] for row in Mail.objects.only("message_id", "state")],
    }  # fmt: skip


def faults() -> list[str]:
    """What does not agree: nothing, unless a step was lost or half written."""
    found = []
    events = Counter(CaseEvent.objects.filter(verb__in=STEPS).values_list("case_id", "verb"))
    entries = Counter[tuple[int, str]]()
    for thing, verb in AuditEntry.objects.filter(thing__startswith="hotline/case/").values_list("thing", "verb"):
        if AUDITED.get(verb, verb) in STEPS:
            entries[int(thing.rpartition("/")[2]), AUDITED.get(verb, verb)] += 1
    found += [f"case {case}: {verb} stands {events[case, verb]} times in its history and {entries[case, verb]} in the trail"
              for case, verb in sorted({*events, *entries}) if events[case, verb] != entries[case, verb]]  # fmt: skip
    for row in Case.objects.select_related("report").prefetch_related("addresses"):
        held = standing(row)
        if (row.state, row.outcome) != (held.state, held.outcome):
            found.append(f"case {row.pk} is half written: {row.state} {row.outcome}, its addresses say {held.state} {held.outcome}")
    queued = set(Notice.objects.exclude(queued_at=None).values_list("name", flat=True))
    sent = AuditEntry.objects.filter(verb="send notice").values_list("thing", flat=True)
    told = CaseEvent.objects.filter(verb="send notice").count()
    mails = {row.removeprefix("notice/") for row in Mail.objects.filter(kind="notice").values_list("key", flat=True)}
    if not queued == {thing.rpartition("/")[2] for thing in sent} == mails or told != len(queued):
        found.append(f"{len(queued)} notices were sent, {len(mails)} are in the outbox, {told} in the history")
    return found


def verified() -> list[str]:
    """What `cop audit verify` and `cop hotline verify` find."""
    broken = verify_trail(FOLDER)
    return [*([str(broken)] if broken else []), *ring_faults(), *row_faults(), *notice_faults()]


if __name__ == "__main__":
    for line in sys.stdin:  # one answer a line, so that Django starts once
        answer = held() | {"faults": faults()}
        if line.strip() == "verify":
            answer["faults"] += verified()
        connection.close()
        print(json.dumps(answer), flush=True)
