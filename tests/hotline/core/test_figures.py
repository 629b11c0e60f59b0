"""Facts from the events of cases, the yearly set, and what of it may be told. Rules: FIG-nn in docs/hotline.md."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from cop.hotline.core.case import OUTCOMES
from cop.hotline.core.codes import CONCERNS
from cop.hotline.core.figures import Event, Fact, Received, facts_of
from cop.hotline.core.transparency import NoticeFact, notice_report
from cop.hotline.core.yearly import LABELS, SUMS, counts_of, medians_of, suppressed, yearly

START = datetime(2026, 3, 1, 8, tzinfo=UTC)
DAY = date(2026, 3, 1)
YEAR = 2026


def moments(*verbs, case=1, subject=1, start=START):
    """Events an hour apart: a verb, or a verb with what it says."""
    whole = {"look", "close", "reopen", "hold", "appeal", "uphold appeal", "dismiss appeal"}
    for hour, one in enumerate(verbs, start=1):
        verb, told = one if isinstance(one, tuple) else (one, {})
        yield Event(case, None if verb in whole else subject, start + timedelta(hours=hour), verb, told)


ILLEGAL = ("look", {"concern": "abuse_material"}), ("assess", {"outcome": "baseline"}), "confirm"
REMOVED = *ILLEGAL, ("traced", {"country": "NL"}), "notify", ("gone", {"how": "removed"})


def facts(*verbs, own="NL"):
    return facts_of([Received(1, START)], moments(*verbs), zone=UTC, own_country=own)


def test_a_fact_has_these_fields_and_none_for_a_reporter_fig_01():
    assert [one.name for one in fields(Fact)] == [
        "case", "subject", "received_on", "assessed_on", "confirmed_on", "ended_on", "outcome", "concern", "kind", "country",
        "at_home", "to_assessment", "to_notice", "to_removal", "ended", "age", "disputed", "overturned", "held", "times_back",
        "reopened", "passed_on",
    ]  # fmt: skip


def test_a_case_from_report_to_removal_fig_02():
    (one,) = facts(("add address", {"kind": "web"}), *REMOVED, ("add item", {"age": "pubescent"}), ("add item", {"age": "infant"}))
    assert one == Fact(
        1, 1, DAY, DAY, DAY, DAY, "baseline", "abuse_material", "web", "NL", True, to_assessment=3, to_notice=2, to_removal=1,
        ended="removed", age="infant",
    )  # fmt: skip
    assert one.confirmed


def test_a_report_that_nobody_opened_is_a_row_too_fig_02():
    assert facts_of([Received(7, START)], [], zone=UTC) == (Fact(7, received_on=DAY),)


def test_what_two_people_disagree_on_is_confirmed_by_a_third_alone_fig_02():
    (open_one,) = facts(*ILLEGAL[:2], "disagree")
    assert (open_one.confirmed, open_one.disputed) == (False, True)
    (settled,) = facts(*ILLEGAL[:2], "disagree", ("settle", {"outcome": "national"}))
    assert (settled.confirmed, settled.outcome) == (True, "national")
    (freed,) = facts(*ILLEGAL[:2], "disagree", ("settle", {"outcome": "not_illegal"}))
    assert (freed.confirmed, freed.outcome) == (False, "not_illegal")


def test_an_appeal_that_was_right_takes_a_confirmation_back_fig_02():
    (one,) = facts(*REMOVED, "appeal", ("uphold appeal", {"outcome": "not_illegal"}))
    assert (one.confirmed, one.overturned, one.outcome) == (False, True, "not_illegal")
    (same,) = facts(*REMOVED, "appeal", "dismiss appeal")
    assert same.confirmed
    assert not same.overturned


def test_what_was_there_again_has_the_clock_of_its_first_notice_fig_02():
    (one,) = facts(*REMOVED, "there again")
    assert (one.ended, one.ended_on, one.to_removal, one.times_back) == ("", None, None, 1)
    (gone,) = facts(*REMOVED, "there again", "notify", ("gone", {"how": "removed"}))
    assert (gone.to_notice, gone.to_removal) == (2, 4)


def test_what_went_otherwise_has_no_hours_of_removal_fig_02():
    assert facts(*REMOVED[:-1], ("gone", {"how": "moved"}))[0].to_removal is None
    assert facts(*ILLEGAL, ("hand over", {"to": "police"}))[0].ended == "handed"


def test_a_test_of_the_hotline_counts_nowhere_unless_it_is_reopened_fig_02():
    assert facts(*ILLEGAL, ("close", {"reason": "test"})) == ()
    assert facts(*ILLEGAL, ("close", {"reason": "test"}), "reopen")[0].reopened == 1


def test_days_are_those_of_the_hotlines_zone_fig_02():
    from zoneinfo import ZoneInfo

    late = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    assert facts_of([Received(1, late)], [], zone=ZoneInfo("Europe/Rome"))[0].received_on == date(2027, 1, 1)


steps = st.sampled_from([
    ("assess", {"outcome": "baseline"}), ("assess", {"outcome": "not_illegal"}), "confirm", "disagree", ("settle", {"outcome": "unable"}),
    "notify", ("gone", {"how": "removed"}), "there again", ("close", {"reason": "removed"}), "reopen", ("close", {"reason": "test"}),
    "uphold appeal", ("traced", {"country": "DE"}), ("look", {"concern": "grooming"}),
])  # fmt: skip


@given(st.lists(st.lists(steps, max_size=8), min_size=1, max_size=4), st.randoms())
def test_it_does_not_matter_how_events_of_different_cases_lie_between_each_other_fig_02(stories, random):
    received = [Received(case, START) for case in range(len(stories))]
    queues = [list(moments(*story, case=case, subject=case)) for case, story in enumerate(stories)]
    apart = [event for queue in queues for event in queue]
    mixed = []
    while any(queues):
        mixed.append(random.choice([queue for queue in queues if queue]).pop(0))
    random.shuffle(received)
    assert facts_of(received, mixed, zone=UTC) == facts_of(sorted(received, key=lambda one: one.case), apart, zone=UTC)


some_fact = st.builds(
    lambda case, outcome, sure, concern, country, age, hours, disputed: Fact(
        case, case, DAY, DAY if outcome else None, DAY if sure and outcome in ("baseline", "national") else None,
        DAY if hours else None, outcome, concern, "web", country, country == "NL", 1.0 if outcome else None, None,
        hours or None, "removed" if hours else "", age, disputed,
    ),
    st.integers(1, 60), st.sampled_from(["", *OUTCOMES]), st.booleans(), st.sampled_from(["", *CONCERNS]),
    st.sampled_from(["", "NL", "DE", "FR", "US"]), st.sampled_from(["unknown", "infant"]), st.sampled_from([0, 4.0]), st.booleans(),
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(some_fact, max_size=120), st.integers(1, 12))
def test_totals_equal_sums_and_hidden_ones_have_company_fig_03_fig_04(rows, under):
    counts = counts_of(rows, YEAR)
    for one in SUMS:
        assert counts[one.total] == sum(counts[part] for part in one.parts), one
    assert counts["addresses/elsewhere"] == sum(value for code, value in counts.items() if code.startswith("country/"))
    told = suppressed(counts, under)
    assert all(value is None or value == 0 or value >= under for value in told.values())
    for one in SUMS:
        parts = [told[part] for part in one.parts]
        assert None not in parts or all(part is None for part in parts)
    if told["addresses/elsewhere"] is not None:
        assert sum(value for code, value in told.items() if code.startswith("country/")) == told["addresses/elsewhere"]


LOW, MOST = 3, 4
# home and removed, home and there, elsewhere and removed, elsewhere and there, assessed and not illegal
CORNERS = [("NL", True), ("NL", False), ("", True), ("", False)]


def told_of(numbers):
    rows = [
        Fact(place, place, DAY, DAY, DAY, DAY if gone else None, "baseline", "other", "web", where, where == "NL",
             to_removal=1.0 if gone else None, ended="removed" if gone else "")
        for place, (where, gone) in enumerate(one for one, many in zip(CORNERS, numbers, strict=False) for _ in range(many))
    ]  # fmt: skip
    rows += [Fact(100 + n, 1, DAY, DAY, outcome="not_illegal", concern="other") for n in range(numbers[4])]
    told = suppressed(counts_of(rows, YEAR), LOW)
    return tuple((code, told[code]) for code in sorted(told) if code.startswith(("addresses/", "removal/")))


def test_no_small_count_of_addresses_can_be_worked_out_by_trying_every_table_fig_04():
    """The oracle: every table that would be printed alike; each small count, also one that is not printed, has another value."""
    alike = {}
    for numbers in product(range(MOST + 2), repeat=5):
        alike.setdefault(told_of(numbers), []).append(numbers)
    secrets = {
        "home": lambda n: n[0] + n[1], "elsewhere": lambda n: n[2] + n[3], "not illegal": lambda n: n[4],
        "home and removed": lambda n: n[0], "home and there": lambda n: n[1],
        "removed": lambda n: n[0] + n[2], "there": lambda n: n[1] + n[3],
    }  # fmt: skip
    for group in alike.values():
        for name, read in secrets.items():
            values = Counter(read(numbers) for numbers in group)
            for numbers in group:
                if max(numbers) < MOST and 0 < read(numbers) < LOW:
                    assert len(values) > 1, (name, numbers)


def test_medians_are_told_over_ten_or_more_fig_05():
    def rows(n):
        return [
            Fact(k, k, DAY, DAY, DAY, DAY, "baseline", at_home=k % 2 == 0, to_removal=float(k), ended="removed") for k in range(n)
        ]

    assert medians_of(rows(9), YEAR)["removal"] is None
    found = medians_of(rows(20), YEAR)
    assert (found["removal"], found["removal_home"], found["removal_elsewhere"]) == (9.5, 9.0, 10.0)
    assert medians_of(rows(20), YEAR - 1)["removal"] is None


def test_one_report_of_several_addresses_is_one_report_fig_03():
    rows = [
        Fact(1, 1, DAY, DAY, DAY, DAY, "baseline", ended="removed", to_removal=2),
        Fact(1, 2, DAY, DAY, None, None, "not_illegal"),
        Fact(2, 3, DAY, DAY, None, None, "unable"), Fact(2, 4, DAY),
    ]  # fmt: skip
    found = counts_of(rows, YEAR)
    assert {code: found[f"reports/{code}"] for code in ("received", "confirmed", "removed", "waiting", "unable")} == {
        "received": 2, "confirmed": 1, "removed": 1, "waiting": 1, "unable": 0,
    }  # fmt: skip
    assert (found["addresses/assessed"], found["addresses/confirmed"]) == (3, 1)


def test_countries_with_few_addresses_stand_together_fig_04():
    rows = [Fact(k, k, DAY, DAY, DAY, None, "baseline", country=c) for k, c in enumerate("US" for _ in range(30))]
    rows += [Fact(100 + k, 1, DAY, DAY, DAY, None, "baseline", country="FR") for k in range(4)]
    found = yearly(rows, YEAR, "NL", under=10, as_of=DAY).table("country")
    assert found == [("country/others", 34)]
    rows += [Fact(200 + k, 1, DAY, DAY, DAY, None, "baseline") for k in range(12)]
    assert yearly(rows, YEAR, "NL", under=10, as_of=DAY).table("country") == [("country/US", 30), ("country/others", 16)]


def notices(*rows):
    return [NoticeFact(firm, kind, DAY, action) for firm, kind, action, many in rows for _ in range(many)]


def test_the_report_of_notices_by_provider_kind_and_action_fig_08():
    rows = notices(("Host One", "baseline", "removed", 30), ("Host Two", "national", "", 12), ("", "baseline", "refused", 11))
    found = notice_report([*rows, NoticeFact("Host One", "baseline", date(2025, 1, 1))], YEAR, under=10, independence=" A board. ")
    assert (found.total, found.providers, found.others) == (53, (("Host One", 30), ("Host Two", 12)), 11)
    assert dict(found.kinds) == {"baseline": 41, "national": 12, "other": 0}
    assert dict(found.actions)["no_answer"] == 12
    assert found.independence == "A board."


def test_small_counts_of_notices_are_for_the_authority_alone_fig_08():
    rows = notices(("Host One", "baseline", "removed", 30), ("Host Two", "national", "refused", 4))
    told, whole = notice_report(rows, YEAR, under=10), notice_report(rows, YEAR, under=1)
    assert (told.providers, told.others) == ((), 34)
    assert {count for _, count in (*told.kinds, *told.actions)} == {None}
    assert whole.providers == (("Host One", 30), ("Host Two", 4))
    assert notice_report(rows[:5], YEAR, under=10).total is None


def test_every_kind_of_concern_and_every_outcome_has_its_cell_fig_03():
    assert {f"kind/{code}" for code in CONCERNS} <= set(LABELS)
    rows = [Fact(k, k, DAY, concern=code) for k, code in enumerate(CONCERNS)]
    rows += [Fact(100 + k, 1, DAY, DAY, outcome=code) for k, code in enumerate(OUTCOMES)]
    assert counts_of(rows, YEAR)["reports/received"] == len(rows)
