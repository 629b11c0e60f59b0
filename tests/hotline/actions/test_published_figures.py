"""The figures of a year from stored cases: read in few queries, published once, kept as they were. Rules: FIG-nn."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cop.ground.models import AuditEntry
from cop.ground.public import now
from cop.hotline.actions import cases
from cop.hotline.actions.figures import NotPublished, publish_year
from cop.hotline.actions.items import describe
from cop.hotline.actions.traces import keep_trace
from cop.hotline.core.edition import read_edition
from cop.hotline.core.facts import ItemFacts
from cop.hotline.core.figures import Fact
from cop.hotline.models import Case, CaseAddress, CaseEvent, Opening, PublishedYear, Report
from cop.hotline.public import facts
from cop.hotline.queries.figures import case_facts, notice_facts, published, year_now
from cop.hotline.queries.verification import figure_faults
from tests.hotline.casework import AFTER, a_report, an_address, somebody

pytestmark = pytest.mark.django_db
LAST = 2025
BOARD = "A board of three judges looks at our work twice a year."


@pytest.fixture
def years_open(open_centre):
    """A hotline that has been open since the year before."""
    Opening.objects.update(declared_at=datetime(LAST, 1, 2, tzinfo=UTC))
    return open_centre


def stored(
    many: int, *, start=datetime(LAST, 5, 1, 9, tzinfo=UTC), gone: bool = True, country: str = "CR", concern="abuse_material"
):
    """Cases with all their events, as the actions write them, put in at once."""
    last = Report.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    numbers = range(last + 1, last + many + 1)
    blank = {"month": "2025-05", "team": "t", "own_public": b"", "own_key": b"", "body": b"", "reply_to": b"", "mark": ""}
    reports = [
        Report(pk=n, lookup=f"{n:064x}", reference="AAAAAA", received_at=start + timedelta(minutes=n), **blank) for n in numbers
    ]
    Report.objects.bulk_create(reports, batch_size=2000)
    Case.objects.bulk_create([Case(report_id=n) for n in numbers], batch_size=2000)
    addresses = [CaseAddress(name=f"{n:032x}", case_id=n, kind="web", sealed=b"", added_at=start) for n in numbers]
    CaseAddress.objects.bulk_create(addresses, batch_size=2000)
    ids = dict(CaseAddress.objects.filter(case__in=(numbers[0], numbers[-1])).values_list("case_id", "pk"))
    first = ids[numbers[0]]
    steps = [
        ("take", "{}"), ("look", f'{{"concern": "{concern}"}}'), ("add address", '{"kind": "web"}'), ("assess", '{"outcome": "baseline"}'),
        ("confirm", "{}"), ("traced", f'{{"country": "{country}"}}'), ("notify", "{}"),
        *([("gone", '{"how": "removed"}')] if gone else []),
    ]  # fmt: skip
    events = [
        CaseEvent(
            case_id=n, address_id=None if verb in ("take", "look") else first + place, at=start + timedelta(minutes=n, hours=hour),
            by="A-1", verb=verb, details=details,
        )
        for place, n in enumerate(numbers) for hour, (verb, details) in enumerate(steps, start=1)
    ]  # fmt: skip
    CaseEvent.objects.bulk_create(events, batch_size=5000)


def test_a_case_that_people_worked_on_becomes_a_fact_fig_02(years_open, settings):
    settings.COP_OWN_COUNTRY = "CRI"
    at = now().replace(hour=9)  # late in the evening it would end on another day
    fields = {"address": "https://site.example/bad", "concern": "abuse_material", "note": "words"}
    row = an_address(years_open, fields, at)
    first = somebody("first")
    cases.take(number=row.case_id, by=first, at=at)
    describe(number=row.case_id, name=row.name, facts=ItemFacts(age="pubescent"), by=first, at=at)
    keep_trace(address=row.name, country="CR", network="AS64500", evidence="e", contacts=(), by="system", at=at)
    cases.notify(number=row.case_id, name=row.name, rules=AFTER, by=first, at=at + timedelta(minutes=5))
    cases.confirm_gone(number=row.case_id, name=row.name, how="removed", by=first, at=at + timedelta(minutes=65))
    other = a_report(years_open, {"note": "only words"}, at)
    day = at.date()
    found = {one.case: one for one in case_facts(at)}
    assert found[other] == Fact(other, received_on=day)
    assert found[row.case_id] == Fact(
        row.case_id, row.pk, day, day, day, day, "baseline", "abuse_material", "web", "CR", True, to_assessment=pytest.approx(0, abs=0.05),
        to_notice=pytest.approx(5 / 60), to_removal=1.0, ended="removed", age="pubescent",
    )  # fmt: skip


def test_an_appeal_that_was_right_is_told_with_its_outcome_fig_02(years_open):
    at = now()
    row = an_address(years_open, {"address": "https://site.example/bad", "note": ""}, at)
    cases.raise_appeal(number=row.case_id, source="owner", by=somebody("first"), at=at)
    cases.decide_appeal(number=row.case_id, upheld=True, outcome="unable", by=somebody("third"), at=at)
    (one,) = case_facts(at)
    assert (one.outcome, one.overturned, one.confirmed) == ("unable", True, False)


def test_few_queries_however_many_cases_there_are_fig_03(years_open):
    seen = []
    for many in (3, 40):
        stored(many)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            case_facts(now())
            notice_facts(now())
        seen.append(len(asked))
    assert seen[0] == seen[1] <= 5


def test_a_lead_publishes_a_year_and_it_stays_as_it_was_fig_06_fig_07(years_open, cast, settings):
    settings.COP_OWN_COUNTRY = "CRI"
    stored(25)
    stored(4, country="NL", gone=False)
    assert publish_year(year=LAST, independence=BOARD, note="", by=cast.lead, at=now()) == 1
    first = published(LAST)
    cells = first.edition.figures.cells
    assert (cells["reports/received"], cells["reports/confirmed"]) == (29, 29)
    assert cells["addresses/home"] is cells["addresses/elsewhere"] is cells["reports/removed"] is None
    assert not any(code.startswith("country/") for code in cells)
    entry = AuditEntry.objects.get(verb="publish figures")
    assert (entry.thing, first.row.digest in entry.details) == ("hotline/figures/2025", True)
    stored(12, country="NL")
    with pytest.raises(NotPublished, match="corrected"):
        publish_year(year=LAST, independence=BOARD, note=" ", by=cast.lead, at=now())
    assert publish_year(year=LAST, independence=BOARD, note="Twelve reports were missing.", by=cast.lead, at=now()) == 2
    newest = published()
    assert [row.edition for row in newest.editions] == [2, 1]
    assert newest.row.note == "Twelve reports were missing."
    assert newest.edition.figures.cells["reports/received"] == 41
    old = read_edition(PublishedYear.objects.get(edition=1).body)
    assert old == first.edition == published(LAST, 1).edition
    assert published(LAST, 3) is None
    assert list(figure_faults()) == []


def test_published_figures_that_were_changed_are_named_fig_07(years_open, cast):
    for note in ("", "again"):
        publish_year(year=LAST, independence=BOARD, note=note, by=cast.lead, at=now())
    PublishedYear.objects.filter(edition=1).update(body="{}")
    PublishedYear.objects.filter(edition=2).delete()
    assert list(figure_faults()) == ["edition 1 of the figures of 2025 was changed", "edition 2 of the figures of 2025 is missing"]


@pytest.mark.parametrize(("year", "board", "note"), [
    (2026, BOARD, ""), (2024, BOARD, ""), (9999, BOARD, ""), (LAST, " ", ""), (LAST, "x" * 2001, ""), (LAST, BOARD, "x" * 501),
])  # fmt: skip
def test_what_is_not_published_fig_06(years_open, cast, year, board, note):
    with pytest.raises(NotPublished):
        publish_year(year=year, independence=board, note=note, by=cast.lead, at=now())
    assert not PublishedYear.objects.exists()


def test_facts_for_the_observatory_have_passports_fig_09(years_open, cast, settings):
    assert facts() == {}
    settings.COP_OWN_COUNTRY = "CRI"
    stored(25)
    publish_year(year=LAST, independence=BOARD, note="", by=cast.lead, at=now())
    found = facts(LAST)
    assert {code: (one.value, one.unit, one.year) for code, one in found.items()} == {
        "P2-03": (25, "count", LAST), "P2-03/received": (25, "count", LAST), "P2-03/confirmed": (25, "count", LAST),
        "P2-03/removed": (25, "count", LAST), "P2-04": (1.0, "hours", LAST),
    }  # fmt: skip
    origin = found["P2-04"].provenance
    assert (origin.source, origin.licence) == (
        Opening.objects.get().declaration.split('controller = "')[1].split('"')[0],
        "CC BY 4.0",
    )
    assert "FIG-01" in origin.method
    assert "over 25 addresses" in origin.note
    assert origin.as_of.counts_from == now().date()
    assert facts(2024) == {}


def test_what_is_hidden_is_no_fact_fig_09(years_open, cast):
    stored(25)
    stored(3, gone=False)
    publish_year(year=LAST, independence=BOARD, note="", by=cast.lead, at=now())
    assert set(facts()) == {"P2-03", "P2-03/received", "P2-03/confirmed", "P2-04"}


def test_a_set_holds_no_day_between_its_years_fig_03(years_open):
    stored(12, start=datetime(LAST, 12, 31, 20, tzinfo=UTC))
    this, next_one = (year_now(year, now()).told.figures.cells for year in (LAST, LAST + 1))
    assert this["reports/received"] == 12
    assert next_one["removal/removed"] == 12
