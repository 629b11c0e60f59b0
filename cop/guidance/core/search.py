"""Search in guidance, in six languages: stems, Arabic letters made alike, Chinese by pairs of signs, help with spelling."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import DamerauLevenshtein

from cop.ground.core.door import Reference
from cop.guidance.core.measures import asking_words, speakers, stop_words
from cop.guidance.core.texts import Text, passages_of
from cop.guidance.core.topics import LESSON

MOST_SIGNS = 200
STEMMERS = {"en": "english", "fr": "french", "es": "spanish", "ar": "arabic", "ru": "russian"}
# How much a word counts by where it stands, and the two constants of BM25 (Robertson and Zaragoza 2009, paragraph 3.4).
WEIGHTS = {"title": 2.0, "search": 2.0, "answer": 1.5, "body": 1.0}
K1, B = 1.6, 0.6
GUESSED = 0.6  # a word reached by spelling help counts less
NAMED = 0.8  # a topic whose whole title is typed counts so much more
DOUBTED = 0.4  # the same for a word whose stem is known, but that nobody wrote like this
SPOKEN_FOR = 1.3  # topics for the reader that the words of a question give away count more
_HAN = re.compile(r"[\u3400-\u9fff]+")
_WORD = re.compile(r"[^\W_]+")
_SHORT_I = "\ue000"  # stands in for the Russian letter whose mark is no accent
_ALIKE = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي", "ـ": None, "ё": "е"})


@dataclass(frozen=True)
class Found:
    """A topic that a search found, and how well it fits (higher is better; compare within one search only)."""

    slug: str
    score: float


@dataclass(frozen=True)
class Finding:
    """What a search gave: topics, best first; `guessed` maps words that no text has to words that were looked for instead.

    `understood` is false where nothing but stop words or signs was typed.
    """

    found: tuple[Found, ...]
    guessed: tuple[tuple[str, str], ...]
    understood: bool


def plain(text: str) -> str:
    """`text` with letters made alike: compatibility forms, case, accents and Arabic vowel signs don't count."""
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_ALIKE)
    bare = "".join(sign for sign in unicodedata.normalize("NFD", folded.replace("й", _SHORT_I)) if not unicodedata.combining(sign))
    return bare.replace(_SHORT_I, "й")


@lru_cache(maxsize=16)
def _stemmer(code: str) -> Callable[[str], str] | None:
    if code not in STEMMERS:
        return None
    import snowballstemmer  # noqa: PLC0415 slow: only where something is searched

    return lru_cache(maxsize=20_000)(snowballstemmer.stemmer(STEMMERS[code]).stemWord)


@lru_cache(maxsize=16)
def _stops(code: str) -> frozenset[str]:
    return frozenset(plain(word) for word in (*stop_words(code), *asking_words(code)))


def terms(text: str, code: str) -> list[tuple[str, str]]:
    """The terms of a text as (term, as written): stems without stop words; of Chinese runs, every pair of signs."""
    stem, stops = _stemmer(code), _stops(code)
    found = []
    for word in _WORD.findall(plain(text)):
        rest = word
        for run in _HAN.findall(word):
            rest = rest.replace(run, " ")
            pairs = [run[n : n + 2] for n in range(len(run) - 1)] or [run]
            found += [(pair, pair) for pair in pairs if pair not in stops]
        for part in rest.split():
            bare = part.removeprefix("و") if code == "ar" and len(part) > 4 else part
            if bare not in stops and part not in stops:
                found.append((plain(stem(bare)) if stem else bare, bare))
    return found


def sound(pair: str) -> str:
    """How a pair of Chinese signs is typed in pinyin, without tones; a rare sign stands for itself."""
    return " ".join(_sounds().get(sign, sign) for sign in pair)


@lru_cache
def _sounds() -> Mapping[str, str]:
    table = Reference().table("guidance", "chinese_sounds")
    return {sign: row["syllable"] for row in table for sign in row["signs"]}


class Index:
    """The texts of one language, ready to be searched. `texts` are pairs of audience and text."""

    def __init__(self, texts: Iterable[tuple[str, Text]], code: str) -> None:
        self.code = code
        self._audiences: dict[str, str] = {}
        self._titles: dict[str, set[str]] = {}
        self._speakers = {audience: {term for term, _ in terms(words, code)} for audience, words in speakers(code).items()}
        self._weights: dict[str, dict[str, float]] = {}
        self._lengths: dict[str, float] = {}
        self._spellings: dict[str, str] = {}
        for audience, text in texts:
            self._audiences[text.slug] = audience
            self._titles[text.slug] = {term for term, _ in terms(text.title, code)}
            fields = {
                "title": text.title, "search": text.search, "answer": text.answer,
                "body": " ".join(passages_of(text, *(part for part in text.parts if part != LESSON))),
            }  # fmt: skip
            counts: defaultdict[str, float] = defaultdict(float)
            for field, words in fields.items():
                for term, written in terms(words, code):
                    counts[term] += WEIGHTS[field]
                    self._spellings.setdefault(written, term)
            self._lengths[text.slug] = sum(counts.values())
            for term, weight in counts.items():
                self._weights.setdefault(term, {})[text.slug] = weight
        self._sounds = {sound(pair): pair for pair in sorted(self._weights) if _HAN.fullmatch(pair) and len(pair) == 2}
        self._average = sum(self._lengths.values()) / max(1, len(self._lengths))

    def search(self, query: str) -> Finding:
        """The topics that fit `query`, of which the first 200 signs count."""
        asked = terms(query[:MOST_SIGNS], self.code)
        scores: defaultdict[str, float] = defaultdict(float)
        guessed = []
        for term, written in dict.fromkeys(asked):
            known = term in self._weights
            if known:
                self._add(scores, term, 1.0)
            near = [] if written in self._spellings else [word for word in self._near(written) if self._spellings[word] != term]
            for word in near:
                self._add(scores, self._spellings[word], DOUBTED if known else GUESSED)
            if near and not known and not _HAN.fullmatch(written):  # a pair of signs may cross two words: naming it would puzzle
                guessed.append((written, near[0]))
        said = {term for term, _ in asked}
        for slug in scores:
            named = len(said & self._titles[slug]) / max(1, len(self._titles[slug]))
            scores[slug] *= 1 + NAMED * named**2
        likely = max(self._speakers, key=lambda audience: len(said & self._speakers[audience]), default="")
        if likely and said & self._speakers[likely]:
            for slug in scores:
                scores[slug] *= SPOKEN_FOR if self._audiences[slug] == likely else 1.0
        found = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
        return Finding(tuple(Found(slug, score) for slug, score in found), tuple(guessed), bool(asked))

    def _add(self, scores: defaultdict[str, float], term: str, share: float) -> None:
        """Adds what `term` says for each text that has it (BM25), times `share`."""
        holders = self._weights[term]
        rarity = math.log(1 + (len(self._lengths) - len(holders) + 0.5) / (len(holders) + 0.5))
        for slug, weight in holders.items():
            long = 1 - B + B * self._lengths[slug] / self._average
            scores[slug] += share * rarity * weight * (K1 + 1) / (weight + K1 * long)

    def _near(self, word: str) -> list[str]:
        """The known words that are fewest slips away, three at most: one slip from four letters, two from eight; of a pair of
        Chinese signs, the one that sounds alike."""
        if _HAN.fullmatch(word):
            return [self._sounds[sound(word)]] if len(word) == 2 and sound(word) in self._sounds else []
        allowed = 0 if len(word) < 4 else 1 if len(word) < 8 else 2
        found: list[tuple[int, int, str]] = []
        for known, term in self._spellings.items():
            if allowed and abs(len(known) - len(word)) <= allowed:
                slips = DamerauLevenshtein.distance(word, known, score_cutoff=allowed)
                if slips <= allowed:
                    found.append((slips, -len(self._weights[term]), known))
        fewest = min(found, default=(0, 0, ""))[0]
        return [known for slips, _, known in sorted(found) if slips == fewest][:3]
