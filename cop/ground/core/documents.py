"""Definitions kept as YAML: indicators, rules, vocabularies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from cop.ground.core.tables import DataError

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@contextmanager
def naming(file: str) -> Iterator[None]:
    """Turns what goes wrong while definitions of `file` are built into a DataError that names it."""
    try:
        yield
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise DataError(f"{file} holds a definition that can't be used: {error}") from None


def read_yaml(path: Path) -> Any:
    """What a YAML file holds. Raises DataError with file and line when it can't be read."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 the safe loader, in C where there is one
    except OSError as error:
        raise DataError(f"{path.name} can't be read: {error.strerror}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        line = getattr(getattr(error, "problem_mark", None), "line", 0) + 1
        raise DataError(f"{path.name} line {line} can't be read: {getattr(error, 'problem', error)}") from None
