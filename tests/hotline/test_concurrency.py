"""Reports that come at the same moment: every one stored, every case number its own (HOT-NUMBER, HOT-STORE)."""

from threading import Barrier, Thread

import pytest
from django.db import connection

from cop.ground.public import now
from cop.hotline.actions.intake import receive
from cop.hotline.core.body import Body
from cop.hotline.core.receipt import new_seed, opened
from cop.hotline.models import Message, Report
from cop.hotline.queries.threads import thread


@pytest.mark.django_db(transaction=True)
def test_eight_threads_at_once_lose_nothing_on_a_server(centre):
    if connection.vendor == "sqlite":
        return  # one database in memory is no server; the benches do the same over HTTP on a file
    receipts, shared, start = [], new_seed(), Barrier(8)

    def send(who):
        start.wait()
        for number in range(10):
            receipts.append(receive(body=Body(note=f"{who} {number}"), seed=new_seed(), keys=centre.keystore.keys(now()), at=now()))
        receive(body=Body(note=f"shared {who}"), seed=shared, keys=centre.keystore.keys(now()), at=now())
        connection.close()

    threads = [Thread(target=send, args=(who,)) for who in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert Report.objects.count() == 81
    assert Message.objects.count() == 7
    assert all(thread(opened(accepted.receipt), centre.keystore) for accepted in receipts)
