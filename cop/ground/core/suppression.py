"""The one suppression table: which counts are too small to be printed, and what else must go so that they stay hidden.

A hidden count may not be worked out from a total either, so where one part of a sum is hidden, all its parts are.
Zero is printed where nothing beside it is hidden: it points to nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from cop.ground.core.documents import naming, read_yaml
from cop.ground.core.tables import DataError, Reference


@dataclass(frozen=True)
class SmallCount:
    """A class of the table: counts above zero and under `under` are hidden; for surveys, shares of fewer respondents."""

    name: str
    under: int
    why: str
    codes: frozenset[str]


@dataclass(frozen=True)
class SumOfParts:
    """Cells that add up to a total, all of them codes or cells of one country."""

    total: str
    parts: tuple[str, ...]


@dataclass(frozen=True)
class Suppression:
    """The table: classes of counts, question tables with their sums, and where the number of respondents of a survey is said.

    `fewest_countries` is how many confidential countries a figure over several needs; `rooms` holds the class of the counts that a
    room makes of its own records.
    """

    classes: tuple[SmallCount, ...]
    tables: Mapping[str, SmallCount]
    totals: Mapping[str, Mapping[str, str]]
    respondents: str
    survey: SmallCount
    survey_codes: str
    fewest_countries: int
    rooms: Mapping[str, SmallCount]

    def of(self, code: str) -> SmallCount | None:
        """The class that a code's count is of, None for one that is never hidden."""
        return next((small for small in self.classes if code in small.codes), None)


def read_suppression(reference: Reference) -> Suppression:
    """The packaged table. Raises DataError that names what is missing."""
    with naming("suppression.yaml"):
        raw = read_yaml(reference.path("ground", "suppression.yaml"))
        classes = {
            name: SmallCount(name, int(each["under"]), str(each["why"]), frozenset(map(str, each["codes"])))
            for name, each in raw["classes"].items()
        }
        if unknown := ({each["class"] for each in raw["tables"].values()} | set(raw["rooms"].values())) - classes.keys():
            raise DataError(f"suppression.yaml: tables or rooms name classes that don't exist: {', '.join(sorted(unknown))}")
        survey = raw["survey"]
        return Suppression(
            tuple(classes.values()),
            {question: classes[each["class"]] for question, each in raw["tables"].items()},
            {question: dict(each.get("totals", {})) for question, each in raw["tables"].items()},
            str(survey["respondents"]),
            SmallCount("survey", int(survey["under"]), str(survey["why"]), frozenset()),
            str(survey["group"]),
            int(raw["fewest_countries"]),
            {room: classes[name] for room, name in raw["rooms"].items()},
        )


@lru_cache(maxsize=4)
def fewest_in_totals(reference: Reference) -> int:
    """How many confidential countries a total needs."""
    return read_suppression(reference).fewest_countries


def hidden(counts: Mapping[str, float], small: Mapping[str, int], sums: Iterable[SumOfParts]) -> frozenset[str]:
    """Which counts are hidden: those above 0 and under their limit in `small`, and what else the sums need.

    Where a part or the total of a sum is hidden, all its parts are: whoever knows this rule learns nothing from what is left,
    while hiding only the next smallest would tell which of the hidden parts are small. Unknown parts hide nothing more.
    """
    found = {key for key, value in counts.items() if key in small and 0 < value < small[key]}
    known = [one for one in sums if one.total in counts]
    before = -1
    while len(found) != before:
        before = len(found)
        for one in known:
            if not found.isdisjoint((*one.parts, one.total)):
                found |= counts.keys() & set(one.parts)
    return frozenset(found)


def pooled(counts: Mapping[str, int], under: int) -> tuple[dict[str, int], int]:
    """The counts that are printed by name, and how many are in all others together; for names of a list that is open.

    Those under the limit go together; where they are fewer than the limit together, the next smallest go with them. Nobody learns
    from it which names are among the others, nor a count of one of them, as long as the list of names that could be is long.
    The sum of `counts` must be zero or at least `under`, or else it may not be printed at all.
    """
    named = {name: count for name, count in counts.items() if count >= under}
    rest = sum(counts.values()) - sum(named.values())
    while 0 < rest < under and named:
        smallest = min(named, key=lambda name: (named[name], name))
        rest += named.pop(smallest)
    return named, rest


def countable_groups(
    members: Mapping[str, frozenset[str]], whole: str, parts: Iterable[str], fewest: int,
    told: Callable[[frozenset[str]], bool] = lambda _: False,
) -> frozenset[str]:  # fmt: skip
    """In which groups confidential countries may be counted: `members` are those of each group, `parts` divide the `whole`.

    Each such group has at least `fewest`, and so has what is left of the whole when the parts that are printed are taken
    away, or nothing is left. None of them is `told`: its countries all say the same, so that a count would tell each of them.
    The smallest part is given up until that holds; where it doesn't hold for the whole alone, nothing is counted.
    """

    def hides(held: frozenset[str]) -> bool:
        return len(held) >= fewest and not told(held)

    kept = [part for part in parts if hides(members.get(part, frozenset()))]
    everyone = members.get(whole, frozenset())
    if not hides(everyone):
        return frozenset()
    while kept:
        left = everyone.difference(*(members[part] for part in kept))
        if not left or hides(left):
            break
        kept.remove(min(kept, key=lambda part: (len(members[part]), part)))
    return frozenset((*kept, whole))
