import re
from datetime import date

import pytest

from cop.observatory.core.door import line_chart, observatory


def test_a_chart_holds_one_point_a_year_inside_its_frame():
    series = observatory().series("P1-09/OPSC", 2000, 2026, date(2026, 11, 22))
    chart = line_chart(series)
    assert (chart.first, chart.last) == (2000, 2026)
    points = [(float(x), float(y)) for x, y in re.findall(r"([\d.]+) ([\d.]+)", chart.known)]
    assert len(points) == 27
    assert all(40 <= x <= 610 and 20 <= y <= 170 for x, y in points)
    assert points[-1][1] < points[1][1]


def test_a_chart_of_nothing_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        line_chart([])
