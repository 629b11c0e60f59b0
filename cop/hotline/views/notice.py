"""The sealed page of a notice: whoever was sent the code opens it, by pressing a button. No account, no cookie, no script."""

from __future__ import annotations

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

from cop.ground.core.door import Words, mark
from cop.ground.public import language, now, page, sent_from_here
from cop.hotline.actions.follow import OpenedPage, PageGone, open_notice_page
from cop.hotline.core.letters import SUBJECTS
from cop.hotline.core.parcel import BadCode

_WRONG = mark("This is not a code of ours. Please copy the whole line from the mail.")
_GONE = mark("No page opens with this code: it was opened three times, or its 14 days are over. Please write to us for another.")
_OLD = mark("This page is too old. Please try again.")
_BUSY = mark("The page can't be opened just now. Please try again in a moment.")


def notice_page(request: HttpRequest, lang: str) -> HttpResponse:
    """A field for the code; with the code, what is sealed, or one of its files. A program that only follows links opens nothing."""
    t = language(request, lang)
    if request.method != "POST":
        return _ask(request, t)
    said = request.headers.get("Origin") is not None or request.headers.get("Sec-Fetch-Site") is not None
    if said and not sent_from_here(request):
        return _ask(request, t, wrong=t(_OLD), status=403)
    code = request.POST.get("code", "")[:200]
    try:
        found = open_notice_page(code=code, at=now(), confirm=request.POST.get("confirm") == "yes")
    except BadCode:
        return _ask(request, t, wrong=t(_WRONG), status=422)
    except PageGone:
        return _ask(request, t, wrong=t(_GONE), status=404)
    except (DatabaseError, OSError):
        return _ask(request, t, wrong=t(_BUSY), status=503)
    return _file(found, request.POST.get("file", "")) or _ask(request, t, found, code)


def _file(found: OpenedPage, wanted: str) -> HttpResponse | None:
    for file in found.parcel.files:
        if file.name == wanted:
            answer = HttpResponse(file.text, content_type=f"{file.type}; charset=utf-8")
            answer["Content-Disposition"] = f'attachment; filename="{file.name}"'
            return _unkept(answer)
    return None


def _ask(
    request: HttpRequest, t: Words, found: OpenedPage | None = None, code: str = "", *, wrong: str = "", status: int = 200
) -> HttpResponse:  # fmt: skip
    return _unkept(
        page(
            request,
            "hotline/notice.html",
            t,
            path="notice/",
            status=status,
            found=found,
            code=code,
            wrong=wrong,
            noindex=True,
            SUBJECTS=SUBJECTS,
        )
    )


def _unkept(answer: HttpResponse) -> HttpResponse:
    answer["Cache-Control"] = "no-store"
    answer["X-Robots-Tag"] = "noindex"
    answer["Referrer-Policy"] = "no-referrer"
    return answer
