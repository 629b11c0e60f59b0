"""Keys in files: made once, private, whole; the public process lives with its own folder alone."""

import shutil
from datetime import UTC, datetime
from multiprocessing.pool import ThreadPool

import pytest

from cop.ground.core.door import new_key, public_half
from cop.hotline.exchange.keystore import KeysMissing, Keystore, month_of, months_from

AT = datetime(2026, 11, 30, 23, 59, tzinfo=UTC)


def test_months_go_on_over_the_year():
    assert months_from(AT, 3) == ["2026-11", "2026-12", "2027-01"]
    assert month_of(AT) == "2026-11"


def test_preparing_again_changes_no_key(tmp_path):
    store = Keystore(tmp_path / "keys")
    assert "service key" in store.prepare(AT)
    before = {path: path.read_bytes() for path in store.folder.rglob("*.*")}
    assert store.prepare(AT) == []
    assert {path: path.read_bytes() for path in store.folder.rglob("*.*")} == before


def test_twenty_programs_that_prepare_at_once_end_with_one_key_each(tmp_path):
    store = Keystore(tmp_path / "keys")
    with ThreadPool(20) as pool:
        pool.map(lambda _: store.prepare(AT), range(20))
    store.set_team(public_half(new_key()))
    keys = store.keys(AT)
    assert keys.month == public_half(store.month_key("2026-11"))
    assert keys.thread == public_half(store.thread_key("2026-11"))


def test_key_files_are_for_their_owner_and_one_group_that_only_reads(tmp_path):
    store = Keystore(tmp_path / "keys")
    store.prepare(AT)
    assert {path.stat().st_mode & 0o777 for path in store.folder.rglob("*.*") if path.is_file()} == {0o640}
    assert {path.stat().st_mode & 0o777 for path in store.folder.iterdir()} == {0o750}


def test_the_public_process_needs_its_own_folder_only(tmp_path):
    store = Keystore(tmp_path / "keys")
    store.prepare(AT)
    store.set_team(public_half(new_key()))
    for name in ("desk", "worker"):
        shutil.rmtree(store.folder / name)
    assert store.keys(AT).month_id == "2026-11"
    assert len(store.thread_key("2026-11")) == len(store.flood_secret()) == 32
    with pytest.raises(KeysMissing):
        store.month_key("2026-11")


@pytest.mark.parametrize("content", [None, "", "zz", "ab" * 31, "\xff"])
def test_a_missing_or_damaged_key_is_named_with_the_way_out(tmp_path, content):
    store = Keystore(tmp_path / "keys")
    store.prepare(AT)
    path = store.folder / "public" / "2026-11.month.pub"
    path.unlink()
    if content is not None:
        path.write_text(content, encoding="latin-1")
    store.set_team(public_half(new_key()))
    with pytest.raises(KeysMissing, match=r"2026-11\.month\.pub is missing or holds no key; run cop hotline set-up"):
        store.keys(AT)


def test_a_month_whose_private_half_is_gone_is_never_made_anew(tmp_path):
    """Else reports would be sealed to a half that nobody holds."""
    store = Keystore(tmp_path / "keys")
    store.prepare(AT)
    (store.folder / "desk" / "2026-12.month.key").unlink()
    with pytest.raises(KeysMissing, match="put the keys back"):
        store.prepare(AT)
    other = Keystore(tmp_path / "other")
    other.prepare(AT)
    shutil.copy(other.folder / "desk" / "2026-12.month.key", store.folder / "desk")
    with pytest.raises(KeysMissing, match="don't fit"):
        store.prepare(AT)
