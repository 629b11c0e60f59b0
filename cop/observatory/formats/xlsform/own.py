"""The sheet `cop`: what the centre adds to a form and other tools pass over, such as codes, units, evidence and tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cop.observatory.core.questionnaire import Choice, Group, Kind, Question, Questionnaire
from cop.observatory.formats.xlsform.columns import language_code
from cop.observatory.formats.xlsform.sheets import Row, Sheet

HEADINGS = ("name", "code", "kind", "unit", "evidence", "law", "feeds", "covers", "list")
WHOLE = "*"  # the row about the whole form
MADE_HERE = "centre"
STATES_LIST = "cop_states"
CELL = "__"  # between table, row and column in the name of a cell


def numbered(items: tuple[Group | Question, ...], before: str = "") -> tuple[Group | Question, ...]:
    """The items with running codes: 1, 1.1, 1.2, 2."""
    found: list[Group | Question] = []
    for number, item in enumerate(items, start=1):
        code = f"{before}{number}"
        found.append(
            replace(item, code=code, items=numbered(item.items, f"{code}."))
            if isinstance(item, Group)
            else replace(item, code=code)
        )
    return tuple(found)


def apply_own(questionnaire: Questionnaire, sheet: Sheet) -> Questionnaire:
    """The questionnaire with what the sheet `cop` adds. Raises BadForm for a row about nothing and for values that don't fit."""
    rows = {row.cells.get("name", ""): row for row in sheet.rows}
    whole = rows.pop(WHOLE, None)
    made_here = whole is not None and whole.cells.get("kind") == MADE_HERE
    for name, row in rows.items():
        if name not in questionnaire.places:
            raise sheet.refuse(row.number, "name", f"is {name!r}, which is not on the sheet survey")
    used: set[str] = set()
    own = _Own(sheet, rows, questionnaire.lists, made_here, used)
    items = tuple(own.item(item) for item in questionnaire.items)
    title = _title(questionnaire, sheet, whole)
    lists = {name: held for name, held in questionnaire.lists.items() if name not in used and name != STATES_LIST}
    extras = {} if made_here else questionnaire.extras
    return replace(questionnaire, items=items, title=title, lists=lists if made_here else questionnaire.lists, extras=extras)


def _title(questionnaire: Questionnaire, sheet: Sheet, whole: Row | None) -> Mapping[str, str]:
    titles = dict(questionnaire.title)
    for heading, text in whole.cells.items() if whole else ():
        if heading.startswith("title::"):
            titles[language_code(heading.removeprefix("title::").strip(), sheet, heading)] = text
    return titles


class _Own:
    def __init__(
        self, sheet: Sheet, rows: Mapping[str, Row], lists: Mapping[str, tuple[Choice, ...]], made_here: bool, used: set[str]
    ) -> None:
        self.sheet = sheet
        self.rows = rows
        self.lists = lists
        self.made_here = made_here
        self.used = used

    def item(self, item: Group | Question) -> Group | Question:
        """An item with what the sheet adds to it."""
        row = self.rows.get(item.id)
        cells = row.cells if row else {}
        extras = {} if self.made_here else item.extras
        code = cells.get("code", "" if self.made_here else item.code)
        if isinstance(item, Group):
            if row and cells.get("kind") == Kind.TABLE:
                return self._table(item, row)
            return replace(item, code=code, extras=extras, items=tuple(self.item(inner) for inner in item.items))
        if row is None:
            return replace(item, extras=extras, code=code)
        if cells.get("list") == "own":
            self.used.add(item.list_name)
            item = replace(item, list_name="")
        return replace(item, code=code, extras=extras, **self._properties(row))  # type: ignore[arg-type]

    def _properties(self, row: Row) -> dict[str, object]:
        cells = row.cells
        for heading, allowed in (("evidence", ("none", "optional", "required")), ("law", ("yes", "no"))):
            if cells.get(heading, allowed[0]) not in allowed:
                raise self.sheet.refuse(row.number, heading, f"is {cells[heading][:30]!r}; use one of {', '.join(allowed)}")
        return {
            "unit": cells.get("unit", ""),
            "evidence": cells.get("evidence", "none"),
            "law": cells.get("law") == "yes",
            "feeds": tuple(cells.get("feeds", "").split()),
            "covers": tuple(cells.get("covers", "").split()),
        }

    def _table(self, group: Group, row: Row) -> Question:
        rows, columns = (self.lists.get(f"{group.id}{CELL}{part}", ()) for part in ("rows", "columns"))
        wanted = {f"{group.id}{CELL}{one.code}{CELL}{other.code}" for one in rows for other in columns}
        if not wanted or {item.id for item in group.items} != wanted:
            raise self.sheet.refuse(
                row.number, "kind", f"makes {group.id} a table, and its cells do not match the lists of rows and columns"
            )
        self.used |= {f"{group.id}{CELL}{part}" for part in ("rows", "columns")}
        first = group.items[0]
        message = first.constraint_message if isinstance(first, Question) else {}
        return Question(
            group.id, row.cells.get("code", ""), Kind.TABLE, group.label, group.hint, group.relevant, constraint_message=message,
            rows=rows, columns=columns, required=row.cells.get("list") == "required", **self._properties(row),  # type: ignore[arg-type]
        )  # fmt: skip
