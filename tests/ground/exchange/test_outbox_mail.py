"""The outbox against a real mail server on loopback that refuses, is slow, hangs up, offers no TLS, or kills the worker."""

import os
import signal
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from cop.ground.actions.outbox import claim, doubt, send_again, settle
from cop.ground.exchange.mail import (
    Attachment,
    MailServer,
    NotAnyMore,
    NotNow,
    NotReadable,
    Outgoing,
    Tls,
    deliver,
    message_bytes,
    send,
)  # fmt: skip
from cop.ground.models import AuditEntry, Mail
from cop.ground.public import post
from tests.mail_server import self_signed

AT = datetime(2026, 11, 22, 10, tzinfo=UTC)
BODY = "Dear Anna,\n\nوصول. Überall 会.\n.\nA line that begins with a dot above.\n"


def a_mail(key="a"):
    return post(kind="invitation", to="anna@ministry.example", subject="Invitation: été", body=BODY, at=AT, key=key)


def work(server, at=AT):
    """What a worker does with everything that is due."""
    states = []
    while (mail := claim(at=at)) is not None:
        states.append(settle(mail=mail.id, outcome=send(server, mail), at=at))
    return states


@pytest.mark.django_db
def test_a_mail_is_delivered_once_with_its_headers_and_its_body_is_then_forgotten(counterpart):
    handler, server = counterpart()
    a_mail()
    assert work(server) == ["delivered"]
    assert work(server, AT + timedelta(days=9)) == []
    (mail,) = handler.taken
    row = Mail.objects.get()
    assert (mail["To"], mail["From"], mail["Subject"]) == ("anna@ministry.example", "centre@cop.example", "Invitation: été")
    assert mail["Message-ID"] == row.message_id
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content().replace("\r\n", "\n") == BODY
    assert (row.state, row.body, row.problem) == ("delivered", "", "")


@pytest.mark.django_db
def test_a_mail_refused_for_now_waits_longer_each_time_and_is_delivered_in_the_end(counterpart):
    handler, server = counterpart(*["451 later"] * 3)
    a_mail()
    assert work(server) == ["pending"]
    assert work(server, AT + timedelta(seconds=59)) == []
    assert work(server, AT + timedelta(minutes=1)) == ["pending"]
    assert work(server, AT + timedelta(minutes=2)) == []
    assert work(server, AT + timedelta(minutes=3)) == ["pending"]
    assert "451" in Mail.objects.get().problem
    assert work(server, AT + timedelta(minutes=7)) == ["delivered"]
    assert len(handler.taken) == 1


@pytest.mark.django_db
def test_a_mail_that_never_goes_out_counts_as_failed_and_is_tried_on():
    a_mail()
    nobody = MailServer("127.0.0.1", 1, "centre@cop.example", Tls.OFF, patience=1)
    at, states = AT, []
    for _ in range(10):
        states += work(nobody, at)
        at += timedelta(hours=6)
    assert states == ["pending"] * 7 + ["failed"] * 3
    assert Mail.objects.get().body == BODY
    assert "can't be used" in Mail.objects.get().problem


@pytest.mark.django_db
def test_a_mail_refused_for_good_stays_visible_and_goes_out_again_when_asked(counterpart):
    _, server = counterpart("550 no such person anna@ministry.example")
    a_mail()
    assert work(server) == ["refused"]
    assert work(server, AT + timedelta(days=1)) == []
    assert Mail.objects.get().problem == "the mail server refused with 550"
    assert send_again(actor="p-otter", at=AT) == 1
    assert AuditEntry.objects.get().verb == "send again"
    assert work(server) == ["delivered"]


@pytest.mark.django_db
def test_a_server_that_is_too_slow_with_its_last_word_leaves_the_mail_unknown_and_keeps_its_message_id(counterpart):
    import asyncio

    async def sleep(_server):
        if len(handler.taken) == 1:
            await asyncio.sleep(6)

    handler, server = counterpart(at_data=sleep)
    a_mail()
    assert work(server) == ["unknown"]
    assert work(server, AT + timedelta(days=1)) == []
    assert "slow" in Mail.objects.get().problem
    send_again(actor="p-otter", at=AT)
    assert work(server) == ["delivered"]
    assert len({mail["Message-ID"] for mail in handler.taken}) == 1


@pytest.mark.django_db
def test_a_server_that_hangs_up_after_taking_the_mail_leaves_it_unknown(counterpart):
    async def hang_up(server):
        server.transport.abort()

    _, server = counterpart(at_data=hang_up)
    a_mail()
    assert work(server) == ["unknown"]


@pytest.mark.django_db
def test_without_starttls_or_with_a_certificate_that_nobody_vouches_for_nothing_goes_out(counterpart, tmp_path):
    handler, plain = counterpart()
    a_mail()
    assert work(MailServer(plain.host, plain.port, plain.sender, Tls.STARTTLS, patience=2)) == ["pending"]
    assert "STARTTLS" in Mail.objects.get().problem
    other, behind = counterpart(tls_context=self_signed(tmp_path))
    assert work(MailServer(behind.host, behind.port, behind.sender, Tls.STARTTLS, patience=2), AT + timedelta(hours=1)) == [
        "pending"
    ]
    assert "certificate" in Mail.objects.get().problem
    assert handler.taken + other.taken == []


@pytest.mark.django_db
def test_one_bad_mail_does_not_hold_up_the_others(counterpart):
    _, server = counterpart("550 no", "451 later")
    for key in "abc":
        a_mail(key)
    assert work(server) == ["refused", "pending", "delivered"]


@pytest.mark.django_db
def test_a_mail_left_behind_by_a_dead_worker_is_unknown():
    a_mail()
    assert claim(at=AT) is not None
    assert claim(at=AT) is None
    assert doubt(at=AT) == 1
    assert Mail.objects.get().state == "unknown"


def worker(folder, *options, **environment):
    named = os.environ | {"COP_DATA": str(folder), "COP_DATABASE_URL": "", "COP_TODAY": "2026-11-22"} | environment
    command = [sys.executable, "-m", "cop", "worker", *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=named)


def test_a_worker_killed_between_acceptance_and_commit_loses_nothing_and_sends_nothing_twice(counterpart, tmp_path):
    environment = os.environ | {"COP_DATA": str(tmp_path), "COP_DATABASE_URL": "", "COP_TODAY": "2026-11-22"}
    subprocess.run([sys.executable, "-m", "cop", "migrate"], check=True, env=environment, stdout=subprocess.DEVNULL)
    moment = "2026-11-22 00:00:00"
    with sqlite3.connect(tmp_path / "centre.sqlite3") as base:
        for key in ("a", "b"):
            base.execute(
                'INSERT INTO ground_mail (key, kind, "to", subject, body, sealed, message_id, state, tries, posted_at, next_at, changed_at, problem) '
                "VALUES (?, 'letter', 'anna@ministry.example', 'S', 'B', x'', ?, 'pending', 0, ?, ?, ?, '')",
                (key, f"<{key}@x.example>", moment, moment, moment),
            )

    async def kill(_server):
        if len(handler.taken) == 1:
            os.kill(process.pid, signal.SIGKILL)

    handler, server = counterpart(at_data=kill)
    mail = {"COP_MAIL": f"smtp://127.0.0.1:{server.port}", "COP_MAIL_TLS": "off", "COP_MAIL_FROM": "centre@cop.example"}
    process = worker(tmp_path, **mail)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    assert len(handler.taken) == 1
    process = worker(tmp_path, "--once", **mail)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 0, out
    assert "may have been sent" in out
    assert [taken["Message-ID"] for taken in handler.taken] == ["<a@x.example>", "<b@x.example>"]
    process = worker(tmp_path, "--once", "--send-again", **mail)
    process.communicate(timeout=60)
    assert [taken["Message-ID"] for taken in handler.taken] == ["<a@x.example>", "<b@x.example>", "<a@x.example>"]
    with sqlite3.connect(tmp_path / "centre.sqlite3") as base:
        assert base.execute("SELECT key, state, body FROM ground_mail ORDER BY key").fetchall() == [
            ("a", "delivered", ""), ("b", "delivered", ""),
        ]  # fmt: skip


def test_a_worker_stops_cleanly_when_told_and_a_second_one_is_refused(tmp_path):
    environment = os.environ | {"COP_DATA": str(tmp_path), "COP_DATABASE_URL": ""}
    subprocess.run([sys.executable, "-m", "cop", "migrate"], check=True, env=environment, stdout=subprocess.DEVNULL)
    process = worker(tmp_path)
    assert "mails wait in the outbox" in process.stdout.readline()
    second = worker(tmp_path, "--once")
    out, _ = second.communicate(timeout=60)
    assert (second.returncode, "another worker" in out) == (1, True)
    process.send_signal(signal.SIGTERM)
    out, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert out.splitlines()[-1] == "the worker stopped"


SEALED = b"sealed bytes"


def a_sealed_mail(key="notice/a", kind="notice"):
    return post(kind=kind, to="abuse@host.example", subject="Notice N-1", body="", at=AT, key=key, sealed=SEALED)


def opener(kind, key, sealed):
    assert (kind, key, sealed) == ("notice", "notice/a", SEALED)
    return BODY, (Attachment("list.txt", "text/plain", "a\tب\n".encode()), Attachment("n.json", "application/json", b'{"a": 1}'))


def work_with(server, opener, at=AT):
    mail = claim(at=at)
    return settle(mail=mail.id, outcome=deliver(server, mail, opener), at=at)


@pytest.mark.django_db
def test_a_sealed_mail_is_opened_for_its_way_alone_and_then_forgotten(counterpart):
    """NOTICE-10"""
    handler, server = counterpart()
    a_sealed_mail()
    assert work_with(server, opener) == "delivered"
    (mail,) = handler.taken
    assert mail.get_body().get_content().replace("\r\n", "\n") == BODY
    assert [(part.get_filename(), part.get_content()) for part in mail.iter_attachments()] == [
        ("list.txt", "a\tب\n"), ("n.json", b'{"a": 1}'),
    ]  # fmt: skip
    row = Mail.objects.get()
    assert (row.body, bytes(row.sealed)) == ("", b"")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("said", "state", "kept"),
    [
        (NotNow("a police hold stands"), "pending", SEALED),
        (NotAnyMore("withdrawn"), "dropped", b""),
        (NotReadable("key"), "refused", SEALED),
    ],
)
def test_what_is_not_handed_out_stays_visible_or_is_dropped(counterpart, said, state, kept):
    """NOTICE-07"""

    def refuses(*_parts):
        raise said

    handler, server = counterpart()
    a_sealed_mail()
    assert work_with(server, refuses) == state
    row = Mail.objects.get()
    assert (row.problem, bytes(row.sealed), handler.taken) == (str(said), kept, [])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("host", "said"), [("mail.example", "encrypted connection only"), ("192.0.2.1", "encrypted connection only")]
)
def test_a_sealed_mail_never_goes_out_without_tls_but_to_this_very_machine(host, said):
    """NOTICE-11"""
    a_sealed_mail()
    assert work_with(MailServer(host, 1, "centre@cop.example", Tls.OFF, patience=1), opener) == "pending"
    assert said in Mail.objects.get().problem


@pytest.mark.django_db
def test_a_sealed_mail_that_nobody_opened_is_never_sent(counterpart):
    """NOTICE-11"""
    handler, server = counterpart()
    a_sealed_mail()
    assert work(server) == ["pending"]
    assert handler.taken == []


@pytest.mark.django_db
def test_where_the_mail_server_knows_it_tls_is_asked_for_on_the_whole_way(counterpart):
    """NOTICE-11"""
    handler, server = counterpart(extensions=("REQUIRETLS",))
    a_sealed_mail()
    post(kind="invitation", to="anna@ministry.example", subject="S", body="B", at=AT + timedelta(seconds=1), key="b")
    assert work_with(server, opener) == "delivered"
    assert work(server, AT + timedelta(seconds=1)) == ["delivered"]
    assert handler.options == [True, False]


def test_a_mail_has_the_same_bytes_at_every_try():
    mail = Outgoing(1, "notice", "a@b.example", "S", BODY, "<a@b.example>", AT, attachments=opener("notice", "notice/a", SEALED)[1])
    assert message_bytes(mail, "c@d.example") == message_bytes(mail, "c@d.example")


@pytest.mark.django_db
def test_a_body_in_clear_beside_a_sealed_one_or_one_that_is_too_long_is_refused():
    for parts in ({"body": "clear"}, {"sealed": b"x" * 2_000_001}):
        with pytest.raises(ValueError, match="sealed body"):
            post(**{"kind": "notice", "to": "a@b.example", "subject": "S", "body": "", "sealed": SEALED} | parts, at=AT, key="k")
    assert not Mail.objects.exists()
