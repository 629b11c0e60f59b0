"""Which numbers may be shown to a child (rule 2; S-15 to S-18)."""

from datetime import date

import pytest

from cop.ground.core.door import NumberType, ground
from cop.ground.core.services import SHOWN_FOR_MONTHS

SERVICES = ground().services
AREAS = ground().places.help_areas
AT = date(2026, 11, 22)


def test_only_high_dated_numbers_of_the_last_24_months_are_shown():
    shown = [s for area in AREAS for s in SERVICES.shown(area, AT)]
    assert shown
    for service in shown:
        assert service.confidence == "high"
        assert service.source_kind in ("provider", "government", "child_helpline_international")
        assert service.number
        assert (AT.year - service.as_of.counts_from.year) * 12 + AT.month - service.as_of.counts_from.month <= SHOWN_FOR_MONTHS


def test_an_old_number_gives_way_to_the_fallback():
    assert SERVICES.shown("KE", date(2024, 5, 20), "helpline")
    assert not SERVICES.shown("KE", date(2024, 5, 21), "helpline")


def test_a_worldwide_web_form_is_never_shown_as_a_number():
    assert SERVICES.of("ZZ")
    assert not SERVICES.shown("ZZ", AT)


def test_short_codes_never_get_a_country_prefix():  # S-17
    for area in AREAS:
        for service in SERVICES.of(area):
            assert service.dial.startswith("+") == (service.number_type is NumberType.INTERNATIONAL)


def test_an_emergency_number_with_a_tie_note_is_not_shown():  # S-16
    for area in AREAS:
        for number in SERVICES.emergency(area):
            assert number.confidence == "high"
            assert not number.note
            assert number.as_of.counts_from <= AT


@pytest.mark.parametrize(("area", "numbers"), [("CR", ["911"]), ("SA", ["999", "997", "998"]), ("CN", ["110", "120", "119"])])
def test_one_number_for_all_services_where_there_is_one_else_one_a_service(area, numbers):
    assert [n.number for n in SERVICES.emergency(area)] == numbers
