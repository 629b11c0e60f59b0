"""The columns of a form: what each holds, and in which language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from cop.ground.core.door import LANGUAGES
from cop.observatory.formats.xlsform.sheets import Sheet

TRANSLATED = ("label", "hint", "constraint_message")
ALIASES = {
    "relevance": "relevant",
    "calculate": "calculation",
    "caption": "label",
    "constraining_message": "constraint_message",
    "list name": "list_name",
    "value": "name",
    "command": "type",
    "tag": "name",
}
OURS = {
    "survey": ("type", "name", *TRANSLATED, "relevant", "constraint", "calculation", "required", "choice_filter"),
    "choices": ("list_name", "name", "label"),
}
_TAGGED = re.compile(r"^(?P<name>.*?)\s*\((?P<code>[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*)\)$")
_BY_NAME = {
    "english": "en", "french": "fr", "français": "fr", "spanish": "es", "español": "es", "arabic": "ar", "العربية": "ar",
    "chinese": "zh-hans", "中文": "zh-hans", "russian": "ru", "русский": "ru", "portuguese": "pt", "swahili": "sw", "hindi": "hi",
} | {language.name.lower(): language.code for language in LANGUAGES}  # fmt: skip
PLAIN = "en"


@dataclass(frozen=True)
class Column:
    """A column: its heading as written, the field it holds, the code of its language, and whether we understand the field."""

    heading: str
    field: str
    language: str = ""
    ours: bool = False


def columns(sheet: Sheet, plain: str = PLAIN) -> tuple[Column, ...]:
    """The columns of the sheet survey or choices. `plain` is the language of columns that name none.

    Raises BadForm for a language without a code, two columns for one thing, and settings that change what a form means.
    """
    found = tuple(column_of(heading, sheet, plain) for heading in sheet.headings)
    seen: dict[tuple[str, str], str] = {}
    for column in found:
        key = (column.field, column.language)
        if column.ours and key in seen:
            raise sheet.refuse(
                1,
                column.heading,
                f"says the same as the column {seen[key]}; keep one, with its language: {column.field}::Name (code)",
            )
        seen[key] = column.heading
    return found


def column_of(heading: str, sheet: Sheet, plain: str = PLAIN) -> Column:
    """One column by its heading. Raises BadForm as `columns`."""
    head, mark, tail = (part.strip() for part in heading.partition("::"))
    field = ALIASES.get(head.lower(), head.lower())
    ours = field in OURS.get(sheet.name, ())
    if not ours:
        if field == "bind":
            raise sheet.refuse(1, heading, "sets a bind; use the columns relevant, constraint, calculation and required")
        return Column(heading, heading)
    if field not in TRANSLATED:
        if mark:
            raise sheet.refuse(1, heading, "has a language, which this column can't have")
        return Column(heading, field, ours=True)
    return Column(heading, field, language_code(tail, sheet, heading) if mark else plain, ours=True)


def language_code(text: str, sheet: Sheet, heading: str) -> str:
    """The code of a language written as `French (fr)` or, for well-known ones, `French`. Raises BadForm."""
    found = _TAGGED.match(text)
    code = found["code"].lower() if found else _BY_NAME.get(text.lower(), "")
    if not code:
        raise sheet.refuse(
            1, heading, f"names the language {text!r} without its code; write it as Name (code), such as French (fr)"
        )
    return {"zh": "zh-hans", "zh-cn": "zh-hans"}.get(code, code)


def languages_of(*sheets: tuple[Column, ...]) -> tuple[str, ...]:
    """The languages of the columns, in order of appearance."""
    return tuple(dict.fromkeys(column.language for held in sheets for column in held if column.language))


def sheet_of(name: str, headings: Mapping[str, str] | list[str]) -> Sheet:
    """A sheet without rows, for headings that were read before."""
    return Sheet("", name, dict.fromkeys(headings, ""), ())
