"""Terms and legal holds at the desk: when each month of reports is erased, what keeps it, and what is erased already."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from cop.accounts.public import Card, desk_language, desk_page, require
from cop.ground.core.door import mark, words
from cop.ground.public import NotThere, download, now
from cop.hotline.actions.retention import HoldRefused, lift_hold, place_hold
from cop.hotline.core.retention import Month
from cop.hotline.public import keystore
from cop.hotline.queries.opening import local_day
from cop.hotline.queries.retention import erasures, holds, in_force, standing_months
from cop.hotline.views.unlocking import SCOPE

HERE = "/desk/hotline/terms/"
DONE = {"placed": mark("The hold stands until somebody lifts it."), "lifted": mark("The hold is lifted.")}
_NO_DAY = mark("Write the day of review as 2027-06-30.")
_NO_NUMBER = mark("Write the number of a report in digits.")


def terms_page(request: HttpRequest) -> HttpResponse:
    """Each month: its reports, when it may and must go, and what keeps it. A lead places and lifts holds (RET-03)."""
    person = require(request, "retention.hold", SCOPE)
    t, wrong = words(desk_language(request)), ""
    if request.method == "POST":
        try:
            return HttpResponseRedirect(f"{HERE}?done={_changed(request, person)}")
        except HoldRefused as refused:
            wrong = t.said(refused)
    names = ("month", "report", "reference", "authority", "review_on")
    return desk_page(
        request, "hotline/desk/terms.html", status=400 if wrong else 200, wrong=wrong,
        said=t(DONE.get(request.GET.get("done", ""), "")),
        months=_months(), in_force=in_force(now()) is not None, holds=holds(_today()), erased=erasures(),
        given={name: request.POST.get(name, "")[:300] for name in names},
    )  # fmt: skip


def terms_download(request: HttpRequest, form: str) -> HttpResponse:
    """The same as a file: months that stand, and months that are erased."""
    require(request, "retention.hold", SCOPE)
    t = words(desk_language(request))
    headings = [t("Month"), t("Reports"), t("May go from"), t("Goes on"), t("Held by"), t("Erased on")]
    rows: list[list[str | int]] = [
        [one.month, one.reports, one.may_on.isoformat(), one.due_on.isoformat(), t.comma.join(t(name) for name in one.holds), ""]
        for one in _months()
    ]
    rows += [[one.month, one.reports, "", "", "", one.erased_at.date().isoformat()] for one in erasures()]
    return download(request, form, name="terms", title=t("Terms and holds"), headings=headings, rows=rows, source=t("this centre"))


def _months() -> tuple[Month, ...]:
    """The months that stand, oldest first; none where no declaration is in force, since nothing is due then."""
    store, declaration = keystore(), in_force(now())
    return standing_months(store, declaration) if store is not None and declaration is not None else ()


def _today() -> date:
    at = now()
    declaration = in_force(at)
    return local_day(at, declaration) if declaration else at.date()


def _changed(request: HttpRequest, person: Card) -> str:
    """The step that the form asks for, taken; answers its name. Raises HoldRefused, NotThere."""
    given = request.POST
    if given.get("do") == "lift":
        number = given.get("hold", "")
        if not _is_number(number):
            raise NotThere(request.path_info)
        lift_hold(hold=int(number), actor=person.pseudonym, at=now())
        return "lifted"
    report = given.get("report", "").strip()
    if report and not _is_number(report):
        raise HoldRefused(_NO_NUMBER)
    try:
        review_on = date.fromisoformat(given.get("review_on", "")[:10])
    except ValueError:
        raise HoldRefused(_NO_DAY) from None
    place_hold(
        reference=given.get("reference", "")[:1000], authority=given.get("authority", "")[:1000], review_on=review_on,
        month=given.get("month", "").strip(), report=int(report) if report else None, actor=person.pseudonym, at=now(),
    )  # fmt: skip
    return "placed"


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 16
