"""Each rule of rounds stands in the document and is cited by a test."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
CODE = re.compile(r"\bRND-\d\d\b")


def test_each_rule_of_rounds_stands_in_the_document_and_is_cited_by_a_test():
    document = set(CODE.findall((ROOT / "docs" / "rounds.md").read_text(encoding="utf-8")))
    tests = {
        code for path in (ROOT / "tests").rglob("*.py") for code in re.findall(r"RND[-_]\d\d", path.read_text(encoding="utf-8"))
    }
    source = {code for path in (ROOT / "cop").rglob("*.py") for code in CODE.findall(path.read_text(encoding="utf-8"))}
    assert document == {f"RND-{number:02}" for number in range(1, 28)}
    assert document - {code.replace("_", "-") for code in tests} == set()
    assert source <= document
