"""Casework: the first page of the hotline's desk, lists of cases, and the page of one case with everything done there."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import fields
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from cop.accounts.public import Card, desk_language, desk_page, holds, require
from cop.ground.core.door import NotOpened, Words, mark, words
from cop.ground.public import NotThere, download, now
from cop.hotline.actions import cases as act
from cop.hotline.actions.cases import NothingWaits
from cop.hotline.actions.drafts import DraftRefused, decide, propose
from cop.hotline.actions.items import describe, note_access
from cop.hotline.actions.outside import ask_trace
from cop.hotline.core.addresses import blind, mask_in, read_address
from cop.hotline.core.body import BadBody
from cop.hotline.core.case import ERASED, ILLEGAL, OUTCOMES, STATES, STEPS, VERBS, WAYS_GONE, NotAllowed, State
from cop.hotline.core.codes import CONCERNS, SITE_TYPES
from cop.hotline.core.facts import AGES, AccessFacts, BadFacts, ItemFacts, codes_of, read_access, read_item
from cop.hotline.core.phrases import PHRASES, phrases_for
from cop.hotline.core.reasons import EXCEPTIONAL, REASONS, reasons_for
from cop.hotline.core.sealing import open_draft
from cop.hotline.core.trace import FAULTS
from cop.hotline.exchange.keystore import KeysMissing, Keystore
from cop.hotline.models import Case, CaseAddress, Draft, Report
from cop.hotline.queries.cases import OpenCase, case_rows, countries, counts, mine, open_case
from cop.hotline.queries.drafts import phrases_of, waiting_drafts
from cop.hotline.queries.duty import alarms
from cop.hotline.queries.opening import rules
from cop.hotline.queries.passing_on import waiting
from cop.hotline.queries.reports import open_report
from cop.hotline.queries.rings import RingRefused, Unlocked, index_key
from cop.hotline.queries.schemes import all_schemes, offered_categories
from cop.hotline.views.unlocking import SCOPE, Locked, memory, session_of, unlocked_of, with_key

DONE = {
    "locked": mark("The key is locked."),
    "saved": mark("It is saved."),
    "back": mark("The case is given back."),
    "closed": mark("The case is closed."),
    "none": mark("No case waits for you now."),
    "proposed": mark("The message waits for a second person."),
    "sent": mark("The message is in the thread; its reporter reads it with the receipt."),
}
FILTERS = ("q", "state", "country", "age", "outcome", "danger")
APPEALS = {"host": mark("The host"), "owner": mark("The owner of the site"), "reporter": mark("The reporter")}
HANDED_TO = {"partner": mark("A partner hotline"), "police": mark("The police")}
FIELDS = {
    "children": mark("How many children"), "severity": mark("Category"),
    "age": mark("Age of the youngest"), "sex": mark("Sex"), "novelty": mark("New or known"), "ai": mark("Made or changed by AI"),
    "self_generated": mark("Made by the child"), "live_stream": mark("From a live stream"), "content": mark("Kind of content"),
    "commerce": mark("For money or not"), "virtual": mark("Drawn or rendered"), "modelling": mark("Posed in a series"),
}  # fmt: skip
WAY_FIELDS = {
    "referrer": mark("Page that leads to it"), "password": mark("Needs a password"), "premium": mark("Needs a paid account"),
    "geo_limit": mark("Seen from some countries only"), "seen_from": mark("Countries, two letters each"),
    "onion": mark("Hidden service (onion)"), "app": mark("App"), "handle": mark("Account"), "group": mark("Group"),
    "post": mark("Post"), "seen_at": mark("Seen at, with its zone, such as 2026-11-22T15:00+01:00"),
}  # fmt: skip
_ERASED = mark("Its term has ended, and it is erased")
TABLES: dict[str, Any] = {
    "STATES": STATES, "OUTCOMES": OUTCOMES, "STEPS": STEPS, "WAYS_GONE": WAYS_GONE, "CONCERNS": CONCERNS, "VERBS": VERBS,
    "REASONS": {code: one.label for code, one in REASONS.items()} | {ERASED: _ERASED},
    "FACTS": codes_of(ItemFacts), "FIELDS": FIELDS,
    "SITE_TYPES": SITE_TYPES, "ILLEGAL": ILLEGAL, "APPEALS": APPEALS, "HANDED_TO": HANDED_TO, "PHRASES": PHRASES,
    "FAULTS": FAULTS, "WAYS": codes_of(AccessFacts), "WAY_FIELDS": WAY_FIELDS,
}  # fmt: skip
_DIGEST = re.compile(r"[0-9a-f]{64}")
_NO_LAW = mark("Assessment is off: no legal basis is recorded, or it has ended. See the go-live page.")
_TERM = mark("This report can't be opened: the keys of its month are gone, or its seal is broken.")


def said(request: HttpRequest) -> str:
    """What the last step did, in the language of the page."""
    return words(desk_language(request))(DONE.get(request.GET.get("done", ""), ""))


def front_page(request: HttpRequest) -> HttpResponse:
    """How much waits, the person's own cases, and the way to the next one."""
    person = require(request, "case.see", SCOPE)
    if request.method == "POST":
        return _pull(request, person)
    at = now()
    held = rules(at)
    return desk_page(
        request, "hotline/desk/front.html", counts=counts(), mine=mine(person.id, at), until=memory.until(session_of(request), at),
        said=said(request), STATES=STATES, OUTCOMES=OUTCOMES, rules=held, may=_rights(request),
        drafts=len(waiting_drafts()), at=at, alarms=alarms(at), passing=waiting(at) if held.may_pass_on else None,
    )  # fmt: skip


def _rights(request: HttpRequest) -> dict[str, bool]:
    """What who asks may do here, by the permission's code with a low line."""
    codes = ("case.assess", "duty.send", "hotline.open", "station.manage", "care.see", "message.approve", "notice.prepare",
             "figures.desk", "retention.hold", "police.refer")  # fmt: skip
    return {code.replace(".", "_"): holds(request, code, SCOPE) for code in codes}


def _pull(request: HttpRequest, person: Card) -> HttpResponse:
    require(request, "case.assess", SCOPE)
    if not rules(now()).may_assess:
        return HttpResponseRedirect("/desk/hotline/")
    try:
        number = act.pull(by=person, at=now(), settles=holds(request, "appeal.decide", SCOPE))
    except NothingWaits:
        return HttpResponseRedirect("/desk/hotline/?done=none")
    return HttpResponseRedirect(f"/desk/hotline/cases/{number}/")


def _asked(request: HttpRequest) -> dict[str, str]:
    return {name: "".join(sign for sign in request.GET.get(name, "")[:300] if sign.isprintable()) for name in FILTERS}


def _digest(request: HttpRequest) -> str:
    """The blind index of the address that is looked for, as it stands in the link to a list; empty for none."""
    text = request.GET.get("address", "")
    return text if _DIGEST.fullmatch(text) else ""


def _looked_for(request: HttpRequest, person: Card) -> str:
    """The link to the list that a form asks for. An address that was typed stands in it as its blind index only. Raises Locked."""
    asked = {name: request.POST.get(name, "")[:4096].strip() for name in FILTERS}
    if "." in asked["q"] or "/" in asked["q"]:
        unlocked, _ = unlocked_of(request, person)
        asked["address"] = blind(index_key(unlocked), read_address(asked.pop("q")).canonical)
    return "/desk/hotline/cases/?" + urlencode({name: value[:300] for name, value in asked.items() if value})


def cases_page(request: HttpRequest) -> HttpResponse:
    """All cases, newest first, by state, number, reference, country, age or the very address, which no link ever holds."""
    person = require(request, "case.see", SCOPE)
    locked = False
    if request.method == "POST":
        try:
            return HttpResponseRedirect(_looked_for(request, person))
        except Locked:
            locked = True
        except ValueError:  # signs that say nothing
            return HttpResponseRedirect("/desk/hotline/cases/")
    asked, before, digest = _asked(request), request.GET.get("before", ""), _digest(request)
    mark_before = int(before) if before.isascii() and before.isdigit() and len(before) < 16 else None
    rows = case_rows(asked, before=mark_before, blind=digest, work=rules(now()).work)
    kept = {name: value for name, value in (asked | {"address": digest}).items() if value}
    earlier = "?" + urlencode(kept | {"before": rows[-1].number}) if len(rows) == 50 else ""
    return desk_page(
        request, "hotline/desk/cases.html", rows=rows, asked=asked, earlier=earlier, query="?" + urlencode(kept), STATES=STATES,
        OUTCOMES=OUTCOMES, AGES=AGES, countries=countries(), locked=locked, at=now(),
    )  # fmt: skip


def cases_download(request: HttpRequest, form: str) -> HttpResponse:
    """The list of cases as a file: codes and moments."""
    require(request, "case.see", SCOPE)
    t = words(desk_language(request))
    headings = [t("Case"), t("Reference"), t("Received"), t("In danger"), t("State"), t("Assessment"), t("Country"), t("Due")]
    rows = [
        [row.number, row.reference, row.received_at.isoformat(), t("yes") if row.danger else "", row.state, row.outcome,
         row.country, row.due_at.isoformat() if row.due_at else ""]
        for row in case_rows(_asked(request), blind=_digest(request), most=10_000, work=rules(now()).work)
    ]  # fmt: skip
    return download(request, form, name="cases", title=t("Cases"), headings=headings, rows=rows, source=t("this centre"))


def messages_page(request: HttpRequest) -> HttpResponse:
    """Messages to reporters that wait for a second person, oldest first."""
    require(request, "message.approve", SCOPE)
    passes_on = rules(now()).may_pass_on
    return desk_page(request, "hotline/desk/messages.html", rows=waiting_drafts(), PHRASES=PHRASES, passes_on=passes_on)


@with_key
def case_page(request: HttpRequest, number: int) -> HttpResponse:
    """One case. Whoever has taken it sees what the report says; each look is logged first."""
    person = require(request, "case.see", SCOPE)
    report = Report.objects.filter(pk=number).first()
    if report is None:
        raise NotThere(request.path_info)
    t = words(desk_language(request))
    unlocked, store = unlocked_of(request, person)
    wrong, status = "", 200
    if request.method == "POST":
        try:
            return HttpResponseRedirect(_do(request, person, number, unlocked, store))
        except NotAllowed as refused:
            wrong, status = f"{t(refused.text)} ({refused.code})", 409
        except (Case.DoesNotExist, CaseAddress.DoesNotExist):  # nobody took it up, or the address is another case's
            raise NotThere(request.path_info) from None
        except (KeysMissing, NotOpened, BadBody, RingRefused):
            wrong, status = t(_TERM), 409
        except BadFacts as bad:
            labels = FIELDS | WAY_FIELDS
            wrong = t.semicolon.join(t(labels.get(fault.field, fault.field)) + t.colon + t(fault.why) for fault in bad.faults)
            status = 400
        except (DraftRefused, ValueError) as refused:
            wrong, status = t.said(refused), 400
    return _case(request, person, number, unlocked, store, wrong, status)


def _case(
    request: HttpRequest, person: Card, number: int, unlocked: Unlocked, store: Keystore, wrong: str, status: int
) -> HttpResponse:  # fmt: skip
    t, at = words(desk_language(request)), now()
    row = Case.objects.filter(pk=number).select_related("claimed_by").first()
    has = row is not None and row.claimed_by_id == person.id and row.claimed_until is not None and at < row.claimed_until
    found: OpenCase | None = None
    if has and not rules(at).may_assess:
        wrong, status = wrong or t(_NO_LAW), 403
    elif has:
        try:
            act.first_open(number=number, unlocked=unlocked, keystore=store, by=person, at=at)
            found = open_case(number, unlocked, store)
        except NotAllowed:  # somebody closed it in this very moment
            row, has = Case.objects.filter(pk=number).select_related("claimed_by").first(), False
        except (KeysMissing, NotOpened, BadBody, RingRefused):
            wrong, status = t(_TERM), 409
    values: dict[str, Any] = {
        "number": number, "row": row, "has": has, "found": found, "wrong": wrong, "said": said(request), "at": at,
        "me_id": person.id, "draft_texts": _draft_texts(found), "reasons": reasons_for(found.standing.outcome) if found else (),
        "categories": offered_categories() if found else [],
        "may": _case_rights(request), "rules": rules(at), "mask": mask_in, "phrases": _phrases(t, found),
        "drafts": waiting_drafts(number) if found else [], "closed": row is not None and row.state == State.CLOSED,
    }  # fmt: skip
    return desk_page(request, "hotline/desk/case.html", status=status, **TABLES, **values)


def _draft_texts(found: OpenCase | None) -> dict[int, str]:
    """Free words that wait for a second person, opened; what does not open is left out."""
    texts: dict[int, str] = {}
    if found is not None:
        for row in Draft.objects.filter(report=found.report.number, sent=None, phrase=""):
            with suppress(NotOpened):
                texts[row.pk] = open_draft(found.report.own, bytes(row.sealed), f"draft/{row.pk}")
    return texts


def _phrases(t: Words, found: OpenCase | None) -> list[tuple[str, str]]:
    """The phrases that may be written to the reporter now."""
    if found is None:
        return []
    sent = phrases_of(found.report.number)
    return [(one.code, t(one.text)) for one in phrases_for(may_be_child=found.may_be_child, sent=sent)]


def _case_rights(request: HttpRequest) -> dict[str, bool]:
    codes = ("case.assess", "case.reveal", "case.trace", "police.hold", "police.refer", "case.close", "case.reopen",
             "appeal.decide", "message.propose", "message.approve", "notice.prepare")  # fmt: skip
    return {code.replace(".", "_"): holds(request, code, SCOPE) for code in codes}


def _do(request: HttpRequest, person: Card, number: int, unlocked: Unlocked, store: Keystore) -> str:
    """One step that a form of the page asks for, by the word in `do`; answers where to go. Raises what the step raises."""
    asked = request.POST.get("do", "")
    permission, step = _steps(request, person, number, unlocked, store).get(asked, ("", None))
    if step is None or not holds(request, permission, SCOPE):
        raise NotThere(request.path_info)
    if asked not in ("back", "skip") and not rules(now()).may_assess:
        raise NotAllowed("CASE-16", _NO_LAW)
    done = step() or "saved"
    here = f"/desk/hotline/cases/{number}/"
    if asked in ("back", "skip", "close"):
        return f"/desk/hotline/?done={'closed' if asked == 'close' else 'back'}"
    return f"{here}?done={done}" + (f"#a-{name}" if (name := _name(request)) else "")


def _name(request: HttpRequest) -> str:
    name = request.POST.get("address", "")
    return name if len(name) == 32 and name.isalnum() and name.isascii() else ""


def _steps(
    request: HttpRequest, person: Card, number: int, unlocked: Unlocked, store: Keystore
) -> dict[str, tuple[str, Callable[[], str | None]]]:  # fmt: skip
    """What may be asked for: the permission, and the step."""
    at = now()
    who: dict[str, Any] = {"number": number, "by": person, "at": at}
    one: dict[str, Any] = who | {"name": _name(request)}

    def given(name: str, most: int = 400) -> str:
        return request.POST.get(name, "")[:most]

    return {
        "take": ("case.assess", lambda: act.take(**who)),
        "back": ("case.assess", lambda: act.give_back(**who)),
        "skip": ("case.assess", lambda: act.give_back(**who, skip=True)),
        "assess": ("case.assess", lambda: act.assess(**one, outcome=given("outcome"))),
        "confirm": ("case.assess", lambda: act.second(**one, agrees=True)),
        "disagree": ("case.assess", lambda: act.second(**one, agrees=False)),
        "settle": ("appeal.decide", lambda: act.settle(**one, outcome=given("outcome"))),
        "add": ("case.assess", lambda: _none(act.add_address(
            **who, text=given("text", 4096), unlocked=unlocked, keystore=store, moved_from=_name(request)))),
        "access": ("case.assess", lambda: note_access(
            **one, facts=read_access(_given(request, AccessFacts)), own=open_report(number, unlocked, store).own)),
        "hold": ("police.hold", lambda: act.place_hold(
            **who, officer=given("officer"), reason=given("reason"), until=at + timedelta(hours=_hours(given("hours"))))),
        "lift": ("police.hold", lambda: act.lift_hold(**who, agreed=given("agreed") == "yes")),
        "agree": ("police.hold", lambda: act.police_agree(**who)),
        "hand": ("police.refer", lambda: act.hand_over(
            **one, to=_of(given("to"), HANDED_TO), partner_number=given("partner_number", 60))),
        "trace": ("case.trace", lambda: ask_trace(
            **one, own=open_report(number, unlocked, store).own, keystore=store)),
        "gone": ("case.trace", lambda: act.confirm_gone(**one, how=given("how"))),
        "again": ("case.trace", lambda: act.there_again(**one)),
        "close": ("case.close", lambda: act.close(
            **who, reason=given("reason"), known=reasons_for(_outcome(number)), exceptional=EXCEPTIONAL)),
        "item": ("case.assess", lambda: _none(describe(**one, facts=read_item(_given(request, ItemFacts), all_schemes())))),
        "reopen": ("case.reopen", lambda: act.reopen(**who)),
        "appeal": ("case.close", lambda: act.raise_appeal(**who, source=_of(given("source"), APPEALS))),
        "decide": ("appeal.decide", lambda: act.decide_appeal(**who, upheld=given("upheld") == "yes", outcome="not_illegal")),
        "propose": ("message.propose", lambda: "sent" if propose(
            report=number, phrase=given("phrase"), text=given("text", 3000), keystore=store, by=person, at=at) else "proposed"),
        "send": ("message.approve", lambda: _decide(request, person, number, unlocked, store, send=True)),
        "drop": ("message.approve", lambda: _decide(request, person, number, unlocked, store, send=False)),
    }  # fmt: skip


def _decide(request: HttpRequest, person: Card, number: int, unlocked: Unlocked, store: Keystore, *, send: bool) -> str:
    draft = request.POST.get("draft", "")
    if not (draft.isascii() and draft.isdigit() and len(draft) < 16):
        raise NotThere(request.path_info)
    if not Draft.objects.filter(pk=int(draft), report=number).exists():
        raise NotThere(request.path_info)
    own = open_report(number, unlocked, store).own if send else b""  # what can't be opened can still be dropped
    decide(draft=int(draft), send=send, own=own, keystore=store, by=person, at=now())
    return "sent" if send else "saved"


def _none(_found: object) -> None:
    return None


def _outcome(number: int) -> str:
    found = Case.objects.filter(pk=number).values_list("outcome", flat=True).first()
    return str(found or "")


def _given(request: HttpRequest, kind: type) -> dict[str, object]:
    """The fields of facts of a kind in a form, and no others."""
    given: dict[str, object] = {one.name: request.POST.get(one.name, "")[:5000] for one in fields(kind)}
    if kind is AccessFacts:
        given["seen_from"] = [code for code in str(given["seen_from"]).replace(",", " ").split() if code]
    return given


def _of(code: str, known: dict[str, str]) -> str:
    if code not in known:
        raise ValueError(mark("choose one of the list"))
    return code


def _hours(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 3 and 1 <= int(text) <= 720):
        raise ValueError(mark("a hold lasts from 1 to 720 hours"))
    return int(text)
