"""What requests under /desk/ pass through: sessions, language, tokens, form guards, people, the gate. Nothing elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import CsrfViewMiddleware
from django.utils import translation

from cop.accounts.public import (
    NeedsSignIn,
    bearer,
    desk_language,
    has_second_factor,
    keep_session,
    may_pass_without_second_factor,
)  # fmt: skip
from cop.config.problems import problem_page
from cop.ground.public import now, sent_from_here

Next = Callable[[HttpRequest], HttpResponse]
DESK = "/desk/"
SET_UP = "/desk/accounts/2fa/"


def under_desk(request: HttpRequest) -> bool:
    """Does the request go to a staff room?"""
    return request.path_info.startswith(DESK)


class _OnlyDesk:
    """A middleware of Django that sleeps outside /desk/."""

    kind: ClassVar[Any]

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response
        self.inner = self.kind(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer: HttpResponse = self.inner(request) if under_desk(request) else self.get_response(request)
        return answer


class Sessions(_OnlyDesk):
    """The session of a person, with its two ends."""

    kind = SessionMiddleware


class People(_OnlyDesk):
    """Who is signed in."""

    kind = AuthenticationMiddleware


class Languages:
    """`?lang=` chooses the language of the desk; it is kept in the session. Messages of forms follow it."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not under_desk(request):
            return self.get_response(request)
        with translation.override(desk_language(request)):
            return self.get_response(request)


class Tokens:
    """A machine with a personal token: `Authorization: Bearer ...`. It has no session and no form token."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if under_desk(request) and request.headers.get("Authorization", "").lower().startswith("bearer"):
            if not bearer(request, now()):
                answer = problem_page(request, 401, "Authorization")
                answer["WWW-Authenticate"] = "Bearer"
                answer["Cache-Control"] = "no-store"
                return answer
            request._dont_enforce_csrf_checks = True
        return self.get_response(request)


class Forms(_OnlyDesk):
    """Forms come from our own pages: by token in the form and by where the browser says that it comes from."""

    kind = CsrfViewMiddleware

    def __call__(self, request: HttpRequest) -> HttpResponse:
        by_token = getattr(request, "machine", None) is not None
        if under_desk(request) and request.method not in ("GET", "HEAD") and not by_token and not sent_from_here(request):
            return problem_page(request, 403, "")
        return super().__call__(request)

    def process_view(self, request: HttpRequest, view: Any, arguments: Any, names: Any) -> HttpResponse | None:
        return self.inner.process_view(request, view, arguments, names) if under_desk(request) else None


class Gate:
    """Nothing in the desk without a second factor: who has none is sent to set one up."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not under_desk(request):
            return self.get_response(request)
        keep_session(request, now())
        signed_in = request.user.is_authenticated
        if signed_in and not may_pass_without_second_factor(request.path_info) and not has_second_factor(request):
            answer: HttpResponse = HttpResponseRedirect(SET_UP)
        else:
            answer = self.get_response(request)
        answer["Cache-Control"] = "no-store"
        answer["Vary"] = "Cookie"
        return answer

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, NeedsSignIn) and under_desk(request):
            if getattr(request, "machine", None):
                return problem_page(request, 404, request.path_info[:200])
            where = request.get_full_path()[:600] if request.method == "GET" else DESK
            return HttpResponseRedirect(f"{settings.LOGIN_URL}?{urlencode({'next': where})}")
        return None
