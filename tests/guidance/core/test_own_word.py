"""The operator's own word on numbers: confirmed ones are shown for six months, withdrawn ones never, a broken file vouches for nothing.

Keeps S-15, S-16 and S-17 of SAFEGUARDING.md.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest

from cop.ground.core.door import generation, ground
from cop.guidance.core.door import guidance
from cop.guidance.core.own_word import COLUMNS, BadWord, Word, add_word, lasts_until, problems_with, read_own_word
from tests.conftest import AT

PLACES = ground().places
CONFIRMED = Word(
    "confirmed", "CR", "helpline", "Linea de prueba", "1147", "short", "24/7", "free", "phone chat", "", "Spanish", "", "https://linea.example",
    "page of the provider, read today", "2026-11-22", "A. Person", "2027-05-22",
)  # fmt: skip


def shown(folder, code="CR", at=AT):
    return [service.number for service in guidance(None, folder).help(code, at).helplines]


def test_a_confirmed_number_is_shown_until_it_expires(tmp_path):
    assert shown(tmp_path) == []
    add_word(tmp_path, CONFIRMED, PLACES)
    assert shown(tmp_path) == ["1147"]
    assert shown(tmp_path, at=date(2027, 5, 22)) == ["1147"]
    assert shown(tmp_path, at=date(2027, 5, 23)) == []


def test_a_confirmation_says_who_vouches_and_never_names_the_person(tmp_path):
    add_word(tmp_path, CONFIRMED, PLACES)
    [service] = guidance(None, tmp_path).help("CR", AT).helplines
    assert service.provenance.source == "page of the provider, read today"
    assert "A. Person" not in repr(service)


def test_a_withdrawn_number_is_gone_even_where_a_source_vouches_for_it(tmp_path):
    assert shown(tmp_path, "SE") == ["116 111"]
    add_word(tmp_path, replace(CONFIRMED, verdict="withdrawn", iso2="SE", number="116111"), PLACES)
    assert shown(tmp_path, "SE") == []
    assert guidance(None, tmp_path).help("SE", AT).is_fallback
    add_word(tmp_path, replace(CONFIRMED, iso2="SE", number="116 111"), PLACES)
    assert shown(tmp_path, "SE") == ["116 111"]


def test_a_confirmation_that_expired_does_not_bring_back_what_its_source_said(tmp_path):
    add_word(tmp_path, replace(CONFIRMED, iso2="SE", number="116 111", date="2026-01-01", expires="2026-03-01"), PLACES)
    assert shown(tmp_path, "SE") == []


def test_a_withdrawn_emergency_number_leaves_the_words_your_local_number(tmp_path):
    word = replace(CONFIRMED, verdict="withdrawn", kind="all", number="911")
    assert [n.number for n in guidance(None, tmp_path).help("CR", AT).emergency] == ["911"]
    add_word(tmp_path, word, PLACES)
    assert guidance(None, tmp_path).help("CR", AT).emergency == ()
    add_word(tmp_path, replace(CONFIRMED, kind="police", number="911", organisation=""), PLACES)
    assert [(n.service, n.number) for n in guidance(None, tmp_path).help("CR", AT).emergency] == [("police", "911")]


def test_a_number_withdrawn_as_one_kind_is_gone_as_every_kind_until_confirmed_again(tmp_path):
    add_word(tmp_path, CONFIRMED, PLACES)
    add_word(tmp_path, replace(CONFIRMED, kind="suicide"), PLACES)
    add_word(tmp_path, replace(CONFIRMED, verdict="withdrawn"), PLACES)
    answer = guidance(None, tmp_path).help("CR", AT)
    assert answer.helplines + answer.other_lines == ()
    add_word(tmp_path, replace(CONFIRMED, kind="suicide"), PLACES)
    assert [line.kind for line in guidance(None, tmp_path).help("CR", AT).other_lines] == ["suicide"]


def test_a_word_dated_in_the_future_holds_from_its_day(tmp_path):
    add_word(tmp_path, replace(CONFIRMED, date="2027-01-01", expires="2027-05-01"), PLACES)
    assert shown(tmp_path) == []
    assert shown(tmp_path, at=date(2027, 1, 1)) == ["1147"]


def test_a_file_or_folder_that_is_gone_vouches_for_nothing(tmp_path):
    add_word(tmp_path, replace(CONFIRMED, verdict="withdrawn", iso2="SE", number="116111"), PLACES)
    (tmp_path / "help.csv").unlink()
    assert shown(tmp_path, "SE") == []
    assert "help.csv is gone" in read_own_word(tmp_path, PLACES).problems[0]
    assert "is gone" in read_own_word(tmp_path / "nowhere", PLACES).problems[0]
    assert shown(tmp_path / "nowhere", "SE") == []


def test_a_link_that_leads_nowhere_does_not_hide_a_change_by_hand(tmp_path):
    (tmp_path / "old.csv").symlink_to(tmp_path / "missing.csv")
    before = generation(tmp_path)
    (tmp_path / "help.csv").write_text("changed", encoding="utf-8")
    assert generation(tmp_path) != before


def test_a_confirmed_emergency_number_stands_before_the_listed_one(tmp_path):
    add_word(tmp_path, replace(CONFIRMED, kind="all", number="112", organisation=""), PLACES)
    assert [n.number for n in guidance(None, tmp_path).help("CR", AT).emergency] == ["112"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"verdict": "maybe"}, "verdict is 'maybe'"),
        ({"iso2": "QQ"}, "iso2 is 'QQ', which is no area"),
        ({"kind": "hotline"}, "kind is 'hotline'"),
        ({"number": "1147; 911"}, "number is '1147; 911'; write one number"),
        ({"number": "<b>"}, "number is '<b>'"),
        ({"number": "110/119"}, "number is '110/119'"),
        ({"organisation": "A\u202eB"}, "organisation holds the sign U+202E"),
        ({"source": "A\x07"}, "source holds the sign U+0007"),
        ({"number": "116 111 116 111", "number_type": "short"}, "too long for a short number"),
        ({"number": "+506 1147"}, "an international number begins with +, and no other does"),
        ({"number_type": "international"}, "an international number begins with +"),
        ({"number_type": ""}, "number_type is ''"),
        ({"organisation": " "}, "organisation is empty"),
        ({"source": ""}, "source is empty"),
        ({"person": ""}, "person is empty"),
        ({"date": "yesterday"}, "must be days such as"),
        ({"expires": "2027-06-01"}, "must lie within 6 months"),
        ({"expires": "2026-11-01"}, "must lie within 6 months"),
        ({"cost": "cheap"}, "cost is 'cheap'"),
        ({"channels": "phone pigeon"}, "channels is 'phone pigeon'"),
        ({"url": "javascript:alert(1)"}, "url is 'javascript:alert(1)'"),
    ],
)
def test_what_can_not_be_taken_is_named_and_nothing_is_written(tmp_path, change, says):
    word = replace(CONFIRMED, **change)
    assert any(says in problem for problem in problems_with(word, PLACES)), list(problems_with(word, PLACES))
    with pytest.raises(BadWord):
        add_word(tmp_path, word, PLACES)
    assert not (tmp_path / "help.csv").exists()


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text.replace("confirmed", "confrmed"),
        lambda text: text.replace(",CR,", ",QQ,"),
        lambda text: text.replace("verdict,", "", 1),
        lambda text: text[: len(text) - 30],
        lambda text: text + "half a row\n",
    ],
)
def test_a_damaged_file_vouches_for_nothing_and_every_area_falls_back(tmp_path, damage):
    add_word(tmp_path, CONFIRMED, PLACES)
    path = tmp_path / "help.csv"
    path.write_text(damage(path.read_text(encoding="utf-8")), encoding="utf-8")
    own = read_own_word(tmp_path, PLACES)
    assert own.problems
    assert all("help.csv" in problem for problem in own.problems)
    assert shown(tmp_path, "SE") == []
    assert shown(tmp_path) == []
    assert guidance(None, tmp_path).help("SE", AT).emergency == ()
    with pytest.raises(BadWord):
        add_word(tmp_path, CONFIRMED, PLACES)


def test_bytes_that_are_no_text_vouch_for_nothing(tmp_path):
    (tmp_path / "help.csv").write_bytes(b"\xff\xfe\x00")
    assert "can't be read" in read_own_word(tmp_path, PLACES).problems[0]


def test_every_word_moves_the_generation_on_and_so_does_a_change_by_hand(tmp_path):
    seen = [generation(tmp_path)]
    add_word(tmp_path, CONFIRMED, PLACES)
    seen.append(generation(tmp_path))
    add_word(tmp_path, replace(CONFIRMED, verdict="withdrawn"), PLACES)
    seen.append(generation(tmp_path))
    path = tmp_path / "help.csv"
    path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    seen.append(generation(tmp_path))
    assert len(set(seen)) == 4


def test_the_file_keeps_every_word_in_order(tmp_path):
    for verdict in ("confirmed", "withdrawn", "confirmed"):
        add_word(tmp_path, replace(CONFIRMED, verdict=verdict), PLACES)
    assert [word.verdict for word in read_own_word(tmp_path, PLACES).words] == ["confirmed", "withdrawn", "confirmed"]
    assert (tmp_path / "help.csv").read_text(encoding="utf-8").splitlines()[0] == ",".join(COLUMNS)


def test_a_confirmation_lasts_six_months_at_most():
    assert lasts_until("2026-11-22") == "2027-05-22"
    assert lasts_until("2026-08-31") == "2027-02-28"


def test_words_said_at_the_same_time_are_all_kept(tmp_path):
    numbers = [str(1000 + n) for n in range(12)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda number: add_word(tmp_path, replace(CONFIRMED, number=number), PLACES), numbers))
    assert sorted(word.number for word in read_own_word(tmp_path, PLACES).words) == numbers
