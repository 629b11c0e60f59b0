"""`cop round list|open|close|board`: survey rounds at the command line."""

from __future__ import annotations

import argparse
import json
from importlib import import_module
from typing import Any

from cop.cli.centre import with_centre
from cop.cli.failures import Failed
from cop.ground.core.door import BY_CODE, words

HELP = "survey rounds: list them, open or close one, show its board of responses"
STEPS = {"open": ("review", "open"), "close": ("closed",)}


def add_options(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="list|open|close|board", required=True)
    listed = actions.add_parser("list", help="every round with its stage, its days and how many countries answered")
    listed.add_argument("--format", choices=("text", "json"), default="text")
    for name, what in (("open", "open a round that is a draft or in review"), ("close", "close a round that is open")):
        actions.add_parser(name, help=what).add_argument("round", metavar="cop-2026")
    board = actions.add_parser("board", help="the responses by country")
    board.add_argument("round", metavar="cop-2026")
    board.add_argument("--format", choices=("text", "json"), default="text")
    board.add_argument("--lang", choices=sorted(BY_CODE), default="en")


def run(options: argparse.Namespace) -> int:
    work = {"list": _list, "open": _move, "close": _move, "board": _board}[options.action]
    return with_centre(lambda _: work(options))


def _list(options: argparse.Namespace) -> int:
    rounds = import_module("cop.observatory.queries.rounds").rounds()
    rows = [
        {
            "id": card.id, "title": card.title, "stage": str(card.stage), "opens": card.days.opens.isoformat(),
            "closes": card.days.closes.isoformat(), "embargo_until": card.days.embargo_until.isoformat(),
            "countries": card.countries, "answered": card.answered, "confidential": card.confidential,
        }
        for card in rounds
    ]  # fmt: skip
    if options.format == "json":
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return 0
    for row in rows:
        print(f"{row['id']}  {row['stage']}  {row['opens'][:10]} to {row['closes'][:10]}  {row['answered']} of {row['countries']}")
    if not rows:
        print("there is no round yet")
    return 0


def _card(round_id: str) -> Any:
    queries = import_module("cop.observatory.queries.rounds")
    found = queries.round_card(round_id)
    if found is None:
        known = ", ".join(card.id for card in queries.rounds()[:5])
        raise Failed(f"there is no round {round_id}" + (f"; there are {known}" if known else ""))
    return found


def _move(options: argparse.Namespace) -> int:
    stages = import_module("cop.observatory.core.rounds.stages")
    refused: Any = import_module("cop.observatory.core.rounds.refusals").Refused
    move = import_module("cop.observatory.actions.rounds").move_round
    card, at = _card(options.round), import_module("cop.ground.public").now()
    steps = STEPS[options.action] if card.stage == stages.Stage.DRAFT else STEPS[options.action][-1:]
    try:
        for step in steps:
            move(round_id=card.id, to=stages.Stage(step), at=at, actor="system")
    except refused as error:
        raise Failed(str(error)) from None
    print(f"{card.id} is {steps[-1]}")
    return 0


def _board(options: argparse.Namespace) -> int:
    card, t = _card(options.round), words(options.lang)
    at = import_module("cop.ground.public").now()
    entries = import_module("cop.observatory.core.rounds.entries")
    survey = import_module("cop.observatory.queries.rounds").round_questionnaire(card)
    asked = sum(entries.is_asked(question) for question in survey.questions)
    found = import_module("cop.observatory.queries.board").board(card.id, t, at, asked=asked)
    if options.format == "json":
        rows = [
            {"iso3": row.iso3, "name": row.name, "state": str(row.response), "answered": row.answered, "to_confirm": row.to_confirm,
             "asked": row.asked, "open_clarifications": row.open_threads}
            for row in found.rows
        ]  # fmt: skip
        print(
            json.dumps(
                {"round": card.id, "countries": found.countries, "answered": found.answered, "rows": rows}, ensure_ascii=False
            )
        )
        return 0
    print(f"{found.answered} of {found.countries} countries answered")
    for row in found.rows:
        print(f"{row.iso3}  {row.response:<12}  {row.answered:>3} of {row.asked}  {row.to_confirm:>3} to confirm  {row.name}")
    return 0
