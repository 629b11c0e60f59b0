"""What other rooms may ask of `accounts`: who is there, what they may do, roles, invitations, and the frame of desk pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token

from cop.accounts.actions.demonstration import demonstration_links, hotline_team
from cop.accounts.actions.grants import give, withdraw
from cop.accounts.actions.housekeeping import forget_what_ended, warn_of_ends
from cop.accounts.actions.invitations import invite
from cop.accounts.actions.refusals import Refused
from cop.accounts.core.matrix import Held, matrix
from cop.accounts.formats.assets import asset_address
from cop.accounts.queries.rights import Card, card, card_of, grants_that_count, people_holding
from cop.accounts.queries.tokens import machine_of
from cop.ground.core.door import BY_CODE, LANGUAGES, words
from cop.ground.formats.html import render
from cop.ground.public import NotThere, now, reference, today

__all__ = [
    "Card", "NeedsSignIn", "Refused", "bearer", "card_of", "demonstration_links", "desk_language", "desk_page", "desk_text",
    "give", "has_second_factor", "holds", "holds_anywhere", "hotline_team", "invite", "keep_session", "may",
    "may_pass_without_second_factor", "people_with", "person_of", "require", "scopes_with", "tick", "withdraw",
]  # fmt: skip

# Where somebody without a second factor may go: to sign in and out, to accept an invitation and to set a second factor up.
_OPEN = (
    "/desk/accounts/login/", "/desk/accounts/logout/", "/desk/accounts/inactive/", "/desk/accounts/2fa/",
    "/desk/accounts/reauthenticate/", "/desk/accounts/password/reset/", "/desk/accounts/invitation/",
    "/desk/accounts/demonstration/",
)  # fmt: skip
WAIVED = "waived"  # set in the session by a demonstration's link
SECOND = "second"  # set in the session in which a second factor was set up
MINUTE = 60


class NeedsSignIn(Exception):
    """A page that needs somebody signed in; it leads to the page for that."""


@dataclass(frozen=True)
class Machine:
    """A machine with a personal token: whose it is, and the permissions it is limited to."""

    person: Card
    permissions: frozenset[str]


def bearer(request: HttpRequest, at: datetime) -> bool:
    """Takes the token of an `Authorization: Bearer` header. False for one that is unknown, ended or run out at `at`."""
    kind, _, key = request.headers.get("Authorization", "").partition(" ")
    found = machine_of(key.strip(), at) if kind.lower() == "bearer" else None
    request.machine = Machine(*found) if found else None
    return found is not None


def person_of(request: HttpRequest) -> Card | None:
    """Who asks: the person signed in, or whose token a machine shows; None for nobody. Always None outside /desk/."""
    machine: Machine | None = getattr(request, "machine", None)
    if machine is not None:
        return machine.person
    user = getattr(request, "user", None)
    return card(user) if user is not None and user.is_authenticated else None


def require(request: HttpRequest, permission: str, scope: str = "") -> Card:
    """Who asks, if they hold `permission` in `scope`.

    Raises NeedsSignIn where nobody is signed in, NotThere (a 404) where the permission is lacking.
    """
    found = person_of(request)
    if found is None:
        raise NeedsSignIn
    if not holds(request, permission, scope):
        raise NotThere(request.path_info[:200])
    return found


def holds(request: HttpRequest, permission: str, scope: str = "") -> bool:
    """Does who asks hold `permission` in `scope`? A machine holds what both its token and its person hold.

    Grants are read once a request.
    """
    return matrix().allows(_counting(request, permission), permission, scope)


def holds_anywhere(request: HttpRequest, permission: str) -> bool:
    """Does who asks hold `permission` in any scope at all?"""
    return any(permission in matrix().role(grant.role).may for grant in _counting(request, permission))


def scopes_with(request: HttpRequest, permission: str) -> tuple[str, ...]:
    """The scopes in which who asks holds `permission`; what stands above another comes first."""
    return tuple(sorted({grant.scope for grant in _counting(request, permission) if permission in matrix().role(grant.role).may}))


def _counting(request: HttpRequest, permission: str) -> tuple[Held, ...]:
    """The grants of who asks that count now; none where a machine's token doesn't hold the permission."""
    found = person_of(request)
    machine: Machine | None = getattr(request, "machine", None)
    if found is None or (machine is not None and permission not in machine.permissions):
        return ()
    counting: tuple[Held, ...] | None = getattr(request, "counting_grants", None)
    if counting is None:
        counting = request.counting_grants = grants_that_count(found.id, now())
    return counting


def may(person_id: int, permission: str, scope: str = "") -> bool:
    """Does the person hold `permission` in `scope` at this moment? Raises UnknownCode for a permission that doesn't exist."""
    return matrix().allows(grants_that_count(person_id, now()), permission, scope)


def people_with(role: str, scope: str) -> tuple[Card, ...]:
    """Who holds `role` in `scope` at this moment, by a grant there or in a scope above; ordered by name. Raises UnknownCode."""
    return people_holding(role, scope, now())


def tick(at: datetime) -> tuple[str, ...]:
    """Does what is due in this room at `at`, and tells it: forgets what ended, warns of clearances that end."""
    gone, told = forget_what_ended(at), warn_of_ends(at)
    lines = (f"{gone} ended sessions, codes, links and invitations forgotten" if gone else "",
             f"{told} vettings, trainings or codes of conduct end within 30 days" if told else "")  # fmt: skip
    return tuple(line for line in lines if line)


def desk_language(request: HttpRequest | None) -> str:
    """The language of a desk page: `?lang=`, else what was chosen in this session, else the person's own, else English."""
    if request is None:
        return "en"
    asked = request.GET.get("lang", "")
    session = getattr(request, "session", None)
    if asked in BY_CODE:
        if session is not None and session.get("language") != asked:
            session["language"] = asked
        return asked
    kept = session.get("language", "") if session is not None else ""
    if kept in BY_CODE:
        return str(kept)
    found = person_of(request)
    return found.language if found else "en"


def desk_text(request: HttpRequest | None, template: str, **values: Any) -> str:
    """The text of a desk template in the language of the request, with `csrf`, `me`, the rooms that may be opened, and `values`."""
    held: dict[str, Any] = {
        "release": reference().release, "today": today(), "demo": settings.COP_DEMO, "trial": not settings.COP_CONTACT,
        "languages": LANGUAGES, "me": None, "csrf": "", "rooms": (), "here": "", "waived": False,
        "desk_stylesheet": asset_address("desk.css"), "passkeys_script": asset_address("passkeys.js"),
    }  # fmt: skip
    if request is not None:
        held["me"] = person_of(request)
        held["csrf"] = get_token(request)
        held["here"] = request.path_info
        held["rooms"] = _rooms(request)
        held["waived"] = _waived(request)
    return render(template, words(desk_language(request)), **held | values)


def _rooms(request: HttpRequest) -> list[tuple[str, str]]:
    """What who asks may open; nothing before the second factor."""
    machine = getattr(request, "machine", None) is not None
    if not machine and may_pass_without_second_factor(request.path_info):
        user = getattr(request, "user", None)
        if user is None or not user.is_authenticated or not has_second_factor(request):
            return []
    return [(label, path) for permission, label, path in settings.COP_DESK_ROOMS if holds_anywhere(request, permission)]


def desk_page(request: HttpRequest, template: str, *, status: int = 200, **values: Any) -> HttpResponse:
    """A desk page: `template` extends `accounts/desk.html`, gets the person as `me` and the form token as `csrf`.

    Caches never keep it.
    """
    text = desk_text(request, template, **values)
    headers = {"Cache-Control": "no-store", "Content-Language": desk_language(request)}
    return HttpResponse(text, status=status, headers=headers)


def may_pass_without_second_factor(path: str) -> bool:
    """May somebody without a second factor open this address?"""
    return path.startswith(_OPEN)


def has_second_factor(request: HttpRequest) -> bool:
    """Did this very session prove a second factor that is still set up? A demonstration's link on loopback stands in for one."""
    if _waived(request):
        return True
    records = get_authentication_records(request, request.user)
    proved = request.session.get(SECOND) or any(record.get("method") == "mfa" for record in records)
    types = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return bool(proved) and Authenticator.objects.filter(user_id=request.user.pk, type__in=types).exists()


def _waived(request: HttpRequest) -> bool:
    session = getattr(request, "session", None)
    return bool(settings.COP_DEMO and session is not None and session.get(WAIVED) and is_loopback(request))


def is_loopback(request: HttpRequest) -> bool:
    """Does the request come from this very machine, and not through a proxy on it?"""
    if request.META.get("HTTP_X_FORWARDED_FOR") or request.META.get("HTTP_FORWARDED"):
        return False
    address = request.META.get("REMOTE_ADDR", "")
    return address == "::1" or address.startswith("127.")


def keep_session(request: HttpRequest, at: datetime) -> None:
    """Ends a session that was idle too long or lasted too long; else notes the minute of this request."""
    if not request.user.is_authenticated:
        return
    stamp = int(at.timestamp())
    started, seen = request.session.get("started", stamp), request.session.get("seen", stamp)
    if stamp - seen > settings.COP_SESSION_IDLE_MINUTES * MINUTE or stamp - started > settings.COP_SESSION_HOURS * 60 * MINUTE:
        logout(request)
        return
    if "started" not in request.session or stamp - seen >= MINUTE:
        request.session["started"], request.session["seen"] = started, stamp
