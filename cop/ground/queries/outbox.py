"""What waits in the outbox, what went out, what may have."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from cop.ground.core.words import mark
from cop.ground.models import Mail

# Each state a mail may have, as it is shown.
MAIL_STATES = {
    "pending": mark("waiting"),
    "sending": mark("being sent"),
    "unknown": mark("may have been sent"),
    "delivered": mark("delivered"),
    "failed": mark("not sent after many tries"),
    "refused": mark("refused by the mail server"),
    "dropped": mark("taken back before it was sent"),
}


@dataclass(frozen=True)
class MailRow:
    """A mail without its text."""

    id: int
    kind: str
    to: str
    subject: str
    state: str
    tries: int
    posted_at: datetime
    next_at: datetime
    changed_at: datetime
    problem: str


_PARTS = tuple(MailRow.__dataclass_fields__)


def mail_states(keys: list[str]) -> dict[str, tuple[str, str]]:
    """State and problem of mails by the key under which they were posted. One query, none without keys."""
    if not keys:
        return {}
    rows = Mail.objects.filter(key__in=keys).values_list("key", "state", "problem")
    return {key: (state, problem) for key, state, problem in rows}


def mails(*, q: str = "", state: str = "", before: int = 0, most: int = 100) -> tuple[MailRow, ...]:
    """Mails that hold `q` in address, subject or kind, in `state`, newest first: at most `most`, with an id below `before`."""
    rows: Any = Mail.objects.order_by("-pk")
    if q:
        rows = rows.filter(Q(to__icontains=q) | Q(subject__icontains=q) | Q(kind__icontains=q))
    if state:
        rows = rows.filter(state=state)
    if before:
        rows = rows.filter(pk__lt=before)
    return tuple(MailRow(*row) for row in rows.values_list(*_PARTS)[:most])


def mails_by_state() -> dict[str, int]:
    """How many mails there are in each state that has any."""
    return dict(Mail.objects.values_list("state").annotate(Count("pk")).order_by())


def mails_by_key(keys: Iterable[str]) -> dict[str, MailRow]:
    """The mails that were posted with these keys, by key. One query."""
    rows = Mail.objects.filter(key__in=tuple(keys)).values_list("key", *_PARTS)
    return {key: MailRow(*parts) for key, *parts in rows}
