"""Six complete catalogues in real languages: nothing missing, nothing fuzzy, nothing left in English by mistake."""

import re
import tomllib
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.test import Client

from cop.cli.dev.messages import DATA_TEXTS, ORDER, TARGETS, catalogue_path, messages_of, rooms, template_of, up_to_date
from cop.front.core.door import country_answer
from cop.front.formats.pdf import document_values
from cop.front.formats.text import country_text
from cop.ground.core.door import LANGUAGES, PACKAGE, Words, words
from cop.ground.formats.html import environment
from tests.conftest import AT

COGNATES = tomllib.loads((Path(__file__).parent / "cognates.toml").read_text(encoding="utf-8"))
LOCALES = [language.locale for language in TARGETS]
PLACEHOLDER = re.compile(r"%\((\w+)\)s")


def entries(locale):
    for name in ORDER:
        path = catalogue_path(PACKAGE / name, locale)
        if path.exists():
            with path.open("rb") as file:
                for message in read_po(file, locale=locale):
                    if message.id:
                        yield name, message


def texts(value):
    return list(value) if isinstance(value, list | tuple) else [value]


def test_the_rooms_are_those_whose_messages_are_read():
    assert {room.name for room in rooms()} - {"cli"} == set(ORDER) - {"cli"}
    assert all(list(PACKAGE.glob(pattern)) for pattern in DATA_TEXTS)


def test_catalogues_hold_exactly_the_messages_of_code_templates_and_data():
    for path, catalogue in up_to_date():
        assert path.exists(), path
        with path.open("rb") as file:
            kept = read_po(file, locale=str(catalogue.locale))
        assert {str(m.id) for m in kept if m.id} == {str(m.id) for m in catalogue if m.id}, f"{path}: run cop-dev messages"


@pytest.mark.parametrize("locale", LOCALES)
def test_no_message_is_missing_or_fuzzy(locale):
    lacking = [m.id for _, m in entries(locale) if m.fuzzy or not all(texts(m.string))]
    assert lacking == []


@pytest.mark.parametrize("locale", LOCALES)
def test_placeholders_and_plural_forms_are_those_of_the_source(locale):
    forms = {"fr": 2, "es": 2, "ar": 6, "zh_Hans": 1, "ru": 3}[locale]
    for _, message in entries(locale):
        wanted = set(PLACEHOLDER.findall(texts(message.id)[-1]))
        for text in texts(message.string):
            found = set(PLACEHOLDER.findall(text))
            assert found == wanted or (message.pluralizable and found | {"n"} == wanted | {"n"}), (message.id, text)
            if wanted:
                text % dict.fromkeys(wanted, "x")
        if message.pluralizable:
            assert len(message.string) == forms, message.id


@pytest.mark.parametrize("locale", LOCALES)
def test_no_translation_equals_its_source_but_for_cognates(locale):
    allowed = set(COGNATES["everywhere"]) | set(COGNATES.get(locale, []))
    same = {text for _, m in entries(locale) for text, source in zip(texts(m.string), texts(m.id), strict=False) if text == source}
    assert same - allowed == set()


def test_no_translation_equals_that_of_another_language_but_for_cognates():
    allowed = set(COGNATES["everywhere"]) | set(COGNATES["shared"])
    seen: dict[tuple[str, str], str] = {}
    twice = set()
    for locale in LOCALES:
        for _, message in entries(locale):
            for text in texts(message.string):
                other = seen.setdefault((str(message.id), text), locale)
                if other != locale:
                    twice.add(text)
    assert twice - allowed == set()


SCRIPTS = {"ar": r"[\u0600-\u06ff]", "ru": r"[\u0400-\u04ff]", "zh_Hans": r"[\u3400-\u9fff]"}


@pytest.mark.parametrize("locale", SCRIPTS)
def test_a_text_is_mostly_in_its_own_script(locale):
    own = re.compile(SCRIPTS[locale])
    foreign = []
    allowed = set(COGNATES["everywhere"]) | set(COGNATES.get(locale, []))
    for _, message in entries(locale):
        for text in texts(message.string):
            if text in allowed:
                continue
            bare = re.sub(r"`[^`]*`|%\(\w+\)s|\b[A-Z]{1,4}-?\d+(?:/\w+)?\b|(?<![A-Za-z])[A-Z]{2,}(?![A-Za-z])", "", text)
            letters = [sign for sign in bare if sign.isalpha()]
            share = sum(bool(own.match(sign)) for sign in letters) / len(letters) if letters else 1
            if share < 0.6:
                foreign.append(text)
    assert foreign == []


STOP_WORDS = {
    "fr": {"le", "la", "les", "de", "des", "du", "un", "une", "et", "est", "en", "pour", "dans", "que", "qui", "au", "aux", "sur", "par", "pas", "ou",
           "à", "d", "l", "ce", "cette", "se", "sont", "il", "avec", "vous", "nous", "ne", "plus", "sans", "son", "sa", "ses"},
    "es": {"el", "la", "los", "las", "de", "del", "un", "una", "y", "es", "en", "para", "que", "por", "con", "se", "no", "o", "al", "su", "sus", "a",
           "lo", "como", "más", "sin", "son", "si", "ha", "este", "esta", "usted", "nos"},
}  # fmt: skip
ENGLISH = {"the", "of", "and", "is", "to", "that", "for", "with", "are", "this", "which", "from", "by", "or"}


@pytest.mark.parametrize("locale", STOP_WORDS)
def test_a_sentence_is_written_in_its_language(locale):
    for _, message in entries(locale):
        for text in texts(message.string):
            found = re.findall(r"[a-zà-ÿ]+", PLACEHOLDER.sub(" ", text).lower())
            if len(found) >= 8 and text.endswith("."):
                own = sum(word in STOP_WORDS[locale] for word in found)
                foreign = sum(word in ENGLISH for word in found)
                assert own >= 1, text
                assert own > foreign, text


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.code)
def test_every_message_asked_for_at_run_time_is_in_a_catalogue(language, held, monkeypatch):
    known = {text for room in rooms() for message, _ in messages_of(room) for text in texts(message)}
    asked: set[str] = set()
    plain = Words.__call__

    def listening(self, message, **values):
        asked.add(message)
        return plain(self, message, **values)

    monkeypatch.setattr(Words, "__call__", listening)
    environment.cache_clear()  # templates keep what they asked for once, whichever test ran before
    client = Client()
    for path in ("", "countries/", "countries/AUS/", "map/", "map/?indicator=X-02", "targets/?mark=IND", "indicators/", "indicators/P2-08/", "help/",
                 "help/CR/", "help/FR/", "data/", "methods/", "about/", "site-map/", "nothing/"):  # fmt: skip
        client.get(f"/{language.code}/{path}{'&' if '?' in path else '?'}run={language.code}")
    t = words(language.code)
    for code in ("CRI", "KEN", "PSE", "FRA"):
        answer = country_answer(held, held.ground.places.country(code), AT)
        country_text(answer, t)
        document_values(answer, t)
    assert len(asked) > 300
    assert {message for message in asked if message and message not in known} == set()


def test_a_message_is_translated_in_one_room_only():
    taken: set = set()
    for name in ORDER:
        ids = {m.id if isinstance(m.id, str) else tuple(m.id) for m in template_of(PACKAGE / name, taken) if m.id}
        assert not ids & taken
        taken |= ids


def test_numbers_and_dates_are_written_as_each_language_writes_them():
    day = AT
    assert words("en").date(day) == "22 November 2026"
    assert words("fr").number(1234567.8, 1) == "1\u202f234\u202f567,8"
    assert "2026" in words("zh-hans").date(day)
    assert words("ar").percent(12.34) == "12.3%\u200e"
    assert words("ar").isolate("116 111") == "\u2066116 111\u2069"
    assert words("ru").count("%(n)s month", "%(n)s months", 2) != words("ru").count("%(n)s month", "%(n)s months", 5)
