"""Entries are appended inside the caller's transaction; mails are posted once a key."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from cop.ground.actions.trail import NotInTransaction
from cop.ground.models import AppendOnly, AuditEntry, Mail
from cop.ground.public import post, record

AT = datetime(2026, 11, 22, 10, 0, 0, 123456, tzinfo=UTC)
MAIL = {"kind": "invitation", "to": "anna@ministry.example", "subject": "Invitation", "body": "Come in.", "at": AT}


@pytest.mark.django_db
def test_entries_are_numbered_without_gaps_and_chained():
    numbers = [record(actor="p-otter", verb="answer", thing="round/x/CRI", at=AT, question=f"q{n}", size=n) for n in range(3)]
    assert numbers == [1, 2, 3]
    rows = list(AuditEntry.objects.order_by("number"))
    assert [row.previous for row in rows[1:]] == [row.digest for row in rows[:2]]
    assert rows[0].details == '{"question":"q0","size":0}'


@pytest.mark.django_db
@pytest.mark.parametrize(
    "parts",
    [
        {"details": "anna@ministry.example"},
        {"actor": "anna@ministry.example"},
        {"thing": ""},
        {"x": None},
        {"x": True},
        {"x": "a" * 5000},
        {"x": "a\0b"},
    ],
)
def test_what_could_be_personal_or_is_no_plain_value_is_refused(parts):
    with pytest.raises(ValueError, match="audit entry"):
        record(**{"actor": "system", "verb": "do", "thing": "centre", "at": AT} | parts)
    assert not AuditEntry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_entry_outside_a_transaction_is_refused():
    with pytest.raises(NotInTransaction):
        record(actor="system", verb="do", thing="centre", at=AT)


@pytest.mark.django_db(transaction=True)
def test_an_entry_falls_with_the_transaction_it_tells_of():
    def fail():
        with transaction.atomic():
            record(actor="system", verb="do", thing="centre", at=AT)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with transaction.atomic():
        assert record(actor="system", verb="do", thing="centre", at=AT) == 1


@pytest.mark.django_db
def test_models_refuse_to_change_or_delete_an_entry():
    record(actor="system", verb="do", thing="centre", at=AT)
    row = AuditEntry.objects.get()
    row.verb = "undo"
    for refused in (row.save, row.delete, AuditEntry.objects.all().delete, lambda: AuditEntry.objects.update(verb="x")):
        with pytest.raises(AppendOnly):
            refused()


@pytest.mark.django_db
@pytest.mark.parametrize("statement", ["UPDATE ground_auditentry SET verb = 'x'", "DELETE FROM ground_auditentry"])
def test_the_database_refuses_to_change_or_delete_an_entry(statement):
    record(actor="system", verb="do", thing="centre", at=AT)
    with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert AuditEntry.objects.get().verb == "do"


@pytest.mark.django_db
def test_a_mail_is_posted_once_a_key():
    first = post(**MAIL, key="invitation/1")
    assert post(**MAIL | {"subject": "Another"}, key="invitation/1") == first
    assert post(**MAIL, key="invitation/2") != first
    row = Mail.objects.get(pk=first)
    assert (row.state, row.subject, row.tries) == ("pending", "Invitation", 0)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "parts",
    [
        {"to": "a@b.example\r\nBcc: c@d.example"},
        {"subject": "Hello\nX: y"},
        {"to": "nobody"},
        {"to": "a@b.example,c@d.example"},
        {"body": "x" * 200_000},
        {"body": "a\0b"},
    ],
)
def test_a_mail_that_could_smuggle_headers_or_is_too_long_is_refused(parts):
    with pytest.raises(ValueError, match="the mail k"):
        post(**MAIL | parts, key="k")
    assert not Mail.objects.exists()
