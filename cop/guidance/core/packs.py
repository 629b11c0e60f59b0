"""Packs of guidance: the centre's own and those that an operator puts into the data folder, read whole or not at all."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from cop.ground.core.door import BY_CODE, LANGUAGES, PACKAGE, TAG
from cop.guidance.core.measures import never_said, shape_faults
from cop.guidance.core.texts import HELP, Fault, Text, control_signs, read_text
from cop.guidance.core.topics import AUDIENCES, BANDS, DRAWINGS, LESSON, PILLARS, RISKS, Source, Topic

BUILT_IN = PACKAGE / "guidance" / "data" / "pack"
TOPIC_COLUMNS = ("slug", "audience", "band", "risk", "pillar", "sensitive", "drawing", "first_aid", "related", "sources")
SOURCE_COLUMNS = ("id", "title", "producer", "year", "url", "note")
RESERVED = (HELP, "all", "whole", *AUDIENCES)  # these stand in addresses for something else
MOST_BYTES = 500_000  # of one file of a pack
_SLUG = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")


@dataclass(frozen=True)
class Tongue:
    """A language that guidance is written in. `interface` is the one of the six languages that surrounds the text."""

    code: str
    name: str
    dir: str
    interface: str


SIX = {language.code: Tongue(language.code, language.name, language.dir, language.code) for language in LANGUAGES}


@dataclass(frozen=True)
class Pack:
    """One pack as read from its folder. `texts` maps language and slug to a text. A pack with faults is not used."""

    name: str
    title: str
    producer: str
    licence: str
    edition: str
    review_by: date
    tongues: Mapping[str, Tongue]
    topics: tuple[Topic, ...]
    sources: Mapping[str, Source]
    texts: Mapping[tuple[str, str], Text]
    faults: tuple[Fault, ...] = ()
    files: tuple[Path, ...] = field(default=(), compare=False)


def pack_folders(data: Path | None) -> list[Path]:
    """The operator's packs in the data folder, by name: folders below `packs` that hold a pack.toml."""
    if data is None:
        return []
    return sorted(path.parent for path in (data / "packs").glob("*/pack.toml"))


def read_pack(folder: Path, known: Iterable[Topic] = (), known_sources: Mapping[str, Source] | None = None) -> Pack:
    """The pack in `folder`. `known` are the topics that it adds to or replaces. Its faults name file and line.

    Whatever goes wrong inside a pack is a fault of that pack: it never takes down what does not depend on it.
    """
    try:
        return _read_pack(folder, known, known_sources)
    except Exception as error:
        fault = Fault(f"{folder.name}/pack.toml", 0, f"the pack can't be read: {type(error).__name__}: {str(error)[:100]}")
        return Pack(folder.name, folder.name, "", "", "", date.min, dict(SIX), (), {}, {}, (fault,))


def _text_of(path: Path) -> str:
    """What a file of a pack holds. Raises OSError for anything but a plain file of reasonable size, UnicodeDecodeError else."""
    if not path.is_file() or path.stat().st_size > MOST_BYTES:
        raise OSError(f"{path.name} is no plain file of at most {MOST_BYTES} bytes")
    return path.read_text(encoding="utf-8")


def _read_pack(folder: Path, known: Iterable[Topic] = (), known_sources: Mapping[str, Source] | None = None) -> Pack:
    faults: list[Fault] = []
    head, tongues = _read_head(folder, faults)
    sources = {row["id"]: Source(**row) for _, row in _rows(folder, "sources.csv", SOURCE_COLUMNS, faults) if row["id"]}
    faults += [
        Fault("sources.csv", 0, f"the address of {s.id} must begin with https://") for s in sources.values() if not _is_safe(s.url)
    ]
    everywhere = dict(known_sources or {}) | sources
    topics = []
    for line, row in _rows(folder, "topics.csv", TOPIC_COLUMNS, faults):
        says = list(_wrong_with(row, everywhere))
        faults += [Fault("topics.csv", line, each) for each in says]
        if not says:
            topics.append(_topic(row, folder.name))
    repeated = {t.slug for n, t in enumerate(topics) if t.slug in {other.slug for other in topics[:n]}}
    faults += [Fault("topics.csv", 0, f"{slug} stands twice") for slug in sorted(repeated)]
    before = {topic.slug: topic for topic in known}
    faults += [
        Fault("topics.csv", 0, f"{topic.slug} is a topic for {before[topic.slug].group}; another reader needs another slug")
        for topic in topics if topic.slug in before and before[topic.slug].group != topic.group
    ]  # fmt: skip
    reachable = before | {topic.slug: topic for topic in topics}
    faults += [
        Fault("topics.csv", 0, f"{topic.slug} relates to {other}, which does not exist")
        for topic in topics for other in topic.related if other not in reachable
    ]  # fmt: skip
    texts, files = _texts(folder, tongues, reachable, faults)
    faults += [
        Fault(f"{topic.slug}", 0, "has a row in topics.csv and no text in any language")
        for topic in topics if not any((code, topic.slug) in texts for code in tongues)
    ]  # fmt: skip
    latest = max((text.written for text in texts.values()), default=date.min)
    if head.get("review_by", date.max) <= latest:
        faults.append(Fault("pack.toml", 0, f"review_by {head['review_by']} does not lie after {latest}, when a text was written"))
    faults = [Fault(f"{folder.name}/{fault.file}", fault.line, fault.says) for fault in faults]
    return Pack(
        folder.name, str(head.get("title", folder.name)), str(head.get("producer", "")), str(head.get("licence", "")),
        str(head.get("edition", "")), head.get("review_by", date.min), tongues, tuple(topics), sources, texts,
        tuple(faults), tuple(files),
    )  # fmt: skip


def _is_safe(url: str) -> bool:
    return url.startswith("https://") and not re.search(r"[\s\"'<>]", url)


def _read_head(folder: Path, faults: list[Fault]) -> tuple[dict[str, Any], dict[str, Tongue]]:
    tongues = dict(SIX)
    try:
        head = tomllib.loads(_text_of(folder / "pack.toml"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        faults.append(Fault("pack.toml", 0, f"can't be read: {error}"))
        return {}, tongues
    faults += [
        Fault("pack.toml", 0, f"lacks {name}")
        for name in ("title", "producer", "licence", "edition", "review_by")
        if not head.get(name)
    ]
    try:
        head["review_by"] = date.fromisoformat(str(head.get("review_by", "")))
    except ValueError:
        faults.append(Fault("pack.toml", 0, f"review_by is {head.get('review_by')!r}, which is no date such as 2027-11-22"))
        head["review_by"] = date.min
    faults += [Fault("pack.toml", 0, f"{name} holds a control sign") for name, value in head.items() if control_signs(str(value))]
    languages = head.get("languages", {})
    for code, given in languages.items() if isinstance(languages, dict) else ():
        one = given if isinstance(given, dict) else {}
        name, way, interface = (str(one.get(key, "")) for key in ("name", "dir", "interface"))
        if not re.fullmatch(TAG, code) or code in BY_CODE or not name or way not in ("ltr", "rtl") or interface not in BY_CODE:
            says = f"the language {code!r} needs a code beyond the six, name, dir (ltr, rtl), interface ({', '.join(BY_CODE)})"
            faults.append(Fault("pack.toml", 0, says))
            continue
        tongues[code] = Tongue(code, name, way, interface)
    return head, tongues


def _rows(folder: Path, name: str, columns: tuple[str, ...], faults: list[Fault]) -> Iterator[tuple[int, dict[str, str]]]:
    path = folder / name
    if not path.exists():
        return
    try:
        lines = list(csv.reader(_text_of(path).splitlines()))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        faults.append(Fault(name, 0, f"can't be read: {error}"))
        return
    if not lines or tuple(lines[0]) != columns:
        faults.append(Fault(name, 1, f"the columns are not {', '.join(columns)}"))
        return
    for number, line in enumerate(lines[1:], start=2):
        if len(line) != len(columns):
            faults.append(Fault(name, number, f"has {len(line)} cells, not {len(columns)}"))
            continue
        if any(control_signs(cell) for cell in line):
            faults.append(Fault(name, number, "holds a control sign"))
            continue
        yield number, dict(zip(columns, line, strict=True))


def _wrong_with(row: dict[str, str], sources: Mapping[str, Source]) -> Iterator[str]:
    if not _SLUG.fullmatch(row["slug"]) or row["slug"] in RESERVED:
        yield f"{row['slug']!r} is no name for an address: small letters, digits and hyphens, and no name of a guide"
    allowed: dict[str, Iterable[str]] = {
        "audience": AUDIENCES, "risk": RISKS, "pillar": PILLARS, "drawing": DRAWINGS, "sensitive": "01", "first_aid": "01",
    }  # fmt: skip
    for column, choices in allowed.items():
        if row[column] not in tuple(choices):
            yield f"column {column}: {row[column]!r} is not one of {', '.join(choices)}"
    if (row["audience"] == "children") != (row["band"] in BANDS) or (row["band"] and row["band"] not in BANDS):
        yield f"column band: {row['band']!r} does not fit; a children's topic has one of {', '.join(BANDS)}, another has none"
    for source in row["sources"].split():
        if source not in sources:
            yield f"column sources: {source!r} is not in sources.csv"


def _topic(row: dict[str, str], pack: str) -> Topic:
    return Topic(
        row["slug"], row["audience"], row["band"], row["risk"], row["pillar"], row["sensitive"] == "1", row["drawing"],
        row["first_aid"] == "1", tuple(row["related"].split()), tuple(row["sources"].split()), pack,
    )  # fmt: skip


def _texts(
    folder: Path, tongues: Mapping[str, Tongue], topics: Mapping[str, Topic], faults: list[Fault]
) -> tuple[dict[tuple[str, str], Text], list[Path]]:
    found: dict[tuple[str, str], Text] = {}
    files = sorted(folder.glob("*/*.md"))
    for path in files:
        code, slug = path.parent.name, path.stem
        name = f"{code}/{path.name}"
        if code not in tongues or slug not in topics:
            faults.append(Fault(name, 0, "is in no known language" if code not in tongues else "has no row in topics.csv"))
            continue
        try:
            source = _text_of(path)
        except (OSError, UnicodeDecodeError) as error:
            faults.append(Fault(name, 0, f"can't be read: {error}"))
            continue
        text, wrong = read_text(slug, name, source)
        faults += wrong
        if text is not None:
            faults += _links(text, topics)
            if folder != BUILT_IN:  # tests hold our own texts to all measures
                faults += [*shape_faults(text, topics[slug]), *never_said(text, topics[slug], code)]
            found[code, slug] = text
    return found, files


def _links(text: Text, topics: Mapping[str, Topic]) -> Iterator[Fault]:
    topic = topics[text.slug]
    for name, blocks in text.parts.items():
        for block in blocks:
            for span in (span for item in block.items for span in item if span.target):
                other = topics.get(span.target)
                if span.target != HELP and (other is None or other.audience != topic.audience):
                    yield Fault(
                        text.file, block.line, f"leads to {span.target!r}, which is no topic of the same audience (part {name})"
                    )
    if LESSON in text.parts and sum(sum(block.minutes) for block in text.lesson) != 20:
        yield Fault(text.file, text.lesson[0].line, "the minutes of the lesson are not 20 together")
