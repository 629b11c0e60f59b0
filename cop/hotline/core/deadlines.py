"""When the next step of a case is due: which clock runs follows from its state. Rules: CLOCK-nn in docs/hotline.md."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from cop.hotline.core.case import Case, State
from cop.hotline.core.clocks import Clock, Pause, due_of
from cop.hotline.core.work import WorkRules

HOLDS, ENDS = "hold", ("lift hold", "agree")


@dataclass(frozen=True)
class Moments:
    """When a case was received or reopened, last assessed, and last confirmed; and when the police asked to wait."""

    begun: datetime
    assessed: datetime | None = None
    confirmed: datetime | None = None
    pauses: tuple[Pause, ...] = ()


def due_at(case: Case, moments: Moments, rules: WorkRules) -> datetime | None:
    """When the next step is due; None where nothing is, or while the police hold the case back.

    An appeal that waits comes first. A case that is watched is looked at again by its own clock, and has no due moment.
    """
    if case.appeal is not None and case.appeal.upheld is None:
        return due_of("appeal", Clock(case.appeal.raised_at), rules, danger=case.danger)
    if case.state in (State.NEW, State.WORKING):
        return due_of("first_look", Clock(moments.begun), rules, danger=case.danger)
    if case.state in (State.SECOND, State.DISPUTED):
        return due_of("second_look", Clock(moments.assessed or moments.begun), rules, danger=case.danger)
    if case.state is State.ACTING:
        return due_of("notice", Clock(moments.confirmed or moments.begun, moments.pauses), rules)
    return None


def pauses_of(events: Iterable[tuple[str, datetime]]) -> tuple[Pause, ...]:
    """The police's holds as pauses of the clock, from events in their order; the last one without end where it stands."""
    found: list[Pause] = []
    for verb, at in events:
        if verb == HOLDS:
            found = _ended(found, at)
            found.append(Pause(at))
        elif verb in ENDS:
            found = _ended(found, at)
    return tuple(found)


def _ended(pauses: Sequence[Pause], at: datetime) -> list[Pause]:
    if pauses and pauses[-1].until is None:
        return [*pauses[:-1], Pause(pauses[-1].start, max(at, pauses[-1].start))]
    return list(pauses)
