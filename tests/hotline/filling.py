"""Reports to a centre whose disk is full, in a process of its own: prints what was handed out, refused and kept.

The disk is as full as the process is told: its files may grow no further (RLIMIT_FSIZE).
"""

from __future__ import annotations

import json
import os
import resource
import secrets
from datetime import timedelta
from typing import Any

from cop.cli.centre import migrate, set_up

MOST = 400


def main() -> None:
    """Fill it, ask for more, give it room again, and look at everything once more."""
    folder = set_up()
    migrate(lambda _text: None)
    from django.conf import settings
    from django.test import Client

    from cop.cli.dev.invented import go_live
    from cop.ground.public import now, today
    from cop.hotline.actions.keys import set_up as make_keys
    from cop.hotline.actions.opening import open_hotline
    from cop.hotline.models import Report
    from cop.hotline.public import keystore
    from tests.desk import a_person

    store = keystore()
    assert store is not None
    make_keys(keystore=store, person=a_person("analyst").pk, passphrase="five words are quite enough", at=now())
    until = today() + timedelta(days=30)
    open_hotline(until=until, declaration=go_live(until), actor="system", at=now())
    assert settings.COP_KEYS
    client = Client(HTTP_HOST="localhost")

    def send(seed: str) -> tuple[int, dict[str, Any], str]:
        fields = {"address": "https://site.example/x", "note": "seen " * 200, "idempotency_key": seed}
        answer = client.post("/api/v1/reports", json.dumps(fields), content_type="application/json")
        return answer.status_code, answer.json(), answer.headers.get("Retry-After", "")

    largest = max(one.stat().st_size for one in folder.iterdir() if one.is_file())
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest + 200_000, hard))
    receipts, refused = [], []
    for _ in range(MOST):
        seed = secrets.token_urlsafe(24)
        status, said, later = send(seed)
        if status == 201:
            receipts.append(said["receipt"])
        else:
            refused.append((seed, status, later))
        if len(refused) == 5:
            break
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    stored = Report.objects.count()
    again = [send(seed) for seed, *_ in refused]
    opened = [
        client.post("/api/v1/reports/follow-up", json.dumps({"receipt": one}), content_type="application/json").status_code
        for one in (*receipts, *(said["receipt"] for _, said, _ in again))
    ]
    print(json.dumps({
        "receipts": len(receipts), "refused": [[status, later] for _, status, later in refused], "stored": stored,
        "again": [[status, said["stored"]] for status, said, _ in again], "opened": sorted(set(opened)), "reports": Report.objects.count(),
    }))  # fmt: skip


if __name__ == "__main__":
    os.environ.setdefault("COP_HOTLINE_PROOF_OF_WORK", "off")
    main()
