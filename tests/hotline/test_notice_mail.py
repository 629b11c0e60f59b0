"""Notices against a real mail server on loopback that refuses, is slow, takes a mail twice or offers no TLS."""

from __future__ import annotations

import asyncio
import threading
from datetime import timedelta

import pytest

from cop.cli.worker import Worker
from cop.ground.exchange.mail import MailServer, Tls
from cop.ground.models import Mail
from cop.ground.public import now
from cop.hotline.actions import cases
from cop.hotline.actions.escalations import propose_escalations
from cop.hotline.actions.follow import follow_mails, mark_bounced
from cop.hotline.actions.notices import send_notice
from cop.hotline.models import Notice
from cop.hotline.queries.notices import notices, proposals
from tests.hotline.casework import AFTER, a_contact, a_notice, an_address, somebody, traced

pytestmark = pytest.mark.django_db
ADDRESS = {"address": "http://bad.example/page?x=1"}


@pytest.fixture
def sent(centre):
    """A notice in the outbox, and a worker that sends to a server until nothing is due."""
    at = now()
    address, contact = an_address(centre, ADDRESS, at), a_contact(at)
    traced(address, at)
    name = a_notice(centre, address, contact, at)
    send_notice(notice=name, rules=AFTER, by=somebody("lead"), at=at)

    def work(server):
        worker = Worker(threading.Event())
        worker.server, worker.close = server, lambda: None
        Mail.objects.update(next_at=at)
        worker.round(and_tick=False)
        follow_mails(at=now())
        (row,) = notices()
        return row.state, row.mail.state

    return address, work


def test_a_notice_arrives_with_its_files_and_nothing_of_it_stays(sent, counterpart, capsys):
    """NOTICE-10"""
    handler, server = counterpart()
    _, work = sent
    assert work(server) == ("sent", "delivered")
    (mail,) = handler.taken
    assert "hxxp://bad[.]example/page?x=1" in mail.get_body().get_content()
    assert "bad" not in str(mail["Subject"])
    assert [part.get_content_type() for part in mail.iter_attachments()] == ["text/plain", "application/json"]
    row = Mail.objects.get()
    assert (row.body, bytes(row.sealed), bytes(Notice.objects.get().sealed)) == ("", b"", b"")
    assert "bad" not in capsys.readouterr().out


def test_a_server_that_refuses_makes_a_notice_that_visibly_did_not_arrive(sent, counterpart):
    """NOTICE-09"""
    _, server = counterpart("550 no such person at http://bad.example")
    address, work = sent
    assert work(server) == ("failed", "refused")
    assert "bad" not in Mail.objects.get().problem
    assert propose_escalations(at=now() + timedelta(hours=72), hours=72) == 1
    assert [row.address for row in proposals()] == [address.name]


def test_a_server_that_is_slow_leaves_it_in_doubt_and_takes_it_twice_with_one_message_id(sent, counterpart):
    """NOTICE-09"""

    async def sleep(_server):
        if len(handler.taken) == 1:
            await asyncio.sleep(5)

    handler, server = counterpart(at_data=sleep)
    _, work = sent
    assert work(server) == ("queued", "unknown")
    Mail.objects.update(state="pending")
    assert work(server) == ("sent", "delivered")
    assert len(handler.taken) == 2
    assert len({mail["Message-ID"] for mail in handler.taken}) == 1


@pytest.mark.parametrize("tls", [Tls.STARTTLS, Tls.IMPLICIT])
def test_a_server_without_tls_gets_no_notice(sent, counterpart, tls):
    """NOTICE-11, S-08"""
    handler, plain = counterpart()
    _, work = sent
    assert work(MailServer(plain.host, plain.port, plain.sender, tls, patience=1)) == ("queued", "pending")
    assert handler.taken == []


def test_a_hold_that_is_placed_after_sending_was_asked_for_keeps_the_notice_back(sent, counterpart):
    """NOTICE-07, S-04"""
    handler, server = counterpart()
    address, work = sent
    held = {"number": address.case_id, "by": somebody("lead"), "at": now()}
    cases.place_hold(officer="Insp. Example", reason="arrest planned", until=now() + timedelta(hours=72), **held)
    assert work(server) == ("queued", "pending")
    assert (handler.taken, Mail.objects.get().problem) == ([], "a police hold stands")
    cases.lift_hold(agreed=True, **held)
    assert work(server) == ("sent", "delivered")


def test_a_bounce_that_comes_later_is_marked_by_a_person_and_stays(sent, counterpart):
    """NOTICE-09"""
    _, server = counterpart()
    _, work = sent
    work(server)
    mark_bounced(notice=Notice.objects.get().name, by=somebody("lead"), at=now())
    assert work(server) == ("failed", "delivered")
