"""What people type, as values of answers. Nothing that was typed is bent: what can't be read is refused by question (RND-13)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any

from cop.ground.core.door import mark, parse_date
from cop.observatory.core.questionnaire import Kind, Question
from cop.observatory.core.rounds.refusals import Refused

MOST_TEXT = 10_000
MOST_NOTE = 3_000
MOST_NUMBER = 1e12
# Signs that hide or turn around what stands beside them. They carry no meaning of their own in an answer.
_HIDDEN = re.compile(r"[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
Typed = Callable[[str], Sequence[str]]


def clean(text: str) -> str:
    """A text as it is kept: composed, line ends alike, without control signs and direction overrides, trimmed."""
    plain = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    plain = plain.encode("utf-8", "replace").decode("utf-8")
    return _HIDDEN.sub("", plain).strip()


def short(text: str, most: int, rule: str = "RND-13") -> str:
    """`clean` text of at most `most` signs. Raises Refused for a longer one."""
    found = clean(text)
    if len(found) > most:
        raise Refused(rule, mark("The text has %(n)s signs; it may have %(most)s at most."), n=len(found), most=most)
    return found


def is_asked(question: Question) -> bool:
    """Is the question answered by people? Notes and calculations are not."""
    return question.kind not in (Kind.NOTE, Kind.CALCULATION)


def read_entry(question: Question, typed: Typed) -> Any:
    """The value that was typed for a question, None for nothing.

    `typed(suffix)` gives the texts of the field whose name ends in `suffix`: "" for the answer itself, ".CODE" for the rank
    of a choice, ".ROW.COLUMN" for a cell. Raises Refused for what is no answer to the question.
    """
    if not is_asked(question):
        return None
    if question.kind is Kind.TABLE:
        return _table(question, typed)
    if question.kind is Kind.RANKED:
        return _ranked(question, typed)
    texts = [found for found in (clean(text) for text in typed("")) if found]
    if not texts:
        return None
    return read_text(question, texts)


def read_text(question: Question, texts: Sequence[str]) -> Any:
    """The value of one or several plain texts, for every kind but tables. Raises Refused."""
    if question.kind in (Kind.SEVERAL, Kind.RANKED):
        return _codes(question, texts)
    text = texts[0]
    if question.kind is Kind.STATE:
        if text not in ("yes", "partly", "no", "unknown", "na"):
            raise Refused("RND-13", mark("Choose one of the five answers."))
        return text
    if question.kind is Kind.ONE:
        return _codes(question, [text])[0]
    if question.kind is Kind.NUMBER:
        return a_number(text)
    if question.kind is Kind.DATE:
        return a_day(text)
    return short(text, MOST_TEXT)


def a_number(text: str) -> int | float:
    """The number in a text; a comma or a point before decimals, no separators between thousands. Raises Refused."""
    plain = text.replace("\u202f", "").replace("\u00a0", "").replace(" ", "").replace("٫", ".")
    plain = "".join(str(unicodedata.digit(sign)) if sign.isdigit() and not sign.isascii() else sign for sign in plain)
    if not re.fullmatch(r"-?\d{1,15}(?:[.,]\d{1,9})?", plain) or re.search(r",\d{3}\Z", plain):
        raise Refused("RND-13", mark("%(text)s is no number; write it without separators between thousands."), text=text[:30])
    number = float(plain.replace(",", "."))
    if abs(number) > MOST_NUMBER:
        raise Refused("RND-13", mark("%(text)s is too large a number."), text=text[:30])
    return int(number) if number.is_integer() and "." not in plain and "," not in plain else number


def a_day(text: str) -> str:
    """A partial date: 2014, 2014-12 or 2014-12-31, in the years 1800 to 2100. Raises Refused."""
    try:
        found = parse_date(text)
    except ValueError:
        raise Refused("RND-13", mark("%(text)s is no date; write 2014, 2014-12 or 2014-12-31."), text=text[:30]) from None
    if not 1800 <= found.counts_from.year <= 2100:
        raise Refused("RND-13", mark("%(text)s lies outside the years 1800 to 2100."), text=text[:30])
    return found.text


def _codes(question: Question, texts: Sequence[str]) -> list[str]:
    known = [choice.code for choice in question.choices]
    for text in texts:
        if text not in known:
            raise Refused("RND-13", mark("%(text)s is no choice of this question."), text=text[:30])
    if question.kind is Kind.RANKED:
        return list(dict.fromkeys(texts))
    return [code for code in known if code in texts]


def _ranked(question: Question, typed: Typed) -> list[str] | None:
    """Codes in the order of the ranks that were typed beside them. A rank given twice is refused."""
    ranks: dict[int, str] = {}
    for choice in question.choices:
        text = next((clean(text) for text in typed(f".{choice.code}") if clean(text)), "")
        if not text:
            continue
        rank = a_number(text)
        if not isinstance(rank, int) or not 1 <= rank <= len(question.choices):
            raise Refused("RND-13", mark("%(text)s is no rank; write 1 for the first, 2 for the second."), text=text[:30])
        if rank in ranks:
            raise Refused("RND-13", mark("The rank %(rank)s is given twice."), rank=rank)
        ranks[rank] = choice.code
    return [ranks[rank] for rank in sorted(ranks)] or None


def _table(question: Question, typed: Typed) -> dict[str, dict[str, int | float]] | None:
    found: dict[str, dict[str, int | float]] = {}
    for row in question.rows:
        for column in question.columns:
            text = next((clean(text) for text in typed(f".{row.code}.{column.code}") if clean(text)), "")
            if text:
                found.setdefault(row.code, {})[column.code] = a_number(text)
    return found or None
