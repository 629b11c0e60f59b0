"""Pass on what waits, where others assess: how much waits, whom it may go to, and one button."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from cop.accounts.public import Card, desk_language, desk_page, holds, require
from cop.ground.core.door import NotOpened, mark, words
from cop.ground.public import NotThere, now
from cop.hotline.actions.passing_on import let_messages_go, pass_on
from cop.hotline.core.case import NotAllowed
from cop.hotline.core.passing import MOST_REPORTS, TO, WAYS
from cop.hotline.core.phrases import PHRASES
from cop.hotline.core.portal import MODES
from cop.hotline.exchange.keystore import KeysMissing
from cop.hotline.queries.notices import contacts, notices
from cop.hotline.queries.opening import rules
from cop.hotline.queries.passing_on import waiting, waiting_messages
from cop.hotline.queries.rings import RingRefused
from cop.hotline.views.notices import TABLES, Step, desk_for, number_in, taken
from cop.hotline.views.unlocking import SCOPE, memory, session_of, unlocked_of, with_key

HERE = "/desk/hotline/pass-on/"
DONE = {
    "passed": mark("The reports are in the outbox. What became of them stands below."),
    "some": mark("The reports are in the outbox. Some others can't be opened and still wait: run cop hotline verify."),
    "told": mark("The messages are in the threads; reporters read them with the receipt."),
}
LISTED = 10
_NO_KEY = mark("A key that is needed is missing or does not open. Nothing was passed on.")


@with_key
def pass_on_page(request: HttpRequest) -> HttpResponse:
    """How many reports wait, and one button that passes them on unseen; there only where others assess (PORTAL-04)."""
    person = require(request, "police.refer", SCOPE)
    at = now()
    held = rules(at)
    if not held.portal.passes_on:
        raise NotThere(request.path_info)
    whom, done = TO[held.portal.mode], "passed"

    def passing() -> None:
        nonlocal done
        done = _pass(request, person)

    steps: dict[str, tuple[str, Step]] = {
        "pass": ("police.refer", passing),
        "tell": ("message.approve", lambda: _tell(request, person)),
    }
    wrong, status, _ = taken(request, steps, HERE)
    if request.method == "POST" and not wrong:
        return HttpResponseRedirect(f"{HERE}?done={'told' if request.POST.get('do') == 'tell' else done}")
    every, others = waiting_messages(person.id)
    t = words(desk_language(request))
    return desk_page(
        request, "hotline/desk/pass_on.html", status=status, wrong=wrong, said=t(DONE.get(request.GET.get("done", ""), "")),
        rules=held, mode=MODES[held.portal.mode], waits=waiting(at), most=MOST_REPORTS, phrase=PHRASES[whom.phrase].text,
        to=[one for one in contacts(kind=whom.kind, counting=True) if one.way in WAYS], rows=notices(kind="pass_on", most=LISTED),
        until=memory.until(session_of(request), at), every=every, others=others,
        may_approve=holds(request, "message.approve", SCOPE), **TABLES,
    )  # fmt: skip


def _pass(request: HttpRequest, person: Card) -> str:
    """What was done, as a code of DONE. Raises what `pass_on` raises, NotThere, Locked."""
    unlocked, store = unlocked_of(request, person)
    try:
        found = pass_on(contact=number_in(request, "contact"), desk=desk_for(unlocked, store), by=person, at=now())
    except (KeysMissing, RingRefused, NotOpened):
        raise NotAllowed("PORTAL-05", _NO_KEY) from None
    return "some" if found.unopened else "passed"


def _tell(request: HttpRequest, person: Card) -> None:
    _, store = unlocked_of(request, person)
    try:
        let_messages_go(keystore=store, by=person, at=now())
    except KeysMissing:
        raise NotAllowed("MSG-01", _NO_KEY) from None
