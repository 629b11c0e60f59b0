"""Pages for what went wrong: each names the thing and the way out, in the reader's language."""

from __future__ import annotations

import json
from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponse

from cop.accounts.public import desk_language
from cop.ground.core.door import BY_CODE, Words, mark, words
from cop.ground.formats.html import render
from cop.ground.public import reference, today
from cop.guidance.public import held as guidance

_TITLES = {
    401: mark("This token is not valid"),
    400: mark("This address asks for something we can't give"),
    404: mark("There is no such page"),
    403: mark("This form was not sent from our own page"),
    413: mark("The file is too large"),
    500: mark("Something went wrong on our side"),
    503: mark("The data of this page are damaged"),
}


def words_of(request: HttpRequest) -> Words:
    """The language of an address, or the interface of an operator's own language; else English."""
    first = request.path_info.strip("/").split("/")[0]
    if first == "desk":
        return words(desk_language(request))
    own = guidance().library.tongues.get(first)
    return words(first if first in BY_CODE else own.interface if own else "en")


def problem_page(
    request: HttpRequest, status: int, what: str, exists: Sequence[tuple[str, str]] = (), value: str = ""
) -> HttpResponse:
    """A page with `status` that names `what` (and its bad `value`) and lists what exists as (text, address after the language)."""
    if request.path_info.endswith((".json", ".csv", ".xlsx")):
        text = f"{what}={value}" if value else what
        body = json.dumps({"status": status, "error": text, "exists": [label for label, _ in exists]})
        return HttpResponse(body, status=status, content_type="application/json")
    t = words_of(request)
    held = [(label, f"/{t.language.code}/{address}" if address else "") for label, address in exists]
    values = {"title": t(_TITLES[status]), "status": status, "what": what, "value": value, "exists": held, "path": "", "query": ""}
    text = render("ground/problem.html", t, release=reference().release, today=today(), **values)
    return HttpResponse(text, status=status, headers={"Content-Language": t.language.code})


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """No address pattern fits."""
    what = str(exception) if isinstance(exception, Http404) and exception.args and isinstance(exception.args[0], str) else ""
    return problem_page(request, 404, what or request.path_info[:200])


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return problem_page(request, 400, request.path_info[:200])


def not_sent_from_here(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without our token."""
    return problem_page(request, 403, "")


def server_error(request: HttpRequest) -> HttpResponse:
    return problem_page(request, 500, "")
