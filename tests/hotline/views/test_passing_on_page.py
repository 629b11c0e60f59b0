"""The page that passes reports on: who sees it and when, what it shows, and what no form can do to it."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cop.accounts.models import Person
from cop.ground.models import Mail
from cop.ground.public import now
from cop.hotline.actions.contacts import withdraw_contact
from cop.hotline.actions.follow import follow_mails
from cop.hotline.models import Case, Draft, Notice, Opening, Report
from cop.hotline.views.unlocking import memory
from tests.desk import signed_in
from tests.hotline.casework import a_report, somebody
from tests.hotline.conftest import PASSPHRASE
from tests.hotline.passing import a_recipient, declare, declared

pytestmark = pytest.mark.django_db
PAGE, FRONT, NOTICES = "/desk/hotline/pass-on/", "/desk/hotline/", "/desk/hotline/notices/"
CANARY = {"address": "https://bad.example/canary", "note": "canary-note", "place": "canary-place"}


@pytest.fixture(autouse=True)
def _desk_alone(settings):
    settings.COP_ROLE = "desk"
    settings.COP_CONTACT = "hotline@centre.example"
    memory._held.clear()


def at_desk(card, *, unlocked=True):
    client = signed_in(person=Person.objects.get(pk=card.id))
    if unlocked:
        client.post("/desk/hotline/unlock/", {"do": "unlock", "passphrase": PASSPHRASE, "hours": "8"})
    return client


def text(client, address=PAGE, status=200):
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


@pytest.fixture(params=["portal", "police"])
def mode(request, open_centre, cast):
    declare(request.param, now())
    return request.param


def test_from_reports_that_wait_to_their_receipt_number(open_centre, cast, mode):
    """PORTAL-04 PORTAL-05 PORTAL-09 NOTICE-13"""
    a_report(open_centre, CANARY, now())
    a_report(open_centre, CANARY | {"reporter": "adult"}, now(), danger=True)
    analyst, second = at_desk(cast.first), at_desk(cast.second)
    assert "There is no approved contact" in text(analyst)
    contact = a_recipient(mode, now(), name="Those who assess")
    page = text(analyst)
    for words in ("2 reports wait to be passed on.", "1 of them says that a child is in danger.", "Partner Hotline", "Those who assess",
                  "Pass on 2 reports"):  # fmt: skip
        assert words in page, words
    assert "canary" not in page
    answer = analyst.post(PAGE, {"do": "pass", "contact": contact})
    assert (answer.status_code, answer["Location"]) == (302, f"{PAGE}?done=passed")
    page = text(analyst, f"{PAGE}?done=passed")
    for words in ("No report waits to be passed on.", "The reports are in the outbox.", "2 reports", "In the outbox",
                  "1 message to somebody who may be a child waits for a second person.", "Another person than who"):  # fmt: skip
        assert words in page, words
    assert "canary" not in page + text(analyst, FRONT) + text(analyst, NOTICES) + text(analyst, "/desk/hotline/messages/")
    assert analyst.post(PAGE, {"do": "tell"}).status_code == 302
    assert Draft.objects.filter(sent=None).count() == 1
    assert "Let 1 message go" in text(second)
    assert second.post(PAGE, {"do": "tell"})["Location"] == f"{PAGE}?done=told"
    assert not Draft.objects.filter(sent=None).exists()
    Mail.objects.update(state="delivered", sealed=b"", changed_at=now())
    follow_mails(at=now())
    notice = Notice.objects.get().name
    assert analyst.post(NOTICES, {"do": "acknowledge", "notice": notice, "receipt": "T-17"}).status_code == 302
    assert analyst.post(NOTICES, {"do": "decide", "notice": notice, "decision": "removed"}).status_code == 409
    assert analyst.post(NOTICES, {"do": "decide", "notice": notice, "decision": "investigating"}).status_code == 302
    page = text(analyst)
    assert "T-17" in page
    assert "They investigate" in page
    case = text(analyst, f"/desk/hotline/cases/{Case.objects.latest('pk').pk}/")
    assert "canary" not in case


def test_where_reports_are_assessed_there_is_no_such_page(open_centre, cast):
    """PORTAL-04"""
    analyst = at_desk(cast.first)
    assert "pass-on" not in text(analyst, FRONT)
    text(analyst, status=404)
    for do in ("pass", "tell", ""):
        assert analyst.post(PAGE, {"do": do, "contact": 1}).status_code == 404
    Opening.objects.all().delete()
    text(analyst, status=404)


def test_the_front_page_leads_there_and_says_what_waits(open_centre, cast, mode):
    """PORTAL-04"""
    a_report(open_centre, CANARY, now())
    page = text(at_desk(cast.first), FRONT)
    assert f'href="{PAGE}"' in page
    assert "1 report waits to be passed on." in page
    assert "Assessment is off" not in page
    assert "Take the next case" not in page


def test_once_the_basis_has_ended_nothing_is_passed_on(open_centre, cast, mode):
    """PORTAL-04, S-01"""
    a_report(open_centre, CANARY, now())
    contact = a_recipient(mode, now())
    analyst = at_desk(cast.first)
    Opening.objects.update(declaration=declared(mode, until=date(2026, 11, 21)))  # it ended yesterday
    page = text(analyst)
    assert "No legal basis is in force" in page
    assert "<select" not in page
    answer = analyst.post(PAGE, {"do": "pass", "contact": contact})
    assert (answer.status_code, Mail.objects.count(), Case.objects.count()) == (409, 0, 0)
    assert "PORTAL-04" in answer.content.decode()
    assert PAGE not in text(analyst, FRONT)


def test_strangers_and_staff_of_other_rooms_see_nothing(open_centre, cast, mode):
    """PORTAL-04"""
    assert Client().get(PAGE).status_code == 302
    for role in ("programme_officer", "administrator"):
        client = signed_in(role)
        assert client.get(PAGE).status_code == 404
        assert client.post(PAGE, {"do": "pass", "contact": 1}).status_code == 404


def test_without_an_open_key_nothing_is_passed_on(open_centre, cast, mode):
    """PORTAL-05"""
    a_report(open_centre, CANARY, now())
    contact = a_recipient(mode, now())
    analyst = at_desk(cast.first, unlocked=False)
    assert "Open your key to pass reports on" in text(analyst)
    for do in ("pass", "tell"):
        answer = analyst.post(PAGE, {"do": do, "contact": contact})
        assert (answer.status_code, answer["Location"]) == (302, "/desk/hotline/unlock/")
    assert not Notice.objects.exists()


def test_what_is_refused_is_said_and_what_does_not_open_too(open_centre, cast, mode, settings):
    """PORTAL-05 NOTICE-10"""
    contact = a_recipient(mode, now())
    analyst = at_desk(cast.first)
    answer = analyst.post(PAGE, {"do": "pass", "contact": contact})
    assert answer.status_code == 409
    assert "PORTAL-05" in answer.content.decode()
    broken, _good = a_report(open_centre, CANARY, now()), a_report(open_centre, CANARY, now())
    Report.objects.filter(pk=broken).update(own_key=b"x")
    settings.COP_CONTACT, settings.COP_MAIL = "", None
    assert "NOTICE-10" in analyst.post(PAGE, {"do": "pass", "contact": contact}).content.decode()
    settings.COP_CONTACT = "hotline@centre.example"
    key = open_centre.keystore.folder / "desk" / "service.pub"
    held = key.read_bytes()
    key.unlink()
    answer = analyst.post(PAGE, {"do": "pass", "contact": contact})
    assert (answer.status_code, Case.objects.count(), Notice.objects.count()) == (409, 0, 0)
    assert "A key that is needed is missing" in answer.content.decode()
    key.write_bytes(held)
    assert analyst.post(PAGE, {"do": "pass", "contact": contact})["Location"] == f"{PAGE}?done=some"
    assert "run cop hotline verify" in text(analyst, f"{PAGE}?done=some")
    a_report(open_centre, CANARY, now())
    withdraw_contact(contact=contact, by=somebody("lead"), at=now())
    answer = analyst.post(PAGE, {"do": "pass", "contact": contact})
    assert "NOTICE-01" in answer.content.decode()
    assert Notice.objects.count() == 1


def test_a_page_costs_the_same_however_much_waits(open_centre, cast, mode):
    """PORTAL-05"""
    contact = a_recipient(mode, now())
    analyst = at_desk(cast.first)
    costs = []
    for reports in (1, 2):
        for _ in range(reports):
            a_report(open_centre, CANARY, now())
            analyst.post(PAGE, {"do": "pass", "contact": contact})
            a_report(open_centre, CANARY, now())
        with CaptureQueriesContext(connection) as held:
            text(analyst)
        costs.append(len(held))
    assert Notice.objects.count() == 3
    assert costs[0] == costs[1]
    assert costs[0] <= 30


HOSTILE = st.sampled_from(
    ["", "pass", "tell", "x", "9" * 15, "-1", "1" * 400, "\x00", "٣", "' or 1=1 --", "pass\n", "<b>", "\ud7ff"]
) | st.text(max_size=20)


def test_no_form_and_no_address_breaks_it(open_centre, cast, mode):
    """PORTAL-04"""
    analyst = at_desk(cast.first)
    a_report(open_centre, CANARY, now())

    @given(st.dictionaries(st.sampled_from(["do", "contact", "csrfmiddlewaretoken", "next", "x"]), HOSTILE), HOSTILE)
    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    def any_form(fields, query):
        assert analyst.post(PAGE, fields).status_code in (302, 400, 403, 404, 409)
        assert analyst.get(PAGE, {"done": query}).status_code == 200

    any_form()
    assert not Notice.objects.exists()


def test_the_form_names_who_gets_the_contact(open_centre, cast, mode):
    """PORTAL-07"""
    client = Client(headers={"origin": "http://testserver"}, REMOTE_ADDR="198.51.100.9")
    page = client.get("/en/report/").content.decode()
    assert ("You may give my contact to those who assess this report" in page) == (mode == "portal")
    assert ("You may give my contact to the police." in page) == (mode == "police")
