"""Publish the figures of a year: a deliberate act of a lead, never undone (FIG-06, FIG-07)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from cop.accounts.public import Card
from cop.ground.core.door import advance, mark
from cop.ground.public import data, record
from cop.hotline.core.edition import digest_of
from cop.hotline.core.transparency import LONGEST_STATEMENT
from cop.hotline.models import PublishedYear
from cop.hotline.queries.figures import first_year, today_at_hotline, year_now

LONGEST_NOTE = 500


class NotPublished(Exception):
    """A year that can't be published; the message says why, in English."""


@transaction.atomic
def publish_year(*, year: int, independence: str, note: str, by: Card, at: datetime) -> int:
    """Publish a year as it stands now; answers the number of the edition. Editions before it stay as they were.

    independence: how the hotline keeps its independence, for the report of notices; `note` says what a later edition corrects.
    Raises NotPublished for a year that is not over or in which there was no hotline, and for texts that lack or are too long.
    """
    first = first_year()
    if first is None or not first <= year < today_at_hotline(at).year:
        raise NotPublished(mark("Only a year that is over, and in which the hotline was open, is published."))
    if not independence.strip() or len(independence) > LONGEST_STATEMENT:
        raise NotPublished(mark("Say in at most 2,000 signs how the hotline keeps its independence."))
    before = PublishedYear.objects.filter(year=year).aggregate(last=Max("edition"))["last"] or 0
    if (before and not note.strip()) or len(note) > LONGEST_NOTE:
        raise NotPublished(mark("This year was published before: say in at most 500 signs what is corrected."))
    body = year_now(year, at, independence).told.body
    digest = digest_of(body)
    PublishedYear.objects.create(
        year=year, edition=before + 1, published_at=at, published_by=by.pseudonym, note=note.strip() if before else "", body=body,
        digest=digest,
    )  # fmt: skip
    record(actor=by.pseudonym, verb="publish figures", thing=f"hotline/figures/{year}", at=at, edition=before + 1, digest=digest)
    folder = data()
    if folder is not None:
        transaction.on_commit(lambda: advance(folder))
    return before + 1
