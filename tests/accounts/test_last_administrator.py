"""Two administrators who withdraw one another's role, or close one another's account, at one moment: one of them stays."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from cop.accounts.actions.people import close_account
from cop.accounts.actions.refusals import Refused
from cop.accounts.public import may, withdraw
from cop.ground.public import now
from tests.desk import a_person

pytestmark = pytest.mark.django_db(transaction=True)


def closes(person, actor):
    close_account(person_id=person.pk, at=now(), actor=actor.pseudonym)


def withdraws(person, actor):
    withdraw(person_id=person.pk, role="administrator", scope="", at=now(), actor=actor.pseudonym)


@pytest.mark.parametrize("act", [closes, withdraws])
def test_of_two_administrators_who_remove_one_another_at_once_one_stays(act):
    if connection.vendor == "sqlite":
        return  # one database in memory lets one in after the other
    pair = [a_person("administrator", email=f"{name}@centre.example") for name in ("ada", "ben")]
    together = Barrier(2)

    def remove(person, actor):
        together.wait()
        try:
            act(person, actor)
        except Refused:
            return "refused"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(2) as threads:
        told = sorted(threads.map(remove, pair, reversed(pair)))
    assert told == ["done", "refused"]
    assert sum(may(person.pk, "people.manage") for person in pair) == 1
