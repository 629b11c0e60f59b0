"""What other rooms may ask of `ground` on the web: pages, downloads, parameters and the reference data in use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from cop.ground.actions.outbox import HELD, post, send_one_again
from cop.ground.actions.trail import record
from cop.ground.core.dates import parse_date
from cop.ground.core.door import LICENCE, Ground, generation, ground
from cop.ground.core.words import BY_CODE, LANGUAGES, Words, words
from cop.ground.exchange.audit_key import lodge, may_lodge
from cop.ground.exchange.mail import Attachment, NotAnyMore, NotNow, NotReadable
from cop.ground.formats.html import render
from cop.ground.formats.sheet import FORMATS, Sheet, write
from cop.ground.queries.outbox import MAIL_STATES, MailRow, mail_states, mails, mails_by_key, mails_by_state
from cop.ground.queries.trail import entries_of, found_entries, head_line

__all__ = [
    "HELD",
    "MAIL_STATES",
    "Attachment",
    "BadParameter",
    "MailRow",
    "NotAnyMore",
    "NotNow",
    "NotReadable",
    "NotThere",
    "a_date",
    "a_year",
    "address_of",
    "audit_head",
    "choice",
    "current",
    "data",
    "download",
    "entries_of",
    "found_entries",
    "language",
    "mail_states",
    "mails",
    "mails_by_key",
    "mails_by_state",
    "not_available",
    "now",
    "page",
    "post",
    "query_of",
    "record",
    "reference",
    "root",
    "send_one_again",
    "sent_from_here",
    "tick",
    "today",
]  # fmt: skip

T = TypeVar("T")
VIEW_PARAMETERS = {
    "age",
    "at",
    "audience",
    "close",
    "country",
    "group",
    "indicator",
    "lang",
    "mark",
    "method",
    "pillar",
    "q",
    "release",
    "risk",
    "view",
    "with",
    "year",
}
MOST_QUERY = 600
FIRST_DAY = date(1990, 1, 1)


class NotThere(Exception):
    """An address that names something that doesn't exist: a 404 that names it and says what exists."""

    def __init__(self, what: str, exists: Sequence[tuple[str, str]] = ()) -> None:
        self.what, self.exists = what, tuple(exists)
        super().__init__(what)


class BadParameter(Exception):
    """A parameter that can't be used: a 400 that names it and says what is accepted."""

    def __init__(self, name: str, value: str, accepted: str) -> None:
        self.name, self.value, self.accepted = name, value, accepted
        super().__init__(f"{name}={value}: {accepted}")


def root() -> Path | None:
    """The folder that replaces packaged reference data, where one is set."""
    folder: Path | None = settings.COP_REFERENCE
    return folder


def reference() -> Ground:
    """The reference data in use."""
    return ground(root())


def data() -> Path | None:
    """The centre's own data folder, where one is set."""
    folder: Path | None = settings.COP_DATA
    return folder


def current() -> str:
    """The generation of the centre's own data at this moment; read anew at each request."""
    return generation(data())


def today() -> date:
    """Today, as the settings see it."""
    fixed: date | None = settings.COP_TODAY
    return fixed or date.today()


def now() -> datetime:
    """The clock of the whole centre, in UTC: every deadline, embargo and expiry is judged by it. COP_TODAY fixes its day."""
    moment = datetime.now(UTC)
    fixed: date | None = settings.COP_TODAY
    return datetime.combine(fixed, time(moment.hour, moment.minute, moment.second, tzinfo=UTC)) if fixed else moment


def audit_head() -> str:
    """The signed head of the audit trail in one line; nothing where there is no data folder to keep a key in."""
    folder = data()
    return head_line(folder) if folder is not None else ""


def tick(at: datetime) -> list[str]:
    """What is due in ground at `at`: at most once an hour, a head of the audit trail is lodged in the data folder (S-29)."""
    folder = data()
    if folder is None or not may_lodge(folder, at):
        return []
    return ["a head of the audit trail was lodged"] if lodge(folder, head_line(folder)) else []


def page(request: HttpRequest, template: str, t: Words, *, path: str, status: int = 200, **values: Any) -> HttpResponse:
    """An HTML page in the language of `t`. `path` is its address after the language, for links to the other languages."""
    base = {"path": path, "languages": LANGUAGES, "release": reference().release, "today": today(), "query": query_of(request)}
    base |= {
        "demo": settings.COP_DEMO,
        "trial": not settings.COP_CONTACT,
        "contact": settings.COP_CONTACT,
        "exit_address": settings.COP_EXIT,
    }
    base["origin"] = f"{request.scheme}://{request.get_host()}"
    return HttpResponse(render(template, t, **base, **values), status=status, headers={"Content-Language": t.language.code})


def not_available(request: HttpRequest, t: Words, path: str, why: str) -> HttpResponse:
    """A page that says why a document can't be made on this machine, and what to install."""
    title = t("This document can't be made here")
    return page(request, "ground/problem.html", t, path=path, status=503, title=title, what=why, value="", exists=[], noindex=True)


def query_of(request: HttpRequest) -> str:
    """The query of an address with its question mark, for links to the same view elsewhere; a very long one is left out."""
    text = request.META.get("QUERY_STRING", "")
    return f"?{text}" if 0 < len(text) <= MOST_QUERY else ""


def download(
    request: HttpRequest, form: str, *, name: str, title: str, headings: Sequence[str], rows: Sequence[Sequence[Any]],
    source: str, citation: str = "",
) -> HttpResponse:  # fmt: skip
    """A view as CSV, XLSX or JSON with what vouches for it inside."""
    release = reference().release
    sheet = Sheet(
        name, title, headings, rows, query=canonical(request), release=release, source=source, licence=LICENCE,
        citation=citation or f"COP Centre, {title}, release {release}; data: {source}",
    )  # fmt: skip
    answer = HttpResponse(write(sheet, form), content_type=FORMATS[form])
    if form != "json":
        answer["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return answer


def sent_from_here(request: HttpRequest) -> bool:
    """Was a form sent from a page of this very site? Guards forms without a cookie, by Sec-Fetch-Site and Origin."""
    site = request.META.get("HTTP_SEC_FETCH_SITE")
    if site is not None and site != "same-origin":
        return False
    origin = request.META.get("HTTP_ORIGIN")
    if origin is None:
        return site == "same-origin"
    try:
        return origin == f"{request.scheme}://{request.get_host()}"
    except ValueError:
        return False


def address_of(request: HttpRequest) -> str:
    """Where a request comes from. Behind a trusted proxy (COP_PROXY) it is the last address that it saw. Never to be kept."""
    if settings.SECURE_PROXY_SSL_HEADER:
        return request.META.get("HTTP_X_FORWARDED_FOR", "").rsplit(",", 1)[-1].strip() or request.META.get("REMOTE_ADDR", "")
    return str(request.META.get("REMOTE_ADDR", ""))


def canonical(request: HttpRequest) -> str:
    """The address of a view with the parameters that views have, cut at 300 signs."""
    kept = [(name, value) for name, values in sorted(request.GET.lists()) if name in VIEW_PARAMETERS for value in values]
    return (request.path_info + ("?" + urlencode(kept) if kept else ""))[:300]


def language(request: HttpRequest, lang: str | None) -> Words:
    """The words of an address: its language part, else `?lang=`, else English. Raises BadParameter for another language."""
    code = lang or request.GET.get("lang", "en")
    if code not in BY_CODE:
        raise BadParameter("lang", code, ", ".join(BY_CODE))
    return words(code)


def a_date(request: HttpRequest, name: str = "at") -> date:
    """The day in a parameter (a year counts from 31 December), else today. Raises BadParameter."""
    last = today().replace(year=today().year + 1, month=12, day=31)

    def day(text: str) -> date:
        found = parse_date(text).counts_from
        if not FIRST_DAY <= found <= last:
            raise ValueError(text)
        return found

    return _parameter(request, name, today(), day, f"a date such as 2014 or 2014-12-31, from {FIRST_DAY} to {last}")


def a_year(request: HttpRequest, first: int, last: int, name: str = "year") -> int:
    """The year in a parameter from `first` to `last`, else `last`. Raises BadParameter."""

    def year(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not first <= int(text) <= last:
            raise ValueError(text)
        return int(text)

    return _parameter(request, name, last, year, f"a year from {first} to {last}")


def choice(request: HttpRequest, name: str, accepted: Sequence[str], default: str) -> str:
    """One of the accepted words in a parameter, else `default`. Raises BadParameter that lists them."""

    def known(text: str) -> str:
        if text not in accepted:
            raise ValueError(text)
        return text

    return _parameter(request, name, default, known, ", ".join(accepted))


def _parameter(request: HttpRequest, name: str, default: T, parse: Callable[[str], T], accepted: str) -> T:
    text = request.GET.get(name, "")
    if not text:
        return default
    try:
        return parse(text)
    except (ValueError, OverflowError):
        raise BadParameter(name, text[:80], accepted) from None
