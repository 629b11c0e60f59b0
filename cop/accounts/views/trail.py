"""The audit trail and the outbox, for those who watch over them."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path

from cop.accounts.public import desk_language, desk_page, holds, require
from cop.ground.core.door import mark, words
from cop.ground.public import (
    HELD,
    MAIL_STATES,
    NotThere,
    audit_head,
    choice,
    download,
    found_entries,
    mails,
    mails_by_state,
    now,
    send_one_again,
)

ROOMS = (mark("Audit trail"), mark("Outbox"))  # labels of the first page
PAGE = 100
MOST = 10_000
DONE = {
    "again": mark("The mail waits to be sent once more."),
    "not": mark("The mail was not sent again: it has moved on since you saw it. Look at its state now."),
}


def audit_view(request: HttpRequest) -> HttpResponse:
    """Entries, newest first, with search, actor and the last one seen in the address; the head to be written down."""
    require(request, "audit.see")
    asked = _asked(request, "actor")
    found = found_entries(**asked, before=_before(request), most=PAGE + 1)
    rows = [
        {"entry": entry, "details": json.loads(entry.details).items() if _is_json(entry.details) else ()} for entry in found[:PAGE]
    ]
    values: dict[str, Any] = {"rows": rows, "head": audit_head(), "query": "?" + urlencode(asked), **asked}
    return desk_page(request, "accounts/audit.html", earlier=_earlier(asked, [entry.number for entry in found]), **values)


def audit_download(request: HttpRequest, form: str) -> HttpResponse:
    """The newest entries that were asked for, as a file."""
    require(request, "audit.see")
    t = words(desk_language(request))
    headings = [t("Number"), t("When"), t("Who"), t("What"), t("On what"), t("Details"), t("Digest before"), t("Digest")]
    rows = [
        [entry.number, entry.at.isoformat(), entry.actor, entry.verb, entry.thing, entry.details, entry.previous, entry.digest]
        for entry in found_entries(**_asked(request, "actor"), before=_before(request), most=MOST)
    ]
    return download(request, form, name="audit", title=t("Audit trail"), headings=headings, rows=rows, source=t("this centre"))


def outbox_view(request: HttpRequest) -> HttpResponse:
    """Mails, newest first, without their text; a mail that is held can be let go out once more."""
    require(request, "outbox.see")
    asked = {**_asked(request, ""), "state": choice(request, "state", list(MAIL_STATES), "")}
    query = "?" + urlencode(asked)
    if request.method == "POST":
        done = "again" if _sent_again(request) else "not"
        return HttpResponseRedirect(f"/desk/outbox/{query}&before={_before(request) or ''}&done={done}")
    found = mails(**asked, before=_before(request), most=PAGE + 1)
    values: dict[str, Any] = {
        "rows": found[:PAGE], "states": MAIL_STATES, "counts": mails_by_state(), "query": query, **asked,
        "held": HELD if holds(request, "outbox.send") else (), "before": _before(request) or "",
        "said": words(desk_language(request))(DONE.get(request.GET.get("done", ""), "")),
    }  # fmt: skip
    return desk_page(request, "accounts/outbox.html", earlier=_earlier(asked, [mail.id for mail in found]), **values)


def _sent_again(request: HttpRequest) -> bool:
    """Lets the mail that a button names go out once more; False where it is no longer held."""
    actor = require(request, "outbox.send")
    number, tries = _number(request.POST.get("again", "")), _number(request.POST.get("tries", ""))
    if not number:
        raise NotThere("/desk/outbox/")
    return send_one_again(mail=number, tries=tries, actor=actor.pseudonym, at=now())


def outbox_download(request: HttpRequest, form: str) -> HttpResponse:
    """The newest mails that were asked for, without their text, as a file."""
    require(request, "outbox.see")
    t = words(desk_language(request))
    state = choice(request, "state", list(MAIL_STATES), "")
    headings = [t("Number"), t("Posted"), t("Kind"), t("To"), t("Subject"), t("State"), t("Tries"), t("Problem")]
    rows = [
        [
            mail.id,
            mail.posted_at.isoformat(),
            mail.kind,
            mail.to,
            mail.subject,
            t(MAIL_STATES[mail.state]),
            mail.tries,
            mail.problem,
        ]
        for mail in mails(**_asked(request, ""), state=state, before=_before(request), most=MOST)
    ]
    return download(request, form, name="outbox", title=t("Outbox"), headings=headings, rows=rows, source=t("this centre"))


def _asked(request: HttpRequest, further: str) -> dict[str, str]:
    names = ("q", further) if further else ("q",)
    return {name: "".join(sign for sign in request.GET.get(name, "")[:100] if sign.isprintable()) for name in names}


def _before(request: HttpRequest) -> int:
    return _number(request.GET.get("before", ""))


def _number(text: str) -> int:
    """The whole number that a text is; 0 for any other text."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0


def _earlier(asked: dict[str, str], numbers: list[int]) -> str:
    """The query of the page after this one, where there is one."""
    return "?" + urlencode({**asked, "before": numbers[PAGE - 1]}) if len(numbers) > PAGE else ""


def _is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:  # somebody altered it: shown empty here, named by cop audit verify
        return False


routes = [
    path("audit/", audit_view),
    *(path(f"audit.{form}", audit_download, {"form": form}) for form in ("csv", "xlsx", "json")),
    path("outbox/", outbox_view),
    *(path(f"outbox.{form}", outbox_download, {"form": form}) for form in ("csv", "xlsx", "json")),
]
