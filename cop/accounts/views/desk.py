"""The first page of the desk."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from cop.accounts.public import NeedsSignIn, desk_page, person_of


def home(request: HttpRequest) -> HttpResponse:
    """What the person may open."""
    if person_of(request) is None:
        raise NeedsSignIn
    return desk_page(request, "accounts/home.html")
