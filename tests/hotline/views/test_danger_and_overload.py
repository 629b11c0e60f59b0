"""What the public sees when a child is in danger, when too much comes in, and where others assess."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from cop.cli.dev.invented import go_live
from cop.ground.models import Mail
from cop.ground.public import now
from cop.hotline import forms
from cop.hotline.actions import intake
from cop.hotline.actions.duty import acknowledge, send_test
from cop.hotline.actions.opening import close_hotline, open_hotline
from cop.hotline.core.overload import Load
from cop.hotline.core.proof import Limits, Spent, ticket
from cop.hotline.core.receipt import new_seed, read_receipt
from cop.hotline.models import Report
from cop.hotline.queries.opening import open_until, rules
from cop.hotline.queries.reports import open_report
from tests.hotline.conftest import UNTIL

HERE = {"origin": "http://testserver"}
DUTY = '[duty]\nname = "Duty desk"\nphone = "+999 123"\nmail = "duty@police.example"\nhours = "day and night"\n'
PORTAL = '[portal]\nmode = "{mode}"\npartner = "Partner Hotline"\ncontact = "desk@partner.example"\n'
GOOD = {"address": "https://gallery.example/album/17", "note": "He waits there.", "contact": "wren@site.example", "language": "en"}


@pytest.fixture
def client(monkeypatch):
    monkeypatch.setattr(forms, "limits", Limits(forms.PER_HOUR))
    monkeypatch.setattr(forms, "spent", Spent())
    monkeypatch.setattr(intake, "load", Load())
    return Client(headers=HERE, REMOTE_ADDR="198.51.100.7")


def declare(more, allows='allows = ["assess", "reveal"]'):
    text = go_live(UNTIL).replace('allows = ["assess", "reveal"]', allows) + more
    open_hotline(until=UNTIL, declaration=text, actor="p-lead", at=now())


def send(client, centre, **fields):
    seed = new_seed()
    old = ticket(centre.keystore.flood_secret(), seed, now() - timedelta(seconds=30))
    return client.post("/en/report/", {"seed": seed, "ticket": old, **fields})


def the_report(centre):
    return open_report(Report.objects.latest("pk").pk, centre.unlocked, centre.keystore)


def test_without_a_tested_way_the_page_says_whom_to_call(client, open_centre, cast):
    """S-03, DUTY-02."""
    declare(DUTY)
    form = client.get("/en/report/").content.decode()
    assert "call:" in form
    assert "+999 123" in form
    text = send(client, open_centre, **GOOD, danger="yes").content.decode()
    for word in ("Call the police or your local emergency number now", "hours until somebody reads", "Duty desk", "+999 123",
                 "can&#39;t be sure"):  # fmt: skip
        assert word in text, word
    calm = send(client, open_centre, **GOOD).content.decode()
    assert "+999 123" not in calm


def test_once_the_way_was_tested_the_form_is_calm_and_the_receipt_still_has_the_number(client, open_centre, cast):
    """S-03, DUTY-02."""
    declare(DUTY)
    held = rules(now()).duty
    send_test(by=cast.lead, rules=held, at=now())
    code = re.search(r"/acknowledge/([A-Z0-9-]+)/", Mail.objects.get().body)[1]
    assert acknowledge(code=code, by="duty", at=now())
    assert "+999 123" not in client.get("/en/report/").content.decode()
    text = send(client, open_centre, **GOOD, danger="yes").content.decode()
    assert "+999 123" in text
    assert "can&#39;t be sure" not in text


def test_under_overload_the_address_alone_is_taken_and_the_words_can_be_added(client, open_centre, settings):
    """OVER-02, OVER-03."""
    settings.COP_HOTLINE_OVERLOAD = "on"
    assert "We take the address alone" in client.get("/en/report/").content.decode()
    answer = send(client, open_centre, **GOOD)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "we took the address only" in text
    body = the_report(open_centre).body
    assert (body.address, body.note, body.contact) == (GOOD["address"], "", "")
    assert GOOD["note"] in text  # what was written is there to be added
    receipt = read_receipt(re.sub("<[^>]*>", "", re.search(r'<ol class="receipt".*?</ol>', text, re.S)[0]))
    unripe = re.search(r'name="ticket" value="([^"]*)"', text)[1]
    fields = {"receipt": receipt, "note": GOOD["note"], "ticket": unripe}
    waits = client.post("/en/report/follow-up/", fields)
    assert waits.status_code == 429
    assert GOOD["note"] in waits.content.decode()


def test_a_child_in_danger_is_taken_whole_whatever_the_load(client, open_centre, settings):
    """OVER-02, S-32."""
    settings.COP_HOTLINE_OVERLOAD = "on"
    assert "we took the address only" not in send(client, open_centre, **GOOD, danger="yes").content.decode()
    assert the_report(open_centre).body.note == GOOD["note"]


def test_words_alone_are_taken_as_they_are(client, open_centre, settings):
    """OVER-02."""
    settings.COP_HOTLINE_OVERLOAD = "on"
    assert send(client, open_centre, note="I heard of it").status_code == 200
    assert the_report(open_centre).body.note == "I heard of it"


def test_a_slow_store_makes_the_next_report_short_and_the_program_is_told(client, open_centre, settings, monkeypatch):
    """OVER-01."""
    settings.COP_HOTLINE_PROOF_OF_WORK = settings.COP_HOTLINE_RATE_LIMIT = False
    monkeypatch.setattr(intake, "load", Load(long=0.0))  # whatever a store takes is long
    local, kept = Client(REMOTE_ADDR="127.0.0.1"), []
    seed = new_seed()
    for key in (new_seed(), seed):
        kept.append(local.post("/api/v1/reports", GOOD | {"idempotency_key": key}, content_type="application/json").json()["kept"])
    assert kept == ["all", "address"]
    monkeypatch.setattr(intake, "load", Load())
    again = local.post("/api/v1/reports", GOOD | {"idempotency_key": seed}, content_type="application/json").json()
    assert (again["kept"], again["stored"]) == ("all", "message")
    assert GOOD["note"] in repr(the_report(open_centre).thread)


@pytest.mark.parametrize("mode", ["portal", "police"])
def test_where_others_assess_the_pages_say_who_and_nothing_is_assessed_here(client, open_centre, mode):
    """PORTAL-02, S-01."""
    declare(PORTAL.format(mode=mode), allows="allows = []")
    assert not rules(now()).may_assess
    assert not rules(now()).may_reveal
    assert open_until(now()).portal.mode == mode
    assert "Partner Hotline" in client.get("/en/report/").content.decode()
    assert "Partner Hotline" in send(client, open_centre, **GOOD).content.decode()
    assert the_report(open_centre).body.note == GOOD["note"]


def test_the_rules_hold_while_the_basis_does_also_when_the_gate_is_closed(open_centre):
    """PORTAL-03, S-01."""
    close_hotline(actor="p-lead", at=now())
    assert open_until(now()) is None
    assert rules(now()).may_reveal
    assert not rules(now() + timedelta(days=365)).may_assess


def test_an_old_address_leads_to_the_page_of_help_and_is_not_kept(client, db):
    answer = client.get("/ar/report/own-picture/")
    assert (answer.status_code, answer["Location"], answer["Cache-Control"]) == (302, "/ar/report/help/", "no-store")
