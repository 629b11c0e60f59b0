"""Write to a reporter: sealed so that only the receipt opens it."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction

from cop.ground.core.door import Sentence, mark, public_half
from cop.ground.public import record
from cop.hotline.core.sealing import seal_to_reporter
from cop.hotline.models import Message, Report
from cop.hotline.queries.retention import is_erased

LONGEST = 2000


@transaction.atomic
def write(*, report: int, text: str, thread: bytes, month: str, actor: str, at: datetime) -> str:
    """Put a message of 1 to 2,000 signs into a report's thread and answer its id. `thread` is the thread key of `month`.

    Raises ValueError for a text that is empty or too long or a report that is erased, Report.DoesNotExist.
    """
    if not text.strip() or len(text) > LONGEST:
        raise ValueError(Sentence("a message has 1 to %(most)s signs", most=LONGEST))
    to = Report.objects.select_for_update().get(pk=report)
    if is_erased(to.month, month):
        raise ValueError(mark("the term of this report has ended and it is erased"))
    message = uuid.uuid4().hex
    sealed = seal_to_reporter(
        text, reply_to=bytes(to.reply_to), own_public=bytes(to.own_public), thread=public_half(thread), month_id=month,
        message=message,
    )  # fmt: skip
    row = Message.objects.create(
        name=message, report=to, at=at.replace(second=0, microsecond=0), of_reporter=False, month=month,
        for_reporter=sealed.for_reporter, for_desk=sealed.for_desk,
    )  # fmt: skip
    record(
        actor=actor, verb="write to reporter", thing=f"hotline/report/{report}", at=at, commitment=row.commitment, message=message
    )  # fmt: skip
    return message
