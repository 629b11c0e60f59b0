"""Who has unlocked the team's key in this process: the way every page of casework begins."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_out
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from cop.accounts.public import Card, desk_language, desk_page, holds, require
from cop.ground.core.door import NotOpened, mark, words
from cop.ground.public import NotThere, now
from cop.hotline.actions.keys import admit, ask, leave, note_unlocking
from cop.hotline.core.rings import WeakPassphrase, WrongPassphrase
from cop.hotline.exchange.keystore import KeysMissing, Keystore
from cop.hotline.exchange.memory import Memory
from cop.hotline.public import keystore
from cop.hotline.queries.rings import RingRefused, Unlocked, is_member, members, newest_id, unlocked_by

SCOPE = "hotline"
UNLOCK = "/desk/hotline/unlock/"
SHIFTS = (2, 4, 6, 8, 10)  # hours
memory: Memory[Unlocked] = Memory()
_ELSEWHERE = mark("Keys are opened only in the desk's own process: cop serve --role desk.")
_TOO_MANY = mark("Five passphrases were wrong. Wait a quarter of an hour.")
_WRONG = mark("This passphrase does not open your key.")


def _lock_at_sign_out(request: HttpRequest | None = None, **_told: Any) -> None:
    """Who signs out locks their key, and is no colleague at night any more (CARE-04)."""
    if request is not None and hasattr(request, "session"):
        memory.forget(session_of(request))


user_logged_out.connect(_lock_at_sign_out, dispatch_uid="hotline keys")


class Locked(Exception):
    """A page that needs the team's key; it leads to the page where a passphrase opens it."""


def session_of(request: HttpRequest) -> str:
    """The key of this session."""
    return request.session.session_key or ""


def unlocked_of(request: HttpRequest, person: Card) -> tuple[Unlocked, Keystore]:
    """The team's key that this session unlocked, and the keys in files. Raises Locked.

    What was unlocked before the team's key changed, or by somebody who has left, counts no more.
    """
    held, store = memory.held(session_of(request), person.id, now()), keystore()
    if held is None or store is None:
        raise Locked
    if held.team_id != newest_id() or not is_member(person.id):
        memory.forget(session_of(request))
        raise Locked
    return held, store


def with_key(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view that opens sealed things: who has not unlocked is led to the page for that."""

    @wraps(view)
    def wrapped(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        try:
            return view(request, *arguments, **named)
        except Locked:
            return HttpResponseRedirect(UNLOCK)

    return wrapped


def unlock_page(request: HttpRequest) -> HttpResponse:
    """Unlock the team's key for a shift, lock it, or ask to join the team."""
    person = require(request, "case.see", SCOPE)
    t, wrong = words(desk_language(request)), ""
    asked = request.POST.get("do", "") if request.method == "POST" else ""
    if asked == "lock":
        memory.forget(session_of(request))
        return HttpResponseRedirect("/desk/hotline/?done=locked")
    if asked and settings.COP_ROLE != "desk":
        wrong = t(_ELSEWHERE)
    elif asked == "unlock":
        wrong = _unlock(request, person)
    elif asked == "ask":
        wrong = _ask(request, person)
    if asked and not wrong:
        return HttpResponseRedirect("/desk/hotline/" if asked == "unlock" else f"{UNLOCK}?done=asked")
    return desk_page(
        request, "hotline/desk/unlock.html", status=400 if wrong else 200, wrong=wrong, shifts=SHIFTS, member=is_member(person.id),
        waits=person.id in {one.person for one in members() if not one.admitted}, until=memory.until(session_of(request), now()),
        asked=request.GET.get("done") == "asked",
    )  # fmt: skip


def _unlock(request: HttpRequest, person: Card) -> str:
    """Why the key stays locked, in a sentence; nothing where it is open now."""
    t = words(desk_language(request))
    hours = request.POST.get("hours", "")
    shift = int(hours) if hours in {str(one) for one in SHIFTS} else SHIFTS[-2]
    if memory.must_wait(person.id, now()):
        return t(_TOO_MANY)
    try:
        found = unlocked_by(person.id, request.POST.get("passphrase", "")[:1000])
    except (RingRefused, WrongPassphrase, NotOpened):
        memory.wrong(person.id, now())
        note_unlocking(actor=person.pseudonym, opened=False, at=now())
        return t(_WRONG)
    note_unlocking(actor=person.pseudonym, opened=True, at=now())
    memory.keep(session_of(request), person.id, found, at=now(), until=now() + timedelta(hours=shift))
    return ""


def _ask(request: HttpRequest, person: Card) -> str:
    try:
        ask(person=person.id, passphrase=request.POST.get("passphrase", "")[:1000], at=now())
    except (RingRefused, WeakPassphrase) as refused:
        return words(desk_language(request)).said(refused)
    return ""


@with_key
def team_page(request: HttpRequest) -> HttpResponse:
    """The team: who holds its key, who waits to be admitted, who leaves. Joining and leaving are one action each."""
    person = require(request, "case.see", SCOPE)
    held, store = unlocked_of(request, person)
    wrong = ""
    if request.method == "POST":
        if not holds(request, "hotline.open", SCOPE):
            raise NotThere(request.path_info[:200])
        who = request.POST.get("person", "")
        rows = {str(one.person): one for one in members()}
        if who not in rows:
            raise NotThere(request.path_info[:200])
        try:
            if request.POST.get("do") == "admit":
                admit(person=int(who), unlocked=held, actor=person.pseudonym, at=now())
                return HttpResponseRedirect("/desk/hotline/team/?done=admitted")
            leave(person=int(who), keystore=store, unlocked=held, actor=person.pseudonym, at=now())
            memory.forget_person(int(who))
            return HttpResponseRedirect("/desk/hotline/team/?done=left")
        except (RingRefused, KeysMissing) as refused:
            wrong = words(desk_language(request)).said(refused)
    return desk_page(
        request, "hotline/desk/team.html", status=400 if wrong else 200, members=members(), wrong=wrong,
        may_change=holds(request, "hotline.open", SCOPE), done=request.GET.get("done", ""),
    )  # fmt: skip
