"""Questionnaires on the desk: those that are kept, a form brought from another tool, and one with all its files."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse

from cop.accounts.public import desk_page, holds, require
from cop.ground.core.door import BY_CODE, LANGUAGES, DataError, Words, mark, words
from cop.ground.formats.fonts import FontMissing
from cop.ground.public import NotThere, download, now, reference
from cop.observatory.actions.rounds import add_questionnaire
from cop.observatory.actions.version_maps import add_version_map
from cop.observatory.core.questionnaires.completeness import completeness
from cop.observatory.core.questionnaires.packaged import packaged
from cop.observatory.core.rounds.entries import is_asked
from cop.observatory.core.rounds.refusals import Refused
from cop.observatory.core.rounds.wording import spoken
from cop.observatory.formats.version_map_table import MOST_BYTES as MOST_MAP
from cop.observatory.formats.version_map_table import read_map, write_map
from cop.observatory.formats.xlsform import MOST_BYTES, BadForm, read_xlsform
from cop.observatory.queries.questionnaires import (
    KeptQuestionnaire,
    kept_questionnaire,
    kept_questionnaires,
    printed,
    questionnaire_by,
    questionnaires_beside,
    version_map_of,
    xlsform_of,
)
from cop.observatory.views.found import REFUSALS, back, told, words_of
from cop.observatory.views.uploads import posted_file, with_files

ROOM = mark("Questionnaires")  # the label of the first page
KINDS = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
}
MOST_NAMED = 60
_SAID = {
    "kept": mark("The questionnaire is kept. Read here what of it is used."),
    "mapped": mark("The table is kept. Answers of that version are filled in by it from now on."),
}


def title_in(texts: Any, otherwise: str, t: Words) -> str:
    """A title in the language of the page, else in English, else in any."""
    return spoken(texts, t.language.code) or otherwise


def named(one: KeptQuestionnaire, t: Words) -> str:
    """A kept questionnaire by its title, id and version."""
    return f"{title_in(one.title, one.key, t)} ({t.isolate(f'{one.key} {one.version}'.strip())})"


def choices_for_rounds(t: Words) -> list[tuple[str, str]]:
    """What a new round may ask: the packaged survey under "", then what is kept under its number, the newest first."""
    own = packaged(reference().reference)
    others = [(str(one.id), one.title, one.key, one.version) for one in kept_questionnaires() if one.sha256 != own.sha256]
    every = [("", own.title, own.id, own.version), *others]
    return [
        (number, f"{title_in(title, key, t)} ({t.isolate(f'{key} {version}'.strip())})") for number, title, key, version in every
    ]


def attached(raw: bytes, form: str, name: str) -> HttpResponse:
    """A file to be kept, never shown in the page."""
    return HttpResponse(
        raw,
        content_type=KINDS[form],
        headers={"Content-Disposition": f'attachment; filename="{name}.{form}"', "Cache-Control": "no-store"},
    )


def _asked(request: HttpRequest) -> str:
    return "".join(sign for sign in request.GET.get("q", "")[:100] if sign.isprintable())


@with_files(MOST_BYTES)
def questionnaires_view(request: HttpRequest) -> HttpResponse:
    """The kept questionnaires; a form that is sent is read whole, and kept or refused with its place."""
    person = require(request, "questionnaire.edit")
    problem, place = "", ""
    if request.method == "POST":
        try:
            return back(f"/desk/questionnaires/{_keep(request, person.pseudonym)}/", "kept")
        except BadForm as error:
            problem, place = words_of(request)("This form was not kept. Put this right and send it again."), str(error)
        except REFUSALS as error:
            problem = told(request, error)
    t, q = words_of(request), _asked(request)
    rows = [
        (one, title_in(one.title, one.key, t), [(id, title_in(title, id, t)) for id, title in one.rounds])
        for one in kept_questionnaires(q)
    ]
    return desk_page(
        request,
        "observatory/desk_questionnaires.html",
        status=400 if problem else 200,
        rows=rows,
        boards={id for _, _, used in rows for id, _ in used if holds(request, "round.see_board", f"round/{id}")},
        problem=problem,
        place=place,
        q=q,
        query=f"?{urlencode({'q': q})}" if q else "",
    )


def _keep(request: HttpRequest, actor: str) -> int:
    raw, name = posted_file(request, "form", mark("The file is larger than 1 MB. A form is far smaller."))
    if not raw:
        raise Refused("RND-18", mark("Choose the form that you bring."))
    read = read_xlsform(raw, name)
    return add_questionnaire(
        questionnaire=read.questionnaire, at=now(), actor=actor, not_carried=read.not_carried, untranslated=read.untranslated
    )


def questionnaires_download(request: HttpRequest, form: str) -> HttpResponse:
    """The kept questionnaires as a file, with the search of the address."""
    require(request, "questionnaire.edit")
    t = words_of(request)
    headings = ("number", "id", "version", "title", "added", "frozen", "rounds", "sha256")
    rows = [
        (
            one.id,
            one.key,
            one.version,
            title_in(one.title, one.key, t),
            one.added_at.date().isoformat(),
            one.frozen_at.date().isoformat() if one.frozen_at else "",
            " ".join(id for id, _ in one.rounds),
            one.sha256,
        )
        for one in kept_questionnaires(_asked(request))
    ]
    title = t("Questionnaires")
    return download(request, form, name="questionnaires", title=title, headings=headings, rows=rows, source=t("this centre"))


def _one(request: HttpRequest, number: str) -> KeptQuestionnaire:
    require(request, "questionnaire.edit")
    found = kept_questionnaire(int(number))
    if found is None:
        raise NotThere(f"questionnaires/{number}")
    return found


@with_files(MOST_MAP)
def questionnaire_view(request: HttpRequest, number: str) -> HttpResponse:
    """A questionnaire with its sections, how far it is translated, what of its form is not used here, and versions before it."""
    kept = _one(request, number)
    if request.method != "POST":
        return _page(request, kept)
    try:
        _keep_map(request, kept, require(request, "questionnaire.edit").pseudonym)
    except DataError as error:
        return _page(request, kept, str(error), status=400)
    except REFUSALS as error:
        return _page(request, kept, told(request, error), status=400)
    return back(f"/desk/questionnaires/{kept.id}/", "mapped")


def _keep_map(request: HttpRequest, kept: KeptQuestionnaire, actor: str) -> None:
    raw, _ = posted_file(request, "map", mark("The file is larger than 1 MB. A form is far smaller."))
    if not raw:
        raise Refused("RND-02", mark("Choose the table of questions that you bring."))
    earlier = request.POST.get("earlier", "")
    number = int(earlier) if earlier.isascii() and earlier.isdigit() and len(earlier) < 10 else 0
    add_version_map(questionnaire_id=kept.id, earlier_id=number, lines=read_map(raw), at=now(), actor=actor)


def map_file(request: HttpRequest, number: str, earlier: str) -> HttpResponse:
    """The map from an earlier version as a table: the one that is kept, else what both have in common, to be gone through."""
    kept, before = _one(request, number), _one(request, earlier)
    links = version_map_of(before.sha256, kept.sha256).links
    raw = write_map(links, questionnaire_by(before.sha256), questionnaire_by(kept.sha256))
    return attached(raw, "csv", f"questionnaire-{kept.id}-from-{before.id}")


def _page(request: HttpRequest, kept: KeptQuestionnaire, problem: str = "", status: int = 503) -> HttpResponse:
    t = words_of(request)
    questionnaire = questionnaire_by(kept.sha256)
    others = questionnaires_beside(kept.id)
    held: dict[str, list[Any]] = {section.id: [] for section in questionnaire.sections}
    for question in questionnaire.questions:
        held[questionnaire.section_of(question.id).id].append(question)
    return desk_page(
        request,
        "observatory/desk_questionnaire.html",
        status=status if problem else 200,
        problem=problem,
        kept=kept,
        others=[(one.id, named(one, t), one.sha256 in kept.follows) for one in others],
        others_named=[(str(one.id), named(one, t)) for one in others],
        title=title_in(kept.title, kept.key, t),
        sections=[(section, held[section.id]) for section in questionnaire.sections],
        asked=sum(is_asked(question) for question in questionnaire.questions),
        table=[
            (one, BY_CODE[one.language].name if one.language in BY_CODE else one.language) for one in completeness(questionnaire)
        ],
        tongues=[item for item in LANGUAGES if item.code in questionnaire.languages] or [BY_CODE["en"]],
        used=[(id, title_in(title, id, t), holds(request, "round.see_board", f"round/{id}")) for id, title in kept.rounds],
        say=lambda texts: spoken(texts, t.language.code),
        said=t(_SAID[request.GET["done"]]) if request.GET.get("done") in _SAID else "",
        most=MOST_NAMED,
    )


def whole_file(request: HttpRequest, number: str, form: str) -> HttpResponse:
    """A questionnaire as other tools read it, in all its languages: XLSForm, or JSON of the very content that is hashed."""
    kept = _one(request, number)
    raw = xlsform_of(kept.sha256) if form == "xlsx" else questionnaire_by(kept.sha256).canonical.encode("utf-8")
    return attached(raw, form, f"questionnaire-{kept.id}")


def printed_file(request: HttpRequest, number: str, code: str, form: str) -> HttpResponse:
    """A questionnaire to print or edit, in one language."""
    kept = _one(request, number)
    if code not in BY_CODE:
        raise NotThere(f"questionnaires/{number}/{code}.{form}")
    try:
        raw = printed(kept.sha256, form, words(code))
    except FontMissing as error:
        return _page(request, kept, str(error))
    return attached(raw, form, f"questionnaire-{kept.id}-{code}")
