"""Send the reminders that are due, three for answers and three for the preview (RND-23)."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from django.db import transaction

from cop.ground.public import post, record
from cop.observatory.core.rounds.reminders import BEFORE_CLOSING, BEFORE_PREVIEW_ENDS, reminder_due
from cop.observatory.core.rounds.responses import WRITABLE, Response
from cop.observatory.core.rounds.stages import Stage
from cop.observatory.formats.round_letters import reminder_letter
from cop.observatory.models import Participation, Reminder, Round

_STILL_TO_ANSWER = frozenset({Response.INVITED, *WRITABLE})


@transaction.atomic
def send_reminders(*, round_id: str, at: datetime, actor: str) -> int:
    """Post every reminder of a round that is due at the moment `at`; returns how many. A reminder is never sent twice."""
    row = Round.objects.select_for_update().get(pk=round_id)
    if row.state == Stage.OPEN:
        about, deadline, before = "answers", row.closes_at, BEFORE_CLOSING
        countries = row.participations.filter(state__in=_STILL_TO_ANSWER)
    elif row.state == Stage.PREVIEW:
        about, deadline, before = "preview", row.preview_until, BEFORE_PREVIEW_ENDS
        countries = row.participations.filter(replies=None)
    else:
        return 0
    sent: dict[int, set[int]] = defaultdict(set)
    for participation_id, number in Reminder.objects.filter(participation__round=row, about=about).values_list(
        "participation_id", "number"
    ):
        sent[participation_id].add(number)
    posted = 0
    for country in countries.exclude(official_address=""):
        since = (row.preview_from if about == "preview" else country.invited_at) or at
        number = reminder_due(deadline, before, frozenset(sent[country.pk]), since, at)
        if number is not None:
            _remind(row, country, about, number, deadline, at)
            posted += 1
    if posted:
        record(actor=actor, verb="send reminders", thing=f"round/{round_id}", at=at, about=about, number=posted)
    return posted


def _remind(row: Round, country: Participation, about: str, number: int, deadline: datetime, at: datetime) -> None:
    Reminder.objects.create(participation=country, about=about, number=number, sent_at=at)
    path = f"/desk/rounds/{row.pk}/{country.iso3}/" + ("reply/" if about == "preview" else "")
    letter = reminder_letter(row.title, deadline, country.language, path, about)
    for address in filter(None, (country.official_address, country.alternate_address)):
        key = f"reminder/{row.pk}/{country.iso3}/{about}/{number}/{address}"
        post(kind="reminder", to=address, subject=letter.subject, body=letter.body, at=at, key=key)
