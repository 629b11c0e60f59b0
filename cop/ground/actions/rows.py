"""Put the rows of a backup into an empty database, in the caller's transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.color import no_style
from django.db import connection

from cop.ground.exchange.archive import ROWS, Archive, BadArchive
from cop.ground.queries.rows import MADE, fields, tables

BATCH = 200


def clear_made() -> None:
    """Remove the rows that migrations made; the backup brings its own."""
    held = tables()
    for label in reversed(MADE):
        held[label]._base_manager.all()._raw_delete(using=connection.alias)


def load_member(archive: Archive, label: str) -> int:
    """Insert the rows of one table from a backup, as they are; answers how many.

    Raises BadArchive for a row that does not fit the table, or where the manifest counts others.
    """
    name = f"{ROWS}{label}.jsonl"
    model = tables()[label]
    kept = fields(model)
    count = 0
    with closing(archive.lines(name)) as lines:
        objects = _objects(label, model, kept, lines)
        while some := list(islice(objects, BATCH)):
            model._base_manager.all()._insert(some, fields=kept, using=connection.alias, raw=True)  # no moment is set anew
            count += len(some)
    if count != archive.members[name].rows:
        raise BadArchive(f"{name} in the backup has {count} rows, its manifest says {archive.members[name].rows}")
    return count


def _objects(label: str, model: Any, kept: list[Any], lines: Iterable[bytes]) -> Iterator[Any]:
    for number, line in enumerate(lines, start=1):
        try:
            held = json.loads(line.decode("utf-8", "surrogatepass"))
            yield model(**{field.attname: _value(field, held[field.attname]) for field in kept})
        except (ValueError, TypeError, KeyError, ValidationError) as error:
            raise BadArchive(f"row {number} of {label} in the backup does not fit this release: {error}") from None


def _value(field: Any, value: Any) -> Any:
    return value if value is None or field.get_internal_type() == "JSONField" else field.to_python(value)


def finish() -> None:
    """Let the numbers that the database gives go on after the highest one that was put in, and check what rows refer to.

    Raises IntegrityError where a row refers to nothing.
    """
    connection.check_constraints()
    statements = connection.ops.sequence_reset_sql(no_style(), list(tables().values()))
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
