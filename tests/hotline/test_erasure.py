"""An erasure in a centre that runs: killed at any moment and gone on with, and no backup brings back what is erased."""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import pytest

from cop.cli.dev.invented import go_live
from cop.cli.dev.postgres import NoServer, running

MONTHS = [f"{year}-{month:02}" for year in (2024, 2025) for month in range(1, 7)]
FILL = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from cop.cli.centre import set_up
set_up()
from cop.accounts.actions.invitations import make_person
from cop.ground.public import now
from cop.hotline.actions.intake import receive
from cop.hotline.actions.keys import set_up as make_keys
from cop.hotline.actions.opening import open_hotline
from cop.hotline.core.body import Body
from cop.hotline.core.receipt import new_seed
from cop.hotline.core import rings
from cop.hotline.public import keystore
from datetime import date
rings._MEMORY, rings._TIME = 64, 1
person = make_person(email="lee@centre.example", name="Lee", language="en", at=now())
paper, team = make_keys(keystore=keystore(), person=person.pk, passphrase="five words are quite enough", at=now())
Path(sys.argv[1]).write_text(f"{team.team_id} {team.private.hex()}")
open_hotline(until=date(2026, 12, 31), declaration=Path(sys.argv[2]).read_text(), actor="system", at=now())
for month in sys.argv[3].split(","):
    at = datetime(int(month[:4]), int(month[5:]), 15, 12, tzinfo=UTC)
    keystore().prepare(at)
    for number in range(2):
        receive(body=Body(note=f"Quokkafield {month} {number}", language="en"), seed=new_seed(), keys=keystore().keys(at), at=at)
"""
OPENED = """
import json, sys
from pathlib import Path
from cop.cli.centre import set_up
set_up()
from cop.ground.core.door import NotOpened
from cop.hotline.core.body import BadBody
from cop.hotline.exchange.keystore import KeysMissing
from cop.hotline.models import Erasure, Report
from cop.hotline.public import keystore
from cop.hotline.queries.reports import open_report
from cop.hotline.queries.rings import Unlocked
team, private = Path(sys.argv[1]).read_text().split()
opens = {}
for row in Report.objects.all():
    try:
        opens[row.pk] = [row.month, open_report(row.pk, Unlocked(team, bytes.fromhex(private)), keystore()).body.note]
    except (NotOpened, KeysMissing, BadBody):
        opens[row.pk] = [row.month, ""]
done = {row.month: row.finished_at is not None for row in Erasure.objects.all()}
print(json.dumps({"opens": opens, "done": done, "keys": keystore().months()}))
"""


class Centre:
    """A centre with old reports in a folder, driven by its command line."""

    def __init__(self, folder: Path, address: str = "", months: list[str] = MONTHS) -> None:
        self.folder, self.team = folder, folder / "team"
        self.keys = folder / "keys"
        self.environment = os.environ | {
            "COP_DATA": str(folder / "data"), "COP_KEYS": str(self.keys), "COP_DATABASE_URL": address, "COP_TODAY": "2026-11-22",
        }  # fmt: skip
        (folder / "declaration").write_text(go_live(date(2026, 12, 31)).replace("maximum = 1095", "maximum = 365"))
        self.cop("migrate")
        self.python(FILL, str(self.team), str(folder / "declaration"), ",".join(months))

    def cop(self, *arguments: str, code: int = 0) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "cop", *arguments], env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    def python(self, code: str, *arguments: str) -> str:
        return subprocess.run(
            [sys.executable, "-c", code, *arguments], env=self.environment, check=True, capture_output=True, text=True
        ).stdout

    def seen(self):
        return json.loads(self.python(OPENED, str(self.team)))


@pytest.fixture(params=["sqlite", "postgresql"])
def old_centre(request, tmp_path):
    """Twelve months that are due, of two reports each, on either database."""
    with ExitStack() as stack:
        try:
            address = stack.enter_context(running()) if request.param == "postgresql" else ""
        except NoServer as error:
            pytest.skip(str(error))
        yield Centre(tmp_path, address)


def test_an_erasure_killed_at_any_moment_is_gone_on_with(old_centre):
    """RET-05: keys never go before the ledger says so, what was not decided still opens, and the next run finishes."""
    draw, kills = random.Random(4711), 0
    before = old_centre.seen()
    assert all(note for _, note in before["opens"].values())
    for turn in range(4):
        running_one = subprocess.Popen(  # with the lowest priority: who watches it must not come late on a busy machine
            ["nice", "-n", "19", sys.executable, "-m", "cop", "hotline", "erase"], env=old_centre.environment,
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        count = len(list(old_centre.keys.rglob("*")))
        while running_one.poll() is None and len(list(old_centre.keys.rglob("*"))) == count:
            time.sleep(0.0005)
        time.sleep(draw.random() * 0.03 if turn else 0)
        running_one.send_signal(signal.SIGKILL)
        kills += running_one.wait() == -signal.SIGKILL
        seen = old_centre.seen()
        for month, note in seen["opens"].values():
            assert note or month in seen["done"]
            assert not (note and seen["done"].get(month))
        for month in MONTHS:
            assert month in seen["done"] or (old_centre.keys / "desk" / f"{month}.month.key").exists()
    assert kills >= 2
    old_centre.cop("hotline", "erase")
    seen = old_centre.seen()
    assert set(MONTHS) <= {month for month, done in seen["done"].items() if done}
    assert not any(note for _, note in seen["opens"].values())
    assert not set(MONTHS) & set(seen["keys"])
    said = old_centre.cop("hotline", "verify")
    assert said.startswith("erased: 2024-01, ")
    assert "intact" in old_centre.cop("audit", "verify")


def test_a_backup_of_before_opens_nothing_after_the_erasure(old_centre, tmp_path):
    """RET-06, THR-08, S-30: neither the backup as it is, nor a restore, nor an old copy of the keys put back with it."""
    old_centre.cop("backup", str(tmp_path / "before.zip"))
    copies = {path: path.read_bytes() for path in old_centre.keys.rglob("202*.*")}
    assert "month 2024-01 would be erased: 2 reports" in old_centre.cop("hotline", "erase", "--dry-run")
    assert "month 2024-01 erased: 2 reports" in old_centre.cop("hotline", "erase")
    with pytest.MonkeyPatch.context() as patch, ExitStack() as stack:
        address = ""
        if old_centre.environment["COP_DATABASE_URL"]:
            address = stack.enter_context(running())
        patch.setitem(old_centre.environment, "COP_DATA", str(tmp_path / "back"))
        patch.setitem(old_centre.environment, "COP_DATABASE_URL", address)
        for path, held in copies.items():
            path.write_bytes(held)
        old_centre.cop("migrate")
        said = old_centre.cop("restore", str(tmp_path / "before.zip"))
        assert "erased again by the ledger of erasures: 2024-01, " in said
        seen = old_centre.seen()
        assert len(seen["opens"]) == 2 * len(MONTHS)
        assert not any(note for _, note in seen["opens"].values())
        assert not set(MONTHS) & set(seen["keys"])
        assert not [path for path in copies if path.exists() and path.name[:7] in MONTHS]
        assert "erased: 2024-01" in old_centre.cop("hotline", "verify")
        assert "intact" in old_centre.cop("audit", "verify")


def test_a_backup_carries_the_ledger_to_a_machine_that_has_only_old_keys(tmp_path):
    """RET-06: the backup was taken after the erasure, the copy of the keys before it."""
    centre = Centre(tmp_path, months=MONTHS[:2])
    copies = {path: path.read_bytes() for path in centre.keys.rglob("*.*")}
    centre.cop("hotline", "erase")
    centre.cop("backup", str(tmp_path / "after.zip"))
    other = tmp_path / "other"
    for path, held in copies.items():
        there = other / path.relative_to(centre.keys)
        there.parent.mkdir(parents=True, exist_ok=True)
        there.write_bytes(held)
    centre.environment |= {"COP_DATA": str(tmp_path / "back"), "COP_KEYS": str(other)}
    centre.cop("migrate")
    assert "of its keys came back: they are deleted again" in centre.cop("restore", str(tmp_path / "after.zip"))
    assert not list(other.rglob("2024-01.*"))
    assert not any(note for _, note in centre.seen()["opens"].values())


def test_holds_and_terms_on_the_command_line(tmp_path):
    """RET-02, RET-03."""
    centre = Centre(tmp_path, months=MONTHS[:2])
    hold = ("--reference", "Court 7/26", "--authority", "Court of Example", "--review", "2026-12-24")
    assert "stands until somebody lifts it" in centre.cop("hotline", "hold", "--month", "2024-01", *hold)
    assert "stands until" in centre.cop("hotline", "hold", "--report", "3", *hold)
    assert "there is no report 99" in centre.cop("hotline", "hold", "--report", "99", *hold, code=1)
    told = centre.cop("hotline", "retention")
    assert [line.split() for line in told.splitlines() if line.startswith(("2024-01", "2024-02"))] == [
        ["2024-01", "2", "2024-02-14", "2025-01-14", "Court", "7/26"],
        ["2024-02", "2", "2024-03-16", "2025-02-14", "Court", "7/26"],
    ]
    assert "2024-01" not in centre.cop("hotline", "erase", "--dry-run")
    assert "a legal hold stands: Court 7/26" in centre.cop("hotline", "erase", "--month", "2024-01", code=1)
    assert "2 holds lifted" in centre.cop("hotline", "lift", "--reference", "Court 7/26")
    assert "no hold with" in centre.cop("hotline", "lift", "--reference", "Court 7/26", code=1)
    assert "month 2024-02 erased: 2 reports" in centre.cop("tick")
    assert "2024-01 erased on" in centre.cop("hotline", "retention")


def test_no_process_that_holds_keys_or_reports_writes_a_core_dump(tmp_path):
    """RET-09: read from the kernel, of the processes as they run."""
    centre = Centre(tmp_path, months=MONTHS[:1])
    port = str(19000 + os.getpid() % 10_000)

    def allow() -> None:
        resource.setrlimit(resource.RLIMIT_CORE, (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2)

    for arguments in (
        ("worker",),
        ("serve", "--role", "desk", "--port", port),
        ("hotline", "set-up", "--member", "x@centre.example"),
    ):
        process = subprocess.Popen(
            [sys.executable, "-m", "cop", *arguments], env=centre.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL, preexec_fn=allow,
        )  # fmt: skip
        limits: list[str] = []
        for _ in range(600):
            lines = Path(f"/proc/{process.pid}/limits").read_text().splitlines() if process.poll() is None else []
            limits = next((line.split()[4:6] for line in lines if line.startswith("Max core file size")), limits)
            if limits == ["0", "0"] or process.poll() is not None:
                break
            time.sleep(0.02)
        if arguments[0] == "serve":  # what it becomes keeps the limit
            command = Path(f"/proc/{process.pid}/cmdline")
            for _ in range(600):
                if "granian" in command.read_text():
                    break
                time.sleep(0.1)
            held = Path(f"/proc/{process.pid}/limits").read_text()
            assert "Max core file size        0                    0" in held
            assert "granian" in command.read_text()
        process.kill()
        process.wait()
        assert limits == ["0", "0"], arguments
