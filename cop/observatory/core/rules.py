"""The rules R01 to R25 as data, and the small language of their conditions."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from cop.ground.core.door import DataError, Reference, State, naming, parse_date, read_yaml
from cop.observatory.core.readings import Readings


@dataclass(frozen=True)
class Situation:
    """What the conditions look at: readings of one country, its coverage in per cent and the codes of H-indicators."""

    readings: Readings
    coverage: float
    child_indicators: tuple[str, ...]

    def words(self, code: str) -> set[str]:
        """The words that hold for a code: its state, its level, and `expired` for a date that has passed."""
        reading = self.readings[code]
        found = {str(reading.state)}
        answer = reading.answer
        if answer is not None and reading.state is not State.UNKNOWN:
            if answer.level is not None:
                found.add(f"level{answer.level}")
            if answer.text and _is_past(answer.text, self.readings.at):
                found.add("expired")
        return found


def _is_past(text: str, at: date) -> bool:
    try:
        return parse_date(text).counts_from < at
    except ValueError:
        return False


Condition = Callable[[Situation], bool]


@dataclass(frozen=True)
class Rule:
    """One rule. Texts are English and translated where shown. `effort` is 1 (weeks) to 3 (more than a year)."""

    id: str
    pillar: str
    kind: str
    when: str
    needs: str | None
    effort: int
    concerns: str
    action: str
    reason: str
    why_this: str
    why_not: str
    owner: str
    source: str
    always_first: bool = False
    action_none: str = ""
    reason_none: str = ""

    def fires(self, situation: Situation) -> bool:
        """Does the rule apply to this country on this day?"""
        return condition(self.when)(situation)


_CLAUSE = re.compile(r"(?:(any|all)\(([^)]+)\)|([A-Z]\w?-\d\d(?:/\w+)?))\s*(!=|=)\s*([\w,]+)\Z")
_COVERAGE = re.compile(r"coverage\s*<\s*(\d+)\Z")
_WORDS = {*map(str, State), "expired", "level0", "level1", "level2", "level3"}


@lru_cache(maxsize=256)
def condition(text: str) -> Condition:
    """The condition that `text` states: clauses joined by `;` must all hold, `|` joins alternatives inside a clause,
    `&` binds tighter. Raises DataError for anything else."""
    clauses = [_alternatives(clause) for clause in text.split(";")]
    return lambda situation: all(clause(situation) for clause in clauses)


def _alternatives(text: str) -> Condition:
    options = [[_clause(part.strip()) for part in option.split("&")] for option in text.split("|")]
    return lambda situation: any(all(part(situation) for part in option) for option in options)


def _clause(text: str) -> Condition:
    if found := _COVERAGE.match(text):
        limit = float(found[1])
        return lambda situation: situation.coverage < limit
    found = _CLAUSE.match(text)
    if not found:
        raise DataError(f"rules.yaml: the condition {text!r} can't be read")
    quantifier, several, one, sign, states = found.groups()
    wanted = set(states.split(","))
    if not wanted <= _WORDS:
        raise DataError(f"rules.yaml: {', '.join(sorted(wanted - _WORDS))} is no state")
    codes = [code.strip() for code in several.split(",")] if several else [one]
    judge = all if quantifier == "all" else any

    def holds(situation: Situation) -> bool:
        named = situation.child_indicators if codes == ["H"] else codes
        hit = judge(bool(situation.words(code) & wanted) for code in named)
        return not hit if sign == "!=" else hit

    return holds


def read_rules(reference: Reference) -> tuple[Rule, ...]:
    """All rules in file order. Raises DataError where one can't be read."""
    with naming("rules.yaml"):
        rules = tuple(Rule(**raw) for raw in read_yaml(reference.path("observatory", "rules.yaml")))
    for rule in rules:
        condition(rule.when)
    return rules
