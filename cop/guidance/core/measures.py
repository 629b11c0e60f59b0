"""Measures of a text: length, sentences, hard words, language, what is never said. A machine's hint, not a reader's judgement."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cop.ground.core.door import PACKAGE, read_yaml
from cop.guidance.core.texts import HELP, Fault, Text, passages_of
from cop.guidance.core.topics import LESSON, OFFICES, Topic

CHARACTERS_A_WORD = 1.7  # Chinese is counted in characters, divided by this
_HAN = re.compile(r"[\u4e00-\u9fff]")
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_END = re.compile(r"(?<=[.!?؟…])[\"»”’)]*\s+|(?<=[。！？])[”’」』）]*")


@dataclass(frozen=True)
class Bounds:
    """What a text of a group keeps: words in all, words of a sentence at most and on average, and the share of hard words."""

    least: int
    most: int
    longest: int
    average: float
    hard: float


# Words for English; a language's own sentences run longer or shorter by its factor below.
BOUNDS = {
    "5-8": Bounds(120, 180, 14, 9, 0.03),
    "9-12": Bounds(150, 280, 19, 12, 0.03),
    "13-17": Bounds(200, 380, 23, 14, 0.05),
    "parents": Bounds(250, 450, 28, 17, 0.08),
    "educators": Bounds(250, 450, 28, 17, 0.10),
    "policy": Bounds(250, 450, 31, 19, 0.14),
    "industry": Bounds(250, 450, 31, 19, 0.14),
}
SENTENCE_FACTOR = {"en": 1.0, "fr": 1.25, "es": 1.25, "ar": 1.1, "ru": 1.05, "zh-hans": 1.2}
HARD_FROM = {"en": 12, "fr": 13, "es": 13, "ar": 10, "ru": 14}


@lru_cache
def _lists() -> Mapping[str, Any]:
    lists: Mapping[str, Any] = read_yaml(PACKAGE / "guidance" / "data" / "wording.yaml")
    return lists


def stop_words(language: str) -> tuple[str, ...]:
    """The commonest words of a language, which tell languages apart and are left out of searches."""
    return tuple(_lists()["stop_words"].get(language, "").split())


def asking_words(language: str) -> tuple[str, ...]:
    """Words of questions in a language, which searches leave out too."""
    return tuple(_lists()["asking"].get(language, "").split())


def speakers(language: str) -> dict[str, str]:
    """Words that tell who is asking, by audience: a parent says `my son`, a teacher `my class`."""
    return dict(_lists()["speakers"].get(language, {}))


def words_of(text: str, language: str) -> list[str]:
    """The words of a text; in Chinese its characters and the words in other letters."""
    if language == "zh-hans":
        return _HAN.findall(text) + _WORD.findall(_HAN.sub(" ", text))
    return _WORD.findall(text)


def count_words(text: str, language: str) -> int:
    """How long a text is in words; Chinese characters are divided by 1.7."""
    if language == "zh-hans":
        others = _WORD.findall(_HAN.sub(" ", text))
        return round(len(_HAN.findall(text)) / CHARACTERS_A_WORD) + len(others)
    return len(_WORD.findall(text))


def sentences(passage: str) -> list[str]:
    """The sentences of a passage."""
    return [part.strip() for part in _END.split(passage) if part and part.strip()]


def is_hard(word: str, language: str) -> bool:
    """Is a word hard to read? By its letters; in Chinese a character outside the 3,755 most used of GB 2312."""
    if language == "zh-hans":
        try:
            return not 0xB0 <= word[0].encode("gb2312")[0] <= 0xD7
        except UnicodeEncodeError:
            return True
    letters = [sign for sign in unicodedata.normalize("NFKD", word) if sign.isalpha()]
    return len(letters) >= HARD_FROM.get(language, 14)


def minutes_to_read(text: Text, topic: Topic, language: str) -> int:
    """Minutes to read a text: aloud from 5 to 8 (60 words a minute), else in silence (100, 150, and 180 for adults)."""
    speed = {"5-8": 60, "9-12": 100, "13-17": 150}.get(topic.group, 180)
    return max(1, -(-count_words(" ".join(text.passages), language) // speed))


def faults_of(text: Text, topic: Topic, language: str) -> Iterator[Fault]:
    """Where a text leaves the measures of its group and language; each line names file and measure. Its shape and what is never
    said are looked at when its pack is read."""
    bounds, factor = BOUNDS[topic.group], SENTENCE_FACTOR.get(language, 1.2)
    length = sum(count_words(passage, language) for passage in text.passages)
    if not bounds.least <= length <= bounds.most:
        yield Fault(text.file, 0, f"has {length} words, not {bounds.least} to {bounds.most}")
    spoken = [s for passage in (*text.passages, *passages_of(text, LESSON)) for s in sentences(passage)]
    lengths = [count_words(s, language) for s in spoken]
    for sentence, long in zip(spoken, lengths, strict=True):
        if long > bounds.longest * factor:
            yield Fault(text.file, 0, f"a sentence of {long} words, more than {bounds.longest * factor:.0f}: {sentence[:70]}")
    if (average := sum(lengths) / len(lengths)) > bounds.average * factor:
        yield Fault(text.file, 0, f"{average:.1f} words a sentence, more than {bounds.average * factor:.1f}")
    vocabulary = words_of(" ".join(text.passages), language)
    hard = sum(is_hard(word, language) for word in vocabulary) / len(vocabulary)
    if hard > bounds.hard:
        yield Fault(text.file, 0, f"{hard:.0%} hard words, more than {bounds.hard:.0%}")
    yield from foreign(text, language)


def shape_faults(text: Text, topic: Topic) -> Iterator[Fault]:
    """Where a text has not the shape of its readers' topics: short head, steps first and now, one way to help, a lesson or none."""
    if len(text.title) > 70 or len(text.answer) > 190:
        yield Fault(text.file, 1, "title over 70 or answer over 190 signs")
    helps = sum(span.target == HELP for span in text.spans("tell"))
    if topic.audience not in OFFICES and (helps != 1 or text.targets.count(HELP) != 1):
        yield Fault(text.file, 0, "must lead to help exactly once, in the part tell")
    for name, least, most in (("first", 1, 3), ("now", 3, 6)):
        steps = sum(len(block.items) for block in text.parts[name] if block.kind == "steps")
        if not least <= steps <= most:
            yield Fault(text.file, text.parts[name][0].line, f"the part {name} has {steps} steps, not {least} to {most}")
    if (topic.audience == "educators") != bool(text.lesson):
        yield Fault(text.file, 0, "a lesson belongs to educators' topics, and to each of them")


def never_said(text: Text, topic: Topic, language: str) -> Iterator[Fault]:
    """Wordings of the never-say list of this language that the text holds."""
    lists = _lists()["never"].get(language, {})
    patterns = [*lists.get("all", ()), *lists.get("children" if topic.audience == "children" else "adults", ())]
    patterns += lists.get(topic.band, ()) if topic.band else ()
    for passage in (text.title, text.answer, *passages_of(text, *text.parts)):
        for pattern in patterns:
            if found := re.search(pattern, passage, re.IGNORECASE):
                yield Fault(text.file, 0, f"says {found[0]!r}, which is on the never-say list: {passage[:60]}")


def foreign(text: Text, language: str) -> Iterator[Fault]:
    """Sentences that are in another language than the file: by script, and by stop words among those in Latin letters."""
    for passage in (text.title, *text.passages, *passages_of(text, LESSON)):
        for sentence in sentences(passage):
            if spoken := language_of(sentence, language):
                yield Fault(text.file, 0, f"a sentence reads as {spoken}: {sentence[:60]}")


_SCRIPTS = {"ar": "ARABIC", "ru": "CYRILLIC", "zh-hans": "CJK", "en": "LATIN", "fr": "LATIN", "es": "LATIN"}


def language_of(sentence: str, expected: str) -> str:
    """The language or script that a sentence reads as where that is not `expected`; empty where it may be that language."""
    wanted = _SCRIPTS.get(expected)
    letters = [sign for sign in sentence if sign.isalpha()]
    if wanted is None or not letters:
        return ""
    share = sum(unicodedata.name(sign, "").startswith(wanted) for sign in letters) / len(letters)
    if share < 0.7:
        return "another script"
    if wanted != "LATIN":
        return ""
    held = [word.casefold() for word in _WORD.findall(sentence.replace("'", " ").replace("’", " "))]
    counts = {code: sum(word in stop_words(code) for word in held) for code, script in _SCRIPTS.items() if script == "LATIN"}
    best = max(counts, key=lambda code: counts[code])
    return best if best != expected and counts[best] >= 2 and counts[best] > 1.5 * counts[expected] else ""


def shared(first: Text, second: Text) -> float:
    """The share (0 to 1) of the sentences of the shorter of two texts that the other has too."""
    one, two = ({s.casefold() for passage in text.passages for s in sentences(passage)} for text in (first, second))
    return len(one & two) / min(len(one), len(two))


def unlike(text: Text, other: Text) -> Iterator[Fault]:
    """Where a translation differs from another language of the same topic in steps, numbers, links, or the kinds of blocks."""
    for what, mine, its in (
        ("steps", text.steps, other.steps),
        ("links", sorted(text.targets), sorted(other.targets)),
        ("numbers", _numbers(text), _numbers(other)),
        ("blocks", _blocks(text), _blocks(other)),
    ):
        if mine != its:
            yield Fault(text.file, 0, f"its {what} are {mine}, those of {other.file} are {its}")


def _numbers(text: Text) -> list[str]:
    found = [
        number for passage in (text.title, text.answer, *passages_of(text, *text.parts)) for number in re.findall(r"\d+", passage)
    ]
    return sorted(found)


def _blocks(text: Text) -> list[str]:
    return [
        f"{name}:{block.kind}{len(block.items) if block.kind != 'paragraph' else ''}"
        for name, part in text.parts.items()
        for block in part
    ]
