"""Releases at the desk: what a country would see published, corrections of a round's release, and withdrawals."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from cop.accounts.public import Card, desk_language, desk_page, holds, require
from cop.ground.core.door import words
from cop.ground.public import NotThere, now
from cop.observatory.actions.releases import NotPublished, preview_of_country, publish, withdraw
from cop.observatory.core.releases import sentences
from cop.observatory.core.rounds.stages import Stage
from cop.observatory.formats.release_chart import inline_chart
from cop.observatory.queries import releases as queries
from cop.observatory.queries.rounds import RoundCard, round_card
from cop.observatory.views.profiles import MOST_CHANGES, chart_rows, words_of
from cop.observatory.views.release_choice import a_country

_PREVIEWED = (Stage.PREVIEW, Stage.EMBARGOED)


def _round(round_id: str) -> RoundCard:
    card = round_card(round_id)
    if card is None:
        raise NotThere(round_id[:60])
    return card


def preview(request: HttpRequest, round_id: str, code: str) -> HttpResponse:
    """What would be published about a country, for the country alone, from the preview until the embargo ends."""
    require(request, "release.preview", f"round/{round_id}/{code}")
    card = _round(round_id)
    if card.stage not in _PREVIEWED or code not in queries.countries_of_round(round_id):
        raise NotThere(f"{round_id}/{code}"[:60])
    try:
        profile = preview_of_country(round_id=round_id, country=a_country(code, "profiles"), at=now())
    except NotPublished as error:
        raise NotThere(str(error)) from None
    t = words(desk_language(request))
    return desk_page(
        request, "observatory/preview.html", preview=True, round_id=round_id, until=card.days.embargo_until.date(), profile=profile,
        header=profile.header, headline=sentences.headline(profile, t), standing=sentences.standing(profile, t), most=MOST_CHANGES,
        chart=inline_chart(chart_rows(profile, t), t, t("Points of each pillar; the same figures stand in the table.")),
        query_release="", peers=(), **words_of(profile.header, t),
    )  # fmt: skip


def round_releases(request: HttpRequest, round_id: str) -> HttpResponse:
    """The releases of a round; a form each to publish a correction and to withdraw the newest."""
    card_of_person = require(request, "release.publish", f"round/{round_id}")
    card = _round(round_id)
    if request.method == "POST":
        return _act(request, card, card_of_person)
    return _page(request, card)


def _act(request: HttpRequest, card: RoundCard, person: Card) -> HttpResponse:
    note, why = request.POST.get("note", ""), request.POST.get("why", "")
    try:
        if request.POST.get("act") == "publish" and card.stage is Stage.PUBLISHED:
            publish(round_id=card.id, at=now(), actor=person.pseudonym, note=note)
        elif request.POST.get("act") == "withdraw":
            chosen = request.POST.get("release", "")
            if chosen not in {one.id for one in queries.of_round(card.id)}:
                raise NotThere(chosen[:60])
            withdraw(release_id=chosen, why=why, at=now(), actor=person.pseudonym)
    except NotPublished as error:
        return _page(request, card, problem=str(error), note=note, why=why, status=400)
    return HttpResponseRedirect(request.path_info)


def _page(
    request: HttpRequest, card: RoundCard, *, problem: str = "", note: str = "", why: str = "", status: int = 200
) -> HttpResponse:  # fmt: skip
    rows = queries.of_round(card.id)
    may_publish = card.stage is Stage.PUBLISHED and holds(request, "release.publish", f"round/{card.id}")
    language = desk_language(request)
    title = card.title.get(language) or card.title.get("en", card.id)
    standing = next((one for one in rows if one.withdrawn_at is None), None)
    return desk_page(
        request, "observatory/desk_releases.html", status=status, rows=rows, at=now(), title=title, may_publish=may_publish,
        standing=standing, problem=problem, note=note, why=why,
    )  # fmt: skip
