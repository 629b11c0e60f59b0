"""Controlled vocabularies: objectives, pillars, audiences, risks, sectors and groups of countries."""

from __future__ import annotations

from dataclasses import dataclass

from cop.ground.core.documents import naming, read_yaml
from cop.ground.core.tables import Reference


@dataclass(frozen=True)
class Term:
    """One word of a vocabulary: `key` is stable and used in data and addresses; the texts are translated when shown."""

    key: str
    name: str
    short: str = ""
    description: str = ""
    question: str = ""
    objective: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Vocabulary:
    """The controlled vocabularies, each in its fixed order."""

    objectives: tuple[Term, ...]
    pillars: tuple[Term, ...]
    audiences: tuple[Term, ...]
    risks: tuple[Term, ...]
    sectors: tuple[Term, ...]
    groups: tuple[Term, ...]

    def pillar(self, key: str) -> Term:
        return next(term for term in self.pillars if term.key == key)

    def group(self, key: str) -> Term:
        return next(term for term in self.groups if term.key == key)


def read_vocabulary(reference: Reference) -> Vocabulary:
    """The vocabularies of the reference data. Raises DataError when the file is damaged."""
    raw = read_yaml(reference.path("ground", "vocabulary.yaml"))
    with naming("vocabulary.yaml"):
        return Vocabulary(**{name: tuple(Term(**term) for term in terms) for name, terms in raw.items()})
