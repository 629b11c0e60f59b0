"""Reports that come at the same moment: every one stored, every case number its own (HOT-NUMBER, HOT-STORE)."""

import json
import os
import subprocess
import sys

import pytest
from django.db import connection

from cop.hotline.core.receipt import opened
from cop.hotline.models import Message, Report
from cop.hotline.queries.threads import thread
from tests.hotline.pressing import EACH, THREADS, press

ALL = THREADS * EACH + 1


@pytest.mark.django_db(transaction=True)
def test_eight_threads_at_once_lose_nothing_on_a_server(centre):
    """The test below does the same on SQLite, whose test database lies in memory and serves one thread at a time."""
    if connection.vendor == "sqlite":
        return  # see above
    accepted, lost = press(centre.keystore)
    assert lost == 0
    assert Report.objects.count() == ALL
    assert Message.objects.count() == THREADS - 1
    assert all(thread(opened(one.receipt), centre.keystore) for one in accepted)


def test_eight_threads_at_once_lose_nothing_on_a_file_and_a_busy_one_takes_addresses(tmp_path):
    """HOT-NUMBER, HOT-STORE, OVER-01, OVER-04."""
    environment = os.environ | {"COP_DATA": str(tmp_path), "COP_DATABASE_URL": "", "DJANGO_SETTINGS_MODULE": "cop.config.settings"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.hotline.pressing"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    print(said)
    assert (said["lost"], said["reports"], said["messages"]) == (0, ALL, THREADS - 1)
    assert (said["lost_again"], said["reports_again"]) == (0, 2 * ALL)
    assert said["heavy"]
    assert 0 < said["short"] < ALL
    assert said["open"] == 2 * (ALL - 1)
