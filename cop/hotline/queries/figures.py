"""Events, reports and notices as rows for figures, and the figures that were published."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings

from cop.ground.core.door import read_suppression
from cop.ground.public import reference
from cop.hotline.core.edition import Edition, read_edition
from cop.hotline.core.figures import Event, Fact, Received, facts_of
from cop.hotline.core.notice import ASSESSED
from cop.hotline.core.transparency import NoticeFact, notice_report
from cop.hotline.core.yearly import LEAST, yearly
from cop.hotline.models import CaseEvent, NoticeLine, Opening, PublishedYear, Report
from cop.hotline.queries.opening import last_declaration, rules

COUNTED = (
    "add address", "assess", "confirm", "disagree", "settle", "traced", "add item", "notify", "hand over", "gone", "there again",
    "look", "close", "reopen", "hold", "uphold appeal", "pass on", "wait again",
)  # fmt: skip
FIRMS = ("host", "platform", "registrar")  # contacts that are never a person
CHUNK = 5000


@dataclass(frozen=True)
class YearRow:
    """One edition of a published year, without its figures."""

    year: int
    edition: int
    published_at: datetime
    published_by: str
    note: str
    digest: str


@dataclass(frozen=True)
class Published:
    """One edition of a year, what it says, and all editions of that year, newest first."""

    row: YearRow
    edition: Edition
    editions: tuple[YearRow, ...]


def own_country() -> str:
    """The two letters of the country whose hotline this is; nothing where the centre has none."""
    area = reference().places.help_area(settings.COP_OWN_COUNTRY) if settings.COP_OWN_COUNTRY else None
    return area.iso2 if area else ""


def under() -> int:
    """The limit under which counts of the hotline's cases are hidden, by the one suppression table."""
    return read_suppression(reference().reference).rooms["hotline"].under


def today_at_hotline(at: datetime) -> date:
    """The day that it is at `at` in the hotline's zone."""
    return at.astimezone(rules(at).work.zone).date()


def case_facts(at: datetime) -> tuple[Fact, ...]:
    """The rows of every report. Three queries, however many cases there are."""
    received = (Received(*row) for row in Report.objects.order_by("pk").values_list("pk", "received_at").iterator(CHUNK))
    return facts_of(received, _events(), zone=rules(at).work.zone, own_country=own_country())


def _events() -> Iterator[Event]:
    """The events that count, each case's in their order; what they say is read once for each wording."""
    known: dict[str, Mapping[str, str]] = {}
    rows = CaseEvent.objects.filter(verb__in=COUNTED).order_by("pk")
    for case, address, at, verb, details in rows.values_list("case_id", "address_id", "at", "verb", "details").iterator(CHUNK):
        if details not in known:
            known[details] = json.loads(details)
        yield Event(case, address, at, verb, known[details])


def notice_facts(at: datetime) -> list[NoticeFact]:
    """Every address in a notice that went out to a firm, or to a person without a name. Two queries."""
    zone = rules(at).work.zone
    rows = NoticeLine.objects.exclude(notice__sent_at=None).filter(notice__kind__in=ASSESSED)
    rows = rows.exclude(notice__contact__kind__in=("police", "partner"))
    names = (
        "notice__contact__name",
        "notice__contact__kind",
        "address__outcome",
        "notice__sent_at",
        "notice__decision",
        "notice__decided_at",
    )
    return [
        NoticeFact(
            name if kind in FIRMS else "", outcome, sent.astimezone(zone).date(), decision,
            decided.astimezone(zone).date() if decided else None,
        )
        for name, kind, outcome, sent, decision, decided in rows.order_by("pk").values_list(*names).iterator(CHUNK)
    ]  # fmt: skip


@dataclass(frozen=True)
class YearNow:
    """A year as it stands: `whole` for the desk and the authority alone, `told` as it would be published."""

    whole: Edition
    told: Edition


def year_now(year: int, at: datetime, independence: str = "") -> YearNow:
    """The figures of a year as they stand at `at`. Seven queries."""
    declared, country, as_of = last_declaration(), own_country(), today_at_hotline(at)
    source = declared.texts["hotline.controller"] if declared else ""
    cases, notices = case_facts(at), notice_facts(at)
    whole, told = (
        Edition(
            yearly(cases, year, country, under=limit, as_of=as_of, least=least),
            notice_report(notices, year, under=limit, independence=independence), source,
        )
        for limit, least in ((1, 1), (under(), LEAST))
    )  # fmt: skip
    return YearNow(whole, told)


def first_year() -> int | None:
    """The year in which the hotline was first declared open; None where it never was. One query."""
    first = Opening.objects.order_by("pk").values_list("declared_at", flat=True).first()
    return first.year if first else None


def editions() -> list[YearRow]:
    """Every edition of every published year, newest year and edition first. One query."""
    names = ("year", "edition", "published_at", "published_by", "note", "digest")
    return [YearRow(*row) for row in PublishedYear.objects.order_by("-year", "-edition").values_list(*names)]


def published(year: int | None = None, edition: int | None = None) -> Published | None:
    """An edition of a year, the newest where none is named, of the newest year where none is named; None where there is none.

    Two queries.
    """
    rows = [row for row in editions() if year is None or row.year == year]
    rows = [row for row in rows if row.year == rows[0].year]
    chosen = next((row for row in rows if edition is None or row.edition == edition), None)
    if chosen is None:
        return None
    body = PublishedYear.objects.values_list("body", flat=True).get(year=chosen.year, edition=chosen.edition)
    return Published(chosen, read_edition(body), tuple(rows))
