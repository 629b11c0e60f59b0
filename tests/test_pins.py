"""Not one installed package of any group is unpinned, and both lists say the same."""

import re
from importlib.metadata import distributions

from cop.cli.dev.pins import PYPROJECT, REQUIREMENTS, pinned, required

OURS = {"cop-centre"}


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_installed_package_is_pinned_to_the_installed_version():
    held = pinned()
    assert len(held) > 40
    wrong = {
        d.metadata["Name"]: d.version
        for d in distributions()
        if normal(d.metadata["Name"]) not in OURS and d.version not in held.get(normal(d.metadata["Name"]), set())
    }
    assert wrong == {}


def test_deployments_get_the_same_versions_with_hashes():
    held, needed = pinned(), required()
    assert len(needed) > 15
    assert {name for name, version in needed.items() if version not in held.get(name, set())} == set()
    text = REQUIREMENTS.read_text(encoding="utf-8")
    assert text.count("--hash=sha256:") >= len(needed)
    assert "://" not in text


def test_every_dependency_says_what_it_is_for():
    block = re.search(r"^dependencies = \[\n(.*?)^\]", PYPROJECT.read_text(encoding="utf-8"), re.S | re.M)[1]
    groups = re.search(r"^\[dependency-groups\]\n(.*?)^\[", PYPROJECT.read_text(encoding="utf-8"), re.S | re.M)[1]
    lines = [line for line in (block + groups).splitlines() if "==" in line]
    assert len(lines) > 20
    assert all(re.search(r'",\s*# .{5,}', line) for line in lines)
