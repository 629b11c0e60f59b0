"""Clearance: the dated vetting, training and code of conduct without which a sensitive role gives no right (S-27)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cop.ground.core.door import mark


class Requirement(StrEnum):
    """What a person in a sensitive role needs, each with a day on which it ends."""

    VETTING = "vetting"
    TRAINING = "training"
    CONDUCT = "conduct"


REQUIREMENTS = {
    Requirement.VETTING: mark("Vetting"),
    Requirement.TRAINING: mark("Training"),
    Requirement.CONDUCT: mark("Signed code of conduct"),
}
LONGEST_DAYS = 3 * 366


@dataclass(frozen=True)
class Clearance:
    """One requirement met on `done_on`, valid up to and including `valid_until`."""

    requirement: Requirement
    done_on: date
    valid_until: date

    def holds(self, at: date) -> bool:
        """Is it valid on the day `at`? Both ends count."""
        return self.done_on <= at <= self.valid_until


def lacking(clearances: Iterable[Clearance], at: date) -> tuple[Requirement, ...]:
    """The requirements that are not met on the day `at`: never recorded, not yet begun or run out."""
    met = {clearance.requirement for clearance in clearances if clearance.holds(at)}
    return tuple(requirement for requirement in Requirement if requirement not in met)
