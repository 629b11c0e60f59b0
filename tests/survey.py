"""A small questionnaire and rounds in every stage, for tests of rounds, on the pages and below them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from cop.ground.core.door import Reference
from cop.observatory.actions.answers import Entry, save_answers
from cop.observatory.actions.invitations import accept_invitation, invite_country
from cop.observatory.actions.rounds import add_questionnaire, create_round, move_round
from cop.observatory.core.questionnaire import Questionnaire
from cop.observatory.core.questionnaires.packaged import packaged
from cop.observatory.core.rounds.saving import Content
from cop.observatory.core.rounds.stages import Calendar, Stage

OPENS = datetime(2026, 11, 1, 9, tzinfo=UTC)
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAYS = Calendar(OPENS, OPENS + timedelta(days=60), OPENS + timedelta(days=95), OPENS + timedelta(days=100))
LETTER = b"%PDF-1.7 a letter of designation %%EOF"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(20) + b"IEND\xaeB`\x82"


def survey() -> Questionnaire:
    """The packaged national survey."""
    return packaged(Reference())


def a_round(*countries: str, round_id: str = "test-2026", opened: bool = True, **options: Any) -> str:
    """A round of the national survey with these countries, open unless told otherwise."""
    number = add_questionnaire(questionnaire=survey(), at=OPENS, actor="system")
    create_round(
        round_id=round_id, title={"en": "Test round"}, questionnaire_id=number, days=DAYS, countries=countries or ("CRI",),
        at=OPENS - timedelta(days=9), actor="system", **options,
    )  # fmt: skip
    if opened:
        move_round(round_id=round_id, to=Stage.REVIEW, at=OPENS, actor="system")
        move_round(round_id=round_id, to=Stage.OPEN, at=OPENS, actor="system")
    return round_id


def taking_part(round_id: str = "test-2026", iso3: str = "CRI", at: datetime = AT) -> None:
    """A country that was invited and accepted."""
    invite_country(
        round_id=round_id, iso3=iso3, official=f"focal@{iso3.lower()}.example", alternate="", language="en", letter=LETTER,
        letter_name="letter.pdf", designated_on=OPENS.date(), at=at, actor="system",
    )  # fmt: skip
    accept_invitation(round_id=round_id, iso3=iso3, at=at, actor="system")


def say(
    question_id: str, value: Any, *, section: str = "law", base: int = 0, actor: str = "p-one", iso3: str = "CRI", **content: Any
):
    """One answer, saved."""
    entry = Entry(question_id, base, Content(value, **content), confirm=True)
    return save_answers(round_id="test-2026", iso3=iso3, section=section, entries=[entry], at=AT, actor=actor, name=actor)
