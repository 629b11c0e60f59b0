"""The engine of answers: five states, evidence with dates, staleness, and why something is unknown.

Used by rounds, law checks and self-assessments alike; built once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cop.ground.core.dates import PartialDate, add_months
from cop.ground.core.provenance import Provenance


class State(StrEnum):
    """The five states of an answer. Unknown is not no."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    UNKNOWN = "unknown"
    NA = "na"


class Why(StrEnum):
    """Why an answer is unknown: these are different things and different words."""

    NOT_HELD = "not_held"
    TOO_OLD = "too_old"
    NOT_YET = "not_yet"
    REFUSED = "refused"
    STATED_UNKNOWN = "stated_unknown"


@dataclass(frozen=True)
class Answer:
    """One answer with its evidence.

    `since` is the date in force: before it the state was no. `as_of` is the last day that the evidence supports and
    `holds_from` the first. `expires` is the day after which the answer is stale; None means never (a treaty binding).
    `number` and `text` carry what was answered where the question asks for more than a state; `level` runs from 0 to 3.
    """

    state: State
    provenance: Provenance
    as_of: PartialDate
    since: PartialDate | None = None
    holds_from: date | None = None
    expires: date | None = None
    why: Why | None = None
    number: float | None = None
    text: str = ""
    level: int | None = None


@dataclass(frozen=True)
class Reading:
    """What an answer says on one day.

    `state` is what rules, bars, bands and lower bounds use: a stale answer reads unknown. `last_known` is what was last
    supported by evidence. `why` is set when `state` is unknown. `can_be_yes` is False for a derived answer that no outcome
    of its unknown parts would make a yes.
    """

    state: State
    last_known: State
    stale: bool
    why: Why | None
    answer: Answer | None
    can_be_yes: bool = True


NOTHING_HELD = Reading(State.UNKNOWN, State.UNKNOWN, False, Why.NOT_HELD, None)


def expiry(as_of: PartialDate, shelf_life_months: int | None) -> date | None:
    """The last day on which evidence of `as_of` is fresh; None when it never goes stale."""
    return None if shelf_life_months is None else add_months(as_of.counts_from, shelf_life_months)


def read(answer: Answer | None, at: date) -> Reading:
    """What `answer` says on the day `at`.

    Up to its as-of date an answer counts as it stands; a yes from its date in force, before which it reads no. Until its
    expiry it stays fresh. After that it is stale: shown with its date, counted as unknown.
    """
    if answer is None:
        return NOTHING_HELD
    if answer.state is State.UNKNOWN:
        return Reading(State.UNKNOWN, State.UNKNOWN, False, answer.why or Why.STATED_UNKNOWN, answer)
    if answer.holds_from is not None and at < answer.holds_from:
        return Reading(State.UNKNOWN, State.UNKNOWN, False, Why.NOT_YET, answer)
    if answer.since is not None and at < answer.since.counts_from and answer.state is State.YES:
        return Reading(State.NO, State.NO, False, None, answer)
    if at <= answer.as_of.counts_from or answer.expires is None or at <= answer.expires:
        return Reading(answer.state, answer.state, False, None, answer)
    return Reading(State.UNKNOWN, answer.state, True, Why.TOO_OLD, answer)
