"""IND-BAND: a band only at 60 % coverage and where low and high fall into one band."""

from pathlib import Path

import pytest
import yaml

from cop.ground.core.door import State
from cop.observatory.core.bands import band, band_of_points


@pytest.mark.parametrize(("points", "number"), [(0, 1), (19.99, 1), (20, 2), (40, 3), (60, 4), (79.9, 4), (80, 5), (100, 5)])
def test_bands_are_five_of_20_points(points, number):
    assert band_of_points(points) == number


SPEC = yaml.safe_load((Path(__file__).parents[2] / "specs" / "bands.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("spec", SPEC, ids=lambda spec: spec["case"])
def test_a_band_is_as_specified(spec):
    states = [State(name) for name, count in spec["counts"].items() for _ in range(count)]
    assert band(states).number == spec["band"]


def test_no_answers_make_no_band():
    assert band([]).number is None
