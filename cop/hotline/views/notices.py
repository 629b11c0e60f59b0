"""Contacts, notices and referrals at the desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from cop.accounts.public import Card, desk_language, desk_page, holds, require
from cop.ground.core.door import LANGUAGES, NotOpened, mark, words
from cop.ground.public import MAIL_STATES, NotThere, now
from cop.hotline.actions.contacts import BadContact, approve_contact, propose_contact, withdraw_contact
from cop.hotline.actions.escalations import decline_escalation
from cop.hotline.actions.follow import acknowledge, mark_bounced, record_decision
from cop.hotline.actions.notices import Desk, Wanted, drop_notice, prepare_notices, refer_to_police, send_notice
from cop.hotline.core.body import BadBody
from cop.hotline.core.case import OUTCOMES, STEPS, NotAllowed
from cop.hotline.core.notice import (
    ASSESSED,
    CONTACT_KINDS,
    DECISIONS,
    DECLINED,
    NOTICE_KINDS,
    POLICE_OUTCOMES,
    REDRESS,
    STANDINGS,
    WAYS,
)
from cop.hotline.exchange.keystore import KeysMissing, Keystore
from cop.hotline.formats.openpgp import BadKey
from cop.hotline.models import Case, CaseAddress, Contact, Escalation, Notice
from cop.hotline.queries.cases import open_case
from cop.hotline.queries.notices import contacts, last_traces, notices, proposals, sender
from cop.hotline.queries.opening import Rules, rules
from cop.hotline.queries.rings import RingRefused, Unlocked
from cop.hotline.views.unlocking import SCOPE, unlocked_of, with_key

TABLES: dict[str, Any] = {
    "CONTACT_KINDS": CONTACT_KINDS, "DECISIONS": DECISIONS, "DECLINED": DECLINED, "NOTICE_KINDS": NOTICE_KINDS, "STEPS": STEPS,
    "POLICE_OUTCOMES": POLICE_OUTCOMES, "REDRESS": REDRESS, "STANDINGS": STANDINGS, "WAYS": WAYS, "OUTCOMES": OUTCOMES,
    "MAIL_STATES": MAIL_STATES, "ASSESSED": ASSESSED,
}  # fmt: skip
DONE = {
    "saved": mark("It is saved."),
    "prepared": mark("It is prepared, and waits to be sent."),
    "sent": mark("It is in the outbox."),
}
FIELDS = ("name", "kind", "mail", "language", "country", "answers_for", "way", "openpgp")
STANDS = {"proposed": mark("Waits for a second person"), "approved": mark("Approved"), "withdrawn": mark("Withdrawn")}
_NOBODY_SIGNS = mark("Nobody can sign a notice yet: the declaration or the mail address of the hotline is missing.")
_NO_LAW = mark("Assessment is off: no legal basis is recorded, or it has ended. See the go-live page.")
_NO_TERM = mark("This report can't be opened: the keys of its month are gone, or its seal is broken.")
Step = Callable[[], None]


def contacts_page(request: HttpRequest) -> HttpResponse:
    """Whom notices may go to; proposed by one person, approved by another."""
    person = require(request, "notice.prepare", SCOPE)
    given = {name: request.POST.get(name, "")[:100_000] for name in FIELDS}
    steps: dict[str, tuple[str, Step]] = {
        "propose": ("notice.prepare", lambda: _drop(propose_contact(**given, by=person, at=now()))),
        "approve": ("contact.approve", lambda: approve_contact(contact=number_in(request, "contact"), by=person, at=now())),
        "withdraw": ("contact.approve", lambda: withdraw_contact(contact=number_in(request, "contact"), by=person, at=now())),
    }
    wrong, status, gone = taken(request, steps, "/desk/hotline/contacts/?done=saved")
    return gone or desk_page(
        request, "hotline/desk/contacts.html", status=status, wrong=wrong, rows=contacts(), given=given, said=_said(request),
        may_approve=holds(request, "contact.approve", SCOPE), LANGUAGES=LANGUAGES, STANDS=STANDS,
        me_name=person.pseudonym, **TABLES,
    )  # fmt: skip


def notices_page(request: HttpRequest) -> HttpResponse:
    """What the clock proposes, and every notice with its state; sent, dropped, confirmed and decided here."""
    person = require(request, "notice.prepare", SCOPE)
    name, held = request.POST.get("notice", "")[:32], {"by": person, "at": now()}

    def given(field: str) -> str:
        return request.POST.get(field, "")[:100]

    steps: dict[str, tuple[str, Step]] = {
        "send": ("notice.send", lambda: send_notice(
            notice=name, rules=_rules_with_law().police, complicit={"no": False, "yes": True}.get(given("complicit")), **held)),
        "drop": ("notice.send", lambda: drop_notice(notice=name, why=given("why"), **held)),
        "bounce": ("notice.send", lambda: mark_bounced(notice=name, **held)),
        "acknowledge": ("notice.prepare", lambda: acknowledge(notice=name, receipt=given("receipt"), **held)),
        "decide": ("notice.prepare", lambda: record_decision(
            notice=name, decision=given("decision"), redress=given("redress") or "none", **held)),
        "decline": ("notice.send", lambda: decline_escalation(proposal=number_in(request, "proposal"), why=given("why"), **held)),
    }  # fmt: skip
    wrong, status, gone = taken(request, steps, f"/desk/hotline/notices/?done={'sent' if given('do') == 'send' else 'saved'}")
    state = request.GET.get("state", "")
    before = request.GET.get("before", "")
    rows = notices(
        state=state if state in STANDINGS else "",
        before=int(before) if before.isascii() and before.isdigit() and len(before) < 16 else 0,
    )
    return gone or desk_page(
        request, "hotline/desk/notices.html", status=status, wrong=wrong, rows=rows, state=state, said=_said(request),
        proposals=proposals(), may_send=holds(request, "notice.send", SCOPE), **TABLES,
    )  # fmt: skip


@with_key
def case_notices_page(request: HttpRequest, number: int) -> HttpResponse:
    """The notices of one case: whoever has taken it prepares them, and refers addresses to the police."""
    person = require(request, "notice.prepare", SCOPE)
    row = Case.objects.filter(pk=number).first()
    if row is None:
        raise NotThere(request.path_info)
    here = f"/desk/hotline/cases/{number}/"
    if row.claimed_by_id != person.id or row.claimed_until is None or now() >= row.claimed_until:
        return HttpResponseRedirect(here)
    unlocked, store = unlocked_of(request, person)
    steps: dict[str, tuple[str, Step]] = {
        "prepare": ("notice.prepare", lambda: _prepare(request, number, unlocked, store, person)),
        "refer": ("police.refer", lambda: _refer(request, number, unlocked, store, person)),
    }
    done = "sent" if request.POST.get("do") == "refer" else "prepared"
    wrong, status, gone = taken(request, steps, f"{here}notices/?done={done}")
    if gone:
        return gone
    t = words(desk_language(request))
    try:
        addresses = open_case(number, unlocked, store).addresses
    except (KeysMissing, NotOpened, BadBody, RingRefused):
        addresses, wrong, status = (), t(_NO_TERM), 409
    known = contacts(counting=True)
    police = [one for one in known if one.kind == "police" and one.way != "mail"]
    return desk_page(
        request, "hotline/desk/case_notices.html", status=status, wrong=wrong, said=_said(request), number=number,
        rows=notices(number=number), addresses=addresses, traced=last_traces(number), police=police,
        tell=[one for one in known if one.kind != "police"], may_refer=holds(request, "police.refer", SCOPE), **TABLES,
    )  # fmt: skip


def _prepare(request: HttpRequest, number: int, unlocked: Unlocked, store: Keystore, person: Card) -> None:
    wanted = [
        Wanted(number, name, number_in(request, "contact"), request.POST.get("law", "")[:300], request.POST.get("extra", "")[:300])
        for name in _names(request)
    ]
    kind = request.POST.get("kind", "")
    _rules_with_law()
    prepare_notices(wanted=wanted, kind=kind, desk=desk_for(unlocked, store), by=person, at=now())


def _rules_with_law() -> Rules:
    """The rules in force. Raises NotAllowed where no legal basis allows to assess, and so to tell others what was found (S-01)."""
    held = rules(now())
    if not held.may_assess:
        raise NotAllowed("CASE-16", _NO_LAW)
    return held


def _refer(request: HttpRequest, number: int, unlocked: Unlocked, store: Keystore, person: Card) -> None:
    refer_to_police(
        number=number, names=_names(request), contact=number_in(request, "contact"), rules=rules(now()).police,
        desk=desk_for(unlocked, store), by=person, at=now(),
    )  # fmt: skip


def desk_for(unlocked: Unlocked, store: Keystore) -> Desk:
    """What the desk holds while it prepares. Raises NotAllowed where nobody can sign (NOTICE-10)."""
    signs = sender()
    if signs is None:
        raise NotAllowed("NOTICE-10", _NOBODY_SIGNS)
    return Desk(unlocked, store, signs, settings.COP_ADDRESS + "/{lang}/notice/", settings.COP_DEMO)


def _names(request: HttpRequest) -> list[str]:
    names = [name for name in request.POST.getlist("address")[:100] if len(name) == 32 and name.isascii() and name.isalnum()]
    if not names:
        raise NotAllowed("NOTICE-08", mark("Choose at least one address."))
    return names


def number_in(request: HttpRequest, field: str) -> int:
    """The number in a field of a form. Raises NotThere for what is none."""
    text = request.POST.get(field, "")
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise NotThere(request.path_info)
    return int(text)


def _drop(_made: int) -> None:
    return None


def _said(request: HttpRequest) -> str:
    return words(desk_language(request))(DONE.get(request.GET.get("done", ""), ""))


def taken(request: HttpRequest, steps: dict[str, tuple[str, Step]], then: str) -> tuple[str, int, HttpResponse | None]:
    """The step that a form asks for, taken: what is wrong and the status, or where to go on. Raises NotThere without the right."""
    if request.method != "POST":
        return "", 200, None
    permission, step = steps.get(request.POST.get("do", ""), ("", None))
    if step is None or not holds(request, permission, SCOPE):
        raise NotThere(request.path_info)
    t = words(desk_language(request))
    try:
        step()
    except NotAllowed as refused:
        return f"{t(refused.text)} ({refused.code})", 409, None
    except BadContact as refused:
        return t(refused.why), 400, None
    except BadKey as refused:
        return t.said(refused), 400, None
    except (KeysMissing, NotOpened, BadBody, RingRefused):
        return t(_NO_TERM), 409, None
    except (Notice.DoesNotExist, Contact.DoesNotExist, CaseAddress.DoesNotExist, Escalation.DoesNotExist):
        raise NotThere(request.path_info) from None
    return "", 200, HttpResponseRedirect(then)
