"""Several processes that append at the same moment number their entries without gaps, on both databases."""

import os
import subprocess
import sys
from threading import Thread

import pytest
from django.db import connection, transaction

from cop.ground.models import AuditEntry
from cop.ground.public import now, record
from cop.ground.queries.trail import verify_trail

APPEND = """
from cop.cli.centre import set_up
set_up()
from django.db import transaction
from cop.ground.public import now, record
for n in range(25):
    with transaction.atomic():
        record(actor="p-otter", verb="answer", thing="round/x", at=now(), n=n)
"""


def test_four_processes_on_the_embedded_database(tmp_path):
    environment = os.environ | {"COP_DATA": str(tmp_path), "COP_DATABASE_URL": ""}
    subprocess.run([sys.executable, "-m", "cop", "migrate"], check=True, env=environment, stdout=subprocess.DEVNULL)
    running = [subprocess.Popen([sys.executable, "-c", APPEND], env=environment) for _ in range(4)]
    assert [process.wait(timeout=120) for process in running] == [0] * 4
    done = subprocess.run([sys.executable, "-m", "cop", "audit", "verify"], env=environment, capture_output=True, text=True)
    assert done.stdout.startswith("intact: 100 entries")


@pytest.mark.django_db(transaction=True)
def test_four_threads_on_a_server(own_data):
    if connection.vendor == "sqlite":
        return  # one database in memory is no server

    def append():
        for number in range(25):
            with transaction.atomic():
                record(actor="p-otter", verb="answer", thing="round/x", at=now(), n=number)
        connection.close()

    threads = [Thread(target=append) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert AuditEntry.objects.count() == 100
    assert verify_trail(own_data) is None
