"""Documents are complete: each setting, room, command, indicator and rule is named where a reader would look."""

import re
from pathlib import Path

from cop.cli.dev import tables
from cop.cli.main import COMMANDS
from cop.ground.core.door import PACKAGE

ROOT = PACKAGE.parent


def text(name):
    return (ROOT / name).read_text(encoding="utf-8")


def test_each_setting_is_documented_on_one_page():
    code = "\n".join(path.read_text(encoding="utf-8") for path in (PACKAGE / "config").glob("*.py"))
    code += "\n".join(path.read_text(encoding="utf-8") for path in (PACKAGE / "cli").glob("*.py"))
    names = set(re.findall(r'"(COP_[A-Z_]+)"', code)) - {"COP_SECRET_KEY"}
    documented = set(re.findall(r"`(COP_[A-Z_]+)`", text("docs/settings.md")))
    assert names - documented == set()
    of_a_file = {f"{name}{ending}" for name in names for ending in ("_PASSWORD_FILE", "_FROM", "_TLS")}  # read beside their name
    assert documented - names - of_a_file - {"COP_SECRET_KEY_FILE", "COP_CHROMIUM"} == set()


def test_the_readme_names_the_two_commands_every_room_and_every_command():
    readme = text("README.md")
    assert "uv run cop demo" in readme
    assert "uv run pytest" in readme
    for room in ("ground", "observatory", "guidance", "front", "cli", "config"):
        assert room in readme
    for command in COMMANDS:
        assert f"cop {command}" in readme or f"`{command}`" in text("cop/cli/README.md"), command


def test_decisions_are_short():
    decisions = sorted((ROOT / "docs" / "adr").glob("*.md"))
    assert len(decisions) >= 8
    for path in decisions:
        held = path.read_text(encoding="utf-8")
        assert len(held.splitlines()) <= 40, path.name
        assert all(word in held for word in ("Context", "Decision", "Consequences")), path.name


def test_generated_documents_are_fresh():
    assert tables.stale() == []


def test_links_between_documents_lead_to_files():
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *PACKAGE.glob("*/README.md")]:
        prose = re.sub(r"```.*?```|`[^`\n]*`", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", prose):
            assert (path.parent / target).exists(), f"{path.relative_to(ROOT)} links to {target}"


def test_papers_of_the_project_are_one_page_each():
    for name in (
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
        "GOVERNANCE.md",
        "ACCESSIBILITY.md",
        "docs/digital-public-good.md",
    ):
        assert 10 <= len(text(name).splitlines()) <= 100, name
    assert "Apache License" in text("LICENSE")
    assert "CC BY 4.0" in text("LICENSE-CONTENT.md")
    for word in ("ITU", "INHOPE", "UNICEF"):
        assert word in text("README.md")


def test_the_root_holds_nothing_unexplained():
    known = {".cache", ".ci", ".git", ".gitignore", ".importlinter", ".venv", "bench", "cop", "docs", "tests", "pyproject.toml", "hatch_build.py", "conftest.py",
             "requirements.txt", "uv.lock", "pictures", "LICENSE", "LICENSE-CONTENT.md"}  # fmt: skip
    found = {path.name for path in Path(ROOT).iterdir() if not path.name.endswith("_cache") and not path.name.startswith(".venv-")}
    assert {name for name in found - known if not name.endswith(".md")} - {".hypothesis", "__pycache__"} == set()
