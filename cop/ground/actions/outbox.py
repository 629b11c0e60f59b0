"""The outbox: post a mail, claim it, settle what became of it."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.conf import settings
from django.db import transaction

from cop.ground.models import Mail

MOST_SUBJECT = 300
MOST_BODY = 100_000


def post(*, kind: str, to: str, subject: str, body: str, at: datetime, key: str) -> int:
    """Put a mail into the outbox inside the caller's transaction and answer its row.

    `key` makes it idempotent: a second post with the same key changes nothing and answers the first row. Raises ValueError for an
    address or subject that could smuggle in further headers, or for a body that is too long.
    """
    if any(sign in text for text in (to, subject) for sign in "\r\n\0") or to.count("@") != 1 or not to.isprintable():
        raise ValueError(f"the mail {key} has an address or a subject that can't stand in a header")
    if len(subject) > MOST_SUBJECT or len(body) > MOST_BODY or "\0" in body or len(to) > 254 or len(key) > 200:
        raise ValueError(f"the mail {key[:80]} is too long, or holds a null byte")
    name = hashlib.sha256(f"{settings.SECRET_KEY} {key}".encode()).hexdigest()[:32]
    fresh = {
        "kind": kind, "to": to, "subject": subject, "body": body, "message_id": f"<{name}@outbox.cop-centre>",
        "posted_at": at, "next_at": at, "changed_at": at,
    }  # fmt: skip
    with transaction.atomic():
        row, _ = Mail.objects.get_or_create(key=key, defaults=fresh)
    found: int = row.pk
    return found
