"""Failed tries slow down their own pair of account and network: for any order of tries by anybody."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from cop.accounts.actions.tries import begin_try, forget_tries
from cop.accounts.core.tries import FREE_TRIES, delay
from cop.accounts.models import DaySalt, FailedTries

pytestmark = pytest.mark.django_db
START = datetime(2026, 11, 22, 8, tzinfo=UTC)
NETWORKS = {"203.0.113.1": "a", "203.0.113.250": "a", "192.0.2.4": "b", "2001:db8::1": "c", "2001:db8:0:ff::2": "c"}


@pytest.mark.parametrize("seed", range(12))
def test_a_pair_waits_by_its_own_failures_alone(seed):
    chance = random.Random(seed)
    failures: Counter = Counter()
    free_at: dict = {}
    moment = START
    for _ in range(60):
        moment += timedelta(seconds=chance.choice([0, 0, 1, 5, 40]))
        account, address = chance.choice(["A@x.example", "a@x.example", "b@x.example"]), chance.choice(list(NETWORKS))
        pair = (account.lower(), NETWORKS[address])
        expected = free_at.get(pair, START) <= moment
        assert begin_try(account=account, address=address, at=moment) is expected
        if not expected:
            continue
        if chance.random() < 0.2:
            forget_tries(account=account, address=address, at=moment)
            failures.pop(pair, None)
            free_at.pop(pair, None)
        else:
            failures[pair] += 1
            free_at[pair] = moment + delay(failures[pair])


def test_nothing_of_yesterday_can_be_unblinded():
    for _ in range(FREE_TRIES + 2):
        begin_try(account="a@x.example", address="192.0.2.4", at=START)
    assert begin_try(account="b@x.example", address="192.0.2.4", at=START + timedelta(days=1))
    assert [row.day for row in DaySalt.objects.all()] == [START.date() + timedelta(days=1)]
    assert {row.day for row in FailedTries.objects.all()} == {START.date() + timedelta(days=1)}
