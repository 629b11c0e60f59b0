"""The suppression table names numbers of the observatory."""

from cop.ground.core.door import read_suppression
from cop.observatory.core.door import observatory


def test_every_code_of_the_table_is_a_number_of_the_observatory_rel_07():
    held = observatory()
    table = read_suppression(held.ground.reference)
    for small in table.classes:
        for code in small.codes:
            indicator, part = held.indicators.of(code)
            assert held.indicators.resolve(code) == code
            assert (part or indicator).kind == "number"
    assert (table.of("P3-10").under, table.of("P3-08").under, table.of("P4-04").under, table.survey.under) == (10, 10, 5, 25)
    assert table.fewest_countries == 5
