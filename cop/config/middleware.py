"""What every answer passes through: the page cache, headers, and pages for what went wrong."""

from __future__ import annotations

import gzip
import hashlib
import logging
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

import brotli
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import DataError as UnfitValue
from django.http import HttpRequest, HttpResponse

from cop.config.problems import problem_page
from cop.ground.core.door import DataError, UnknownCode
from cop.ground.public import VIEW_PARAMETERS, BadParameter, NotThere, current, today

Next = Callable[[HttpRequest], HttpResponse]
log = logging.getLogger("cop")

_HEADERS = {
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class Headers:
    """Headers that no library sets for us, and how long a public answer may be kept."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in _HEADERS.items():
            response.setdefault(name, value)
        response.setdefault("Cache-Control", "public, no-cache" if response.status_code == 200 else "no-store")
        return response


class ErrorPages:
    """Turns what a room says about a wrong address or parameter into a page that names it and says what exists."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, NotThere):
            return problem_page(request, 404, error.what, error.exists)
        if isinstance(error, UnknownCode):
            return problem_page(request, 404, error.code, [(code, "") for code in error.nearest])
        if isinstance(error, BadParameter):
            return problem_page(request, 400, error.name, [(error.accepted, "")], value=error.value)
        if isinstance(error, UnfitValue):  # what no column can hold, such as a null byte on PostgreSQL
            return problem_page(request, 400, request.path_info[:200])
        if isinstance(error, DataError):
            log.error("reference data: %s", error)
            return problem_page(request, 503, "")
        return None


# Where something may be sent to outside the desk: the workbook of facts, and reports. Machine views say themselves what they take.
MACHINES = "/api/v1/reports"
SENT_TO = ("/facts/", "/report/", "/report/receipt/", "/report/follow-up/", "/notice/")
_REFUSAL = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
MOST_KEPT = 200_000  # bytes of one answer
MOST_KEPT_TOGETHER = 40_000_000


class _Kept:
    """One kept answer: its parts, and its body in each encoding that was asked for."""

    def __init__(self, response: HttpResponse) -> None:
        self.status, self.headers = response.status_code, dict(response.items())
        self.bodies: dict[str, bytes] = {"identity": response.content}
        self.etag = 'W/"' + hashlib.sha256(response.content).hexdigest()[:20] + '"'

    def body(self, encoding: str) -> bytes:
        if encoding not in self.bodies:
            raw = self.bodies["identity"]
            self.bodies[encoding] = brotli.compress(raw, quality=5) if encoding == "br" else gzip.compress(raw, 6)
        return self.bodies[encoding]


def encoding_for(request: HttpRequest) -> str:
    """The best encoding that the reader accepts: br, gzip or identity."""
    accepted = {
        part.split(";")[0].strip()
        for part in request.META.get("HTTP_ACCEPT_ENCODING", "").split(",")
        if not part.replace(" ", "").endswith(";q=0")
    }
    return next((name for name in ("br", "gzip") if name in accepted), "identity")


def negotiated(response: HttpResponse) -> bool:
    """Is an answer one of several that an address has, by Accept? It keeps, tags and compresses itself."""
    return "Accept" in response.get("Vary", "").replace(" ", "").split(",")


class PageCache:
    """Keeps public answers of this process, compressed, the least used ones dropped first; answers 304 where it can.

    Only GET and HEAD answers of status 200 that may be public are kept, by scheme, host, address and day; not searches,
    addresses with parameters that no page has, nor large answers; and together no more than a fixed number of bytes.
    Other methods are refused but where a form is sent to.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response
        self.kept: OrderedDict[str, _Kept] = OrderedDict()
        self.bytes = 0
        self.lock = Lock()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            request.get_host()
        except DisallowedHost:  # the desk answers for no other host either; the host itself is not repeated
            log.warning("a request for a host that COP_HOSTS does not name was refused")
            return HttpResponse("This host is not served here.\n", status=400, headers=_REFUSAL)
        if request.path_info.startswith("/desk/"):
            return self.desk(request)
        if request.method not in ("GET", "HEAD"):
            if request.path_info.startswith(MACHINES) or (request.method == "POST" and request.path_info.endswith(SENT_TO)):
                return self.get_response(request)
            return HttpResponse("This address takes GET and HEAD only.", "text/plain", 405, headers={"Allow": "GET, HEAD"})
        key = f"{today()} {current()} {request.scheme} {request.get_host()} {request.get_full_path()}"
        with self.lock:
            kept = self.kept.get(key)
            if kept:
                self.kept.move_to_end(key)
        if kept is None:
            response = self.get_response(request)
            if response.streaming or response.status_code == 304 or negotiated(response):
                return response
            kept = _Kept(response)
            if response.status_code == 200 and "public" in response.get("Cache-Control", "") and self.may_keep(request, kept):
                self.keep(key, kept)
        return self.answer(request, kept)

    def desk(self, request: HttpRequest) -> HttpResponse:
        """Pages of the desk are never kept, here or anywhere, nor compressed: they hold secrets beside what a request sent."""
        response = self.get_response(request)
        response["Cache-Control"] = "no-store"
        return response

    def may_keep(self, request: HttpRequest, kept: _Kept) -> bool:
        known = set(request.GET) <= VIEW_PARAMETERS - {"q"} and len(request.get_full_path()) < 200
        return known and len(kept.bodies["identity"]) <= MOST_KEPT

    def keep(self, key: str, kept: _Kept) -> None:
        with self.lock:
            if key not in self.kept:
                self.bytes += len(kept.bodies["identity"])
                self.kept[key] = kept
            while self.kept and (len(self.kept) > settings.COP_CACHED_PAGES or self.bytes > MOST_KEPT_TOGETHER):
                _, dropped = self.kept.popitem(last=False)
                self.bytes -= len(dropped.bodies["identity"])

    def answer(self, request: HttpRequest, kept: _Kept) -> HttpResponse:
        asked = {tag.strip().removeprefix("W/") for tag in request.META.get("HTTP_IF_NONE_MATCH", "").split(",")}
        if kept.status == 200 and kept.etag.removeprefix("W/") in asked:
            return HttpResponse(status=304, headers={"ETag": kept.etag, "Vary": "Accept-Encoding"})
        encoding = encoding_for(request) if len(kept.bodies["identity"]) > 500 else "identity"
        response = HttpResponse(kept.body(encoding), status=kept.status, headers=kept.headers)
        if encoding != "identity":
            response["Content-Encoding"] = encoding
        response["Vary"] = ", ".join(dict.fromkeys([*kept.headers.get("Vary", "").split(", "), "Accept-Encoding"])).lstrip(", ")
        if kept.status == 200:
            response["ETag"] = kept.etag
        return response
