"""Classification schemes: load the categories of the national law, or of a network, and see what is loaded."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from cop.accounts.public import desk_language, desk_page, holds, require
from cop.ground.core.door import words
from cop.ground.public import NotThere, now
from cop.hotline.actions.schemes import load_scheme, set_scheme_aside
from cop.hotline.core.case import OUTCOMES
from cop.hotline.core.classification import BadScheme, law_template
from cop.hotline.queries.schemes import scheme_rows
from cop.hotline.views.unlocking import SCOPE


def schemes_page(request: HttpRequest) -> HttpResponse:
    """What is loaded, and for a lead a field for another version."""
    person = require(request, "case.see", SCOPE)
    t, wrong, text = words(desk_language(request)), "", request.POST.get("text", "")
    if request.method == "POST":
        if not holds(request, "hotline.open", SCOPE):
            raise NotThere(request.path_info)
        if request.POST.get("do") == "aside":
            number = request.POST.get("scheme", "")
            if not (number.isascii() and number.isdigit() and len(number) < 16):
                raise NotThere(request.path_info)
            set_scheme_aside(scheme=int(number), by=person, at=now())
            return HttpResponseRedirect("/desk/hotline/classification/")
        try:
            load_scheme(text=text, by=person, at=now())
            return HttpResponseRedirect("/desk/hotline/classification/?done=loaded")
        except BadScheme as bad:
            wrong = t("The scheme can't be taken: %(why)s", why=t.semicolon.join(t(fault) for fault in bad.faults)[:1000])
    return desk_page(
        request, "hotline/desk/classification.html", status=400 if wrong else 200, rows=scheme_rows(), wrong=wrong, text=text,
        OUTCOMES=OUTCOMES, may_load=holds(request, "hotline.open", SCOPE), blank=law_template(),
        done=request.GET.get("done") == "loaded",
    )  # fmt: skip
