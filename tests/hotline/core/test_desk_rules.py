"""Each rule of the desk that docs/hotline.md states is cited by a test, and no test cites a rule that is not there."""

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
CODE = r"(?:CASE|REVEAL|MSG|CLOCK|CARE|CLASS|PHRASE|RET)-\d\d"


def test_each_rule_of_the_desk_is_cited_by_a_test():
    text = (TESTS.parents[1] / "docs" / "hotline.md").read_text(encoding="utf-8")
    rules = re.findall(rf"\*\*({CODE})\*\*", text)
    assert len(rules) == len(set(rules))
    cited = {code for path in TESTS.rglob("test_*.py") for code in re.findall(CODE, path.read_text(encoding="utf-8"))}
    assert set(rules) == cited
