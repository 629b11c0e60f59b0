"""Contacts, notices and referrals on the desk's pages: two analysts and a lead; and who sees nothing of it."""

from __future__ import annotations

from datetime import date

import pytest
from pysequoia import Tsk

from cop.accounts.models import Person
from cop.cli.dev.invented import go_live
from cop.ground.models import Mail
from cop.ground.public import now
from cop.hotline.actions import cases as act
from cop.hotline.actions.escalations import propose_escalations
from cop.hotline.actions.follow import follow_mails
from cop.hotline.models import Case, CaseAddress, Contact, Escalation, Notice, Opening
from cop.hotline.views.unlocking import memory
from tests.desk import signed_in
from tests.hotline.casework import traced
from tests.hotline.conftest import PASSPHRASE, reported

pytestmark = pytest.mark.django_db
HOST = {
    "do": "propose",
    "name": "Host of Arvandia",
    "kind": "host",
    "mail": "abuse@host.example",
    "country": "XA",
    "language": "ar",
    "way": "mail",
}
CONTACTS, NOTICES = "/desk/hotline/contacts/", "/desk/hotline/notices/"


@pytest.fixture(autouse=True)
def _desk_alone(settings):
    settings.COP_ROLE = "desk"
    settings.COP_CONTACT = "hotline@centre.example"
    memory._held.clear()


def at_desk(card):
    client = signed_in(person=Person.objects.get(pk=card.id))
    client.post("/desk/hotline/unlock/", {"do": "unlock", "passphrase": PASSPHRASE, "hours": "8"})
    return client


@pytest.fixture
def people(open_centre, cast):
    """An analyst and a lead at their desks, and a confirmed case that the analyst has."""
    number, at = reported(open_centre), now()
    who = {"number": number, "at": at}
    act.take(by=cast.second, **who)
    act.first_open(unlocked=open_centre.unlocked, keystore=open_centre.keystore, by=cast.second, **who)
    name = CaseAddress.objects.get().name
    act.assess(name=name, outcome="baseline", by=cast.second, **who)
    act.give_back(by=cast.second, **who)
    act.take(by=cast.first, **who)
    act.second(name=name, agrees=True, by=cast.first, **who)
    return at_desk(cast.first), at_desk(cast.lead), number, name


def text(client, address, status=200):
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def contact_of(analyst, lead, **more):
    assert analyst.post(CONTACTS, HOST | more).status_code == 302
    row = Contact.objects.latest("pk")
    assert lead.post(CONTACTS, {"do": "approve", "contact": row.pk}).status_code == 302
    return row


def test_from_a_proposed_contact_to_a_decision(people):
    """NOTICE-14 NOTICE-01 NOTICE-04"""
    analyst, lead, number, name = people
    here = f"/desk/hotline/cases/{number}/notices/"
    assert "There is no approved contact." in text(analyst, here)
    assert analyst.post(CONTACTS, HOST).status_code == 302
    row = Contact.objects.get()
    assert analyst.post(CONTACTS, {"do": "approve", "contact": row.pk}).status_code == 404
    assert "Waits for a second person" in text(lead, CONTACTS)
    lead.post(CONTACTS, {"do": "approve", "contact": row.pk})
    page = text(analyst, here)
    assert "never traced" in page
    assert "site.example" not in page
    wanted = {
        "do": "prepare",
        "address": name,
        "contact": row.pk,
        "kind": "first",
        "law": "Invented Act, art. 9",
        "extra": "third picture",
    }
    assert analyst.post(here, wanted).status_code == 302
    notice = Notice.objects.get()
    assert analyst.post(NOTICES, {"do": "send", "notice": notice.name}).status_code == 404
    refused = lead.post(NOTICES, {"do": "send", "notice": notice.name})
    assert refused.status_code == 409
    assert "NOTICE-02" in refused.content.decode()
    traced(CaseAddress.objects.get(), now())
    assert lead.post(NOTICES, {"do": "send", "notice": notice.name}).status_code == 302
    Mail.objects.update(state="delivered")
    follow_mails(at=now())
    assert "Receipt confirmed" in text(lead, NOTICES)
    assert analyst.post(NOTICES, {"do": "acknowledge", "notice": notice.name, "receipt": "T-17"}).status_code == 302
    assert (
        analyst.post(NOTICES, {"do": "decide", "notice": notice.name, "decision": "removed", "redress": "court"}).status_code == 302
    )
    page = text(analyst, f"{NOTICES}?state=decided")
    assert "They removed it" in page
    assert "T-17" in page
    assert "let a notice go out" in text(analyst, f"/desk/hotline/cases/{number}/")
    assert lead.post(CONTACTS, {"do": "withdraw", "contact": row.pk}).status_code == 302


def test_a_registrar_is_told_only_after_a_lead_answered(people):
    """NOTICE-05, S-07"""
    analyst, lead, number, name = people
    row = contact_of(analyst, lead, kind="registrar")
    traced(CaseAddress.objects.get(), now())
    analyst.post(
        f"/desk/hotline/cases/{number}/notices/", {"do": "prepare", "address": name, "contact": row.pk, "kind": "escalation"}
    )
    notice = Notice.objects.get().name
    assert "May whoever gets this be part of it?" in text(lead, NOTICES)
    for answer in ({}, {"complicit": "yes"}):
        assert lead.post(NOTICES, {"do": "send", "notice": notice} | answer).status_code == 409
    assert lead.post(NOTICES, {"do": "send", "notice": notice, "complicit": "no"}).status_code == 302
    assert lead.post(NOTICES, {"do": "bounce", "notice": notice}).status_code == 302
    assert "Did not arrive" in text(lead, NOTICES)
    Notice.objects.update(state="sent", sent_at=now())
    propose_escalations(at=now(), hours=0)
    assert "What the clock proposes" in text(lead, NOTICES)
    proposal = Escalation.objects.get().pk
    assert analyst.post(NOTICES, {"do": "decline", "proposal": proposal, "why": "police"}).status_code == 404
    assert lead.post(NOTICES, {"do": "decline", "proposal": proposal, "why": "police"}).status_code == 302
    assert "What the clock proposes" not in text(lead, NOTICES)


def test_a_case_is_referred_to_the_police_from_its_page(people):
    """NOTICE-13"""
    analyst, lead, number, name = people
    key = str(Tsk.generate("unit <unit@police.example>").extract_certificate())
    row = contact_of(analyst, lead, kind="police", mail="unit@police.example", way="openpgp", openpgp=key)
    here = f"/desk/hotline/cases/{number}/notices/"
    assert "Refer to the police" in text(analyst, here)
    assert analyst.post(here, {"do": "refer", "contact": row.pk}).status_code == 409
    assert analyst.post(here, {"do": "refer", "address": name, "contact": row.pk}).status_code == 302
    assert Case.objects.get().referred
    notice = Notice.objects.get()
    assert (notice.kind, notice.state) == ("referral", "queued")
    assert "What came of it" in text(analyst, NOTICES)
    assert analyst.post(NOTICES, {"do": "decide", "notice": notice.name, "decision": "known"}).status_code == 302


def test_drop_and_wrong_input(people):
    """NOTICE-04"""
    analyst, lead, number, name = people
    row = contact_of(analyst, lead)
    here = f"/desk/hotline/cases/{number}/notices/"
    analyst.post(here, {"do": "prepare", "address": name, "contact": row.pk, "kind": "first"})
    notice = Notice.objects.get().name
    assert lead.post(NOTICES, {"do": "drop", "notice": notice, "why": "bored"}).status_code == 409
    assert lead.post(NOTICES, {"do": "drop", "notice": notice, "why": "gone"}).status_code == 302
    assert analyst.post(here, {"do": "prepare", "address": "x", "contact": row.pk, "kind": "first"}).status_code == 409
    for fields in ({"do": "prepare", "address": name, "contact": "x"}, {"do": "prepare", "address": "a" * 32, "contact": row.pk, "kind": "first"},
                   {"do": "other"}):  # fmt: skip
        assert analyst.post(here, fields).status_code == 404
    for fields in ({"do": "send", "notice": "nothing"}, {"do": "decline", "proposal": "9", "why": "gone"}, {}):
        assert lead.post(NOTICES, fields).status_code == 404
    bad = analyst.post(CONTACTS, HOST | {"way": "openpgp", "openpgp": "nothing"})
    assert bad.status_code == 400
    assert "Host of Arvandia" in bad.content.decode()
    for query in ("?state=no&before=x", "?before=99999999999999999999"):
        assert text(lead, NOTICES + query)


def test_only_who_has_the_case_and_the_key_prepares(people, cast):
    analyst, lead, number, _name = people
    here = f"/desk/hotline/cases/{number}/notices/"
    assert lead.get(here)["Location"] == f"/desk/hotline/cases/{number}/"
    assert analyst.get("/desk/hotline/cases/999999/notices/").status_code == 404
    analyst.post("/desk/hotline/unlock/", {"do": "lock"})
    assert analyst.get(here)["Location"] == "/desk/hotline/unlock/"


@pytest.mark.parametrize("address", [CONTACTS, NOTICES, "/desk/hotline/cases/1/notices/"])
def test_who_may_not_prepare_notices_sees_nothing(open_centre, address, client):
    assert signed_in("programme_officer").get(address).status_code == 404
    assert client.get(address).status_code == 302


def test_without_a_legal_basis_no_notice_is_prepared_or_sent(people):
    """S-01"""
    first, lead, number, name = people
    page = f"/desk/hotline/cases/{number}/notices/"
    lead.post(CONTACTS, HOST)
    first.post(CONTACTS, HOST | {"name": "Another"})
    lead.post(CONTACTS, {"do": "approve", "contact": Contact.objects.get(name="Another").pk})
    asked = {"do": "prepare", "address": name, "contact": Contact.objects.get(name="Another").pk, "kind": "first"}
    assert first.post(page, asked).status_code == 302
    traced(CaseAddress.objects.get(), now(), "XA")
    Opening.objects.update(declaration=go_live(date(2026, 11, 21)))  # it ended yesterday
    assert "CASE-16" in first.post(page, asked).content.decode()
    answer = lead.post(NOTICES, {"do": "send", "notice": Notice.objects.get().name})
    assert (answer.status_code, Mail.objects.count(), Notice.objects.get().state) == (409, 0, "ready")
