"""The stages of a round, and what each step needs (RND-01 to RND-05)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from cop.ground.core.door import mark
from cop.observatory.core.rounds.refusals import Refused

PREVIEW = timedelta(days=30)
LONGEST = timedelta(days=5 * 366)


class Stage(StrEnum):
    """Where a round stands, in the order in which it gets there."""

    DRAFT = "draft"
    REVIEW = "review"
    OPEN = "open"
    CLOSED = "closed"
    PREVIEW = "country_preview"
    EMBARGOED = "embargoed"
    PUBLISHED = "published"


STAGES = {
    Stage.DRAFT: mark("draft"),
    Stage.REVIEW: mark("in review"),
    Stage.OPEN: mark("open"),
    Stage.CLOSED: mark("closed"),
    Stage.PREVIEW: mark("country preview"),
    Stage.EMBARGOED: mark("embargoed"),
    Stage.PUBLISHED: mark("published"),
}
_BACK = {(Stage.REVIEW, Stage.DRAFT), (Stage.CLOSED, Stage.OPEN)}
_PUBLIC = (Stage.OPEN, Stage.CLOSED, Stage.PREVIEW, Stage.EMBARGOED, Stage.PUBLISHED)


@dataclass(frozen=True)
class Calendar:
    """The four days of a round, as moments in UTC: answers from `opens` until `closes`, then preview, then embargo."""

    opens: datetime
    closes: datetime
    preview_until: datetime
    embargo_until: datetime


def check_calendar(days: Calendar) -> None:
    """Raises Refused unless the days follow each other, with 30 days at least between closing and the end of the preview."""
    if not days.opens < days.closes:
        raise Refused("RND-03", mark("A round closes after it opens."))
    if days.preview_until - days.closes < PREVIEW:
        raise Refused("RND-04", mark("The preview of the countries ends 30 days after the round closes, at the earliest."))
    if days.embargo_until < days.preview_until:
        raise Refused("RND-05", mark("The embargo ends with the preview of the countries, at the earliest."))
    if days.embargo_until - days.opens > LONGEST:
        raise Refused("RND-03", mark("From opening to the end of the embargo a round takes five years at most."))


def next_stages(stage: Stage) -> tuple[Stage, ...]:
    """Where a round may go from `stage`: one step forward, or back from review to draft and from closed to open."""
    order = list(Stage)
    place = order.index(stage)
    forward = order[place + 1 : place + 2]
    return (*forward, *(to for start, to in _BACK if start is stage))


def moved(stage: Stage, to: Stage, days: Calendar, at: datetime, *, preview_from: datetime | None = None) -> Stage:
    """The stage after a step at the moment `at`.

    `preview_from` is when the preview began, for the steps after it. Raises Refused for a step that is no step of a round
    (RND-01), an opening before its day or after its end (RND-03), a preview cut short (RND-04), a broken embargo (RND-05).
    """
    if to not in next_stages(stage):
        raise Refused("RND-01", mark("A round that is %(stage)s can't become %(to)s."), stage=STAGES[stage], to=STAGES[to])
    check_calendar(days)
    if to is Stage.OPEN and at < days.opens:
        raise Refused("RND-03", mark("The round opens on its day, not earlier. Change the day first."))
    if to is Stage.OPEN and at >= days.closes:
        raise Refused("RND-03", mark("The closing day of the round is over. Set a later one first."))
    if to is Stage.EMBARGOED and (at < days.preview_until or preview_from is None or at - preview_from < PREVIEW):
        raise Refused("RND-04", mark("Countries have 30 days for their preview. It is not over yet."))
    if to is Stage.PUBLISHED and at < days.embargo_until:
        raise Refused("RND-05", mark("The embargo is not over yet."))
    return to


def due(stage: Stage, days: Calendar, at: datetime, *, preview_from: datetime | None = None) -> Stage | None:
    """The stage into which the calendar alone brings a round at the moment `at`, one step at a time; None where none is due."""
    if stage is Stage.OPEN and at >= days.closes:
        return Stage.CLOSED
    if stage is Stage.PREVIEW and preview_from is not None and at >= max(days.preview_until, preview_from + PREVIEW):
        return Stage.EMBARGOED
    if stage is Stage.EMBARGOED and at >= days.embargo_until:
        return Stage.PUBLISHED
    return None


def is_public(stage: Stage) -> bool:
    """Is a round in this stage named on public pages? Drafts and rounds in review are not."""
    return stage in _PUBLIC
