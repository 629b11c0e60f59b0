"""A damaged file is named by file, row and column, and nothing of it is used."""

import csv
import shutil

import pytest

from cop.ground.core.tables import PACKAGE, DataError, Reference, verify


def test_every_packaged_file_is_whole():
    report = verify(Reference())
    assert len(report) >= 23
    assert {file: problems for file, problems in report.items() if problems} == {}


@pytest.mark.parametrize(
    ("row", "column", "value", "said"),
    [
        (10, "bound_date", "sometime", "observatory/treaty_parties.csv row 10 column bound_date: 'sometime' is no date"),
        (3, "treaty", "CEDAW", "observatory/treaty_parties.csv row 3 column treaty: 'CEDAW' is not one of"),
        (5, "as_of", "", "observatory/treaty_parties.csv row 5 column as_of is empty"),
        (3, "iso3", "AFG", "observatory/treaty_parties.csv row"),
    ],
)
def test_a_bad_cell_is_named(tmp_path, row, column, value, said):
    folder = tmp_path / "observatory"
    folder.mkdir()
    for end in (".csv", ".passport.toml"):
        shutil.copy(PACKAGE / "observatory" / "data" / f"treaty_parties{end}", folder)
    path = folder / "treaty_parties.csv"
    with path.open(encoding="utf-8") as file:
        lines = list(csv.reader(file))
    lines[row - 1][lines[0].index(column)] = value
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(lines)
    reference = Reference(tmp_path)
    assert any(problem.startswith(said) for problem in verify(reference)["observatory/treaty_parties.csv"])
    with pytest.raises(DataError, match="observatory/treaty_parties.csv"):
        reference.table("observatory", "treaty_parties")


@pytest.mark.parametrize("damage", [b"", b"\xff\xfe", b"iso3,treaty\nAFG,CRC\n", b"a" * 100])
def test_a_truncated_or_foreign_file_is_refused_whole(tmp_path, damage):
    folder = tmp_path / "observatory"
    folder.mkdir()
    shutil.copy(PACKAGE / "observatory" / "data" / "inhope_2014.passport.toml", folder)
    (folder / "inhope_2014.csv").write_bytes(damage)
    with pytest.raises(DataError, match=r"observatory/inhope_2014\.csv"):
        Reference(tmp_path).table("observatory", "inhope_2014")


def test_a_file_without_passport_is_refused(tmp_path):
    (tmp_path / "observatory").mkdir()
    shutil.copy(PACKAGE / "observatory" / "data" / "inhope_2014.csv", tmp_path / "observatory")
    (tmp_path / "observatory" / "inhope_2014.passport.toml").write_text("title = 'x'\n")
    with pytest.raises(DataError, match="lacks"):
        Reference(tmp_path).table("observatory", "inhope_2014")
