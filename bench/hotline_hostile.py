"""Any bytes to any public address of the hotline: a refusal with a sentence, or a page, or a report; never a server error."""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from typing import Any

from hotline_centre import FOLLOW_UP, REPORTS, Client, Lost, centre, one_report

PIECES = (
    b'{"address":', b'"', b"}", b"\0", b"\xf0\x9f", b"..%00", b"data:image/png;base64,", b"' OR 1=1 --", b"{{7*7}}",
    b"\xe2\x80\xae",
    b"<script>", b"9" * 400, b"[" * 500, b"\\ud800", b'"idempotency_key":"', b"NaN", b"1e999", b"\r\n\r\n", b'{"receipt":"',
    b"\xff\xd8\xff",
    b'{"address":"https://x.example/","idempotency_key":"abcdefghijklmnopqrstuvwxyz"}', b"A" * 3000, b"%252e%252e", b"\x1b[2J",
)  # fmt: skip


VALUES: tuple[Any, ...] = (
    "", "x", "https://x.example/" + "a" * 4000, "data:image/png;base64,AAAA", "\0\x1b\u202e", "\ud83d", 0, -1, 1e308, True, None,
    [], {}, [[]] * 50,
    "A" * 30, "abcdefghijklmnopqrstuvwxyz", "1" * 32, "٠" * 32, "' OR 1=1 --", "../../etc/passwd", "{{7*7}}", "%s%n", {"$ne": 1},
)  # fmt: skip
NAMES = (
    "address",
    "place",
    "place_kind",
    "concern",
    "site_type",
    "note",
    "contact",
    "language",
    "idempotency_key",
    "proof",
    "receipt",
    "id",
)


def hostile_fields(draw: random.Random) -> bytes:
    """A JSON object whose fields hold what they should not."""
    return json.dumps({name: draw.choice(VALUES) for name in draw.sample(NAMES, draw.randint(1, 8))}).encode()


def a_hostile_request(draw: random.Random) -> bytes:
    """Bytes that a stranger may send: wrong methods, lengths, kinds, encodings, and parts of right ones."""
    body = b"".join(draw.choice(PIECES) for _ in range(draw.randint(0, 14))) if draw.random() < 0.5 else hostile_fields(draw)
    method = draw.choice([b"POST"] * 40 + [b"GET", b"PUT", b"DELETE", b"HEAD", b"OPTIONS", b"PATCH", b"TRACE"])
    path = draw.choice(
        [REPORTS] * 12 + [FOLLOW_UP] * 6 + [f"{REPORTS}/challenge", f"{REPORTS}/../../etc", f"{REPORTS}/%00", f"{FOLLOW_UP}?x=%ff"]
    )
    kind = draw.choice(
        [b"application/json"] * 6 + [b"text/plain", b"multipart/form-data; boundary=x", b"application/json; charset=\xff", b""]
    )
    length = draw.choice([len(body)] * 12 + [0, 0])
    more = draw.choice(
        [b""] * 8 + [b"X-Forwarded-For: \x80\r\n", b"Origin: null\r\n", b"Cookie: " + b"a=b;" * 400 + b"\r\n", b"Accept: ;;;\r\n"]
    )
    head = b"%s %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: %s\r\nContent-Length: %d\r\n%s\r\n"
    return head % (method, path.encode(), kind, length, more) + body[:length]


async def _hostile(port: int, requests: int) -> Counter[str]:
    draw, client, seen = random.Random(17), Client(port), Counter[str]()
    for _ in range(requests):
        raw = a_hostile_request(draw)
        try:
            status, body = await asyncio.wait_for(client.send(raw), 20)
            seen[str(status)] += 1
            if status >= 400 and status < 500 and not body and not raw.startswith(b"HEAD"):
                seen["an empty refusal"] += 1
        except (Lost, TimeoutError):
            seen["closed by the web server"] += 1
            client.close()
    client.close()
    return seen


def hostile(requests: int) -> int:
    """Hostile requests, then a good one: none may end in 5xx, and the good one is taken."""
    with centre("sqlite") as held:
        held.start()
        seen = asyncio.run(_hostile(held.port, requests))
        print(f"{requests} hostile requests: " + ", ".join(f"{what} {count} times" for what, count in sorted(seen.items())))
        status, _ = asyncio.run(one_report(held.port))
        log = (held.folder / "log").read_text(encoding="utf-8", errors="replace")
    bad = [what for what in seen if what.startswith("5")] + (["a good report was not taken"] if status != 201 else [])
    bad += ["the log has a traceback"] if "Traceback" in log else []
    print("\n".join(bad) or "none ended in a server error, and a good report was taken afterwards")
    return 1 if bad else 0
