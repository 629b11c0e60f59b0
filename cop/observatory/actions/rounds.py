"""Make rounds, set their days, move them from stage to stage."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from cop.ground.core.door import BY_CODE, mark
from cop.ground.public import post, record, reference
from cop.observatory.actions.rows import round_row
from cop.observatory.core.questionnaire import Group, Questionnaire
from cop.observatory.core.rounds.entries import short
from cop.observatory.core.rounds.refusals import Refused
from cop.observatory.core.rounds.responses import Response
from cop.observatory.core.rounds.stages import Calendar, Stage, check_calendar, moved
from cop.observatory.formats.round_letters import preview_letter
from cop.observatory.models import Participation, QuestionnaireVersion, Round

MOST_VERSION = 32
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
_INVENTED = re.compile(r"X[A-Z]{2}")


@transaction.atomic
def add_questionnaire(
    *, questionnaire: Questionnaire, at: datetime, actor: str, not_carried: Sequence[str] = (), untranslated: Sequence[str] = ()
) -> int:
    """Keep a questionnaire for rounds; returns its number. The same content is kept once, with what was said at first.

    `not_carried` and `untranslated` are what reading a form listed. Raises Refused for a questionnaire with repeated groups,
    which rounds do not ask, or with a version of more than 32 signs (RND-02).
    """
    repeats = [place.item.id for place in questionnaire.places.values() if isinstance(place.item, Group) and place.item.repeat]
    if repeats:
        raise Refused(
            "RND-02",
            mark(
                "A round can't ask groups that repeat: %(groups)s. On the sheet survey, write begin_group and end_group instead, "
                "or ask a question for each; then send the form again."
            ),
            groups=", ".join(repeats)[:300],
        )
    if len(questionnaire.version) > MOST_VERSION:
        raise Refused("RND-02", mark("The version of a questionnaire has 32 signs at most."))
    found = QuestionnaireVersion.objects.filter(sha256=questionnaire.sha256).first()
    if found is not None:
        return int(found.pk)
    row = QuestionnaireVersion.objects.create(
        key=questionnaire.id, version=questionnaire.version, content=questionnaire.canonical,
        sha256=questionnaire.sha256, added_at=at, title=dict(questionnaire.title), not_carried=list(not_carried),
        untranslated=list(untranslated),
    )  # fmt: skip
    record(actor=actor, verb="add questionnaire", thing=f"questionnaire/{row.key}/{row.version}", at=at, sha256=row.sha256)
    return int(row.pk)


@transaction.atomic
def create_round(
    *, round_id: str, title: Mapping[str, str], questionnaire_id: int, days: Calendar, countries: Sequence[str], at: datetime,
    actor: str, confidential: bool = False, sample: bool = False, method: str = "",
) -> None:  # fmt: skip
    """Make a round in draft with its countries (ISO alpha-3), none of them invited yet.

    Raises Refused for an id that is taken or no slug, a title without English, days out of order, a questionnaire that doesn't
    exist, and a country that has no place in it: a sample round has invented ones only, another those of the data (RND-27).
    """
    if not _SLUG.fullmatch(round_id) or Round.objects.filter(pk=round_id).exists():
        raise Refused("RND-01", mark("The id of a round is new, and has small letters, digits and hyphens, 40 at most."))
    named = {code: short(text, 200, "RND-01") for code, text in title.items() if code in BY_CODE and text.strip()}
    if "en" not in named:
        raise Refused("RND-01", mark("The round needs a title in English at least."))
    check_calendar(days)
    if not QuestionnaireVersion.objects.filter(pk=questionnaire_id).exists():
        raise Refused("RND-02", mark("There is no such questionnaire."))
    _check_countries(countries, sample)
    row = Round.objects.create(
        id=round_id, title=named, questionnaire_id=questionnaire_id, method=method, confidential=confidential, sample=sample,
        created_at=at, opens_at=days.opens, closes_at=days.closes, preview_until=days.preview_until,
        embargo_until=days.embargo_until,
    )  # fmt: skip
    Participation.objects.bulk_create([Participation(round=row, iso3=iso3) for iso3 in dict.fromkeys(countries)])
    record(actor=actor, verb="create round", thing=f"round/{round_id}", at=at, countries=len(countries))


def _check_countries(countries: Sequence[str], sample: bool) -> None:
    real = reference().places.countries
    for iso3 in countries:
        if not (_INVENTED.fullmatch(iso3) if sample else iso3 in real):
            raise Refused(
                "RND-27",
                mark("%(country)s can't take part: a sample round has invented countries only, another none."),
                country=iso3[:10],
            )


def days_of(row: Round) -> Calendar:
    """The days of a round."""
    return Calendar(row.opens_at, row.closes_at, row.preview_until, row.embargo_until)


@transaction.atomic
def set_days(*, round_id: str, days: Calendar, at: datetime, actor: str) -> None:
    """Change the days of a round that is not published; those that are over stay as they are.

    Raises Refused for days out of order (RND-03 to RND-05), or a change of what is over.
    """
    row = round_row(round_id)
    check_calendar(days)
    order = list(Stage)
    place = order.index(Stage(row.state))
    fixed = ((Stage.OPEN, row.opens_at, days.opens), (Stage.EMBARGOED, row.preview_until, days.preview_until))
    for stage, before, after in fixed:
        if place >= order.index(stage) and before != after:
            raise Refused("RND-03", mark("This day is over; it can't be changed any more."))
    if row.state == Stage.PUBLISHED:
        raise Refused("RND-01", mark("The round is published; its days can't be changed any more."))
    row.opens_at, row.closes_at = days.opens, days.closes
    row.preview_until, row.embargo_until = days.preview_until, days.embargo_until
    row.save()
    record(
        actor=actor, verb="set days", thing=f"round/{round_id}", at=at, opens=days.opens.isoformat(),
        closes=days.closes.isoformat(), preview_until=days.preview_until.isoformat(), embargo_until=days.embargo_until.isoformat(),
    )  # fmt: skip


@transaction.atomic
def move_round(*, round_id: str, to: Stage, at: datetime, actor: str) -> None:
    """Move a round by one step. Opening freezes the questionnaire; closing marks who never answered as silent.

    Raises Refused (RND-01 to RND-05).
    """
    row = round_row(round_id)
    row.state = moved(Stage(row.state), to, days_of(row), at, preview_from=row.preview_from)
    if to is Stage.OPEN:
        row.opened_at = row.opened_at or at
        QuestionnaireVersion.objects.filter(pk=row.questionnaire_id, frozen_at=None).update(frozen_at=at)
    elif to is Stage.CLOSED:
        row.closed_at = at
        silent = row.participations.filter(state__in=(Response.INVITED, Response.ACCEPTED))
        silent.update(state=Response.SILENT, ended_at=at)
    elif to is Stage.PREVIEW:
        row.preview_from = at
        _announce_preview(row, at)
    elif to is Stage.PUBLISHED:
        row.published_at = at
    row.save()
    record(actor=actor, verb="move round", thing=f"round/{round_id}", at=at, to=str(to))


def _announce_preview(row: Round, at: datetime) -> None:
    for country in row.participations.exclude(official_address=""):
        letter = preview_letter(row.title, row.preview_until, country.language, f"/desk/rounds/{row.pk}/{country.iso3}/reply/")
        key = f"preview/{row.pk}/{country.iso3}"
        post(kind="preview", to=country.official_address, subject=letter.subject, body=letter.body, at=at, key=key)
