"""The five bars as markup."""

import re

from markupsafe import Markup

from cop.ground.core.door import State, words
from cop.ground.formats.bars import five_bars

COUNTS = {State.YES: 2, State.PARTLY: 1, State.NO: 0, State.UNKNOWN: 1}


def drawn(text: str) -> list[tuple[str, float, float, float]]:
    found = re.findall(r'<rect class="b-(\w+)" x="(\d+)" y="([\d.]+)" width="18" height="([\d.]+)"/>', text)
    return [(state, float(x), float(y), float(height)) for state, x, y, height in found]


def test_states_are_stacked_from_the_ground_and_those_without_any_are_left_out():
    text = five_bars([("Law", COUNTS)], words("en"))
    assert drawn(text) == [("yes", 0, 33.0, 33.0), ("partly", 0, 16.5, 16.5), ("unknown", 0, 0.0, 16.5)]
    assert 'aria-label="Law: yes 2, partly 1, unknown 1"' in text


def test_the_first_bar_stands_at_the_right_where_lines_run_from_right_to_left():
    pillars = [(str(n), {State.YES: 1}) for n in range(5)]
    assert [x for _, x, _, _ in drawn(five_bars(pillars, words("ar")))] == [88, 66, 44, 22, 0]


def test_a_name_is_escaped_once_and_bars_without_answers_are_empty():
    text = five_bars([("A <b>", {}), (Markup("B &amp; C"), {})], words("en"), tiny=True)
    assert 'aria-label="A &lt;b&gt;: ; B &amp; C: "' in text
    assert "<rect" not in text
