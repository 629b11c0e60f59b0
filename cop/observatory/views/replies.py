"""The right of reply on the desk: the preview's clock, the reply, the decision, the appeal."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from cop.accounts.public import holds, require
from cop.ground.core.door import LANGUAGES, mark
from cop.ground.public import now
from cop.observatory.actions.replies import appeal, decide_reply, record_panel, write_reply
from cop.observatory.core.rounds.refusals import Refused
from cop.observatory.core.rounds.replies import MOST_WORDS, OUTCOMES, Outcome, Panelist
from cop.observatory.core.rounds.stages import STAGES
from cop.observatory.queries.signatures import corrections, reply_views
from cop.observatory.views.found import (
    REFUSALS,
    a_response,
    a_round,
    back,
    country_of,
    its_questionnaire,
    round_desk,
    title_of,
    told,
    words_of,
)

DONE = {
    "written": mark("The reply is written. It is decided within 15 days."),
    "decided": mark("The decision is written; it is printed with the reply."),
    "appealed": mark("The appeal goes to a panel without anybody who works for this centre."),
    "panel": mark("The decision of the panel is written."),
}


def reply_page(request: HttpRequest, round_id: str, iso3: str) -> HttpResponse:
    """The reply of a country with everything that followed, and the correction log."""
    scope = f"round/{round_id}/{iso3}"
    require(request, "release.preview", scope)
    card, problem = a_round(round_id), ""
    a_response(round_id, iso3)
    if request.method == "POST":
        try:
            return back(f"/desk/rounds/{round_id}/{iso3}/reply/", _step(request, round_id, iso3))
        except REFUSALS as error:
            problem = told(request, error)
    t = words_of(request)
    codes = {question.id: question.code for question in its_questionnaire(card).questions}
    return round_desk(
        request,
        card,
        "observatory/desk_reply.html",
        status=400 if problem else 200,
        iso3=iso3,
        title=title_of(card, t),
        country=country_of(iso3, t),
        replies=reply_views(round_id, iso3, now()),
        corrections=corrections(round_id, iso3),
        codes=codes,
        outcomes=OUTCOMES,
        stages=STAGES,
        problem=problem,
        given={name: request.POST.get(name, "")[:20_000] for name in ("text", "language")},
        may_write=holds(request, "reply.write", scope),
        may_decide=holds(request, "reply.decide", scope),
        most=MOST_WORDS,
        tongues=[(item.code, item.name) for item in LANGUAGES],
        said=t(DONE.get(request.GET.get("done", ""), "")),
    )


def _step(request: HttpRequest, round_id: str, iso3: str) -> str:
    what, scope = request.POST.get("do", ""), f"round/{round_id}/{iso3}"
    where: dict[str, Any] = {"round_id": round_id, "iso3": iso3, "text": request.POST.get("text", ""), "at": now()}
    if what == "write":
        person = require(request, "reply.write", scope)
        write_reply(**where, language=request.POST.get("language", "")[:10], actor=person.pseudonym)
        return "written"
    if what == "appeal":
        appeal(**where, actor=require(request, "reply.write", scope).pseudonym)
        return "appealed"
    person = require(request, "reply.decide", scope)
    outcome = request.POST.get("outcome", "")
    if outcome not in set(Outcome):
        raise Refused("RND-21", mark("Choose what was decided."))
    if what == "decide":
        decide_reply(**where, outcome=Outcome(outcome), actor=person.pseudonym)
        return "decided"
    record_panel(**where, panel=_panel(request), outcome=Outcome(outcome), actor=person.pseudonym)
    return "panel"


def _panel(request: HttpRequest) -> tuple[Panelist, ...]:
    """One member a line: name; institution; address."""
    found = []
    for line in request.POST.get("panel", "")[:4_000].splitlines():
        if line.strip():
            parts = [part.strip()[:200] for part in line.split(";")]
            if len(parts) != 3 or "@" not in parts[2]:
                raise Refused("RND-22", mark("Write one member a line: name; institution; mail address."))
            found.append(Panelist(*parts))
    return tuple(found)
