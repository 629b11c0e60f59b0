"""Figures of years that a lead published: they stay as they were, and a later edition says why it differs."""

from __future__ import annotations

from typing import Any

from django.db import models


class PublishedYear(models.Model):
    """One edition of a year's figures. `body` is canonical JSON of what was published, `digest` its SHA-256. Never changed."""

    year = models.PositiveSmallIntegerField()
    edition = models.PositiveSmallIntegerField()
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=20)
    note = models.CharField(max_length=500, blank=True)
    body = models.TextField()
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["year", "edition"], name="one_row_an_edition")]  # noqa: RUF012

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs | {"force_insert": True})
