"""A release built from signed answers and registers."""

from dataclasses import replace
from datetime import date

import pytest

from cop.observatory.core.door import observatory
from cop.observatory.core.release import Consent, Contested, CountryReply, Evidence
from cop.observatory.core.releases.build import build_release
from cop.observatory.core.releases.content import country_of, header_of
from cop.observatory.core.releases.counted import counted
from cop.observatory.core.releases.inputs import inputs_of, inputs_text
from cop.observatory.core.releases.observations import data_of, release_data
from cop.observatory.core.scoring import score_countries
from cop.observatory.core.scoring_inputs import inputs_of_observations
from tests.observatory.release_samples import COSTA_RICA, URUGUAY, answer, inputs, plan, signed


def built(*countries, replies=(), before=(), **more):
    return build_release(observatory(), plan(**more), countries, replies, before)


@pytest.fixture(scope="module")
def release():
    return built(COSTA_RICA, URUGUAY)


def test_the_same_inputs_give_the_same_checksum_rel_01(release):
    again = built(URUGUAY, COSTA_RICA)
    assert again.checksum == release.checksum
    assert built(COSTA_RICA).checksum != release.checksum


def test_content_is_read_back_as_it_was_written_rel_01(release):
    assert header_of(release.header.text) == release.header
    assert all(country_of(country.text) == country for country in release.countries.values())


def test_inputs_are_read_back_and_build_the_same_release_rel_01(release):
    made = inputs(COSTA_RICA, URUGUAY, replies=(CountryReply("CRI", "No.", "es", date(2026, 11, 2)),))
    back = inputs_of(inputs_text(made), observatory().methods)
    one = build_release(observatory(), made.plan, made.signed, made.replies)
    assert build_release(observatory(), back.plan, back.signed, back.replies, back.before).checksum == one.checksum


def test_a_signed_answer_is_confirmed_and_a_register_is_desk_research_rel_02(release):
    here = release.countries["CRI"]
    assert (here.of("P1-01").state, here.of("P1-01").origin) == ("yes", "confirmed")
    assert (here.of("P1-09/OPSC").state, here.of("P1-09/OPSC").origin) == ("yes", "desk")
    assert (here.of("P3-06").state, here.of("P3-06").value) == ("partly", 2.0)
    assert here.of("P3-02/lead").text == "Ministry of Examples"
    assert here.of("P4-08").text == "csam, fraud"
    assert here.signed_at.startswith("2026-11-01")
    other = release.countries["ARG"]
    assert not other.signed_at
    assert {figure.origin for figure in other.figures} <= {"desk", "none"}


def test_an_unknown_of_the_country_does_not_hide_what_a_register_says_rel_03():
    here = built(signed("CRI", {"law_crc": answer("law_crc", "unknown", why="stated_unknown")})).countries["CRI"]
    assert (here.of("P1-09/CRC").state, here.of("P1-09/CRC").origin) == ("yes", "desk")
    there = built(signed("CRI", {"law_csam": answer("law_csam", "unknown", why="refused")})).countries["CRI"]
    assert (there.of("P1-01").state, there.of("P1-01").why, there.of("P1-01").status) == ("unknown", "refused", "O")


def test_a_register_that_differs_stands_beside_the_answer_of_the_country_rel_04():
    here = built(signed("CRI", {"law_crc": "no"})).countries["CRI"].of("P1-09/CRC")
    assert (here.state, here.origin) == ("no", "confirmed")
    assert (here.other.value, here.other.headline) == ("yes", False)
    assert "Treaty" in here.other.source


def test_the_headline_of_a_contested_answer_may_be_the_editors_with_a_public_reason_rel_04():
    contested = Contested("no", "Official gazette 12", date(2026, 9, 1), "The gazette shows no such law.", headline=True)
    here = built(signed("CRI", {"law_csam": answer("law_csam", "yes", contested=contested)})).countries["CRI"].of("P1-01")
    assert (here.state, here.source, here.origin) == ("no", "Official gazette 12", "desk")
    assert (here.other.value, here.other.reason) == ("yes", "The gazette shows no such law.")


def test_not_applicable_unknown_and_no_stay_apart_rel_02():
    here = built(signed("CRI", {"law_csam": "na", "law_definition": "no", "law_age": "unknown"})).countries["CRI"]
    assert [here.of(code).status for code in ("P1-01", "P1-02", "P1-08")] == ["M", "A", "O"]
    assert [here.of(code).value for code in ("P1-01", "P1-02", "P1-08")] == [None, 0.0, None]


def test_a_yes_counts_from_the_date_in_force_of_its_evidence_rel_02():
    law = Evidence("Act 1 of Examples", in_force="2027-03-01")
    early, late = (
        built(signed("CRI", {"law_csam": answer("law_csam", "yes", evidence=(replace(law, in_force=day),))})).countries["CRI"]
        for day in ("2009", "2027-03-01")
    )
    assert (early.of("P1-01").state, early.of("P1-01").since) == ("yes", "2009")
    assert late.of("P1-01").state == "no"


def test_small_counts_are_withheld_with_what_would_give_them_away_rel_07(release):
    here = release.countries["CRI"]
    assert [here.of(code).status for code in ("P2-03/removed", "P3-10", "P3-10/identified")] == ["Q"] * 3
    assert here.of("P3-10").value is None
    assert here.of("P2-03/confirmed").value == 60.0
    hosting = next(a.value for a in here.answers if a.question == "stat_hosting")
    assert hosting == {"confirmed": {"country": "<", "abroad": "<", "unknown": "<"}}
    assert release.header.withheld == 6


@pytest.mark.parametrize(("sample", "status", "by_sex"), [(800, "A", True), (40, "A", False), (24, "Q", False), (None, "U", False)])
def test_survey_shares_need_respondents_rel_07(sample, status, by_sex):
    said = {"hs_use": 81.5, "hs_detail": {"daily": {"total": 60, "girls": 62, "boys": 58}}}
    here = built(signed("CRI", said | ({"hs_sample": sample} if sample else {}))).countries["CRI"]
    assert here.of("H-01").status == status
    assert bool(here.of("H-01/daily").by_sex) is by_sex


def test_a_score_is_an_interval_and_says_why_there_is_no_band_rel_05(release):
    score = release.countries["CRI"].score
    assert score.low < score.high
    assert (score.band, score.reason) == (None, "too_few_known")
    assert [step.step for step in release.countries["CRI"].steps].count("group") == 5


def test_anyone_can_compute_a_score_again_from_the_published_observations_rel_05(release):
    data = release_data(release)
    found = score_countries(plan().method, inputs_of_observations(plan().method, data.observations))
    for iso3 in ("CRI", "URY", "ARG"):
        again, kept = found.of(iso3, 2026), release.countries[iso3].score
        assert (again.known, again.applicable) == (kept.known, kept.applicable)
        assert again.low * 100 == pytest.approx(kept.low, abs=1e-5)


def test_statistics_read_from_the_kept_texts_are_those_of_the_whole_release_rel_16(release):
    read = data_of(release.header, (counted(country.text) for country in release.countries.values()))
    assert read == release_data(release)
    shares = {one.sex: one.value for one in read.observations if (one.area, one.indicator) == ("CRI", "H-01/daily")}
    assert shares == {"_T": 60.0, "F": 62.0, "M": 58.0}


def test_what_a_country_keeps_back_is_in_no_figure_rel_10():
    said = {
        "law_csam": answer("law_csam", "yes", public=False),
        "law_definition": "no",
        "prac_text": answer("prac_text", "x", public=False),
    }
    public = built(signed("CRI", said)).countries["CRI"]
    assert "P1-01" not in public.by_code
    assert public.answers == ()
    everything = built(signed("CRI", said, consent=Consent.ALL)).countries["CRI"]
    assert everything.of("P1-01").state == "yes"


SECRET = ("CRI", "URY", "ARG", "BRA", "CHL")


@pytest.mark.parametrize("mode", [{"consent": Consent.TOTALS}, {"confidential": True}])
def test_fewer_than_five_confidential_countries_give_no_figure_at_all_rel_09(mode):
    four = built(*(signed(iso3, {"law_csam": "yes", "prac_text": "told in confidence"}, **mode) for iso3 in SECRET[:4]))
    nothing = built()
    assert four.checksum == nothing.checksum
    assert "confidence" not in "".join(country.text for country in four.countries.values())


@pytest.mark.parametrize("mode", [{"consent": Consent.TOTALS}, {"confidential": True}])
def test_five_confidential_countries_count_in_totals_alone_and_never_by_children_rel_09(mode):
    five = built(*(signed(iso3, {"law_csam": "no" if iso3 == "CRI" else "yes"}, **mode) for iso3 in SECRET))
    found = {a.group: a for a in five.header.aggregates if a.code == "P1-01"}
    assert (found["world"].n, found["world"].confidential, found["world"].children) == (4, 5, None)
    assert (found["americas"].n, found["americas"].confidential) == (4, 5)
    assert set(found) == {"world", "americas"}
    assert all("P1-01" not in country.by_code for country in five.countries.values())
    assert five.header.signed == ()


@pytest.mark.parametrize("said", ["yes", "no", "partly"])
def test_confidential_countries_that_all_say_the_same_are_counted_nowhere_RND_24(said):
    alike = built(*(signed(iso3, {"law_csam": said}, confidential=True) for iso3 in SECRET))
    assert not [a for a in alike.header.aggregates if a.code == "P1-01"]
    here = built(signed("PER", {"law_csam": "yes"}), *(signed(iso3, {"law_csam": said}, confidential=True) for iso3 in SECRET))
    assert {(a.group, a.n, a.confidential) for a in here.header.aggregates if a.code == "P1-01" and a.n} == {
        ("world", 1, 0),
        ("americas", 1, 0),
    }


def test_a_region_whose_answers_are_alike_is_not_told_by_the_world_without_it_either_RND_24():
    africa = ("KEN", "UGA", "RWA", "GHA", "TGO")
    mixed = [signed(iso3, {"law_csam": "no" if iso3 == "CRI" else "yes"}, confidential=True) for iso3 in SECRET]
    alike = built(*mixed, *(signed(iso3, {"law_csam": "yes"}, confidential=True) for iso3 in africa))
    counted = {a.group: a.confidential for a in alike.header.aggregates if a.code == "P1-01" and a.confidential}
    assert counted == {"world": 10}
    differing = [signed(iso3, {"law_csam": "no" if iso3 == "KEN" else "yes"}, confidential=True) for iso3 in africa]
    all_of = built(*mixed, *differing)
    counted = {a.group: a.confidential for a in all_of.header.aggregates if a.code == "P1-01" and a.confidential}
    assert counted == {"world": 10, "americas": 5, "africa": 5}


def test_a_correction_that_changes_one_confidential_country_counts_none_of_them_rel_09():
    held = [signed(iso3, {"law_csam": "partly" if iso3 == "CRI" else "yes"}, confidential=True) for iso3 in (*SECRET, "PER")]
    changed = [*held[:-1], signed("PER", {"law_csam": "no"}, confidential=True)]
    assert any(a.confidential for a in built(*held).header.aggregates)
    assert not any(a.confidential for a in built(*changed, number=2, before=held).header.aggregates)
    assert any(a.confidential for a in built(*held, number=2, before=held).header.aggregates)


def test_a_reply_is_printed_also_where_a_country_signed_nothing_rel_11():
    reply = CountryReply("ARG", "Nous ne sommes pas d'accord.", "fr", date(2026, 11, 3), "Kept as it is.", date(2026, 11, 9))
    here = built(replies=(reply,)).countries["ARG"].reply
    assert (here.text, here.language, here.decision) == (reply.text, "fr", "Kept as it is.")
