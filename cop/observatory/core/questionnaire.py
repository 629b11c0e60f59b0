"""The questionnaire: sections, questions, choices and their words, as data that never changes once it is made."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from cop.ground.core.door import DataError, UnknownCode

Texts = Mapping[str, str]  # language code to text
LOOSE = "main"  # the section of questions that stand in no group
EVIDENCE = ("none", "optional", "required")


class Kind(StrEnum):
    """What an answer to a question is. A note asks nothing; a calculation is worked out."""

    STATE = "state"
    ONE = "one"
    SEVERAL = "several"
    RANKED = "ranked"
    NUMBER = "number"
    DATE = "date"
    TEXT = "text"
    TABLE = "table"
    NOTE = "note"
    CALCULATION = "calculation"


CHOOSING = (Kind.ONE, Kind.SEVERAL, Kind.RANKED)


@dataclass(frozen=True)
class Choice:
    """A choice, or a row or column of a table. `extras` are further columns that choice filters read."""

    code: str
    label: Texts
    extras: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Question:
    """A question. `id` never changes and is its name in expressions; `code` is what people see, such as 1.2.

    `relevant`, `constraint`, `calculation` and `choice_filter` are expressions, empty for none. `list_name` names the shared
    list that `choices` come from. `evidence` is none, optional or required; `law` asks for the facts of a law. `feeds` are codes
    of indicators and parts, `covers` names questions of earlier surveys. `extras` are columns of other tools that are kept.
    """

    id: str
    code: str
    kind: Kind
    label: Texts
    hint: Texts = field(default_factory=dict)
    relevant: str = ""
    constraint: str = ""
    constraint_message: Texts = field(default_factory=dict)
    calculation: str = ""
    required: bool = False
    choices: tuple[Choice, ...] = ()
    choice_filter: str = ""
    unit: str = ""
    rows: tuple[Choice, ...] = ()
    columns: tuple[Choice, ...] = ()
    evidence: str = "none"
    law: bool = False
    feeds: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()
    list_name: str = ""
    extras: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Group:
    """Questions and groups under one heading. The answers of a repeat are a list of mappings under its id."""

    id: str
    code: str
    label: Texts
    hint: Texts = field(default_factory=dict)
    items: tuple[Group | Question, ...] = ()
    relevant: str = ""
    repeat: bool = False
    extras: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Place:
    """Where an item stands: the groups around it from the outermost, and which of them repeat."""

    item: Group | Question
    parents: tuple[Group, ...]

    @cached_property
    def repeats(self) -> tuple[str, ...]:
        """The ids of the repeats around the item, a repeat itself included."""
        own = (self.item,) if isinstance(self.item, Group) else ()
        return tuple(group.id for group in (*self.parents, *own) if group.repeat)


@dataclass(frozen=True)
class Questionnaire:
    """A whole questionnaire. Two are equal when all their words and rules are; `sha256` names exactly this text of it."""

    id: str
    version: str
    title: Texts
    languages: tuple[str, ...]
    items: tuple[Group | Question, ...]
    lists: Mapping[str, tuple[Choice, ...]] = field(default_factory=dict)
    extras: Mapping[str, str] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash(self.sha256)

    @cached_property
    def places(self) -> Mapping[str, Place]:
        """Every group and question with its place, by id, in the order of the questionnaire."""
        return {place.item.id: place for place in walk(self.items)}

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """All questions in order, those in groups included."""
        return tuple(place.item for place in self.places.values() if isinstance(place.item, Question))

    @cached_property
    def sections(self) -> tuple[Group, ...]:
        """The groups of the first level; questions that stand in no group make a section of their own, LOOSE, before them."""
        loose = tuple(item for item in self.items if isinstance(item, Question))
        own = (Group(LOOSE, "", self.title, items=loose),) if loose else ()
        return own + tuple(item for item in self.items if isinstance(item, Group))

    def question(self, id: str) -> Question:
        """The question with this id. Raises UnknownCode."""
        found = self.places.get(id)
        if found is None or not isinstance(found.item, Question):
            raise UnknownCode("question", id, [question.id for question in self.questions[:3]])
        return found.item

    def section_of(self, question_id: str) -> Group:
        """The section that a question stands in. Raises UnknownCode."""
        self.question(question_id)
        return self._section_by_question[question_id]

    @cached_property
    def _section_by_question(self) -> Mapping[str, Group]:
        return {place.item.id: section for section in self.sections for place in walk(section.items)}

    def to_json(self) -> dict[str, Any]:
        """The questionnaire as plain data, from which `from_json` makes an equal one."""
        lists = {name: _choices(held) for name, held in self.lists.items()}
        return _plain(self) | {"items": [_item(item) for item in self.items], "lists": lists}

    @cached_property
    def canonical(self) -> str:
        """The one JSON text of this questionnaire: keys in order, no spaces."""
        return json.dumps(self.to_json(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))

    @cached_property
    def sha256(self) -> str:
        """The SHA-256 of `canonical`, in hexadecimal digits."""
        return hashlib.sha256(self.canonical.encode("utf-8")).hexdigest()


def walk(items: tuple[Group | Question, ...], parents: tuple[Group, ...] = ()) -> Iterator[Place]:
    """Every item with its place, a group before what it holds."""
    for item in items:
        yield Place(item, parents)
        if isinstance(item, Group):
            yield from walk(item.items, (*parents, item))


def _plain(thing: Any) -> dict[str, Any]:
    """The fields that hold something, without the nested ones."""
    left_out = ("items", "lists", "choices", "rows", "columns")
    found = {key: getattr(thing, key) for key in thing.__dataclass_fields__ if key not in left_out}
    kept = {key: value for key, value in found.items() if value or key in ("id", "code")}
    kept = {key: dict(value) if isinstance(value, Mapping) else value for key, value in kept.items()}
    return {key: list(value) if isinstance(value, tuple) else value for key, value in kept.items()}


def _item(item: Group | Question) -> dict[str, Any]:
    if isinstance(item, Group):
        return _plain(item) | {"items": [_item(inner) for inner in item.items]}
    parts = {"choices": () if item.list_name else item.choices, "rows": item.rows, "columns": item.columns}
    return _plain(item) | {"kind": str(item.kind)} | {key: _choices(value) for key, value in parts.items() if value}


def _choices(choices: tuple[Choice, ...]) -> list[dict[str, Any]]:
    return [_plain(choice) for choice in choices]


def from_json(data: Any) -> Questionnaire:
    """The questionnaire that `to_json` wrote. Raises DataError for anything else."""
    try:
        lists = {str(name): _read_choices(held) for name, held in data.get("lists", {}).items()}
        return Questionnaire(
            data["id"], data.get("version", ""), dict(data.get("title", {})), tuple(data.get("languages", ())),
            tuple(_read_item(item, lists) for item in data["items"]), lists, dict(data.get("extras", {})),
        )  # fmt: skip
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise DataError(f"this is no questionnaire ({type(error).__name__}: {error}); take one that the centre wrote") from None


def _read_choices(data: Any) -> tuple[Choice, ...]:
    return tuple(Choice(item["code"], dict(item.get("label", {})), dict(item.get("extras", {}))) for item in data)


def _read_item(data: Any, lists: Mapping[str, tuple[Choice, ...]]) -> Group | Question:
    if "items" in data:
        return Group(**{**data, **_texts(data), "items": tuple(_read_item(item, lists) for item in data["items"])})
    parts = {key: _read_choices(data[key]) for key in ("choices", "rows", "columns") if key in data}
    if data.get("list_name"):
        parts["choices"] = lists[data["list_name"]]
    tuples = {key: tuple(data[key]) for key in ("feeds", "covers") if key in data}
    return Question(**{**data, **_texts(data), **parts, **tuples, "kind": Kind(data["kind"])})


def _texts(data: Any) -> dict[str, dict[str, str]]:
    return {"label": dict(data.get("label", {}))}
