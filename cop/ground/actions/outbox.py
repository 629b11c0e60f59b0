"""The outbox: post a mail, claim it, settle what became of it."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

from cop.ground.actions.trail import record
from cop.ground.exchange.mail import Fate, Outcome, Outgoing
from cop.ground.models import Mail

MOST_SUBJECT = 300
MOST_BODY = 100_000
MOST_SEALED = 2_000_000
MOST_TRIES = 8
LONGEST_WAIT = timedelta(hours=6)
HELD = ("unknown", "failed", "refused")  # what a person may let go out once more


def post(*, kind: str, to: str, subject: str, body: str, at: datetime, key: str, sealed: bytes = b"") -> int:
    """Put a mail into the outbox inside the caller's transaction and answer its row.

    `key` makes it idempotent: a second post with the same key changes nothing and answers the first row. `sealed` stands for a
    body that only the worker opens, with its attachments; then `body` is empty, and the mail goes over encrypted connections alone.
    Raises ValueError for an address or subject that could smuggle in further headers, or for a body that is too long.
    """
    if any(sign in text for text in (to, subject) for sign in "\r\n\0") or to.count("@") != 1 or not to.isprintable():
        raise ValueError(f"the mail {key} has an address or a subject that can't stand in a header")
    if len(subject) > MOST_SUBJECT or len(body) > MOST_BODY or "\0" in body or len(to) > 254 or len(key) > 200:
        raise ValueError(f"the mail {key[:80]} is too long, or holds a null byte")
    if len(sealed) > MOST_SEALED or (sealed and body):
        raise ValueError(f"the mail {key[:80]} has a sealed body that is too long, or one in clear beside it")
    name = hashlib.sha256(f"{settings.SECRET_KEY} {key}".encode()).hexdigest()[:32]
    fresh = {
        "kind": kind, "to": to, "subject": subject, "body": body, "sealed": sealed, "message_id": f"<{name}@outbox.cop-centre>",
        "posted_at": at, "next_at": at, "changed_at": at,
    }  # fmt: skip
    with transaction.atomic():
        row, _ = Mail.objects.get_or_create(key=key, defaults=fresh)
    found: int = row.pk
    return found


@transaction.atomic
def claim(*, at: datetime) -> Outgoing | None:
    """Take the mail that has been due longest at `at` and mark it as being sent; None where nothing is due.

    Commit comes before the sending: a worker that dies while sending leaves the mark behind, and nothing is sent twice unasked.
    """
    due = Mail.objects.filter(state__in=("pending", "failed"), next_at__lte=at).order_by("next_at", "pk")
    if connection.vendor == "postgresql":
        due = due.select_for_update(skip_locked=True)
    row = due.first()
    if row is None:
        return None
    row.state, row.changed_at, row.tries = "sending", at, row.tries + 1
    row.save(update_fields=["state", "changed_at", "tries"])
    return Outgoing(
        row.pk, row.kind, row.to, row.subject, row.body, row.message_id, row.posted_at, key=row.key, sealed=bytes(row.sealed)
    )  # fmt: skip


@transaction.atomic
def settle(*, mail: int, outcome: Outcome, at: datetime) -> str:
    """Write down what became of a mail that was being sent; answers its new state.

    The body of a mail that was delivered or dropped is emptied.

    What can be tried again waits 1, 2, 4 ... minutes, at most 6 hours; after 8 tries it counts as failed and is tried on.
    """
    row = Mail.objects.select_for_update().get(pk=mail)
    if outcome.fate is Fate.LATER:
        row.state = "failed" if row.tries >= MOST_TRIES else "pending"
        row.next_at = at + min(timedelta(minutes=2 ** min(row.tries - 1, 20)), LONGEST_WAIT)
    else:
        row.state = str(outcome.fate)
    if outcome.fate in (Fate.DELIVERED, Fate.DROPPED):
        row.body, row.sealed = "", b""
    row.problem, row.changed_at = outcome.problem[:300], at
    row.save()
    return str(row.state)


@transaction.atomic
def doubt(*, at: datetime) -> int:
    """Mark mails that a worker was sending when it died as unknown; answers how many. Only where no other worker is running."""
    left = Mail.objects.filter(state="sending")
    found: int = left.update(state="unknown", changed_at=at, problem="the worker stopped while sending: it may have been sent")
    return found


@transaction.atomic
def doubt_all(*, at: datetime) -> int:
    """After a restore: what waited in the backup may have been sent since, so nothing goes out unasked; answers how many."""
    waiting = Mail.objects.filter(state__in=("pending", "sending", "failed"))
    found: int = waiting.update(state="unknown", changed_at=at, problem="from a backup: it may have been sent since")
    return found


@transaction.atomic
def send_again(*, actor: str, at: datetime, states: tuple[str, ...] = ("unknown", "refused")) -> int:
    """Let mails go out again that may have been sent or were refused, with the same Message-ID; answers how many."""
    again: int = Mail.objects.filter(state__in=states).update(state="pending", next_at=at, changed_at=at)
    if again:
        record(actor=actor, verb="send again", thing="outbox", at=at, mails=again)
    return again


@transaction.atomic
def send_one_again(*, mail: int, tries: int, actor: str, at: datetime) -> bool:
    """Let one held mail go out again, with the same Message-ID. False, and nothing changes, where it is no longer held.

    `tries` is the count that the asker saw: a second request from the same page, or from a page of yesterday, finds another one.
    """
    held = Mail.objects.filter(pk=mail, state__in=HELD, tries=tries)
    if not held.update(state="pending", next_at=at, changed_at=at):
        return False
    record(actor=actor, verb="send again", thing=f"outbox/{mail}", at=at)
    return True
