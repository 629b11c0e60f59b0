"""IND-BAND: a band only at 60 % coverage and where low and high fall into one band."""

import pytest

from cop.ground.core.door import State
from cop.observatory.core.bands import band, band_of_points

Y, P, N, U, A = State.YES, State.PARTLY, State.NO, State.UNKNOWN, State.NA


@pytest.mark.parametrize(("points", "number"), [(0, 1), (19.99, 1), (20, 2), (40, 3), (60, 4), (79.9, 4), (80, 5), (100, 5)])
def test_bands_are_five_of_20_points(points, number):
    assert band_of_points(points) == number


@pytest.mark.parametrize(
    ("states", "number"),
    [
        ([Y] * 10, 5),
        ([Y] * 5 + [N] * 5, 3),
        ([P] * 10, 3),
        ([Y] * 10 + [A] * 90, 5),
        ([Y] * 59 + [U] * 41, None),
        ([Y] * 9 + [U], 5),
        ([Y] * 6 + [U] * 4, None),
        ([U] * 10, None),
        ([], None),
    ],
)
def test_a_band_needs_enough_evidence(states, number):
    assert band(states).number == number
