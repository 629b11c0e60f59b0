"""Bad days of casework: hostile forms, months without keys, and two people at one case in the same moment."""

from __future__ import annotations

import pytest

from cop.ground.public import now
from cop.hotline.actions.retention import _empty
from cop.hotline.models import Case, Draft, Report, Station
from cop.hotline.views.unlocking import memory
from tests.hotline.conftest import reported
from tests.hotline.views.test_casework_pages import at_desk, do, name_of, text_of

pytestmark = pytest.mark.django_db
STEPS = ("take", "back", "skip", "assess", "confirm", "disagree", "settle", "add", "hold", "lift", "agree", "hand", "trace", "gone",
         "again", "close", "item", "reopen", "appeal", "decide", "propose", "send", "drop")  # fmt: skip
GIVEN = {"outcome": "baseline", "text": "https://x.example/", "officer": "o", "reason": "r", "hours": "3", "to": "police",
         "how": "removed", "source": "host", "upheld": "yes", "phrase": "received"}  # fmt: skip
NUL = "a\0b"


@pytest.fixture(autouse=True)
def _desk_alone(settings):
    settings.COP_ROLE = "desk"
    memory._held.clear()


def test_no_step_fails_on_a_report_that_nobody_took_up(open_centre, cast):
    number, lead = reported(open_centre), at_desk(cast.lead)
    for what in STEPS[1:]:
        assert do(lead, number, what, address="a" * 32, draft="1", **GIVEN).status_code in (302, 400, 404, 409)
    assert Case.objects.count() == 0


def test_no_step_fails_on_a_case_whose_month_key_is_gone(open_centre, cast):
    number, lead = reported(open_centre), at_desk(cast.lead)
    do(lead, number, "take")
    text_of(lead, f"/desk/hotline/cases/{number}/")
    do(lead, number, "propose", phrase="received")
    draft, month = Draft.objects.get(), Report.objects.get().month
    open_centre.keystore.forget(month, open_centre.keystore.fingerprints(month))
    for what in STEPS:
        do(lead, number, "take")
        answer = do(lead, number, what, address=name_of(number), draft=str(draft.pk), **GIVEN)
        assert answer.status_code in (302, 400, 404, 409), what
    assert do(at_desk(cast.second), number, "drop", draft=str(draft.pk)).status_code == 302
    draft.refresh_from_db()
    assert draft.sent is False


def test_the_page_of_an_erased_case_says_so(open_centre, cast):
    number, lead = reported(open_centre), at_desk(cast.lead)
    do(lead, number, "take")
    _empty(Report.objects.get().month, now())
    assert "Its term has ended" in text_of(lead, f"/desk/hotline/cases/{number}/")


def test_free_words_that_do_not_open_hide_no_case(open_centre, cast):
    number, lead = reported(open_centre, reporter="adult"), at_desk(cast.lead)
    do(lead, number, "take")
    text_of(lead, f"/desk/hotline/cases/{number}/")
    do(lead, number, "propose", text="thank you")
    Draft.objects.update(sealed=b"broken")
    assert "waits for a second person" in text_of(lead, f"/desk/hotline/cases/{number}/")


@pytest.mark.parametrize("hours", ["000720999999", "00072000", "721", "0"])
def test_a_hold_lasts_a_month_at_most_however_its_hours_are_written(hours, open_centre, cast):
    """CASE-07"""
    number, lead = reported(open_centre), at_desk(cast.lead)
    do(lead, number, "take")
    assert do(lead, number, "hold", officer="o", reason="r", hours=hours).status_code == 400
    assert Case.objects.get().hold_until is None


def test_null_bytes_in_any_field_of_a_case_are_refused(open_centre, cast):
    number, lead = reported(open_centre), at_desk(cast.lead)
    for what in STEPS:
        do(lead, number, "take")
        text_of(lead, f"/desk/hotline/cases/{number}/")
        answer = do(lead, number, what, address=name_of(number), **dict.fromkeys(GIVEN, NUL) | {"hours": "3"})
        assert answer.status_code < 500, what


def test_the_page_of_stations_opens_and_refuses_with_a_sentence(open_centre, cast):
    lead = at_desk(cast.lead, station=True)
    assert "This machine is a viewing station" in text_of(lead, "/desk/hotline/stations/")
    for fields in ({"label": NUL, "ends_on": "2027-01-01"}, {"label": "a", "ends_on": "9999-12-31"}, {"label": "a"}):
        assert lead.post("/desk/hotline/stations/", fields).status_code == 400
    assert lead.post("/desk/hotline/stations/", {"do": "withdraw", "station": "x"}).status_code == 404
    lead.post("/desk/hotline/stations/", {"do": "withdraw", "station": str(Station.objects.get().pk)})
    assert "This machine reveals no address" in text_of(lead, "/desk/hotline/stations/")


CONTACT = {"do": "propose", "name": "n", "kind": "host", "mail": "a@b.example", "language": "en", "country": "XA", "way": "page"}


@pytest.mark.parametrize(
    ("where", "fields"),
    [
        ("contacts/", CONTACT | {"answers_for": NUL}),
        ("contacts/", CONTACT | {"country": "XA\n"}),
        ("contacts/", CONTACT | {"mail": "a@b.example\n"}),
        ("contacts/", CONTACT | {"openpgp": NUL, "way": "openpgp"}),
        ("contacts/", {"do": "approve", "contact": "9" * 15}),
        ("notices/", {"do": "send", "notice": NUL}),
        ("notices/", {"do": "drop", "notice": NUL, "why": "gone"}),
        ("danger/", {"report": "1", "note": NUL}),
        ("duty/", {"do": "code", "code": NUL}),
        ("team/", {"person": NUL}),
        ("unlock/", {"do": "ask", "passphrase": NUL * 20}),
        ("cases/1/reveal/", {"address": NUL}),
        ("acknowledge/%00/", {}),
    ],
)
def test_hostile_fields_elsewhere_at_the_desk(where, fields, open_centre, cast):
    number, lead = reported(open_centre), at_desk(cast.lead, station=True)
    do(lead, number, "take")
    where = "/desk/hotline/" + where.replace("cases/1/", f"cases/{number}/")
    assert lead.post(where, fields).status_code in (200, 302, 400, 403, 404, 409)
    assert lead.get(where).status_code in (200, 404)


def test_who_signs_out_locks_their_key_and_is_no_colleague_any_more(open_centre, cast):
    """CARE-04: nobody works alone at night beside a colleague who went home"""
    at_desk(cast.lead)
    second = at_desk(cast.second)
    assert memory.colleagues(cast.first.id, now()) == 2
    second.post("/desk/accounts/logout/")
    assert memory.colleagues(cast.first.id, now()) == 1


def test_the_way_to_an_address_is_hidden_as_the_address_is_and_shown_with_it(open_centre, cast):
    """REVEAL-01, CLASS-06: no field of a case is a way around stations, caps and the log"""
    number, lead = reported(open_centre), at_desk(cast.lead, station=True)
    at_desk(cast.second)  # a colleague is there, should the clock say night
    do(lead, number, "take")
    page = f"/desk/hotline/cases/{number}/"
    text_of(lead, page)
    way = {"address": name_of(number), "referrer": "https://door.example/first", "handle": "who_it_is", "premium": "yes"}
    assert do(lead, number, "access", **way).status_code == 302
    assert do(lead, number, "access", address=name_of(number), premium="no", seen_at="2026-11-22T15:00+01:00").status_code == 302
    shown = text_of(lead, page)
    assert "door" not in shown
    assert "who_it_is" not in shown
    assert "2026-11-22T15:00:00+01:00" in shown
    revealed = lead.post(f"{page}reveal/", {"address": name_of(number)}).content.decode()
    assert "hxxps://door[.]example/first" in revealed
    assert "who_it_is" in revealed
