"""The pages of audit trail and outbox: for those who may see them, searched by address, taken away as files."""

import pytest
from django.test import Client

from cop.ground.models import Mail
from cop.ground.public import now, post, record
from tests.desk import signed_in

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
