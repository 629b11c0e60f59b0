"""Rounds on public pages: what is asked, when, and how many answered. A confidential round shows totals only."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from cop.ground.core.door import fewest_in_totals
from cop.ground.formats.fonts import FontMissing
from cop.ground.public import NotThere, language, not_available, page, reference
from cop.observatory.core.rounds.responses import ANSWERED, Response
from cop.observatory.core.rounds.stages import STAGES, Stage, is_public
from cop.observatory.core.rounds.wording import spoken
from cop.observatory.queries.board import country_name
from cop.observatory.queries.questionnaires import printed, questionnaire_by, xlsform_of
from cop.observatory.queries.rounds import RoundCard, countries_by_response, rounds
from cop.observatory.views.found import title_of
from cop.observatory.views.questionnaires import attached


def _shown() -> list[RoundCard]:
    return [card for card in rounds() if is_public(card.stage) and not card.sample]


def rounds_page(request: HttpRequest, lang: str) -> HttpResponse:
    """Every public round with its stage, its days and how many countries answered."""
    t = language(request, lang)
    cards = [(card, title_of(card, t)) for card in _shown()]
    answer = page(request, "observatory/rounds.html", t, path="rounds/", cards=cards, stages=STAGES)
    answer["Cache-Control"] = "public, no-cache"
    return answer


def round_page(request: HttpRequest, lang: str, round_id: str) -> HttpResponse:
    """What a round asks, its calendar, and which countries answered; silence is printed as what it is."""
    t = language(request, lang)
    cards = _shown()
    card = next((card for card in cards if card.id == round_id), None)
    if card is None:
        raise NotThere(round_id[:60], [(found.id, f"rounds/{found.id}/") for found in cards[:5]])
    questionnaire = questionnaire_by(card.questionnaire_sha256)
    named: dict[Response, list[str]] = {}
    if not card.confidential:
        found = countries_by_response(card.id)
        named = {key: sorted((country_name(iso3, t) for iso3 in codes), key=t.sort_key) for key, codes in found.items()}
    code = t.language.code
    sections = [
        (section, [q for q in questionnaire.questions if questionnaire.section_of(q.id).id == section.id])
        for section in questionnaire.sections
    ]
    forms = () if card.confidential else (("docx", t("Word")), ("pdf", "PDF"), ("xlsx", "XLSForm"))
    answer = page(
        request,
        "observatory/round.html",
        t,
        path=f"rounds/{round_id}/",
        card=card,
        forms=forms,
        title=title_of(card, t),
        stages=STAGES,
        named=named,
        sections=sections,
        say=lambda texts: spoken(texts, code),
        answered=sorted(ANSWERED),
        Response=Response,
        least=fewest_in_totals(reference().reference),
        published=card.stage is Stage.PUBLISHED,
    )
    answer["Cache-Control"] = "no-store" if card.stage is not Stage.PUBLISHED else "public, no-cache"
    return answer


def questionnaire_file(request: HttpRequest, round_id: str, form: str, lang: str | None = None) -> HttpResponse:
    """The questionnaire of a public round: Word or PDF in the language of the address, or XLSForm in all of its languages.

    Not for a confidential round.
    """
    t = language(request, lang)
    card = next((card for card in _shown() if card.id == round_id and not card.confidential), None)
    if card is None:
        raise NotThere(f"{round_id}/questionnaire.{form}")
    if form == "xlsx":
        return attached(xlsform_of(card.questionnaire_sha256), form, f"{round_id}-questionnaire")
    try:
        raw = printed(card.questionnaire_sha256, form, t)
    except FontMissing as error:
        return not_available(request, t, f"rounds/{round_id}/", str(error))
    return attached(raw, form, f"{round_id}-questionnaire-{t.language.code}")
