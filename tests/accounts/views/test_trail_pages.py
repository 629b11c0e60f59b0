"""The pages of audit trail and outbox: for those who may see them, searched by address, taken away as files."""

from datetime import timedelta

import pytest
from django.test import Client

from cop.ground.actions.outbox import claim, settle
from cop.ground.exchange.mail import Fate, Outcome
from cop.ground.models import AuditEntry, Mail
from cop.ground.public import now, post, record
from tests.desk import HERE, signed_in

pytestmark = pytest.mark.django_db
PAGES = ["/desk/audit/", "/desk/audit.csv", "/desk/outbox/", "/desk/outbox.json"]


@pytest.fixture
def filled(own_data):
    for number in range(130):
        record(actor="p-otter", verb="answer", thing=f"round/x/CRI/answer/q{number}", at=now(), before="<b>no</b>", n=number)
        post(
            kind="letter",
            to=f"person{number}@ministry.example",
            subject=f"Letter <i>{number}</i>",
            body="secret text",
            at=now(),
            key=str(number),
        )
    Mail.objects.filter(key="7").update(state="unknown", problem="the mail server hung up or was too slow")


@pytest.mark.parametrize("page", PAGES)
def test_nobody_gets_in_without_the_right(page):
    assert Client().get(page).status_code == 302
    assert signed_in("reviewer", "round/x").get(page).status_code == 404
    assert signed_in("administrator").get(page).status_code == 200


def test_the_audit_trail_shows_the_newest_entries_and_its_head(filled):
    client = signed_in("administrator")
    text = client.get("/desk/audit/").content.decode()
    assert "answer/q129" in text
    assert "answer/q20<" not in text
    assert "&lt;b&gt;no&lt;/b&gt;" in text
    assert 'dir="ltr"><code>1' in text
    earlier = text.split('href="/desk/audit/?q=')[1].split('"')[0].replace("&amp;", "&")
    assert "answer/q20<" in client.get(f"/desk/audit/?q={earlier}").content.decode()
    found = client.get("/desk/audit/?q=answer/q77&actor=p-otter").content.decode()
    assert "answer/q77" in found
    assert "answer/q78" not in found
    assert "No entry fits" in client.get("/desk/audit/?actor=p-fox&before=x").content.decode()
    assert client.get("/desk/audit.csv?q=answer/q77").content.decode().count("answer/q77") >= 1


def test_the_outbox_shows_states_and_never_a_text(filled):
    client = signed_in("administrator")
    text = client.get("/desk/outbox/").content.decode()
    assert "130 mails are not delivered yet." in text
    assert "person129@ministry.example" in text
    assert "Letter &lt;i&gt;129&lt;/i&gt;" in text
    found = client.get("/desk/outbox/?state=unknown").content.decode()
    assert "may have been sent" in found
    assert "hung up" in found
    assert "person8@" not in found
    for page in ("/desk/outbox/", "/desk/outbox/?q=person12", "/desk/outbox.csv", "/desk/outbox.json"):
        assert "secret text" not in client.get(page).content.decode()
    assert client.get("/desk/outbox/?state=lost").status_code == 400


def test_both_pages_ask_the_database_little(filled, django_assert_max_num_queries):
    client = signed_in("administrator")
    for page in ("/desk/audit/", "/desk/outbox/"):
        with django_assert_max_num_queries(10):
            client.get(page)


def the_mail(state="unknown", tries=2):
    number = post(kind="letter", to="a@ministry.example", subject="Letter", body="secret text", at=now(), key=f"{state}/{tries}")
    Mail.objects.filter(pk=number).update(state=state, tries=tries, next_at=now() + timedelta(hours=6))
    return Mail.objects.get(pk=number)


@pytest.mark.parametrize("state", ["unknown", "failed", "refused"])
def test_a_held_mail_goes_out_once_more_and_the_trail_tells_who_let_it(own_data, state):
    client, mail = signed_in("programme_officer"), the_mail(state)
    page = client.get(f"/desk/outbox/?state={state}").content.decode()
    assert f'name="again" value="{mail.pk}"' in page
    answer = client.post(f"/desk/outbox/?state={state}", {"again": mail.pk, "tries": 2})
    assert answer["Location"] == f"/desk/outbox/?q=&state={state}&before=&done=again"
    assert "The mail waits to be sent once more." in client.get(answer["Location"]).content.decode()
    sent = claim(at=now())
    assert (sent.id, sent.message_id) == (mail.pk, mail.message_id)
    entry = AuditEntry.objects.order_by("-number").first()
    assert (entry.actor, entry.verb, entry.thing) == (client.person.pseudonym, "send again", f"outbox/{mail.pk}")


def test_a_second_press_of_the_same_button_sends_nothing(own_data):
    client, mail = signed_in("administrator"), the_mail("unknown")
    client.post("/desk/outbox/", {"again": mail.pk, "tries": 2})
    assert client.post("/desk/outbox/", {"again": mail.pk, "tries": 2})["Location"].endswith("done=not")
    claim(at=now())
    settle(mail=mail.pk, outcome=Outcome(Fate.UNKNOWN, "no last word"), at=now())
    told = client.post("/desk/outbox/", {"again": mail.pk, "tries": 2})["Location"]
    assert "it has moved on since you saw it" in client.get(told).content.decode()
    assert Mail.objects.get(pk=mail.pk).state == "unknown"
    assert AuditEntry.objects.filter(verb="send again").count() == 1


@pytest.mark.parametrize("state", ["pending", "sending", "delivered"])
def test_a_mail_that_is_not_held_is_never_sent_again(own_data, state):
    client, mail = signed_in("administrator"), the_mail(state)
    assert "Send again" not in client.get("/desk/outbox/").content.decode()
    assert client.post("/desk/outbox/", {"again": mail.pk, "tries": 2})["Location"].endswith("done=not")
    assert Mail.objects.get(pk=mail.pk).state == state


def test_only_those_who_may_let_mails_out_and_only_from_our_own_page(own_data):
    mail = the_mail()
    for role, scope in (("reviewer", ""), ("focal_point", ""), ("programme_officer", "round/x")):
        assert signed_in(role, scope, email=f"{role}@x.example").post("/desk/outbox/", {"again": mail.pk}).status_code == 404
    client = signed_in("administrator")
    elsewhere = {"origin": "https://elsewhere.example"}
    assert client.post("/desk/outbox/", {"again": mail.pk, "tries": 2}, headers=elsewhere).status_code == 403
    assert client.post("/desk/outbox/", {"again": "9" * 40, "tries": 2}).status_code == 404
    assert Client().post("/desk/outbox/", {"again": mail.pk}, headers=HERE).status_code == 302
    assert Mail.objects.get(pk=mail.pk).state == "unknown"
