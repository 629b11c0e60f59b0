"""A release as it is kept: figures of each country, scores with their steps, coverage of groups, and the checksum over all.

Everything is plain JSON in one canonical writing, so that a checksum means the same on every machine and in every year.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import MISSING, asdict, dataclass, field, fields
from datetime import date, datetime
from functools import cached_property
from typing import Any, TypeVar

from cop.observatory.core.release import Contested, Evidence

CONFIRMED, DESK, NONE = "confirmed", "desk", "none"  # who stands behind a figure: the country, desk research, nobody
Held = TypeVar("Held")


@dataclass(frozen=True)
class ReleaseFigure:
    """One indicator or part in one country.

    `state` is one of the five; a number or text that is known reads yes. `value` is 1, 0.5 or 0 for a state, the level, or
    the number; None unless `status` (as in observations) is A, P or U. `origin` is confirmed, desk or none. Dates are texts
    as precise as they are known. `place` is the cell or question that it comes from. `history` are the states at the ends of
    years, one entry a change, where a register knows them; `by_sex` values for F and M.
    """

    code: str
    state: str
    status: str
    origin: str
    value: float | None = None
    text: str = ""
    as_of: str = ""
    since: str = ""
    period: str = ""
    last_known: str = ""
    why: str = ""
    source: str = ""
    licence: str = ""
    place: str = ""
    note: str = ""
    evidence: tuple[Evidence, ...] = ()
    other: Contested | None = None
    by_sex: Mapping[str, float | None] = field(default_factory=dict)
    history: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True)
class ReleaseScore:
    """The result of the method in points of 100: bounds, value over what is known, band, or the reason for none.

    `where` is the indicator or group that the reason is about.
    """

    low: float | None
    high: float | None
    value: float | None
    known: int
    applicable: int
    band: int | None = None
    reason: str = ""
    where: str = ""


@dataclass(frozen=True)
class ReleaseStep:
    """One line of the method's table for a country: points of 100, weights as shares of 1, counts of indicators."""

    step: str
    code: str
    parent: str
    state: str
    raw: float | None
    low: float | None
    high: float | None
    value: float | None
    weight: float | None
    weight_in_effect: float | None
    known: int
    applicable: int


@dataclass(frozen=True)
class PublicAnswer:
    """A public answer that feeds no indicator, such as a good practice: the question's id, its code, and the value."""

    question: str
    code: str
    value: Any
    note: str = ""


@dataclass(frozen=True)
class ReleaseQuestion:
    """A question whose answers are printed in its own words: what was asked and each choice, by language."""

    id: str
    code: str
    kind: str
    label: Mapping[str, str]
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def words(self, value: Any, language: str) -> str:
        """A value in a language: choices by their labels, English where a language lacks one."""
        if isinstance(value, list):
            return "; ".join(self.words(one, language) for one in value)
        labels = self.choices.get(str(value), {})
        return labels.get(language) or labels.get("en") or str(value)


@dataclass(frozen=True)
class PrintedReply:
    """A country's reply as printed, with the public decision on it."""

    text: str
    language: str
    written: str
    decision: str = ""
    decided: str = ""


@dataclass(frozen=True)
class CountryContent:
    """Everything that a release says about one country. `signed_at` is empty where the country has signed nothing public."""

    iso3: str
    figures: tuple[ReleaseFigure, ...]
    score: ReleaseScore
    steps: tuple[ReleaseStep, ...] = ()
    signed_at: str = ""
    snapshot_sha256: str = ""
    institution: str = ""
    answers: tuple[PublicAnswer, ...] = ()
    reply: PrintedReply | None = None

    @cached_property
    def by_code(self) -> Mapping[str, ReleaseFigure]:
        """The figures by code."""
        return {figure.code: figure for figure in self.figures}

    def of(self, code: str) -> ReleaseFigure:
        """The figure of a code; an unknown one where nothing is held."""
        return self.by_code.get(code) or nothing(code)

    @property
    def text(self) -> str:
        """The canonical writing of this country."""
        return canonical(plain(self))


@dataclass(frozen=True)
class ReleaseIndicator:
    """An indicator or part as it was defined when the release was made; `name` is English."""

    code: str
    name: str
    pillar: str
    kind: str
    unit: str
    scored: bool


@dataclass(frozen=True)
class Aggregate:
    """How many countries of a group say yes, in per cent of countries and of children, with the bounds that unknown leaves.

    `confidential` is how many confidential countries are counted in: none, or at least the fewest that may be.
    """

    code: str
    group: str
    n: int
    of: int
    percent: float
    low: float
    high: float
    children: float | None = None
    children_low: float | None = None
    children_high: float | None = None
    confidential: int = 0


@dataclass(frozen=True)
class Header:
    """What a release is: its id, its round and number in it, its day, and the versions of everything that it rests on.

    `reference` is the id of the packaged data; `withheld` counts figures that the suppression table took out. `bars` are the
    five bars of each group: scored indicators of its countries by pillar and state, confidential answers left out. `answered`
    says for each country how many indicators of the method are known, and how many apply.
    """

    id: str
    round: str
    title: str
    number: int
    published: str
    embargo_until: str
    method: str
    method_name: str
    questionnaire: str
    questionnaire_sha256: str
    reference: str
    licence: str
    note: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)
    confidential: bool = False
    signed: tuple[str, ...] = ()
    withheld: int = 0
    indicators: tuple[ReleaseIndicator, ...] = ()
    questions: tuple[ReleaseQuestion, ...] = ()
    aggregates: tuple[Aggregate, ...] = ()
    bars: Mapping[str, Mapping[str, Mapping[str, int]]] = field(default_factory=dict)
    answered: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def day(self) -> date:
        """The day of the release, which its readings are taken on."""
        return date.fromisoformat(self.published[:10])

    @cached_property
    def questions_by_id(self) -> Mapping[str, ReleaseQuestion]:
        """The questions that are printed in their own words, by id."""
        return {question.id: question for question in self.questions}

    def name(self, language: str) -> str:
        """The title of the round in a language (en, fr, ...), in English where it has none."""
        return self.titles.get(language) or self.title

    @property
    def citation(self) -> str:
        """How the release is cited."""
        return f"COP Centre ({self.day.year}): {self.title}, release {self.id}, {self.day.isoformat()}. {self.licence}."

    @cached_property
    def by_code(self) -> Mapping[str, ReleaseIndicator]:
        """The indicators and parts by code."""
        return {indicator.code: indicator for indicator in self.indicators}

    @property
    def text(self) -> str:
        """The canonical writing of the header."""
        return canonical(plain(self))


@dataclass(frozen=True)
class ReleaseContent:
    """A whole release: its header and its countries by ISO code."""

    header: Header
    countries: Mapping[str, CountryContent]

    @cached_property
    def checksum(self) -> str:
        """SHA-256 over the canonical writing: over the header and over the checksum of each country."""
        return checksum(self.header.text, {iso3: country.text for iso3, country in self.countries.items()})


def nothing(code: str) -> ReleaseFigure:
    """The figure where nothing is held: unknown, and nobody stands behind it."""
    return ReleaseFigure(code, "unknown", "O", NONE, why="not_held")


def canonical(value: Any) -> str:
    """JSON in one writing: keys sorted, no spaces, no escapes but needed ones, numbers as Python writes them."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def digest(text: str) -> str:
    """SHA-256 of a text in UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def checksum(header: str, countries: Mapping[str, str]) -> str:
    """The checksum of a release from the canonical writing of its header and of each country."""
    return digest(canonical({"header": digest(header), "countries": {iso3: digest(text) for iso3, text in countries.items()}}))


def plain(value: Any) -> Any:
    """A dataclass as plain JSON: fields that hold their default are left out, days become texts."""
    if hasattr(value, "__dataclass_fields__"):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value) if not _is_default(f, getattr(value, f.name))}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value


def _is_default(known: Any, value: Any) -> bool:
    if known.default is not MISSING:
        return bool(known.default == value) and type(known.default) is type(value)
    return known.default_factory is not MISSING and value == known.default_factory()


def _contested(raw: Mapping[str, Any] | None) -> Contested | None:
    return None if raw is None else Contested(**{**raw, "as_of": date.fromisoformat(raw["as_of"])})


def _figure(raw: Mapping[str, Any]) -> ReleaseFigure:
    return ReleaseFigure(**{
        **raw,
        "evidence": tuple(Evidence(**item) for item in raw.get("evidence", ())),
        "other": _contested(raw.get("other")),
        "history": tuple((int(year), str(state)) for year, state in raw.get("history", ())),
    })  # fmt: skip


def country_of(text: str) -> CountryContent:
    """A country from its canonical writing."""
    raw = json.loads(text)
    reply = raw.get("reply")
    return CountryContent(**{
        **raw,
        "figures": tuple(_figure(item) for item in raw["figures"]),
        "score": ReleaseScore(**raw["score"]),
        "steps": tuple(ReleaseStep(**item) for item in raw.get("steps", ())),
        "answers": tuple(PublicAnswer(**item) for item in raw.get("answers", ())),
        "reply": PrintedReply(**reply) if reply else None,
    })  # fmt: skip


def header_of(text: str) -> Header:
    """A header from its canonical writing."""
    raw = json.loads(text)
    return Header(**{
        **raw,
        "signed": tuple(raw.get("signed", ())),
        "indicators": tuple(ReleaseIndicator(**item) for item in raw.get("indicators", ())),
        "questions": tuple(ReleaseQuestion(**item) for item in raw.get("questions", ())),
        "aggregates": tuple(Aggregate(**item) for item in raw.get("aggregates", ())),
        "answered": {iso3: (known, applicable) for iso3, (known, applicable) in raw.get("answered", {}).items()},
    })  # fmt: skip


def as_json(content: ReleaseContent) -> dict[str, Any]:
    """The whole release as one document for download, with checksum and citation beside what they are about."""
    header = asdict(content.header)
    return {
        "about": {**plain(content.header), "aggregates": [], "checksum": content.checksum, "citation": content.header.citation},
        "aggregates": header["aggregates"],
        "countries": {iso3: plain(country) for iso3, country in content.countries.items()},
    }
