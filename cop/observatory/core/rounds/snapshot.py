"""What is signed: every answer with its evidence as canonical JSON, its hash, and the difference between two (RND-16, RND-17)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

FORMAT = "cop-snapshot-1"


@dataclass(frozen=True)
class Proof:
    """A piece of evidence as signed. A link has `url`, a file `sha256` and `file_name`. Dates are partial."""

    title: str
    kind: str
    url: str = ""
    sha256: str = ""
    file_name: str = ""
    language: str = ""
    place: str = ""
    public: bool = False
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Given:
    """An answer as signed. `as_of` is the day on which it was written or confirmed, `source` what it was pre-filled from."""

    question_id: str
    value: Any
    as_of: str
    note: str = ""
    why: str = ""
    disagreement: str = ""
    public: bool = True
    source: str = ""
    evidence: tuple[Proof, ...] = ()


@dataclass(frozen=True)
class Snapshot:
    """Everything that a country signs. `consent` is all, public or totals; `replaces` the hash of the snapshot signed before."""

    round: str
    country: str
    questionnaire: str
    questionnaire_version: str
    questionnaire_sha256: str
    consent: str
    answers: tuple[Given, ...]
    institution: str = ""
    confidential: bool = False
    replaces: str = ""

    @property
    def text(self) -> str:
        """The canonical JSON: keys sorted, no white space, answers in the order of the questionnaire."""
        return canonical({"format": FORMAT, **asdict(self)})

    @property
    def sha256(self) -> str:
        return digest(self.text)


def canonical(document: Any) -> str:
    """JSON with sorted keys, no white space, and signs of all scripts as they are."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest(text: str) -> str:
    """The SHA-256 of a text in UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def read_snapshot(text: str) -> Snapshot:
    """The snapshot in its canonical JSON. Raises ValueError for anything else."""
    held = json.loads(text)
    if not isinstance(held, dict) or held.pop("format", "") != FORMAT:
        raise ValueError("this is no snapshot of answers")
    answers = tuple(
        Given(**{**given, "evidence": tuple(Proof(**proof) for proof in given["evidence"])}) for given in held.pop("answers")
    )
    return Snapshot(answers=answers, **held)


@dataclass(frozen=True)
class Change:
    """One difference between two sets of answers: `what` is value, note, why, disagreement, public or evidence."""

    question_id: str
    what: str
    before: Any
    after: Any


_COMPARED = ("value", "note", "why", "disagreement", "public", "evidence")
_EMPTY = Given("", None, "")


def difference(before: Iterable[Given], after: Iterable[Given]) -> tuple[Change, ...]:
    """What changed from one set of answers to another, in the order of the second, then what was taken away.

    A missing answer counts as an empty one. Days and sources alone are no difference.
    """
    old = {given.question_id: given for given in before}
    new = {given.question_id: given for given in after}
    found = []
    for question_id in [*new, *(key for key in old if key not in new)]:
        one, two = old.get(question_id, _EMPTY), new.get(question_id, _EMPTY)
        for what in _COMPARED:
            left, right = getattr(one, what), getattr(two, what)
            if left != right:
                found.append(Change(question_id, what, left, right))
    return tuple(found)
