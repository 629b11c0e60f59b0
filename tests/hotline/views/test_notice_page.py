"""The sealed page of a notice: only its code opens it, only by a button, a few times, and then never again."""

from __future__ import annotations

import gzip
import re
from datetime import timedelta

import pytest

from cop.ground.core.door import BY_CODE
from cop.ground.models import AuditEntry, Mail
from cop.ground.public import now
from cop.hotline.actions import follow
from cop.hotline.actions.notices import send_notice
from cop.hotline.models import CaseEvent, Notice
from cop.hotline.public import open_outgoing
from tests.hotline.casework import AFTER, a_contact, a_notice, an_address, somebody, traced

pytestmark = pytest.mark.django_db
HERE = {"origin": "http://testserver"}


@pytest.fixture
def code(centre):
    at = now()
    address, contact = an_address(centre, {"address": "http://bad.example/page?x=1"}, at), a_contact(at, way="page")
    traced(address, at)
    send_notice(notice=a_notice(centre, address, contact, at), rules=AFTER, by=somebody("lead"), at=at)
    mail = Mail.objects.get()
    body, files = open_outgoing(mail.kind, mail.key, bytes(mail.sealed))
    assert files == ()
    assert "bad" not in body
    assert "https://centre.example/en/notice/" in body
    return re.search(r"Code: ([A-Z2-9-]+)", body)[1]


def ask(client, code="", language="en", **more):
    return client.post(f"/{language}/notice/", {"code": code} | more, headers=HERE)


def later(monkeypatch, **by):
    from cop.hotline.views import notice

    moment = now() + timedelta(**by)
    monkeypatch.setattr(notice, "now", lambda: moment)


def test_a_program_that_follows_links_opens_nothing(client, code):
    """NOTICE-12"""
    for _ in range(5):
        answer = client.get(f"/en/notice/?code={code}")
        assert answer.status_code == 200
        assert "bad" not in answer.content.decode()
    assert Notice.objects.get().page_openings == 0


@pytest.mark.parametrize("language", BY_CODE)
def test_the_code_opens_the_page_which_is_never_kept_and_has_no_link_to_the_place(client, code, language):
    """NOTICE-12, S-08"""
    answer = ask(client, code.lower(), language)
    text = answer.content.decode()
    assert "hxxp://bad[.]example/page?x=1" in text
    assert "http://bad.example" not in text
    assert 'href="hxxp' not in text
    assert answer["Cache-Control"] == "no-store"
    assert "noindex" in answer["X-Robots-Tag"]
    assert answer.cookies == {}
    assert AuditEntry.objects.filter(verb="notice page opened").count() == 1
    assert CaseEvent.objects.get(verb="notice page opened").by == "contact"


@pytest.mark.parametrize("language", BY_CODE)
def test_the_page_is_small_and_names_no_third_party(client, code, language):
    for answer in (client.get(f"/{language}/notice/"), ask(client, code, language)):
        assert answer.status_code == 200
        assert len(gzip.compress(answer.content, 6)) <= 14_000
        assert re.findall(r'(?:src|<link[^>]*href)="https?://(?!testserver)[^"]*"', answer.content.decode()) == []


def test_the_exact_list_can_be_downloaded(client, code):
    """NOTICE-12"""
    number = Notice.objects.get().number
    answer = ask(client, code, file=f"{number}-locations.txt")
    assert answer.content.decode() == f"{number}-1\thttp://bad.example/page?x=1\n"
    assert "attachment" in answer["Content-Disposition"]
    assert ask(client, code, file=f"{number}-1.json")["Content-Type"].startswith("application/json")
    assert "hxxp" in ask(client, code, file="../other").content.decode()
    assert Notice.objects.get().page_openings == 1


def test_a_page_opens_three_times_and_what_follows_within_an_hour_is_the_same_time(client, code, monkeypatch):
    """NOTICE-12"""
    for opening in range(3):
        for minutes in (0, 59):
            later(monkeypatch, hours=2 * opening, minutes=minutes)
            assert ask(client, code).status_code == 200
    later(monkeypatch, hours=6)
    assert ask(client, code).status_code == 404
    assert follow.forget_pages(at=now() + timedelta(hours=6)) == 1
    row = Notice.objects.get()
    assert (bytes(row.page), row.page_openings) == (b"", 3)
    assert follow.forget_pages(at=now() + timedelta(hours=6)) == 0


def test_a_page_is_over_after_two_weeks(client, code, monkeypatch):
    """NOTICE-12"""
    later(monkeypatch, days=13, hours=23)
    assert ask(client, code).status_code == 200
    later(monkeypatch, days=14, seconds=5)
    assert ask(client, code).status_code == 404
    assert follow.forget_pages(at=now() + timedelta(days=14, seconds=5)) == 1


def test_a_contact_can_confirm_on_the_page_that_it_received_the_notice(client, code):
    assert "Confirm that you received it" in ask(client, code).content.decode()
    text = ask(client, code, confirm="yes").content.decode()
    assert "You confirmed that you received this notice." in text
    row = Notice.objects.get()
    assert row.state == "acknowledged"
    ask(client, code, confirm="yes")
    assert CaseEvent.objects.filter(verb="notice acknowledged").count() == 1


@pytest.mark.parametrize(("given", "status"), [("", 422), ("AAAA", 422), ("A" * 28, 404), ("\x00" * 28, 422), ("é" * 5000, 422)])
def test_other_codes_open_nothing(client, code, given, status):
    """NOTICE-12"""
    assert ask(client, given).status_code == status


def test_a_form_that_another_site_sends_opens_nothing(client, code):
    """NOTICE-12"""
    answer = client.post("/en/notice/", {"code": code}, headers={"origin": "https://other.example"})
    assert answer.status_code == 403
    assert Notice.objects.get().page_openings == 0


def test_neither_the_page_nor_its_code_opens_from_the_database_alone(code):
    """NOTICE-12, THR-15: with the service key too, whoever holds the database reads no page once its mail went out."""
    row = Notice.objects.values().get()
    assert code.replace("-", "") not in str(row)
    assert b"bad" not in bytes(row["page"])
