"""From the sheets of a form to a questionnaire: everything is carried, listed as not carried, or refused with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from cop.ground.core.door import State
from cop.observatory.core.questionnaire import Choice, Group, Kind, Question, Questionnaire, Texts
from cop.observatory.core.questionnaires.check import NAME, faults
from cop.observatory.core.xpath.evaluation import compiled
from cop.observatory.core.xpath.syntax import BadExpression, names
from cop.observatory.formats.xlsform.columns import PLAIN, TRANSLATED, Column, columns, language_code, languages_of
from cop.observatory.formats.xlsform.conversion import converted
from cop.observatory.formats.xlsform.own import STATES_LIST, apply_own, numbered
from cop.observatory.formats.xlsform.sheets import BadForm, Row, Sheet, read_sheets
from cop.observatory.formats.xlsform.types import (
    BEGIN,
    CHOOSE,
    END,
    METADATA,
    PLAIN_TYPES,
    REFUSED,
    UNSUPPORTED,
    known_types,
    split_type,
)  # fmt: skip

MOST_DEPTH = 8
YES = ("yes", "Yes", "YES", "true", "True", "TRUE", "true()")


@dataclass(frozen=True)
class Imported:
    """A form that was read: the questionnaire, what of the form is not used here, and which labels lack a language."""

    questionnaire: Questionnaire
    not_carried: tuple[str, ...]
    untranslated: tuple[str, ...] = ()


@dataclass
class _Open:
    """A group that was begun and not yet ended."""

    row: Row
    group: Group
    items: list[Group | Question]


def read_xlsform(raw: bytes, name: str) -> Imported:
    """The questionnaire in an .xlsx file. `name` is the file's name, for messages and for a form without an id.

    Raises BadForm naming file, sheet, row and column; no other error leaves this function, whatever the bytes are.
    """
    name = re.sub(r"[^\w .()-]", "_", name)[:80] or "form.xlsx"
    sheets, others = read_sheets(raw, name)
    try:
        reader = _Reader(sheets, name)
        found = reader.read()
    except RecursionError:
        raise BadForm(f"{name} is nested too deeply") from None
    converted(raw, name)
    return Imported(found, (*[f"sheet {other}: not read" for other in others], *reader.not_carried), tuple(reader.untranslated))


class _Reader:
    def __init__(self, sheets: Mapping[str, Sheet], name: str) -> None:
        self.sheets = sheets
        self.name = name
        self.survey = sheets["survey"]
        self.settings = self._settings()
        self.plain = self._plain_language()
        self.columns = columns(self.survey, self.plain)
        self.not_carried: list[str] = []
        self.untranslated: list[str] = []
        self.rows: dict[str, Row] = {}
        self.dropped: dict[str, Row] = {}

    def read(self) -> Questionnaire:
        """The questionnaire of the sheets. Raises BadForm."""
        for needed in ("type", "name"):
            if not any(column.field == needed for column in self.columns):
                raise BadForm(f"{self.name}: sheet survey row 1 has no column {needed}")
        lists, choice_columns = self._lists()
        languages = languages_of(self.columns, choice_columns) or (self.plain,)
        self._list_columns(languages)
        items = self._items(lists)
        extras = {"survey": "\n".join(self.survey.headings)} | {f"settings {key}": text for key, text in self.settings.items()}
        if choice_columns:
            extras["choices"] = "\n".join(column.heading for column in choice_columns)
        if "settings" in self.sheets:
            extras["settings"] = "\n".join(self.sheets["settings"].headings)
        stem = re.sub(r"\W", "_", self.name.rsplit(".", 1)[0], flags=re.ASCII).strip("_") or "form"
        found = Questionnaire(
            self.settings.get("form_id", stem), self.settings.get("version", ""),
            {self.plain: self.settings.get("form_title", self.settings.get("form_id", stem))}, languages, numbered(items), lists,
            extras,
        )  # fmt: skip
        if "cop" in self.sheets:
            found = apply_own(found, self.sheets["cop"])
        self._check(found)
        self._note_untranslated(found, languages)
        return found

    def _settings(self) -> dict[str, str]:
        sheet = self.sheets.get("settings")
        if sheet is None or not sheet.rows:
            return {}
        if len(sheet.rows) > 1:
            raise sheet.refuse(sheet.rows[1].number, next(iter(sheet.rows[1].cells)), "stands in a second row; settings have one")
        return dict(sheet.rows[0].cells)

    def _plain_language(self) -> str:
        named = self.settings.get("default_language", "")
        return language_code(named, self.sheets["settings"], "default_language") if named else PLAIN

    def _list_columns(self, languages: tuple[str, ...]) -> None:
        used = {heading for row in self.survey.rows for heading in row.cells}
        for column in self.columns:
            if not column.ours and column.heading in used:
                self.not_carried.append(f"sheet survey column {column.heading}: kept for export, not used here")
        labels = {column.language for column in self.columns if column.field == "label"}
        for language in languages:
            if language not in labels:
                self.untranslated.append(f"sheet survey has no column label in the language {language}")

    def _lists(self) -> tuple[dict[str, tuple[Choice, ...]], tuple[Column, ...]]:
        sheet = self.sheets.get("choices")
        if sheet is None:
            return {}, ()
        held = columns(sheet, self.plain)
        by_field = {column.field: column.heading for column in held if column.ours and column.field != "label"}
        for needed in ("list_name", "name"):
            if sheet.rows and needed not in by_field:
                raise BadForm(f"{self.name}: sheet choices row 1 has no column {needed}")
        found: dict[str, dict[str, Choice]] = {}
        for row in sheet.rows:
            name, code = row.cells.get(by_field["list_name"], ""), row.cells.get(by_field["name"], "")
            if not name:
                raise sheet.refuse(row.number, by_field["list_name"], "is empty; every choice belongs to a list")
            if not code or " " in code:
                raise sheet.refuse(row.number, by_field["name"], f"is {code!r}; a choice needs a name without spaces")
            if code in found.setdefault(name, {}):
                raise sheet.refuse(row.number, by_field["name"], f"has {code!r} a second time in the list {name}")
            label = {c.language: row.cells[c.heading] for c in held if c.field == "label" and c.heading in row.cells}
            if not label:
                heading = next((column.heading for column in held if column.field == "label"), "label")
                raise sheet.refuse(row.number, heading, f"is empty; the choice {code!r} needs a label")
            extras = {
                column.heading: row.cells[column.heading] for column in held if not column.ours and column.heading in row.cells
            }
            found[name][code] = Choice(code, label, extras)
        return {name: tuple(choices.values()) for name, choices in found.items()}, held

    def _heading(self, field: str) -> str:
        return next((column.heading for column in self.columns if column.ours and column.field == field), field)

    def _refuse(self, row: Row, field: str, why: str) -> BadForm:
        return self.survey.refuse(row.number, self._heading(field), why)

    def _items(self, lists: Mapping[str, tuple[Choice, ...]]) -> tuple[Group | Question, ...]:
        items: list[Group | Question] = []
        opened: list[_Open] = []
        for row in self.survey.rows:
            text = row.cells.get(self._heading("type"), "")
            kind, rest = split_type(text)
            into = opened[-1].items if opened else items
            if not text:
                raise self._refuse(row, "type", "is empty, and the row is not; a row without a type can't be read")
            if kind in BEGIN:
                if len(opened) >= MOST_DEPTH:
                    raise self._refuse(row, "type", f"begins a group inside {MOST_DEPTH} others; that is too deep")
                opened.append(_Open(row, self._group(row, kind), []))
            elif kind in END:
                into = self._end(row, kind, opened, items)
            elif kind in METADATA:
                self.not_carried.append(f"sheet survey row {row.number} column {self._heading('type')}: {text} is not asked here")
                self.dropped[row.cells.get(self._heading("name"), "")] = row
            elif kind in UNSUPPORTED:
                self.not_carried.append(
                    f"sheet survey row {row.number} column {self._heading('type')}: a question of type {text} can't be asked here"
                )
                self.dropped[row.cells.get(self._heading("name"), "")] = row
            else:
                into.append(self._question(row, text, kind, rest, lists))
        if opened:
            word = "begin_repeat" if opened[-1].group.repeat else "begin_group"
            raise self._refuse(opened[-1].row, "type", f"has {word} without an end")
        return tuple(items)

    def _end(self, row: Row, kind: str, opened: list[_Open], items: list[Group | Question]) -> list[Group | Question]:
        if not opened:
            raise self._refuse(row, "type", f"has {kind} without a beginning")
        last = opened.pop()
        if last.group.repeat is not (END[kind]):
            begun = "begin_repeat" if last.group.repeat else "begin_group"
            raise self._refuse(row, "type", f"has {kind}, and row {last.row.number} has {begun}; ends must match beginnings")
        if not last.items:
            raise self._refuse(last.row, "type", "begins a group with nothing in it that can be asked here")
        into = opened[-1].items if opened else items
        into.append(replace(last.group, items=tuple(last.items)))
        return into

    def _name(self, row: Row) -> str:
        name = row.cells.get(self._heading("name"), "")
        if not name:
            raise self._refuse(row, "name", "is empty")
        if not NAME.fullmatch(name):
            raise self._refuse(row, "name", f"is {name[:40]!r}; use letters, digits and _, beginning with a letter")
        if name in self.rows:
            raise self._refuse(row, "name", f"is {name!r}, which row {self.rows[name].number} has already")
        if name.lower() == "meta":
            raise self._refuse(row, "name", "is 'meta', which forms keep for themselves")
        self.rows[name] = row
        return name

    def _texts(self, row: Row, field: str) -> Texts:
        return {c.language: row.cells[c.heading] for c in self.columns if c.ours and c.field == field and c.heading in row.cells}

    def _expression(self, row: Row, field: str) -> str:
        return row.cells.get(self._heading(field), "")

    def _extras(self, row: Row) -> dict[str, str]:
        return {c.heading: row.cells[c.heading] for c in self.columns if not c.ours and c.heading in row.cells}

    def _group(self, row: Row, kind: str) -> Group:
        extras = self._extras(row)
        for field in ("constraint", "calculation", "choice_filter", "required"):
            if text := self._expression(row, field):
                raise self._refuse(row, field, f"holds {text[:30]!r} for a group, which can't have it")
        return Group(
            self._name(row), "", self._texts(row, "label"), self._texts(row, "hint"), (), self._expression(row, "relevant"),
            BEGIN[kind], extras | self._written_type(row),
        )  # fmt: skip

    def _written_type(self, row: Row) -> dict[str, str]:
        return {"type": row.cells[self._heading("type")]}

    def _question(self, row: Row, text: str, kind: str, rest: str, lists: Mapping[str, tuple[Choice, ...]]) -> Question:
        name = self._name(row)
        label = self._texts(row, "label")
        extras = self._extras(row) | self._written_type(row)
        found, list_name = self._kind(row, text, kind, rest, lists)
        if not label and found is not Kind.CALCULATION and kind != "hidden":
            heading = next((column.heading for column in self.columns if column.field == "label"), "label")
            raise self.survey.refuse(row.number, heading, f"is empty; the question {name} needs a label")
        required = self._expression(row, "required")
        if required and required not in YES:
            extras["required"] = required
            if required.lower() not in ("no", "false", "false()"):
                self._check_loose(row, "required", required)
                self.not_carried.append(
                    f"sheet survey row {row.number} column {self._heading('required')}: an expression is kept, not used here"
                )
        elif required and required != "yes":
            extras["required"] = required
        if found is Kind.CALCULATION and not self._expression(row, "calculation"):
            raise self._refuse(row, "calculation", f"is empty; the calculation {name} needs one")
        return Question(
            name, "", found, label, self._texts(row, "hint"), self._expression(row, "relevant"),
            self._expression(row, "constraint"), self._texts(row, "constraint_message"), self._expression(row, "calculation"),
            required in YES,
            lists.get(list_name, ()), self._expression(row, "choice_filter"), list_name=list_name, extras=extras,
        )  # fmt: skip

    def _check_loose(self, row: Row, field: str, source: str) -> None:
        try:
            compiled(source)
        except BadExpression as error:
            raise self._refuse(row, field, str(error)) from None

    def _kind(self, row: Row, text: str, kind: str, rest: str, lists: Mapping[str, tuple[Choice, ...]]) -> tuple[Kind, str]:
        if kind in CHOOSE:
            list_name, _, more = rest.partition(" ")
            if not list_name:
                raise self._refuse(row, "type", f"is {text!r} without the name of a list of choices")
            if more:
                raise self._refuse(
                    row, "type", f"is {text!r}; {more.split(' ')[0]!r} can't be carried, add the choice and a text question instead"
                )
            if list_name not in lists:
                raise self._refuse(row, "type", f"names the list {list_name!r}, which is not on the sheet choices")
            if list_name == STATES_LIST and {choice.code for choice in lists[list_name]} == set(State) and kind == "select_one":
                return Kind.STATE, ""
            return CHOOSE[kind], list_name
        if kind in REFUSED:
            raise self._refuse(row, "type", f"is {text!r}, which {REFUSED[kind]}")
        if rest or kind not in PLAIN_TYPES:
            raise self._refuse(row, "type", f"is {text[:40]!r}, which is no type of a question; use one of {known_types()}")
        return PLAIN_TYPES[kind], ""

    def _check(self, found: Questionnaire) -> None:
        for item in (place.item for place in found.places.values()):
            for part in ("relevant", "constraint", "calculation", "choice_filter"):
                for name in sorted(_named(getattr(item, part, ""))):
                    if name in self.dropped and name not in found.places and item.id in self.rows:
                        why = f"names {name!r}, a question of row {self.dropped[name].number} that can't be asked here"
                        raise self._refuse(self.rows[item.id], part, why)
        for fault in faults(found):
            part = {"id": "name", "choices": "type", "rows": "type", "columns": "type"}.get(fault.part, fault.part)
            row = self.rows.get(fault.id)
            if row is None:
                raise BadForm(f"{self.name}: {fault.id} {fault.part} {fault.why}")
            raise self._refuse(row, part, fault.why)
        if not found.questions:
            raise BadForm(f"{self.name}: sheet survey has no question that can be asked here")

    def _note_untranslated(self, found: Questionnaire, languages: tuple[str, ...]) -> None:
        for name, row in self.rows.items():
            item = found.places[name].item if name in found.places else None
            for field in TRANSLATED if item else ():
                held: Any = getattr(item, field, {})
                missing = [language for language in languages if held and language not in held]
                for column in self.columns:
                    if column.field == field and column.language in missing:
                        self.untranslated.append(f"sheet survey row {row.number} column {column.heading} is empty")


def _named(source: str) -> Iterator[str]:
    try:
        yield from names(source)
    except BadExpression:
        return  # the check names it


__all__ = ["Imported", "read_xlsform"]
