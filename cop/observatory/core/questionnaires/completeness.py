"""How far a questionnaire is translated, language by language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cop.observatory.core.questionnaire import Choice, Question, Questionnaire, Texts


@dataclass(frozen=True)
class Completeness:
    """A language: how many texts there are, how many of them it has, and the keys of those that it lacks."""

    language: str
    all: int
    translated: int
    lacking: tuple[str, ...]


def texts(questionnaire: Questionnaire) -> Iterator[tuple[str, Texts]]:
    """Every text that a person reads, with the key by which files of languages name it."""
    yield "title", questionnaire.title
    for name, choices in questionnaire.lists.items():
        yield from _choices(f"lists.{name}", choices)
    for place in questionnaire.places.values():
        item = place.item
        yield f"{item.id}.label", item.label
        yield f"{item.id}.hint", item.hint
        if isinstance(item, Question):
            yield f"{item.id}.constraint_message", item.constraint_message
            if not item.list_name:
                yield from _choices(f"{item.id}.choices", item.choices)
            yield from _choices(f"{item.id}.rows", item.rows)
            yield from _choices(f"{item.id}.columns", item.columns)


def _choices(key: str, choices: tuple[Choice, ...]) -> Iterator[tuple[str, Texts]]:
    yield from ((f"{key}.{choice.code}", choice.label) for choice in choices)


def completeness(questionnaire: Questionnaire) -> tuple[Completeness, ...]:
    """The table of languages in the questionnaire's order. A text that no language has is none."""
    held = [(key, text) for key, text in texts(questionnaire) if any(text.values())]
    found = []
    for language in questionnaire.languages:
        lacking = tuple(key for key, text in held if not text.get(language))
        found.append(Completeness(language, len(held), len(held) - len(lacking), lacking))
    return tuple(found)
