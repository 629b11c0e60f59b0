"""The round of a demonstration holds what the data files say and nothing else (RND-11, RND-12, RND-27)."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from cop.ground.core.door import PACKAGE, DataError
from cop.observatory.actions.demonstration import ROUND
from cop.observatory.actions.prefill import prefill_from_facts, prefill_from_round, prefill_round
from cop.observatory.actions.rounds import add_questionnaire, create_round, move_round
from cop.observatory.actions.signoff import sign, submit
from cop.observatory.actions.version_maps import add_version_map
from cop.observatory.core.door import observatory
from cop.observatory.core.questionnaire import Group, Kind, Question, Questionnaire
from cop.observatory.core.rounds.refusals import Refused
from cop.observatory.core.rounds.stages import Stage
from cop.observatory.models import AnswerChange, AnswerSource, AnswerValue, Participation, Round
from cop.observatory.public import demonstration
from cop.observatory.queries.snapshots import snapshot_of
from cop.observatory.queries.sources import source_row
from tests.survey import AT, DAYS, OPENS, a_round, say, taking_part

pytestmark = pytest.mark.django_db


def rows_of(name: str) -> list[dict[str, str]]:
    """The rows of a packaged data file, read without any code of ours; `row` counts lines with the heading as 1."""
    room, file = name.split("/")
    with (PACKAGE / room / "data" / file).open(encoding="utf-8", newline="") as lines:
        return [{**row, "row": str(number)} for number, row in enumerate(csv.DictReader(lines), start=2)]


def used(file: str, question: str) -> list[tuple[str, int]]:
    """The rows on which the answers to a question stand, with the country."""
    found = AnswerSource.objects.filter(file=file, answer__question_id=question)
    return sorted(found.values_list("answer__participation__iso3", "row"))


def test_proposals_counted_by_source_equal_the_rows_of_the_data_files_and_there_are_no_others_RND_12():
    demonstration(AT)
    countries = set(observatory().ground.places.countries)
    assert Round.objects.get(pk=ROUND).state == "open"
    assert set(Participation.objects.values_list("iso3", flat=True)) == countries
    treaties = rows_of("observatory/treaty_parties.csv")
    expected = {
        ("observatory/treaty_parties.csv", question): [(r["iso3"], int(r["row"])) for r in treaties if r["treaty"] in names]
        for question, names in {"law_crc": {"CRC"}, "law_opsc": {"OPSC"}, "law_treaties": {"OPIC", "OPAC"}}.items()
    }
    lists = {
        "observatory/lanzarote_parties.csv": ("law_treaties", "coop_networks_which"),
        "observatory/budapest_parties.csv": ("law_treaties",),
        "observatory/un_cybercrime_signatures.csv": ("law_treaties",),
        "observatory/inhope_2014.csv": ("rep_network_which",),
    }
    for file, questions in lists.items():
        for question in questions:
            expected[file, question] = [(r["iso3"], int(r["row"])) for r in rows_of(file)]
    for (file, question), rows in expected.items():
        assert used(file, question) == sorted(row for row in rows if row[0] in countries), (file, question)
    files = set(AnswerSource.objects.values_list("file", flat=True))
    others = files - {file for file, _ in expected}
    assert others == {"ground/populations_wpp2024.csv", "ground/internet_users.csv", "ground/helplines.csv"}
    children = dict(used("ground/populations_wpp2024.csv", "stat_children"))
    year = {(r["iso3"], int(r["row"])) for r in rows_of("ground/populations_wpp2024.csv")}
    assert len(children) == 195
    assert set(children.items()) <= year


def test_every_row_named_says_what_was_filled_in_and_is_about_that_country_RND_12():
    demonstration(AT)
    iso2 = {country.iso3: country.iso2 for country in observatory().ground.places.countries.values()}
    tables = {
        file: {int(row["row"]): row for row in rows_of(file)} for file in set(AnswerSource.objects.values_list("file", flat=True))
    }
    for source in AnswerSource.objects.select_related("answer__participation"):
        row = tables[source.file][source.row]
        iso3 = source.answer.participation.iso3
        assert row.get("iso3") == iso3 or row.get("iso2") == iso2[iso3], (source.file, source.row)
        if source.file == "ground/populations_wpp2024.csv":
            assert str(source.answer.value) == row["age_0_17"]
        if source.file == "ground/internet_users.csv":
            assert float(row[source.column]) == pytest.approx(source.answer.value, abs=1e-6)
        if source.file == "observatory/treaty_parties.csv":
            assert row["bound_date"] in source.said


def test_nothing_is_confirmed_and_nothing_else_is_answered_RND_11():
    demonstration(AT)
    assert not AnswerValue.objects.exclude(confirmed_at=None).exists()
    assert not AnswerValue.objects.exclude(origin="register").exists()
    assert not AnswerValue.objects.filter(sources=None).exists()
    assert AnswerChange.objects.count() == AnswerValue.objects.count()
    assert snapshot_of(ROUND, "CRI").answers == ()
    counted = Counter(AnswerValue.objects.values_list("participation__iso3", flat=True))
    assert min(counted.values()) >= 1
    before = AnswerSource.objects.count()
    demonstration(AT)
    assert AnswerSource.objects.count() == before


def test_opening_a_row_shows_the_row_of_the_file_RND_12():
    demonstration(AT)
    source = AnswerSource.objects.get(answer__participation__iso3="CRI", answer__question_id="law_opsc")
    row = source_row(source.file, source.row)
    assert dict(row.cells)["bound_date"] == "2002-04-09"
    assert source_row("observatory/treaty_parties.csv", 10**6) is None
    assert source_row("../../etc/passwd", 1) is None


def test_what_a_country_signed_last_is_proposed_in_the_next_round_RND_11():
    a_round()
    taking_part()
    say("law_csam", "no", note="Checked.")
    submit(round_id="test-2026", iso3="CRI", at=AT, actor="p-one")
    sign(
        round_id="test-2026",
        iso3="CRI",
        sha256=snapshot_of("test-2026", "CRI").sha256,
        name="A",
        title="B",
        language="en",
        at=AT,
        actor="p-two",
    )
    a_round(round_id="next-2027")
    assert prefill_from_round(round_id="next-2027", iso3="CRI", earlier="test-2026", at=AT, actor="p-one") == 1
    answer = AnswerValue.objects.get(participation__round_id="next-2027")
    assert (answer.value, answer.origin, answer.confirmed_at) == ("no", "last_round", None)
    assert answer.sources.get().file == "round/test-2026"
    with pytest.raises(Refused, match="RND-11"):
        prefill_from_round(round_id="test-2026", iso3="CRI", earlier="next-2027", at=AT, actor="p-one")


def test_a_sample_round_holds_invented_countries_only_and_another_none_RND_27():
    a_round("XAA", "XAB", round_id="sample", sample=True)
    for countries, sample in (("CRI", True), ("XAA", False), ("ZZZ", True)):
        with pytest.raises(Refused, match="RND-27"):
            a_round(countries, round_id="other", sample=sample)


def two_versions() -> tuple[int, int]:
    """A version of four questions, and the next, in which each of them met another fate."""

    def asked(version: str, *items: Question) -> int:
        made = Questionnaire("two", version, {"en": "Two versions"}, ("en",), (Group("law", "1", {"en": "Law"}, items=items),))
        return add_questionnaire(questionnaire=made, at=OPENS, actor="system")

    def one(id: str, label: str, kind: Kind = Kind.STATE, **more: Any) -> Question:
        return Question(id, id, kind, {"en": label}, **more)

    first = asked(
        "1", one("same", "A law?"), one("old_name", "A line?"), one("hours", "Hours?", Kind.NUMBER), one("worded", "A plan?")
    )
    second = asked(
        "2", one("same", "A law?"), one("new_name", "A line?"), one("hours", "Hours?", Kind.NUMBER), one("worded", "A budget?")
    )
    return first, second


def signed_under(questionnaire_id: int) -> None:
    days = {
        "round_id": "test-2026",
        "title": {"en": "First"},
        "questionnaire_id": questionnaire_id,
        "days": DAYS,
        "countries": ["CRI"],
    }
    create_round(**days, at=OPENS - timedelta(days=9), actor="system")
    for stage in (Stage.REVIEW, Stage.OPEN):
        move_round(round_id="test-2026", to=stage, at=OPENS, actor="system")
    taking_part()
    for question, value in (("same", "no"), ("old_name", "yes"), ("hours", 24), ("worded", "yes")):
        say(question, value)
    submit(round_id="test-2026", iso3="CRI", at=AT, actor="p-one")
    sha256 = snapshot_of("test-2026", "CRI").sha256
    sign(round_id="test-2026", iso3="CRI", sha256=sha256, name="A", title="B", language="en", at=AT, actor="p-two")


def proposed_under(questionnaire_id: int) -> dict[str, Any]:
    create_round(
        round_id="next-2027",
        title={"en": "Next"},
        questionnaire_id=questionnaire_id,
        days=DAYS,
        countries=["CRI"],
        at=OPENS,
        actor="s",
    )
    prefill_from_round(round_id="next-2027", iso3="CRI", earlier="test-2026", at=AT, actor="p-one")
    return dict(AnswerValue.objects.filter(participation__round_id="next-2027").values_list("question_id", "value"))


LINES = [
    {"old": "same", "new": "same", "comparability": "comparable"},
    {"old": "old_name", "new": "new_name", "comparability": "comparable"},
    {"old": "hours", "new": "hours", "comparability": "break", "note": "now of the year"},
    {"old": "worded"},
    {"new": "worded"},
]


def test_an_earlier_answer_goes_by_the_map_of_versions_renamed_and_never_over_a_break_RND_11():
    first, second = two_versions()
    add_version_map(questionnaire_id=second, earlier_id=first, lines=LINES, at=AT, actor="p-officer")
    signed_under(first)
    assert proposed_under(second) == {"same": "no", "new_name": "yes"}
    source = AnswerSource.objects.get(answer__question_id="new_name")
    assert (source.file, source.column) == ("round/test-2026", "old_name")


def test_without_a_map_only_a_question_that_stayed_the_same_is_filled_in_RND_11():
    first, second = two_versions()
    signed_under(first)
    assert proposed_under(second) == {"same": "no", "hours": 24}


def test_a_map_that_leaves_a_question_out_is_refused_by_its_name_QST_03():
    first, second = two_versions()
    with pytest.raises(DataError, match="does not say what becomes of question worded"):
        add_version_map(questionnaire_id=second, earlier_id=first, lines=LINES[:3], at=AT, actor="p-officer")
    with pytest.raises(Refused, match="RND-02"):
        add_version_map(questionnaire_id=second, earlier_id=second, lines=LINES, at=AT, actor="p-officer")


def test_nothing_is_filled_in_once_the_answers_are_handed_in_RND_06():
    first, _ = two_versions()
    signed_under(first)
    with pytest.raises(Refused, match="RND-06"):
        prefill_from_facts(round_id="test-2026", iso3="CRI", answers={}, at=AT, actor="p-one")


def test_a_round_that_is_closed_is_filled_in_no_more_RND_06():
    a_round()
    move_round(round_id="test-2026", to=Stage.CLOSED, at=AT, actor="p-officer")
    with pytest.raises(Refused, match="RND-06"):
        prefill_round(round_id="test-2026", at=AT, actor="p-officer")
    assert not AnswerValue.objects.exists()
