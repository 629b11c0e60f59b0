"""A backup comes back with equal figures on either database; one that is damaged, newer or hostile changes nothing."""

import hashlib
import json
import os
import re
import subprocess
import sys
import zipfile

import pytest

from cop.cli.dev.postgres import NoServer, running
from cop.cli.main import main
from cop.ground.exchange.archive import safe
from cop.ground.models import AuditEntry
from cop.ground.queries.rows import empty

FILL = """
from django.db import transaction
from cop.accounts.actions.invitations import make_person
from cop.accounts.models import DaySalt, Person
from cop.accounts.public import give
from cop.ground.public import now, post, record
with transaction.atomic():
    for n in range(30):
        person = make_person(email=f"person{n}@ministry.example", name=f"وصول \\u202e {n} 会", language="ar", at=now())
        give(person_id=person.pk, role="reviewer", scope="round/x", at=now(), actor="system")
        record(actor=person.pseudonym, verb="answer", thing="round/x", at=now(), before="no", after="sí", n=n)
        post(kind="letter", to="a@b.example", subject="S", body="B", at=now(), key=str(n))
    DaySalt.objects.create(day="2026-11-22", salt=bytes(range(256)))
from cop.observatory.actions.releases import publish_release
from tests.observatory.release_samples import COSTA_RICA, inputs, round_named
round_named("cop-2026")
publish_release(inputs=inputs(COSTA_RICA), at=now(), actor="system")
"""


def environment(folder, address=""):
    return os.environ | {"COP_DATA": str(folder), "COP_DATABASE_URL": address, "COP_TODAY": "2026-11-22"}


def cop(folder, *arguments, address="", code=0):
    done = subprocess.run(
        [sys.executable, "-m", "cop", *arguments], env=environment(folder, address), capture_output=True, text=True
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def filled(folder, address=""):
    cop(folder, "migrate", address=address)
    code = f"from cop.cli.centre import set_up\nset_up()\n{FILL}"
    subprocess.run([sys.executable, "-c", code], env=environment(folder, address), check=True)
    (folder / "files" / "ab").mkdir(parents=True)
    (folder / "files" / "ab" / "evidence.pdf").write_bytes(os.urandom(300_000))
    (folder / "goals.toml").write_text("# nothing\n")


def tables_of(file):
    """Checksum and rows of each member, but for the tables that every restore and backup adds to."""
    with zipfile.ZipFile(file) as held:
        members = json.loads(held.read("manifest.json"))["members"]
        trail = held.read("rows/ground.AuditEntry.jsonl").splitlines()
    moving = ("rows/ground.Audit", "rows/ground.Mail", "data/audit.")
    return {item["name"]: (item["sha256"], item["rows"]) for item in members if not item["name"].startswith(moving)}, trail


@pytest.fixture(scope="module")
def backed_up(tmp_path_factory):
    folder = tmp_path_factory.mktemp("centre")
    filled(folder)
    file = tmp_path_factory.mktemp("kept") / "centre.zip"
    said = cop(folder, "backup", str(file))
    assert "keep" in said
    assert "secret.key" in said
    return file


def test_a_backup_holds_rows_files_and_own_data_but_no_keys_and_no_sessions(backed_up):
    with zipfile.ZipFile(backed_up) as held:
        names = set(held.namelist())
    assert {
        "data/files/ab/evidence.pdf",
        "data/goals.toml",
        "data/audit.pub",
        "rows/accounts.Person.jsonl",
        "manifest.json",
    } <= names
    assert not {name for name in names if "secret" in name or name.endswith(".key") or "Session" in name or "sqlite" in name}
    assert backed_up.stat().st_mode & 0o077 == 0


def test_a_backup_with_keys_comes_back_with_them_into_a_new_centre(tmp_path):
    old, new, file = tmp_path / "old", tmp_path / "new", tmp_path / "keys.zip"
    filled(old)
    (old / "secret.key.0a1b2c3d").write_text("left behind by a start that was killed")
    cop(old, "backup", "--with-keys", str(file))
    cop(old, "backup", str(tmp_path / "none.zip"))
    with zipfile.ZipFile(tmp_path / "none.zip") as held:
        assert not [name for name in held.namelist() if "secret.key" in name or "audit.key" in name]
    cop(new, "migrate")
    made = (new / "secret.key").read_text()
    cop(new, "restore", str(file))
    for key in ("secret.key", "audit.key"):
        assert (new / key).read_bytes() == (old / key).read_bytes()
        assert (new / key).stat().st_mode & 0o077 == 0
    aside = [path for path in new.glob("secret.key.before-*") if path.read_text() == made]
    assert [path.stat().st_mode & 0o077 for path in aside] == [0]
    assert "intact" in cop(new, "audit", "verify")


def test_a_part_that_was_left_behind_makes_no_backup_readable_by_others(backed_up, tmp_path):
    part = tmp_path / "next.zip.part"
    part.write_text("")
    part.chmod(0o644)
    folder = tmp_path / "centre"
    cop(folder, "migrate")
    cop(folder, "backup", str(tmp_path / "next.zip"))
    assert (tmp_path / "next.zip").stat().st_mode & 0o077 == 0


def test_a_backup_goes_from_sqlite_to_postgresql_and_back_with_equal_rows(backed_up, tmp_path):
    first, trail = tables_of(backed_up)
    try:
        with running() as address:
            there, back = tmp_path / "there", tmp_path / "back"
            cop(there, "migrate", address=address)
            said = cop(there, "restore", str(backed_up), address=address)
            assert "restored" in said
            assert "intact" in cop(there, "audit", "verify", address=address)
            assert "1 releases, 0 wrong" in cop(there, "figures", "verify", address=address)
            cop(there, "backup", str(tmp_path / "second.zip"), address=address)
            assert "not empty" in cop(there, "restore", str(backed_up), address=address, code=1)
            code = "from cop.cli.centre import set_up\nset_up()\nfrom cop.accounts.actions.invitations import make_person\n"
            code += "from cop.ground.public import now\nmake_person(email='n@m.example', name='N', language='en', at=now())"
            subprocess.run([sys.executable, "-c", code], env=environment(there, address), check=True)
    except NoServer as error:
        pytest.skip(str(error))
    second, longer = tables_of(tmp_path / "second.zip")
    assert second == first
    assert longer[: len(trail)] == trail
    assert [json.loads(line)["verb"] for line in longer[len(trail) :]] == ["restore", "back up"]
    cop(back, "migrate")
    cop(back, "restore", str(tmp_path / "second.zip"))
    assert "1 releases, 0 wrong" in cop(back, "figures", "verify")
    cop(back, "backup", str(tmp_path / "third.zip"))
    assert tables_of(tmp_path / "third.zip")[0] == first
    with zipfile.ZipFile(tmp_path / "third.zip") as held:
        mails = [json.loads(line) for line in held.read("rows/ground.Mail.jsonl").splitlines()]
    assert {mail["state"] for mail in mails} == {"unknown"}  # what a backup was about to send goes out only when asked


def test_a_release_that_was_rewritten_in_a_backup_with_every_checksum_made_right_is_found_rel_27(backed_up, tmp_path):
    def forge(content, _about):
        name = "rows/observatory.Release.jsonl"
        content[name] = re.sub(rb'"checksum":\s*"[0-9a-f]{64}"', b'"checksum": "' + b"0" * 64 + b'"', content[name])

    rewritten(backed_up, tmp_path / "forged.zip", forge)
    cop(tmp_path / "back", "migrate")
    cop(tmp_path / "back", "restore", str(tmp_path / "forged.zip"))
    said = cop(tmp_path / "back", "figures", "verify", code=1)
    assert "WRONG" in said
    assert "its checksum is another than in entry" in said


def test_a_file_that_exists_is_never_overwritten(backed_up, tmp_path):
    before = backed_up.read_bytes()
    assert "exists already" in cop(tmp_path, "backup", str(backed_up), code=1)
    assert backed_up.read_bytes() == before
    assert "data folder itself" in cop(tmp_path, "backup", str(tmp_path / "mine.zip"), code=1)


def rewritten(source, target, change):
    """The backup with its members and manifest changed, every checksum made right again."""
    with zipfile.ZipFile(source) as held:
        content = {name: held.read(name) for name in held.namelist()}
    about = json.loads(content.pop("manifest.json"))
    change(content, about)
    rows = {item["name"]: item["rows"] for item in about["members"]}
    about["members"] = [
        {"name": name, "size": len(text), "sha256": hashlib.sha256(text).hexdigest(), "rows": rows.get(name, 0)}
        for name, text in content.items()
    ]  # fmt: skip
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        for name, text in content.items():
            out.writestr(name, text)
        out.writestr("manifest.json", json.dumps(about))


def replace(name, old, new):
    def change(content, about):
        assert old in content[name]
        content[name] = content[name].replace(old, new, 1)

    return change


HOSTILE = {
    "newer format": (lambda content, about: about.update(format=2), "newer release"),
    "newer migration": (lambda content, about: about["migrations"].append("ground.0099_later"), "0099_later"),
    "older release": (lambda content, about: about["migrations"].remove("ground.0001_initial"), "older release"),
    "no migrations": (lambda content, about: about.pop("migrations"), "no migrations"),
    "path up": (lambda content, about: content.update({"data/../../evil": b"x"}), "leads elsewhere"),
    "path from the root": (lambda content, about: content.update({"/etc/evil": b"x"}), "leads elsewhere"),
    "hidden file": (lambda content, about: content.update({"data/.ssh/evil": b"x"}), "leads elsewhere"),
    "backslash": (lambda content, about: content.update({"data/..\\evil": b"x"}), "leads elsewhere"),
    "zip bomb": (lambda content, about: content.update({"data/zeros": bytes(60_000_000)}), "100 times"),
    "table gone": (lambda content, about: content.pop("rows/accounts.Person.jsonl"), "accounts.Person"),
    "table of another program": (lambda content, about: content.update({"rows/other.Thing.jsonl": b""}), "other.Thing"),
    "audit entry changed": (replace("rows/ground.AuditEntry.jsonl", b'"verb":"answer"', b'"verb":"invent"'), "audit trail"),
    "audit tail cut": (
        lambda content, about: content.update({"rows/ground.AuditEntry.jsonl": content["rows/ground.AuditEntry.jsonl"][:-500]}),
        "ends within a line",
    ),
    "head of another trail": (lambda content, about: about.update(audit_head="1 " + "a" * 64 + " 00"), "audit trail"),
    "no head": (lambda content, about: about.pop("audit_head"), "audit trail"),
    "row of another type": (replace("rows/accounts.Person.jsonl", b'"is_active":true', b'"is_active":"perhaps"'), "row 1 of accounts.Person"),
    "column gone": (replace("rows/accounts.Person.jsonl", b'"language":"ar",', b""), "row 1 of accounts.Person"),
    "no JSON": (replace("rows/accounts.Person.jsonl", b"{", b"["), "row 1 of accounts.Person"),
    "row that refers to nobody": (replace("rows/accounts.Grant.jsonl", b'"person_id":1,', b'"person_id":987654,'), "do not fit"),
    "same row twice": (replace("rows/accounts.Person.jsonl", b"person1@", b"person0@"), "do not fit"),
    "rows miscounted": (
        lambda content, about: content.update({"rows/accounts.DaySalt.jsonl": b""}), "its manifest says",
    ),
}  # fmt: skip


@pytest.fixture
def empty_centre(own_data, monkeypatch, transactional_db):
    monkeypatch.setenv("COP_DATA", str(own_data))
    return own_data


def refused(file, folder, capsys):
    before = sorted(folder.rglob("*"))
    assert main(["restore", str(file)]) == 1
    said = capsys.readouterr().err
    assert len(said.strip().splitlines()) == 1
    assert empty() == ""
    assert not AuditEntry.objects.exists()
    assert sorted(folder.rglob("*")) == before
    return said


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_or_foreign_backup_is_refused_and_nothing_changes(kind, backed_up, empty_centre, tmp_path, capsys):
    change, word = HOSTILE[kind]
    file = tmp_path / "changed.zip"
    rewritten(backed_up, file, change)
    assert word in refused(file, empty_centre, capsys)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("part", range(0, 100, 9))
def test_a_flipped_byte_anywhere_is_refused_and_nothing_changes(part, backed_up, empty_centre, tmp_path, capsys):
    held = bytearray(backed_up.read_bytes())
    with zipfile.ZipFile(backed_up) as whole:  # inside the content of a member, not in a time stamp that nobody reads
        infos = whole.infolist()
        info = infos[len(infos) * part // 100]
    place = info.header_offset + 30 + len(info.filename) + 24 + info.compress_size // 2
    held[min(place, len(held) - 1)] ^= 0x55
    file = tmp_path / "flipped.zip"
    file.write_bytes(held)
    assert refused(file, empty_centre, capsys)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("size", [0, 10, 1000, -1, -2000])
def test_a_cut_file_is_refused_and_nothing_changes(size, backed_up, empty_centre, tmp_path, capsys):
    file = tmp_path / "cut.zip"
    file.write_bytes(backed_up.read_bytes()[:size])
    assert "backup" in refused(file, empty_centre, capsys)


@pytest.mark.django_db(transaction=True)
def test_a_file_in_the_way_is_named_and_stays(backed_up, empty_centre, capsys):
    (empty_centre / "goals.toml").write_text("# mine\n")
    assert "goals.toml" in refused(backed_up, empty_centre, capsys)
    assert (empty_centre / "goals.toml").read_text() == "# mine\n"


@pytest.mark.django_db(transaction=True)
def test_keys_that_stood_there_stand_there_again_when_a_restore_fails(backed_up, empty_centre, tmp_path, capsys, monkeypatch):
    for key in ("secret.key", "audit.key"):
        (empty_centre / key).write_text("a" * 64)
    file = tmp_path / "keys.zip"
    rewritten(backed_up, file, lambda content, about: content.update({"data/audit.key": b"b" * 64, "data/secret.key": b"c" * 64}))

    replaced, full = os.replace, [OSError(28, "No space left on device")]

    def broken(source, target):
        replaced(source, target)
        if str(target).endswith("secret.key") and full:
            raise full.pop()

    monkeypatch.setattr(os, "replace", broken)
    before = {path: path.read_bytes() for path in empty_centre.rglob("*") if path.is_file()}
    assert main(["restore", str(file)]) == 1
    assert {path: path.read_bytes() for path in empty_centre.rglob("*") if path.is_file()} == before
    assert empty() == ""


@pytest.mark.django_db(transaction=True)
def test_a_whole_backup_is_restored_here_and_a_second_restore_is_refused(backed_up, empty_centre, capsys):
    assert main(["restore", str(backed_up)]) == 0
    assert (empty_centre / "files" / "ab" / "evidence.pdf").stat().st_size == 300_000
    assert main(["audit", "verify"]) == 0
    assert main(["restore", str(backed_up)]) == 1
    assert "not empty" in capsys.readouterr().err


@pytest.mark.parametrize(("name", "good"), [
    ("data/files/a.pdf", True), ("data/packs/x/y.md", True), ("rows/ground.Mail.jsonl", True), ("rows/../x.jsonl", False), ("data/", False),
    ("data//x", False), ("data/a:b", False), ("data/a\nb", False), ("other", False), ("data/..", False), ("data/x/../y", False),
])  # fmt: skip
def test_names_of_members_stay_inside(name, good):
    assert safe(name) is good
