"""Every row of every table as lines of JSON that mean the same on every database."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from typing import Any

from django.apps import apps
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import connection, transaction

CHUNK = 1000
# Made by migrations in every database; a backup's own rows take their place.
MADE = ("contenttypes.ContentType", "auth.Permission")


def tables() -> dict[str, Any]:
    """Each model with rows of its own, by label such as ground.AuditEntry; sessions are never copied."""
    models = apps.get_models(include_auto_created=True)
    kept = [
        model for model in models if not model._meta.proxy and model._meta.managed and not issubclass(model, AbstractBaseSession)
    ]
    return {model._meta.label: model for model in sorted(kept, key=lambda model: str(model._meta.label))}


def fields(model: Any) -> list[Any]:
    """The columns of a model that are stored, ordered by name."""
    return sorted((f for f in model._meta.concrete_fields if not getattr(f, "generated", False)), key=lambda f: str(f.attname))


def rows(model: Any) -> Iterator[bytes]:
    """Each row as one line of JSON by column, ordered by primary key; moments in UTC, bytes in base64."""
    names = [field.attname for field in fields(model)]
    for values in model._base_manager.order_by("pk").values_list(*names).iterator(CHUNK):
        held = {name: plain(value) for name, value in zip(names, values, strict=True)}
        yield json.dumps(held, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass") + b"\n"


def plain(value: Any) -> Any:
    """A value of a row as JSON has it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat() if value.tzinfo else value.isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode("ascii")
    if value is None or isinstance(value, str | int | float | list | dict):
        return value
    return str(value)  # numbers with a fixed point, UUIDs, spans of time: to_python reads them back


def empty() -> str:
    """Is the database empty but for what migrations make? The label of the first table that is not, or nothing."""
    for label, model in tables().items():
        if label not in MADE and model._base_manager.exists():
            return label
    return ""


@contextmanager
def snapshot() -> Iterator[None]:
    """One state of the whole database for as many reads as wanted; nobody who writes waits for it."""
    if connection.vendor == "postgresql":
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute("BEGIN DEFERRED")  # past Django, whose transactions would lock writers out
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")
