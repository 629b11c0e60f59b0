"""What keeps a response from being handed in (RND-15)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from cop.ground.core.door import mark
from cop.observatory.core.expressions import problems, relevant_ids
from cop.observatory.core.questionnaire import Kind, Questionnaire
from cop.observatory.core.rounds.entries import is_asked
from cop.observatory.core.rounds.saving import Content


@dataclass(frozen=True)
class Obstacle:
    """One thing to put right: the question, and an English sentence to translate, or the questionnaire's own `texts`."""

    question_id: str
    message: str
    texts: Mapping[str, str] = field(default_factory=dict)


def obstacles(
    questionnaire: Questionnaire, contents: Mapping[str, Content], proved: Collection[str], waiting: Collection[str],
    asked: Collection[str],
) -> tuple[Obstacle, ...]:  # fmt: skip
    """Everything that keeps a response from being handed in, in the order of the questionnaire.

    `contents` are the answers that count, `proved` the questions with evidence or a confirmed source, `waiting` those with a
    text beside them, `asked` those with a clarification that waits for the country. Questions without an answer are no obstacle.
    """
    values = {key: content.value for key, content in contents.items() if content.value is not None}
    arising = relevant_ids(questionnaire, values)
    broken = {problem.question_id: problem for problem in problems(questionnaire, values)}
    found = []
    for question in questionnaire.questions:
        key = question.id
        if key in waiting:
            found.append(Obstacle(key, mark("Two texts stand beside each other; choose one.")))
        if key in asked:
            found.append(Obstacle(key, mark("The secretariat asked about this answer; answer it first.")))
        if key not in arising or not is_asked(question) or key not in contents:
            continue
        content = contents[key]
        if key in broken:
            found.append(Obstacle(key, broken[key].message, broken[key].texts))
        if question.kind is Kind.STATE and content.value == "partly" and not content.note:
            found.append(Obstacle(key, mark("A partly needs a sentence that says why.")))
        if question.evidence == "required" and content.value in ("yes", "partly") and key not in proved:
            found.append(Obstacle(key, mark("This answer needs evidence: a link or a file.")))
        if question.required and content.value is None and not content.why:
            found.append(Obstacle(key, mark("This question needs an answer.")))
    return tuple(found)
