"""Shared wording: states, reasons for not knowing, units and confidence, in messages that every room uses."""

from __future__ import annotations

from cop.ground.core.answers import Reading, State, Why
from cop.ground.core.words import Words, mark

STATES = {
    State.YES: mark("yes"),
    State.PARTLY: mark("partly"),
    State.NO: mark("no"),
    State.UNKNOWN: mark("unknown"),
    State.NA: mark("not applicable"),
}
WHYS = {
    Why.NOT_HELD: mark("we hold no source"),
    Why.TOO_OLD: mark("our source is too old"),
    Why.NOT_YET: mark("our sources begin later"),
    Why.REFUSED: mark("the country chose not to answer"),
    Why.STATED_UNKNOWN: mark("stated as unknown"),
}
UNITS = {
    "persons": mark("persons"),
    "per cent": mark("per cent"),
    "hours": mark("hours"),
    "days": mark("days"),
    "years": mark("years"),
    "count": mark("count"),
    "level": mark("level 0 to 3"),
    "state": mark("yes, partly or no"),
    "name": mark("name"),
    "date": mark("date"),
    "rank": mark("ranking"),
}
CONFIDENCES = {
    "high": mark("high confidence"),
    "medium": mark("medium confidence"),
    "low": mark("low confidence"),
}
AGES = {
    "0-17": mark("0 to 17 years"),
    "0-14": mark("0 to 14 years"),
    "15-17": mark("15 to 17 years"),
    "total": mark("all ages"),
}


def state_words(reading: Reading, t: Words) -> str:
    """A reading in words: a stale yes is shown with its date, an unknown with its reason."""
    if reading.stale and reading.answer is not None:
        return t("%(state)s as of %(date)s", state=t(STATES[reading.last_known]), date=t.date(reading.answer.as_of))
    if reading.state is State.UNKNOWN and reading.why is not None:
        return f"{t(STATES[State.UNKNOWN])}{t.colon}{t(WHYS[reading.why])}"
    return t(STATES[reading.state])
