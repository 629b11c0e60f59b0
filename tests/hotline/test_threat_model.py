"""Each claim of the threat model, and that none stands there without a test."""

import base64
import io
import json
import logging
import os
import re
import sqlite3
import subprocess
import sys
import time
import urllib.request
import zipfile
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.test import Client

from cop.cli.dev.invented import go_live
from cop.cli.serve import server_command
from cop.ground.core.door import NotOpened, new_key, public_half
from cop.ground.models import AuditEntry
from cop.ground.public import now
from cop.hotline import forms
from cop.hotline.actions.intake import UnknownKeys, check_team, receive
from cop.hotline.actions.keys import change
from cop.hotline.actions.messages import write
from cop.hotline.actions.opening import open_hotline
from cop.hotline.api import reports
from cop.hotline.core.body import Body
from cop.hotline.core.proof import Limits, Spent, challenge, solve
from cop.hotline.core.receipt import BadReceipt, new_seed, opened, read_receipt, receipt_of
from cop.hotline.core.sealing import open_for_reporter, open_key
from cop.hotline.exchange.keystore import month_of
from cop.hotline.models import Member, Message, Report, TeamKey
from cop.hotline.queries.reports import open_report
from cop.hotline.queries.rings import RingRefused, Unlocked
from cop.hotline.queries.threads import thread
from cop.hotline.queries.verification import ring_faults, row_faults

ROOT = Path(__file__).parents[2]
WORDS = "I saw the album Quokkafield 4711"
ADDRESS = "https://quokkafield.example/album/4711"
BODY = Body(address=ADDRESS, note=WORDS, contact="wren@quokkafield.example", language="en")


def test_each_claim_has_a_test_and_each_risk_is_told():
    text = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")
    claims = set(re.findall(r"THR-\d\d", text))
    cited = {
        code for path in (ROOT / "tests" / "hotline").rglob("*.py") for code in re.findall(r"THR-\d\d", path.read_text("utf-8"))
    }
    assert claims == cited == {f"THR-{number:02}" for number in range(1, 16)}
    tables, told = text.split("## Remaining risks")
    assert set(re.findall(r"RISK-\d\d", tables)) == set(re.findall(r"\*\*(RISK-\d\d)\*\*", told))


def test_each_rule_of_the_hotline_is_cited_by_a_test():
    rules = set(re.findall(r"\*\*(HOT-[A-Z]+)\*\*", (ROOT / "docs" / "hotline.md").read_text(encoding="utf-8")))
    tests = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests" / "hotline").rglob("*.py"))
    assert len(rules) == 12
    assert {rule for rule in rules if rule not in tests.replace(f'"{rule}"', "")} == set()


def forms_of(text: str) -> dict[str, bytes]:
    """How a text may stand in bytes: raw, hexadecimal, base64 in each of three places, percent-encoded, UTF-16."""
    raw = text.encode()
    found = {"raw": raw, "hex": raw.hex().encode(), "HEX": raw.hex().upper().encode(), "utf-16-le": text.encode("utf-16-le"),
             "utf-16-be": text.encode("utf-16-be"), "percent": "".join(f"%{byte:02X}" for byte in raw).encode()}  # fmt: skip
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + raw)
        found[f"base64 {shift}"] = encoded[4 if shift else 0 : len(encoded) // 4 * 4 - 4]
    return found


def found_in(place: bytes, *texts: str) -> list[str]:
    return [f"{text[:12]} as {form}" for text in texts for form, held in forms_of(text).items() if held in place]


@pytest.mark.parametrize("form", list(forms_of("x")))
def test_the_search_itself_finds_a_canary_in_every_form(form):
    assert found_in(b"\x01\x02" + forms_of(WORDS)[form] + b"\x03", WORDS)


@pytest.fixture
def sent(centre):
    """A centre with one report and one message to its reporter; and the receipt."""
    accepted = receive(body=BODY, seed=new_seed(), keys=centre.keystore.keys(now()), at=now())
    month = month_of(now())
    row = Report.objects.get()
    write(
        report=row.pk,
        text="Dear Quokkafield, thank you.",
        thread=centre.keystore.thread_key(month),
        month=month,
        actor="p-fox",
        at=now(),
    )
    return centre, accepted, row, month


def stored() -> bytes:
    """Every row of the hotline and of the audit trail, with bytes as they are."""
    out = io.BytesIO()
    for model in (Report, Message, AuditEntry):
        for values in model.objects.values_list():
            for value in values:
                out.write(bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode())
                out.write(b"\n")
    return out.getvalue()


def test_a_copy_of_the_database_tells_nothing(sent):
    """THR-01, HOT-SEAL."""
    _, accepted, row, _ = sent
    place = stored()
    assert (
        found_in(
            place, WORDS, ADDRESS, "quokkafield", "Dear Quokkafield", accepted.receipt, opened(accepted.receipt).reply_key.hex()
        )
        == []
    )
    assert found_in(place, accepted.reference)  # what may stand there is found by the same search
    assert len(row.body) % 512 == 48


def test_the_public_keys_open_no_report_and_no_message(sent):
    """THR-02: they are public halves, and thread keys that open only the outer seal."""
    centre, _, row, month = sent
    lookup, keys = bytes.fromhex(row.lookup), centre.keystore
    every = [bytes.fromhex(path.read_text().strip()) for path in (keys.folder / "public").iterdir()]
    for month_key in every:
        with pytest.raises(NotOpened):
            open_key(bytes(row.own_key), lookup, month=month_key, month_id=month, team=month_key, team_id=row.team)
    message = Message.objects.get()
    with pytest.raises(NotOpened):
        open_for_reporter(
            bytes(message.for_reporter),
            opened(receipt_of(new_seed())),
            thread=keys.thread_key(month),
            month_id=month,
            message=message.name,
        )


def test_the_desk_s_keys_open_nothing_without_the_team_s_and_the_other_way_round(sent):
    """THR-03, THR-04."""
    centre, _, row, month = sent
    lookup, own = bytes.fromhex(row.lookup), bytes(row.own_key)
    for month_key, team in ((centre.keystore.month_key(month), new_key()), (new_key(), centre.unlocked.private)):
        with pytest.raises(NotOpened):
            open_key(own, lookup, month=month_key, month_id=month, team=team, team_id=row.team)
    with pytest.raises(NotOpened):
        open_report(row.pk, Unlocked(centre.unlocked.team_id, new_key()), centre.keystore)


def test_a_deleted_month_is_gone_whatever_else_is_kept(sent):
    """THR-08."""
    centre, accepted, row, month = sent
    for path in centre.keystore.folder.rglob(f"{month}.*"):
        path.unlink()
    centre.keystore.prepare(now())
    with pytest.raises(NotOpened):
        open_report(row.pk, centre.unlocked, centre.keystore)
    assert [said.text for said in thread(opened(accepted.receipt), centre.keystore).messages] == [None]


def test_what_is_changed_removed_or_put_in_past_the_program_is_named(sent):
    """THR-09, HOT-PROOF: every column that a report or message is sealed by, and every key of the ring."""
    assert [*ring_faults(), *row_faults()] == []
    for model, columns, verb in (
        (Report, ("own_public", "own_key", "body", "reply_to"), "report"), (Message, ("for_reporter", "for_desk", "own_key"), "message"),
        (Report, ("reference", "mark", "language", "team", "month"), "report"),
    ):  # fmt: skip
        row = model.objects.get()
        for column in columns:
            before = getattr(row, column)
            model.objects.update(**{column: b"x" * 32 if isinstance(before, bytes | memoryview) else "x"})
            assert [fault for fault in row_faults() if fault.startswith(verb)], column
            model.objects.update(**{column: before})
    assert list(row_faults()) == []
    held = Member.objects.get()
    for model, column in ((Member, "public"), (TeamKey, "recovery"), (TeamKey, "public")):
        before = getattr(model.objects.get(), column)
        model.objects.update(**{column: public_half(new_key())})
        assert len(ring_faults()) == 1, column
        with pytest.raises(RingRefused, match="changed past the program"):
            change(keystore=sent[0].keystore, unlocked=sent[0].unlocked, actor="p-fox", at=now())
        model.objects.update(**{column: before})
    assert Member.objects.get().public == held.public
    Message.objects.all().delete()
    assert [fault for fault in row_faults() if "is missing" in fault]
    Report.objects.create(lookup="0" * 64, reference="AAAAAA", mark="", received_at=now(), team="", month="", own_public=b"",
                          own_key=b"", body=b"", reply_to=b"")  # fmt: skip
    assert [fault for fault in row_faults() if "told of by no entry" in fault]


def test_an_earlier_team_key_takes_no_report_once_a_moment_has_passed(sent):
    """THR-13: whoever left may hold it."""
    centre = sent[0]
    old = centre.keystore.keys(now())
    change(keystore=centre.keystore, unlocked=centre.unlocked, actor="p-fox", at=now())
    check_team(old.team_id, now())
    for at in (now() + timedelta(hours=2),):
        with pytest.raises(UnknownKeys):
            check_team(old.team_id, at)
        with pytest.raises(UnknownKeys):
            receive(body=BODY, seed=new_seed(), keys=old, at=at)
    with pytest.raises(UnknownKeys):
        check_team("f" * 16, now())
    with pytest.raises(UnknownKeys):
        check_team(old.team_id, now(), public_half(new_key()))


def test_one_message_that_can_t_be_opened_hides_no_report(sent):
    centre, _, row, _ = sent
    Message.objects.create(name="bad", report=row, at=now(), of_reporter=True, mark="1" * 64, for_desk=b"x" * 600)
    Message.objects.create(
        name="old", report=row, at=now(), of_reporter=True, mark="2" * 64, for_desk=b"x", own_key=b"y", month="1999-01"
    )
    held = open_report(row.pk, centre.unlocked, centre.keystore)
    assert held.body == BODY
    assert [line.text for line in held.thread] == ["Dear Quokkafield, thank you.", None, None]


def test_a_receipt_opens_its_thread_and_a_reference_opens_nothing(sent):
    """THR-10, THR-11, THR-12, HOT-RECEIPT."""
    centre, accepted, _, _ = sent
    shown = repr(thread(opened(accepted.receipt), centre.keystore))
    assert "Dear Quokkafield" in shown
    assert "4711" not in shown
    with pytest.raises(BadReceipt):
        read_receipt(accepted.reference)
    assert all(thread(opened(receipt_of(new_seed())), centre.keystore) is None for _ in range(200))


def test_a_flooder_with_one_proof_stores_one_text_and_slows_its_own_network_alone(centre, monkeypatch):
    """THR-14."""
    open_hotline(until=date(2026, 12, 31), declaration=go_live(date(2026, 12, 31)), actor="system", at=now())
    monkeypatch.setattr(forms, "limits", Limits(5))
    monkeypatch.setattr(forms, "spent", Spent())
    monkeypatch.setattr(reports, "DIFFICULTY", 4)
    flooder, other = Client(REMOTE_ADDR="198.51.100.7"), Client(REMOTE_ADDR="203.0.113.9")

    def send(client, seed, proof, note):
        fields = {"idempotency_key": seed, "proof": proof, "note": note}
        return client.post("/api/v1/reports", fields, content_type="application/json").status_code

    def proof(seed):
        return solve(challenge(centre.keystore.flood_secret(), now(), 4), seed)

    seed = new_seed()
    one = proof(seed)
    said = [send(flooder, seed, one, f"text {number}") for number in range(20)]
    assert said == [201] + [422] * 19
    assert [send(flooder, new_seed(), one, "x") for _ in range(20)] == [422] * 20  # nor for another thread
    assert (Report.objects.count(), Message.objects.count()) == (1, 0)
    seeds = [new_seed() for _ in range(20)]
    said = [send(flooder, seed, proof(seed), "x") for seed in seeds]
    assert (said.count(201), said.count(429)) == (4, 16)
    seed = new_seed()
    assert send(other, seed, proof(seed), "x") == 201


# THR-13 and HOT-RING: tests/hotline/actions/test_keys.py, who left. HOT-MEDIA: core/test_media.py.
# HOT-GATE, HOT-STORE, HOT-TRACE: tests/hotline/api/test_reports.py. HOT-NUMBER: tests/hotline/test_concurrency.py.


@pytest.fixture
def served(tmp_path):
    """A centre on loopback as an operator runs it, with its own database file, log and keys."""
    environment = os.environ | {
        "COP_DATA": str(tmp_path / "data"), "COP_DATABASE_URL": "", "COP_HOTLINE_PROOF_OF_WORK": "off", "COP_HOTLINE_RATE_LIMIT": "off",
        "TMPDIR": str(tmp_path / "tmp"),
    }  # fmt: skip
    (tmp_path / "tmp").mkdir()
    (tmp_path / "pass").write_text("five words are quite enough")

    def cop(*arguments):
        subprocess.run([sys.executable, "-m", "cop", *arguments], env=environment, check=True, stdout=subprocess.DEVNULL)

    cop("migrate")
    code = "from cop.cli.centre import set_up; set_up()\nfrom cop.cli.dev.staff import make_lead; make_lead()"
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    cop("hotline", "set-up", "--member", "lee@centre.example", "--passphrase-file", str(tmp_path / "pass"))
    (tmp_path / "declaration").write_text(go_live(date(2026, 12, 31)))
    cop("hotline", "open", "--until", "2026-12-31", "--basis", str(tmp_path / "declaration"), "--by", "lee@centre.example")
    port = 18000 + os.getpid() % 10_000
    log = (tmp_path / "log").open("wb")
    server = subprocess.Popen(server_command("127.0.0.1", port, 1), env=environment, stdout=log, stderr=log)
    base = f"http://127.0.0.1:{port}"
    for _ in range(300):
        try:
            urllib.request.urlopen(f"{base}/healthz", timeout=5).close()
            break
        except OSError:
            time.sleep(0.1)
    yield base, tmp_path, server, cop
    server.terminate()
    server.wait(timeout=20)
    log.close()


def test_files_logs_backup_and_environment_of_a_running_centre_hold_nothing_of_a_report(served):
    """THR-05, THR-06, THR-07: the same search finds a canary planted in each place."""
    base, folder, server, cop = served
    body = {"address": ADDRESS, "note": WORDS, "idempotency_key": new_seed()}
    for _ in range(3):
        request = urllib.request.Request(
            f"{base}/api/v1/reports", json.dumps(body).encode(), {"Content-Type": "application/json"}, method="POST"
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            receipt = json.load(answer)["receipt"]
    cop("backup", str(folder / "backup.zip"))
    places = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    places |= {Path(f"/proc/{server.pid}/environ"): Path(f"/proc/{server.pid}/environ").read_bytes()}
    names = {path.name for path in places}
    assert {"centre.sqlite3", "centre.sqlite3-wal", "log", "backup.zip", "environ"} <= names
    with zipfile.ZipFile(folder / "backup.zip") as packed:
        assert not [name for name in packed.namelist() if "keys" in name]
        places |= {Path("backup") / name: packed.read(name) for name in packed.namelist()}
    searched = (WORDS, ADDRESS, "quokkafield", receipt, receipt.replace(" ", ""), body["idempotency_key"])
    for path, held in places.items():
        assert found_in(held, *searched) == [], path
        assert found_in(held + forms_of(WORDS)["base64 1"], WORDS), path
    assert sqlite3.connect(folder / "data" / "centre.sqlite3").execute("SELECT count(*) FROM hotline_report").fetchone() == (1,)


def test_an_error_while_a_report_is_taken_tells_the_log_nothing(open_centre, client, monkeypatch, caplog, settings):
    """THR-07."""
    settings.COP_HOTLINE_PROOF_OF_WORK = settings.COP_HOTLINE_RATE_LIMIT = False

    def broken(**_named):
        raise RuntimeError("the disk is gone")

    monkeypatch.setattr(reports, "receive", broken)
    client.raise_request_exception = False
    with caplog.at_level(logging.DEBUG):
        answer = client.post(
            "/api/v1/reports", json.dumps({"address": ADDRESS, "note": WORDS, "idempotency_key": new_seed()}), "application/json"
        )
    assert answer.status_code == 500
    assert found_in(caplog.text.encode() + answer.content, WORDS, ADDRESS, "quokkafield") == []
