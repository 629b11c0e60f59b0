"""A process killed in the middle of publishing leaves whole releases only (REL-12), and the command line says so (REL-13)."""

import os
import signal
import subprocess
import sys
import time

PUBLISHING = """
import django; django.setup()
from datetime import UTC, datetime
from cop.cli.centre import migrate
migrate(lambda said: None)
from cop.observatory.actions.releases import publish_release
from tests.observatory.release_samples import COSTA_RICA, inputs, round_named
round_named("cop-2026")
for number in range(1, 1000):
    publish_release(inputs=inputs(COSTA_RICA, number=number), at=datetime(2026, 11, 22, tzinfo=UTC), actor="system")
    print(number, flush=True)
"""


def test_a_kill_during_publication_leaves_the_old_state_or_the_new_one_rel_12(tmp_path):
    place = {"COP_DATA": str(tmp_path), "DJANGO_SETTINGS_MODULE": "cop.config.settings", "COP_TODAY": "2026-11-22"}
    environment = os.environ | place
    with subprocess.Popen([sys.executable, "-c", PUBLISHING], env=environment, stdout=subprocess.PIPE, text=True) as work:
        done = 0
        for line in work.stdout:
            done = int(line)
            if done == 3:
                break
        time.sleep(0.35)  # somewhere inside the next one
        work.send_signal(signal.SIGKILL)
        work.wait()
    found = subprocess.run(
        [sys.executable, "-m", "cop", "figures", "verify"], env=environment, capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stderr
    lines = found.stdout.splitlines()
    assert len(lines) - 1 >= done
    assert all("whole" in line for line in lines[:-1])
    assert lines[-1].endswith("releases, 0 wrong")
