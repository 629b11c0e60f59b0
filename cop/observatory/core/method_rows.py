"""A method in words, a row a group and indicator, for the page of methods; and the reasons in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from cop.ground.core.door import mark
from cop.observatory.core.indicators import Indicators
from cop.observatory.core.method import Aggregation, By, Group, Method, Normalisation, Outside, Zero
from cop.observatory.core.scores import Reason

REASON_WORDS = {
    Reason.VALUE_OUTSIDE_GOALPOSTS: mark("A value lies outside what the method accepts."),
    Reason.ZERO_IN_GEOMETRIC_MEAN: mark("A zero stands in a geometric mean that refuses it."),
    Reason.NO_APPLICABLE: mark("No indicator applies."),
    Reason.TOO_FEW_KNOWN: mark("Too few indicators are known."),
    Reason.GROUP_BELOW_MINIMUM: mark("Too few indicators of one group are known."),
    Reason.BOUNDS_IN_TWO_BANDS: mark("The bounds fall in two bands."),
}

_CLIPPED = {
    By.MIN_MAX: mark("From %(worst)s, worst, to %(best)s, best; what lies beyond counts as the end."),
    By.LOG: mark("On a logarithm from %(worst)s, worst, to %(best)s, best; what lies beyond counts as the end."),
    By.TARGET: mark("Share of the target %(best)s; what lies beyond counts as reached."),
}
_REFUSED = {
    By.MIN_MAX: mark("From %(worst)s, worst, to %(best)s, best; what lies beyond is refused."),
    By.LOG: mark("On a logarithm from %(worst)s, worst, to %(best)s, best; what lies beyond is refused."),
    By.TARGET: mark("Share of the target %(best)s; what lies beyond is refused."),
}
_LADDERS = {
    By.STATES: mark("Points of no, partly and yes: %(points)s."),
    By.LEVELS: mark("Points of the levels: %(points)s."),
}
_MEANS = {
    Aggregation.ARITHMETIC: mark("Arithmetic mean."),
    Aggregation.MIN: mark("The least member counts."),
}
_GEOMETRIC = {
    Zero.ZERO: mark("Geometric mean; a zero makes it zero."),
    Zero.REFUSE: mark("Geometric mean; a zero is refused."),
}


@dataclass(frozen=True)
class MethodRow:
    """One group or indicator of a method: the groups' members before them, the total last.

    `step` is indicator, group or total. `rule` is an English message with named placeholders, `values` what they hold.
    `weight` is the declared one as an exact fraction, empty where there is none; `minimum` the share of indicators that must
    be known (0 to 1), None for an indicator. `name` is English and translated where shown.
    """

    step: str
    code: str
    name: str
    parent: str
    weight: str
    rule: str
    values: Mapping[str, str]
    minimum: float | None


def method_rows(method: Method, indicators: Indicators | None = None) -> tuple[MethodRow, ...]:
    """Every group and indicator of a method in the order of its steps; `indicators` give the names of codes they know."""
    found: list[MethodRow] = []
    for group in method.groups:
        for member in group.members:
            if member.code in method.normalisations:
                rule, values = _points(method.normalisations[member.code])
                name = _name(member.code, method, indicators)
                found.append(MethodRow("indicator", member.code, name, group.id, _weight(member.weight), rule, values, None))
        parent, weight = method.parents.get(group.id, ("", None))
        step = "group" if parent else "total"
        minimum = float(group.minimum)
        found.append(MethodRow(step, group.id, group.name, parent, _weight(weight), _mean(group), {}, minimum))
    return tuple(found)


def _name(code: str, method: Method, indicators: Indicators | None) -> str:
    if indicators is not None and code not in method.names:
        indicator, part = indicators.of(code)
        return (part or indicator).name
    return method.names.get(code, code)


def _weight(weight: Fraction | None) -> str:
    return "" if weight is None else str(weight)


def _points(rule: Normalisation) -> tuple[str, Mapping[str, str]]:
    if rule.points:
        return _LADDERS[rule.by], {"points": ", ".join(map(str, rule.points))}
    texts = _CLIPPED if rule.outside is Outside.CLIP else _REFUSED
    return texts[rule.by], {"worst": f"{float(rule.worst):g}", "best": f"{float(rule.best):g}"}


def _mean(group: Group) -> str:
    return _GEOMETRIC[group.zero] if group.zero is not None else _MEANS[group.aggregation]
