"""The targets of the historic 2008-2020 framework with their contradictions, and the goals an operator sets beside them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cop.ground.core.door import DataError, PartialDate, Provenance, Reference, parse_date, provenance_of

# Which indicator a target asks about, and which row of targets.csv states it.
INDICATOR_OF = {"T1": "P1-01", "T2": "P2-01", "T3": "P3-06", "T4": "P4-01", "T5": "P5-04"}


@dataclass(frozen=True)
class Target:
    """One row of targets.csv: values in `unit`; None where the source gives no number."""

    id: str
    pillar: str
    text: str
    measure: str
    unit: str
    baseline: float | None
    baseline_year: int | None
    value: float | None
    year: int | None
    note: str
    provenance: Provenance

    @property
    def distance(self) -> float | None:
        """Points from the baseline to the target."""
        return None if self.value is None or self.baseline is None else self.value - self.baseline

    @property
    def pace(self) -> float | None:
        """Points a year that the target asked for, from baseline year to target year."""
        if self.distance is None or not self.year or not self.baseline_year:
            return None
        return self.distance / (self.year - self.baseline_year)


@dataclass(frozen=True)
class Aggregate:
    """A published figure: `period` as its source states it, `unit` PC_CHILD, PC_COUNTRY or NUMBER."""

    series: str
    period: str
    value: float
    unit: str
    base: float | None
    note: str
    provenance: Provenance


@dataclass(frozen=True)
class Goal:
    """A goal that the operator set: `value` per cent of `measure` (countries or children) by `by`, or a country's own yes."""

    indicator: str
    measure: str
    value: float
    by: PartialDate
    set_by: str
    country: str = ""


def _number(text: str) -> float | None:
    return float(text) if text else None


def _year(text: str) -> int | None:
    return int(text) if text else None


def read_targets(reference: Reference) -> tuple[Target, ...]:
    """All targets in file order, contradicting ones side by side."""
    table = reference.table("observatory", "targets")
    return tuple(
        Target(
            row["target_id"], row["pillar"], row["text"], row["indicator"], row["unit"], _number(row["baseline_value"]),
            _year(row["baseline_year"]), _number(row["target_value"]), _year(row["target_year"]), row["note"],
            provenance_of(table, number, ("baseline_value", "target_value"), source=row["source"]),
        )
        for number, row in table.numbered()
    )  # fmt: skip


def read_aggregates(reference: Reference) -> tuple[Aggregate, ...]:
    """All published aggregates in file order."""
    table = reference.table("observatory", "published_aggregates")
    return tuple(
        Aggregate(
            row["indicator"], row["time_period"], float(row["value"]), row["unit_measure"], _number(row["denominator"]),
            row["note"], provenance_of(table, number, ("value",), source=row["source"]),
        )
        for number, row in table.numbered()
    )  # fmt: skip


def read_goals(path: Path) -> tuple[Goal, ...]:
    """The operator's goals in a TOML file of `[[goal]]` tables; none when there is no file. Raises DataError."""
    if not path.exists():
        return ()
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        return tuple(_goal(item) for item in raw.get("goal", ()))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise DataError(f"{path.name} can't be read: {error}") from None
    except KeyError as error:
        raise DataError(f"{path.name}: a goal lacks {error}") from None
    except (ValueError, TypeError) as error:
        raise DataError(f"{path.name}: {error}") from None


def _goal(item: dict[str, Any]) -> Goal:
    measure, value = str(item["measure"]), float(item["value"])
    if measure not in ("countries", "children", "yes") or not 0 <= value <= 100:
        raise ValueError("a goal measures countries, children or yes, with a value from 0 to 100")
    by = parse_date(str(item["by"]))
    return Goal(str(item["indicator"]), measure, value, by, str(item["set_by"]), str(item.get("country", "")).upper())
