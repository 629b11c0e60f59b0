"""Invite a country by its official addresses, take its acceptance or refusal, and invite contributors to sections."""

from __future__ import annotations

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from cop.accounts.public import invite
from cop.ground.core.door import BY_CODE, mark
from cop.ground.public import record
from cop.observatory.actions.files import keep_file
from cop.observatory.actions.rows import participation_row, step, thing_of
from cop.observatory.core.rounds.entries import MOST_NOTE, short
from cop.observatory.core.rounds.files import kind_of, safe_name
from cop.observatory.core.rounds.refusals import Refused
from cop.observatory.core.rounds.responses import Step
from cop.observatory.models import Participation
from cop.observatory.queries.questionnaires import questionnaire_of

SECTION_ROLES = ("contributor",)
COUNTRY_ROLES = ("alternate", "superior")


def _address(text: str) -> str:
    found = text.strip()
    try:
        validate_email(found)
    except ValidationError:
        raise Refused("RND-08", mark("Write a whole mail address.")) from None
    return found


@transaction.atomic
def invite_country(
    *, round_id: str, iso3: str, official: str, alternate: str, language: str, letter: bytes, letter_name: str, designated_on: date,
    at: datetime, actor: str,
) -> tuple[str, ...]:  # fmt: skip
    """Invite the focal point and, where an address is given, an alternate; returns the paths of their invitations.

    The letter of designation (a file of evidence) and its day are needed before anybody is invited (RND-08). Raises Refused.
    """
    row = participation_row(round_id, iso3)
    step(row, Step.INVITE)
    if language not in BY_CODE:
        raise Refused("RND-08", mark("The invitation is written in one of the six languages."))
    if designated_on > at.date():
        raise Refused("RND-08", mark("The letter of designation has a day in the future."))
    focal, other = _address(official), _address(alternate) if alternate.strip() else ""
    if other and other.casefold() == focal.casefold():
        raise Refused("RND-08", mark("The alternate is another person than the focal point."))
    if letter or row.designation_id is None:
        kind = kind_of(letter, letter_name)
        row.designation, row.designation_name = keep_file(letter, kind, at), safe_name(letter_name, kind)
    row.designated_on, row.language, row.official_address, row.alternate_address = designated_on, language, focal, other
    row.invited_at = at
    row.save()
    scope = f"round/{round_id}/{iso3}"
    paths = [invite(email=focal, role="focal_point", scope=scope, at=at, actor=actor, language=language)]
    if other:
        paths.append(invite(email=other, role="alternate", scope=scope, at=at, actor=actor, language=language))
    record(actor=actor, verb="invite country", thing=thing_of(row), at=at, letter=row.designation_id, people=len(paths))
    return tuple(paths)


@transaction.atomic
def accept_invitation(*, round_id: str, iso3: str, at: datetime, actor: str) -> None:
    """A country takes part. Raises Refused (RND-07)."""
    row = participation_row(round_id, iso3)
    step(row, Step.ACCEPT)
    row.accepted_at = at
    row.save(update_fields=["state", "accepted_at"])
    record(actor=actor, verb="accept round", thing=thing_of(row), at=at)


@transaction.atomic
def decline_invitation(*, round_id: str, iso3: str, why: str, at: datetime, actor: str) -> None:
    """A country takes no part; the reason may be empty. What it wrote is kept. Raises Refused (RND-07)."""
    row = participation_row(round_id, iso3)
    step(row, Step.DECLINE)
    row.ended_at, row.reason = at, short(why, MOST_NOTE, "RND-07")
    row.save(update_fields=["state", "ended_at", "reason"])
    record(actor=actor, verb="decline round", thing=thing_of(row), at=at)


@transaction.atomic
def invite_colleague(
    *, round_id: str, iso3: str, role: str, section: str, address: str, language: str, at: datetime, actor: str
) -> str:  # fmt: skip
    """Invite a contributor to a section, or an alternate or superior to the whole response; returns the invitation's path.

    Raises Refused for another role, a section that doesn't exist, or an address that is none.
    """
    row: Participation = participation_row(round_id, iso3)
    if role not in SECTION_ROLES + COUNTRY_ROLES:
        raise Refused("RND-26", mark("A country invites contributors, an alternate and a superior."))
    if language not in BY_CODE:
        raise Refused("RND-08", mark("The invitation is written in one of the six languages."))
    scope = f"round/{round_id}/{iso3}"
    if role in SECTION_ROLES:
        if section not in {found.id for found in questionnaire_of(row.round.questionnaire_id).sections}:
            raise Refused("RND-26", mark("There is no such section."))
        scope += f"/{section}"
    path = invite(email=_address(address), role=role, scope=scope, at=at, actor=actor, language=language)
    record(actor=actor, verb="invite colleague", thing=thing_of(row), at=at, role=role, section=section)
    return path
