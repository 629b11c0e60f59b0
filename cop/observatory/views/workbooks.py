"""The offline workbook of a response: out, in again with the difference shown, and taken over; and proposals from files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse

from cop.accounts.public import desk_language, holds, require
from cop.ground.core.door import DataError, mark, words
from cop.ground.public import choice, now, today
from cop.observatory.actions.prefill import prefill_from_facts, prefill_from_round
from cop.observatory.actions.workbooks import keep_workbook, take_workbook
from cop.observatory.core.rounds.refusals import Refused
from cop.observatory.core.rounds.wording import spoken, value_words
from cop.observatory.formats.assets import asset_address
from cop.observatory.formats.round_workbook import MOST_BYTES, BadWorkbook, write_workbook
from cop.observatory.formats.workbook import read_facts
from cop.observatory.public import held
from cop.observatory.queries.workbooks import Difference, contents_of, earlier_rounds, workbook_difference
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
from cop.observatory.views.uploads import posted_file, with_files


@dataclass(frozen=True)
class Read:
    """A workbook that was read: the digest under which it is kept, and what it would change."""

    sha256: str
    differences: tuple[Difference, ...]


def workbook_file(request: HttpRequest, round_id: str, iso3: str) -> HttpResponse:
    """The workbook of a response in the language asked for."""
    require(request, "answers.see", f"round/{round_id}/{iso3}")
    card = a_round(round_id)
    a_response(round_id, iso3)
    code = choice(request, "tongue", ["en", "fr", "es", "ar", "zh-hans", "ru"], desk_language(request))
    t = words(code)
    raw = write_workbook(its_questionnaire(card), round_id, iso3, country_of(iso3, t), contents_of(round_id, iso3), t)
    answer = HttpResponse(raw, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    answer["Content-Disposition"] = f'attachment; filename="{round_id}-{iso3}-{code}.xlsx"'
    answer["Cache-Control"] = "no-store"
    return answer


@with_files(MOST_BYTES)
def workbook_page(request: HttpRequest, round_id: str, iso3: str) -> HttpResponse:
    """Take the workbook away, bring it back, see the difference, take it over; or fill in from facts or an earlier round."""
    scope = f"round/{round_id}/{iso3}"
    require(request, "answers.see", scope)
    card, t, problem = a_round(round_id), words_of(request), ""
    view = a_response(round_id, iso3)
    read: Read | None = None
    if request.method == "POST":
        person = require(request, "answers.edit", scope)
        try:
            found = _step(request, round_id, iso3, person.pseudonym)
            if isinstance(found, str):
                return back(f"/desk/rounds/{round_id}/{iso3}/", found)
            read = found
        except (BadWorkbook, DataError) as error:
            problem = str(error)
        except REFUSALS as error:
            problem = told(request, error)
    questionnaire = its_questionnaire(card)
    known = {question.id: question for question in questionnaire.questions}
    rows = [
        (
            known[d.question_id],
            value_words(known[d.question_id], d.before.value, t),
            value_words(known[d.question_id], d.after.value, t),
            d,
        )
        for d in (read.differences if read else ())
    ]
    return round_desk(
        request,
        card,
        "observatory/desk_workbook.html",
        status=400 if problem else 200,
        view=view,
        title=title_of(card, t),
        country=country_of(iso3, t),
        problem=problem,
        read=read,
        rows=rows,
        may_edit=view.writable and holds(request, "answers.edit", scope),
        earlier=[(item.id, title_of(item, t)) for item in earlier_rounds(round_id, iso3)],
        say=lambda texts: spoken(texts, t.language.code),
        rounds_stylesheet=asset_address("rounds.css"),
    )


def _step(request: HttpRequest, round_id: str, iso3: str, actor: str) -> Read | str:
    what = request.POST.get("do", "")
    where: dict[str, Any] = {"round_id": round_id, "iso3": iso3, "at": now(), "actor": actor}
    if what == "facts":
        raw, name = posted_file(request, "facts")
        stated = read_facts(raw, name or "workbook", held().indicators, iso3, today())
        prefill_from_facts(**where, answers=stated)
        return "filled"
    if what == "earlier":
        prefill_from_round(**where, earlier=request.POST.get("earlier", "")[:60])
        return "filled"
    if what == "take":
        take_workbook(**where, sha256=request.POST.get("sha256", "")[:64])
        return "taken"
    raw, _ = posted_file(request, "workbook")
    if not raw:
        raise Refused("RND-25", mark("Choose the workbook that you filled in."))
    differences = workbook_difference(round_id, iso3, raw)
    return Read(keep_workbook(**where, raw=raw), differences)
