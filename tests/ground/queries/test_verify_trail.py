"""The trail in the database, tampered with below the models and past its triggers (S-29, for the operator's own hand too)."""

import stat
from datetime import UTC, datetime

import pytest
from django.db import connection

from cop.ground.core.trail import BadHead, Fault
from cop.ground.exchange.audit_key import BadKey, lodge, own_key
from cop.ground.public import record
from cop.ground.queries.trail import found_entries, head_line, verify_trail

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 22, 10, 0, 0, 5, tzinfo=UTC)
TABLES = ("ground_auditentry", "ground_audithead")


@pytest.fixture
def trail(own_data):
    write(30)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DROP TRIGGER audit_append_only ON ground_auditentry")
        else:
            cursor.execute("DROP TRIGGER audit_no_update")
            cursor.execute("DROP TRIGGER audit_no_delete")
    return own_data


def write(size, verb="answer"):
    for number in range(size):
        record(actor="p-otter", verb=verb, thing=f"round/x/CRI/answer/q{number}", at=AT, before="no", after="sí", n=number)


def run(*statements):
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def fault(folder, *heads):
    found = verify_trail(folder, heads)
    return (found.fault, found.number) if found else None


def test_an_untouched_trail_is_intact_and_its_head_is_one_line_of_three_words(trail):
    line = head_line(trail)
    assert [len(word) for word in line.split()] == [2, 64, 128]
    assert fault(trail, line) is None
    assert fault(trail) is None


@pytest.mark.parametrize("column", ["actor", "verb", "thing", "details", "previous", "digest", "at"])
def test_a_flipped_byte_in_any_column_is_named(trail, column):
    new = "'2026-11-22 10:00:00.000006'" if column == "at" else f"'!' || substr({column}, 2)"
    run(f"UPDATE ground_auditentry SET {column} = {new} WHERE number = 7")
    assert fault(trail) == (Fault.ALTERED, 7)


def test_bytes_that_can_t_even_be_read_are_named(trail):
    if connection.vendor == "postgresql":
        return  # it keeps types and encodings itself
    for broken in ("at = 'no moment'", "verb = CAST(x'ff' AS TEXT)", "details = x'00ff'"):
        run(f"UPDATE ground_auditentry SET {broken} WHERE number = 9")
        assert fault(trail) == (Fault.ALTERED, 9), broken


def test_a_deleted_entry_is_named(trail):
    run("DELETE FROM ground_auditentry WHERE number = 12")
    assert fault(trail) == (Fault.MISSING, 12)


def test_two_swapped_entries_are_named(trail):
    run(*(f"UPDATE ground_auditentry SET number = {new} WHERE number = {old}" for old, new in ((5, 999), (6, 5), (999, 6))))
    assert fault(trail) == (Fault.REORDERED, 5)


def test_a_cut_tail_is_named(trail):
    run("DELETE FROM ground_auditentry WHERE number > 25")
    assert fault(trail) == (Fault.CUT_OFF, 26)


def test_a_whole_log_replaced_by_an_older_copy_is_named_given_the_printed_head(trail):
    for table in TABLES:
        run(f"CREATE TABLE older_{table} AS SELECT * FROM {table}")
    write(5)
    printed = head_line(trail)
    for table in TABLES:
        run(f"DELETE FROM {table}", f"INSERT INTO {table} SELECT * FROM older_{table}")
    assert fault(trail) is None
    assert fault(trail, printed) == (Fault.ROLLED_BACK, 31)
    write(10, "sign")  # the older copy goes on
    assert fault(trail, printed) == (Fault.ROLLED_BACK, 35), "the older copy went on"


def test_a_head_lodged_in_the_data_folder_names_an_older_copy_too(trail):
    assert lodge(trail, head_line(trail))
    assert not lodge(trail, head_line(trail))
    run("DELETE FROM ground_auditentry WHERE number > 20")
    run("UPDATE ground_audithead SET number = 20, digest = (SELECT digest FROM ground_auditentry WHERE number = 20)")
    assert fault(trail) == (Fault.ROLLED_BACK, 21)


def test_a_head_that_was_not_signed_here_is_refused(trail, tmp_path):
    with pytest.raises(BadHead):
        fault(trail, head_line(tmp_path / "elsewhere"))


def test_the_key_is_made_once_and_only_its_owner_reads_it(trail):
    first = own_key(trail)
    assert stat.S_IMODE((trail / "audit.key").stat().st_mode) == 0o600
    assert own_key(trail).private_bytes_raw() == first.private_bytes_raw()
    (trail / "audit.key").write_text("no key")
    with pytest.raises(BadKey, match=r"audit\.key"):
        own_key(trail)


def test_entries_are_found_by_word_actor_and_number(trail):
    assert [entry.number for entry in found_entries(q="answer/q29")] == [30]
    assert [entry.number for entry in found_entries(actor="p-otter", most=2)] == [30, 29]
    assert [entry.number for entry in found_entries(before=3)] == [2, 1]
    assert found_entries(actor="p-fox") == ()
