"""A questionnaire on paper: every section and question in one language, with the places to fill in. Word and PDF print this."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cop.ground.core.door import STATES, UNITS, State, Words, mark
from cop.observatory.core.questionnaire import Choice, Group, Kind, Question, Questionnaire, Texts
from cop.observatory.core.xpath.syntax import BadExpression, Infix, Literal, Ref, Tree, parse

FIELDS_OF_EVIDENCE = (mark("Evidence: link or name of the document"), mark("Language, article or page"))
FIELDS_OF_LAW = (
    mark("Original title of the law"), mark("Date of adoption"), mark("In force since"), mark("Amended or repealed on"),
    mark("Official gazette"), mark("Scope and territory"),
)  # fmt: skip
ADVICE = {
    Kind.STATE: mark("Choose one answer."),
    Kind.ONE: mark("Choose one answer."),
    Kind.SEVERAL: mark("Choose all that apply."),
    Kind.RANKED: mark("Write 1 beside the most important, 2 beside the next."),
    Kind.DATE: mark("Write the date, the month or the year."),
    Kind.CALCULATION: mark("Nothing to fill in: this is worked out from other answers."),
}
TEXT_LINES, OTHER_LINES = 4, 1
MOST_ITEMS = 3


@dataclass(frozen=True)
class Field:
    """A place to fill in: its label, empty for the answer itself, and how many lines it has."""

    label: str
    lines: int = 1


@dataclass(frozen=True)
class PaperQuestion:
    """A question as it is printed. `condition` says when it is to be answered; a table has `rows` and `columns`."""

    code: str
    label: str
    hint: str
    condition: str
    advice: str
    options: tuple[str, ...]
    fields: tuple[Field, ...]
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class PaperSection:
    """A group with its questions; `level` is that of its heading, from 1."""

    title: str
    hint: str
    level: int
    questions: tuple[PaperQuestion, ...]


@dataclass(frozen=True)
class Paper:
    """The whole questionnaire in one language."""

    title: str
    version: str
    sections: tuple[PaperSection, ...]


def paper(questionnaire: Questionnaire, t: Words) -> Paper:
    """The questionnaire as it is printed in the language of `t`; a text that lacks it is printed in English, else in any."""
    title = spoken(questionnaire.title, t)
    version = t("Version %(version)s", version=t.isolate(questionnaire.version)) if questionnaire.version else ""
    sections = tuple(found for section in questionnaire.sections for found in _sections(questionnaire, section, 1, t))
    return Paper(title, version, sections)


def spoken(texts: Texts, t: Words) -> str:
    """A text in the language of `t`, else in English, else in any, then kept apart from what stands around it."""
    own = texts.get(t.language.code)
    other = texts.get("en") or next(iter(texts.values()), "")
    return own or (t.isolate(other) if other else "")


def _sections(questionnaire: Questionnaire, group: Group, level: int, t: Words) -> Iterator[PaperSection]:
    own = [item for item in group.items if isinstance(item, Question)]
    title = _titled(group.code, spoken(group.label, t) or group.id, t)
    hint = " ".join(
        part for part in (spoken(group.hint, t), t("Copy this part for each further entry.") if group.repeat else "") if part
    )
    yield PaperSection(title, hint, min(level, MOST_ITEMS), tuple(_question(questionnaire, question, t) for question in own))
    for item in group.items:
        if isinstance(item, Group):
            yield from _sections(questionnaire, item, level + 1, t)


def _titled(code: str, label: str, t: Words) -> str:
    return f"{t.isolate(code)} {label}" if code else label


def _question(questionnaire: Questionnaire, question: Question, t: Words) -> PaperQuestion:
    unit = f" ({t(UNITS.get(question.unit, question.unit))})" if question.unit else ""
    return PaperQuestion(
        question.code, spoken(question.label, t) + unit, spoken(question.hint, t), condition(questionnaire, question, t),
        t(ADVICE[question.kind]) if question.kind in ADVICE else "", tuple(_options(question, t)), tuple(_fields(question, t)),
        _labels(question.rows, t), _labels(question.columns, t),
    )  # fmt: skip


def _labels(choices: tuple[Choice, ...], t: Words) -> tuple[str, ...]:
    return tuple(spoken(choice.label, t) for choice in choices)


def _options(question: Question, t: Words) -> Iterator[str]:
    if question.kind is Kind.STATE:
        yield from (t(STATES[state]) for state in State)
    yield from _labels(question.choices, t)


def _fields(question: Question, t: Words) -> Iterator[Field]:
    if question.kind in (Kind.NUMBER, Kind.DATE):
        yield Field("", OTHER_LINES)
    elif question.kind is Kind.TEXT:
        yield Field("", TEXT_LINES)
    if question.evidence != "none":
        yield from (Field(t(label)) for label in FIELDS_OF_EVIDENCE)
    if question.law:
        yield from (Field(t(label)) for label in FIELDS_OF_LAW)


def condition(questionnaire: Questionnaire, question: Question, t: Words) -> str:
    """When a question is to be answered, in words; empty where it always is."""
    if not question.relevant:
        return ""
    try:
        parts = list(_parts(parse(question.relevant)))
    except BadExpression:
        parts = []
    names = {name for name, _, _ in parts}
    if len(names) != 1 or len({same for _, same, _ in parts}) != 1 or (parts[0][1] and len(parts) > 1):
        return t("Answer only if it applies to your earlier answers.")
    other = questionnaire.question(parts[0][0])
    answers = t.comma.join(_answer(other, value, t) for _, _, value in parts)
    values = {"question": t.isolate(other.code or other.id), "answer": answers}
    if parts[0][1]:
        return t("Answer only if the answer to question %(question)s is: %(answer)s.", **values)
    return t("Answer only if the answer to question %(question)s is none of these: %(answer)s.", **values)


def _parts(tree: Tree) -> Iterator[tuple[str, bool, str]]:
    """The comparisons of a rule that is a chain of them joined by `and`: name, whether equal, value."""
    if isinstance(tree, Infix) and tree.op == "and":
        yield from _parts(tree.first)
        yield from _parts(tree.second)
    elif isinstance(tree, Infix) and tree.op in ("=", "!=") and isinstance(tree.first, Ref) and isinstance(tree.second, Literal):
        value = tree.second.value
        yield tree.first.name, tree.op == "=", value if isinstance(value, str) else f"{value:g}"
    else:
        raise BadExpression("is more than a chain of comparisons")


def _answer(question: Question, value: str, t: Words) -> str:
    if question.kind is Kind.STATE and value in set(State):
        return t(STATES[State(value)])
    label = next((spoken(choice.label, t) for choice in question.choices if choice.code == value), "")
    return label or t.isolate(value) or t("no answer")
