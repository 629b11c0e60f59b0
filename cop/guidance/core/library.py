"""All guidance in use: the centre's own pack with the operator's packs over it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from cop.ground.core.door import Words
from cop.guidance.core.packs import BUILT_IN, SIX, Pack, Tongue, pack_folders, read_pack
from cop.guidance.core.texts import Fault, Text
from cop.guidance.core.topics import AUDIENCES, BANDS, Source, Topic


@dataclass(frozen=True)
class Guide:
    """The topics of one reader group in reading order. `name` is an age band or an audience; `path` follows `guidance/`."""

    name: str
    audience: str
    topics: tuple[Topic, ...]

    @property
    def path(self) -> str:
        return f"{self.audience}/{self.name}/" if self.audience != self.name else f"{self.audience}/"

    @property
    def label(self) -> str:
        """Its name for readers, to be translated."""
        return BANDS.get(self.name) or AUDIENCES[self.name]


@dataclass(frozen=True)
class Shown:
    """A text as it may be shown under an address: `tongue` is its own language, which is another one where it stands in for a
    missing text."""

    topic: Topic
    text: Text
    tongue: Tongue
    pack: Pack
    missing: bool


class Library:
    """Topics and texts of every pack that is whole. An operator's pack with a fault is left out as a whole."""

    def __init__(self, packs: tuple[Pack, ...]) -> None:
        self.packs = tuple(pack for pack in packs if not pack.faults)
        self.refused = tuple(pack for pack in packs if pack.faults)
        self.tongues: dict[str, Tongue] = {code: t for pack in self.packs for code, t in pack.tongues.items()} or dict(SIX)
        self.sources: dict[str, Source] = {key: source for pack in self.packs for key, source in pack.sources.items()}
        self.topics: dict[str, Topic] = {topic.slug: topic for pack in self.packs for topic in pack.topics}
        self._texts = {key: (text, pack) for pack in self.packs for key, text in pack.texts.items()}

    @property
    def faults(self) -> tuple[Fault, ...]:
        return tuple(fault for pack in self.refused for fault in pack.faults)

    @cached_property
    def guides(self) -> dict[str, Guide]:
        """The seven guides by name: three age bands, then the other audiences."""
        groups = [(band, "children") for band in BANDS] + [(audience, audience) for audience in AUDIENCES if audience != "children"]
        return {name: Guide(name, audience, tuple(t for t in self.topics.values() if t.group == name)) for name, audience in groups}

    def show(self, slug: str, code: str) -> Shown:
        """The text of a topic for readers of the language `code`. Where it is missing, the text in the language of the
        interface, in English, or in the first language that has it stands in, and says so. Raises KeyError for an unknown topic."""
        topic = self.topics[slug]
        for other in dict.fromkeys((code, self.tongues[code].interface, "en", *self.tongues)):
            if (other, slug) in self._texts:
                text, pack = self._texts[other, slug]
                return Shown(topic, text, self.tongues[other], pack, other != code)
        raise KeyError(slug)

    def has(self, slug: str, code: str) -> bool:
        """Is there a text of the topic in this very language?"""
        return (code, slug) in self._texts

    def all_of(self, code: str) -> Iterator[Shown]:
        """Every text of a language, in reading order; missing ones are left out."""
        return (
            self.show(topic.slug, code) for guide in self.guides.values() for topic in guide.topics if self.has(topic.slug, code)
        )

    def sources_of(self, topic: Topic) -> tuple[Source, ...]:
        return tuple(self.sources[key] for key in topic.sources)


def status(shown: Shown, t: Words) -> str:
    """Who wrote a text and when, whether a specialist has read it, when it is looked at again, and its licence, in one line."""
    text = shown.text
    said = [t("Written by %(producer)s, %(date)s.", producer=t.isolate(shown.pack.producer), date=t.date(text.written))]
    if text.reviewed_by and text.reviewed_on:
        said.append(t("Reviewed by %(person)s, %(date)s.", person=t.isolate(text.reviewed_by), date=t.date(text.reviewed_on)))
    else:
        said.append(t("No national specialist has reviewed it yet."))
    said.append(t("Next review by %(date)s.", date=t.date(shown.pack.review_by)))
    said.append(f"{t('Licence:')} {t.isolate(shown.pack.licence)}")
    return t.space.join(said)


@lru_cache(maxsize=1)
def _built_in() -> Pack:
    """The centre's own pack, read once a process: it changes with the program only."""
    return read_pack(BUILT_IN)


def read_library(data: Path | None = None) -> Library:
    """The centre's own guidance with the operator's packs of the data folder over it, by name."""
    packs = [_built_in()]
    for folder in pack_folders(data):
        whole = [pack for pack in packs if not pack.faults]
        known = {topic.slug: topic for pack in whole for topic in pack.topics}
        packs.append(read_pack(folder, known.values(), {key: source for pack in whole for key, source in pack.sources.items()}))
    return Library(tuple(packs))
