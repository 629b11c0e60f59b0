"""The method of scoring over 60 indicators, 195 countries and 20 years at once: score_countries against pandas.

Both start from the same synthetic answers in one process, by turns. Every figure of every step is compared before any time is
printed. Run: uv run --group bench python bench/scoring.py
"""

from __future__ import annotations

import argparse
import gc
import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

# One thread for the linear algebra of both sides: two threads that share busy processors wait for each other.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np
import pandas as pd

from cop.observatory.core.method import Aggregation, By, Method, method_of
from cop.observatory.core.scores import Scores
from cop.observatory.core.scoring import score_countries
from cop.observatory.core.scoring_inputs import ScoringInputs

INDICATORS, COUNTRIES, YEARS, GROUPS = 60, 195, 20, 5
TARGET, WHOLE_TARGET = 10.0, 1.0


def method() -> Method:
    """Five groups of twelve: states, levels and numbers in each, weights that differ, one group a geometric mean."""
    kinds = ["states"] * 6 + ["levels"] * 3 + ["percent", "hours", "income"]
    codes = [f"I{number:02}" for number in range(INDICATORS)]
    weights = [f"{number + 1}/{sum(range(1, 13))}" for number in range(12)]
    groups = []
    for number in range(GROUPS):
        geometric = number == GROUPS - 1
        group = {
            "id": f"group{number}", "name": f"Group {number}", "aggregation": "geometric" if geometric else "arithmetic",
            "weights": "equal" if number % 2 else weights, "minimum_coverage": 0.25,
            "members": codes[12 * number : 12 * number + 12],
        }  # fmt: skip
        groups.append(group | ({"zero": "zero"} if geometric else {}))
    total = {"id": "total", "name": "Total", "aggregation": "arithmetic", "weights": "equal", "minimum_coverage": 0.6}
    raw = {
        "id": "bench", "version": "1", "name": "Bench", "summary": "Bench.", "missing": "interval", "total": "total",
        "bands": [20, 40, 60, 80], "groups": [*groups, total | {"members": [group["id"] for group in groups]}],
        "indicators": {code: kinds[number % 12] for number, code in enumerate(codes)},
        "normalisations": {
            "states": {"by": "states", "points": {"no": 0, "partly": 0.5, "yes": 1}},
            "levels": {"by": "levels", "points": [0, "1/3", "2/3", 1]},
            "percent": {"by": "min_max", "worst": 0, "best": 100, "outside": "refuse"},
            "hours": {"by": "min_max", "worst": 240, "best": 0, "outside": "clip"},
            "income": {"by": "log", "worst": 100, "best": 75000, "outside": "clip"},
        },
    }  # fmt: skip
    return method_of(raw, file="bench")


def answers(declared: Method, seed: int) -> ScoringInputs:
    """Values of every indicator: one in four unknown, one in twenty not applicable."""
    random = np.random.default_rng(seed)
    shape = (COUNTRIES, YEARS)
    values = np.empty((INDICATORS, *shape))
    for row, code in enumerate(declared.codes):
        rule = declared.normalisations[code]
        if rule.by is By.STATES:
            values[row] = random.choice([0, 0.5, 1], shape)
        elif rule.by is By.LEVELS:
            values[row] = random.integers(0, 4, shape)
        elif rule.by is By.LOG:
            values[row] = np.exp(random.uniform(np.log(120), np.log(90_000), shape))
        else:
            values[row] = random.uniform(0, float(max(rule.worst, rule.best)), shape)
    known = random.random(shape)[None] * 0.6 + random.random(values.shape) * 0.4 < 0.75
    na = random.random(values.shape) < 0.05
    values[~known | na] = np.nan
    areas = tuple(f"C{number:03}" for number in range(COUNTRIES))
    return ScoringInputs(declared.codes, areas, tuple(range(2005, 2005 + YEARS)), values, na)


@dataclass(frozen=True)
class Peer:
    """What pandas gives: points, a frame of groups for each figure, and the table of the total."""

    points: pd.DataFrame
    groups: dict[str, pd.DataFrame]
    total: pd.DataFrame


@dataclass(frozen=True)
class World:
    """What each way starts from: our inputs; one column an indicator, one row a country and year; or one row an answer."""

    declared: Method
    inputs: ScoringInputs
    wide: pd.DataFrame
    na: pd.DataFrame
    long: pd.DataFrame
    rules: pd.DataFrame
    weights: pd.DataFrame
    both: pd.DataFrame


def world(seed: int) -> World:
    declared = method()
    inputs = answers(declared, seed)
    cells = pd.MultiIndex.from_product([inputs.areas, inputs.years], names=["country", "year"])
    wide = pd.DataFrame(inputs.values.reshape(INDICATORS, -1).T.copy(), index=cells, columns=declared.codes)
    na = pd.DataFrame(inputs.not_applicable.reshape(INDICATORS, -1).T.copy(), index=cells, columns=declared.codes)
    rules = pd.DataFrame({
        "group": [declared.parents[code][0] for code in declared.codes],
        "weight": [float(declared.parents[code][1] or 0) for code in declared.codes],
        "log": [declared.normalisations[code].by is By.LOG for code in declared.codes],
        "worst": [float(declared.normalisations[code].worst) for code in declared.codes],
        "best": [float(declared.normalisations[code].best) for code in declared.codes],
        "geometric": [declared.group(declared.parents[code][0]).aggregation is Aggregation.GEOMETRIC for code in declared.codes],
    }, index=pd.Index(declared.codes, name="indicator"))  # fmt: skip
    for code in declared.codes:
        if points := declared.normalisations[code].points:
            rules.loc[code, ["worst", "best"]] = 0.0, 1.0 if declared.normalisations[code].by is By.STATES else len(points) - 1.0
    logged = rules["log"]
    rules.loc[logged, ["worst", "best"]] = np.log(rules.loc[logged, ["worst", "best"]])
    rules["width"] = rules["best"] - rules["worst"]
    long = pd.DataFrame({"indicator": np.repeat(declared.codes, len(cells)), "cell": np.tile(np.arange(len(cells)), INDICATORS)})
    long["value"], long["na"] = inputs.values.ravel(), inputs.not_applicable.ravel()
    long = long.join(rules, on="indicator").astype({"indicator": "category", "group": "category"})
    members = pd.DataFrame({group.id: (rules["group"] == group.id).astype(float) for group in declared.groups[:-1]})
    weights = members.mul(rules["weight"], axis=0)
    return World(declared, inputs, wide, na, long, rules, weights, weights.join(members, rsuffix=" count"))


def points_of(held: World) -> pd.DataFrame:
    """Points of every indicator: whole-frame steps, logarithms on the columns that need them."""
    values = held.wide.copy()
    logged = held.rules.index[held.rules["log"]]
    values[logged] = np.log(values[logged])
    return ((values - held.rules["worst"]) / held.rules["width"]).clip(0, 1)


def means(sums: pd.DataFrame, base: pd.DataFrame, sure: pd.DataFrame, known: pd.DataFrame, applicable: pd.DataFrame, held: World):
    """The five figures of each group, a frame each, from weighted sums (of logarithms where geometric)."""
    low, value = sums / base, sums / sure
    high = (sums + base - sure) / base
    for group in held.declared.groups[:-1]:
        if group.aggregation is Aggregation.GEOMETRIC:
            high[group.id] = np.exp(low[group.id])
            low[group.id] = high[group.id].where(known[group.id] == applicable[group.id], 0.0)
            value[group.id] = np.exp(value[group.id])
    return {"low": low, "high": high, "value": value, "known": known, "applicable": applicable}


def finish(held: World, groups: dict[str, pd.DataFrame], points: pd.DataFrame) -> Peer:
    """From the groups to the total, the band and the reason: the same for every way."""
    share = 1 / GROUPS
    weight = (groups["applicable"] > 0).sum(axis=1) * share
    total = pd.DataFrame({
        "low": groups["low"].sum(axis=1) * share / weight,
        "high": groups["high"].sum(axis=1) * share / weight,
        "computed": groups["value"].mean(axis=1),
        "known": groups["known"].sum(axis=1),
        "applicable": groups["applicable"].sum(axis=1),
    })  # fmt: skip
    total["coverage"] = total["known"] / total["applicable"]
    few = total["coverage"] < float(held.declared.total.minimum)
    below = (groups["known"] / groups["applicable"] < 0.25).any(axis=1)
    edges = np.array([float(edge) for edge in held.declared.bands]) / 100
    bands = [np.searchsorted(edges, total[name].to_numpy() + 5e-12, side="right") + 1 for name in ("low", "high")]
    two = bands[0] != bands[1]
    total["reason"] = np.select([total["applicable"] == 0, few, below, two], [3, 4, 5, 6], 0)
    total["band"] = np.where(total["reason"] == 0, bands[0], 0)
    total["value"] = total["computed"].where(total["reason"].isin((0, 6)))
    return Peer(points, groups, total)


def counts(sums: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """The columns of counts beside those of weights."""
    return sums[[f"{name} count" for name in names]].set_axis(names, axis=1)


def by_matrix(held: World) -> Peer:
    """One row a country and year, one column an indicator; sums of all groups at once by products with a matrix."""
    points = points_of(held)
    known, applies = points.notna().astype(float), (~held.na).astype(float)
    sums = points.fillna(0.0).dot(held.weights)
    for group in held.declared.groups[:-1]:
        if group.aggregation is Aggregation.GEOMETRIC:
            rows = held.rules.index[held.rules["group"] == group.id]
            sums[group.id] = np.log(points[rows].fillna(1.0)).dot(held.rules.loc[rows, "weight"])
    base, sure = applies.dot(held.both), known.dot(held.both)
    names = list(held.weights.columns)
    figures = means(sums, base[names], sure[names], counts(sure, names), counts(base, names), held)
    return finish(held, figures, points)


def by_columns(held: World) -> Peer:
    """The same frame, the columns of one group after the other."""
    points = points_of(held)
    known, applies = points.notna(), ~held.na
    found: dict[str, dict[str, pd.Series]] = {name: {} for name in ("sums", "base", "sure", "known", "applicable")}
    for group in held.declared.groups[:-1]:
        rows = held.rules.index[held.rules["group"] == group.id]
        part, sure, base, weight = points[rows], known[rows], applies[rows], held.rules.loc[rows, "weight"]
        logs = group.aggregation is Aggregation.GEOMETRIC
        found["sums"][group.id] = (np.log(part.fillna(1.0)) if logs else part.fillna(0.0)).dot(weight)
        found["base"][group.id] = base.astype(float).dot(weight)
        found["sure"][group.id] = sure.astype(float).dot(weight)
        found["known"][group.id] = sure.sum(axis=1)
        found["applicable"][group.id] = base.sum(axis=1)
    return finish(held, means(*(pd.DataFrame(frame) for frame in found.values()), held), points)


def by_answers(held: World) -> Peer:
    """One row an answer: columns worked out over the long table, then one group-by of group, country and year."""
    long = held.long
    values = long["value"].where(~long["log"], np.log(long["value"]))
    points = ((values - long["worst"]) / long["width"]).clip(0, 1)
    known, weight = points.notna(), long["weight"]
    sums = points.where(~long["geometric"], np.log(points)).fillna(0.0) * weight
    table = pd.DataFrame({"group": long["group"], "cell": long["cell"], "sums": sums, "base": ~long["na"] * weight,
                          "sure": known * weight, "known": known, "applicable": ~long["na"]})  # fmt: skip
    found = table.groupby(["group", "cell"], observed=False, sort=True)[["sums", "base", "sure", "known", "applicable"]].sum()
    frames = [found[name].unstack("group").set_axis(held.wide.index) for name in found]
    wide = pd.DataFrame(points.to_numpy().reshape(INDICATORS, -1).T, index=held.wide.index, columns=held.wide.columns)
    return finish(held, means(*frames, held), wide)


def compare(ours: Scores, theirs: Peer, name: str) -> int:
    """Every figure of both within 1e-9; the number of figures compared."""
    pairs = [("points", ours.normalised.reshape(INDICATORS, -1).T, theirs.points.to_numpy())]
    for figure, frame in theirs.groups.items():
        pairs += [(f"{id} {figure}", getattr(ours.groups[id], figure).ravel(), frame[id].to_numpy()) for id in frame.columns]
    pairs += [(f"total {figure}", getattr(ours.groups["total"], figure).ravel(), theirs.total[figure].to_numpy())
              for figure in ("low", "high", "known", "applicable")]  # fmt: skip
    pairs += [(figure, getattr(ours, figure).ravel(), theirs.total[figure].to_numpy())
              for figure in ("value", "coverage", "band", "reason")]  # fmt: skip
    for what, mine, other in pairs:
        if not np.allclose(mine, other.astype(np.float64), rtol=0, atol=1e-9, equal_nan=True):
            raise SystemExit(f"{name}: {what} differs by up to {np.nanmax(np.abs(mine - other))}")
    return sum(mine.size for _, mine, _ in pairs)


def seconds(call: Callable[[], object], runs: int) -> list[float]:
    """The time of each of `runs` calls in a row, after one that is not counted."""
    call()
    gc.collect()
    gc.disable()
    found = []
    for _ in range(runs):
        start = time.perf_counter()
        call()
        found.append(time.perf_counter() - start)
    gc.enable()
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=20_261_128)
    parser.add_argument("--rounds", type=int, default=5, help="rounds in which the ways take turns (default 5)")
    parser.add_argument("--runs", type=int, default=5, help="counted runs of each way in a round (default 5)")
    options = parser.parse_args()
    held = world(options.seed)
    print(f"seed {options.seed}; {INDICATORS} indicators x {COUNTRIES} countries x {YEARS} years, {GROUPS} groups and a total")
    print(f"python {sys.version.split()[0]}, numpy {np.__version__}, pandas {pd.__version__}, {os.cpu_count()} processors")
    peers: dict[str, Callable[[World], Peer]] = {
        "pandas, products with a matrix of groups": by_matrix,
        "pandas, the columns of each group": by_columns,
        "pandas, a row an answer, one group-by": by_answers,
    }
    np.seterr(divide="ignore", invalid="ignore")
    scores = score_countries(held.declared, held.inputs)
    for name, peer in peers.items():
        figures = compare(scores, peer(held), name)
    print(f"all {figures} figures of each way are equal within 1e-9; reasons {np.bincount(scores.reason.ravel()).tolist()}")

    ours: list[float] = []
    theirs: dict[str, list[float]] = {name: [] for name in peers}
    for _ in range(options.rounds):
        for name, peer in peers.items():
            ours += seconds(lambda: score_countries(held.declared, held.inputs), options.runs)
            theirs[name] += seconds(partial(peer, held), options.runs)
    mine = statistics.median(ours)
    print(f"\n{'way':<42}{'median ms':>11}{'ratio':>9}")
    print(f"{'score_countries':<42}{mine * 1000:>11.2f}{1:>9.1f}")
    for name, times in sorted(theirs.items(), key=lambda item: statistics.median(item[1])):
        print(f"{name:<42}{statistics.median(times) * 1000:>11.2f}{statistics.median(times) / mine:>9.1f}")
    ratio = min(statistics.median(times) for times in theirs.values()) / mine
    start = time.perf_counter()
    again = score_countries(held.declared, held.inputs)
    weights = again.weights
    rows = sum(len(again.rows(area)) for area in again.inputs.areas)
    whole = time.perf_counter() - start
    print(f"everything anew with weights in effect ({len(weights)} tables) and the rows of all countries ({rows}): {whole:.3f} s")
    print(f"ratio to the fastest peer {ratio:.1f}, target {TARGET:g}; whole {whole:.3f} s, target {WHOLE_TARGET:g} s")
    return 0 if ratio >= TARGET and whole <= WHOLE_TARGET else 1


if __name__ == "__main__":
    raise SystemExit(main())
