"""Invented rounds for the tests of releases: a few questions, signed countries, and a plan."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection

from cop.observatory.core.door import observatory
from cop.observatory.core.release import SignedAnswer, SignedCountry
from cop.observatory.core.releases.build import ReleasePlan
from cop.observatory.core.releases.inputs import KeptChoice, KeptQuestion, ReleaseInputs

PUBLISHED = datetime(2026, 11, 20, 9, tzinfo=UTC)
SIGNED = datetime(2026, 11, 1, 12, tzinfo=UTC)


def question(id: str, code: str, kind: str, *feeds: str, choices: tuple[str, ...] = ()) -> KeptQuestion:
    return KeptQuestion(
        id,
        code,
        kind,
        {"en": f"Question {code}"},
        tuple(KeptChoice(c, {"en": f"Choice {c}", "ar": f"خيار {c}"}) for c in choices),
        feeds,
    )


QUESTIONS = (
    question("law_csam", "1.1", "state", "P1-01"),
    question("law_definition", "1.2", "state", "P1-02"),
    question("law_crc", "1.11", "state", "P1-09/CRC"),
    question("law_age", "1.10", "state", "P1-08"),
    question("law_data_age", "1.16", "number", "P1-11"),
    question("rep_point", "2.1", "state", "P2-01"),
    question("rep_network_which", "2.6", "several", "P2-02/inhope", "P2-02/iwfportal", choices=("inhope", "iwfportal")),
    question("inst_lead_name", "3.7", "text", "P3-02/lead"),
    question("inst_forensics", "3.15", "one", "P3-06", choices=("0", "1", "2", "3")),
    question("need_problems", "6.1", "ranked", "P4-08", choices=("csam", "fraud")),
    question("stat_confirmed", "7.3", "number", "P2-03/confirmed"),
    question("stat_removed", "7.4", "number", "P2-03/removed"),
    question("stat_hosting", "7.6", "table"),
    question("stat_victims", "7.12", "number", "P3-10", "P3-10/identified"),
    question("hs_sample", "7.24", "number"),
    question("hs_use", "7.27", "number", "H-01"),
    question("hs_detail", "7.38", "table", "H-01/daily"),
    question("prac_text", "8.4", "text"),
)


def answer(question_id: str, value: Any, **more: Any) -> SignedAnswer:
    return SignedAnswer(question_id, value, date(2026, 10, 1), **more)


def signed(iso3: str, answers: Mapping[str, Any], **more: Any) -> SignedCountry:
    """A country that signed plain values, or answers where more is said of them."""
    made = tuple(value if isinstance(value, SignedAnswer) else answer(key, value) for key, value in answers.items())
    return SignedCountry(iso3, "5" * 64, SIGNED, made, **more)


def plan(number: int = 1, round: str = "cop-2026", **more: Any) -> ReleasePlan:
    given: dict[str, Any] = {"published": PUBLISHED, "embargo_until": None} | more
    return ReleasePlan(
        round, number, "COP national survey 2026", method=observatory().method("cop-2026"),
        questionnaire="cop-national 2026", questionnaire_sha256="a" * 64, questions=QUESTIONS, **given,
    )  # fmt: skip


def inputs(
    *countries: SignedCountry, number: int = 1, round: str = "cop-2026", replies: tuple[Any, ...] = (), **more: Any
) -> ReleaseInputs:
    return ReleaseInputs(plan(number, round, **more), tuple(countries), replies)


COSTA_RICA = signed("CRI", {
    "law_csam": "yes", "law_definition": "partly", "law_crc": "yes", "inst_forensics": "2", "need_problems": ["csam", "fraud"],
    "stat_confirmed": 60, "stat_removed": 4, "stat_victims": 7, "prac_text": "A walk-in clinic for pictures",
    "stat_hosting": {"confirmed": {"country": 3, "abroad": 45, "unknown": 12}}, "inst_lead_name": "Ministry of Examples",
    "hs_sample": 800, "hs_use": 81.5, "hs_detail": {"daily": {"total": 60, "girls": 62, "boys": 58}},
}, institution="Ministry of Examples")  # fmt: skip
URUGUAY = signed("URY", {"law_csam": "yes", "law_definition": "no", "rep_point": "unknown"})


def round_named(id: str) -> None:
    """A round in the database that a release may belong to."""
    from cop.observatory.models import QuestionnaireVersion, Round

    asked, _ = QuestionnaireVersion.objects.get_or_create(
        sha256="a" * 64, defaults={"key": "cop-national", "version": "2026", "content": "{}", "added_at": PUBLISHED}
    )
    dates = dict.fromkeys(("created_at", "opens_at", "closes_at", "preview_until", "embargo_until"), PUBLISHED)
    Round.objects.get_or_create(id=id, defaults={"title": {"en": "COP national survey 2026"}, "questionnaire": asked} | dates)


def past_the_triggers(*statements: tuple[str, list[Any]]) -> None:
    """Statements as somebody runs them who has the database in hand."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%release%'")
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name}")
        for statement, values in statements:
            cursor.execute(statement, values)
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = DEFAULT")
