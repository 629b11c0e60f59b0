"""How far a response is: questions answered, to confirm and open, by section and by pillar."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cop.ground.core.door import State
from cop.observatory.core.expressions import relevant_ids
from cop.observatory.core.questionnaire import Kind, Questionnaire
from cop.observatory.core.rounds.entries import is_asked

PILLARS = ("P1", "P2", "P3", "P4", "P5")


@dataclass(frozen=True)
class Held:
    """What is held about one question: the value, why there is none, and whether it counts as the country's own answer."""

    value: Any
    why: str = ""
    confirmed: bool = True

    @property
    def answered(self) -> bool:
        """Unknown and refused are full answers; what nobody confirmed is none (RND-11)."""
        return self.confirmed and (self.value is not None or bool(self.why))


@dataclass(frozen=True)
class SectionProgress:
    """A section: how many of its questions arise, are answered and wait to be confirmed."""

    id: str
    asked: int
    answered: int
    to_confirm: int


@dataclass(frozen=True)
class Progress:
    """A whole response. `bars` counts by pillar the states of questions answered with a state; unanswered ones are unknown."""

    sections: tuple[SectionProgress, ...]
    bars: Mapping[str, Mapping[State, int]]

    @property
    def asked(self) -> int:
        return sum(section.asked for section in self.sections)

    @property
    def answered(self) -> int:
        return sum(section.answered for section in self.sections)

    @property
    def to_confirm(self) -> int:
        return sum(section.to_confirm for section in self.sections)


def progress(questionnaire: Questionnaire, held: Mapping[str, Held]) -> Progress:
    """The progress of a response. Only questions that arise from the answers given are counted as asked."""
    values = {key: found.value for key, found in held.items() if found.value is not None}
    relevant = relevant_ids(questionnaire, values)
    sections: dict[str, Counter[str]] = {section.id: Counter() for section in questionnaire.sections}
    bars: dict[str, Counter[State]] = {pillar: Counter() for pillar in PILLARS}
    for question in questionnaire.questions:
        if not is_asked(question) or question.id not in relevant:
            continue
        found = held.get(question.id)
        count = sections[questionnaire.section_of(question.id).id]
        count["asked"] += 1
        count["answered"] += bool(found and found.answered)
        count["to_confirm"] += bool(found and not found.confirmed)
        pillar = question.feeds[0][:2] if question.feeds else ""
        if question.kind is Kind.STATE and pillar in bars:
            bars[pillar][State(found.value) if found and found.answered and found.value else State.UNKNOWN] += 1
    return Progress(tuple(SectionProgress(key, n["asked"], n["answered"], n["to_confirm"]) for key, n in sections.items()), bars)
