"""Classification schemes that are loaded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cop.hotline.core.classification import Category, Scheme, category_of, outcomes_scheme, read_scheme
from cop.hotline.models import LoadedScheme


@dataclass(frozen=True)
class SchemeRow:
    """One loaded version: by whom and when, and whether it is offered in assessments."""

    id: int
    scheme: Scheme
    loaded_by: str
    loaded_at: datetime
    offered: bool


def scheme_rows() -> list[SchemeRow]:
    """Every loaded version, newest first. One query."""
    rows = LoadedScheme.objects.select_related("loaded_by").order_by("-pk")
    return [
        SchemeRow(row.pk, read_scheme(row.text), row.loaded_by.pseudonym, row.loaded_at, row.set_aside_at is None) for row in rows
    ]


def all_schemes() -> tuple[Scheme, ...]:
    """The scheme that every centre has, and every version that was loaded, oldest first. One query."""
    texts = LoadedScheme.objects.order_by("pk").values_list("text", flat=True)
    return (outcomes_scheme(), *(read_scheme(text) for text in texts))


def offered_categories() -> list[tuple[str, Category]]:
    """What an assessment may name besides an outcome: `name@version:code` and the category. One query."""
    rows = LoadedScheme.objects.filter(set_aside_at=None).order_by("pk").values_list("text", flat=True)
    return [(one.reference(each.code), each) for one in map(read_scheme, rows) for each in one.categories]


def outcome_and_category(said: str) -> tuple[str, str]:
    """What somebody chose in an assessment: an outcome itself, or a category, whose outcome counts. Raises KeyError for neither."""
    if ":" not in said:
        return said, ""
    return category_of(said, all_schemes()).outcome, said
