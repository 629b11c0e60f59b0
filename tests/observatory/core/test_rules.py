"""The rules R01 to R25: their conditions, what fires on real data, and on the twelve invented countries."""

from datetime import date

import pytest

from cop.ground.core.door import DataError
from cop.observatory.core.door import observatory
from cop.observatory.core.rules import condition
from tests.facts_files import ALL, standing_of

HELD = observatory()
AT = date(2026, 11, 22)
IDS = [f"R{n:02d}" for n in range(1, 26)]


def test_the_rule_table_holds_r01_to_r25_in_order_with_its_columns():
    assert [rule.id for rule in HELD.rules] == IDS
    assert {rule.id for rule in HELD.rules if rule.kind == "find_out"} == {"R05", "R07", "R15", "R25"}
    assert {rule.id for rule in HELD.rules if rule.always_first} == {"R01", "R02", "R03", "R04", "R05", "R25"}
    for rule in HELD.rules:
        assert rule.effort in (1, 2, 3)
        assert rule.pillar in {term.key for term in HELD.ground.vocabulary.pillars}
        assert HELD.indicators.resolve(rule.concerns) == rule.concerns
        assert rule.needs is None or rule.needs in HELD.indicators.all


@pytest.mark.parametrize("text", ["P1-01", "P1-01=maybe", "P9=yes", "coverage>40", "P1-01 yes", "drop table", "any()=no", ""])
def test_a_condition_that_can_t_be_read_is_refused_by_name(text):
    with pytest.raises(DataError, match="rules.yaml"):
        condition(text)


def test_real_data_alone_fire_seven_rules_and_no_other():
    counts = HELD.firing_counts(AT)
    assert {rule for rule, count in counts.items() if count} == {"R01", "R05", "R07", "R14", "R15", "R18", "R25"}
    assert counts["R01"] == counts["R07"] == counts["R18"] == counts["R25"] == 195
    assert counts["R05"] + counts["R14"] == 195
    assert counts["R14"] == counts["R15"] > 0


def test_a_country_of_which_almost_nothing_is_known_gets_r01_r05_r07_r18_r25():
    steps = HELD.standing(HELD.ground.places.country("TUV"), AT).choice.steps
    assert [step.rule.id for step in steps] == ["R01", "R05", "R07", "R18", "R25"]


@pytest.mark.parametrize("rule", IDS)
def test_each_rule_fires_for_at_least_one_invented_country(rule):
    assert any(rule in {fired.id for fired in standing_of(code).choice.fired} for code in ALL), rule


def test_no_two_invented_countries_get_the_same_set_of_actions():
    sets = {code: frozenset(step.rule.id for step in standing_of(code).choice.steps) for code in ALL}
    assert len(set(sets.values())) == len(ALL) == 12


@pytest.mark.parametrize("code", ALL)
def test_the_choice_keeps_its_limits(code):
    choice = standing_of(code).choice
    others = [step.rule for step in choice.steps if not step.rule.always_first]
    assert len(choice.steps) <= 5
    assert sum(rule.kind == "find_out" for rule in others) <= 2
    assert all(sum(rule.pillar == pillar for rule in others) <= 2 for pillar in {rule.pillar for rule in others})
    fired = {rule.id for rule in choice.fired}
    if "R25" in fired:
        assert choice.steps[-1].rule.id == "R25"


def test_at_least_two_invented_countries_reach_different_bands():
    assert len({standing_of(code).band.number for code in ALL} - {None}) >= 2
