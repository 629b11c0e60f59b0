"""Countries, dated membership and groups."""

from datetime import date

import pytest

from cop.ground.core.door import LANGUAGES, UnknownCode, ground, words

PLACES = ground().places


@pytest.mark.parametrize(
    ("at", "members"), [(date(2008, 12, 31), 191), (date(2010, 12, 31), 192), (date(2011, 12, 31), 193), (date(2014, 12, 31), 193),
                        (date(2024, 9, 18), 193), (date(2024, 12, 31), 194)],
)  # fmt: skip
def test_membership_of_itu_follows_its_dates(at, members):
    assert len(PLACES.members(at)) == members


@pytest.mark.parametrize(("code", "joined"), [("TLS", date(2010, 12, 31)), ("SSD", date(2011, 10, 3)), ("PLW", date(2024, 9, 19))])
def test_the_three_late_members_joined_on_their_day(code, joined):
    country = PLACES.country(code)
    assert country.is_member(joined)
    assert not country.is_member(joined.replace(day=joined.day - 1))


def test_palestine_has_a_page_with_its_un_name_and_stands_outside_the_denominator():
    country = PLACES.country("PSE")
    assert country.names["en"] == "State of Palestine"
    assert country not in PLACES.members(date(2026, 11, 22))
    assert len(PLACES.countries) == 195


@pytest.mark.parametrize(("at", "count"), [(date(2014, 12, 30), 49), (date(2014, 12, 31), 48), (date(2017, 12, 31), 47), (date(2021, 12, 31), 46),
                                           (date(2024, 12, 31), 44)])  # fmt: skip
def test_least_developed_countries_are_computed_at_the_asked_date(at, count):
    assert sum(country.is_ldc(at) for country in PLACES.countries.values()) == count


def test_itu_regions_hold_44_35_21_39_9_46():
    at = date(2026, 11, 22)
    counts = [len(PLACES.members(at, group)) for group in ("africa", "americas", "arab-states", "asia-pacific", "cis", "europe")]
    assert counts == [44, 35, 21, 39, 9, 46]
    assert sum(counts) == 194


def test_every_country_and_area_has_a_name_in_six_languages():
    for place in (*PLACES.countries.values(), *PLACES.help_areas.values()):
        assert all(place.name(language).strip() for language in LANGUAGES), place


def test_help_areas_are_every_iso_area_and_kosovo():
    assert len(PLACES.help_areas) == 250
    assert {"TW", "AW", "BQ", "BM", "GI", "KY", "VG", "XK"} <= PLACES.help_areas.keys()  # S-18


def test_an_unknown_country_names_the_nearest():
    with pytest.raises(UnknownCode) as caught:
        PLACES.country("Kenia")
    assert "KEN" in caught.value.nearest


def test_search_finds_a_country_by_its_name_in_the_reader_s_language():
    arabic = next(language for language in LANGUAGES if language.code == "ar")
    assert [c.iso3 for c in PLACES.search("كينيا", arabic)] == ["KEN"]
    assert PLACES.search("   ", arabic) == []


def test_lists_are_in_the_order_of_each_language():
    def first(code, *names):
        return sorted(names, key=words(code).sort_key)

    assert first("fr", "Zambie", "Égypte", "Fidji", "Espagne") == ["Égypte", "Espagne", "Fidji", "Zambie"]
    assert first("zh-hans", "中国", "阿富汗", "不丹", "印度") == ["阿富汗", "不丹", "印度", "中国"]
    assert first("es", "Perú", "Panamá", "Papúa") == ["Panamá", "Papúa", "Perú"]
