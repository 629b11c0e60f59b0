"""The ledger of erasures in files: only added to, whole after a cut, and dangerous to no other centre's keys."""

import os
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from cop.hotline.exchange.keystore import Keystore
from cop.hotline.exchange.ledger import NAME, Erased, enter, erased

AT = datetime(2026, 11, 30, 23, 59, tzinfo=UTC)
ONE, TWO = Erased("2025-01", "2026-02-01T00:00:00+00:00", ("ab" * 8,)), Erased("2025-02", "2026-03-01T00:00:00+00:00", ("cd" * 8,))


def test_a_month_is_entered_once_and_read_from_every_folder(tmp_path):
    """RET-06."""
    other = tmp_path / "other"
    other.mkdir()
    assert enter(tmp_path, TWO)
    assert not enter(tmp_path, TWO)
    assert enter(other, ONE)
    assert erased(tmp_path, other, tmp_path / "none") == (ONE, TWO)


@given(cut=st.integers(1, 60), noise=st.binary(max_size=40))
def test_a_line_that_was_cut_off_hides_no_other(cut, noise, tmp_path_factory):
    """RET-06."""
    folder = tmp_path_factory.mktemp("ledger")
    enter(folder, ONE)
    enter(folder, TWO)
    path = folder / NAME
    path.write_bytes(path.read_bytes()[:-cut])
    assert erased(folder)[0] == ONE
    with path.open("ab") as out:
        out.write(noise.replace(b"\n", b""))
    enter(folder, TWO)
    assert erased(folder) == (ONE, TWO)


def test_forgetting_a_month_takes_its_three_files_and_what_was_half_written(tmp_path):
    """RET-05."""
    store = Keystore(tmp_path / "keys")
    store.prepare(AT)
    half = store.folder / "desk" / ".2026-11.month.key-77-00ff00ff"
    half.write_text("ab" * 32)
    names = {path.name for path in store.folder.rglob("*") if path.is_file()}
    assert len(store.fingerprints("2026-11")) == 2
    assert store.forget("2026-11", store.fingerprints("2026-11")) == 4
    left = {path.name for path in store.folder.rglob("*") if path.is_file()}
    assert names - left == {"2026-11.month.key", "2026-11.thread.key", "2026-11.month.pub", half.name}
    assert store.forget("2026-11") == 0


def test_the_ledger_of_another_centre_deletes_no_key(tmp_path):
    """RET-06."""
    ours, theirs = Keystore(tmp_path / "ours"), Keystore(tmp_path / "theirs")
    for store in (ours, theirs):
        store.prepare(AT)
    assert ours.forget("2026-11", theirs.fingerprints("2026-11")) == 0
    assert len(ours.fingerprints("2026-11")) == 2


def test_a_month_that_is_erased_gets_no_new_keys(tmp_path):
    """RET-05."""
    store = Keystore(tmp_path / "keys")
    store.prepare(AT)
    enter(store.folder, Erased("2026-11", AT.isoformat(), store.fingerprints("2026-11")))
    store.forget("2026-11")
    assert store.prepare(AT) == []
    assert store.months() == ("2026-12", "2027-01")


def test_files_that_were_left_half_written_are_swept_after_an_hour(tmp_path):
    """RET-05: they hold keys."""
    store = Keystore(tmp_path / "keys")
    store.prepare(AT)
    old, new = (store.folder / "desk" / f".2026-11.month.key-{pid}-00ff00ff" for pid in (1, 2))
    for path in (old, new):
        path.write_text("ab" * 32)
    os.utime(old, (1, 1))
    store.prepare(AT)
    assert (old.exists(), new.exists()) == (False, True)
