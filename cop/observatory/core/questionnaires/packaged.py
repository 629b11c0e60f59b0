"""Packaged questionnaires: one file of structure and English, one flat file for each other language beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from cop.ground.core.door import LANGUAGES, DataError, Reference, read_yaml
from cop.observatory.core.questionnaire import Choice, Group, Kind, Question, Questionnaire, Texts
from cop.observatory.core.questionnaires.check import faults

STRUCTURE = "questionnaire.yaml"
COP_NATIONAL = "cop-national-2026"
_WHOLE = {"id", "version", "title", "lists", "sections"}
_SECTION = {"id", "code", "label", "hint", "relevant", "questions"}
_QUESTION = {
    "id", "code", "kind", "label", "hint", "feeds", "covers", "evidence", "law", "relevant", "constraint", "constraint_message",
    "calculation", "choices", "choice_filter", "unit", "rows", "columns", "required",
}  # fmt: skip


def packaged(reference: Reference, id: str = COP_NATIONAL) -> Questionnaire:
    """The packaged questionnaire in the folder `id`, with every language that has a file.

    Raises DataError naming file and key: for a key that doesn't belong, a missing text, a translation of nothing, and
    whatever the check of questionnaires finds.
    """
    folder = reference.path("observatory", f"questionnaires/{id}")
    if not (folder / STRUCTURE).exists():
        raise DataError(f"there is no questionnaire {id!r}; the packaged one is {COP_NATIONAL}")
    stamps = tuple((path.name, path.stat().st_mtime_ns) for path in sorted(folder.glob("*.yaml")))
    return _packaged(folder, stamps)


@lru_cache(maxsize=8)
def _packaged(folder: Path, _: tuple[tuple[str, int], ...]) -> Questionnaire:
    return read_questionnaire(folder)


def read_questionnaire(folder: Path) -> Questionnaire:
    """The questionnaire that a folder holds. Raises DataError as `packaged` does."""
    file = f"{folder.name}/{STRUCTURE}"
    data = read_yaml(folder / STRUCTURE)
    words = {
        language.code: _translation(folder, language.code) for language in LANGUAGES if (folder / f"{language.code}.yaml").exists()
    }
    texts = _Texts(file, words)
    found = _whole(data, file, texts)
    for language, held in words.items():
        for key in held:
            if key not in texts.asked:
                raise DataError(f"{folder.name}/{language}.yaml key {key}: nothing in {STRUCTURE} has this text")
    for fault in faults(found):
        raise DataError(f"{file} {fault.id}.{fault.part} {fault.why}")
    return found


def _translation(folder: Path, language: str) -> Mapping[str, str]:
    file = f"{folder.name}/{language}.yaml"
    data = read_yaml(folder / f"{language}.yaml") or {}
    if not isinstance(data, dict):
        raise DataError(f"{file} must map keys to texts")
    for key, text in data.items():
        if not isinstance(key, str) or not isinstance(text, str) or not text.strip():
            raise DataError(f"{file} key {key}: there must be a text, in quotation marks where it looks like a number")
    return data


class _Texts:
    """Puts the languages of one text together, and remembers which texts there are."""

    def __init__(self, file: str, words: Mapping[str, Mapping[str, str]]) -> None:
        self.file = file
        self.words = words
        self.asked: set[str] = set()

    def of(self, key: str, english: Any, *, needed: bool = False) -> Texts:
        """The text under a key in every language that has it. Raises DataError for one that is needed and missing."""
        if english is None or english == "":
            if needed:
                raise DataError(f"{self.file} key {key} is missing")
            return {}
        if not isinstance(english, str):
            raise DataError(f"{self.file} key {key} must be a text, not {english!r}; put it in quotation marks")
        self.asked.add(key)
        return {"en": english.strip()} | {code: held[key].strip() for code, held in self.words.items() if key in held}


def _known(data: Any, keys: set[str], file: str, what: str) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise DataError(f"{file} {what} must be a mapping of keys")
    for key in data:
        if key not in keys:
            raise DataError(f"{file} {what} has the unknown key {key!r}; use one of {', '.join(sorted(keys))}")
    return data


def _text(data: Mapping[str, Any], key: str, file: str, what: str) -> str:
    value = data.get(key, "")
    if not isinstance(value, str):
        raise DataError(f"{file} {what}.{key} must be a text, not {value!r}; put it in quotation marks")
    return value.strip()


def _listed(data: Any, file: str, what: str) -> list[Any]:
    if not isinstance(data, list):
        raise DataError(f"{file} {what} must be a list")
    return data


def _whole(data: Any, file: str, texts: _Texts) -> Questionnaire:
    data = _known(data, _WHOLE, file, "the questionnaire")
    lists = {str(name): tuple(_choices(held, f"lists.{name}", file, texts)) for name, held in (data.get("lists") or {}).items()}
    sections = tuple(_section(section, file, texts, lists) for section in _listed(data.get("sections"), file, "sections"))
    title = texts.of("title", data.get("title"), needed=True)
    languages = ("en", *texts.words)
    return Questionnaire(_text(data, "id", file, ""), _text(data, "version", file, ""), title, languages, sections, lists)


def _section(data: Any, file: str, texts: _Texts, lists: Mapping[str, tuple[Choice, ...]]) -> Group:
    name = str(data.get("id", "")) if isinstance(data, dict) else ""
    data = _known(data, _SECTION, file, f"section {name}")
    questions = _listed(data.get("questions"), file, f"section {name} questions")
    return Group(
        name, _text(data, "code", file, name), texts.of(f"{name}.label", data.get("label"), needed=True),
        texts.of(f"{name}.hint", data.get("hint")), tuple(_question(question, file, texts, lists) for question in questions),
        _text(data, "relevant", file, name),
    )  # fmt: skip


def _question(data: Any, file: str, texts: _Texts, lists: Mapping[str, tuple[Choice, ...]]) -> Question:
    name = str(data.get("id", "")) if isinstance(data, dict) else ""
    data = _known(data, _QUESTION, file, f"question {name}")
    try:
        kind = Kind(str(data.get("kind")))
    except ValueError:
        raise DataError(f"{file} {name}.kind is {data.get('kind')!r}; use one of {', '.join(Kind)}") from None
    held = data.get("choices") or []
    list_name = held if isinstance(held, str) else ""
    if list_name and list_name not in lists:
        raise DataError(f"{file} {name}.choices names the list {list_name!r}, which is not there")
    choices = lists[list_name] if list_name else tuple(_choices(held, f"{name}.choices", file, texts))
    found = Question(
        name, _text(data, "code", file, name), kind, texts.of(f"{name}.label", data.get("label"), needed=True),
        texts.of(f"{name}.hint", data.get("hint")), choices=choices, list_name=list_name,
        constraint_message=texts.of(f"{name}.constraint_message", data.get("constraint_message")),
        rows=tuple(_choices(data.get("rows") or [], f"{name}.rows", file, texts)),
        columns=tuple(_choices(data.get("columns") or [], f"{name}.columns", file, texts)),
        evidence=_text(data, "evidence", file, name) or "none", law=data.get("law") is True, required=data.get("required") is True,
    )  # fmt: skip
    plain = {key: _text(data, key, file, name) for key in ("relevant", "constraint", "calculation", "choice_filter", "unit")}
    several = {key: tuple(str(code) for code in _listed(data.get(key) or [], file, f"{name}.{key}")) for key in ("feeds", "covers")}
    return replace(found, **plain, **several)  # type: ignore[arg-type]


def _choices(data: Any, key: str, file: str, texts: _Texts) -> Iterator[Choice]:
    for item in _listed(data, file, key):
        if not isinstance(item, dict) or "code" not in item:
            raise DataError(f"{file} {key} must list mappings with code and label")
        if not isinstance(item["code"], str):
            raise DataError(f"{file} {key} has the code {item['code']!r}; put it in quotation marks")
        extras = {str(name): str(value) for name, value in item.items() if name not in ("code", "label")}
        yield Choice(item["code"], texts.of(f"{key}.{item['code']}", item.get("label"), needed=True), extras)
