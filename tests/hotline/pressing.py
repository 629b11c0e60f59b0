"""Reports that come at the same moment, in a process of their own: SQLite needs a file for that, and tests have it in memory.

Run as a program with a data folder in COP_DATA; says what was stored, as JSON.
"""

from __future__ import annotations

import json
import os
import sqlite3
from pathlib import Path
from threading import Barrier, Thread
from time import sleep
from typing import Any

THREADS, EACH = 8, 10


def press(store: Any) -> tuple[list[Any], int]:
    """Eight threads send ten reports each and one under a shared seed; answers what was accepted, and how many failed."""
    from django.db import connection

    from cop.ground.public import now
    from cop.hotline.actions.intake import receive
    from cop.hotline.core.body import Body
    from cop.hotline.core.receipt import new_seed

    accepted, failed, shared, start = [], [], new_seed(), Barrier(THREADS)

    def send(who: int) -> None:
        start.wait()
        try:
            for number in range(EACH):
                body = Body(address=f"https://x.example/{who}/{number}", note=f"{who} {number}")
                accepted.append(receive(body=body, seed=new_seed(), keys=store.keys(now()), at=now()))
            receive(body=Body(note=f"shared {who}"), seed=shared, keys=store.keys(now()), at=now())
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [Thread(target=send, args=(who,)) for who in range(THREADS)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return accepted, len(failed)


def _hold(path: Path, seconds: float, held: Barrier) -> None:
    """Another program writes for a while."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    held.wait()
    sleep(seconds)
    other.execute("ROLLBACK")
    other.close()


def main() -> None:
    """A new centre; reports at once; then again while another program holds the database for longer than a second."""
    from cop.cli.centre import set_up as start_django

    start_django()
    from django.conf import settings
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from cop.accounts.models import Person
    from cop.cli.dev.staff import make_lead
    from cop.ground.public import now
    from cop.hotline.actions import intake
    from cop.hotline.actions.keys import set_up
    from cop.hotline.core.receipt import opened
    from cop.hotline.exchange.keystore import Keystore
    from cop.hotline.models import Message, Report
    from cop.hotline.queries.threads import thread

    make_lead()
    store = Keystore(Path(os.environ["COP_DATA"]) / "keys")
    set_up(keystore=store, person=Person.objects.get().pk, passphrase="five words are quite enough", at=now())
    first, lost = press(store)
    said = {"lost": lost, "reports": Report.objects.count(), "messages": Message.objects.count()}
    held = Barrier(2)
    other = Thread(target=_hold, args=(Path(settings.DATABASES["default"]["NAME"]), 1.5, held))
    other.start()
    held.wait()
    second, lost_again = press(store)
    other.join()
    said |= {
        "lost_again": lost_again, "reports_again": Report.objects.count(), "short": sum(one.short for one in second),
        "heavy": intake.load.heavy, "open": sum(thread(opened(one.receipt), store) is not None for one in first + second),
    }  # fmt: skip
    print(json.dumps(said))


if __name__ == "__main__":
    main()
