"""The operator's own word on numbers: a person of the centre confirmed one, or withdrew one.

Kept as help.csv in the data folder, oldest first; the last row about a number counts. A file that can't be read whole vouches for
nothing: then no helpline number is shown at all, and children get the fallback.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from datetime import date
from pathlib import Path

from cop.ground.core.door import (
    EmergencyNumber,
    NumberType,
    PartialDate,
    Places,
    Provenance,
    Service,
    add_months,
    advance,
    parse_date,
)
from cop.guidance.core.texts import control_signs

try:
    import fcntl
except ImportError:  # Windows has no such lock; a centre there has one operator at a time
    fcntl = None  # type: ignore[assignment]

FILE = "help.csv"
MARK = ".help-was-written"  # tells a lost file from one that was never written
LASTS_MONTHS = 6
VERDICTS = ("confirmed", "withdrawn")
EMERGENCY = ("all", "police", "ambulance", "fire")
LINES = ("helpline", "missing_children", "suicide")
CHANNELS = ("phone", "chat", "text", "email", "app", "whatsapp")


class BadWord(ValueError):
    """A confirmation or withdrawal that can't be taken; the message names the field and says what is accepted."""


@dataclass(frozen=True)
class Word:
    """One row: who of the centre said what about which number, from which source, and until when it holds."""

    verdict: str
    iso2: str
    kind: str
    organisation: str
    number: str
    number_type: str
    hours: str
    cost: str
    channels: str
    details: str
    languages: str
    ages: str
    url: str
    source: str
    date: str
    person: str
    expires: str


COLUMNS = tuple(field.name for field in fields(Word))


def digits(number: str) -> str:
    """The digits of a number, however it is spaced."""
    return "".join(sign for sign in number if sign.isdigit())


@dataclass(frozen=True)
class OwnWord:
    """All rows of the file. `problems` names what is wrong with it; a file with problems is not trusted."""

    words: tuple[Word, ...] = ()
    problems: tuple[str, ...] = ()

    def standing(self, iso2: str) -> tuple[dict[tuple[str, str], Word], frozenset[tuple[str, str]], frozenset[str]]:
        """What holds for an area: confirmations by kind and digits, every kind and digits that was spoken of, and digits withdrawn.

        A withdrawal takes the digits from every kind; a later confirmation brings back its own kind alone.
        """
        confirmed: dict[tuple[str, str], Word] = {}
        spoken: set[tuple[str, str]] = set()
        gone: set[str] = set()
        for word in (word for word in self.words if word.iso2 == iso2):
            key = (word.kind, digits(word.number))
            spoken.add(key)
            if word.verdict == "confirmed":
                confirmed[key] = word
            else:
                gone.add(key[1])
                confirmed = {other: kept for other, kept in confirmed.items() if other[1] != key[1]}
        return confirmed, frozenset(spoken), frozenset(gone)

    def withdrawn(self, iso2: str) -> frozenset[str]:
        """The digits of an area that were withdrawn and not confirmed again."""
        confirmed, _, gone = self.standing(iso2)
        return gone - {number for _, number in confirmed}

    def lines(self, listed: list[Service], iso2: str, at: date, *kinds: str) -> list[Service]:
        """The numbers of an area that may be shown on a day: confirmed ones first, without those withdrawn."""
        if self.problems:
            return []
        confirmed, spoken, gone = self.standing(iso2)
        own = [_service(word) for (kind, _), word in confirmed.items() if kind in kinds and _holds(word, at)]
        rest = [
            s for s in listed if s.may_be_shown(at) and (s.kind, digits(s.number)) not in spoken and digits(s.number) not in gone
        ]
        return own + rest

    def emergency(self, listed: list[EmergencyNumber], iso2: str, at: date) -> list[EmergencyNumber]:
        """The emergency numbers of an area that may be shown on a day, confirmed ones first."""
        if self.problems:
            return []
        confirmed, spoken, gone = self.standing(iso2)
        own = [_emergency(word) for (kind, _), word in confirmed.items() if kind in EMERGENCY and _holds(word, at)]
        return own + [n for n in listed if (n.service, digits(n.number)) not in spoken and digits(n.number) not in gone]


def _holds(word: Word, at: date) -> bool:
    return date.fromisoformat(word.date) <= at <= date.fromisoformat(word.expires)


def _provenance(word: Word) -> Provenance:
    return Provenance(source=word.source, as_of=PartialDate(word.date, date.fromisoformat(word.date)), licence="", place=FILE)


def _service(word: Word) -> Service:
    return Service(
        word.iso2, word.kind, word.organisation, word.number, NumberType(word.number_type), "current", "", word.hours, word.cost,
        tuple(word.channels.split()), word.details, word.url, word.languages, word.ages, "centre",
        PartialDate(word.date, date.fromisoformat(word.date)), "high", "", _provenance(word), date.fromisoformat(word.expires),
    )  # fmt: skip


def _emergency(word: Word) -> EmergencyNumber:
    as_of = PartialDate(word.date, date.fromisoformat(word.date))
    return EmergencyNumber(
        word.iso2, word.kind, word.number, as_of, "high", "", _provenance(word), date.fromisoformat(word.expires)
    )


def problems_with(word: Word, places: Places) -> Iterator[str]:
    """Each thing that keeps a row from being taken, as a sentence that names the field."""
    if word.verdict not in VERDICTS:
        yield f"verdict is {word.verdict!r}, not one of {', '.join(VERDICTS)}"
    if word.iso2 not in places.help_areas:
        yield f"iso2 is {word.iso2!r}, which is no area of the help finder"
    if word.kind not in (*LINES, *EMERGENCY):
        yield f"kind is {word.kind!r}, not one of {', '.join((*LINES, *EMERGENCY))}"
    if not 2 <= len(digits(word.number)) <= 15 or any(sign not in "0123456789 +-.()" for sign in word.number):
        yield f"number is {word.number!r}; write one number of 2 to 15 digits"
    try:
        said, expires = date.fromisoformat(word.date), date.fromisoformat(word.expires)
    except ValueError:
        yield f"date {word.date!r} and expires {word.expires!r} must be days such as 2026-11-22"
    else:
        if not said <= expires <= add_months(said, LASTS_MONTHS):
            yield f"expires {word.expires} must lie within {LASTS_MONTHS} months of {word.date}"
    for name in ("source", "person"):
        if not getattr(word, name).strip():
            yield f"{name} is empty; say who vouches and from what"
    for name in COLUMNS:
        if odd := control_signs(getattr(word, name)):
            yield f"{name} holds the sign U+{ord(odd):04X}, which can't be seen or turns the line round"
    if word.verdict == "confirmed":
        yield from _problems_of_confirmed(word)


def _problems_of_confirmed(word: Word) -> Iterator[str]:
    types = [str(kind) for kind in NumberType if kind is not NumberType.NONE]
    if word.number_type not in types:
        yield f"number_type is {word.number_type!r}, not one of {', '.join(types)}"
    if (word.number_type == "international") != word.number.strip().startswith("+"):
        yield f"number {word.number!r}: an international number begins with +, and no other does"
    if word.number_type == "short" and len(digits(word.number)) > 6:
        yield f"number {word.number!r} is too long for a short number"
    if not word.organisation.strip() and word.kind in LINES:
        yield "organisation is empty"
    if word.cost not in ("", "free"):
        yield f"cost is {word.cost!r}; write free, or nothing where it is not known"
    if any(channel not in CHANNELS for channel in word.channels.split()):
        yield f"channels is {word.channels!r}, not some of {', '.join(CHANNELS)}"
    if word.url and not (word.url.startswith("https://") and not any(sign in word.url for sign in " \"'<>")):
        yield f"url is {word.url!r}; it must begin with https://"


def read_own_word(data: Path | None, places: Places) -> OwnWord:
    """The operator's own word in the data folder; empty where there is no file."""
    if data is None:
        return OwnWord()
    if not data.is_dir():
        return OwnWord(problems=(f"the data folder {data} is gone: nobody knows what was withdrawn",))
    if not (data / FILE).exists():
        return OwnWord(problems=(f"{FILE} is gone: nobody knows what was withdrawn",)) if (data / MARK).exists() else OwnWord()
    try:
        lines = list(csv.reader(io.StringIO((data / FILE).read_text(encoding="utf-8"), newline="")))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        return OwnWord(problems=(f"{FILE} can't be read: {error}",))
    if not lines or tuple(lines[0]) != COLUMNS:
        return OwnWord(problems=(f"{FILE} line 1: the columns are not {', '.join(COLUMNS)}",))
    words, problems = [], []
    for number, line in enumerate(lines[1:], start=2):
        if len(line) != len(COLUMNS):
            problems.append(f"{FILE} line {number} has {len(line)} cells, not {len(COLUMNS)}")
            continue
        word = Word(*line)
        problems += [f"{FILE} line {number}: {problem}" for problem in problems_with(word, places)]
        words.append(word)
    return OwnWord(tuple(words), tuple(problems))


def add_word(data: Path, word: Word, places: Places) -> None:
    """Add one row to the file and move the generation on, so that every process shows it at once.

    The file is written whole beside the old one and takes its place, so a kill leaves the old one or the new one.
    Raises BadWord, also where the file as it is can't be trusted.
    """
    data.mkdir(parents=True, exist_ok=True)
    with _alone(data):
        held = read_own_word(data, places)
        if found := [*held.problems, *problems_with(word, places)]:
            raise BadWord(found[0])
        buffer = io.StringIO(newline="")
        writer = csv.DictWriter(buffer, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(one) for one in (*held.words, word))
        fresh = data / f".{FILE}-{os.getpid()}"
        with fresh.open("w", encoding="utf-8") as file:
            file.write(buffer.getvalue())
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, data / FILE)
        (data / MARK).touch()
        advance(data)


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    """Keeps a second command waiting, so that neither loses what the other says."""
    with (data / f".{FILE}-lock").open("w") as lock:
        if fcntl is not None:
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def lasts_until(said: str) -> str:
    """The day six months after a confirmation, its longest life."""
    return add_months(parse_date(said).counts_from, LASTS_MONTHS).isoformat()
