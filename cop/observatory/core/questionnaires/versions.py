"""Versions of a questionnaire: which old question a new one continues, and whether their answers may be compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from cop.ground.core.door import DataError, read_yaml
from cop.observatory.core.questionnaire import Question, Questionnaire
from cop.observatory.core.questionnaires.values import value_problem


class Comparability(StrEnum):
    """How a question stands to its forerunner: comparable, a break in the series, new, or dropped."""

    COMPARABLE = "comparable"
    BREAK = "break"
    NEW = "new"
    DROPPED = "dropped"


@dataclass(frozen=True)
class Link:
    """One line of a version map. `old` is empty for a new question, `new` for a dropped one. `note` says why there is a break."""

    old: str
    new: str
    comparability: Comparability
    note: str = ""


@dataclass(frozen=True)
class VersionMap:
    """How one version of a questionnaire follows another, every question of both accounted for."""

    old_version: str
    new_version: str
    links: tuple[Link, ...]

    def of(self, new_id: str) -> Link | None:
        """The line of a question of the new version."""
        return next((link for link in self.links if link.new == new_id and new_id), None)


@dataclass(frozen=True)
class Carried:
    """Answers under the ids of the new version, those that are a break in their series, and those that could not go over."""

    answers: Mapping[str, Any]
    breaks: frozenset[str]
    left: Mapping[str, str]


def read_version_map(path: Path, old: Questionnaire, new: Questionnaire) -> VersionMap:
    """The version map in a YAML file with `from`, `to` and `questions`: a list of mappings with old, new, comparability, note.

    Raises DataError naming file and question: unknown ids, an id twice, a question of either version that is not accounted for.
    """
    return version_map(read_yaml(path), path.name, old, new)


def version_map(data: Any, file: str, old: Questionnaire, new: Questionnaire) -> VersionMap:
    """The version map in plain data, as `read_version_map`."""
    if not isinstance(data, dict) or not isinstance(data.get("questions"), list):
        raise DataError(f"{file} must have from, to and a list of questions")
    for key, questionnaire in (("from", old), ("to", new)):
        if data.get(key) != questionnaire.version:
            raise DataError(f"{file} key {key} is {data.get(key)!r}, the questionnaire is version {questionnaire.version!r}")
    links = tuple(_link(item, file) for item in data["questions"])
    _account(links, file, "old", old)
    _account(links, file, "new", new)
    return VersionMap(old.version, new.version, links)


def unmapped(old: Questionnaire, new: Questionnaire) -> VersionMap:
    """What two versions without a map have in common: questions with the same id, English words, kind, unit and codes.

    Every other question of the old version counts as dropped and of the new one as new: nobody has said that it continues.
    """
    known = {question.id: question for question in new.questions}
    kept = {q.id for q in old.questions if q.id in known and _asks(q) == _asks(known[q.id])}
    goes = [
        Link(q.id, q.id, Comparability.COMPARABLE) if q.id in kept else Link(q.id, "", Comparability.DROPPED) for q in old.questions
    ]
    comes = [Link("", q.id, Comparability.NEW) for q in new.questions if q.id not in kept]
    return VersionMap(old.version, new.version, (*goes, *comes))


def _asks(question: Question) -> tuple[Any, ...]:
    codes = tuple(tuple(choice.code for choice in part) for part in (question.choices, question.rows, question.columns))
    return (question.kind, question.unit, question.label.get("en") or dict(question.label), codes)


def _link(item: Any, file: str) -> Link:
    if not isinstance(item, dict) or set(item) - {"old", "new", "comparability", "note"}:
        raise DataError(f"{file} has the line {item!r}; a line has old, new, comparability and perhaps a note")
    old, new = str(item.get("old") or ""), str(item.get("new") or "")
    given = item.get("comparability") or ("new" if not old else "dropped" if not new else "")
    try:
        link = Link(old, new, Comparability(given), str(item.get("note") or ""))
    except ValueError:
        raise DataError(f"{file} question {new or old}: comparability is {given!r}; use {', '.join(Comparability)}") from None
    fits = {Comparability.NEW: not old and new, Comparability.DROPPED: old and not new}.get(link.comparability, old and new)
    if not fits:
        raise DataError(f"{file} question {new or old}: {link.comparability} does not go with the ids {old!r} and {new!r}")
    if link.comparability is Comparability.BREAK and not link.note:
        raise DataError(f"{file} question {new}: a break needs a note that says why")
    return link


def _account(links: tuple[Link, ...], file: str, side: str, questionnaire: Questionnaire) -> None:
    named = [getattr(link, side) for link in links if getattr(link, side)]
    known = [question.id for question in questionnaire.questions]
    for name in named:
        if name not in known:
            raise DataError(f"{file} question {name} is not in version {questionnaire.version}")
        if named.count(name) > 1:
            raise DataError(f"{file} question {name} stands twice under {side!r}")
    for name in known:
        if name not in named:
            raise DataError(f"{file} does not say what becomes of question {name} of version {questionnaire.version}")


def carry_over(versions: VersionMap, old: Questionnaire, new: Questionnaire, answers: Mapping[str, Any]) -> Carried:
    """The answers of the old version as answers to the new one. An answer that no longer fits its question stays behind.

    Questions inside repeats stay behind too; `left` says why, by old id, as a clause in English.
    """
    carried: dict[str, Any] = {}
    breaks: set[str] = set()
    left: dict[str, str] = {}
    by_old = {link.old: link for link in versions.links if link.old}
    for name, value in answers.items():
        link = by_old.get(name)
        if value is None:
            continue
        if link is None or not link.new:
            left[name] = "the question was dropped" if link else "the question is not in the old version"
            continue
        problem = _unfit(old.question(name), new, link.new, value)
        if problem:
            left[name] = problem
            continue
        carried[link.new] = value
        if link.comparability is Comparability.BREAK:
            breaks.add(link.new)
    return Carried(carried, frozenset(breaks), left)


def _unfit(question: Question, new: Questionnaire, name: str, value: Any) -> str:
    follower = new.question(name)
    if new.places[name].repeats:
        return "the question stands in a repeat"
    if question.unit != follower.unit:
        return f"the unit changed from {question.unit!r} to {follower.unit!r}"
    return "the answer does not fit the new question" if value_problem(follower, value) else ""
