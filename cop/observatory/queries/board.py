"""The board of responses: every country of a round with where it stands, in a fixed number of queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from cop.ground.core.door import Words, region_key
from cop.ground.public import reference
from cop.observatory.core.rounds.clarifications import Thread
from cop.observatory.core.rounds.responses import ANSWERED, Response
from cop.observatory.models import AnswerValue, Clarification, Participation, Reply

NO_REGION = "none"


@dataclass(frozen=True)
class BoardRow:
    """A country on the board. `region` is the key of its ITU region or none; counts are of questions and threads."""

    iso3: str
    name: str
    region: str
    response: Response
    answered: int
    to_confirm: int
    asked: int
    open_threads: int
    moved_at: datetime | None
    reply_overdue: bool


@dataclass(frozen=True)
class RegionCount:
    """A region on the board: countries, those that handed in or signed, and all by response."""

    region: str
    countries: int
    answered: int
    responses: Mapping[Response, int]

    @property
    def rate(self) -> float:
        """Response rate in per cent."""
        return 100 * self.answered / self.countries if self.countries else 0.0


@dataclass(frozen=True)
class Board:
    """The rows that were asked for, and the regions of the whole round."""

    rows: tuple[BoardRow, ...]
    regions: tuple[RegionCount, ...]

    @property
    def countries(self) -> int:
        return sum(region.countries for region in self.regions)

    @property
    def answered(self) -> int:
        return sum(region.answered for region in self.regions)


def board(
    round_id: str, t: Words, at: datetime, *, asked: int, q: str = "", region: str = "", response: str = ""
) -> Board:  # fmt: skip
    """The board of a round in the language of `t`; `asked` is the number of questions that people answer.

    `q` searches name and code, `region` and `response` filter; the counts by region are those of the whole round. Four queries.
    """
    here = Q(participation__round_id=round_id)
    counted = AnswerValue.objects.filter(here).values_list("participation_id").annotate(Count("pk"), Count("confirmed_at"))
    answers = {key: (confirmed, every - confirmed) for key, every, confirmed in counted}
    threads = dict(
        Clarification.objects.filter(here, state__in=(Thread.ASKED, Thread.ANSWERED))
        .values_list("participation_id")
        .annotate(Count("pk"))
    )
    late = set(Reply.objects.filter(here, decided_at=None, decide_by__lt=at).values_list("participation_id", flat=True))
    every = [
        _row(row, t, answers.get(row.pk, (0, 0)), asked, threads.get(row.pk, 0), row.pk in late)
        for row in Participation.objects.filter(round_id=round_id)
    ]
    every.sort(key=lambda row: t.sort_key(row.name))
    shown = [row for row in every if _fits(row, q.strip().casefold(), region, response)]
    return Board(tuple(shown), _regions(every))


def _row(row: Participation, t: Words, answers: tuple[int, int], asked: int, threads: int, late: bool) -> BoardRow:
    moved = max((m for m in (row.invited_at, row.accepted_at, row.submitted_at, row.signed_at, row.ended_at) if m), default=None)
    return BoardRow(
        row.iso3,
        country_name(row.iso3, t),
        region_of(row.iso3),
        Response(row.state),
        answers[0],
        answers[1],
        asked,
        threads,
        moved,
        late,
    )


def country_name(iso3: str, t: Words) -> str:
    """The name of a country; the code itself for an invented one."""
    country = reference().places.countries.get(iso3)
    return country.name(t.language) if country else iso3


def region_of(iso3: str) -> str:
    """The key of the ITU region of a country; none for a state outside the regions or an invented one."""
    country = reference().places.countries.get(iso3)
    return (region_key(country) if country else "") or NO_REGION


def _fits(row: BoardRow, q: str, region: str, response: str) -> bool:
    named = not q or q in row.name.casefold() or q == row.iso3.casefold()
    return named and (not region or row.region == region) and (not response or row.response == response)


def _regions(rows: list[BoardRow]) -> tuple[RegionCount, ...]:
    by_region: dict[str, Counter[Response]] = {}
    for row in rows:
        by_region.setdefault(row.region, Counter())[row.response] += 1
    return tuple(
        RegionCount(region, sum(found.values()), sum(found[response] for response in ANSWERED), found)
        for region, found in sorted(by_region.items(), key=lambda pair: (pair[0] == NO_REGION, pair[0]))
    )


@dataclass(frozen=True)
class ReviewRow:
    """An answer on the review list, with where its thread stands and since when it runs."""

    iso3: str
    name: str
    question_id: str
    thread: Thread
    at: datetime


def review_list(round_id: str, t: Words, *, thread: str = "", limit: int = 500) -> tuple[ReviewRow, ...]:
    """The answers of a round with an open thread, the longest waiting first, or those in one state. One query."""
    states = (thread,) if thread else (Thread.ASKED, Thread.ANSWERED)
    rows = Clarification.objects.filter(participation__round_id=round_id, state__in=states).select_related("participation")
    return tuple(
        ReviewRow(
            row.participation.iso3, country_name(row.participation.iso3, t), row.question_id, Thread(row.state), row.opened_at
        )
        for row in rows.order_by("opened_at", "pk")[:limit]
    )
