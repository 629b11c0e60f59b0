"""Which of the actions that apply are the next ones: up to five, no filler."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from cop.ground.core.door import State
from cop.observatory.core.rules import Rule, Situation

MOST = 5
MOST_OF_A_PILLAR = 2
MOST_FIND_OUT = 2


@dataclass(frozen=True)
class NextStep:
    """A rule that fired and was chosen. `ready` says whether what it needs is there; `held` are the states behind it."""

    rule: Rule
    ready: bool
    nothing_held: bool

    @property
    def action(self) -> str:
        return self.rule.action_none if self.nothing_held and self.rule.action_none else self.rule.action

    @property
    def reason(self) -> str:
        return self.rule.reason_none if self.nothing_held and self.rule.reason_none else self.rule.reason


@dataclass(frozen=True)
class Choice:
    """The chosen steps in order, and every rule that fired."""

    steps: tuple[NextStep, ...]
    fired: tuple[Rule, ...]


def choose(rules: Iterable[Rule], situation: Situation) -> Choice:
    """The next steps of a country.

    Rules that always come first (R01 to R05) lead; R25 keeps the last place when it fires; between them the others by
    readiness, effort and file order, at most two of one pillar and two that find something out.
    """
    fired = tuple(rule for rule in rules if rule.fires(situation))
    last = [rule for rule in fired if rule.id == "R25"]
    first = [rule for rule in fired if rule.always_first and rule.id != "R25"]
    others = [rule for rule in fired if not rule.always_first]
    order = {rule.id: place for place, rule in enumerate(fired)}
    others.sort(key=lambda rule: (not _ready(rule, situation), rule.effort, order[rule.id]))
    chosen = (first + _limited(others))[: MOST - len(last)] + last
    return Choice(tuple(_step(rule, situation) for rule in chosen), fired)


def _limited(rules: list[Rule]) -> list[Rule]:
    pillars: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    kept = []
    for rule in rules:
        too_many = pillars[rule.pillar] >= MOST_OF_A_PILLAR
        if not too_many and not (rule.kind == "find_out" and kinds["find_out"] >= MOST_FIND_OUT):
            pillars[rule.pillar] += 1
            kinds[rule.kind] += 1
            kept.append(rule)
    return kept


def _ready(rule: Rule, situation: Situation) -> bool:
    return rule.needs is None or situation.readings.state(rule.needs) is State.YES


def _step(rule: Rule, situation: Situation) -> NextStep:
    nothing = rule.id == "R01" and situation.readings["P2-08"].last_known is not State.YES
    return NextStep(rule, _ready(rule, situation), nothing)
