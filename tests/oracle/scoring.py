"""A second, slow way to score one country, in exact fractions. It shares no code with the program that it checks.

It reads the same method file as plain data. Answers are words (yes, partly, no, unknown, na) or numbers.
"""

from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from fractions import Fraction

TOLERANCE = Fraction(1, 2_000_000_000)  # points of 100 that a bound may lie under an edge
WORDS = {"yes": Fraction(1), "partly": Fraction(1, 2), "no": Fraction(0)}


@dataclass
class Outcome:
    low: Fraction | None = None
    high: Fraction | None = None
    value: Fraction | None = None
    known: int = 0
    applicable: int = 0
    band: int | None = None
    reason: str | None = None
    where: str = ""
    points: dict = field(default_factory=dict)
    groups: dict = field(default_factory=dict)


class Refused(Exception):
    def __init__(self, reason, where):
        super().__init__(reason)
        self.reason, self.where = reason, where


def exact(number):
    return Fraction(str(number))


def logarithm(x):
    with localcontext(prec=60):
        return (Decimal(x.numerator) / Decimal(x.denominator)).ln()


def points_of(answer, rule):
    """The points of one answer: a fraction, None when unknown, "na". Raises Refused beyond the goalposts."""
    if answer in ("unknown", None):
        return None
    if answer == "na":
        return "na"
    x = WORDS[answer] if isinstance(answer, str) else exact(answer)
    if rule["by"] == "states":
        table = {WORDS[word]: exact(points) for word, points in rule["points"].items()}
        if x not in table:
            raise Refused("value_outside_goalposts", "")
        return table[x]
    if rule["by"] == "levels":
        if x.denominator != 1 or not 0 <= x < len(rule["points"]):
            raise Refused("value_outside_goalposts", "")
        return exact(rule["points"][int(x)])
    if rule["by"] == "target":
        share = x / exact(rule["target"])
    else:
        worst, best = exact(rule["worst"]), exact(rule["best"])
        if rule["by"] == "min_max":
            share = (x - worst) / (best - worst)
        elif x <= 0:
            share = Fraction(-1) if best > worst else Fraction(2)
        elif x in (worst, best):
            share = Fraction(int(x == best))
        else:
            with localcontext(prec=60):
                share = Fraction((logarithm(x) - logarithm(worst)) / (logarithm(best) - logarithm(worst)))
    if 0 <= share <= 1:
        return share
    if rule["outside"] == "refuse":
        raise Refused("value_outside_goalposts", "")
    return Fraction(0) if share < 0 else Fraction(1)


def mean(kind, weighed):
    """The mean of (weight, share) pairs; None of none."""
    if not weighed:
        return None
    if kind == "min":
        return min(share for _, share in weighed)
    total = sum(weight for weight, _ in weighed)
    if kind == "arithmetic":
        return sum(weight * share for weight, share in weighed) / total
    if any(share == 0 for _, share in weighed):
        return Fraction(0)
    if all(share == 1 for _, share in weighed):
        return Fraction(1)
    with localcontext(prec=60):
        parts = [(Decimal(w.numerator) / Decimal(w.denominator)) * logarithm(share) for w, share in weighed]
        return Fraction((sum(parts) / (Decimal(total.numerator) / Decimal(total.denominator))).exp())


class Tree:
    def __init__(self, method, answers):
        self.method, self.answers = method, answers
        self.by_id = {group["id"]: group for group in method["groups"]}
        self.points, self.refusals = {}, {}

    def weights(self, group):
        members = group["members"]
        if group["aggregation"] == "min":
            return [Fraction(1)] * len(members)
        if group["weights"] == "equal":
            return [Fraction(1, len(members))] * len(members)
        return [exact(weight) for weight in group["weights"]]

    def order(self, id):
        """The groups under and with `id`, members first."""
        for member in self.by_id[id]["members"]:
            if member in self.by_id:
                yield from self.order(member)
        yield id

    def leaves(self, id):
        for member in self.by_id[id]["members"]:
            if member in self.by_id:
                yield from self.leaves(member)
            else:
                yield member

    def answer(self, code):
        rule = self.method["normalisations"][self.method["indicators"][code]]
        return points_of(self.answers.get(code), rule)

    def share(self, id, unknown):
        """The figure of a group with every unknown at `unknown`, or left out where that is None. None where nothing counts."""
        group = self.by_id[id]
        weighed = []
        for member, weight in zip(group["members"], self.weights(group), strict=True):
            if member in self.by_id:
                share = self.share(member, unknown)
            else:
                share = self.points[member]
                share = unknown if share is None else None if share == "na" else share
            if share is not None:
                weighed.append((weight, share))
        return mean(group["aggregation"], weighed)

    def refusal(self, id):
        """Why a group can't be computed: a value beyond goalposts comes before a zero in a geometric mean."""
        for code in self.leaves(id):
            if code in self.refusals:
                return "value_outside_goalposts", code
        for inner in self.order(id):
            group = self.by_id[inner]
            if group["aggregation"] != "geometric" or group["zero"] != "refuse":
                continue
            for member in group["members"]:
                known = self.share(member, None) if member in self.by_id else self.points[member]
                if known == 0:
                    return "zero_in_geometric_mean", inner
        return None


def score(method, answers):
    """What the method gives for the answers of one country in one year."""
    tree = Tree(method, answers)
    found = Outcome()
    order = [code for id in tree.order(method["total"]) for code in tree.by_id[id]["members"] if code not in tree.by_id]
    for code in order:
        try:
            tree.points[code] = tree.answer(code)
        except Refused:
            tree.points[code] = None
            tree.refusals[code] = True
    found.points = {code: p for code, p in tree.points.items() if p is not None and p != "na"}
    below = []
    for id in tree.order(method["total"]):
        applicable = [code for code in tree.leaves(id) if tree.points[code] != "na"]
        known = [code for code in applicable if tree.points[code] is not None]
        bounds = (None, None, None)
        if applicable and not tree.refusal(id):
            bounds = tree.share(id, Fraction(0)), tree.share(id, Fraction(1)), tree.share(id, None)
        found.groups[id] = (*bounds, len(known), len(applicable))
        if applicable and Fraction(len(known), len(applicable)) < exact(tree.by_id[id]["minimum_coverage"]):
            below.append(id)
    found.low, found.high, found.value, found.known, found.applicable = found.groups[method["total"]]
    if refusal := tree.refusal(method["total"]):
        found.reason, found.where = refusal
    elif not found.applicable:
        found.reason = "no_applicable"
    elif method["total"] in below:
        found.reason = "too_few_known"
    elif below:
        found.reason, found.where = "group_below_minimum", below[0]
    if found.reason:
        found.value = None
        return found
    edges = method.get("bands", [])
    low, high = (1 + sum(100 * bound >= exact(edge) - TOLERANCE for edge in edges) for bound in (found.low, found.high))
    if edges and low == high:
        found.band = low
    elif edges:
        found.reason = "bounds_in_two_bands"
    return found
