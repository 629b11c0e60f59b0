"""A response as a workbook for work without a network: written with locked ids, drop-downs and hints, read back with suspicion.

Two sheets: `answers` with one row a question (a choice of several, a rank or a cell of a table has a row of its own), and the
hidden `lists` with the words of the drop-downs. A file that is truncated, reordered, foreign or tampered, holds formulas or
unpacks to too much is refused with the cell that shows it; nothing of it is used then (RND-25).
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from threading import Lock
from typing import Any

import openpyxl
import xlsxwriter

from cop.ground.core.door import LANGUAGES, STATES, DataError, State, Words, mark, words
from cop.ground.formats.archives import unpacks_modestly
from cop.observatory.core.questionnaire import Kind, Question, Questionnaire
from cop.observatory.core.rounds.entries import MOST_NOTE, MOST_TEXT, a_number, is_asked, read_text, short
from cop.observatory.core.rounds.refusals import Refused
from cop.observatory.core.rounds.saving import Content
from cop.observatory.core.rounds.wording import WHYS, choice_label, spoken

VERSION = "round-1"
SHEET = "answers"
LISTS = "lists"
MARK = "COP Centre"
FIRST_ROW = 8
COLUMNS = "ABCDEFGHIJK"
MOST_BYTES = 4 * 1_048_576
MOST_UNPACKED = 24 * 1_048_576
MOST_PARTS = 60
MOST_ROWS = 4_000
_ONE_AT_A_TIME = Lock()
_WIDTHS = (26, 8, 52, 52, 26, 14, 40, 22, 34, 10, 10)
HEADINGS = (
    mark("Id"), mark("Code"), mark("Question"), mark("Hint"), mark("Answer"), mark("Unit"), mark("Note; a partly says why"),
    mark("If it is unknown: why"), mark("The country disagrees with the source, because"), mark("May be published"),
    mark("Version"),
)  # fmt: skip
WHITE = "EGHIJ"
YES, NO = mark("yes"), mark("no")


class BadWorkbook(DataError):
    """A workbook that is refused. The message names the cell."""


@dataclass(frozen=True)
class Line:
    """A row of the workbook. `part` is empty, the code of a choice, or ROW.COLUMN of a table."""

    question: Question
    part: str = ""

    @property
    def id(self) -> str:
        return f"{self.question.id}.{self.part}" if self.part else self.question.id

    @property
    def whole(self) -> bool:
        """Does the row carry note, reason and publication? Only the first row of a question does."""
        return not self.part


@dataclass(frozen=True)
class Row:
    """What a workbook says about a question: the version it was written from, and the content now."""

    question_id: str
    base: int
    content: Content


def lines(questionnaire: Questionnaire) -> Iterator[Line]:
    """The rows of the workbook, in the order of the questionnaire."""
    for question in questionnaire.questions:
        if not is_asked(question):
            continue
        yield Line(question)
        if question.kind in (Kind.SEVERAL, Kind.RANKED):
            yield from (Line(question, choice.code) for choice in question.choices)
        elif question.kind is Kind.TABLE:
            yield from (Line(question, f"{row.code}.{column.code}") for row in question.rows for column in question.columns)


def _label(line: Line, code: str) -> str:
    question = line.question
    if not line.part:
        return spoken(question.label, code)
    if question.kind is Kind.TABLE:
        row, _, column = line.part.partition(".")
        return f"{choice_label(question.rows, row, code)} / {choice_label(question.columns, column, code)}"
    return f"– {choice_label(question.choices, line.part, code)}"


def write_workbook(
    questionnaire: Questionnaire, round_id: str, iso3: str, country: str, held: Mapping[str, tuple[int, Content]], t: Words
) -> bytes:  # fmt: skip
    """The workbook of a country in the language of `t`. `held` maps a question to the version and content of its answer."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    page = book.add_worksheet(SHEET)
    if t.dir == "rtl":
        page.right_to_left()
    _write_head(book, page, questionnaire, (round_id, iso3, country), t)
    places = _write_lists(book, questionnaire, t)
    edge = {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#d9d6cd"}
    locked, white = book.add_format(edge | {"bg_color": "#f1efe8"}), book.add_format(edge | {"locked": False, "num_format": "@"})
    number = FIRST_ROW - 2
    for number, line in enumerate(lines(questionnaire), start=FIRST_ROW - 1):
        base, content = held.get(line.question.id, (0, Content()))
        _write_line(page, number, line, base, content, t, locked, white)
        _add_lists(page, number, line, places, t)
    page.freeze_panes(FIRST_ROW - 1, 3)
    page.protect("", {"format_columns": True, "format_rows": True, "autofilter": True})
    page.autofilter(FIRST_ROW - 2, 0, number, len(HEADINGS) - 1)
    book.close()
    return out.getvalue()


def _write_head(book: Any, page: Any, questionnaire: Questionnaire, about: tuple[str, str, str], t: Words) -> None:
    round_id, iso3, country = about
    page.write_row(0, 0, [MARK, "", t("Answers of a country"), country])
    page.write_row(1, 0, [VERSION, t.language.code, round_id, iso3])
    page.write_row(2, 0, [questionnaire.id, questionnaire.version, questionnaire.sha256])
    page.merge_range(
        3, 0, 3, 6, t("Fill in the white cells only. Rows, columns and ids stay as they are."), book.add_format({"text_wrap": True})
    )
    page.merge_range(
        4,
        0,
        4,
        6,
        t("What you change here is shown beside the answers held before anything is taken over."),
        book.add_format({"text_wrap": True}),
    )
    page.write_row(
        FIRST_ROW - 2, 0, [t(heading) for heading in HEADINGS], book.add_format({"bold": True, "text_wrap": True, "bottom": 2})
    )
    for place, width in enumerate(_WIDTHS):
        page.set_column(place, place, width)


def _write_lists(book: Any, questionnaire: Questionnaire, t: Words) -> dict[str, str]:
    """The words of each question with one choice on a hidden sheet; gives the range of each."""
    page = book.add_worksheet(LISTS)
    page.hide()
    places: dict[str, str] = {}
    column = 0
    for question in questionnaire.questions:
        if question.kind is Kind.ONE:
            options = _one_words(question, t)
            for row, option in enumerate(options):
                page.write_string(row, column, option)
            letter = xlsxwriter.utility.xl_col_to_name(column)
            places[question.id] = f"={LISTS}!${letter}$1:${letter}${len(options)}"
            column += 1
    return places


def _one_words(question: Question, t: Words) -> list[str]:
    """The label of each choice with its code, so that two alike stay apart."""
    return [f"{spoken(choice.label, t.language.code)} [{choice.code}]" for choice in question.choices]


def _write_line(page: Any, number: int, line: Line, base: int, content: Content, t: Words, locked: Any, white: Any) -> None:
    question = line.question
    page.write_string(number, 0, line.id, locked)
    for column, text in _grey(line, t).items():
        page.write_string(number, COLUMNS.index(column), text, locked)
    composed = line.whole and question.kind in (Kind.SEVERAL, Kind.RANKED, Kind.TABLE)
    page.write_string(number, 4, "" if composed else _cell(line, content.value, t), locked if composed else white)
    if not line.whole:
        return
    given = (
        content.note,
        t(WHYS[content.why]) if content.why in WHYS else "",
        content.disagreement,
        t(YES) if content.public else t(NO),
    )
    for place, text in enumerate(given, start=6):
        page.write_string(number, place, text, white)
    page.write_string(number, 10, str(base), locked)


def _cell(line: Line, value: Any, t: Words) -> str:
    """The text of the answer cell of a row."""
    question = line.question
    if value is None:
        return ""
    if question.kind is Kind.STATE:
        return t(STATES[State(value)])
    if question.kind is Kind.ONE:
        return f"{choice_label(question.choices, value, t.language.code)} [{value}]"
    if question.kind is Kind.SEVERAL:
        return t(YES) if line.part in value else ""
    if question.kind is Kind.RANKED:
        return str(value.index(line.part) + 1) if line.part in value else ""
    if question.kind is Kind.TABLE:
        row, _, column = line.part.partition(".")
        found = value.get(row, {}).get(column)
        return "" if found is None else str(found)
    return str(value)


def _add_lists(page: Any, row: int, line: Line, places: Mapping[str, str], t: Words) -> None:
    kind = line.question.kind
    wrong = {"error_title": MARK, "error_message": t("Choose one of the words in the list.")}
    if kind is Kind.STATE:
        page.data_validation(row, 4, row, 4, {"validate": "list", "source": [t(STATES[state]) for state in State], **wrong})
    elif kind is Kind.ONE:
        page.data_validation(row, 4, row, 4, {"validate": "list", "source": places[line.question.id], **wrong})
    elif kind is Kind.SEVERAL and line.part:
        page.data_validation(row, 4, row, 4, {"validate": "list", "source": [t(YES)], **wrong})
    if line.whole:
        page.data_validation(row, 7, row, 7, {"validate": "list", "source": [t(word) for word in WHYS.values()], **wrong})
        page.data_validation(row, 9, row, 9, {"validate": "list", "source": [t(YES), t(NO)], **wrong})


def read_workbook(raw: bytes, questionnaire: Questionnaire, round_id: str, iso3: str) -> tuple[Row, ...]:
    """What a filled-in workbook says, one row a question, in order. One workbook is read at a time.

    Raises BadWorkbook, which names the cell, for anything that is not the workbook of this country, round and questionnaire.
    """
    with _ONE_AT_A_TIME:
        rows = _rows(raw)
    t = words(_check_head(rows, questionnaire, round_id, iso3))
    expected = list(lines(questionnaire))
    body = rows[FIRST_ROW - 1 :]
    for place, line in enumerate(expected):
        number = FIRST_ROW + place
        found = body[place][0] if place < len(body) else None
        if found != line.id:
            said = "is missing" if found is None else f"is {str(found)[:40]!r}"
            raise BadWorkbook(f"cell A{number} {said}, {line.id} should stand there; rows must stay as they were")
        _check_locked(line, body[place], number, t)
    for number, values in enumerate(body[len(expected) :], start=FIRST_ROW + len(expected)):
        if any(value is not None for value in values):
            raise BadWorkbook(f"cell A{number} stands below the last row of the workbook")
    return tuple(_questions(expected, body))


def _check_locked(line: Line, values: Sequence[Any], number: int, t: Words) -> None:
    """Raises BadWorkbook where a grey cell is no longer what was written into it."""
    grey = _grey(line, t)
    for column, wanted in grey.items():
        found = values[COLUMNS.index(column)]
        if ("" if found is None else str(found)) != wanted:
            raise BadWorkbook(f"cell {column}{number} ({line.id}) was changed; only white cells are filled in")


def _grey(line: Line, t: Words) -> dict[str, str]:
    """The texts of the locked cells of a row, by column."""
    question, code = line.question, t.language.code
    found = {
        "B": question.code if line.whole else "", "C": _label(line, code),
        "D": spoken(question.hint, code) if line.whole else "", "F": question.unit,
    }  # fmt: skip
    return found if line.whole else found | dict.fromkeys("GHIJK", "")


def _questions(expected: Sequence[Line], body: Sequence[Sequence[Any]]) -> Iterator[Row]:
    place = 0
    while place < len(expected):
        question = expected[place].question
        end = place + 1
        while end < len(expected) and expected[end].question.id == question.id:
            end += 1
        cells = [_texts(body[at], FIRST_ROW + at) for at in range(place, end)]
        yield _row(question, expected[place:end], cells, FIRST_ROW + place)
        place = end


def _texts(values: Sequence[Any], number: int) -> dict[str, str]:
    """The cells of a row as texts. A formula is refused."""
    found = {}
    for column, value in zip(COLUMNS, values, strict=True):
        text = _text(value)
        if isinstance(value, str) and value.startswith("="):
            raise BadWorkbook(f"cell {column}{number} holds a formula; write the value instead")
        if len(text) > MOST_TEXT:
            raise BadWorkbook(f"cell {column}{number} is longer than {MOST_TEXT} signs")
        found[column] = text
    return found


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _row(question: Question, own: Sequence[Line], cells: Sequence[dict[str, str]], number: int) -> Row:
    head = cells[0]
    if not re.fullmatch(r"\d{1,6}", head["K"]):
        raise BadWorkbook(f"cell K{number} is {head['K'][:20]!r}, not the version that stood there")
    try:
        value = _value(question, own, cells, number)
        note, disagreement = short(head["G"], MOST_NOTE), short(head["I"], MOST_NOTE)
    except Refused as error:
        raise BadWorkbook(
            f"cell E{number} ({question.id}): {error.message % error.values if error.values else error.message}"
        ) from None
    why = _one_of(head["H"], {_all(word): key for key, word in WHYS.items()}, f"H{number}")
    public = _one_of(head["J"], {_all(YES): "yes", _all(NO): "no"}, f"J{number}")
    return Row(question.id, int(head["K"]), Content(value, note, why, disagreement, public != "no"))


def _all(message: str) -> frozenset[str]:
    """A word in every language: a workbook may be handed on and filled in by speakers of others."""
    return frozenset(words(language.code)(message).casefold() for language in LANGUAGES)


def _one_of(text: str, known: Mapping[frozenset[str], str], cell: str) -> str:
    if not text:
        return ""
    for spelled, key in known.items():
        if text.casefold() in spelled:
            return key
    raise BadWorkbook(f"cell {cell} is {text[:30]!r}; choose one of the words in the list")


def _value(question: Question, own: Sequence[Line], cells: Sequence[dict[str, str]], number: int) -> Any:
    said = cells[0]["E"]
    if len(own) == 1:
        return _single(question, said, number) if said else None
    if said:
        raise BadWorkbook(f"cell E{number} is {said[:30]!r}; the answer stands in the rows below it")
    given = {
        line.part: (row["E"], number + at) for at, (line, row) in enumerate(zip(own, cells, strict=True)) if line.part and row["E"]
    }
    if question.kind is Kind.SEVERAL:
        chosen = [
            part for part, (text, at) in given.items() if _one_of(text, {_all(YES): "yes", _all(NO): "no"}, f"E{at}") == "yes"
        ]
        return chosen or None
    if question.kind is Kind.RANKED:
        return _ranks(given)
    found: dict[str, dict[str, Any]] = {}
    for part, (text, at) in given.items():
        row, _, column = part.partition(".")
        found.setdefault(row, {})[column] = _number(text, at)
    return found or None


def _single(question: Question, said: str, number: int) -> Any:
    if question.kind is Kind.STATE:
        return _one_of(said, {_all(name): str(state) for state, name in STATES.items()}, f"E{number}")
    if question.kind is Kind.ONE:
        code = re.search(r"\[([A-Za-z0-9_-]+)\]\Z", said)
        known = {choice.code for choice in question.choices}
        if not code or code[1] not in known:
            raise BadWorkbook(f"cell E{number} is {said[:30]!r}; choose one of the words in the list")
        return code[1]
    return read_text(question, [said])


def _number(text: str, at: int) -> int | float:
    try:
        return a_number(text)
    except Refused as error:
        raise BadWorkbook(f"cell E{at}: {error.message % error.values}") from None


def _ranks(given: Mapping[str, tuple[str, int]]) -> list[str] | None:
    ranks: dict[int, str] = {}
    for part, (text, at) in given.items():
        if not re.fullmatch(r"[1-9]\d?", text) or int(text) in ranks:
            raise BadWorkbook(f"cell E{at} is {text[:20]!r}, which is no rank or one given twice; write 1 for the first")
        ranks[int(text)] = part
    return [ranks[rank] for rank in sorted(ranks)] or None


def _check_head(rows: Sequence[Sequence[Any]], questionnaire: Questionnaire, round_id: str, iso3: str) -> str:
    """The language of the workbook. Raises BadWorkbook unless the head is that of this country, round and questionnaire."""
    head = [*rows[: FIRST_ROW - 1], *[[None] * len(HEADINGS)] * (FIRST_ROW - 1)]
    expected = (
        ("A1", head[0][0], MARK), ("A2", head[1][0], VERSION), ("C2", head[1][2], round_id), ("D2", head[1][3], iso3),
        ("A3", head[2][0], questionnaire.id), ("B3", head[2][1], questionnaire.version), ("C3", head[2][2], questionnaire.sha256),
    )  # fmt: skip
    for cell, found, wanted in expected:
        if found != wanted:
            said = "is empty" if found is None else f"is {str(found)[:40]!r}"
            raise BadWorkbook(f"cell {cell} {said}, not {wanted}: this is another workbook; take the one of this response")
    code = str(head[1][1])
    if code not in {language.code for language in LANGUAGES}:
        raise BadWorkbook(f"cell B2 is {code[:20]!r}, which is none of the six languages")
    for column, found, heading in zip(COLUMNS, head[FIRST_ROW - 2], HEADINGS, strict=True):
        if found != words(code)(heading):
            raise BadWorkbook(f"cell {column}{FIRST_ROW - 1} is not the heading that stands there; columns must stay as they were")
    return code


def _rows(raw: bytes) -> list[list[Any]]:
    """The cells of the sheet as values, never more than a workbook of a response can hold."""
    if len(raw) > MOST_BYTES:
        raise BadWorkbook("the workbook is larger than 4 MB")
    try:
        found = _cells(raw) if unpacks_modestly(raw, most_parts=MOST_PARTS, most_bytes=MOST_UNPACKED) else None
    except KeyError:
        raise BadWorkbook(f"the workbook has no sheet {SHEET!r}; take the one of this response") from None
    except Exception as error:  # openpyxl raises many kinds on a damaged file, none of them ours to tell apart
        raise BadWorkbook(f"the file can't be read as a workbook ({type(error).__name__}); is it whole, and is it .xlsx?") from None
    if found is None:
        raise BadWorkbook("the workbook unpacks to more than one of a response can hold")
    return found


def _cells(raw: bytes) -> list[list[Any]]:
    book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=False, keep_links=False)
    rows = book[SHEET].iter_rows(max_row=MOST_ROWS, max_col=len(HEADINGS), values_only=True)
    found = [[*row, *[None] * (len(HEADINGS) - len(row))] for row in rows]
    book.close()
    return found
