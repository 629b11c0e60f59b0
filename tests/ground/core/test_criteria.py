from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from cop.ground.core.answers import State
from cop.ground.core.criteria import all_of, at_least, gaps, score

Y, P, N, U, A = State.YES, State.PARTLY, State.NO, State.UNKNOWN, State.NA
STATES = st.lists(st.sampled_from(list(State)), max_size=12)


def test_parts_make_a_whole_only_where_they_agree():
    table = {(Y, Y): Y, (N, N): N, (Y, N): P, (Y, U): U, (N, U): U, (P, U): P, (A, Y): Y, (A, A): A, (U, U): U}
    assert {parts: all_of(parts) for parts in table} == table


def test_at_least_waits_for_unknown_answers_and_no_longer():
    assert at_least(4, [Y, Y, Y, Y, U]) is Y
    assert at_least(4, [Y, Y, Y, U, N]) is U
    assert at_least(4, [Y, Y, N, N, U]) is N
    assert at_least(4, [Y, Y, Y, N, P]) is P
    assert at_least(4, [Y, P, P, N, U]) is U
    assert at_least(4, [Y, P, N, N, P]) is N


@given(STATES)
def test_a_score_lies_between_what_any_outcome_of_the_unknowns_would_give(states):
    found = score(states)
    held = [s for s in states if s is not A]
    assert 0 <= found.low <= found.high <= 1 + 1e-9
    assert found.applicable == len(held)
    if held and held.count(U) <= 6:
        worth = {Y: 1.0, P: 0.5, N: 0.0}
        outcomes = []
        for filled in product((Y, N), repeat=held.count(U)):
            rest = iter(filled)
            outcomes.append(sum(worth[next(rest) if s is U else s] for s in held) / len(held))
        assert abs(min(outcomes) - found.low) < 1e-9
        assert abs(max(outcomes) - found.high) < 1e-9


def test_gaps_name_what_to_do_before_what_to_find_out():
    found = gaps({"a": U, "b": Y, "c": N, "d": A, "e": P})
    assert [(gap.code, gap.state) for gap in found] == [("c", N), ("e", P), ("a", U)]
