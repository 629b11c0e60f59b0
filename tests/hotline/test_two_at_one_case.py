"""Two people at one case in the same moment, on a server that lets them (SQLite serves one after the other)."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from django.db import connection

from cop.ground.public import now
from cop.hotline.actions import cases as act
from cop.hotline.actions.cases import NothingWaits
from cop.hotline.models import Case, CaseEvent
from tests.hotline.conftest import reported


def _at_once(*steps):
    """Each step in a thread of its own; answers what came of each, or what it raised."""
    found, ready = {}, Barrier(len(steps))

    def one(place, step):
        ready.wait()
        try:
            found[place] = step()
        except Exception as error:
            found[place] = error
        finally:
            connection.close()

    threads = [Thread(target=one, args=each) for each in enumerate(steps)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [found[place] for place in range(len(steps))]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("waiting", [1, 3])
def test_three_who_pull_at_once_get_three_cases_or_are_told_that_none_waits(waiting, open_centre, cast):
    """CASE-01: nobody gets the case of another, and nobody gets an error for being slower"""
    if connection.vendor == "sqlite":
        return
    for _ in range(4):
        numbers = {reported(open_centre) for _ in range(waiting)}
        people = (cast.first, cast.second, cast.lead)
        found = _at_once(*(lambda who=who: act.pull(by=who, at=now()) for who in people))
        got = [one for one in found if isinstance(one, int)]
        assert sorted(got) == sorted(numbers)
        assert all(isinstance(one, int | NothingWaits) for one in found), found
        assert CaseEvent.objects.filter(verb="take", case__in=numbers).count() == waiting
        Case.objects.update(state="closed", reason="test", claimed_by=None, claimed_until=None)
