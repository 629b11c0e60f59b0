"""A method: a versioned file that declares how values become points, groups, a total and a band. Checked whole or refused.

Weights, points and goalposts are exact fractions, so that "1/3" three times is 1 and 0.33 three times is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

from cop.ground.core.door import PACKAGE, DataError, Reference, UnknownCode, read_yaml
from cop.observatory.core.indicators import Indicators


class By(StrEnum):
    """How a value becomes points from 0 (worst) to 1 (best)."""

    STATES = "states"
    LEVELS = "levels"
    MIN_MAX = "min_max"
    LOG = "log"
    TARGET = "target"


class Outside(StrEnum):
    """What a value beyond its goalposts does: it counts as the goalpost, or the country can't be computed."""

    CLIP = "clip"
    REFUSE = "refuse"


class Aggregation(StrEnum):
    """How the members of a group become one figure."""

    ARITHMETIC = "arithmetic"
    GEOMETRIC = "geometric"
    MIN = "min"


class Zero(StrEnum):
    """What a zero does in a geometric mean: it makes the mean zero, or the country can't be computed."""

    ZERO = "zero"
    REFUSE = "refuse"


@dataclass(frozen=True)
class Normalisation:
    """One way to points. `points` are those of no, partly and yes, or of each level; else `worst` and `best` are goalposts.

    A target is the goalposts 0 and itself. `worst` may be above `best` where less is better.
    """

    by: By
    points: tuple[Fraction, ...] = ()
    worst: Fraction = Fraction(0)
    best: Fraction = Fraction(1)
    outside: Outside = Outside.REFUSE


@dataclass(frozen=True)
class Member:
    """An indicator or group in a group with its weight; the weights of a group sum to 1. No weight where the least counts."""

    code: str
    weight: Fraction | None


@dataclass(frozen=True)
class Group:
    """A group of indicators or of groups. `minimum` is the share of known among applicable indicators that it needs."""

    id: str
    name: str
    aggregation: Aggregation
    members: tuple[Member, ...]
    minimum: Fraction
    zero: Zero | None = None


@dataclass(frozen=True, eq=False)
class Method:
    """A method as declared, equal to itself alone. `groups` stand members first, the total last; `codes` are the indicators in group order.

    `bands` are the lower edges of bands 2 and up in points of 100, empty where the method makes no bands. `names` says what
    an indicator is called where the observatory has no such indicator.
    """

    id: str
    version: str
    name: str
    summary: str
    source: str
    bands: tuple[Fraction, ...]
    normalisations: Mapping[str, Normalisation]
    groups: tuple[Group, ...]
    names: Mapping[str, str]

    @property
    def total(self) -> Group:
        """The group that everything flows into."""
        return self.groups[-1]

    @property
    def key(self) -> str:
        """Id and version as a release prints them, such as "cop-2026 version 1"."""
        return f"{self.id} version {self.version}"

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Every indicator once, those of one group side by side, in the order of the groups."""
        return tuple(m.code for group in self.groups for m in group.members if m.code in self.normalisations)

    @cached_property
    def parents(self) -> Mapping[str, tuple[str, Fraction | None]]:
        """The group that each indicator or group is a member of, with its weight there. The total has none."""
        return {member.code: (group.id, member.weight) for group in self.groups for member in group.members}

    def group(self, id: str) -> Group:
        """The group with this id. Raises UnknownCode that names all."""
        for group in self.groups:
            if group.id == id:
                return group
        raise UnknownCode("group", id, [group.id for group in self.groups])


class _Refused(Exception):
    """A method that can't be used, before its file is named."""


def method_of(raw: Any, *, file: str, known: Indicators | None = None) -> Method:
    """The method that the mapping `raw` declares. `known` holds the indicators that it may name; None allows any name.

    Raises DataError that names file and key: a missing or unknown key, an unknown indicator, weights that don't sum to 1,
    a group in a circle or in no other group, goalposts that are equal. Nothing is filled in.
    """
    try:
        held = _mapping(raw, "the file")
        _keys(held, "the file", {"id", "version", "name", "summary", "missing", "total", "normalisations", "indicators", "groups"},
              {"source", "bands", "names"})  # fmt: skip
        _one_rule(held["missing"])
        named = {key: _normalisation(key, spec) for key, spec in _mapping(held["normalisations"], "normalisations").items()}
        normalisations = dict(_normalised(_mapping(held["indicators"], "indicators"), named, known))
        groups = _ordered([_group(spec) for spec in _list(held["groups"], "groups")], _text(held, "total"), set(normalisations))
        return Method(
            **{key: _text(held, key) for key in ("id", "version", "name", "summary")},
            source=str(held.get("source", "")),
            bands=_edges(held.get("bands", [])),
            normalisations=normalisations,
            groups=groups,
            names={str(key): str(name) for key, name in _mapping(held.get("names", {}), "names").items()},
        )
    except _Refused as error:
        raise DataError(f"{file}: {error}") from None


def read_methods(reference: Reference, indicators: Indicators) -> dict[str, Method]:
    """Every packaged method by id, each file of data/methods in name order. Raises DataError that names file and key."""
    found: dict[str, Method] = {}
    for name in sorted(path.name for path in (PACKAGE / "observatory" / "data" / "methods").glob("*.yaml")):
        file = f"methods/{name}"
        held = method_of(read_yaml(reference.path("observatory", file)), file=file, known=indicators)
        if held.id != Path(name).stem:
            raise DataError(f"{file}: id is {held.id!r}; it must be the name of the file")
        found[held.id] = held
    return found


def _one_rule(missing: Any) -> None:
    if missing != "interval":
        raise _Refused(f"missing is {missing!r}; the one rule for missing data is interval")


def _mapping(raw: Any, where: str) -> Mapping[Any, Any]:
    if not isinstance(raw, Mapping):
        raise _Refused(f"{where} must be a mapping")
    if any(isinstance(key, bool) for key in raw):
        raise _Refused(f'{where} has a key yes or no without quotes; write "yes" or "no"')
    return raw


def _list(raw: Any, where: str) -> list[Any]:
    if not isinstance(raw, list) or not raw:
        raise _Refused(f"{where} must be a list that is not empty")
    return raw


def _keys(raw: Mapping[Any, Any], where: str, needed: set[str], allowed: Iterable[str] = ()) -> None:
    if missing := needed - raw.keys():
        raise _Refused(f"{where} lacks {', '.join(sorted(missing))}")
    if extra := raw.keys() - needed - set(allowed):
        raise _Refused(f"{where} has the unknown key {', '.join(sorted(map(str, extra)))}")


def _text(raw: Mapping[Any, Any], key: str) -> str:
    if not isinstance(raw[key], str) or not raw[key].strip():
        raise _Refused(f"{key} must be a text, not {raw[key]!r}; put a number in quotes")
    return str(raw[key])


def _fraction(raw: Any, where: str) -> Fraction:
    """An exact number: 20, 0.5 or "1/3"."""
    if isinstance(raw, int | float | str) and not isinstance(raw, bool):
        try:
            return Fraction(str(raw).strip())
        except (ValueError, ZeroDivisionError):
            pass
    raise _Refused(f"{where} is {raw!r}; write a number such as 20, 0.5 or 1/3")


def _word(raw: Any, where: str, kind: type[StrEnum]) -> Any:
    try:
        return kind(raw)
    except ValueError:
        raise _Refused(f"{where} is {raw!r}; it must be one of {', '.join(kind)}") from None


def _edges(raw: Any) -> tuple[Fraction, ...]:
    edges = [_fraction(edge, "bands") for edge in (_list(raw, "bands") if raw else [])]
    if edges != sorted(set(edges)) or (edges and not (edges[0] > 0 and edges[-1] < 100)):
        raise _Refused("bands must rise, each edge above 0 and below 100")
    return tuple(edges)


def _normalisation(key: str, raw: Any) -> Normalisation:
    where = f"normalisations {key}"
    spec = _mapping(raw, where)
    if "by" not in spec:
        raise _Refused(f"{where} lacks by")
    by: By = _word(spec["by"], f"{where} by", By)
    if by in (By.STATES, By.LEVELS):
        _keys(spec, where, {"by", "points"})
        return Normalisation(by, _points(by, spec["points"], f"{where} points"))
    outside_needed = {"by", "outside"}
    _keys(spec, where, outside_needed | ({"target"} if by is By.TARGET else {"worst", "best"}))
    outside: Outside = _word(spec["outside"], f"{where} outside", Outside)
    if by is By.TARGET:
        target = _fraction(spec["target"], f"{where} target")
        if target <= 0:
            raise _Refused(f"{where} target is {target}; it must be above 0")
        return Normalisation(by, best=target, outside=outside)
    worst, best = (_fraction(spec[end], f"{where} {end}") for end in ("worst", "best"))
    if worst == best:
        raise _Refused(f"{where}: worst and best are both {worst}")
    if by is By.LOG and min(worst, best) <= 0:
        raise _Refused(f"{where}: a logarithm needs goalposts above 0")
    return Normalisation(by, worst=worst, best=best, outside=outside)


def _points(by: By, raw: Any, where: str) -> tuple[Fraction, ...]:
    if by is By.STATES:
        spec = _mapping(raw, where)
        _keys(spec, where, {"yes", "partly", "no"})
        listed = [spec[state] for state in ("no", "partly", "yes")]
    else:
        listed = _list(raw, where)
    points = tuple(_fraction(point, where) for point in listed)
    if points != tuple(sorted(points)) or points[0] != 0 or points[-1] != 1:
        raise _Refused(f"{where} must rise from 0 to 1")
    return points


def _normalised(
    raw: Mapping[Any, Any], named: Mapping[str, Normalisation], known: Indicators | None
) -> Iterator[tuple[str, Normalisation]]:
    for code, name in raw.items():
        where = f"indicators {code}"
        if not isinstance(name, str) or name not in named:
            raise _Refused(f"{where} is {name!r}; it must name one of normalisations: {', '.join(map(str, named))}")
        found = named[name]
        if known is not None:
            _fits(str(code), found, known)
        yield str(code), found


def _fits(code: str, found: Normalisation, known: Indicators) -> None:
    """Refuses an indicator that doesn't exist, and one that is answered with something else than what is normalised."""
    try:
        indicator, part = known.of(code)
    except UnknownCode as error:
        raise _Refused(f"indicators {code}: {error}") from None
    if known.resolve(code) != code:
        raise _Refused(f"indicators {code} must be spelled {known.resolve(code)}")
    kind = (part or indicator).kind
    needed = {By.STATES: "state", By.LEVELS: "level"}.get(found.by, "number")
    if kind != needed:
        raise _Refused(f"indicators {code} is answered with a {kind} and can't be normalised by {found.by}")
    if found.by is By.LEVELS and part is None and len(indicator.levels) != len(found.points):
        raise _Refused(f"indicators {code} has {len(indicator.levels)} levels, its normalisation {len(found.points)} points")


def _group(raw: Any) -> Group:
    spec = _mapping(raw, "groups: each group")
    if "id" not in spec:
        raise _Refused("groups: a group lacks id")
    id = _text(spec, "id")
    where = f"group {id}"
    _keys(spec, where, {"id", "name", "aggregation", "minimum_coverage", "members"}, {"weights", "zero"})
    aggregation: Aggregation = _word(spec["aggregation"], f"{where} aggregation", Aggregation)
    zero = None
    if aggregation is Aggregation.GEOMETRIC:
        if "zero" not in spec:
            raise _Refused(f"{where} lacks zero: a geometric mean must declare what a zero does, zero or refuse")
        zero = _word(spec["zero"], f"{where} zero", Zero)
    elif "zero" in spec:
        raise _Refused(f"{where} has the key zero, which only a geometric mean has")
    minimum = _fraction(spec["minimum_coverage"], f"{where} minimum_coverage")
    if not 0 <= minimum <= 1:
        raise _Refused(f"{where} minimum_coverage is {minimum}; it must be from 0 to 1")
    codes = [str(code) for code in _list(spec["members"], f"{where} members")]
    if len(set(codes)) < len(codes):
        raise _Refused(f"{where} members names one twice")
    return Group(id, _text(spec, "name"), aggregation, tuple(_weighed(where, aggregation, codes, spec)), minimum, zero)


def _weighed(where: str, aggregation: Aggregation, codes: list[str], spec: Mapping[Any, Any]) -> Iterator[Member]:
    if aggregation is Aggregation.MIN:
        if "weights" in spec:
            raise _Refused(f"{where} has weights, but where the least member counts there are none")
        yield from (Member(code, None) for code in codes)
        return
    if "weights" not in spec:
        raise _Refused(f"{where} lacks weights: equal, or a list as long as members")
    if spec["weights"] == "equal":
        yield from (Member(code, Fraction(1, len(codes))) for code in codes)
        return
    weights = [_fraction(weight, f"{where} weights") for weight in _list(spec["weights"], f"{where} weights")]
    if len(weights) != len(codes):
        raise _Refused(f"{where} has {len(codes)} members and {len(weights)} weights")
    if min(weights) <= 0:
        raise _Refused(f"{where} weights must all be above 0")
    if sum(weights) != 1:
        raise _Refused(f"{where} weights sum to {sum(weights)}, not to 1")
    yield from map(Member, codes, weights)


def _ordered(groups: list[Group], total: str, codes: set[str]) -> tuple[Group, ...]:
    """The groups with members first and `total` last; refuses what isn't one tree with every indicator in it."""
    by_id = {group.id: group for group in groups}
    if len(by_id) < len(groups) or by_id.keys() & codes:
        raise _Refused("groups: an id is used twice, or is an indicator's code too")
    if total not in by_id:
        raise _Refused(f"total is {total!r}, which is no group")
    found: dict[str, Group] = {}
    used: set[str] = set()

    def visit(group: Group, above: tuple[str, ...]) -> None:
        path = (*above, group.id)
        for member in group.members:
            if member.code in path:
                raise _Refused(f"groups are circular: {' > '.join((*path[path.index(member.code) :], member.code))}")
            if member.code not in by_id and member.code not in codes:
                raise _Refused(f"group {group.id} member {member.code} is neither a group nor one of indicators")
            if member.code in used:
                raise _Refused(f"{member.code} is a member of two groups")
            used.add(member.code)
            if member.code in by_id:
                visit(by_id[member.code], path)
        found[group.id] = group

    visit(by_id[total], ())
    for group in groups:
        if group.id not in found:
            visit(group, ())  # a circle beside the total is named as one
            raise _Refused(f"group {group.id} does not flow into the total {total}")
    if lost := sorted(codes - used):
        raise _Refused(f"indicators {', '.join(lost)} stand in no group")
    return tuple(found.values())
