"""The go-live sheet for leads: how every gate stands, to read, to print and to sign; opening and closing the hotline."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from cop.accounts.public import Card, desk_language, desk_page, require
from cop.ground.core.door import mark, words
from cop.ground.public import now
from cop.hotline.actions.opening import NotOpened, close_hotline, open_hotline
from cop.hotline.core.golive import BadDeclaration, template
from cop.hotline.core.impact import CLASSES, IMPACT
from cop.hotline.public import keystore
from cop.hotline.queries.golive import Sheet, sheet
from cop.hotline.queries.opening import Gate, gates
from cop.hotline.views.unlocking import SCOPE

HERE = "/desk/hotline/go-live/"
MOST_BYTES = 200_000
DONE = {"opened": mark("The hotline is open. Print the sheet, sign it and keep it."), "closed": mark("The hotline is closed.")}
_NO_DAY = mark("Choose the last day.")
_NO_TEXT = mark("Give the declaration as UTF-8 text of at most 200,000 bytes.")
_NO_KEYS = mark("The hotline has no keys yet; run cop hotline set-up.")


def go_live_page(request: HttpRequest) -> HttpResponse:
    """The sheet of the last declaration. A lead opens with a declaration as text or file, and closes at once (GATE-01)."""
    person = require(request, "hotline.open", SCOPE)
    t, text = words(desk_language(request)), ""
    faults: list[str] = []
    if request.method == "POST" and request.POST.get("do") == "close":
        close_hotline(actor=person.pseudonym, at=now())
        return HttpResponseRedirect(f"{HERE}?done=closed")
    if request.method == "POST":
        text, faults = _open(request, person)
        if not faults:
            return HttpResponseRedirect(f"{HERE}?done=opened")
    past = gates()
    return desk_page(
        request, "hotline/desk/go_live.html", status=400 if faults else 200, faults=faults, text=text or _last(past),
        until=request.POST.get("until", "")[:10], past=past, sheet=_sheet(past), said=t(DONE.get(request.GET.get("done", ""), "")),
        IMPACT=IMPACT, CLASSES=CLASSES,
    )  # fmt: skip


def _open(request: HttpRequest, person: Card) -> tuple[str, list[str]]:
    """What was given as declaration, and why it opens nothing; no reason where the hotline is open now."""
    t = words(desk_language(request))
    text = _given(request)
    try:
        until = date.fromisoformat(request.POST.get("until", "")[:10])
    except ValueError:
        return text or "", [t(_NO_DAY)]
    if text is None or not text.strip():
        return text or "", [t(_NO_TEXT)]
    store = keystore()
    if store is None or not store.team():
        return text, [t(_NO_KEYS)]
    try:
        open_hotline(until=until, declaration=text, actor=person.pseudonym, at=now())
    except BadDeclaration as bad:
        return text, [t(fault) for fault in bad.faults]
    except NotOpened as refused:
        return text, [t.said(refused)]
    return text, []


def _given(request: HttpRequest) -> str | None:
    """The declaration in the file, else in the text; None for what is too long or no UTF-8 text without null bytes."""
    file = request.FILES.get("file")
    if file is None:
        text = request.POST.get("declaration", "").replace("\r\n", "\n")
        return text if len(text.encode(errors="replace")) <= MOST_BYTES and "\0" not in text else None
    if not file.size or file.size > MOST_BYTES:
        return None
    try:
        text = file.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    return text if "\0" not in text else None


def _last(past: list[Gate]) -> str:
    """The text to begin with: the last declaration, else the template."""
    return past[0].declaration if past else template()


def _sheet(past: list[Gate]) -> Sheet | None:
    try:
        return sheet(past[0], keystore(), now()) if past else None
    except BadDeclaration:
        return None
