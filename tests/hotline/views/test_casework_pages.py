"""Casework on the desk's pages: two analysts and a lead, from the locked key to the closed case; and who sees nothing of it."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cop.accounts.models import Person
from cop.cli.dev.invented import go_live
from cop.ground.models import AuditEntry
from cop.ground.public import now
from cop.hotline.actions import cases as act
from cop.hotline.actions.opening import close_hotline
from cop.hotline.models import Case, CaseAddress, Draft, Exposure, Message, Opening, Report
from cop.hotline.views.unlocking import memory
from tests.desk import a_person, signed_in
from tests.hotline.conftest import PASSPHRASE, cleared, reported

pytestmark = pytest.mark.django_db
NOTE = "seen on https://other.example/inside/the/words today"


@pytest.fixture(autouse=True)
def _desk_alone(settings):
    settings.COP_ROLE = "desk"
    memory._held.clear()
    memory._wrong.clear()


def at_desk(card, *, unlocked=True, station=False):
    """A browser of one of the cast, its key unlocked."""
    client = signed_in(person=Person.objects.get(pk=card.id))
    if unlocked:
        answer = client.post("/desk/hotline/unlock/", {"do": "unlock", "passphrase": PASSPHRASE, "hours": "8"})
        assert answer.status_code == 302
    if station:
        client.post("/desk/hotline/stations/", {"label": "room 1", "ends_on": "2027-01-31"})
    return client


def text_of(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def do(client, number, what, **fields):
    return client.post(f"/desk/hotline/cases/{number}/", {"do": what, **fields})


def name_of(number):
    return CaseAddress.objects.filter(case=number).order_by("pk").first().name


def test_a_wrong_passphrase_opens_nothing_and_the_right_one_a_shift(open_centre, cast):
    client = at_desk(cast.first, unlocked=False)
    number = reported(open_centre)
    assert client.get(f"/desk/hotline/cases/{number}/").headers["Location"] == "/desk/hotline/unlock/"
    wrong = client.post("/desk/hotline/unlock/", {"do": "unlock", "passphrase": "five words are quite wrong", "hours": "8"})
    assert wrong.status_code == 400
    assert "does not open your key" in wrong.content.decode()
    at_desk(cast.first)
    assert client.post("/desk/hotline/unlock/", {"do": "unlock", "passphrase": PASSPHRASE}).status_code == 302
    assert client.get(f"/desk/hotline/cases/{number}/").status_code == 200
    client.post("/desk/hotline/unlock/", {"do": "lock"})
    assert client.get(f"/desk/hotline/cases/{number}/").status_code == 302


def test_wrong_passphrases_are_told_and_slowed_down(open_centre, cast):
    client = at_desk(cast.first, unlocked=False)
    wrong = {"do": "unlock", "passphrase": "five words are quite wrong"}
    for _ in range(5):
        assert "does not open your key" in client.post("/desk/hotline/unlock/", wrong).content.decode()
    assert "Wait a quarter" in client.post("/desk/hotline/unlock/", {"do": "unlock", "passphrase": PASSPHRASE}).content.decode()
    assert memory._held == {}
    assert AuditEntry.objects.filter(verb="try passphrase", actor=cast.first.pseudonym).count() == 5
    at_desk(cast.second)
    assert AuditEntry.objects.filter(verb="open key", actor=cast.second.pseudonym).count() == 1


def test_keys_are_opened_only_in_the_process_of_the_desk(open_centre, cast, settings):
    """THR-02: the public process never holds what opens a report"""
    settings.COP_ROLE = ""
    client = at_desk(cast.first, unlocked=False)
    answer = client.post("/desk/hotline/unlock/", {"do": "unlock", "passphrase": PASSPHRASE})
    assert answer.status_code == 400
    assert "cop serve --role desk" in answer.content.decode()
    assert memory._held == {}


def test_one_persons_unlocked_key_serves_no_other_session(open_centre, cast):
    at_desk(cast.first)
    number = reported(open_centre)
    other = at_desk(cast.second, unlocked=False)
    assert other.get(f"/desk/hotline/cases/{number}/").headers["Location"] == "/desk/hotline/unlock/"


def test_who_left_the_team_is_locked_at_once(open_centre, cast):
    """HOT-RING"""
    lead, second = at_desk(cast.lead), at_desk(cast.second)
    number = reported(open_centre)
    answer = lead.post("/desk/hotline/team/", {"do": "leave", "person": cast.second.id})
    assert answer.headers["Location"].endswith("done=left")
    assert second.get(f"/desk/hotline/cases/{number}/").headers["Location"] == "/desk/hotline/unlock/"
    assert second.post("/desk/hotline/unlock/", {"do": "unlock", "passphrase": PASSPHRASE}).status_code == 400
    # the key changed, so everybody unlocks again, and reads what came before
    assert lead.get(f"/desk/hotline/cases/{number}/").headers["Location"] == "/desk/hotline/unlock/"
    lead = at_desk(cast.lead)
    do(lead, number, "take")
    assert "site.example" not in text_of(lead, f"/desk/hotline/cases/{number}/")


def test_a_newcomer_chooses_a_passphrase_and_a_member_admits_them(open_centre, cast):
    """HOT-RING"""
    fresh = cleared(a_person("analyst", email="new@centre.example", name="Nia New"))
    client = signed_in(person=fresh)
    assert "at least 14 signs" in client.post("/desk/hotline/unlock/", {"do": "ask", "passphrase": "short"}).content.decode()
    assert client.post("/desk/hotline/unlock/", {"do": "ask", "passphrase": PASSPHRASE}).status_code == 302
    assert client.post("/desk/hotline/unlock/", {"do": "unlock", "passphrase": PASSPHRASE}).status_code == 400
    lead = at_desk(cast.lead)
    assert "Nia New" in text_of(lead, "/desk/hotline/team/")
    lead.post("/desk/hotline/team/", {"do": "admit", "person": fresh.pk})
    assert client.post("/desk/hotline/unlock/", {"do": "unlock", "passphrase": PASSPHRASE}).status_code == 302


def test_the_whole_way_of_a_case_on_pages(open_centre, cast):
    """CASE-02, CASE-03, CASE-08, CASE-09"""
    number = reported(open_centre, note=NOTE, reporter="adult")
    first, second = at_desk(cast.first), at_desk(cast.second)
    assert "1 report waits" in text_of(first, "/desk/hotline/")
    assert first.post("/desk/hotline/").headers["Location"] == f"/desk/hotline/cases/{number}/"
    page = text_of(first, f"/desk/hotline/cases/{number}/")
    assert "What the report says" in page
    for hidden in ("site.example", "bad/page", "other.example", "inside/the/words"):
        assert hidden not in page
    name = name_of(number)
    assert do(first, number, "assess", address=name, outcome="national").status_code == 302
    refused = do(first, number, "confirm", address=name)
    assert refused.status_code == 409
    assert "must be another than the first (CASE-03)" in refused.content.decode()
    do(first, number, "item", address=name, children="2", age="pubescent", sex="unknown", content="image")
    do(first, number, "back")
    assert second.post("/desk/hotline/").headers["Location"] == f"/desk/hotline/cases/{number}/"
    assert "2 children" in text_of(second, f"/desk/hotline/cases/{number}/")
    do(second, number, "confirm", address=name)
    assert "two people agree" in text_of(second, f"/desk/hotline/cases/{number}/")
    assert "Something is left" in do(second, number, "close", reason="removed").content.decode().replace("something", "Something")
    do(second, number, "gone", address=name, how="removed")
    assert "(CASE-17)" in do(second, number, "close", reason="removed").content.decode()  # nobody had been told
    assert do(second, number, "close", reason="gone_unasked").headers["Location"].endswith("done=closed")
    row = Case.objects.get(pk=number)
    assert (row.state, row.reason, row.age) == ("closed", "gone_unasked", "pubescent")
    assert "Closed" in text_of(second, f"/desk/hotline/cases/{number}/")
    assert do(second, number, "reopen").status_code == 404
    lead = at_desk(cast.lead)
    do(lead, number, "reopen")
    assert Case.objects.get(pk=number).state == "settled"


def test_an_address_is_revealed_on_a_station_once_an_action_and_logged_before(open_centre, cast):
    """REVEAL-01, REVEAL-02, CARE-06, S-05"""
    number = reported(open_centre)
    first = at_desk(cast.first)
    do(first, number, "take")
    first.get(f"/desk/hotline/cases/{number}/")
    name, address = name_of(number), f"/desk/hotline/cases/{number}/reveal/"
    refused = first.post(address, {"address": name})
    assert refused.status_code == 403
    assert "REVEAL-02" in refused.content.decode()
    assert "site" not in refused.content.decode().split("<main")[1]
    at_desk(cast.lead)  # a colleague is there, should the clock say night
    station = at_desk(cast.lead, station=True).cookies["station"].value
    first.cookies["station"] = station
    shown = first.post(address, {"address": name})
    assert "hxxps://site[.]example/bad/page" in shown.content.decode()
    assert 'href="http' not in shown.content.decode().split("<main")[1].split("</main>")[0]
    assert "120" in shown.headers["Refresh"]
    assert shown.headers["Cache-Control"] == "no-store"
    entry = AuditEntry.objects.get(verb="reveal")
    assert (entry.actor, entry.thing) == (cast.first.pseudonym, f"hotline/case/{number}")
    assert "site" not in entry.details
    again = first.post(address, {"address": name})
    assert "CARE-06" in again.content.decode()
    exposure = Exposure.objects.get()
    for wrong in ("999", "0", "-1", "two", ""):
        assert first.post("/desk/hotline/care/", {"exposure": exposure.pk, "minutes": wrong}).status_code == 400
    Exposure.objects.update(at=now() - timedelta(days=30))
    assert "CARE-06" in first.post(address, {"address": name}).content.decode()  # waiting long enough books nothing
    Exposure.objects.update(at=exposure.at)
    first.post("/desk/hotline/care/", {"exposure": exposure.pk, "minutes": "3", "case": number})
    assert "3 minutes today" in text_of(first, "/desk/hotline/care/")
    assert first.post(address, {"address": name}).status_code == 200
    assert first.get(address).status_code == 404
    assert first.post(address, {"address": "f" * 32}).status_code == 404
    other = at_desk(cast.second)
    other.cookies["station"] = station
    assert "REVEAL-01" in other.post(address, {"address": name}).content.decode()


def test_without_a_legal_basis_nothing_is_assessed_or_revealed(open_centre, cast):
    """S-01, CASE-16, REVEAL-03; a hotline that closed may finish its work while its basis holds"""
    number, other = reported(open_centre), reported(open_centre)
    first, page = at_desk(cast.first), f"/desk/hotline/cases/{number}/"
    close_hotline(actor="system", at=now())
    do(first, number, "take")
    assert "What the report says" in text_of(first, page)
    Opening.objects.update(declaration=go_live(date(2026, 11, 21)))  # it ended yesterday
    answer = first.get(page)
    assert answer.status_code == 403
    assert "What the report says" not in answer.content.decode()
    assert "Assessment is off" in text_of(first, "/desk/hotline/")
    first.post("/desk/hotline/")
    assert not Case.objects.filter(pk=other).exists()
    assert do(first, number, "assess", address=name_of(number), outcome="baseline").status_code == 403
    refused = first.post(f"{page}reveal/", {"address": name_of(number)})
    assert "REVEAL-03" in refused.content.decode()
    Opening.objects.all().delete()
    assert "Assessment is off" in text_of(first, "/desk/hotline/")


def test_a_message_to_somebody_who_may_be_a_child_needs_a_second_person(open_centre, cast):
    """MSG-01, PHRASE-03, S-12"""
    number = reported(open_centre)
    first, second = at_desk(cast.first), at_desk(cast.second)
    do(first, number, "take")
    first.get(f"/desk/hotline/cases/{number}/")
    page = text_of(first, f"/desk/hotline/cases/{number}/")
    assert "may be a child" in page
    phrase = re.search(r'<select id="phrase".*?<option value="([a-z_]+)"', page, re.DOTALL)[1]
    assert do(first, number, "propose", phrase="", text="call me at home").status_code == 400
    do(first, number, "propose", phrase=phrase)
    draft = Draft.objects.get()
    assert do(first, number, "send", draft=draft.pk).status_code == 400
    assert Message.objects.count() == 0
    assert str(number) in text_of(second, "/desk/hotline/messages/")
    do(first, number, "back")
    do(second, number, "take")
    second.get(f"/desk/hotline/cases/{number}/")
    do(second, number, "send", draft=draft.pk)
    assert Message.objects.filter(report=number, of_reporter=False).count() == 1
    assert do(second, number, "send", draft=draft.pk).status_code == 400


def test_a_message_to_an_adult_may_be_a_phrase_at_once_and_free_words_with_a_second_person(open_centre, cast):
    """MSG-01"""
    number = reported(open_centre, reporter="adult")
    first = at_desk(cast.first)
    do(first, number, "take")
    page = text_of(first, f"/desk/hotline/cases/{number}/")
    phrase = re.search(r'<select id="phrase".*?<option value="([a-z_]+)"', page, re.DOTALL)[1]
    do(first, number, "propose", phrase=phrase)
    assert Message.objects.count() == 1
    do(first, number, "propose", phrase="", text="one word of my own")
    assert Message.objects.count() == 1
    assert "one word of my own" in text_of(first, f"/desk/hotline/cases/{number}/")
    assert "one word" not in repr([vars(row) for row in Draft.objects.all()])


PAGES = ("/desk/hotline/", "/desk/hotline/unlock/", "/desk/hotline/team/", "/desk/hotline/cases/", "/desk/hotline/cases.csv",
         "/desk/hotline/messages/", "/desk/hotline/care/", "/desk/hotline/stations/")  # fmt: skip


EVERY = (*PAGES, *(f"/desk/hotline/{name}/" for name in (
    "classification", "contacts", "notices", "danger", "duty", "go-live", "figures")))  # fmt: skip


@pytest.mark.parametrize("page", EVERY)
def test_a_lead_opens_every_page_in_every_language_and_from_a_station(page, open_centre, cast):
    lead = at_desk(cast.lead, station=True)
    for lang in ("en", "ar", "zh-hans"):
        assert lead.get(page, {"lang": lang}).status_code == 200


@pytest.mark.parametrize("role", ["administrator", "programme_officer", "reviewer", "focal_point", "superior", ""])
def test_who_has_no_role_in_the_hotline_finds_nothing_there(role, open_centre, cast):
    number = reported(open_centre)
    client = signed_in(role, email="stranger@centre.example")
    for page in (*EVERY, f"/desk/hotline/cases/{number}/"):
        assert client.get(page).status_code == 404
        assert client.post(page, {"do": "take"}).status_code == 404
    assert Case.objects.count() == 0


def test_an_analyst_whose_clearance_ended_finds_nothing_there(open_centre, cast):
    """S-27"""
    client = signed_in(person=a_person("analyst", email="uncleared@centre.example"))
    assert client.get("/desk/hotline/").status_code == 404


STEPS = ("take", "back", "skip", "assess", "confirm", "disagree", "settle", "add", "item", "hold", "lift", "agree", "hand", "gone",
         "again", "close", "reopen", "appeal", "decide", "propose", "send", "drop", "", "x" * 5000, "\x00")  # fmt: skip
LEADS_ONLY = ("settle", "hold", "lift", "agree", "reopen", "decide")


@pytest.mark.parametrize("what", STEPS)
def test_every_step_takes_hostile_input_with_a_clear_error(what, open_centre, cast):
    number = reported(open_centre)
    client = at_desk(cast.first)
    do(client, number, "take")
    client.get(f"/desk/hotline/cases/{number}/")
    hostile = {"address": "../../etc", "outcome": "\x00" * 20, "how": "<script>", "hours": "9" * 400, "draft": "1e9", "to": "moon",
               "source": "", "reason": "\u202e", "officer": "", "phrase": "__class__", "text": "\ufffe" * 10, "children": "-1",
               "age": "ancient"}  # fmt: skip
    answer = do(client, number, what, **hostile)
    assert answer.status_code < 500
    if what in LEADS_ONLY:
        assert answer.status_code == 404
    assert "<script>" not in answer.content.decode("utf-8", "replace")
    assert Report.objects.count() == 1


@pytest.mark.parametrize(
    "query", ["?q=%00", "?state=odd", "?before=abc", "?before=99999999999999999999", "?q=" + "9" * 300, "?age=%27"]
)
def test_lists_take_hostile_parameters(query, open_centre, cast):
    client = at_desk(cast.first)
    assert client.get("/desk/hotline/cases/" + query).status_code in (200, 400)
    assert client.get("/desk/hotline/cases.csv" + query).status_code in (200, 400)
    assert client.get("/desk/hotline/cases/999999999999999/").status_code == 404


def test_the_very_address_finds_its_case_and_stands_in_no_link(open_centre, cast):
    number = reported(open_centre)
    client = at_desk(cast.first)
    do(client, number, "take")
    client.get(f"/desk/hotline/cases/{number}/")
    other = reported(open_centre, address="https://site.example/other")
    answer = client.post("/desk/hotline/cases/", {"q": "HTTPS://site.example/bad/page", "danger": ""})
    assert "site" not in answer.headers["Location"]
    page = text_of(client, answer.headers["Location"])
    assert f"/desk/hotline/cases/{number}/" in page
    assert f"/desk/hotline/cases/{other}/" not in page
    csv = re.search(r"/desk/hotline/cases\.csv\?address=\w{64}", page)
    assert [line.split(",")[0] for line in client.get(csv[0]).content.decode().splitlines()].count(str(other)) == 0
    nowhere = client.post("/desk/hotline/cases/", {"q": "https://site.example/else"}).headers["Location"]
    assert "No case fits" in text_of(client, nowhere)
    assert client.post("/desk/hotline/cases/", {"q": ". / ."}).status_code == 302
    locked = at_desk(cast.second, unlocked=False).post("/desk/hotline/cases/", {"q": "https://site.example/bad/page"})
    assert "open your key first" in locked.content.decode()
    assert "site.example" not in locked.content.decode()


def test_pages_cost_the_same_for_one_case_and_for_three(open_centre, cast):
    client = at_desk(cast.first)
    seen = []
    for _ in range(2):
        number = reported(open_centre)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            client.get("/desk/hotline/cases/")
        with CaptureQueriesContext(connection) as front:
            client.get("/desk/hotline/")
        seen.append((len(captured), len(front)))
        reported(open_centre)
        reported(open_centre)
        act.take(number=number, by=cast.first, at=now())
    assert seen[0] == seen[1]
