"""Words in six languages: catalogues of every room, numbers, dates and direction, with or without a web server."""

from __future__ import annotations

import gettext
import io
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.lists import format_list
from babel.numbers import format_decimal

from cop.ground.core.dates import PartialDate
from cop.ground.core.tables import PACKAGE


@dataclass(frozen=True)
class Language:
    """One of the six UN languages: `code` is used in addresses, `locale` by CLDR and catalogues, `suffix` in data columns."""

    code: str
    locale: str
    suffix: str
    name: str
    dir: str = "ltr"


LANGUAGES: tuple[Language, ...] = (
    Language("en", "en_GB", "en", "English"),
    Language("fr", "fr", "fr", "Français"),
    Language("es", "es", "es", "Español"),
    Language("ar", "ar", "ar", "العربية", "rtl"),
    Language("zh-hans", "zh_Hans", "zh", "简体中文"),
    Language("ru", "ru", "ru", "Русский"),
)
BY_CODE = {language.code: language for language in LANGUAGES}

_COLON = {"fr": "\u00a0: ", "zh": "："}
_SEMICOLON = {"fr": "\u00a0; ", "zh": "；", "ar": "؛ "}
_COMMA = {"zh": "，", "ar": "، "}
SPACED_NUMBER = re.compile(r"(?<![\d\u2066])\d{2,5}(?: \d{2,5})+(?!\d)")

TAG = "[a-z]{2,3}(?:-[a-z]{2,8})?"  # what may be the first part of an address: the code of a language
FIRST_STRONG_ISOLATE, LEFT_TO_RIGHT_ISOLATE, POP_ISOLATE = "\u2068", "\u2066", "\u2069"


def mark(text: str) -> str:
    """Marks `text` for translation where it is defined; it is translated where it is shown."""
    return text


class Sentence(str):
    """A marked sentence with values in it: in English as it stands, and filled anew where it is said in another language.

    `Sentence("from %(least)s to %(most)s", least=1, most=9)`. A value that is itself a Sentence is said in that language, too, and
    a day (a date) as it writes one. Without values `pattern` stands as it is.
    """

    pattern: str
    values: dict[str, object]

    def __new__(cls, pattern: str, **values: object) -> Sentence:
        said = super().__new__(cls, pattern % values if values else pattern)
        said.pattern, said.values = pattern, values
        return said


def _catalogue(source: Path) -> gettext.GNUTranslations:
    compiled = source.with_suffix(".mo")
    if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
        with compiled.open("rb") as file:
            return gettext.GNUTranslations(file)
    from babel.messages.mofile import write_mo  # noqa: PLC0415 slow: only when a catalogue was edited
    from babel.messages.pofile import read_po  # noqa: PLC0415 slow

    with source.open("rb") as file:
        catalogue = read_po(file)
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    buffer.seek(0)
    return gettext.GNUTranslations(buffer)


@lru_cache
def _translations(locale: str) -> gettext.NullTranslations:
    found: gettext.NullTranslations = gettext.NullTranslations()
    for source in sorted(PACKAGE.glob(f"*/locale/{locale}/LC_MESSAGES/*.po")):
        catalogue = _catalogue(source)
        catalogue.add_fallback(found)
        found = catalogue
    return found


class Words:
    """The words of one language. Calling it translates a message and fills its named placeholders."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._messages = _translations(language.locale)
        self._locale = Locale.parse(language.locale)
        self._plain = lru_cache(maxsize=4096)(self._translated)  # catalogues are read once a process

    @property
    def dir(self) -> str:
        return self.language.dir

    def __call__(self, message: str, **values: object) -> str:
        """`message` in this language, with `%(name)s` placeholders filled from `values`, or from its own if it is a Sentence."""
        if not message:
            return ""
        if isinstance(message, Sentence):
            return self(message.pattern, **{name: self._value(value) for name, value in message.values.items()})
        return self.with_numbers_kept(self._messages.gettext(message) % values) if values else self._plain(message)

    def _value(self, value: object) -> object:
        return self(value) if isinstance(value, Sentence) else self.date(value) if isinstance(value, date) else value

    def said(self, error: Exception) -> str:
        """What an exception says, in this language; its first argument is a marked text or a Sentence."""
        return self(error.args[0] if error.args and isinstance(error.args[0], str) else str(error))

    def _translated(self, message: str) -> str:
        return self.with_numbers_kept(self._messages.gettext(message))

    def with_numbers_kept(self, text: str) -> str:
        """`text` with numbers that hold spaces (116 111) kept left to right inside this language's lines."""
        return SPACED_NUMBER.sub(lambda found: self.isolate(found[0]), text) if self.dir == "rtl" else text

    @property
    def colon(self) -> str:
        """The colon with the spaces that this language puts around it."""
        return _COLON.get(self.language.suffix, ": ")

    @property
    def semicolon(self) -> str:
        return _SEMICOLON.get(self.language.suffix, "; ")

    @property
    def comma(self) -> str:
        return _COMMA.get(self.language.suffix, ", ")

    @property
    def space(self) -> str:
        """What stands between two sentences."""
        return "" if self.language.suffix == "zh" else " "

    def count(self, one: str, many: str, number: int, **values: object) -> str:
        """The form of a counted message that this language uses for `number`; `%(n)s` is the number, formatted."""
        text = self._messages.ngettext(one, many, number)
        return text % {"n": self.number(number), **values}

    def number(self, value: float, decimals: int = 0) -> str:
        """A number with the separators of this language, rounded to `decimals` places; Latin digits everywhere."""
        return _number(self.language.locale, round(value, decimals), decimals)

    def percent(self, value: float | None, decimals: int = 1) -> str:
        """`value` per cent (0 to 100) as this language writes it, or a dash when there is none."""
        if value is None:
            return "–"
        sign = {"fr": "\u202f%", "es": "\u00a0%", "ru": "\u00a0%", "ar": "%\u200e"}.get(self.language.suffix, "%")
        return self.number(value, decimals) + sign

    def date(self, value: PartialDate | date) -> str:
        """A date as precise as it is stated: a year, a month with its year, or a day."""
        day = value.counts_from if isinstance(value, PartialDate) else value
        precision = value.precision if isinstance(value, PartialDate) else "day"
        if precision == "year":
            return f"{day.year}"
        return _written(self.language.locale, precision, day)

    def list(self, items: list[str]) -> str:
        """`items` joined as this language joins a list."""
        return format_list(items, locale=self._locale) if items else ""

    def sort_key(self, text: str) -> tuple[bytes, str]:
        """The place of `text` in a list of this language: accents don't count; common Chinese signs go by their sound."""
        if self.language.suffix == "zh":  # the first level of this encoding is in the order of pinyin
            return text.encode("gb18030"), text
        bare = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
        return bare.casefold().encode(), text

    def isolate(self, text: str) -> str:
        """`text` (a number, an address, a code) kept left to right inside this language's lines."""
        return f"{LEFT_TO_RIGHT_ISOLATE}{text}{POP_ISOLATE}" if self.dir == "rtl" else text


@lru_cache(maxsize=8192)
def _number(locale: str, value: float, decimals: int) -> str:
    """A rounded number. Kept, as pages show the same small numbers again and again."""
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return format_decimal(value, format=pattern, locale=Locale.parse(locale))


@lru_cache(maxsize=4096)
def _written(locale: str, precision: str, day: date) -> str:
    """A month with its year, or a day. Kept, as a page shows few dates many times."""
    spoken = Locale.parse(locale)
    if precision == "month":
        return format_skeleton("yMMMM", day, locale=spoken)
    return format_date(day, format="long", locale=spoken)


@lru_cache
def words(code: str) -> Words:
    """The words of the language `code`, one of the six address codes. Raises KeyError for another."""
    return Words(BY_CODE[code])
