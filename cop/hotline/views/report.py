"""The public pages of the hotline: report, receipt, follow-up. No account, no cookie, and no script needed."""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache
from typing import Any

import segno
from csp.constants import SELF
from csp.decorators import csp_update
from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from markupsafe import Markup

from cop.ground.core.door import PACKAGE, Directory, Words, mark
from cop.ground.public import NotThere, language, now, page, reference, sent_from_here
from cop.hotline.actions.intake import Accepted, ThreadFull, UnknownKeys, add_message, is_overloaded, receive, receive_sealed
from cop.hotline.core.body import BadBody, pack, read_body
from cop.hotline.core.codes import CONCERNS, PLACES, SITE_TYPES, STATES
from cop.hotline.core.proof import RIPENS, BadProof, challenge, check_ticket, ticket
from cop.hotline.core.receipt import BadReceipt, BadSeed, grouped, new_seed, opened, read_receipt, receipt_of
from cop.hotline.exchange.keystore import KeysMissing, Keystore, month_of
from cop.hotline.forms import DIFFICULTY, Sent, TooSoon, check_work, pass_flood, read_sent, spent
from cop.hotline.models import Report
from cop.hotline.public import is_open, keystore
from cop.hotline.queries.duty import lane_tested
from cop.hotline.queries.opening import OpenUntil
from cop.hotline.queries.threads import is_there, thread

BLANK_AFTER = 300  # seconds
SCRIPT = PACKAGE / "hotline" / "static" / "hotline" / "report.js"
_FIELDS = ("address", "place", "place_kind", "concern", "site_type", "note", "contact", "may_contact", "may_pass_on")
_SEALED = ("sealed", "mark", "team_id", "month_id")
_REASONS = {
    "address": mark("Write an address, a place or some words; not the content itself, and not more than fits."),
    "note": mark("Write words only, at most 5,000 signs; no picture, no file and no encoding of one."),
    "place": mark("Write words only, at most 500 signs."),
    "contact": mark("Write a mail address or a phone number, at most 300 signs."),
    "concern": mark("Choose one of the list."),
    "site_type": mark("Choose one of the list."),
    "place_kind": mark("Choose one of the list."),
}
_INVENTED = mark("This is a demonstration and takes addresses under .example only.")
_WRONG = mark("Please look at the fields that are marked; nothing is lost and nothing was sent.")
_WAIT = mark("Please wait %(n)s seconds and press “Send the report” again. Nothing is lost and nothing was sent yet.")
_OLD = mark("This page is too old. Please look through it and press “Send the report” again.")
_BUSY = mark(
    "Your report could not be stored just now, so there is no receipt. Nothing is lost: press “Send the report” again in a moment."
)
_FULL = mark("This report holds as many messages as it may. Please send a new report.")

scripted = csp_update({"script-src": [SELF]})


@lru_cache
def script() -> bytes:
    """The script that seals a report in the browser, without comments and indents."""
    lines = (line.strip() for line in SCRIPT.read_text(encoding="utf-8").splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//")).encode()


@lru_cache
def script_address() -> str:
    """Its address, which changes with its content."""
    digest = base64.urlsafe_b64encode(hashlib.sha256(script()).digest())[:10].decode()
    return f"/static/report.{digest}.js"


def script_view(_request: HttpRequest, digest: str) -> HttpResponse:
    if script_address() != f"/static/report.{digest}.js":
        raise NotThere(f"/static/report.{digest}.js")
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return HttpResponse(script(), content_type="text/javascript; charset=utf-8", headers=headers)


@scripted
def report_page(request: HttpRequest, lang: str) -> HttpResponse:
    """The form, or what was sent with it; where the hotline is closed, routes to others (S-02), and what was written stays."""
    t = language(request, lang)
    given = {name: str(value) for name, value in request.POST.items()} | {"language": t.language.code}
    try:
        opening, keys = is_open(now()), keystore()
        if opening is None or keys is None:
            return _closed(request, t, given)
        if request.method == "POST":
            return _post(request, t, opening, keys, given)
        return _form(request, t, opening, keys, new_seed())
    except KeysMissing:
        return _closed(request, t, given)
    except (DatabaseError, OSError):
        return _closed(request, t, given, said=t(_BUSY))


def _post(request: HttpRequest, t: Words, opening: OpenUntil, keys: Keystore, given: dict[str, str]) -> HttpResponse:
    seed, faults, said, status = given.get("seed", ""), {}, "", 422
    given["idempotency_key"] = seed
    danger = given.get("danger") == "yes"
    try:
        receipt_of(seed)
    except BadSeed:
        seed = new_seed()
    if _from_elsewhere(request):
        return _form(request, t, opening, keys, seed, given=given, said=t(_OLD), status=403)
    try:
        work = check_work(request, keys, seed, proof=given.get("proof"), ticket=given.get("ticket"))
        sent = read_sent(given, sealed=True)
        with pass_flood(request, work, sent.said, danger=danger):
            accepted = _store(sent, keys, danger=danger)
        rest = _rest(keys, sent.seed, given.get("note", "")) if accepted.short else {}
        return _receipt(request, t, sent.seed, accepted.what, danger=danger, opening=opening, **rest)
    except BadBody as bad:
        faults = {
            fault.field: t(_INVENTED if ".example only" in fault.why else _REASONS.get(fault.field, _WRONG)) for fault in bad.faults
        }
        said, given["sealed"] = t(_WRONG) if set(faults) & set(_FIELDS) else t(_OLD), ""
    except TooSoon as soon:
        said, status = t(_WAIT) % {"n": t.number(soon.wait)}, 429
    except BadProof:
        said = t(_OLD)
    except UnknownKeys:
        said, given["sealed"] = t(_OLD), ""
    except ThreadFull:  # a thread that is new needs words that are sealed anew
        said, seed, given["sealed"] = t(_FULL), new_seed(), ""
    except (DatabaseError, OSError):
        said, status = t(_BUSY), 503
    return _form(request, t, opening, keys, seed, given=given, faults=faults, said=said, status=status)


def _rest(keys: Keystore, seed: str, note: str) -> dict[str, Any]:
    """What the page of a receipt needs where only the address was taken: the words, to be added to the thread (OVER-03)."""
    return {"short": True, "note": note, "ticket": _ticket(keys, opened(receipt_of(seed)).lookup.hex(), "")}


def _from_elsewhere(request: HttpRequest) -> bool:
    """Does the browser say that another site sends this? One that says nothing, as old and careful ones do, is heard."""
    said = request.headers.get("Origin") is not None or request.headers.get("Sec-Fetch-Site") is not None
    return said and not sent_from_here(request)


def _store(sent: Sent, keys: Keystore, *, danger: bool) -> Accepted:
    if sent.sealed is None:
        return receive(body=sent.body, seed=sent.seed, keys=keys.keys(now()), at=now(), danger=danger)
    if sent.month_id not in {month_of(now()), month_of(now() - timedelta(days=1))} & set(keys.months()):
        raise UnknownKeys("this page is too old; open it again")
    return receive_sealed(
        sealed=sent.sealed, mark=sent.mark, language=sent.body.language, seed=sent.seed, team_id=sent.team_id,
        month_id=sent.month_id, at=now(), danger=danger,
    )  # fmt: skip


def _form(
    request: HttpRequest, t: Words, opening: OpenUntil, keys: Keystore, seed: str, *, given: Mapping[str, str] | None = None,
    faults: Mapping[str, str] | None = None, said: str = "", status: int = 200,
) -> HttpResponse:  # fmt: skip
    """The form with what was written in it, or with what a browser sealed, which can only be sent again as it is.

    A ticket that came with it goes on ripening.
    """
    at, held = now(), dict(given or {})
    child = request.GET.get("view") == "child"
    sealed = {name: held.get(name, "") if held.get("sealed") else "" for name in _SEALED}
    answer = _page(
        request, t, "report", "report/", status=status, open=opening, keys=keys.keys(at), seed=seed, child=child, said=said,
        ticket=_ticket(keys, seed, held.get("ticket", "")), faults=faults or {}, sealed=sealed, danger=held.get("danger", ""),
        script="" if settings.COP_DEMO else script_address(),  # a demonstration must see what comes in
        challenge=challenge(keys.flood_secret(), at, DIFFICULTY), given={name: held.get(name, "") for name in _FIELDS},
        overload=is_overloaded() and not settings.COP_DEMO, tested=lane_tested(opening.duty, at),
        CONCERNS={code: words for code, words in CONCERNS.items() if code != "own_picture"},  # that has its own way, above
        SITE_TYPES=SITE_TYPES, PLACES=PLACES,
    )  # fmt: skip
    if status == 429:
        answer["Retry-After"] = str(RIPENS)
    return answer


def _ticket(keys: Keystore, seed: str, held: str) -> str:
    """The ticket that came with the form, where it is good for the seed and was not used; else a fresh one."""
    try:
        check_ticket(keys.flood_secret(), held, seed, now())
        good = not spent.used(held)
    except BadProof:
        good = False
    return held if good else ticket(keys.flood_secret(), seed, now())


def _receipt(request: HttpRequest, t: Words, seed: str, what: str, **values: Any) -> HttpResponse:
    """The receipt; what happens now where a child is in danger, and who assesses where this centre does not."""
    receipt = receipt_of(seed)
    blank: dict[str, Any] = {"qr": None, "short": False, "danger": False, "note": "", "ticket": "", "opening": None}
    opening = values.get("opening")
    tested = values.get("danger", False) and opening is not None and lane_tested(opening.duty, now())
    return _page(
        request, t, "receipt", "report/", groups=grouped(receipt).split(), reference=opened(receipt).reference, seed=seed,
        what=what, tested=tested, **blank | values,
    )  # fmt: skip


def receipt_page(request: HttpRequest, lang: str) -> HttpResponse:
    """The receipt once more, as a square code, only when asked for."""
    t = language(request, lang)
    seed = request.POST.get("seed", "")
    try:
        receipt = receipt_of(seed) if request.method == "POST" and not _from_elsewhere(request) else ""
    except BadSeed:
        receipt = ""
    if not receipt or not is_there(opened(receipt)):
        raise NotThere(request.path_info, [(f"/{lang}/report/", "report/")])
    buffer = io.BytesIO()
    segno.make(receipt, error="m", micro=False).save(
        buffer, kind="svg", border=2, scale=5, dark="#16202e", light="#ffffff", xmldecl=False
    )
    return _receipt(request, t, seed, "new", qr=Markup(buffer.getvalue().decode()))  # noqa: S704 drawn by us from digits


def follow_up_page(request: HttpRequest, lang: str) -> HttpResponse:
    """State and answers of the report whose receipt is sent, and a way to add words to it."""
    t = language(request, lang)
    keys = keystore()
    if keys is None:
        return _closed(request, t, {})
    if request.method != "POST":
        return _follow(request, t)
    if _from_elsewhere(request):
        return _follow(request, t, status=403)
    try:
        receipt = read_receipt(request.POST.get("receipt", ""))
    except BadReceipt:
        return _follow(
            request, t, wrong=t(mark("These are not the digits of a receipt; please look at each of them again.")), status=422
        )
    try:
        return _thread(request, t, keys, receipt)
    except (DatabaseError, OSError):
        return _follow(request, t, wrong=t(_BUSY), status=503)


def _thread(request: HttpRequest, t: Words, keys: Keystore, receipt: str) -> HttpResponse:
    held, wrong, status = opened(receipt), "", 200
    note = request.POST.get("note", "")
    seed = held.lookup.hex()
    said, opening = "", is_open(now())
    if note.strip() and opening is None:  # nobody reads: nothing more is taken, and what was written stays on the page
        wrong, status = t(mark("This centre takes no reports now. Others do.")), 503
    elif note.strip():
        try:
            work = check_work(request, keys, seed, ticket=request.POST.get("ticket", "") or "-")
            body = read_body({"note": note, "language": t.language.code})
            with pass_flood(request, work, pack(body)):
                add_message(receipt=receipt, body=body, at=now())
            note, said = "", t(mark("Your words were added."))
        except BadBody:
            wrong, status = t(_REASONS["note"]), 422
        except TooSoon as soon:
            wrong, status = t(_WAIT) % {"n": t.number(soon.wait)}, 429
        except (BadProof, ThreadFull) as refused:
            wrong, status = t(_FULL if isinstance(refused, ThreadFull) else _OLD), 422
        except Report.DoesNotExist:
            pass
    found = thread(held, keys)
    if found is None:
        return _follow(request, t, wrong=t(mark("No report has this receipt; please look at each digit again.")), status=404)
    kept = _ticket(keys, seed, request.POST.get("ticket", ""))
    return _follow(request, t, found=found, receipt=grouped(receipt), ticket=kept, note=note, said=said, wrong=wrong, status=status,
                   open=opening)  # fmt: skip


def _follow(request: HttpRequest, t: Words, *, status: int = 200, **values: Any) -> HttpResponse:
    blank: dict[str, Any] = {"found": None, "receipt": "", "ticket": "", "note": "", "said": "", "wrong": "", "open": None}
    return _page(request, t, "follow_up", "report/follow-up/", status=status, STATES=STATES, **blank | values)


def done_page(request: HttpRequest, lang: str) -> HttpResponse:
    """Where a page with a receipt goes after five minutes."""
    return _page(request, language(request, lang), "done", "report/done/")


def old_help_page(_request: HttpRequest, lang: str) -> HttpResponse:
    """The earlier address of the page of help, which said in a history what it was about; it leads on and is not kept."""
    return HttpResponseRedirect(f"/{lang}/report/help/", headers={"Cache-Control": "no-store"})


def own_picture_page(request: HttpRequest, lang: str) -> HttpResponse:
    """A child whose own picture is out: services that take it down, never a form for it (S-10)."""
    services, own = reference().services, _own()
    near = services.of(own, "own_image_removal") if own else []
    everywhere = [one for one in services.directories if one.kind == "own_image_removal"]
    return _page(request, language(request, lang), "own_picture", "report/help/", services=near, directories=everywhere)


def _closed(request: HttpRequest, t: Words, given: Mapping[str, str], said: str = "") -> HttpResponse:
    """Routes to others, with what somebody wrote in vain."""
    own = _own()
    hotlines = reference().services.of(own, "hotline", "portal") if own else []
    return _page(
        request,
        t,
        "closed",
        "report/",
        hotlines=hotlines,
        elsewhere=settings.COP_HOTLINE_ELSEWHERE,
        directory=_directory("hotlines"),
        said=said,
        given={name: given.get(name, "") for name in ("address", "note")},
        status=503 if said or request.method == "POST" else 200,
    )


def _directory(kind: str) -> Directory:
    return next(one for one in reference().services.directories if one.kind == kind)


def _own() -> str:
    area = reference().places.help_area(settings.COP_OWN_COUNTRY) if settings.COP_OWN_COUNTRY else None
    return area.iso2 if area else ""


def _page(request: HttpRequest, t: Words, name: str, path: str, *, status: int = 200, **values: Any) -> HttpResponse:
    answer = page(request, f"hotline/{name}.html", t, path=path, status=status, own=_own(), noindex=name != "report", **values)
    answer["Cache-Control"] = "no-store"
    if name == "receipt":  # a phone that is laid aside shows it to others; the button for the square code begins anew
        answer["Refresh"] = f"{BLANK_AFTER}; url=/{t.language.code}/report/done/"
    return answer
