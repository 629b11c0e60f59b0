"""Coverage of 60 indicators, 195 countries, 20 years and 12 groups at once: coverage_cube against pandas group-bys.

Both start from the same synthetic codes, people and groups, in one process, by turns. Every result is compared before any
time is printed. Run: uv run --group bench python bench/coverage.py
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

import numpy as np
import pandas as pd

from cop.observatory.core.coverage import FRESH_YES, NOT, NOT_APPLICABLE, STALE_YES, UNKNOWN, Cube, coverage_cube

INDICATORS, COUNTRIES, YEARS, GROUPS = 60, 195, 20, 12
TARGET = 40.0
KEYS = ["group", "indicator", "year"]
SHARES = ("percent", "low", "high")
COLUMNS = ["n", "of", *(f"{base}_{share}" for base in ("countries", "children") for share in SHARES)]
SUMS = ["fresh", "stale", "unknown", "applies", "fresh_people", "stale_people", "unknown_people", "applies_people"]


@dataclass(frozen=True)
class World:
    """Synthetic states: the arrays that coverage_cube reads and the tables that a pandas user would hold."""

    codes: np.ndarray
    people: np.ndarray
    groups: np.ndarray
    long: pd.DataFrame
    weighted: pd.DataFrame
    membership: pd.DataFrame


def world(seed: int) -> World:
    """Codes 0 to 4 as in coverage.py, people per year and country, and groups of which the first is all countries."""
    random = np.random.default_rng(seed)
    codes = random.choice(5, size=(INDICATORS, YEARS, COUNTRIES), p=(0.35, 0.25, 0.1, 0.25, 0.05)).astype(np.uint8)
    people = random.integers(1_000, 400_000_000, size=(YEARS, COUNTRIES)).astype(np.float64)
    groups = random.random((GROUPS, COUNTRIES)) < 0.3
    groups[0] = True
    index = pd.MultiIndex.from_product([range(INDICATORS), range(YEARS), range(COUNTRIES)], names=["indicator", "year", "country"])
    long = pd.DataFrame({"code": codes.ravel()}, index=index).reset_index()
    held = pd.DataFrame({"people": people.ravel()}, index=index[: YEARS * COUNTRIES].droplevel(0)).reset_index()
    long = long.merge(held, on=["year", "country"]).sort_values(["indicator", "year", "country"], ignore_index=True)
    weighted = long.drop(columns="code")
    for name, kept in (("fresh", [FRESH_YES]), ("stale", [STALE_YES]), ("unknown", [UNKNOWN]), ("applies", range(NOT_APPLICABLE))):
        weighted[name] = long["code"].isin(kept).astype(np.float64)
        weighted[f"{name}_people"] = weighted[name] * weighted["people"]
    group, country = np.nonzero(groups)
    membership = pd.DataFrame({"group": group, "country": country}).astype({"group": "category"})
    keys = {"indicator": "category", "year": "category"}  # faster to group by than numbers
    return World(codes, people, groups, long.astype(keys | {"code": "category"}), weighted.astype(keys), membership)


def shares(sums: pd.DataFrame) -> pd.DataFrame:
    """Counts and shares from the sums of every group, indicator and year."""
    found = pd.DataFrame({"n": sums["fresh"] + sums["stale"], "of": sums["applies"]})
    for base, tail in (("countries", ""), ("children", "_people")):
        fresh, stale, unknown = sums[f"fresh{tail}"], sums[f"stale{tail}"], sums[f"unknown{tail}"]
        scale = 100 / sums[f"applies{tail}"]
        found[f"{base}_percent"] = (fresh + stale) * scale
        found[f"{base}_low"] = fresh * scale
        found[f"{base}_high"] = (fresh + stale + unknown) * scale
    return found


def filtered(held: World) -> pd.DataFrame:
    """One filtered group-by a group."""
    found = {}
    for group, part in held.membership.groupby("group", observed=True):
        inside = held.weighted[held.weighted["country"].isin(part["country"])]
        found[group] = inside.groupby(["indicator", "year"], observed=False)[SUMS].sum()
    return shares(pd.concat(found, names=["group"]))


def exploded(held: World) -> pd.DataFrame:
    """One row for every group that a country is in, then one group-by; the rows are made inside the clock."""
    return grouped(explode(held))


def explode(held: World) -> pd.DataFrame:
    return held.weighted.merge(held.membership, on="country")


def grouped(rows: pd.DataFrame) -> pd.DataFrame:
    return shares(rows.groupby(KEYS, observed=False)[SUMS].sum())


def counted(held: World) -> pd.DataFrame:
    """One group-by a group with the code among the keys, so that only people are summed and rows counted."""
    found = {}
    applies = held.long[held.long["code"] != NOT_APPLICABLE]
    for group, part in held.membership.groupby("group", observed=True):
        inside = applies[applies["country"].isin(part["country"])]
        by_code = inside.groupby(["indicator", "year", "code"], observed=False)["people"].agg(["size", "sum"])
        by_code = by_code.unstack("code", fill_value=0)
        sums = {}
        for measure, tail in (("size", ""), ("sum", "_people")):
            table = by_code[measure]
            for name, code in (("fresh", FRESH_YES), ("stale", STALE_YES), ("unknown", UNKNOWN), ("rest", NOT)):
                sums[name + tail] = table[code].astype(np.float64) if code in table else 0.0
            sums[f"applies{tail}"] = table.sum(axis=1).astype(np.float64)
        found[group] = pd.DataFrame(sums)
    return shares(pd.concat(found, names=["group"]))


def compare(cube: Cube, table: pd.DataFrame, name: str) -> int:
    """Every figure of both, to the last digit shown and at 1e-9; the number of figures compared."""
    table = table.set_axis(pd.MultiIndex.from_tuples(table.index.to_list(), names=KEYS))
    whole = pd.MultiIndex.from_product([range(GROUPS), range(INDICATORS), range(YEARS)], names=KEYS)
    table = table.reindex(whole)
    arrays = (cube.n, cube.of, *cube.countries, *cube.children)
    for column, array in zip(COLUMNS, arrays, strict=True):
        peer = table[column].to_numpy(dtype=np.float64).reshape(GROUPS, INDICATORS, YEARS).transpose(1, 2, 0)
        if not np.allclose(array, peer, rtol=1e-9, atol=1e-9, equal_nan=True):
            raise SystemExit(f"{name}: {column} differs by up to {np.nanmax(np.abs(array - peer))}")
        ours, theirs = (np.char.mod("%.1f", values) for values in (array, peer))
        if not np.array_equal(ours, theirs):
            place = tuple(np.argwhere(ours != theirs)[0])
            raise SystemExit(f"{name}: {column} at {place} shows {ours[place]} and {theirs[place]}")
    return sum(array.size for array in arrays)


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
    parser.add_argument("--seed", type=int, default=20_141_231)
    parser.add_argument("--rounds", type=int, default=5, help="rounds in which the ways take turns (default 5)")
    parser.add_argument("--runs", type=int, default=5, help="counted runs of each way in a round (default 5)")
    options = parser.parse_args()
    held = world(options.seed)
    rows = explode(held)
    print(f"seed {options.seed}; {INDICATORS} indicators x {COUNTRIES} countries x {YEARS} years x {GROUPS} groups")
    print(f"python {sys.version.split()[0]}, numpy {np.__version__}, pandas {pd.__version__}, {os.cpu_count()} processors")
    print(f"long table of {len(held.long)} rows, exploded {len(rows)} rows")

    peers: dict[str, Callable[[], pd.DataFrame]] = {
        "pandas, a filtered group-by a group": lambda: filtered(held),
        "pandas, the code among the keys": lambda: counted(held),
        "pandas, exploded, one group-by": lambda: exploded(held),
        "pandas, exploded beforehand": lambda: grouped(rows),
    }
    cube = coverage_cube(held.codes, held.people, held.groups)
    for name, peer in peers.items():
        figures = compare(cube, peer(), name)
    print(f"all {figures} figures of each way are equal: to one decimal as shown, and within 1e-9")

    ours: list[float] = []
    theirs: dict[str, list[float]] = {name: [] for name in peers}
    for _ in range(options.rounds):
        for name, peer in peers.items():
            ours += seconds(lambda: coverage_cube(held.codes, held.people, held.groups), options.runs)
            theirs[name] += seconds(peer, options.runs)
    fast = statistics.median(ours)
    print(f"\n{'way':<40}{'median ms':>12}{'best ms':>12}{'ratio':>9}")
    print(f"{'coverage_cube':<40}{1000 * fast:>12.2f}{1000 * min(ours):>12.2f}{1:>9.1f}")
    for name, spent in theirs.items():
        middle = statistics.median(spent)
        print(f"{name:<40}{1000 * middle:>12.2f}{1000 * min(spent):>12.2f}{middle / fast:>9.1f}")
    name, spent = min(theirs.items(), key=lambda pair: statistics.median(pair[1]))
    ratio = statistics.median(spent) / fast
    print(f"\npeer: {name}; ratio {ratio:.1f}; at least {TARGET:.0f}: {'yes' if ratio >= TARGET else 'no'}")
    return 0 if ratio >= TARGET else 1


if __name__ == "__main__":
    raise SystemExit(main())
