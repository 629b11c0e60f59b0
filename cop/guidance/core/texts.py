"""The text of a topic in one language: a small file with a head and four parts, read strictly.

Head between two lines `---`: title, answer, search (everyday words that lead here, not shown), written, and where somebody reviewed
it reviewed_by and reviewed_on. Then parts, each begun by `# name`: paragraphs of one line, numbered steps, bullets `- `, and links
`[words](target)` to `help` or to another topic. Nothing else: no HTML, no address, no telephone number. Each fault is named with
file and line.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from cop.guidance.core.topics import LESSON, PARTS

HELP = "help"
MOST_SIGNS = 20_000
_HEAD = {"title", "answer", "search", "written", "reviewed_by", "reviewed_on"}
_LINK = re.compile(r"\[([^\[\]]+)\]\(([a-z0-9-]+)\)")
_HARMONISED = re.compile(r"(?<![\d+])(?<!\d[ ./-])116 111(?![ ./-]?\d)")  # the number reserved for child helplines may be spoken of
_JOINERS = "\u200c\u200d\u00ad"
_DATED = re.compile(r"(?:written|reviewed_on): [\d-]*")
_STEP = re.compile(r"(\d{1,3})\. (.+)")
_MINUTES = re.compile(r"(\d{1,3}) \| (.+)")
_NUMBER = re.compile(r"\d(?:[^\w\n]{0,3}\d){5,}|(?<!\d)(?!(?:19|20)\d\d(?!\d))\d{3,}")
_ADDRESS = re.compile(r"https?:|www\.|//|@|\w\.(?:com|org|net|int|gov|info|io|app|example)\b")
_REFUSED = (
    (re.compile(r"<|&[#a-zA-Z0-9]+;"), "HTML is not allowed"),
    (_ADDRESS, "addresses of sites are not allowed; sources stand in sources.csv"),
    (_NUMBER, "telephone numbers are not allowed; the help page has them"),
    (re.compile(r"\*\*|__|`|\]\(|\[|\]"), "only links written [words](target) are allowed"),
)


@dataclass(frozen=True)
class Fault:
    """What is wrong in a file, with its line (0: the whole file)."""

    file: str
    line: int
    says: str

    def __str__(self) -> str:
        return f"{self.file} line {self.line}: {self.says}" if self.line else f"{self.file}: {self.says}"


@dataclass(frozen=True)
class Span:
    """A run of words; `target` is `help`, a topic, or empty."""

    words: str
    target: str = ""


@dataclass(frozen=True)
class Block:
    """A paragraph (one item), steps or bullets. `minutes` goes with the steps of a lesson."""

    kind: str
    items: tuple[tuple[Span, ...], ...]
    line: int
    minutes: tuple[int, ...] = ()


@dataclass(frozen=True)
class Text:
    """A topic in one language. `parts` maps first, looks, now, tell (and lesson, for educators) to blocks in reading order."""

    slug: str
    file: str
    title: str
    answer: str
    search: str
    written: date
    reviewed_by: str
    reviewed_on: date | None
    parts: dict[str, tuple[Block, ...]]

    def spans(self, *parts: str) -> Iterator[Span]:
        """Every span of the given parts, all parts when none is given."""
        for name in parts or tuple(self.parts):
            for block in self.parts.get(name, ()):
                for item in block.items:
                    yield from item

    @property
    def passages(self) -> tuple[str, ...]:
        """The answer and every paragraph, step and bullet of the four parts as plain words; the lesson is apart."""
        return (self.answer, *passages_of(self, *PARTS))

    @property
    def lesson(self) -> tuple[Block, ...]:
        return self.parts.get(LESSON, ())

    @property
    def steps(self) -> int:
        """How many numbered steps it has, lesson included."""
        return sum(len(block.items) for blocks in self.parts.values() for block in blocks if block.kind in ("steps", "minutes"))

    @property
    def targets(self) -> tuple[str, ...]:
        """Where its links lead, in reading order."""
        return tuple(span.target for span in self.spans() if span.target)


def control_signs(text: str) -> str:
    """The first sign that can't be seen or turns lines round; empty where there is none. Joiners of letters are fine."""
    return next(
        (sign for sign in text if sign not in _JOINERS and unicodedata.category(sign) in ("Cc", "Cf", "Co", "Cn", "Cs")), ""
    )


def passages_of(text: Text, *parts: str) -> tuple[str, ...]:
    """Each paragraph, step and bullet of the parts as plain words, in reading order."""
    return tuple(
        "".join(span.words for span in item) for name in parts for block in text.parts.get(name, ()) for item in block.items
    )


def read_text(slug: str, file: str, source: str) -> tuple[Text | None, list[Fault]]:
    """The text in `source`, or None with every fault found. `file` is the name used in faults."""
    if len(source) > MOST_SIGNS:
        return None, [Fault(file, 0, f"is longer than {MOST_SIGNS} signs")]
    lines = source.replace("\r\n", "\n").rstrip("\n").split("\n")
    faults: list[Fault] = []
    for number, line in enumerate(lines, start=1):
        bare = (
            ""
            if _DATED.fullmatch(line) or line.startswith("search: ")
            else _HARMONISED.sub("", _LINK.sub(lambda found: found[1], line))
        )
        faults += [Fault(file, number, says) for pattern, says in _REFUSED if pattern.search(bare)]
        if control_signs(line):
            faults.append(Fault(file, number, "control signs are not allowed"))
    head, begins = _head(file, lines, faults)
    parts = _parts(file, lines, begins, faults)
    faults += [Fault(file, 0, f"lacks the part {name}") for name in PARTS if not parts.get(name)]
    if faults:
        return None, faults
    reviewed_on = date.fromisoformat(head["reviewed_on"]) if head.get("reviewed_on") else None
    written = date.fromisoformat(head["written"])
    return Text(
        slug, file, head["title"], head["answer"], head.get("search", ""), written, head.get("reviewed_by", ""), reviewed_on, parts
    ), []


def _head(file: str, lines: list[str], faults: list[Fault]) -> tuple[dict[str, str], int]:
    head: dict[str, str] = {}
    if lines[0] != "---" or "---" not in lines[1:]:
        faults.append(Fault(file, 1, "must begin with a head between two lines ---"))
        return head, len(lines)
    end = lines.index("---", 1)
    for number, line in enumerate(lines[1:end], start=2):
        name, colon, value = line.partition(": ")
        if not colon or name not in _HEAD or name in head or not value.strip():
            faults.append(Fault(file, number, f"write one of {', '.join(sorted(_HEAD))}, a colon and a value"))
            continue
        head[name] = value.strip()
        if name in ("written", "reviewed_on") and not _is_day(head[name]):
            faults.append(Fault(file, number, f"{name} is {head[name]!r}, which is no date such as 2026-11-22"))
    faults += [Fault(file, 1, f"lacks {name}") for name in ("title", "answer", "written") if name not in head]
    if ("reviewed_by" in head) != ("reviewed_on" in head):
        faults.append(Fault(file, 1, "reviewed_by and reviewed_on go together"))
    return head, end + 1


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text)) and len(text) == 10
    except ValueError:
        return False


def _parts(file: str, lines: list[str], begins: int, faults: list[Fault]) -> dict[str, tuple[Block, ...]]:
    parts: dict[str, list[Block]] = {}
    part: list[Block] | None = None
    expected = [*PARTS, LESSON]
    for number, line in enumerate(lines[begins:], start=begins + 1):
        if line.startswith("#"):
            name = line[1:].strip()
            if name not in expected:
                faults.append(Fault(file, number, f"the part {name!r} is unknown, or stands twice or in the wrong place"))
                part = None
                continue
            expected = expected[expected.index(name) + 1 :]
            part = parts.setdefault(name, [])
        elif line.strip():
            if part is None:
                faults.append(Fault(file, number, "stands in no part"))
                part = []
            _add(part, line.strip(), number, file, faults)
        elif part and part[-1].kind != "paragraph":
            part.append(Block("end", (), number))
    return {name: tuple(block for block in blocks if block.items) for name, blocks in parts.items()}


def _add(part: list[Block], line: str, number: int, file: str, faults: list[Fault]) -> None:
    minutes: tuple[int, ...] = ()
    if step := _STEP.fullmatch(line):
        kind, words = "steps", step[2]
    elif line.startswith("- "):
        kind, words = "bullets", line[2:]
        if timed := _MINUTES.fullmatch(words):
            kind, words, minutes = "minutes", timed[2], (int(timed[1]),)
    else:
        kind, words = "paragraph", line
    before = part[-1] if part else None
    going_on = before is not None and before.kind == kind and kind != "paragraph"
    if step and int(step[1]) != (len(before.items) + 1 if going_on and before else 1):
        faults.append(Fault(file, number, f"the step is numbered {step[1]}, which is not the next number"))
    item = tuple(_spans(words))
    if going_on and before is not None:
        part[-1] = Block(kind, (*before.items, item), before.line, before.minutes + minutes)
    else:
        part.append(Block(kind, (item,), number, minutes))


def _spans(words: str) -> Iterator[Span]:
    at = 0
    for found in _LINK.finditer(words):
        if found.start() > at:
            yield Span(words[at : found.start()])
        yield Span(found[1], found[2])
        at = found.end()
    if at < len(words):
        yield Span(words[at:])
