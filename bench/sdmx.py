"""Open statistics: the whole flow and one series asked for over HTTP, beside reading the same from a flat CSV file with pandas.

Both start from the same synthetic observations, in one process, by turns; the values that a client gets are compared with those of
the file before any time is printed. Run: uv run --group bench python bench/sdmx.py
"""

from __future__ import annotations

import argparse
import gc
import io
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import django
import numpy as np
import pandas as pd

AREAS, INDICATORS, YEARS, RELEASES = 195, 60, 20, 5
WHOLE, SERIES = 1.0, 0.020  # seconds
ADDRESS = "/sdmx/v2/data/dataflow/COP/COP_INDICATORS/1.0/"
ONE_SERIES = ADDRESS + "A.XAF.P2-02._T._T._T"
CSV = "application/vnd.sdmx.data+csv;version=2.0.0"
OTHERS = {
    "CSV 1.0": "application/vnd.sdmx.data+csv;version=1.0.0",
    "JSON 2.0": "application/vnd.sdmx.data+json;version=2.0.0",
    "XML 3.0, structure-specific": "application/vnd.sdmx.data+xml;version=3.0.0",
    "XML 2.1, generic": "application/vnd.sdmx.genericdata+xml;version=2.1",
}


def sample(seed: int):
    """A flow of invented areas: five releases of four years each, a twentieth of the values unknown or not applicable."""
    from cop.observatory.core.observations import CodeLabel, Flow, Observation, ReleaseData

    random = np.random.default_rng(seed)
    areas = [f"X{chr(65 + n // 26)}{chr(65 + n % 26)}" for n in range(AREAS)]
    indicators = [f"P{1 + n // 12}-{1 + n % 12:02}" for n in range(INDICATORS)]
    values = random.random((YEARS, AREAS, INDICATORS)).round(4) * 100
    missing = random.random(values.shape)
    found = []
    for number in range(RELEASES):
        observations = []
        for year in range(number * YEARS // RELEASES, (number + 1) * YEARS // RELEASES):
            for at, area in enumerate(areas):
                for of, indicator in enumerate(indicators):
                    status = "O" if missing[year, at, of] < 0.04 else "M" if missing[year, at, of] < 0.05 else "A"
                    value = float(values[year, at, of]) if status == "A" else None
                    source = f"Source of {indicator}, {2007 + year}"
                    observations.append(Observation(area, indicator, str(2007 + year), value, status, "per cent", source, "1.0"))
        found.append(ReleaseData(f"r{number}", datetime(2022 + number, 1, 1, tzinfo=UTC), tuple(observations)))
    labels = [tuple(CodeLabel(code, {"en": f"Invented {code}"}) for code in codes) for codes in (areas, indicators)]
    return Flow(tuple(found), *labels, date(2026, 11, 22))


def flat(flow, path: Path) -> pd.DataFrame:
    """The flat file that a pandas user would hold, with the columns of the flow's own."""
    from cop.observatory.core.sdmx.layout import COMPONENTS, key_of
    from cop.observatory.core.sdmx.values import attributes_of

    rows = [
        (*key_of(one), one.period, one.value, *attributes_of(one)) for release in flow.releases for one in release.observations
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=list(COMPONENTS))
    frame.to_csv(path, index=False)
    return pd.read_csv(path)


def equal(body: bytes, frame: pd.DataFrame) -> int:
    """Every value that a client gets, compared with the file; the number of values compared."""
    keys = ["REF_AREA", "INDICATOR", "TIME_PERIOD"]
    got = pd.read_csv(io.BytesIO(body)).sort_values(keys, ignore_index=True)
    held = frame.sort_values(keys, ignore_index=True)
    for column in frame.columns:
        if not got[column].equals(held[column]):
            raise SystemExit(f"{column} differs from the file")
    return len(got) * len(frame.columns)


def seconds(call: Callable[[], object], runs: int) -> list[float]:
    """The time of each of `runs` calls in a row."""
    found = []
    gc.collect()
    for _ in range(runs):
        start = time.perf_counter()
        call()
        found.append(time.perf_counter() - start)
    return found


def answers(client, sdmx, path: str, accept: str = CSV, *, kept: bool = False) -> bytes:
    """What a client gets; `kept` leaves the answers that the process keeps, else this one is made anew."""
    if not kept:
        sdmx._rendered.kept.clear()
        sdmx._rendered.bytes = 0
    answer = client.get(path, headers={"accept": accept})
    if answer.status_code != 200:
        raise SystemExit(f"{path} answers {answer.status_code}")
    return answer.content


def ways_of(ask: Callable[..., bytes], path: Path, frame: pd.DataFrame) -> dict[str, Callable[[], object]]:
    """What takes turns: ours and that of pandas, by name."""

    def picked(held: pd.DataFrame) -> pd.DataFrame:
        return held[(held["REF_AREA"] == "XAF") & (held["INDICATOR"] == "P2-02")]

    return {
        "whole flow, made anew": lambda: ask(ADDRESS),
        "whole flow, asked again": lambda: ask(ADDRESS, kept=True),
        "pandas reads the file": lambda: pd.read_csv(path),
        "pandas reads it and writes CSV": lambda: pd.read_csv(path).to_csv(index=False),
        "one series, made anew": lambda: ask(ONE_SERIES),
        "one series, asked again": lambda: ask(ONE_SERIES, kept=True),
        "pandas reads the file and picks it": lambda: picked(pd.read_csv(path)),
        "pandas picks it from a held frame": lambda: picked(frame).to_csv(),
    }


def told(spent: dict[str, list[float]], others: dict[str, float], indexed: float) -> bool:
    """Prints the table and the ratios; True where both budgets are kept."""
    middle = {name: statistics.median(found) for name, found in spent.items()}
    print(f"{'way':<40}{'median ms':>12}{'best ms':>12}")
    for name, found in spent.items():
        print(f"{name:<40}{1000 * middle[name]:>12.1f}{1000 * min(found):>12.1f}")
    for name, best in others.items():
        print(f"{'whole flow as ' + name + ', made anew':<40}{'':>12}{1000 * best:>12.1f}")
    first = indexed + max(spent["whole flow, made anew"])
    print(f"\nthe first whole flow after a release is published: at most {first:.2f} s")
    whole, series = middle["whole flow, made anew"], middle["one series, made anew"]
    print(f"whole flow: {whole:.2f} s, at most {WHOLE:.0f}: {'yes' if whole <= WHOLE else 'no'}; ", end="")
    print(f"pandas takes {middle['pandas reads the file'] / whole:.1f} times as long to read it, ", end="")
    print(f"{middle['pandas reads it and writes CSV'] / whole:.1f} times to read and write it")
    print(f"one series: {1000 * series:.1f} ms, at most {1000 * SERIES:.0f}: {'yes' if series <= SERIES else 'no'}; ", end="")
    print(f"pandas takes {middle['pandas reads the file and picks it'] / series:.0f} times as long from the file, ", end="")
    print(f"{middle['pandas picks it from a held frame'] / series:.1f} times from a held frame")
    return whole <= WHOLE and series <= SERIES


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=20_141_231)
    parser.add_argument("--rounds", type=int, default=5, help="rounds in which the ways take turns (default 5)")
    options = parser.parse_args()
    os.environ |= {"DJANGO_SETTINGS_MODULE": "cop.config.settings", "COP_TODAY": "2026-11-22"}
    django.setup()
    from django.test import Client

    from cop.observatory.api import sdmx
    from cop.observatory.core.sdmx.cube import cube
    from cop.observatory.queries import releases

    flow = sample(options.seed)
    releases.flow = lambda: flow
    ask = partial(answers, Client(SERVER_NAME="localhost"), sdmx)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "flat.csv"
        frame = flat(flow, path)
        (indexed,) = seconds(lambda: cube(flow), 1)
        body = ask(ADDRESS)
        compared = equal(body, frame)
        one = frame[(frame["REF_AREA"] == "XAF") & (frame["INDICATOR"] == "P2-02")]
        compared += equal(ask(ONE_SERIES), one.reset_index(drop=True).astype(frame.dtypes))
        size = f"{AREAS} areas x {INDICATORS} indicators x {YEARS} years in {RELEASES} releases"
        print(f"seed {options.seed}; {size}: {len(frame)} observations")
        print(f"python {sys.version.split()[0]}, django {django.__version__}, pandas {pd.__version__}, {os.cpu_count()} processors")
        print(f"CSV of {len(body) / 1e6:.1f} MB, flat file of {path.stat().st_size / 1e6:.1f} MB; all {compared} values are equal")
        print(f"a new release is arranged once: {1000 * indexed:.0f} ms\n")
        ways = ways_of(ask, path, frame)
        spent: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(options.rounds):
            for name, way in ways.items():
                spent[name] += seconds(way, 3 if "whole" in name or "file" in name else 10)
        others = {name: min(seconds(partial(ask, ADDRESS, accept), 2)) for name, accept in OTHERS.items()}
    return 0 if told(spent, others, indexed) else 1


if __name__ == "__main__":
    raise SystemExit(main())
