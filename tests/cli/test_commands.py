"""The command line: contracts, exit codes, one clear line on errors, and the same answer as the pages."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cop.cli.main import COMMANDS, main
from cop.front.core.door import rooms
from tests.conftest import change_cell
from tests.facts_files import workbook_of

COP = [sys.executable, "-m", "cop"]


def run(*arguments, **environment):
    done = subprocess.run([*COP, *arguments], capture_output=True, text=True, check=False, encoding="utf-8",
                          env=os.environ | {"COP_TODAY": "2026-11-22"} | environment)  # fmt: skip
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_explains_itself(command, capsys):
    with pytest.raises(SystemExit) as caught:
        main([command, "--help"])
    assert caught.value.code == 0
    assert "usage: cop" in capsys.readouterr().out


def test_coverage_gives_the_contract(capsysbinary):
    assert main(["coverage", "P1-09/OPSC", "--at", "2014-12-31", "--format", "json"]) == 0
    found = json.loads(capsysbinary.readouterr().out)
    assert {"indicator", "at", "group", "countries", "children"} <= found.keys()
    assert found["countries"] == {"n": 169, "of": 193, "percent": 87.6, "low": 87.6, "high": 87.6}
    assert found["children"]["percent"] == 96.6


@pytest.mark.parametrize(("arguments", "said"), [
    (["coverage", "P2-02/INHOPE", "--at", "2014"], "44 of 193, 22.8 %"),
    (["coverage", "P2-02/INHOPE", "--at", "2014", "--ages", "0-14"], "16.1 %"),
    (["coverage", "P2-02/INHOPE", "--at", "2014", "--vintage", "2019"], "16.9 %"),
    (["coverage", "P1-09/OPSC", "--at", "2014-12-31", "--group", "Africa"], "africa"),
    (["coverage", "P1-09/OPSC", "--at", "2014-12-31"], "2,329.0 million"),
])  # fmt: skip
def test_coverage_in_words(arguments, said, capsys):
    assert main(arguments) == 0
    assert said in capsys.readouterr().out


@pytest.mark.parametrize(("arguments", "said"), [
    (["country", "XYZ"], "nearest"),
    (["country", "TWN"], "/help/TW/"),
    (["country", "HKG"], "/help/HK/"),
    (["country", "XAA"], "XAA"),
    (["coverage", "P9-99"], "P9-99"),
    (["coverage", "P1-09/OPSC", "--group", "Atlantis"], "atlantis"),
    (["coverage", "P1-09/OPSC", "--at", "soon"], "soon"),
    (["country", "CRI", "--lang", "de"], "de"),
    (["country", "CRI", "--format", "pdf"], "--output"),
    (["country", "CRI", "--facts", "/nowhere/mine.xlsx"], "/nowhere/mine.xlsx"),
    (["nothing"], "nothing"),
    (["facts", "--template", "Kenia"], "KEN"),
])  # fmt: skip
def test_a_wrong_question_exits_2_with_one_line_that_names_it(arguments, said):
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert len(err.strip().splitlines()) == 1
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("code", "lang"), [("CRI", "en"), ("KEN", "fr"), ("SAU", "ar"), ("CHN", "zh-hans"), ("TUV", "en"), ("PSE", "es"), ("RUS", "ru")]
)
def test_a_country_answers_in_each_language(code, lang, capsysbinary, held):
    assert main(["country", code, "--lang", lang, "--at", "2026-11-22"]) == 0
    text = capsysbinary.readouterr().out.decode()
    country = held.ground.places.country(code)
    assert country.names[{"zh-hans": "zh"}.get(lang, lang)] in text
    assert "R01" in text
    assert f"cop country {code} --lang {lang} --format pdf" in re.sub(r"\s+", " ", text)


def test_the_json_answer_holds_its_contract(capsysbinary):
    assert main(["country", "CRI", "--format", "json", "--at", "2026-11-22"]) == 0
    found = json.loads(capsysbinary.readouterr().out)
    assert {"country", "pillars", "unknown", "targets", "actions", "help"} <= found.keys()
    for fact in (fact for pillar in found["pillars"] for fact in pillar["facts"]):
        assert {"value", "state", "source", "date"} <= fact.keys()
    assert 0 < len(found["actions"]) <= 5
    assert all({"reason", "source", "owner"} <= action.keys() for action in found["actions"])


def test_palestine_says_that_it_stands_outside_the_count(capsysbinary):
    main(["country", "PSE"])
    assert b"outside the count of ITU member states" in re.sub(rb"\s+", b" ", capsysbinary.readouterr().out)


def test_own_facts_change_the_answer_and_are_marked(tmp_path, capsysbinary):
    from cop.ground.core.door import ground, words
    from cop.observatory.core.door import observatory
    from cop.observatory.formats.workbook import write_template

    mine = tmp_path / "mine.xlsx"
    stated = {"P1-01": {"D": "no", "G": "Law review (invented)"}}
    mine.write_bytes(write_template(observatory().indicators, ground().places.country("CRI"), words("en"), stated))
    assert main(["country", "CRI", "--facts", str(mine)]) == 0
    text = capsysbinary.readouterr().out.decode()
    assert "Stated by the user, not published." in text
    assert "[R06]" in text


def test_a_workbook_of_another_country_fails_with_the_cell(tmp_path):
    mine = tmp_path / "xaa.xlsx"
    mine.write_bytes(workbook_of("XAA"))
    code, _, err = run("country", "CRI", "--facts", str(mine))
    assert code == 1
    assert "cell B2" in err


def test_a_template_is_written_and_named(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["facts", "--template", "CRI", "--lang", "es"]) == 0
    assert capsys.readouterr().out.strip() == "facts-CRI.xlsx"
    assert Path("facts-CRI.xlsx").read_bytes()[:2] == b"PK"


def test_goals_of_the_operator_are_shown_and_a_bad_file_is_named(tmp_path, monkeypatch, capsysbinary):
    (tmp_path / "goals.toml").write_text(
        '[[goal]]\nindicator = "P2-01"\nmeasure = "yes"\nvalue = 100\nby = "2030"\nset_by = "Ministry (invented)"\n'
    )
    monkeypatch.setenv("COP_DATA", str(tmp_path))
    assert main(["country", "CRI"]) == 0
    assert "Ministry (invented)" in capsysbinary.readouterr().out.decode()
    for bad in ("[[goal]]\n", "not toml", '[[goal]]\nindicator="P2-01"\nmeasure="hearts"\nvalue=1\nby="2030"\nset_by="x"\n'):
        (tmp_path / "goals.toml").write_text(bad)
        assert main(["country", "CRI"]) == 1
        assert b"goals.toml" in capsysbinary.readouterr().err


def test_data_verify_names_file_row_and_column(changed, monkeypatch, capsys):
    root = changed("observatory/inhope_2014.csv", 4, "itu_member_state", "1")
    monkeypatch.setenv("COP_REFERENCE", str(root))
    assert main(["data", "verify"]) == 0
    change_cell(root / "observatory" / "inhope_2014.csv", 4, "itu_member_state", "maybe")
    assert main(["data", "verify"]) == 1
    assert "observatory/inhope_2014.csv row 4 column itu_member_state: 'maybe' is no flag" in capsys.readouterr().out


def test_damaged_data_stop_a_country_answer_in_one_line(tmp_path):
    (tmp_path / "observatory").mkdir()
    for end in (".csv", ".passport.toml"):
        source = rooms(None).ground.reference.path("observatory", f"treaty_parties{end}")
        (tmp_path / "observatory" / source.name).write_bytes(source.read_bytes().replace(b"CRI,OPSC,2002", b"CRI,OPSC,20x2"))
    code, out, err = run("country", "CRI", COP_REFERENCE=str(tmp_path))
    assert (code, out) == (1, "")
    assert "observatory/treaty_parties.csv row" in err
    assert "column bound_date" in err


def test_the_command_line_answers_without_django():
    code = "import sys; from cop.cli.main import main; main(['country', 'CRI']); main(['coverage', 'P1-09/OPSC']); sys.exit(3 * ('django' in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0


def test_an_output_that_can_t_be_written_is_said_in_one_line(tmp_path):
    code, _, err = run("country", "CRI", "--output", str(tmp_path / "no" / "file.txt"))
    assert code == 1
    assert "no/file.txt" in err
