"""The duty desk's lane at the desk: dangers that wait and the button that sends one, tests of the way, and acknowledgement."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from cop.accounts.public import desk_language, desk_page, holds, require
from cop.ground.core.door import mark, words
from cop.ground.public import NotThere, now
from cop.hotline.actions.duty import DutyRefused, acknowledge, deliver, send_test, send_to_duty, set_aside
from cop.hotline.core.duty import ENDINGS, LANES, NOTES, digest_of
from cop.hotline.models import Report
from cop.hotline.queries.duty import known_code, lane_tested, open_dangers, past_dangers, trials_of
from cop.hotline.queries.opening import rules
from cop.hotline.views.unlocking import SCOPE

DANGER, DUTY = "/desk/hotline/danger/", "/desk/hotline/duty/"
DONE = {
    "sent": mark("It is on its way to the duty desk. Call it as well."),
    "aside": mark("It is set aside, and the alarm is silent."),
    "test": mark("The test is on its way. Ask the duty desk to acknowledge it."),
    "code": mark("The duty desk has it."),
}
STATES = {
    "pending": ("wait", mark("Waits to be taken")),
    "posted": ("wait", mark("In the outbox")),
    "sending": ("wait", mark("Is being sent")),
    "sent": ("ok", mark("Taken by the other side")),
    "delivered": ("ok", mark("Taken by the other side")),
    "unknown": ("bad", mark("May have been sent")),
    "failed": ("bad", mark("Did not get there")),
    "refused": ("bad", mark("Refused")),
}
KINDS = {"unsent": "bad", "silent": "bad", "waiting": "wait", "answered": "ok", "aside": "plain"}
_NO_CODE = mark("No message has this code, or it was used already.")


def danger_page(request: HttpRequest) -> HttpResponse:
    """Reports that say that a child is in danger: what nobody sent comes first; each can be sent, or set aside with a reason."""
    person = require(request, "duty.send", SCOPE)
    at, wrong = now(), ""
    held = rules(at).duty
    if request.method == "POST":
        report = _number(request, request.POST.get("report", ""))
        try:
            if request.POST.get("do") == "aside":
                set_aside(report=report, by=person, ending=request.POST.get("ending", ""), at=at)
                return HttpResponseRedirect(f"{DANGER}?done=aside")
            message = send_to_duty(report=report, by=person, note=request.POST.get("note", ""), rules=held, at=at)
            deliver(message=message, rules=held, at=at)
            return HttpResponseRedirect(f"{DANGER}?done=sent")
        except Report.DoesNotExist:
            raise NotThere(request.path_info) from None
        except DutyRefused as refused:
            wrong = words(desk_language(request)).said(refused)
    return desk_page(
        request, "hotline/desk/danger.html", status=400 if wrong else 200, wrong=wrong, said=_said(request), duty=held, at=at,
        waiting=open_dangers(at), past=past_dangers(at), tested=lane_tested(held, at), LANES=LANES, KINDS=KINDS, NOTES=NOTES,
        ENDINGS=ENDINGS, STATES=STATES,
    )  # fmt: skip


def duty_page(request: HttpRequest) -> HttpResponse:
    """The duty desk: whom to call, the last tests of the way there, a new test, and the code that the desk reads out."""
    person = require(request, "duty.send", SCOPE)
    at, wrong = now(), ""
    held = rules(at).duty
    if request.method == "POST":
        try:
            if request.POST.get("do") == "code":
                _take_code(request.POST.get("code", ""), person.pseudonym)
                return HttpResponseRedirect(f"{DUTY}?done=code")
            deliver(message=send_test(by=person, rules=held, at=at), rules=held, at=at)
            return HttpResponseRedirect(f"{DUTY}?done=test")
        except DutyRefused as refused:
            wrong = words(desk_language(request)).said(refused)
    return desk_page(
        request, "hotline/desk/duty.html", status=400 if wrong else 200, wrong=wrong, said=_said(request), duty=held, at=at,
        tests=trials_of(held), tested=lane_tested(held, at), STATES=STATES, may_open=holds(request, "hotline.open", SCOPE),
    )  # fmt: skip


def _take_code(code: str, by: str) -> None:
    if not acknowledge(code=code[:100], by=by, at=now()):
        raise DutyRefused(_NO_CODE)


def acknowledge_page(request: HttpRequest, code: str) -> HttpResponse:
    """The duty officer's one page, without account: a button that says "I have it". Opening it changes nothing (DUTY-06)."""
    found = known_code(digest_of(code))
    if found is None:
        raise NotThere("/desk/hotline/acknowledge/")
    if request.method == "POST":
        acknowledge(code=code, by="duty", at=now())
        return HttpResponseRedirect(request.path_info)
    answer = desk_page(request, "hotline/desk/acknowledge.html", test=found[0], acknowledged_at=found[1], code=code, standing=True)
    answer["Referrer-Policy"] = "no-referrer"
    return answer


def _said(request: HttpRequest) -> str:
    return words(desk_language(request))(DONE.get(request.GET.get("done", ""), ""))


def _number(request: HttpRequest, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise NotThere(request.path_info)
    return int(text)
