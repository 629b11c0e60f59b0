"""From a questionnaire to the sheets of a form. A form that was read is written back as it was, column by column."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import Any

import xlsxwriter

from cop.ground.core.door import BY_CODE, STATES, State, Words, words
from cop.observatory.core.questionnaire import Choice, Group, Kind, Question, Questionnaire, Texts
from cop.observatory.formats.xlsform.columns import PLAIN, TRANSLATED, column_of, language_code, sheet_of
from cop.observatory.formats.xlsform.own import CELL, HEADINGS, MADE_HERE, STATES_LIST, WHOLE, numbered
from cop.observatory.formats.xlsform.types import WRITTEN

Line = dict[str, str]  # heading to text


def write_xlsform(questionnaire: Questionnaire) -> bytes:
    """The questionnaire as an .xlsx file that other tools read. What only the centre knows stands on the sheet `cop`."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    layout = _Layout(questionnaire)
    _write(book, "survey", layout.survey, _survey(questionnaire, layout))
    choices = list(_choices(questionnaire, layout))
    if choices or layout.choices_read:
        _write(book, "choices", layout.choices, choices)
    settings = _settings(questionnaire, layout)
    if settings:
        _write(book, "settings", list(settings), [settings])
    own = list(_own(questionnaire))
    if own:
        headings = list(dict.fromkeys([*HEADINGS, *(heading for line in own for heading in line)]))
        _write(book, "cop", headings, own)
    book.close()
    return out.getvalue()


def _write(book: Any, name: str, headings: list[str], lines: Any) -> None:
    page = book.add_worksheet(name)
    bold = book.add_format({"bold": True, "bottom": 1})
    text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    for place, heading in enumerate(headings):
        page.write_string(0, place, heading, bold)
    for number, line in enumerate(lines, start=1):
        for place, heading in enumerate(headings):
            if line.get(heading):
                page.write_string(number, place, line[heading], text)
    page.freeze_panes(1, 0)
    page.set_column(0, max(len(headings) - 1, 0), 24)


def heading_of(code: str) -> str:
    """How a language is named in a heading: its own name and its code."""
    return f"{BY_CODE[code].name} ({code})" if code in BY_CODE else f"{code} ({code})"


class _Layout:
    """Which columns there are: those that were read, else all that a questionnaire of ours needs."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self.questionnaire = questionnaire
        extras = questionnaire.extras
        self.read = "survey" in extras
        self.choices_read = "choices" in extras
        default = extras.get("settings default_language", "")
        self.plain = language_code(default, sheet_of("settings", []), "") if default else PLAIN
        self.survey = extras["survey"].split("\n") if self.read else self._standard_survey()
        self.choices = extras["choices"].split("\n") if self.choices_read else self._standard_choices()
        self._survey_columns = self._columns("survey", self.survey)
        self._choice_columns = self._columns("choices", self.choices)

    def _columns(self, name: str, headings: list[str]) -> dict[tuple[str, str], str]:
        sheet = sheet_of(name, headings)
        found = [column_of(heading, sheet, self.plain) for heading in headings]
        return {(column.field, column.language): column.heading for column in found if column.ours}

    def _standard_survey(self) -> list[str]:
        questionnaire = self.questionnaire
        translated = [[f"{field}::{heading_of(code)}" for code in questionnaire.languages] for field in TRANSLATED]
        return [
            "type", "name", *translated[0], *translated[1], "relevant", "constraint", *translated[2], "calculation", "required",
            "choice_filter",
        ]  # fmt: skip

    def _standard_choices(self) -> list[str]:
        held = [choice for choices in _lists(self.questionnaire).values() for choice in choices]
        extras = dict.fromkeys(name for choice in held for name in choice.extras)
        return ["list_name", "name", *(f"label::{heading_of(code)}" for code in self.questionnaire.languages), *extras]

    @property
    def type(self) -> str:
        """The heading of the column of types."""
        return self._survey_columns["type", ""]

    def put(self, line: Line, field: str, text: str, language: str = "", *, choices: bool = False) -> None:
        """Puts a text under the heading of its field and language, adding the column where there is none yet."""
        if not text:
            return
        known, headings = (self._choice_columns, self.choices) if choices else (self._survey_columns, self.survey)
        heading = known.get((field, language))
        if heading is None:
            heading = f"{field}::{heading_of(language)}" if language else field
            known[field, language] = heading
            headings.append(heading)
        line[heading] = text

    def put_texts(self, line: Line, field: str, texts: Texts, *, choices: bool = False) -> None:
        """Puts a text in every language that it has."""
        for language, text in texts.items():
            self.put(line, field, text, language, choices=choices)


def _survey(questionnaire: Questionnaire, layout: _Layout) -> list[Line]:
    return [line for item in questionnaire.items for line in _lines(item, layout)]


def _lines(item: Group | Question, layout: _Layout) -> Iterator[Line]:
    if isinstance(item, Question) and item.kind is Kind.TABLE:
        yield from _table(item, layout)
    elif isinstance(item, Question):
        yield _question(item, layout)
    else:
        line = _head(item, layout, item.extras.get("type") or ("begin_repeat" if item.repeat else "begin_group"))
        yield line
        for inner in item.items:
            yield from _lines(inner, layout)
        begun = line[layout.type]
        yield {layout.type: begun.replace("begin", "end")}


def _head(item: Group | Question, layout: _Layout, kind: str) -> Line:
    line: Line = {heading: text for heading, text in item.extras.items() if heading not in ("type", "required")}
    for heading in line:
        if heading not in layout.survey:
            layout.survey.append(heading)
    layout.put(line, "type", kind)
    layout.put(line, "name", item.id)
    layout.put_texts(line, "label", item.label)
    layout.put_texts(line, "hint", item.hint)
    layout.put(line, "relevant", item.relevant)
    return line


def _question(item: Question, layout: _Layout) -> Line:
    line = _head(item, layout, _type(item))
    layout.put(line, "constraint", item.constraint)
    layout.put_texts(line, "constraint_message", item.constraint_message)
    layout.put(line, "calculation", item.calculation)
    layout.put(line, "required", item.extras.get("required") or ("yes" if item.required else ""))
    layout.put(line, "choice_filter", item.choice_filter)
    return line


def _type(item: Question) -> str:
    written = item.extras.get("type", "")
    if written:
        return written
    if item.kind is Kind.STATE:
        return f"{WRITTEN[item.kind]} {STATES_LIST}"
    list_name = f" {item.list_name or item.id}" if item.choices else ""
    return f"{WRITTEN[item.kind]}{list_name}"


def _table(item: Question, layout: _Layout) -> Iterator[Line]:
    """A table as a group with a number for each cell."""
    yield _head(item, layout, "begin_group")
    for row in item.rows:
        for column in item.columns:
            label = {code: f"{text} · {column.label[code]}" for code, text in row.label.items() if code in column.label}
            cell = Question(
                f"{item.id}{CELL}{row.code}{CELL}{column.code}", "", Kind.NUMBER, label, constraint_message=item.constraint_message
            )
            yield _question(cell, layout)
    yield {layout.type: "end_group"}


def _lists(questionnaire: Questionnaire) -> Mapping[str, tuple[Choice, ...]]:
    """Every list that the sheet choices holds: shared ones, those of single questions, rows and columns of tables, the states."""
    found = dict(questionnaire.lists)
    for question in questionnaire.questions:
        if question.choices and not question.list_name:
            found[question.id] = question.choices
        if question.kind is Kind.TABLE:
            found[f"{question.id}{CELL}rows"] = question.rows
            found[f"{question.id}{CELL}columns"] = question.columns
        if question.kind is Kind.STATE and STATES_LIST not in found:
            found[STATES_LIST] = _states(questionnaire.languages)
    return found


def _states(languages: tuple[str, ...]) -> tuple[Choice, ...]:
    speak: dict[str, Words] = {code: words(code) for code in languages if code in BY_CODE} or {PLAIN: words(PLAIN)}
    return tuple(Choice(str(state), {code: t(STATES[state]) for code, t in speak.items()}) for state in State)


def _choices(questionnaire: Questionnaire, layout: _Layout) -> Iterator[Line]:
    for name, choices in _lists(questionnaire).items():
        for choice in choices:
            line: Line = dict(choice.extras)
            layout.put(line, "list_name", name, choices=True)
            layout.put(line, "name", choice.code, choices=True)
            layout.put_texts(line, "label", choice.label, choices=True)
            yield line


def _settings(questionnaire: Questionnaire, layout: _Layout) -> Line:
    extras = questionnaire.extras
    if layout.read and "settings" not in extras:
        return {}
    title = questionnaire.title.get(layout.plain) or next(iter(questionnaire.title.values()), questionnaire.id)
    known: Line = {"form_title": title, "form_id": questionnaire.id, "version": questionnaire.version}
    if not layout.read:
        return known | {"default_language": heading_of(questionnaire.languages[0])}
    headings = extras["settings"].split("\n")
    return {heading: known.get(heading) or extras.get(f"settings {heading}", "") for heading in headings}


def _own(questionnaire: Questionnaire) -> Iterator[Line]:
    running = {item.id: item.code for item in _every(numbered(questionnaire.items))}
    lines = [
        line for item in _every(questionnaire.items) if (line := _own_line(item, running[item.id], bool(questionnaire.extras)))
    ]
    whole: Line = (
        {f"title::{heading_of(code)}": text for code, text in questionnaire.title.items()} if len(questionnaire.title) > 1 else {}
    )
    if not questionnaire.extras:
        whole["kind"] = MADE_HERE
    if whole:
        yield {"name": WHOLE} | whole
    yield from lines


def _every(items: tuple[Group | Question, ...]) -> Iterator[Group | Question]:
    for item in items:
        yield item
        if isinstance(item, Group):
            yield from _every(item.items)


def _own_line(item: Group | Question, running: str, read: bool) -> Line:
    line: Line = {} if read and item.code == running else {"code": item.code}
    if isinstance(item, Question):
        line |= {
            "unit": item.unit,
            "law": "yes" if item.law else "",
            "feeds": " ".join(item.feeds),
            "covers": " ".join(item.covers),
        }
        line["evidence"] = item.evidence if item.evidence != "none" else ""
        line["kind"] = str(item.kind) if item.kind is Kind.TABLE else ""
        own_list = bool(item.choices) and not item.list_name
        line["list"] = "own" if own_list else "required" if item.kind is Kind.TABLE and item.required else ""
    line = {heading: text for heading, text in line.items() if text}
    return {"name": item.id} | line if line else {}
