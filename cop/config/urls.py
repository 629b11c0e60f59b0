"""All addresses: pages under a language, machine views without one."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect, JsonResponse
from django.urls import include, is_valid_path, path, re_path, register_converter

from cop.accounts import urls as accounts
from cop.front import urls as front
from cop.ground.core.door import BY_CODE, TAG
from cop.ground.public import NotThere, reference
from cop.guidance import urls as guidance
from cop.guidance.public import held as guidance_room
from cop.hotline import urls as hotline
from cop.observatory import urls as observatory


class LanguageConverter:
    """The first part of a page's address: one of the six languages."""

    regex = TAG

    def to_python(self, value: str) -> str:
        if value not in BY_CODE:
            raise ValueError(value)
        return value

    def to_url(self, value: str) -> str:
        return value


class OwnLanguageConverter(LanguageConverter):
    """The first part of a guidance address in a language beyond the six, which an operator's pack brings."""

    def to_python(self, value: str) -> str:
        if value in BY_CODE or value not in guidance_room().library.tongues:
            raise ValueError(value)
        return value


register_converter(LanguageConverter, "lang")
register_converter(OwnLanguageConverter, "own_lang")


def healthz(request: HttpRequest) -> HttpResponse:
    """Ready: the reference data are read and whole."""
    held = reference()
    if held.damaged:
        return JsonResponse({"status": "damaged", "files": held.damaged}, status=503, headers={"Cache-Control": "no-store"})
    room = guidance_room()
    notes = [*room.own_word.problems, *(f"pack {pack.name} is left out: {pack.faults[0]}" for pack in room.library.refused)]
    answer = JsonResponse({"status": "ready", "release": held.release, "countries": len(held.places.countries), "notes": notes})
    answer["Cache-Control"] = "no-store"
    return answer


def best_language(request: HttpRequest) -> str:
    """The first of the reader's languages that is one of the six, by Accept-Language; else English."""
    wanted = []
    for place, part in enumerate(request.META.get("HTTP_ACCEPT_LANGUAGE", "").lower().split(",")[:20]):
        tag, _, quality = part.strip().partition(";q=")
        try:
            weight = float(quality) if quality else 1.0
        except ValueError:
            weight = 0.0
        wanted.append((-weight, place, tag))
    for _, _, tag in sorted(wanted):
        code = "zh-hans" if tag.startswith("zh") else tag.split("-")[0]
        if code in BY_CODE:
            return code
    return "en"


def to_language(request: HttpRequest, rest: str = "") -> HttpResponse:
    """An address without a language leads to the same page in the reader's."""
    first = rest.split("/")[0]
    query = request.META.get("QUERY_STRING", "")
    if rest and not rest.endswith("/") and first in BY_CODE and is_valid_path(f"/{rest}/"):
        return HttpResponsePermanentRedirect(f"/{rest}/" + (f"?{query}" if query else ""))
    if rest and first not in PAGES:
        raise NotThere(f"/{rest}"[:200], [(f"/{code}/", "") for code in BY_CODE])
    answer = HttpResponseRedirect(f"/{best_language(request)}/{rest}" + (f"?{query}" if query else ""))
    answer["Vary"] = "Accept-Language"
    answer["Cache-Control"] = "no-store"
    return answer


def to_desk(request: HttpRequest, rest: str) -> HttpResponse:
    """Sign-in lives under /desk/, where alone there are cookies."""
    return HttpResponsePermanentRedirect(f"/desk/accounts/{rest or 'login/'}")


def to_public(request: HttpRequest) -> HttpResponse:
    """Public pages are served by another process, at the address of the centre."""
    if request.method != "GET" or urlsplit(settings.COP_ADDRESS).netloc == request.get_host():
        raise NotThere(request.path_info[:200], [("/desk/", "")])
    answer = HttpResponseRedirect(settings.COP_ADDRESS + request.get_full_path())
    answer["Cache-Control"] = "no-store"
    return answer


pages = [*front.pages, *observatory.pages, *guidance.pages, *hotline.pages]
downloads = [*front.downloads, *observatory.downloads, *guidance.downloads, *hotline.downloads]
PAGES = {str(item.pattern).split("/")[0] for item in pages}

both = [path("healthz", healthz), path("", include("cop.ground.urls"))]
staff = [
    path("", include(accounts.urlpatterns)),
    path("", include(observatory.desk)),
    path("", include(hotline.desk)),
    re_path(r"^accounts/(?P<rest>[a-z0-9/-]*)$", to_desk),
]
public = [
    path("", include(front.root)),
    path("", include(guidance.root)),
    path("", include(hotline.root)),
    path("", include(observatory.machine)),
    path("", include(hotline.machine)),
    path("<lang:lang>/", include([*downloads, *pages])),
    path("<own_lang:lang>/", include(guidance.own_language)),
    path("", include(downloads)),
    path("", to_language),
    re_path(r"^(?P<rest>[a-z][^.]*)$", to_language),
]


def addresses(role: str) -> list[Any]:
    """What a process of a role answers: `public` no staff room, `desk` staff rooms alone, and one that has no role everything."""
    return {"public": [*both, *public], "desk": [*both, *staff, re_path("", to_public)]}.get(role, [*both, *staff, *public])


urlpatterns = addresses(settings.COP_ROLE)
handler400 = "cop.config.problems.bad_request"
handler403 = "cop.config.problems.not_found"
handler404 = "cop.config.problems.not_found"
handler500 = "cop.config.problems.server_error"
