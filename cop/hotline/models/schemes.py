"""Classification schemes that were loaded: their text, and never a change."""

from __future__ import annotations

from django.db import models

from cop.accounts.models import Person


class LoadedScheme(models.Model):
    """One version of a scheme, as it was read."""

    key = models.CharField(max_length=80, unique=True)
    text = models.TextField()
    digest = models.CharField(max_length=64)
    loaded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    loaded_at = models.DateTimeField()
    set_aside_at = models.DateTimeField(null=True)
