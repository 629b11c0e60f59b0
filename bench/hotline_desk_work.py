"""A process that holds the team's key in memory, as the desk does, and works cases in four threads until it is killed.

Each step is written down before it is tried ("b") and after it was answered ("d"; "n" where a rule refused it, "x" where the
thread failed). The lines "rest" and "work" on standard input let it rest between two steps ("p").
"""

from __future__ import annotations

import json
import os
import random
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cop.cli.centre import set_up

set_up()

from django.db import DatabaseError, connection  # noqa: E402 Django is set up now

from cop.accounts.models import Person  # noqa: E402
from cop.accounts.public import Card, card_of  # noqa: E402
from cop.ground.public import now  # noqa: E402
from cop.hotline.actions import cases  # noqa: E402
from cop.hotline.actions.notices import Desk, Wanted, prepare_notices, send_notice  # noqa: E402
from cop.hotline.actions.traces import keep_trace  # noqa: E402
from cop.hotline.core.case import NotAllowed, PoliceRules, State  # noqa: E402
from cop.hotline.core.notice import Sender  # noqa: E402
from cop.hotline.core.reasons import reasons_for  # noqa: E402
from cop.hotline.exchange.keystore import Keystore  # noqa: E402
from cop.hotline.models import Case, CaseAddress, Contact  # noqa: E402
from cop.hotline.public import keystore  # noqa: E402
from cop.hotline.queries.cases import open_case  # noqa: E402
from cop.hotline.queries.rings import Unlocked, unlocked_by  # noqa: E402

RULES = PoliceRules("after")
PAUSE = 0.1  # seconds, at most, between two steps of one person: SQLite lets one write at a time
OUT = sys.stdout.fileno()


def say(sign: str, thread: int, verb: str, number: int) -> None:
    """One line, in one write, so that a kill leaves whole lines."""
    os.write(OUT, (json.dumps([sign, thread, verb, number]) + "\n").encode())


@dataclass
class Analyst:
    """One person at the desk, in a thread of its own."""

    thread: int
    me: Card
    unlocked: Unlocked
    store: Keystore
    draw: random.Random
    rest: threading.Event

    def step(self, verb: str, case: int, action: Callable[..., Any], /, **given: Any) -> Any:
        """One action, told of before and after."""
        if self.rest.is_set():
            say("p", self.thread, "rests", 0)
            while self.rest.is_set():
                time.sleep(0.01)
        say("b", self.thread, verb, case)
        try:
            done = action(by=self.me, at=now(), **given)
        except (NotAllowed, cases.NothingWaits):
            say("n", self.thread, verb, case)
            raise
        number = int(done) if verb == "take" else case
        if verb != "take":
            open_case(number, self.unlocked, self.store)  # the page that answers a step shows the case
        say("d", self.thread, verb, number)
        time.sleep(self.draw.random() * PAUSE)
        return done

    def work(self) -> None:
        """Cases one after the other, until the process ends. A database that is away is waited for."""
        while True:
            try:
                self.one_case()
            except cases.NothingWaits:
                time.sleep(0.02)
            except NotAllowed:
                pass
            except DatabaseError:
                connection.close()
                time.sleep(0.1)
            except Exception:
                say("x", self.thread, "stopped", 0)
                raise

    def one_case(self) -> None:
        """Take the next case and bring it as far as this person may."""
        number = self.step("take", 0, cases.pull)
        held = {"number": number}
        if Case.objects.get(pk=number).state == State.SECOND:
            self.second_look(number)
            return
        self.step("look", number, cases.first_open, unlocked=self.unlocked, keystore=self.store, **held)
        name = CaseAddress.objects.filter(case=number).order_by("pk").values_list("name", flat=True)[0]
        outcome = self.draw.choice(("baseline", "baseline", "not_illegal"))
        self.step("assess", number, cases.assess, name=name, outcome=outcome, **held)
        if outcome == "baseline":
            self.step("give back", number, cases.give_back, **held)
            return
        known = reasons_for(outcome)
        self.step("close", number, cases.close, reason=known[1], known=known, exceptional=(), **held)

    def second_look(self, number: int) -> None:
        """Confirm, trace, tell the host by a notice, and close once it is gone."""
        held = {"number": number}
        name = CaseAddress.objects.filter(case=number).order_by("pk").values_list("name", flat=True)[0]
        self.step("confirm", number, cases.second, name=name, agrees=True, **held)
        evidence = json.dumps({"a": "192.0.2.1"})
        keep_trace(address=name, country="XA", network="AS64500", evidence=evidence, contacts=["abuse@host.example"], by="system",
                   at=now())  # fmt: skip
        desk = Desk(
            self.unlocked, self.store, Sender("Invented Authority", "notices@hotline.example"), "https://centre.example/{lang}/n/"
        )
        wanted = [Wanted(number, name, Contact.objects.values_list("pk", flat=True)[0])]
        (notice,) = self.step("prepare notice", number, prepare_notices, wanted=wanted, kind="first", desk=desk)
        self.step("send notice", number, send_notice, notice=notice, rules=RULES)
        self.step("gone", number, cases.confirm_gone, name=name, how="removed", **held)
        known = reasons_for("baseline")
        self.step("close", number, cases.close, reason="removed", known=known, exceptional=(), **held)


def main() -> None:
    """Four people at work; the key is opened once, by the passphrase that comes on standard input."""
    people = list(Person.objects.order_by("pk"))
    unlocked = unlocked_by(people[0].pk, sys.stdin.readline().strip())
    store = keystore()
    assert store is not None
    rest = threading.Event()
    say("r", 0, "ready", 0)
    for thread, person in enumerate(people[:4]):
        card = card_of(person.pk)
        assert card is not None
        threading.Thread(target=Analyst(thread, card, unlocked, store, random.Random(), rest).work, daemon=True).start()
    for line in sys.stdin:
        rest.set() if line.strip() == "rest" else rest.clear()


if __name__ == "__main__":
    main()
