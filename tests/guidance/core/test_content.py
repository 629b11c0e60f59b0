"""The centre's own guidance: 72 topics in six languages, alike in shape, each in its own words and its own language."""

from itertools import combinations

import pytest

from cop.ground.core.door import LANGUAGES
from cop.guidance.core.library import read_library
from cop.guidance.core.measures import (
    count_words,
    faults_of,
    language_of,
    minutes_to_read,
    never_said,
    sentences,
    shape_faults,
    shared,
    unlike,
    words_of,
)
from cop.guidance.core.texts import read_text
from tests.guidance.core.test_texts import GOOD

CODES = [language.code for language in LANGUAGES]
MOST_SHARED = 0.15


@pytest.fixture(scope="module")
def library():
    return read_library()


def test_every_topic_is_written_in_each_of_the_six_languages(library):
    assert [(slug, code) for slug in library.topics for code in CODES if not library.has(slug, code)] == []


@pytest.mark.parametrize("code", CODES)
def test_texts_keep_the_measures_of_their_readers_and_say_nothing_that_is_never_said(library, code):
    faults = []
    for shown in library.all_of(code):
        text, topic = shown.text, shown.topic
        faults += [*faults_of(text, topic, code), *shape_faults(text, topic), *never_said(text, topic, code)]
    assert [str(fault) for fault in faults] == []


@pytest.mark.parametrize("code", CODES[1:])
def test_translations_have_the_steps_numbers_links_and_blocks_of_the_english(library, code):
    assert [str(f) for shown in library.all_of(code) for f in unlike(shown.text, library.show(shown.topic.slug, "en").text)] == []


@pytest.mark.parametrize("code", CODES)
def test_no_two_topics_share_more_than_a_few_sentences(library, code):
    texts = [shown.text for shown in library.all_of(code)]
    assert [(a.slug, b.slug, round(shared(a, b), 2)) for a, b in combinations(texts, 2) if shared(a, b) > MOST_SHARED] == []


@pytest.mark.parametrize("code", CODES)
def test_every_text_has_search_words_that_are_not_all_in_its_title(library, code):
    for shown in library.all_of(code):
        assert len(shown.text.search) > 30, shown.text.file


@pytest.mark.parametrize("code", CODES)
def test_titles_are_told_apart(library, code):
    titles = [shown.text.title for shown in library.all_of(code)]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize(
    ("sentence", "expected", "found"),
    [
        ("Tell an adult that you trust.", "en", ""),
        ("Parle à un adulte de confiance, ce n'est pas ta faute.", "en", "fr"),
        ("Habla con una persona adulta de confianza, no es tu culpa.", "fr", "es"),
        ("Talk to somebody.", "ru", "another script"),
        ("Поговори со взрослым.", "ru", ""),
        ("和你信任的大人说。", "zh-hans", ""),
        ("和你信任的大人说。", "ar", "another script"),
        ("تحدث مع شخص كبير تثق به.", "ar", ""),
    ],
)
def test_a_sentence_in_another_language_is_noticed(sentence, expected, found):
    assert language_of(sentence, expected) == found


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("Stop and tell.", "en", 3),
        ("不要回复对方。", "zh-hans", 4),
        ("Цифра 5 и слово", "ru", 3),
        ("", "en", 0),
        ("l'école", "fr", 1),
    ],
)
def test_words_are_counted_and_chinese_signs_are_divided_by_1_7(text, code, words):
    assert count_words(text, code) == words


def test_sentences_end_at_the_marks_of_each_script():
    assert sentences("Stop. Go! Why?") == ["Stop.", "Go!", "Why?"]
    assert sentences("停。走！为什么？") == ["停。", "走！", "为什么？"]
    assert sentences("قف. لماذا؟ اذهب.") == ["قف.", "لماذا؟", "اذهب."]
    assert words_of("停 stop", "zh-hans") == ["停", "stop"]


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("You should have known better.", True), ("Just block and forget.", True), ("It will surely be gone.", True),
        ("Good parents would notice.", True), ("Nothing happens if you report.", True), ("It was not your fault.", False),
    ],
)  # fmt: skip
def test_the_never_say_list_catches_what_must_not_be_said(library, sentence, said):
    text, _ = read_text("stop-and-tell", "en/x.md", GOOD.replace("Breathe.", sentence))
    assert bool(list(never_said(text, library.topics["stop-and-tell"], "en"))) is said


def test_measures_notice_each_thing_that_is_wrong(library):
    topic = library.topics["stop-and-tell"]
    text, _ = read_text("x", "en/x.md", GOOD.replace("Rest.", "Incomprehensibility " * 20 + "."))
    says = " ".join(str(fault) for fault in faults_of(text, topic, "en"))
    assert "words, not 120 to 180" in says
    assert "a sentence of 20 words" in says
    assert "hard words" in says
    lost, _ = read_text("x", "en/x.md", GOOD.replace("[help page](help)", "help page"))
    assert "must lead to help exactly once" in " ".join(str(fault) for fault in shape_faults(lost, topic))


def test_reading_time_goes_by_the_age_of_the_reader(library):
    shown = library.show("stop-and-tell", "en")
    assert minutes_to_read(shown.text, shown.topic, "en") == 3
    grown = library.show("talking", "en")
    assert minutes_to_read(grown.text, grown.topic, "en") == 3
