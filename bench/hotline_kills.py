"""Kills with signal 9 under load: what was handed out, stepped or sent before a kill is there after a plain restart."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from hotline_centre import FOLLOW_UP, PASSPHRASE, REPORTS, Centre, Client, Lost, a_report, centre

from cop.cli.dev.loopback_mail import MailServer

HERE = Path(__file__).parent
LEAST_A_PHASE = 30
PEOPLE = 4  # at the desk
AIMED = "public, aimed"  # the web server in the moment of a commit, else at a random one
VICTIMS = {
    "sqlite": ("public", "desk", "worker", AIMED, AIMED),
    "postgresql": ("postgresql", "public", "postgresql", "desk", "postgresql", "worker", AIMED, AIMED),
}
EVERY = 20  # kills between two runs of the verifying commands, as these read everything
BEFORE, AFTER = "before commit", "after commit, before the answer"
TEAM = """
from cop.cli.centre import set_up
set_up()
from cop.cli.dev.staff import make_lead
for name in ("kim", "ada", "bo"):
    make_lead(f"{name}@centre.example")
from cop.accounts.models import Person
from cop.accounts.public import card_of
from cop.ground.public import now
from cop.hotline.actions.contacts import approve_contact, propose_contact
first, second = (card_of(person.pk) for person in Person.objects.order_by("pk")[:2])
contact = propose_contact(name="Host of Arvandia", kind="host", mail="abuse@host.example", country="XA", way="mail", by=first,
                          at=now())
approve_contact(contact=contact, by=second, at=now())
"""


class SlowMail(MailServer):
    """A mail server that thinks before and after it keeps a mail, and remembers each Message-ID that it took."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, lambda _to: None)
        self.taken: list[str] = []
        self.begun = threading.Event()

    def keep(self, _to: list[str], text: bytes) -> None:
        self.begun.set()
        time.sleep(random.random() * 0.1)
        head = text.split(b"\r\n\r\n", 1)[0].replace(b"\r\n ", b" ")
        self.taken += [
            line.split(b":", 1)[1].strip().decode() for line in head.split(b"\r\n") if line.lower().startswith(b"message-id:")
        ]
        time.sleep(random.random() * 0.1)


@dataclass
class Sent:
    """What the clients of one round know: reports with their receipts, and reports that got no answer."""

    answered: dict[str, str] = field(default_factory=dict)
    open: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Steps:
    """What the desk was told of its steps: answered ones by case and verb, and those that were tried and got no answer."""

    answered: Counter[tuple[int, str]] = field(default_factory=Counter)
    open: Counter[str] = field(default_factory=Counter)
    read: int = 0

    def take_in(self, file: Path) -> Counter[str]:
        """Read what the desk wrote since the last time; answers the steps that stayed open in this round."""
        waits: dict[int, str] = {}
        lost = Counter[str]()
        with file.open("rb") as lines:
            lines.seek(self.read)
            for line in lines:
                sign, thread, verb, number = json.loads(line)
                if sign == "x":
                    raise SystemExit("the desk's work failed; its traceback is in the log of the centre")
                if sign in "brp" and thread in waits:
                    lost[waits.pop(thread)] += 1
                if sign == "b":
                    waits[thread] = verb
                elif sign in "dn":
                    waits.pop(thread, None)
                    self.answered[number, verb] += sign == "d"
            self.read = lines.tell()
        lost.update(waits.values())
        self.open += lost
        return lost


class Running:
    """The processes of one centre: the public web server, the desk's work, and the worker."""

    def __init__(self, held: Centre, mail: SlowMail) -> None:
        self.held, self.mail, self.told = held, mail, held.folder / "steps"
        self.told.touch()
        self.environment = held.environment | {
            "COP_MAIL": f"smtp://127.0.0.1:{mail.server_address[1]}", "COP_MAIL_TLS": "off",
            "COP_MAIL_FROM": "notices@hotline.example",
        }  # fmt: skip
        self.desk: subprocess.Popen[bytes] | None = None
        self.worker: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start what does not run."""
        if self.held.server is None:
            self.held.start()
        if self.desk is None:
            self.desk = subprocess.Popen(
                [sys.executable, str(HERE / "hotline_desk_work.py")], env=self.held.environment, stdin=subprocess.PIPE,
                stdout=self.told.open("ab"), stderr=(self.held.folder / "log").open("ab"),
            )  # fmt: skip
            self._tell(PASSPHRASE)
            self._wait(self.told, b'"ready"', self.desk)
        else:
            self._tell("work")

    def rest(self) -> None:
        """Let the desk end the steps that it is at, so that what it was told is whole."""
        if self.desk is None:
            return
        begun = self.told.stat().st_size
        self._tell("rest")
        for _ in range(2400):
            new = self.told.read_bytes()[begun:]
            if len({line for line in new.split(b"\n") if line.startswith(b'["p"')}) == PEOPLE:
                return
            time.sleep(0.025)
        raise SystemExit("the desk does not rest")

    def _tell(self, word: str) -> None:
        assert self.desk is not None
        assert self.desk.stdin is not None
        self.desk.stdin.write(word.encode() + b"\n")
        self.desk.stdin.flush()

    def start_worker(self) -> None:
        """Start a worker and wait until it has looked at what a dead one left."""
        file = self.held.folder / "worker.log"
        file.write_bytes(b"")
        self.worker = subprocess.Popen(
            [sys.executable, "-m", "cop", "worker"], env=self.environment, stdout=file.open("ab"), stderr=subprocess.STDOUT
        )
        self._wait(file, b"the worker runs", self.worker)

    def stop_worker(self) -> None:
        """Tell the worker to stop, as an operator does: it ends the mail that it is at."""
        if self.worker is not None:
            self.worker.terminate()
            self.worker.wait()
            self.worker = None

    @staticmethod
    def _wait(file: Path, words: bytes, process: subprocess.Popen[bytes]) -> None:
        begun = file.stat().st_size
        for _ in range(1200):
            if words in file.read_bytes()[begun if words == b'"ready"' else 0 :]:
                return
            if process.poll() is not None:
                raise SystemExit(f"a process ended at once: {file.read_text()[-500:]}")
            time.sleep(0.05)
        raise SystemExit("a process did not become ready")

    def kill(self, victim: str) -> None:
        """Signal 9."""
        if victim in ("public", AIMED):
            self.held.kill()
        elif victim == "postgresql" and self.held.database is not None:
            self.held.database.kill()
        elif victim == "desk":
            self.desk = _killed(self.desk)
        else:
            self.worker = _killed(self.worker)

    def aim(self, commits: int) -> subprocess.Popen[bytes]:
        """A process that kills the web server once so many more reports are stored; it watches when this answers."""
        assert self.held.server is not None
        where = self.held.database.address if self.held.database else str(self.held.folder / "data" / "centre.sqlite3")
        aiming = subprocess.Popen(
            [sys.executable, str(HERE / "hotline_aim.py"), str(self.held.server.pid), str(commits), where], stdout=subprocess.PIPE
        )
        assert aiming.stdout is not None
        aiming.stdout.readline()
        return aiming


def _killed(process: subprocess.Popen[bytes] | None) -> None:
    if process is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)
        process.wait()


async def _press(port: int, clients: int, sent: Sent, stop: asyncio.Event, pause: float) -> None:
    async def one() -> None:
        client = Client(port)
        while not stop.is_set():
            report = a_report()
            try:
                status, answer = await client.post(REPORTS, report)
            except Lost:
                sent.open.append(report)
                return
            if status == 201:
                sent.answered[report["idempotency_key"]] = answer["receipt"]
            else:
                sent.open.append(report)
                await asyncio.sleep(0.02)
            await asyncio.sleep(pause)
        client.close()

    await asyncio.gather(*(one() for _ in range(clients)))


async def _round(running: Running, victim: str, after: float) -> Sent:
    """Load on the web server while the desk works (and the worker sends); after a while the victim is killed."""
    sent, stop = Sent(), asyncio.Event()
    heavy = victim in ("public", AIMED, "postgresql")
    aiming = running.aim(1 + int(after * 100)) if victim == AIMED else None
    pressing = asyncio.create_task(_press(running.held.port, 8 if heavy else 2, sent, stop, 0.0 if heavy else 0.05))
    if victim == "worker":
        await asyncio.to_thread(running.mail.begun.wait, 6)
    if aiming is None:
        await asyncio.sleep(after)
    elif await asyncio.to_thread(aiming.wait, 60):
        raise SystemExit("nothing was aimed at: the process that watches the database failed")
    running.kill(victim)
    await asyncio.sleep(0.3 if victim == "postgresql" else 0)
    stop.set()
    await asyncio.wait_for(pressing, 60)
    return sent


async def _resend(port: int, sent: Sent) -> tuple[Counter[str], int]:
    """Reports without an answer are sent again: stored before the kill or not. Then every receipt is opened."""
    client, phases, lost = Client(port), Counter[str](), 0
    for report in sent.open:
        status, answer = await client.post(REPORTS, report)
        if status != 201:
            lost += 1
            continue
        phases[AFTER if answer["stored"] == "again" else BEFORE] += 1
        sent.answered[report["idempotency_key"]] = answer["receipt"]
    for receipt in sent.answered.values():
        status, _ = await client.post(FOLLOW_UP, {"receipt": receipt})
        lost += status != 200
    client.close()
    return phases, lost


class Checker:
    """A process that compares what the centre holds, each time it is asked."""

    def __init__(self, held: Centre) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(HERE / "hotline_check.py")], env=held.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True,
        )  # fmt: skip

    def ask(self, *, verify: bool) -> dict[str, Any]:
        """What there is and what does not agree; with `verify` also what the two verifying commands find."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print("verify" if verify else "look", file=self.process.stdin, flush=True)
        found: dict[str, Any] = json.loads(self.process.stdout.readline())
        return found


def _being_sent(held: Centre) -> list[str]:
    """The Message-IDs that are marked as being sent."""
    asked = "SELECT message_id FROM ground_mail WHERE state = 'sending'"
    if held.database is not None:
        with psycopg.connect(held.database.address) as server:
            return [row[0] for row in server.execute(asked)]
    with contextlib.closing(sqlite3.connect(held.folder / "data" / "centre.sqlite3")) as file:
        return [row[0] for row in file.execute(asked)]


@dataclass
class Bench:
    """What is known of a centre over all its kills."""

    running: Running
    checker: Checker
    receipts: int = 0
    steps: Steps = field(default_factory=Steps)
    kept: Counter[str] = field(default_factory=Counter)  # open steps that turned out to be stored

    def one(self, victim: str, draw: random.Random, *, verify: bool) -> dict[str, Any]:
        """One kill, a plain restart, and everything compared."""
        running, held = self.running, self.running.held
        running.start()
        if victim == "worker":
            running.mail.begun.clear()
            running.start_worker()
        sent = asyncio.run(_round(running, victim, 0.1 + draw.random() * (0.4 if victim == "worker" else 0.9)))
        if victim == "postgresql" and held.database is not None:
            held.database.start()
        running.rest()
        if held.server is None:
            held.start()
        phases, lost = asyncio.run(_resend(held.port, sent))
        self.receipts += len(sent.answered)
        if victim == "worker":
            phases += self._sending(_being_sent(held))
            running.start_worker()
            running.stop_worker()
        open_steps = self.steps.take_in(running.told)
        found = self.checker.ask(verify=verify)
        faults = [*found["faults"], *self._of_steps(found, open_steps, phases if victim in ("desk", "postgresql") else Counter())]
        faults += self._of_mails(found)
        if not self.receipts == found["reports"] == found["numbers"] == found["entries"]:
            faults.append(f"{self.receipts} receipts, {found['reports']} reports, {found['numbers']} case numbers,"
                          f" {found['entries']} entries")  # fmt: skip
        return {
            "victim": victim, "lost": lost, "receipts": len(sent.answered), "phases": dict(phases), "faults": faults,
            "steps": sum(self.steps.answered.values()), "mails": dict(Counter(state for _, state in found["mails"])),
        }  # fmt: skip

    def _of_steps(self, found: dict[str, Any], opened: Counter[str], phases: Counter[str]) -> list[str]:
        """Every step that was answered stands in the history; beyond them only such as were open when something was killed."""
        stored = {(case, verb): count for case, verb, count in found["steps"]}
        verbs, total = {verb for _, verb in self.steps.answered}, Counter[str]()
        for (_, verb), count in stored.items():
            total[verb] += count
        faults = [f"case {case}: {verb} was answered {count} times and stands {stored.get((case, verb), 0)} times"
                  for (case, verb), count in self.steps.answered.items() if stored.get((case, verb), 0) < count]  # fmt: skip
        for verb in verbs | set(opened):
            answered = sum(count for (_, one), count in self.steps.answered.items() if one == verb)
            more = total[verb] - answered
            if not 0 <= more <= self.steps.open[verb]:
                faults.append(f"{verb}: {answered} answered, {self.steps.open[verb]} open, {total[verb]} stored")
            new, self.kept[verb] = more - self.kept[verb], more
            phases[AFTER] += max(new, 0)
            phases[BEFORE] += max(opened[verb] - max(new, 0), 0)
        return faults

    def _sending(self, sending: list[str]) -> Counter[str]:
        """Where the worker was when it died."""
        if not sending:
            return Counter({"between two mails": 1})
        time.sleep(0.25)  # the mail server ends its own talk
        taken = any(name in self.running.mail.taken for name in sending)
        return Counter({"in outbox send, " + ("the server has it" if taken else "the server has it not"): 1})

    def _of_mails(self, found: dict[str, Any]) -> list[str]:
        """Each mail was taken once and is delivered, or may have been taken and is unknown, or waits, or its case is closed."""
        faults, taken = [], Counter(self.running.mail.taken)
        for name, state in found["mails"]:
            fits = {
                "delivered": taken[name] == 1,
                "unknown": taken[name] <= 1,
                "pending": taken[name] == 0,
                "dropped": taken[name] == 0,
            }.get(state, False)
            if not fits:
                faults.append(f"a mail is {state} and was taken {taken[name]} times")
        return faults


def kill(database: str, kills: int, log: Path) -> int:
    """Kill the web server, the desk's process, the worker and PostgreSQL by turns at random moments; a restart follows each."""
    done = [json.loads(line) for line in log.read_text(encoding="ascii").splitlines()] if log.exists() else []
    done = [one for one in done if one["database"] == database]
    draw, victims = random.Random(), VICTIMS[database]
    with centre(database) as held:
        subprocess.run([sys.executable, "-c", TEAM], env=held.environment, check=True)
        mail = SlowMail(held.folder / "mails")
        threading.Thread(target=mail.serve_forever, daemon=True).start()
        bench = Bench(Running(held, mail), Checker(held))
        try:
            for number in range(len(done), kills):
                one = bench.one(victims[number % len(victims)], draw, verify=number % EVERY == EVERY - 1 or number == kills - 1)
                done.append({"database": database, **one})
                with log.open("a", encoding="ascii") as out:
                    out.write(json.dumps(done[-1]) + "\n")
                print(f"\r{number + 1} of {kills} kills, {sum(one['lost'] for one in done)} lost, "
                      f"{sum(len(one['faults']) for one in done)} faults", end="", flush=True)  # fmt: skip
        finally:
            bench.running.kill("desk")
            bench.running.kill("worker")
            _killed(bench.checker.process)
            mail.shutdown()
    print()
    return _told(done)


def _told(done: list[dict[str, Any]]) -> int:
    phases: Counter[tuple[str, str]] = Counter()
    for one in done:
        for phase, count in one["phases"].items():
            phases[one["victim"].split(",")[0], phase] += count
    for victim in sorted({one["victim"] for one in done}):
        print(f"{victim}: {sum(one['victim'] == victim for one in done)} kills")
    for (victim, phase), count in sorted(phases.items()):
        print(f"  {victim}, {phase}: {count}" + ("" if count >= LEAST_A_PHASE else f" (fewer than {LEAST_A_PHASE})"))
    lost, faults = sum(one["lost"] for one in done), [text for one in done for text in one["faults"]]
    print(f"{sum(one['receipts'] for one in done)} receipts, {lost} that open nothing")
    print("\n".join(faults) or "every step, case number, audit entry and mail is where it should be")
    return 1 if lost or faults else 0
