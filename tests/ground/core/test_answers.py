"""Reading an answer on a day: staleness, dates in force, registers (decisions 1 and 2 of the observatory)."""

from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cop.ground.core.answers import Answer, State, Why, expiry, read
from cop.ground.core.dates import from_day, parse_date
from cop.ground.core.provenance import Provenance

ORIGIN = Provenance("invented source", None, "facts")
DAYS = st.dates(date(1990, 1, 1), date(2040, 1, 1))


def answer(state=State.YES, as_of="2020-06-30", months=12, **kw):
    day = parse_date(as_of)
    return Answer(state, ORIGIN, day, expires=expiry(day, months), **kw)


SPEC = yaml.safe_load((Path(__file__).parents[2] / "specs" / "answers.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("spec", SPEC, ids=lambda spec: spec["case"])
def test_an_answer_reads_as_specified(spec):
    held = answer(
        State(spec["state"]),
        str(spec["as_of"]),
        spec.get("months"),
        since=parse_date(spec["since"]) if "since" in spec else None,
        holds_from=spec.get("holds_from"),
        why=Why(spec["why_stated"]) if "why_stated" in spec else None,
    )
    found = read(held, spec["at"])
    assert (found.state, found.last_known, found.why) == (spec["reads"], spec["last_known"], spec.get("why"))


def test_nothing_held_and_refused_are_different_words():
    assert read(None, date(2020, 1, 1)).why is Why.NOT_HELD
    assert read(answer(State.UNKNOWN, why=Why.REFUSED), date(2020, 1, 1)).why is Why.REFUSED


@given(DAYS, DAYS, st.sampled_from(list(State)), st.one_of(st.none(), st.integers(0, 60)), st.one_of(st.none(), DAYS))
def test_unknown_always_has_a_reason_and_only_unknown_has_one(at, as_of, state, months, since):
    held = Answer(state, ORIGIN, from_day(as_of), since=from_day(since) if since else None, expires=expiry(from_day(as_of), months))
    found = read(held, at)
    assert (found.why is not None) == (found.state is State.UNKNOWN)
    assert found.stale <= (found.state is State.UNKNOWN)
