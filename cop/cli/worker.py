"""`cop worker`: send the mails of the outbox and do each minute what is due, until it is told to stop."""

from __future__ import annotations

import argparse
import fcntl
import signal
import time
from importlib import import_module
from pathlib import Path
from threading import Event
from typing import Any

from cop.cli.centre import with_centre
from cop.cli.dumps import no_core_dumps
from cop.cli.failures import Failed
from cop.cli.tick import tick

HELP = "send the mails of the outbox, and do each minute what is due"
MINUTE = 60.0
PAUSE = 2.0
LOCK = "worker.lock"


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--once", action="store_true", help="do what is due now and stop")
    parser.add_argument(
        "--send-again", action="store_true",
        help="first let mails go out again that were refused or may have been sent; they keep their Message-ID",
    )  # fmt: skip


def run(options: argparse.Namespace) -> int:
    no_core_dumps()
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    return with_centre(lambda folder: _work(folder, stop, once=options.once, again=options.send_again))


def _work(folder: Path, stop: Event, *, once: bool, again: bool) -> int:
    with (folder / LOCK).open("w", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Failed(f"another worker is running on {folder}; one is enough") from None
        worker = Worker(stop)
        worker.begin(again=again)
        if once:
            return 1 if worker.round(and_tick=True) else 0
        return worker.loop()


class Worker:
    """One worker; `stop` is set from outside and looked at between two mails."""

    def __init__(self, stop: Event) -> None:
        self.stop = stop
        self.outbox: Any = import_module("cop.ground.actions.outbox")
        self.mail: Any = import_module("cop.ground.exchange.mail")
        self.public: Any = import_module("cop.ground.public")
        hotline: Any = import_module("cop.hotline.public")
        self.opener, self.hotline = hotline.open_outgoing, hotline.work
        self.errors: Any = import_module("django.db.utils")
        self.close: Any = import_module("django.db").close_old_connections
        settings: Any = import_module("django.conf").settings
        self.server = settings.COP_MAIL
        if settings.COP_DEMO and (self.server is None or self.server.host != "127.0.0.1"):
            self.server = None  # a demonstration writes to nobody but its own mail server

    def begin(self, *, again: bool) -> None:
        """Mails that a dead worker left behind become unknown; with `again` they and refused ones go out once more."""
        if left := self.outbox.doubt(at=self.public.now()):
            say(f"{left} mails may have been sent by a worker that stopped; send them again with --send-again")
        if again:
            say(f"{self.outbox.send_again(actor='system', at=self.public.now())} mails go out again")
        say("the worker runs" if self.server else "the worker runs; no mail goes out, mails wait in the outbox")

    def loop(self) -> int:
        """Rounds until told to stop. A database that is away is waited for."""
        ticked = -MINUTE
        while not self.stop.is_set():
            try:
                due = time.monotonic() - ticked >= MINUTE
                if due:
                    ticked = time.monotonic()
                self.round(and_tick=due)
            except self.errors.DatabaseError as error:
                say(f"the database can't be used: {str(error).strip().splitlines()[0]}; trying again")
                self.close()
                self.stop.wait(PAUSE * 2)
            self.stop.wait(PAUSE)
        say("the worker stopped")
        return 0

    def round(self, *, and_tick: bool) -> int:
        """Send every mail that is due, then do what is due; answers how many rooms failed."""
        while self.server is not None and not self.stop.is_set():
            outgoing = self.outbox.claim(at=self.public.now())
            if outgoing is None:
                break
            outcome = self.mail.deliver(self.server, outgoing, self.opener)
            state = self.outbox.settle(mail=outgoing.id, outcome=outcome, at=self.public.now())
            say(f"mail {outgoing.id} ({outgoing.kind}): {state}" + (f", {outcome.problem}" if outcome.problem else ""))
        failed = tick(self.public.now(), say) if and_tick else 0
        failed += self._outside()
        self.close()
        return failed

    def _outside(self) -> int:
        """The hotline's calls to the outside, after everything that is urgent: strange answers stop no mail and no alarm."""
        try:
            for text in self.hotline(self.public.now()):
                say(text)
        except self.errors.DatabaseError:
            raise
        except Exception as error:
            say(f"calls to the outside failed ({type(error).__name__}); they are tried again")
            return 1
        return 0


def say(text: str) -> None:
    """One line of progress."""
    print(text, flush=True)
