"""People: the list, a person, an invitation, the matrix of roles."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from urllib.parse import quote, urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from cop.accounts.actions.grants import record_clearance
from cop.accounts.actions.invitations import withdraw_invitation
from cop.accounts.actions.people import close_account, reopen_account, reset_second_factor
from cop.accounts.core.clearance import REQUIREMENTS
from cop.accounts.core.matrix import matrix
from cop.accounts.core.terms import end_of
from cop.accounts.forms import ClearanceForm, GrantForm, InviteForm
from cop.accounts.public import Card, Refused, desk_language, desk_page, give, holds_anywhere, invite, require, withdraw
from cop.accounts.queries.invitations import open_invitations
from cop.accounts.queries.people import PersonRow, clearance_rows, people, person_page
from cop.ground.core.door import UnknownCode, mark, words
from cop.ground.public import NotThere, choice, download, now, today

DONE = {
    "given": mark("The role is given."),
    "withdrawn": mark("The role is withdrawn."),
    "recorded": mark("It is recorded."),
    "closed": mark("The account is closed."),
    "reopened": mark("The account is open again."),
    "reset": mark("Every second factor of this person is removed."),
    "invited": mark("The invitation is on its way."),
    "uninvited": mark("The invitation is withdrawn."),
}


HELD_ALREADY = mark("The person holds this role here already, at least as long. To make it shorter, withdraw it first.")


def said(request: HttpRequest) -> str:
    """What the last action did, in the language of the page."""
    return words(desk_language(request))(DONE.get(request.GET.get("done", ""), ""))


def people_view(request: HttpRequest) -> HttpResponse:
    """Everybody, with search and roles in the address."""
    require(request, "people.manage")
    q, role = _asked(request)
    rows = people(now(), q, role)
    values: dict[str, Any] = {
        "people": rows,
        "q": q,
        "role": role,
        "roles": matrix().roles,
        "invitations": open_invitations(now()),
        "said": said(request),
    }
    query = "?" + urlencode({"q": q, "role": role})
    return desk_page(request, "accounts/people.html", query=query, **values)


def people_download(request: HttpRequest, form: str) -> HttpResponse:
    """The list of people as a file."""
    require(request, "people.manage")
    t = words(desk_language(request))
    headings = [t("Name"), t("Address"), t("Pseudonym"), t("Language"), t("Open"), t("Second factor"), t("Roles")]
    rows = [
        [row.card.name, row.card.email, row.card.pseudonym, row.card.language, t("yes") if row.active else t("no"),
         t("yes") if row.second_factor else t("no"), "; ".join(f"{grant.role} {grant.scope or '/'}" for grant in row.grants)]
        for row in people(now(), *_asked(request))
    ]  # fmt: skip
    return download(request, form, name="people", title=t("People"), headings=headings, rows=rows, source=t("this centre"))


def _asked(request: HttpRequest) -> tuple[str, str]:
    q = "".join(sign for sign in request.GET.get("q", "")[:100] if sign.isprintable())
    return q, choice(request, "role", [role.code for role in matrix().roles], "")


def person_view(request: HttpRequest, pseudonym: str) -> HttpResponse:
    """A person: roles, vetting and training, and the ways to change them."""
    actor = require(request, "people.manage")
    row = _row(pseudonym)
    problem = ""
    grant, clearance = GrantForm(auto_id="grant_%s"), ClearanceForm(auto_id="clearance_%s")
    if request.method == "POST":
        asked = request.POST.get("do", "")
        if asked == "give":
            grant = GrantForm(request.POST, auto_id="grant_%s")
        if asked == "record":
            clearance = ClearanceForm(request.POST, auto_id="clearance_%s")
        change = _change(request, actor, row, grant, clearance).get(asked)
        try:
            if change is not None and (done := change()):
                return HttpResponseRedirect(f"/desk/people/{quote(pseudonym)}/?done={done}")
        except Refused as refused:
            problem = words(desk_language(request))(refused.message)
        except UnknownCode:
            problem = ""
    found = person_page(pseudonym, now())
    if found is None:
        raise NotThere(pseudonym[:80])
    person, held, ended = found
    values = {"person": person, "clearances": clearance_rows(held, today()), "ended": ended, "requirements": REQUIREMENTS}
    values |= {"roles": matrix().roles, "grant": grant, "clearance": clearance, "problem": problem, "said": said(request)}
    return desk_page(request, "accounts/person.html", status=400 if request.method == "POST" else 200, **values)


def _row(pseudonym: str) -> PersonRow:
    found = person_page(pseudonym, now())
    if found is None:
        raise NotThere(pseudonym[:80])
    return found[0]


def _change(
    request: HttpRequest, actor: Card, row: PersonRow, grant: GrantForm, clearance: ClearanceForm
) -> dict[str, Callable[[], str]]:
    """What the forms of a person's page do, by the word in `do`; each says what was done, or nothing where its form is wrong."""
    who = {"person_id": row.card.id, "at": now(), "actor": actor.pseudonym}

    def give_role() -> str:
        if not grant.is_valid():
            return ""
        held = grant.cleaned_data
        if not give(role=held["role"], scope=held["scope"], ends_at=_end(held["last_day"]), **who):
            raise Refused(HELD_ALREADY)
        return "given"

    def withdraw_role() -> str:
        withdraw(role=request.POST.get("role", "")[:40], scope=request.POST.get("scope", "")[:200], **who)
        return "withdrawn"

    def record() -> str:
        if not clearance.is_valid():
            return ""
        record_clearance(**clearance.cleaned_data, **who)
        return "recorded"

    def close() -> str:
        close_account(**who)
        return "closed"

    def reopen() -> str:
        reopen_account(**who)
        return "reopened"

    def reset() -> str:
        reset_second_factor(**who)
        return "reset"

    return {"give": give_role, "withdraw": withdraw_role, "record": record, "close": close, "reopen": reopen, "reset": reset}


def _end(last: date | None) -> datetime | None:
    return end_of(last) if last is not None else None


def invite_view(request: HttpRequest) -> HttpResponse:
    """Invite somebody, or withdraw an invitation."""
    actor = require(request, "people.manage")
    form = InviteForm(
        request.POST if request.method == "POST" and "withdraw" not in request.POST else None, initial={"language": "en"}
    )
    if request.method == "POST" and "withdraw" in request.POST:
        number = request.POST["withdraw"]
        if number.isascii() and number.isdigit() and len(number) < 18:
            try:
                withdraw_invitation(invitation_id=int(number), at=now(), actor=actor.pseudonym)
            except Refused:
                raise NotThere(number) from None
            return HttpResponseRedirect("/desk/people/?done=uninvited")
        raise NotThere(number[:20])
    if form.is_bound and form.is_valid():
        held = dict(form.cleaned_data)
        invite(ends_at=_end(held.pop("last_day")), at=now(), actor=actor.pseudonym, **held)
        return HttpResponseRedirect("/desk/people/?done=invited")
    return desk_page(request, "accounts/invite.html", status=400 if form.errors else 200, form=form, roles=matrix().roles)


def roles_view(request: HttpRequest) -> HttpResponse:
    """The permission matrix."""
    if not holds_anywhere(request, "people.see_matrix"):
        require(request, "people.see_matrix")
    return desk_page(request, "accounts/roles.html", matrix=matrix(), requirements=REQUIREMENTS)
