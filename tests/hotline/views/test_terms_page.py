"""Terms and legal holds at the desk: who sees them, how holds are placed and lifted, and what is refused. Rules: RET-nn."""

from __future__ import annotations

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cop.accounts.models import Person
from cop.ground.public import now
from cop.hotline.actions.retention import place_hold
from cop.hotline.models import Erasure, Hold
from tests.desk import signed_in
from tests.hotline.conftest import UNTIL, reported

pytestmark = pytest.mark.django_db
PAGE = "/desk/hotline/terms/"
ORDER = {"do": "place", "reference": "Order 12/2026", "authority": "Invented Court", "review_on": "2027-06-30"}


@pytest.fixture(autouse=True)
def _desk_alone(settings):
    settings.COP_ROLE = "desk"


@pytest.fixture
def lead(cast):
    return signed_in(person=Person.objects.get(pk=cast.lead.id))


def held(**more):
    return place_hold(reference="Order 1", authority="Invented Court", review_on=UNTIL, actor="system", at=now(), **more)


def test_a_lead_sees_each_month_when_it_goes_and_what_is_erased(open_centre, lead):
    """RET-01"""
    reported(open_centre)
    Erasure.objects.create(month="2025-01", erased_at=now(), by="system", keys="", reports=4, reason="term ended")
    text = lead.get(PAGE).content.decode()
    assert f'<th scope="row"><bdi>{now():%Y-%m}</bdi></th><td>1</td>' in text
    assert "Every month of reports goes when its term ends." in text
    assert "2025-01" in text
    assert "Not finished" in text


def test_a_lead_places_a_hold_on_a_month_or_a_report_and_lifts_it(open_centre, lead, cast):
    """RET-03"""
    number, month = reported(open_centre), f"{now():%Y-%m}"
    assert lead.post(PAGE, ORDER | {"month": month}).status_code == 302
    assert lead.post(PAGE, ORDER | {"report": str(number), "reference": "Order 13"}).status_code == 302
    assert {(row.month, row.report_id, row.placed_by) for row in Hold.objects.all()} == {
        (month, None, cast.lead.pseudonym), ("", number, cast.lead.pseudonym),
    }  # fmt: skip
    text = lead.get(PAGE).content.decode()
    assert "2 legal holds keep reports beyond their term." in text
    assert text.count("Order 12/2026</span>") == text.count("Order 13</span>") == 1
    row = Hold.objects.get(report=number)
    assert lead.post(PAGE, {"do": "lift", "hold": row.pk}).status_code == 302
    row.refresh_from_db()
    assert row.lifted_by == cast.lead.pseudonym
    assert "1 legal hold keeps reports" in lead.get(PAGE).content.decode()
    again = lead.post(PAGE, {"do": "lift", "hold": row.pk})
    assert (again.status_code, f"no hold {row.pk} stands" in again.content.decode()) == (400, True)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"month": "", "report": ""}, "a hold names a month or a report, and not both"),
        ({"month": "2026-11", "report": "1"}, "a hold names a month or a report, and not both"),
        ({"month": "2026-13"}, "is no month; write one such as 2026-11"),
        ({"month": "<b>\x00"}, "is no month"),
        ({"report": "999999"}, "there is no report 999999"),
        ({"report": "-1"}, "Write the number of a report in digits."),
        ({"report": "9" * 40}, "Write the number of a report in digits."),
        ({"month": "2026-11", "review_on": "soon"}, "Write the day of review as 2027-06-30."),
        ({"month": "2026-11", "review_on": "2020-01-01"}, "must be still to come"),
        ({"month": "2026-11", "reference": "  "}, "the reference must have from 1 to 120 signs"),
        ({"month": "2026-11", "authority": "x" * 201}, "the authority must have from 1 to 200 signs"),
    ],
)
def test_what_is_no_hold_is_refused_in_a_sentence_and_nothing_that_was_written_is_lost(change, said, open_centre, lead):
    answer = lead.post(PAGE, ORDER | change)
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert (change.get("authority") or "Invented Court")[:50] in answer.content.decode()
    assert not Hold.objects.exists()


def test_a_refusal_is_said_in_the_language_of_the_desk_with_its_values(open_centre, lead):
    answer = lead.post(f"{PAGE}?lang=fr", ORDER | {"report": "999999"})
    text = answer.content.decode()
    assert "999999" in text
    assert "there is no report" not in text


@pytest.mark.parametrize("hold", ["", "x", "-1", "9" * 40, "1; drop", "\x00"])
def test_a_hold_that_is_no_number_is_not_found(hold, open_centre, lead):
    assert lead.post(PAGE, {"do": "lift", "hold": hold}).status_code == 404


def test_nobody_but_a_lead_sees_or_changes_terms(open_centre, cast):
    analyst = signed_in(person=Person.objects.get(pk=cast.first.id))
    for answer in (analyst.get(PAGE), analyst.post(PAGE, ORDER | {"month": "2026-11"}), analyst.get("/desk/hotline/terms.csv")):
        assert answer.status_code == 404
    assert "/desk/hotline/terms/" not in analyst.get("/desk/hotline/").content.decode()
    assert not Hold.objects.exists()


def test_the_table_goes_out_as_a_file(open_centre, lead):
    reported(open_centre)
    held(month=f"{now():%Y-%m}")
    rows = list(csv.reader(io.StringIO(lead.get("/desk/hotline/terms.csv").content.decode("utf-8-sig"))))
    assert any(row[:2] == [f"{now():%Y-%m}", "1"] and row[4] == "Order 1" for row in rows)


def test_without_a_declaration_the_page_says_that_nothing_goes(centre, cast, lead):
    from cop.hotline.models import Opening

    Opening.objects.all().delete()
    assert "No declaration is in force" in lead.get(PAGE).content.decode()


def test_the_page_asks_as_often_for_three_reports_and_holds_as_for_one(open_centre, lead):
    counts = []
    for wanted in (1, 3):
        while Hold.objects.count() < wanted:
            held(report=reported(open_centre))
        lead.get(PAGE)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            lead.get(PAGE)
        counts.append(len(seen))
    assert counts[0] == counts[1]
