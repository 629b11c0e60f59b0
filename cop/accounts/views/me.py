"""One's own account: language, sessions, tokens, ways to sign in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from cop.accounts.actions.signing_in import end_session, end_sessions, set_language
from cop.accounts.actions.tokens import end_token, make_token
from cop.accounts.core.matrix import matrix
from cop.accounts.forms import LanguageForm, TokenForm
from cop.accounts.public import Card, NeedsSignIn, Refused, desk_language, desk_page, holds_anywhere, person_of
from cop.accounts.queries.people import sessions_of
from cop.accounts.queries.tokens import tokens_of
from cop.ground.core.door import mark, words
from cop.ground.public import NotThere, now

HERE = "/desk/accounts/me/"
DONE = {
    "language": mark("Your language is kept."),
    "session": mark("The session has ended."),
    "sessions": mark("Every other session has ended."),
    "token": mark("The token has ended."),
}


def me_view(request: HttpRequest) -> HttpResponse:
    """What belongs to the person signed in. A machine with a token has no such page."""
    who = person_of(request)
    if who is None:
        raise NeedsSignIn
    if getattr(request, "machine", None):
        raise NotThere(request.path_info)
    form, key, problem = TokenForm(initial={"days": 90}), "", ""
    if request.method == "POST":
        asked = request.POST.get("do", "")
        try:
            if asked == "make":
                form = TokenForm(request.POST)
                key = _made(request, who, form)
            elif done := _change(request, who, asked):
                return HttpResponseRedirect(f"{HERE}?done={done}")
        except Refused as refused:
            problem = words(desk_language(request))(refused.message)
    said = words(desk_language(request))(DONE.get(request.GET.get("done", ""), ""))
    offered = [item for item in matrix().permissions if holds_anywhere(request, item.code)]
    return desk_page(
        request, "accounts/me.html", status=200 if request.method != "POST" or key else 400,
        form=form, key=key, problem=problem, said=said,
        sessions=sessions_of(who.id, request.session.session_key, now()), tokens=tokens_of(who.id, now()),
        offered=offered,
        may_own_tokens=holds_anywhere(request, "tokens.own"), chosen=desk_language(request),
    )  # fmt: skip


def _made(request: HttpRequest, who: Card, form: TokenForm) -> str:
    """The key of a new token, limited to what the person holds; empty where the form is wrong."""
    if not holds_anywhere(request, "tokens.own"):
        raise NotThere(HERE)
    if not form.is_valid():
        return ""
    held = form.cleaned_data
    permissions = [code for code in held["permissions"] if holds_anywhere(request, code)]
    return make_token(person_id=who.id, name=held["name"], permissions=permissions, days=held["days"], at=now())


def _change(request: HttpRequest, who: Card, asked: str) -> str:
    if asked == "language":
        form = LanguageForm(request.POST)
        if not form.is_valid():
            return ""
        set_language(person_id=who.id, language=form.cleaned_data["language"], at=now())
        request.session["language"] = form.cleaned_data["language"]
    elif asked == "session":
        end_session(person_id=who.id, name=request.POST.get("session", "")[:40], at=now())
    elif asked == "sessions":
        end_sessions(person_id=who.id, keep=request.session.session_key or "", at=now())
    elif asked == "token":
        number = request.POST.get("token", "")
        if not (number.isascii() and number.isdigit() and len(number) < 18):
            return ""
        end_token(person_id=who.id, token_id=int(number), at=now())
    else:
        return ""
    return asked
