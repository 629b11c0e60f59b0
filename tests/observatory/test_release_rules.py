"""Every rule of releases stands in the document and is cited by a test."""

import re

from cop.ground.core.door import PACKAGE

ROOT = PACKAGE.parent


def test_each_rule_of_releases_stands_in_the_document_and_is_cited_by_a_test():
    document = (ROOT / "docs" / "releases.md").read_text(encoding="utf-8")
    tests = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py"))
    stated = set(re.findall(r"^\| (REL-\d\d) \|", document, re.MULTILINE))
    cited = {f"REL-{number}" for number in re.findall(r"def test_\w+_rel_(\d\d)\(", tests)}
    assert stated == cited
