"""A disk that is full: no receipt for what was not stored, and the way out once there is room (HOT-STORE)."""

import json
import os
import subprocess
import sys


def test_a_full_disk_hands_out_no_receipt_for_what_was_not_stored(tmp_path):
    """HOT-STORE"""
    environment = os.environ | {
        "COP_DATA": str(tmp_path), "COP_DATABASE_URL": "", "DJANGO_SETTINGS_MODULE": "cop.config.settings",
        "COP_HOTLINE_PROOF_OF_WORK": "off", "COP_HOTLINE_RATE_LIMIT": "off",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "tests.hotline.filling"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["receipts"] > 0
    assert said["refused"] == [[503, "5"]] * 5
    assert said["stored"] == said["receipts"]
    assert said["again"] == [[201, "new"]] * 5
    assert said["opened"] == [200]
    assert said["reports"] == said["receipts"] + 5
