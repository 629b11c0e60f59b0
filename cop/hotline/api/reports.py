"""Reports from other programs, as JSON: a challenge, a report, and the thread that a receipt opens.

No account, no cookie, no address of the sender kept. Every refusal says in one sentence what is wrong, and names each field.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import RawPostDataException

from cop.ground.public import now, reference
from cop.hotline.actions.intake import Accepted, ThreadFull, UnknownKeys, receive
from cop.hotline.core.body import BadBody, Fault
from cop.hotline.core.openapi import described
from cop.hotline.core.proof import BadProof, challenge
from cop.hotline.core.receipt import BadReceipt, grouped, opened, read_receipt
from cop.hotline.exchange.keystore import KeysMissing, Keystore
from cop.hotline.forms import DIFFICULTY, TooSoon, check_work, pass_flood, read_sent
from cop.hotline.public import is_open, keystore
from cop.hotline.queries.threads import thread

MOST_BYTES = 65_536
BUSY_SECONDS = 5

View = Callable[[HttpRequest], HttpResponse]


class Refusal(Exception):
    """A request that is not taken: status, a code for programs, a sentence for people, and what headers go with it."""

    def __init__(self, status: int, code: str, message: str, faults: Sequence[Fault] = (), **headers: str) -> None:
        self.status, self.code, self.message, self.faults = status, code, message, tuple(faults)
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}
        super().__init__(message)


def machine_view(*methods: str) -> Callable[[View], View]:
    """A view for programs: the methods it takes, refusals as JSON, never cached; a database that is busy is a 503, not a loss."""

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest) -> HttpResponse:
            try:
                return view(request) if request.method in methods else _refused(_other_method(methods))
            except Refusal as refusal:
                return _refused(refusal)
            except (KeysMissing, UnknownKeys, DatabaseError, OSError):
                text = "the report could not be stored just now and no receipt was given; send the same again in a little while"
                return _refused(Refusal(503, "busy", text, Retry_After=str(BUSY_SECONDS)))

        return wrapped

    return decorate


@machine_view("GET")
def challenge_view(_request: HttpRequest) -> HttpResponse:
    """`GET /api/v1/reports/challenge`: a challenge to solve before a report is sent, good for 20 minutes."""
    text = challenge(_keys().flood_secret(), now(), DIFFICULTY)
    return _json({"challenge": text, "difficulty": DIFFICULTY, "algorithm": "SHA-256", "input": "challenge:idempotency_key:number"})


@machine_view("POST")
def reports_view(request: HttpRequest) -> HttpResponse:
    """`POST /api/v1/reports`: one report. 201 with its receipt, once it is stored durably; the same again answers the same."""
    at = now()
    opening = is_open(at)
    if opening is None:
        raise closed()
    keys = _keys()
    given = _read(request)
    accepted = _accepted(request, given, keys, danger=given.get("danger") == "yes")
    held = {
        "receipt": grouped(accepted.receipt), "reference": accepted.reference, "state": "received", "stored": accepted.what,
        "kept": "address" if accepted.short else "all", "assessed_by": opening.portal.partner,
    }  # fmt: skip
    return _json(held, 201)


@machine_view("POST")
def follow_up_view(request: HttpRequest) -> HttpResponse:
    """`POST /api/v1/reports/follow-up`: state and messages of the report whose receipt stands in the body; 404 for a wrong one."""
    given = _read(request)
    text = given.get("receipt")
    if not isinstance(text, str):
        raise Refusal(422, "fields", "a receipt is needed", [Fault("receipt", "must be text")])
    try:
        receipt = read_receipt(text)
    except BadReceipt as bad:
        raise Refusal(422, "fields", f"the receipt can't be read: {bad}", [Fault("receipt", str(bad))]) from None
    found = thread(opened(receipt), _keys())
    if found is None:
        raise Refusal(404, "receipt", "no report has this receipt; check its digits")
    messages = [{"at": said.at.isoformat(), "text": said.text} for said in found.messages]
    return _json({"state": found.state, "reference": found.reference, "messages": messages})


@machine_view("GET")
def openapi_view(_request: HttpRequest) -> HttpResponse:
    """`GET /api/v1/openapi.json`: this interface described."""
    return _json(described())


def _other_method(methods: Sequence[str]) -> Refusal:
    return Refusal(405, "method", f"this address takes {' and '.join(methods)}", Allow=", ".join(methods))


def closed() -> Refusal:
    """The refusal of a hotline that is not open: it says where else to turn."""
    text = "this centre takes no reports now; where to turn instead stands in routes"
    return Refusal(503, "closed", text, Retry_After="3600")


def _keys() -> Keystore:
    found = keystore()
    if found is None:
        raise closed()
    return found


def _read(request: HttpRequest) -> dict[str, Any]:
    kind = request.META.get("CONTENT_TYPE", "").split(";")[0].strip().lower()
    if kind != "application/json":
        raise Refusal(415, "content_type", "send JSON, with Content-Type: application/json")
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > MOST_BYTES:
        raise Refusal(413, "size", f"a request has at most {MOST_BYTES} bytes")
    try:
        held = json.loads(request.body)
    except (ValueError, RecursionError, RawPostDataException, OSError):
        raise Refusal(400, "json", "the body is no JSON") from None
    if not isinstance(held, dict):
        raise Refusal(422, "fields", "the body must be one JSON object")
    return held


def _accepted(request: HttpRequest, given: dict[str, Any], keys: Keystore, *, danger: bool) -> Accepted:
    """The report stored: its work is looked at first, then every field. Raises Refusal that names every bad one."""
    seed = given.get("idempotency_key")
    try:
        work = check_work(request, keys, seed if isinstance(seed, str) and seed.isascii() else "", proof=given.get("proof"))
        sent = read_sent(given)
        with pass_flood(request, work, sent.said, danger=danger):
            return receive(body=sent.body, seed=sent.seed, keys=keys.keys(now()), at=now(), danger=danger)
    except ThreadFull as full:
        raise Refusal(422, "thread_full", str(full), [Fault("idempotency_key", str(full))]) from None
    except BadBody as bad:
        raise Refusal(422, "fields", str(bad), bad.faults) from None
    except BadProof as bad_proof:
        raise Refusal(422, "fields", f"proof: {bad_proof}", [Fault("proof", str(bad_proof))]) from None
    except TooSoon as soon:
        raise Refusal(429, "too_many", f"many reports came from your network; {soon}", Retry_After=str(soon.wait)) from None


def _refused(refusal: Refusal) -> HttpResponse:
    held: dict[str, Any] = {"code": refusal.code, "message": refusal.message}
    if refusal.faults:
        held["fields"] = [{"field": fault.field, "why": fault.why} for fault in refusal.faults]
    if refusal.code == "closed":
        held["routes"] = routes()
    answer = _json({"error": held}, refusal.status)
    for name, value in refusal.headers.items():
        answer[name] = value
    return answer


def routes() -> list[dict[str, str]]:
    """Where to turn while this centre takes no reports: its page of help, hotlines of the operator's country, the directory."""
    own = settings.COP_OWN_COUNTRY
    area = reference().places.help_area(own) if own else None
    found = [
        {
            "what": "help for a child, by country",
            "address": f"{settings.COP_ADDRESS}/en/help/{area.iso2 if area else ''}{'/' if area else ''}",
        }
    ]
    listed = reference().services.of(area.iso2, "hotline", "portal") if area else []
    if settings.COP_HOTLINE_ELSEWHERE:
        name, address = settings.COP_HOTLINE_ELSEWHERE
        found.append({"what": f"takes reports from here: {name}", "address": address})
    other = next(one for one in reference().services.directories if one.kind == "hotlines")
    found += [{"what": f"hotline: {service.organisation}", "address": service.url} for service in listed if service.url]
    return [*found, {"what": f"hotlines of other countries: {other.name}", "address": other.url}]


def _json(held: dict[str, Any], status: int = 200) -> HttpResponse:
    answer = JsonResponse(held, status=status, json_dumps_params={"ensure_ascii": False})
    answer["Cache-Control"] = "no-store"
    answer["Content-Length"] = str(len(answer.content))
    return answer
