"""What is known about one country on one day: every indicator and part, with the derived ones worked out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from cop.ground.core.door import NOTHING_HELD, Answer, Reading, State, Why, all_of, at_least, read
from cop.observatory.core.indicators import Indicator, Indicators

Answers = Mapping[str, Answer]


@dataclass(frozen=True)
class Readings:
    """The readings of one country on the day `at`, by indicator or part code."""

    at: date
    by_code: Mapping[str, Reading]

    def __getitem__(self, code: str) -> Reading:
        return self.by_code.get(code, NOTHING_HELD)

    def state(self, code: str) -> State:
        """The state used by rules, bars and bands: unknown when stale."""
        return self[code].state

    def counts(self, indicators: Iterable[Indicator]) -> dict[State, int]:
        """How many of the indicators are in each state."""
        held = [self.state(indicator.code) for indicator in indicators]
        return {state: held.count(state) for state in State}


def readings(indicators: Indicators, answers: Answers, at: date) -> Readings:
    """Read all answers of a country on a day and derive the wholes.

    An own answer wins over its parts. P2-02 is yes when INHOPE or a portal is. An indicator derived from parts follows
    all_of over those that are not optional; one with a criterion follows at_least.
    """
    found: dict[str, Reading] = {code: read(answer, at) for code, answer in answers.items()}
    for indicator in indicators:
        if indicator.code in found and found[indicator.code].answer is not None:
            continue
        if indicator.whole == "parts":
            codes = [f"{indicator.code}/{part.code}" for part in indicator.parts if not part.optional]
            found[indicator.code] = _derived(codes, found, all_of)
        elif indicator.code == "P2-02":
            codes = [f"{indicator.code}/{part.code}" for part in indicator.parts]
            found[indicator.code] = _derived(codes, found, _either)
    for indicator in indicators:
        if indicator.criterion:
            need, codes = int(indicator.criterion["at_least"]), list(indicator.criterion["of"])
            found[indicator.code] = _derived(codes, found, partial(at_least, need))
    return Readings(at, found)


def _either(states: Iterable[State]) -> State:
    held = list(states)
    if State.YES in held:
        return State.YES
    return State.UNKNOWN if State.UNKNOWN in held else State.NO


def _derived(codes: list[str], found: Mapping[str, Reading], rule: Callable[[Iterable[State]], State]) -> Reading:
    parts = [found.get(code, NOTHING_HELD) for code in codes]
    state, last = rule([part.state for part in parts]), rule([part.last_known for part in parts])
    stale = state is State.UNKNOWN and last is not State.UNKNOWN
    why = None
    if state is State.UNKNOWN:
        reasons = [part.why for part in parts if part.why is not None]
        why = Why.TOO_OLD if stale else max(reasons, key=reasons.count, default=Why.NOT_HELD)
    answer = _derived_answer(parts, last, codes) if last is not State.UNKNOWN else None
    hopeful = rule([State.YES if part.state is State.UNKNOWN else part.state for part in parts])
    return Reading(state, last, stale, why, answer, can_be_yes=hopeful is State.YES)


def _derived_answer(parts: list[Reading], last: State, codes: list[str]) -> Answer | None:
    """The answer that the deciding parts give together: all their cells, the oldest as-of, the latest date in force.

    For a yes the deciding parts are those that are yes; else all that are known.
    """
    held = [
        p
        for p in parts
        if p.answer is not None and (p.last_known is State.YES if last is State.YES else p.last_known is not State.UNKNOWN)
    ]
    answers = [part.answer for part in held if part.answer is not None]
    if not answers:
        return None
    oldest = min(answers, key=lambda answer: answer.as_of.counts_from)
    dates = [answer.since for answer in answers if answer.since is not None]
    since = max(dates, key=lambda d: d.counts_from) if last is State.YES and len(dates) == len(answers) else None
    origins = [answer.provenance for answer in answers]
    origin = replace(
        oldest.provenance,
        source="; ".join(dict.fromkeys(o.source for o in origins)),
        licence="; ".join(dict.fromkeys(o.licence for o in origins)),
        cells=tuple(dict.fromkeys(cell for o in origins for cell in o.cells)),
        passports=tuple({passport.name: passport for o in origins for passport in o.passports}.values()),
        method=f"derived from {', '.join(codes)}",
        stated_by_user=any(o.stated_by_user for o in origins),
    )
    return Answer(last, origin, oldest.as_of, since=since)
