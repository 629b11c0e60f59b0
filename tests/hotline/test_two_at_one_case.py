"""Two people at one case, or at the team, in the same moment, on a server that lets them (SQLite serves one after the other)."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from django.db import connection

from cop.ground.public import now
from cop.hotline.actions import cases as act
from cop.hotline.actions.cases import NothingWaits
from cop.hotline.actions.keys import leave
from cop.hotline.models import Case, CaseEvent, Member, TeamKey
from cop.hotline.queries.rings import RingRefused, Unlocked
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


@pytest.mark.django_db(transaction=True)
def test_all_who_are_taken_out_of_the_team_at_once_leave_somebody_in_it(open_centre, cast):
    """One change of the ring after the other; who comes later is told to unlock again, and gets no error"""
    if connection.vendor == "sqlite":
        return
    held = {"keystore": open_centre.keystore, "unlocked": open_centre.unlocked, "actor": cast.lead.pseudonym, "at": now()}
    found = _at_once(*(lambda who=who: leave(person=who.id, **held) for who in (cast.first, cast.second, cast.lead)))
    assert (sum(isinstance(one, Unlocked) for one in found), sum(isinstance(one, RingRefused) for one in found)) == (1, 2), found
    assert Member.objects.filter(left_at=None, keys__isnull=False).distinct().count() == 2
    assert TeamKey.objects.count() == 2
