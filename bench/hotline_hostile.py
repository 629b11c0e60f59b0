"""Any bytes to any public address of the hotline: a refusal with a sentence, a page, or a report; never a server error."""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

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


FORM_NAMES = ("seed", "ticket", "sealed", "mark", "team_id", "month_id", "may_contact", "may_pass_on", "danger", "child", "code",
              "digits", "message", "answer", "reporter", "")  # fmt: skip
LANGUAGES = (b"en",) * 6 + (b"ar", b"fr", b"zh-hans", b"xx", b"%00", b"EN", b"..", b"%E2%80%AE")
MACHINE = (
    *(REPORTS.encode(),) * 10, *(FOLLOW_UP.encode(),) * 6, REPORTS.encode() + b"/challenge", REPORTS.encode() + b"/../../etc",
    REPORTS.encode() + b"/%00", FOLLOW_UP.encode() + b"?x=%ff", b"/api/v1/openapi.json", b"/api/v1/", b"/api/v1/reports/",
)  # fmt: skip
PAGES = (
    *(b"/LANG/report/",) * 8, *(b"/LANG/report/receipt/",) * 3, *(b"/LANG/report/follow-up/",) * 6, *(b"/LANG/notice/",) * 6,
    b"/LANG/report/done/", b"/LANG/report/help/", b"/LANG/report/own-picture/", b"/LANG/hotline/", b"/LANG/hotline/2026/",
    b"/LANG/hotline/99999999999999999999/", b"/LANG/hotline/figures.csv", b"/LANG/hotline/2026.csv", b"/static/report.x.js",
    b"/static/report.%00.js", b"/static/../../etc/passwd", b"/static/%2e%2e/%2e%2e/settings.py", b"/LANG/%ff/", b"/healthz",
    b"/desk/hotline/",
    b"/desk/hotline/acknowledge/%00/", b"/desk/hotline/cases/999999999999999999/",
)  # fmt: skip
QUERIES = (b"",) * 6 + (b"?code=" + b"A" * 300, b"?%00=%ff&year=9999999999", b"?reveal=1&lang=../..", b"/", b"?y=\xff")
KINDS = (
    b"application/json", b"text/plain", b"multipart/form-data; boundary=x", b"multipart/form-data",
    b"multipart/form-data; boundary=\xff",
    b"application/json; charset=\xff", b"application/x-www-form-urlencoded; charset=utf-7",
    b"application/x-www-form-urlencoded", b"",
)  # fmt: skip
HEADERS = (
    b"X-Forwarded-For: \x80\r\n", b"Origin: null\r\n", b"Origin: http://localhost\r\n", b"Cookie: " + b"a=b;" * 400 + b"\r\n",
    b"Accept: ;;;\r\n", b"Accept-Language: " + b"x-" * 900 + b"\r\n", b"Accept-Encoding: br;q=x, \xff\r\n",
    b"Sec-Fetch-Site: cross-site\r\n",
    b"Range: bytes=9-1\r\n", b"If-None-Match: \xff\r\n", b"If-Modified-Since: never\r\n", b"X-Requested-With: \x00\r\n",
    b"Expect: 100-continue\r\n", b"Cookie: sessionid=\xff; csrftoken=" + b"9" * 500 + b"\r\n", b"Authorization: Basic \xff\r\n",
)  # fmt: skip


def hostile_fields(draw: random.Random) -> bytes:
    """A JSON object whose fields hold what they should not."""
    return json.dumps({name: draw.choice(VALUES) for name in draw.sample(NAMES, draw.randint(1, 8))}).encode()


def hostile_form(draw: random.Random) -> bytes:
    """A form whose fields hold what they should not."""
    signs = {name: str(draw.choice(VALUES)) for name in draw.sample((*NAMES, *FORM_NAMES), draw.randint(1, 10))}
    return urlencode(signs, errors="surrogatepass").encode()


def hostile_parts(draw: random.Random) -> bytes:
    """A form in parts, with files, broken edges and names that are none."""
    lines = []
    for _ in range(draw.randint(0, 6)):
        name = draw.choice((*NAMES, *FORM_NAMES)).encode()
        file = draw.choice((b"", b"", b'; filename="x.jpg"', b'; filename="../../x"', b"; filename*=utf-8''%ff"))
        lines.append(
            b'--x\r\nContent-Disposition: form-data; name="' + name + b'"' + file + b"\r\n\r\n" + draw.choice(PIECES) + b"\r\n"
        )
    return b"".join(lines) + draw.choice((b"--x--\r\n", b"", b"--x"))


def a_body(draw: random.Random, *, page: bool) -> tuple[bytes, bytes]:
    """A body and the kind that it says it is of."""
    chance = draw.random()
    if chance < 0.4:
        body = b"".join(draw.choice(PIECES) for _ in range(draw.randint(0, 14)))
        kind = draw.choice(KINDS)
    elif page and chance < 0.8:
        body, kind = hostile_form(draw), b"application/x-www-form-urlencoded"
    elif page:
        body, kind = hostile_parts(draw), b"multipart/form-data; boundary=x"
    else:
        body, kind = hostile_fields(draw), b"application/json"
    return body, kind if draw.random() < 0.9 else draw.choice(KINDS)


def a_hostile_request(draw: random.Random) -> bytes:
    """Bytes that a stranger may send: wrong methods, lengths, kinds, encodings, and parts of right ones."""
    path = draw.choice(MACHINE if draw.random() < 0.5 else PAGES)
    page = not path.startswith(b"/api")
    body, kind = a_body(draw, page=page)
    others = [b"GET"] * 12 + [b"PUT", b"DELETE", b"HEAD", b"OPTIONS", b"PATCH", b"TRACE"]
    method = b"POST" if draw.random() < (0.6 if page else 0.85) else draw.choice(others)
    if page:
        path = path.replace(b"LANG", draw.choice(LANGUAGES))
        path += draw.choice(
            (b"", b"", b"", b"?code=" + b"A" * 300, b"?%00=%ff&year=9999999999", b"?y=\xff", b"?reveal=1&lang=../..", b"/")
        )
    length = draw.choice([len(body)] * 12 + [0, 0])
    more = b"".join(draw.choice(HEADERS) for _ in range(draw.choice((0, 0, 1, 2))))
    head = b"%s %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: %s\r\nContent-Length: %d\r\n%s\r\n"
    return head % (method, path, kind, length, more) + body[:length]


def is_no_http(raw: bytes) -> bool:
    """Has the request line a byte, or a header a null byte, that HTTP does not allow? The program never sees it."""
    head = raw.split(b"\r\n\r\n")[0]
    return b"\0" in head or not head.split(b"\r\n")[0].isascii()


async def _hostile(port: int, requests: int, seed: int) -> tuple[Counter[str], list[bytes]]:
    """How often each answer came, and the requests that ended badly."""
    draw, client, seen, bad = random.Random(seed), Client(port), Counter[str](), []
    for _ in range(requests):
        raw = a_hostile_request(draw)
        try:
            status, body = await asyncio.wait_for(client.send(raw), 20)
            seen[str(status)] += 1
            if status == 400 and not body and is_no_http(raw):
                seen["400 of the web server itself, for what is no HTTP"] += 1
                seen["400"] -= 1
                continue
            silent = 400 <= status < 500 and not body and not raw.startswith(b"HEAD")
            seen["an empty refusal"] += silent
            if silent or status >= 500:
                bad.append(raw)
        except Lost:
            seen["closed by the web server"] += 1
        except TimeoutError:
            seen["no answer within 20 s"] += 1
            bad.append(raw)
            client.close()
    client.close()
    return +seen, bad


def hostile(requests: int, database: str, seed: int, keep: Path | None) -> int:
    """Hostile requests, then a good one: none may end in 5xx, and the good one is taken. What ended badly goes into `keep`."""
    with centre(database) as held:
        held.start()
        seen, ended_badly = asyncio.run(_hostile(held.port, requests, seed))
        print(f"{requests} hostile requests ({database}, seed {seed}): "
              + ", ".join(f"{what} {count} times" for what, count in sorted(seen.items())))  # fmt: skip
        status, _ = asyncio.run(one_report(held.port))
        log = (held.folder / "log").read_text(encoding="utf-8", errors="replace")
    if keep is not None:
        keep.write_text("\n".join([*map(repr, ended_badly), log]), encoding="utf-8")
    bad = [f"{len(ended_badly)} ended badly"] if ended_badly else []
    bad += ["a good report was not taken"] if status != 201 else []
    bad += ["the log has a traceback"] if "Traceback" in log else []
    print("\n".join(bad) or "none ended in a server error, and a good report was taken afterwards")
    return 1 if bad else 0
