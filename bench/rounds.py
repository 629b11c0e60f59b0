"""195 invented countries, every question, five sample rounds answered: how long the board, the review list and a section take.

Run: uv run python bench/rounds.py. Everything is generated and lies in a folder that is thrown away.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from itertools import islice, product
from pathlib import Path
from string import ascii_uppercase
from typing import Any

COUNTRIES = ["X" + "".join(pair) for pair in islice(product(ascii_uppercase, repeat=2), 195)]
ROUNDS = 5
AT = datetime(2026, 11, 22, tzinfo=UTC)


def value_for(question: Any, chance: random.Random) -> Any:
    """A generated answer that fits a question."""
    codes = [choice.code for choice in question.choices]
    made = {
        "state": lambda: chance.choice(["yes", "partly", "no", "unknown", "na"]),
        "one": lambda: chance.choice(codes),
        "several": lambda: codes[: chance.randint(1, len(codes))],
        "ranked": lambda: chance.sample(codes, min(3, len(codes))),
        "number": lambda: chance.randint(0, 90),
        "date": lambda: f"{chance.randint(1990, 2026)}",
        "text": lambda: "Generated for a benchmark.",
        "table": lambda: {question.rows[0].code: {question.columns[0].code: chance.randint(0, 90)}},
    }
    return made[str(question.kind)]()


def fill(number: int) -> str:
    """One sample round with every question answered by every invented country, and 300 open clarifications."""
    from cop.ground.core.door import Reference
    from cop.observatory.actions.rounds import add_questionnaire, create_round
    from cop.observatory.core.questionnaires.packaged import packaged
    from cop.observatory.core.rounds.entries import is_asked
    from cop.observatory.core.rounds.stages import Calendar
    from cop.observatory.models import AnswerValue, Clarification, Participation

    survey, chance, round_id = packaged(Reference()), random.Random(number), f"sample-{number}"
    days = Calendar(AT, AT + timedelta(days=60), AT + timedelta(days=95), AT + timedelta(days=100))
    create_round(
        round_id=round_id, title={"en": "SAMPLE with invented countries"}, days=days, countries=COUNTRIES, at=AT, actor="system",
        questionnaire_id=add_questionnaire(questionnaire=survey, at=AT, actor="system"), sample=True,
    )  # fmt: skip
    rows = list(Participation.objects.filter(round_id=round_id))
    asked = [question for question in survey.questions if is_asked(question)]
    AnswerValue.objects.bulk_create(
        AnswerValue(participation=row, question_id=question.id, value=value_for(question, chance), origin="entered",
                    confirmed_by="sample", confirmed_at=AT, changed_by="sample", changed_at=AT)
        for row in rows for question in asked
    )  # fmt: skip
    Clarification.objects.bulk_create(
        Clarification(participation=rows[at % len(rows)], question_id=asked[at % len(asked)].id, state="asked", opened_at=AT)
        for at in range(300)
    )
    return round_id


def timed(name: str, work: Any, budget: float) -> bool:
    """Prints the median of nine runs beside the budget, both in milliseconds."""
    spent = []
    for _ in range(9):
        start = time.perf_counter()
        work()
        spent.append(1000 * (time.perf_counter() - start))
    found = statistics.median(spent)
    print(f"{name:<24} {found:7.1f} ms   budget {budget:.0f} ms   {budget / found:.1f} times within")
    return found <= budget


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"COP_DATA": folder, "DJANGO_SETTINGS_MODULE": "cop.config.settings"}
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        start = time.perf_counter()
        ids = [fill(number) for number in range(ROUNDS)]
        print(f"{ROUNDS} rounds of {len(COUNTRIES)} countries filled in {time.perf_counter() - start:.1f} s in {Path(folder).name}")
        from cop.ground.core.door import words
        from cop.observatory.queries.board import board, review_list
        from cop.observatory.queries.responses import answers_of, response_view
        from cop.observatory.queries.rounds import round_card, round_questionnaire

        survey, t = round_questionnaire(round_card(ids[-1])), words("en")
        law = frozenset(q.id for q in survey.questions if survey.section_of(q.id).id == "law")
        kept = [
            timed("board of responses", lambda: board(ids[-1], t, AT, asked=135), 200),
            timed("review list", lambda: review_list(ids[-1], t), 200),
            timed("one response", lambda: response_view(ids[-1], COUNTRIES[0]), 100),
            timed("one section", lambda: answers_of(ids[-1], COUNTRIES[0], survey, law), 100),
        ]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
