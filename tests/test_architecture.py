"""The laws of the house that an import contract can't see: sizes, names, doors, readmes, rule codes."""

import ast
import re
from pathlib import Path

import pytest

from cop.ground.core.door import PACKAGE

ROOT = PACKAGE.parent
SOURCES = sorted(path for path in PACKAGE.rglob("*.py"))
ROOMS = [path for path in PACKAGE.iterdir() if (path / "__init__.py").exists()]
FORBIDDEN = {"utils", "helpers", "common", "base", "misc", "manager", "service", "util", "helper"}


def functions():
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                yield path, node, (node.end_lineno or node.lineno) - node.lineno + 1


def test_no_file_is_over_600_lines_and_the_median_is_small():
    sizes = sorted(len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES if path.stat().st_size)
    assert sizes[-1] <= 600
    assert sizes[len(sizes) // 2] <= 150


def test_functions_are_short():
    sizes = sorted(size for _, _, size in functions())
    assert sizes[-1] <= 80
    assert sizes[int(len(sizes) * 0.95)] <= 40


def test_no_file_has_a_name_that_says_nothing():
    assert {path.stem for path in SOURCES} & FORBIDDEN == set()


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_a_room_says_in_its_readme_what_it_is(room):
    text = (room / "README.md").read_text(encoding="utf-8")
    assert 4 <= len(text.splitlines()) <= 40


@pytest.mark.parametrize("room", [r for r in ROOMS if (r / "core").exists()], ids=lambda room: room.name)
def test_the_core_of_a_room_imports_without_django(room):
    import subprocess
    import sys

    code = f"import sys, cop.{room.name}.core.door; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_public_functions_of_the_cores_say_what_they_answer():
    silent = []
    for path in SOURCES:
        layer = path.relative_to(PACKAGE).parts[1:2]
        if not layer or layer[0] not in ("core", "formats", "public.py"):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        outer = [*tree.body, *(node for item in tree.body if isinstance(item, ast.ClassDef) for node in item.body)]
        for node in outer:
            if (
                isinstance(node, ast.FunctionDef)
                and not node.name.startswith("_")
                and len(node.body) > 1
                and not ast.get_docstring(node)
            ):
                silent.append(f"{path.relative_to(ROOT)}:{node.name}")
    assert silent == []


def test_templates_static_and_data_live_inside_their_room():
    for room in ROOMS:
        for kind in ("templates", "static"):
            for path in (room / kind).glob("*"):
                assert path.name == room.name


def test_each_safeguarding_and_indicator_code_is_cited_by_a_test_and_stands_in_a_document():
    tests = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py"))
    documents = (ROOT / "SAFEGUARDING.md").read_text(encoding="utf-8") + (ROOT / "docs" / "specifications.md").read_text(
        encoding="utf-8"
    )
    codes = set(re.findall(r"\b(?:S-\d\d|IND-[A-Z]+)\b", documents))
    assert codes >= {"S-10", "S-15", "S-16", "S-17", "S-18", "IND-BAND"}
    assert {code for code in codes if code not in tests} == set()
    assert set(re.findall(r"\b(?:S-\d\d|IND-[A-Z]+)\b", tests)) <= codes


def test_nothing_is_left_to_do_in_the_code():
    for path in SOURCES:
        assert not re.search(r"\b(TODO|FIXME|XXX|HACK)\b|NotImplementedError", path.read_text(encoding="utf-8")), path


def test_the_project_speaks_of_itself_alone():
    words = ["py" + "pi.org", "python" + "hosted", "npm" + "js.org", "deb." + "debian"]
    outside = {".git", ".hypothesis", ".mypy_cache", ".ruff_cache", "pictures"}
    for path in ROOT.rglob("*"):
        parts = path.relative_to(ROOT).parts
        if not path.is_file() or parts[0] in outside or parts[0].startswith(".venv") or path.suffix in {".lock", ".pyc", ".png"}:
            continue
        text = path.read_text(encoding="utf-8", errors="ignore") if path.stat().st_size < 1_000_000 else ""
        assert not [word for word in words if word in text], path


def test_lazy_imports_name_their_reason():
    for path in SOURCES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        lines = path.read_text(encoding="utf-8").splitlines()
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                for inner in ast.walk(node):
                    if isinstance(inner, ast.Import | ast.ImportFrom):
                        assert "slow" in lines[inner.lineno - 1] or "dev" in path.parts, f"{path}:{inner.lineno}"


def test_the_checkout_is_the_one_under_test():
    assert (Path(__file__).parents[1] / "cop").resolve() == PACKAGE
