"""The country answer on real data: what is known, what is unknown and why, targets, next actions, help."""

from datetime import date

import pytest

from cop.front.core.door import country_answer
from cop.ground.core.door import State, Why
from tests.conftest import AT
from tests.facts_files import answers_of


def answer(held, code, at=AT, **kw):
    return country_answer(held, held.ground.places.country(code), at, **kw)


def test_no_country_reaches_a_band_on_packaged_data(held):
    for country in held.ground.places.countries.values():
        assert held.observatory.standing(country, AT).band.number is None


def test_the_bars_count_every_scored_indicator_once(held):
    found = answer(held, "CRI")
    assert sum(sum(pillar.counts.values()) for pillar in found.pillars) == found.asked == len(held.observatory.indicators.scored)
    assert sum(pillar.counts[State.YES] for pillar in found.pillars) == found.known == 1


def test_a_register_of_2014_is_too_old_today_and_a_yes_then(held):
    today, then = answer(held, "AUS"), answer(held, "AUS", date(2014, 12, 31))
    assert next(u for u in today.unknown if u.indicator.code == "P2-02").reading.why is Why.TOO_OLD
    assert "P2-02/inhope" in {fact.code for pillar in then.pillars for fact in pillar.facts}


def test_a_child_s_number_is_shown_only_while_it_is_fresh(held):
    assert answer(held, "KEN").help.is_fallback
    assert not answer(held, "KEN", date(2023, 1, 1)).help.is_fallback


def test_palestine_has_an_answer_without_a_weight(held):
    found = answer(held, "PSE")
    assert not found.in_denominator
    assert found.weight is None


def test_what_its_children_weigh_is_a_share_of_all_member_states(held):
    weights = [answer(held, c.iso3).weight for c in held.ground.places.members(AT)]
    assert sum(weight.value for weight in weights if weight) == pytest.approx(100)


def test_targets_are_unknown_where_nothing_is_held_and_met_where_a_fact_says_so(held):
    assert {target.status for target in answer(held, "CRI").targets} == {"unknown"}
    found = answer(held, "CRI", stated=dict(answers_of("XAA")))
    assert found.stated
    assert {target.id for target in found.targets} == {"T1", "T2", "T3", "T4", "T5"}


def test_stated_facts_are_marked_on_each_fact(held):
    found = answer(held, "CRI", stated=dict(answers_of("XAB")))
    own = [fact for pillar in found.pillars for fact in pillar.facts if fact.answer.provenance.stated_by_user]
    assert own
    assert all(fact.answer.provenance.place.startswith("XAB.xlsx row ") for fact in own)
