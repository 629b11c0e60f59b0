"""Ways in that are ours: an invitation, and the links of a demonstration."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect

from cop.accounts.actions.demonstration import use_link
from cop.accounts.actions.invitations import accept
from cop.accounts.core.matrix import matrix
from cop.accounts.forms import AcceptForm
from cop.accounts.public import WAIVED, Refused, desk_language, desk_page, is_loopback
from cop.accounts.queries.invitations import open_invitation
from cop.ground.public import NotThere, now

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def invitation(request: HttpRequest, key: str) -> HttpResponse:
    """Accept an invitation: name, language and password; then the second factor."""
    found = open_invitation(key, now())
    if found is None:
        return desk_page(request, "accounts/invitation_gone.html", status=404)
    label = matrix().role(found.role).label
    if request.method == "POST" and found.known:
        return _accepted(request, key, {})
    starting = {"language": request.GET.get("lang") or found.language}
    form = AcceptForm(request.POST if request.method == "POST" else None, email=found.email, initial=starting)
    if request.method == "POST" and form.is_valid():
        return _accepted(request, key, form.cleaned_data)
    status = 400 if form.errors else 200
    return desk_page(request, "accounts/invitation.html", status=status, form=form, invitation=found, role=label)


def _accepted(request: HttpRequest, key: str, held: dict[str, str]) -> HttpResponse:
    try:
        name, language, password = held.get("name", ""), held.get("language", ""), held.get("password", "")
        accept(key=key, name=name, language=language, password=password, at=now())
    except Refused:
        return desk_page(request, "accounts/invitation_gone.html", status=404)
    request.session["language"] = language or desk_language(request)
    return HttpResponseRedirect("/desk/accounts/login/")


def demonstration(request: HttpRequest, key: str) -> HttpResponse:
    """A one-time link of a demonstration, on this very machine: a page with one button, as fetching alone signs nobody in."""
    if not settings.COP_DEMO or not is_loopback(request):
        raise NotThere("/desk/accounts/demonstration/")
    if request.method == "POST":
        try:
            person = use_link(key=key, at=now())
        except Refused as refused:
            return desk_page(request, "accounts/demonstration.html", status=410, refused=refused.message)
        login(request, person, backend=BACKEND)
        request.session[WAIVED] = True
        return HttpResponseRedirect("/desk/")
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "POST"])
    return desk_page(request, "accounts/demonstration.html", refused="")
